#include "core/census/checked.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/census/check.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

#define HEAD "hug-checked 1\n"

/* A file that is larger is none of ours. */
#define FILE_MAX_SIZE ((size_t)64 * 1024 * 1024)

struct entry {
	char *path;
	uint64_t at, size, modified; /* the last in microseconds */
	bool good;
};

struct checked {
	ARR(struct entry) entries;
	struct map paths;
	bool bad;
};

static char *
find_file(void)
{
	return env_own_file("XDG_STATE_HOME", ".local/state", "checked");
}

static uint64_t
micro(double seconds)
{
	return seconds > 0 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;
}

/* A newer entry takes the place of an older one. */
static void
put(struct checked *checked, const struct entry *entry)
{
	size_t at;

	if (map_find(&checked->paths, entry->path, &at)) {
		struct entry *old = &checked->entries.v[at];

		old->at = entry->at;
		old->size = entry->size;
		old->modified = entry->modified;
		old->good = entry->good;
		free(entry->path);
		return;
	}
	map_add(&checked->paths, entry->path, checked->entries.n);
	arr_push(&checked->entries, *entry);
}

static void
take_line(struct checked *checked, struct span line)
{
	struct span at, size, modified, word;
	struct entry entry;

	if (!span_next(&line, ' ', &at) || !span_next(&line, ' ', &size) ||
	    !span_next(&line, ' ', &modified) ||
	    !span_next(&line, ' ', &word) || !line.n ||
	    !span_u64(at, &entry.at) || !span_u64(size, &entry.size) ||
	    !span_u64(modified, &entry.modified))
		return;
	entry.good = span_is(word, "ok");
	if (!entry.good && !span_is(word, "bad"))
		return;
	entry.path = mem_strndup(line.p, line.n);
	put(checked, &entry);
}

struct checked *
checked_load(void)
{
	struct checked *checked = mem_new(struct checked);
	char *path = find_file();
	struct str text = STR_INIT;
	struct span rest, line;
	struct error ignored;

	if (path && file_read_all(path, FILE_MAX_SIZE, &text, &ignored) &&
	    !strncmp(text.v, HEAD, strlen(HEAD))) {
		rest = (struct span){ text.v + strlen(HEAD),
			text.n - strlen(HEAD) };
		while (rest.n && span_next(&rest, '\n', &line))
			take_line(checked, line);
	}
	arr_each (entry, &checked->entries)
		checked->bad = checked->bad || !entry->good;
	str_fini(&text);
	free(path);
	return checked;
}

void
checked_free(struct checked *checked)
{
	if (!checked)
		return;
	arr_each (entry, &checked->entries)
		free(entry->path);
	arr_free(&checked->entries);
	map_fini(&checked->paths);
	free(checked);
}

enum checked_state
checked_find(const struct checked *checked, const char *path, uint64_t size,
    double modified, double *at)
{
	const struct entry *entry;
	size_t number;

	if (!map_find(&checked->paths, path, &number))
		return CHECKED_NOT;
	entry = &checked->entries.v[number];
	if (entry->size != size || entry->modified != micro(modified))
		return CHECKED_NOT;
	if (at)
		*at = (double)entry->at;
	return entry->good ? CHECKED_GOOD : CHECKED_BAD;
}

bool
checked_has_bad(const struct checked *checked)
{
	return checked->bad;
}

static void
save(const struct checked *checked)
{
	struct str text = STR_INIT;
	char *path = find_file();
	struct error ignored;

	str_addz(&text, HEAD);
	arr_each (entry, &checked->entries) {
		if (strchr(entry->path, '\n') ||
		    !file_entry_exists(entry->path))
			continue;
		str_addf(&text, "%llu %llu %llu %s %s\n",
		    (unsigned long long)entry->at,
		    (unsigned long long)entry->size,
		    (unsigned long long)entry->modified,
		    entry->good ? "ok" : "bad", entry->path);
	}
	if (path && dir_make_parent(path, &ignored))
		MAY_FAIL(
		    file_replace_mode(path, text.v, text.n, 0600, &ignored),
		    "without the record files are only summed again");
	str_fini(&text);
	free(path);
}

struct checked *
checked_record(const struct check *check)
{
	struct checked *checked = checked_load();
	bool any = false;

	arr_each (file, check_result(check)) {
		struct entry entry = { .at = (uint64_t)clock_unix_s(),
			.size = file->size,
			.modified = micro(file->modified),
			.good = file->state == CHECK_GOOD };

		if (!entry.modified ||
		    (file->state != CHECK_GOOD && file->state != CHECK_BAD))
			continue;
		entry.path = mem_strdup(file->path);
		put(checked, &entry);
		checked->bad = checked->bad || !entry.good;
		any = true;
	}
	if (any)
		save(checked);
	return checked;
}
