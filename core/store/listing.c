#include "core/store/listing.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"

#define FORMAT_VERSION 1

#define READ_BLOCK ((size_t)64 * 1024)
#define WRITE_BLOCK ((size_t)8 * 1024 * 1024)

const char *
listing_etag(const struct listing_file *file)
{
	return file->sha256 ? file->sha256 : file->oid;
}

/* Whether name and sums are such as can be used: a file on disk may be
 * another's or damaged, and is asked for again then. */
static bool
is_sound(const struct listing_file *file)
{
	enum digest_kind kind;
	struct error ignored;

	return file->path && path_check(file->path, &ignored) && file->oid &&
	       digest_kind_of(file->oid, &kind) &&
	       (!file->sha256 || digest_kind_of(file->sha256, &kind));
}

/* -- reading -- */

struct reading {
	void (*take)(void *context, const struct listing_file *file);
	void *context;
	bool known; /* the format */
};

static bool
read_member(void *context, const struct cJSON *member, bool inner)
{
	struct reading *reading = context;
	struct listing_file file = {
		.path = json_key(member),
		.oid = json_str(member, "blob_id", NULL),
		.sha256 = json_str(member, "lfs_sha256", NULL),
		.xet = json_str(member, "xet_hash", NULL),
	};
	uint64_t version;

	if (!inner && !strcmp(json_key(member), "format_version"))
		reading->known =
		    json_number(member, &version) && version == FORMAT_VERSION;
	if (!inner)
		return true;
	if (!reading->known || !is_sound(&file) ||
	    (!json_u64(member, "lfs_size", &file.size) &&
		!json_u64(member, "size", &file.size)))
		return false;
	reading->take(reading->context, &file);
	return true;
}

bool
listing_read(const struct cache *cache, const char *commit, const char *folder,
    void (*take)(void *context, const struct listing_file *file), void *context)
{
	char *path = cache_tree(cache, commit, folder);
	struct reading reading = { take, context, false };
	struct json_scan scan = {
		.opened = "files", .take = read_member, .context = &reading
	};
	char *block = mem_resize(NULL, READ_BLOCK, 1);
	struct error ignored;
	uint64_t at = 0;
	size_t got = 0;
	int fd = file_open_regular(path, NULL, &ignored);
	bool ok = fd >= 0;

	while (ok &&
	       (ok = file_read_at(fd, block, READ_BLOCK, at, &got, &ignored)) &&
	       got) {
		ok = json_scan_feed(&scan, block, got);
		at += got;
	}
	ok = json_scan_end(&scan) && ok && reading.known;
	file_close(fd);
	free(block);
	free(path);
	return ok;
}

struct find_parts {
	const char *commit;
	bool found;
};

/* Takes <commit>.<hex>.json, not <commit>.json. */
static bool
find_part(void *context, const char *name)
{
	struct find_parts *find = context;
	size_t n = strlen(find->commit);

	find->found = !strncmp(name, find->commit, n) && name[n] == '.' &&
	              strcmp(name + n, ".json") != 0;
	return !find->found;
}

/* -- writing -- */

/* An entry in the text that is not on disk yet. */
struct place {
	char *path;
	size_t at, n;
};

struct listing_writer {
	char *path;
	struct file_draft draft;
	struct str text;
	ARR(struct place) places; /* of all entries, while that is so */
	bool any;
	struct error err; /* code ERR_NONE: all is well */
};

static void
add_member(struct str *out, const char *key, const char *value)
{
	str_addz(out, ",\n   \"");
	str_addz(out, key);
	str_addz(out, "\": ");
	json_add_string(out, value);
}

static void
add_file(struct str *out, const struct listing_file *file)
{
	str_addz(out, "\n  ");
	json_add_string(out, file->path);
	str_addf(out, ": {\n   \"size\": %llu", (unsigned long long)file->size);
	add_member(out, "blob_id", file->oid);
	if (file->sha256) {
		add_member(out, "lfs_sha256", file->sha256);
		str_addf(out, ",\n   \"lfs_size\": %llu",
		    (unsigned long long)file->size);
	}
	if (file->xet)
		add_member(out, "xet_hash", file->xet);
	str_addz(out, "\n  }");
}

static void
forget_places(struct listing_writer *w)
{
	arr_each (place, &w->places)
		free(place->path);
	arr_free(&w->places);
}

