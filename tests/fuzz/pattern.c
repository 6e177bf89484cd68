/*
 * pattern.c: globs against a matcher that is slow and plain, and which files and
 * folders a choice of them wants. A pattern a line, an empty one, then paths.
 */
#include "core/base/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/xfer/include.h"
#include "tests/fuzz/fuzz.h"

/* More is too slow for the plain one. */
#define PLAIN_MAX 24

static uint32_t
take(const char **s)
{
	uint32_t point = 0;

	*s += utf8_decode(*s, strlen(*s), &point);
	return point == '\\' ? '/' : point;
}

/* Whether the set at `s`, behind its "[", has the point; *s moves behind it. */
static bool
set_has(const char **s, const char *close, uint32_t point)
{
	bool negated = **s == '!', has = false;

	*s += negated;
	while (*s < close) {
		uint32_t first = take(s), last = first;

		if (close - *s >= 2 && **s == '-') {
			++*s;
			last = take(s);
		}
		has = has || (point >= first && point <= last);
	}
	*s = close + 1;
	return has != negated;
}

static const char *
set_close(const char *s)
{
	s += *s == '!';
	s += *s == ']';
	return strchr(s, ']');
}

static bool
plain_match(const char *glob, const char *path)
{
	const char *close;
	bool hit;

	while (*glob) {
		if (*glob == '*') {
			do {
				if (plain_match(glob + 1, path))
					return true;
			} while (*path && take(&path));
			return false;
		}
		if (!*path)
			return false;
		close = *glob == '[' ? set_close(glob + 1) : NULL;
		if (close) {
			glob++;
			hit = set_has(&glob, close, take(&path));
		} else if (*glob == '?') {
			glob++;
			take(&path);
			hit = true;
		} else {
			hit = take(&glob) == take(&path);
		}
		if (!hit)
			return false;
	}
	return !*path;
}

static void
check_pair(const struct pattern *pattern, const char *glob, const char *path)
{
	bool match = pattern_match(pattern, path);
	size_t n = strlen(glob);
	struct str whole = STR_INIT;
	char *folder = pattern_folder(glob);

	if (!utf8_valid(path, strlen(path)))
		must(!match);
	/* A pattern in a set keeps its "\", which only means "/" outside. */
	if (n < PLAIN_MAX && strlen(path) < PLAIN_MAX && !strchr(glob, '\\') &&
	    utf8_valid(path, strlen(path))) {
		str_addf(
		    &whole, "%s%s", glob, n && glob[n - 1] == '/' ? "*" : "");
		must(plain_match(whole.v, path) == match);
	}
	if (pattern_is_name(glob))
		must(match == !strcmp(glob, path) || strchr(path, '\\'));
	if (match && *folder && !strchr(path, '\\'))
		must(!strncmp(path, folder, strlen(folder)) &&
		     path[strlen(folder)] == '/');
	str_fini(&whole);
	free(folder);
}

struct lines {
	ARR(char *) list;
};

static void
read_lines(struct fuzz *in, struct lines *lines)
{
	char *line = fuzz_text(in, '\n');

	while (*line && lines->list.n < 12) {
		arr_push(&lines->list, line);
		line = fuzz_text(in, '\n');
	}
	free(line);
}

static void
free_lines(struct lines *lines)
{
	arr_each (line, &lines->list)
		free(*line);
	arr_free(&lines->list);
}

/* The first pattern is a name or a pattern, the second is excluded. */
static void
check_choice(const struct lines *globs, const struct lines *paths)
{
	static const char *const none[] = { NULL };
	size_t n = globs->list.n;
	const char *const *v = n ? (const char *const *)globs->list.v : none;
	struct include include;
	struct folders folders = { 0 };
	struct error err;

	if (!include_init(&include, (struct texts){ v, n > 0 }, false,
		(struct texts){ v + (n > 2 ? 2 : n), n > 2 ? n - 2 : 0 },
		(struct texts){ v + 1, n > 1 }, &err)) {
		fuzz_check_error(&err);
		return;
	}
	include_folders(&include, &folders);
	arr_each (path, &paths->list) {
		bool wanted = include_wants(&include, *path), inside = false;

		arr_each (folder, &folders.list) {
			size_t length = strlen(*folder);

			inside = inside || !length ||
			         (!strncmp(*path, *folder, length) &&
				     (*path)[length] == '/');
		}
		must(!wanted || inside || strchr(*path, '\\'));
		(void)include_settle(&include, *path);
	}
	(void)include_is_names(&include);
	folders_fini(&folders);
	include_fini(&include);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	struct lines globs = { 0 }, paths = { 0 };

	read_lines(&in, &globs);
	read_lines(&in, &paths);
	arr_each (glob, &globs.list) {
		struct error err;
		struct pattern *pattern = pattern_new(*glob, &err);

		if (!pattern)
			fuzz_check_error(&err);
		arr_each (path, &paths.list)
			if (pattern)
				check_pair(pattern, *glob, *path);
		pattern_free(pattern);
	}
	check_choice(&globs, &paths);
	free_lines(&globs);
	free_lines(&paths);
	return 0;
}
