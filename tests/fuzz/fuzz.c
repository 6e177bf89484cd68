#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

void
fuzz_fail(const char *file, int line, const char *condition)
{
	dprintf(2, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

unsigned
fuzz_byte(struct fuzz *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

char *
fuzz_text(struct fuzz *in, int end)
{
	const uint8_t *stop = in->n ? memchr(in->p, end, in->n) : NULL;
	size_t n = stop ? (size_t)(stop - in->p) : in->n;
	const char *text = (const char *)in->p;

	in->p += n + (stop != NULL);
	in->n -= n + (stop != NULL);
	return mem_strndup(n ? text : "", n ? strnlen(text, n) : 0);
}

char *
fuzz_rest(struct fuzz *in)
{
	struct fuzz all = *in;
	const char *text = (const char *)all.p;

	in->p += in->n;
	in->n = 0;
	return mem_strndup(all.n ? text : "", all.n ? strnlen(text, all.n) : 0);
}

bool
fuzz_is_shown(const char *text)
{
	struct str safe = STR_INIT;
	bool same;

	utf8_safe(&safe, text);
	same = !strcmp(safe.v, text);
	str_fini(&safe);
	return same;
}

/* The old names have messages of several lines. */
static bool
is_shown_in_lines(const char *text)
{
	char *copy = mem_strdup(text);
	bool shown;

	for (char *p = copy; *p; p++)
		if (*p == '\n')
			*p = ' ';
	shown = fuzz_is_shown(copy);
	if (!shown)
		dprintf(2, "not fit to be shown: '%s'\n", text);
	free(copy);
	return shown;
}

void
fuzz_check_error(const struct error *err)
{
	must(err->code != ERR_NONE);
	must(*err->message);
	must(is_shown_in_lines(err->message));
	must(is_shown_in_lines(err->hint));
	must(fuzz_is_shown(err->path) && fuzz_is_shown(err->page));
	must(fuzz_is_shown(err->token) && fuzz_is_shown(err->trouble));
}

/* -- the folder -- */

static char folder[64];

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	(void)remove(path);
	return 0;
}

static void
remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
remove_folder(void)
{
	remove_tree(folder);
}

/* No variable of the user's counts, and nothing of the user's is touched. */
static void
set_environment(void)
{
	static const char *const unset[] = { "HF_TOKEN", "HF_TOKEN_PATH",
		"HUGGING_FACE_HUB_TOKEN", "HF_HUB_CACHE",
		"HUGGINGFACE_HUB_CACHE", "HF_ENDPOINT", "XDG_CACHE_HOME" };

	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++)
		(void)unsetenv(unset[i]);
	(void)setenv("HOME", folder, 1);
	(void)setenv("HF_HOME", folder, 1);
	(void)setenv("XDG_CONFIG_HOME", folder, 1);
	(void)setenv("XDG_STATE_HOME", folder, 1);
}

const char *
fuzz_folder(void)
{
	const char *above = getenv("TMPDIR");

	if (*folder)
		return folder;
	/* In memory: most runs write a file, some sync it. */
	if (!access("/dev/shm", W_OK))
		above = "/dev/shm";
	snprintf(folder, sizeof(folder), "%.40s/hug-fuzz-XXXXXX",
	    above ? above : "/tmp");
	must(mkdtemp(folder));
	(void)atexit(remove_folder);
	set_environment();
	return folder;
}

char *
fuzz_path(const char *name)
{
	return path_join(fuzz_folder(), name);
}

static void
make_above(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
}

void
fuzz_write(const char *name, const void *bytes, size_t n)
{
	char *path = fuzz_path(name);
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		make_above(path);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	}
	if (fd >= 0) {
		must(!n || write(fd, bytes, n) == (ssize_t)n);
		(void)close(fd);
	}
	free(path);
}

void
fuzz_remove(const char *name)
{
	char *path = fuzz_path(name);

	remove_tree(path);
	free(path);
}