struct listing_writer *
listing_begin(const struct cache *cache, const char *commit, const char *folder)
{
	struct listing_writer *w = mem_new(struct listing_writer);

	w->path = cache_tree(cache, commit, folder);
	w->draft.fd = -1;
	str_init(&w->text);
	if (dir_make_parent(w->path, &w->err) &&
	    file_draft_open(&w->draft, w->path, &w->err))
		w->err.code = ERR_NONE;
	str_addf(&w->text, "{\n \"format_version\": %d,\n \"files\": {",
	    FORMAT_VERSION);
	return w;
}

void
listing_add(struct listing_writer *w, const struct listing_file *file)
{
	size_t at;
	if (w->err.code != ERR_NONE)
		return;
	if (!is_sound(file)) {
		err_set(&w->err, ERR_CORRUPT, "the list cannot be kept");
		return;
	}
	str_addz(&w->text, w->any ? "," : "");
	w->any = true;
	at = w->text.n;
	add_file(&w->text, file);
	if (!w->draft.size)
		arr_push(&w->places, (struct place){ mem_strdup(file->path), at,
					 w->text.n - at });
	if (w->text.n < WRITE_BLOCK)
		return;
	forget_places(w);
	if (file_draft_add(&w->draft, w->text.v, w->text.n, &w->err))
		w->err.code = ERR_NONE;
	str_clear(&w->text);
}

static int
by_path(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return strcmp(x->path, y->path);
}

/*
 * Puts the entries in order of their paths, as the official client does. A
 * list too large to be in memory stays in the Hub's order, which means the
 * same to every reader.
 */
static void
sort(struct listing_writer *w)
{
	struct str text = STR_INIT;
	const char *before = "";

	if (!w->places.n)
		return;
	str_add(&text, w->text.v, w->places.v[0].at);
	qsort(w->places.v, w->places.n, sizeof(*w->places.v), by_path);
	arr_each (place, &w->places) {
		str_addz(&text, before);
		str_add(&text, w->text.v + place->at, place->n);
		before = ",";
	}
	str_fini(&w->text);
	w->text = text;
}

bool
listing_finish(struct listing_writer *w, struct error *err)
{
	bool ok = w->err.code == ERR_NONE;

	*err = w->err;
	sort(w);
	str_addz(&w->text, w->any ? "\n }\n}" : "}\n}");
	ok = ok && file_draft_add(&w->draft, w->text.v, w->text.n, err) &&
	     file_draft_publish(&w->draft, w->path, err);
	listing_drop(w);
	return ok;
}

void
listing_drop(struct listing_writer *w)
{
	if (!w)
		return;
	file_draft_drop(&w->draft);
	forget_places(w);
	str_fini(&w->text);
	free(w->path);
	free(w);
}

bool
listing_has_parts(const struct cache *cache, const char *commit)
{
	struct find_parts find = { commit, false };
	struct error ignored;

	(void)!dir_list(cache->trees, find_part, &find, &ignored);
	return find.found;
}

void
listing_note_part(const struct cache *cache, const char *commit)
{
	char *whole = cache_tree(cache, commit, "");
	struct str mark = STR_INIT;
	struct error ignored;

	str_addf(&mark, "%s/%s.names", cache->trees, commit);
	/* A failure costs no more than what was so before. */
	if (!file_entry_exists(whole) && !file_entry_exists(mark.v) &&
	    dir_make_parent(mark.v, &ignored))
		(void)!file_replace(mark.v, "", 0, &ignored);
	str_fini(&mark);
	free(whole);
}

struct forgetting {
	const struct cache *cache;
	const char *commit;
};

static bool
forget_one(void *context, const char *name)
{
	const struct forgetting *f = context;
	size_t n = strlen(f->commit);
	struct error ignored;
	char *path;

	if (strncmp(name, f->commit, n) != 0 || name[n] != '.')
		return true;
	path = path_join(f->cache->trees, name);
	(void)!file_remove(path, &ignored);
	free(path);
	return true;
}

void
listing_forget(const struct cache *cache, const char *commit)
{
	struct forgetting forgetting = { cache, commit };
	struct error ignored;

	(void)!dir_list(cache->trees, forget_one, &forgetting, &ignored);
}
