#include "core/login/gitcred.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/child.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* The longest that git is given. */
#define INPUT_MAX 4096

#define KEY "credential.helper"

/* No configuration of git is larger. */
#define FILE_MOST ((uint64_t)64 * 1024 * 1024)

/* Whether a file of the user's git can be read to its end, or is not there.
 * /dev/null is how one names no file at all. */
static bool
ends(const char *path)
{
	uint64_t size = 0;
	enum file_kind kind = path ? file_kind(path, &size) : FILE_MISSING;

	return kind == FILE_OTHER ? file_is_same(path, "/dev/null")
	                          : kind != FILE_REGULAR || size <= FILE_MOST;
}

/* Git waits for a FIFO and reads a device for ever, and we would wait for it. */
static bool
git_answers(void)
{
	static const char *const names[] = { ".gitconfig", ".git-credentials",
		".config/git/config", ".config/git/credentials" };
	const char *home = env_get("HOME");
	bool ok = ends(env_get("GIT_CONFIG_GLOBAL"));

	for (unsigned i = 0; ok && home && i < 4; i++) {
		char *path = path_join(home, names[i]);

		ok = ends(path);
		free(path);
	}
	return ok;
}

/* Runs git; false if it failed, or cannot be asked. */
static bool
run_git(const char *const argv[], const char *input, struct str *out)
{
	return git_answers() && child_run(argv, input, out);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The helper of a line "credential.helper=cache --timeout=1000"; NULL: none. */
static char *
helper_of(struct span line)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-/";
	struct span key, value;
	size_t n = 0;

	if (!span_next(&line, '=', &key) ||
	    !span_is_nocase(span_trim(key), KEY))
		return NULL;
	value = span_trim(line);
	while (n < value.n && value.p[n] && strchr(word, value.p[n]))
		n++;
	return n ? mem_strndup(value.p, n) : NULL;
}

char *
gitcred_helpers(void)
{
	static const char *const argv[] = { "git", "config", "--list", NULL };
	ARR(char *) names = { 0 };
	struct str text = STR_INIT;
	struct str out = STR_INIT;
	struct span rest, line;
	char *name;

	if (run_git(argv, NULL, &text)) {
		rest = (struct span){ text.v, text.n };
		while (rest.n && span_next(&rest, '\n', &line)) {
			name = helper_of(line);
			if (name)
				arr_push(&names, name);
		}
	}
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_text);
	for (size_t i = 0; i < names.n; i++) {
		if (!i || strcmp(names.v[i], names.v[i - 1]) != 0)
			str_addf(&out, "%s%s", out.n ? "," : "", names.v[i]);
	}
	arr_each (each, &names)
		free(*each);
	arr_free(&names);
	str_fini(&text);
	if (out.n)
		return str_steal(&out);
	str_fini(&out);
	return NULL;
}

bool
gitcred_approve(const char *base, const char *token)
{
	static const char *const argv[] = { "git", "credential", "approve",
		NULL };
	struct str input = STR_INIT;
	bool ok;

	str_addf(
	    &input, "url=%s\nusername=hf_user\npassword=%s\n\n", base, token);
	ok = input.n < INPUT_MAX && run_git(argv, input.v, NULL);
	str_drop(&input);
	return ok;
}

bool
gitcred_reject(const char *base)
{
	static const char *const argv[] = { "git", "credential", "reject",
		NULL };
	struct str input = STR_INIT;
	bool ok;

	str_addf(&input, "url=%s\nusername=hf_user\n\n", base);
	ok = input.n < INPUT_MAX && run_git(argv, input.v, NULL);
	str_fini(&input);
	return ok;
}
