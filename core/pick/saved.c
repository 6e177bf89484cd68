#include "core/pick/saved.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* A larger file is none of ours; of more repositories the oldest are dropped. */
#define BYTES_MAX ((size_t)1024 * 1024)
#define REPOS_MAX 500

static char *
file_name(void)
{
	return env_own_file("XDG_STATE_HOME", ".local/state", "patterns");
}

static void
free_patterns(struct saved_patterns *patterns)
{
	free(patterns->name);
	free(patterns->include);
	free(patterns->exclude);
}

static void
take_line(struct saved *saved, struct span line)
{
	char *text = mem_strndup(line.p, line.n);
	struct error ignored;
	struct cJSON *object = json_parse(text, line.n, &ignored);
	const char *set = json_str(object, "set", NULL);
	const char *name = set ? set : json_str(object, "repo", NULL);
	const struct saved_patterns patterns = { .is_set = set,
		.name = mem_strdup(name),
		.include = mem_strdup(json_str(object, "include", "")),
		.exclude = mem_strdup(json_str(object, "exclude", "")) };

	if (name)
		arr_push(&saved->list, patterns);
	else
		free_patterns(&(struct saved_patterns){
		    .include = patterns.include, .exclude = patterns.exclude });
	json_free(object);
	free(text);
}

void
saved_load(struct saved *saved)
{
	struct str text = STR_INIT;
	struct span rest, line;
	struct error ignored;
	char *path = file_name();

	*saved = (struct saved){ .list = { 0 } };
	if (path)
		MAY_FAIL(file_read_all(path, BYTES_MAX, &text, &ignored),
		    "what cannot be read is not there");
	rest = (struct span){ text.v, text.n };
	while (rest.n && span_next(&rest, '\n', &line)) {
		if (line.n)
			take_line(saved, line);
	}
	str_fini(&text);
	free(path);
}

void
saved_fini(struct saved *saved)
{
	arr_each (patterns, &saved->list)
		free_patterns(patterns);
	arr_free(&saved->list);
}

static bool
is_called(const struct saved_patterns *patterns, bool is_set, const char *name)
{
	return patterns->is_set == is_set && !strcmp(patterns->name, name);
}

const struct saved_patterns *
saved_find(const struct saved *saved, bool is_set, const char *name)
{
	arr_each (patterns, &saved->list) {
		if (is_called(patterns, is_set, name))
			return patterns;
	}
	return NULL;
}

static void
add_line(struct str *out, const struct saved_patterns *patterns)
{
	json_add_pair(
	    out, true, patterns->is_set ? "set" : "repo", patterns->name);
	json_add_pair(out, false, "include", patterns->include);
	json_add_pair(out, false, "exclude", patterns->exclude);
	str_addz(out, "}\n");
}

bool
saved_keep(const struct saved_patterns *patterns, struct error *err)
{
	char *path = file_name();
	struct str text = STR_INIT;
	struct saved saved;
	size_t repos = 0;
	bool ok;

	if (!path)
		return err_set(err, ERR_USAGE,
		    "there is no home folder to keep patterns in");
	saved_load(&saved);
	arr_each (old, &saved.list)
		repos += !old->is_set;
	arr_each (old, &saved.list) {
		bool too_old = !old->is_set && repos-- >= REPOS_MAX;

		if (!too_old &&
		    !is_called(old, patterns->is_set, patterns->name))
			add_line(&text, old);
	}
	add_line(&text, patterns);
	ok = dir_make_parent(path, err) &&
	     file_replace(path, text.v, text.n, err);
	saved_fini(&saved);
	str_fini(&text);
	free(path);
	return ok;
}
