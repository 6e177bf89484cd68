#include "core/xfer/include.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/pattern.h"
#include "core/base/repoid.h"

static bool
compile(const char *text, struct pattern **pattern, struct error *err)
{

	*pattern = pattern_new(text, err);
	if (*pattern)
		return true;
	err_wrap(err, "pattern '%.200s'", text);
	return false;
}

static bool
add_want(struct include *include, const char *text, bool is_file, bool literal,
    struct error *err)
{
	struct want want = { .must = is_file };

	if (map_find(&include->names, text, NULL))
		return true;
	if (literal || pattern_is_name(text)) {
		if (!path_check(text, err))
			return false;
	} else if (!compile(text, &want.pattern, err)) {
		return false;
	}
	include->plain += !want.pattern;
	include->unsettled += want.must && want.pattern;
	want.text = mem_strdup(text);
	map_add(&include->names, want.text, include->wants.n);
	arr_push(&include->wants, want);
	return true;
}

bool
include_init(struct include *include, struct texts files, bool literal,
    struct texts includes, struct texts excludes, struct error *err)
{
	bool ok = true;

	*include = (struct include){ .names = MAP_INIT };
	for (size_t i = 0; ok && i < files.n; i++)
		ok = add_want(include, files.v[i], true, literal, err);
	for (size_t i = 0; ok && i < includes.n; i++)
		ok = add_want(include, includes.v[i], false, false, err);
	for (size_t i = 0; ok && i < excludes.n; i++) {
		struct pattern *pattern = NULL;

		ok = compile(excludes.v[i], &pattern, err);
		if (ok)
			arr_push(&include->excludes, pattern);
	}
	if (!ok)
		include_fini(include);
	return ok;
}

void
include_fini(struct include *include)
{
	arr_each (want, &include->wants) {
		pattern_free(want->pattern);
		free(want->text);
	}
	arr_each (exclude, &include->excludes)
		pattern_free(*exclude);
	arr_free(&include->wants);
	arr_free(&include->excludes);
	map_fini(&include->names);
}

bool
include_settle(struct include *include, const char *path)
{
	struct want *want;
	size_t i;

	if (!include->unsettled || !map_find(&include->names, path, &i))
		return false;
	want = &include->wants.v[i];
	if (!want->must || !want->pattern)
		return false;
	pattern_free(want->pattern);
	want->pattern = NULL;
	include->unsettled--;
	include->plain++;
	return true;
}

bool
include_wants(struct include *include, const char *path)
{
	bool wanted = include->wants.n == 0;
	size_t i;

	arr_each (exclude, &include->excludes) {
		if (pattern_match(*exclude, path))
			return false;
	}
	if (include->plain && map_find(&include->names, path, &i) &&
	    !include->wants.v[i].pattern) {
		include->wants.v[i].hit = true;
		wanted = true;
	}
	arr_each (want, &include->wants) {
		if (!want->pattern || !pattern_match(want->pattern, path))
			continue;
		want->hit = true;
		wanted = true;
	}
	return wanted;
}

bool
include_is_names(const struct include *include)
{
	arr_each (want, &include->wants) {
		if (want->pattern)
			return false;
	}
	return include->wants.n > 0;
}

/* Whether everything below `inner` is below `outer`. */
static bool
is_inside(const char *inner, const char *outer)
{
	size_t n = strlen(outer);

	return !n ||
	       (!strncmp(inner, outer, n) && (!inner[n] || inner[n] == '/'));
}

/* Takes the folder in, unless one that is there holds it. */
static void
add_folder(struct folders *folders, char *folder)
{
	size_t kept = 0;

	arr_each (other, &folders->list) {
		if (is_inside(folder, *other)) {
			free(folder);
			return;
		}
	}
	for (size_t i = 0; i < folders->list.n; i++) {
		if (is_inside(folders->list.v[i], folder))
			free(folders->list.v[i]);
		else
			folders->list.v[kept++] = folders->list.v[i];
	}
	folders->list.n = kept;
	arr_push(&folders->list, folder);
}

void
include_folders(const struct include *include, struct folders *folders)
{
	*folders = (struct folders){ 0 };
	arr_each (want, &include->wants) {
		char *folder = want->pattern ? pattern_folder(want->text)
		                             : path_folder(want->text);
		struct error ignored;

		/* No file is below "../", but an address would be another's. */
		if (!repo_check_path(folder, &ignored))
			*folder = '\0';
		add_folder(folders, folder);
	}
	if (!folders->list.n)
		arr_push(&folders->list, mem_strdup(""));
}

void
folders_fini(struct folders *folders)
{
	arr_each (folder, &folders->list)
		free(*folder);
	arr_free(&folders->list);
}
