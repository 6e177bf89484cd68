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
#include "core/run/thread.h"
#include "core/store/layout.h"

#define FORMAT_VERSION 1

#define READ_BLOCK ((size_t)64 * 1024)
#define WRITE_BLOCK ((size_t)8 * 1024 * 1024)

/* Whether name and sums are such as can be used: a file on disk may be
 * another's or damaged, and is asked for again then. */
static bool
is_sound(const struct treefile *file)
{
	enum digest_kind kind;
	struct error ignored;

	return path_check(file->path, &ignored) &&
	       digest_kind_of(file->oid, &kind) &&
	       (!file->sha256 || digest_kind_of(file->sha256, &kind));
}

/* -- reading -- */

struct reading {
	treefile_take *take;
	void *context;
	bool known; /* the format */
	bool in_files;
	struct treefile_draft draft;
};

static bool
give_file(struct reading *r, struct error *err)
{
	struct treefile file;

	if (!r->known || !treefile_draft_read(&r->draft, &file) ||
	    !is_sound(&file))
		return err_set(err, ERR_CORRUPT, "the list is damaged");
	return r->take(r->context, &file) ||
	       err_set(err, ERR_CANCELLED, "stopped");
}

static void
take_fact(struct reading *r, const struct json_token *token)
{
	static const struct treefile_key keys[] = {
		{ "size", TREEFILE_SIZE },
		{ "blob_id", TREEFILE_OID },
		{ "lfs_sha256", TREEFILE_SHA256 },
		{ "lfs_size", TREEFILE_LFS_SIZE },
		{ "xet_hash", TREEFILE_XET },
		{ NULL, TREEFILE_PATH },
	};

	treefile_draft_take(&r->draft, keys, token);
}

/* {"format_version": 1, "files": {<path>: {"size": ...}, ...}} */
static bool
read_token(void *context, const struct json_token *token, struct error *err)
{
	struct reading *r = context;
	uint64_t version;

	switch (token->depth) {
	case 0:
		return token->kind == JSON_OBJECT ||
		       token->kind == JSON_CLOSE ||
		       err_set(err, ERR_CORRUPT, "the list is no object");
	case 1:
		if (!strcmp(token->key, "format_version"))
			r->known = json_token_u64(token, &version) &&
			           version == FORMAT_VERSION;
		r->in_files =
		    token->kind == JSON_OBJECT && !strcmp(token->key, "files");
		return true;
	case 2:
		if (!r->in_files)
			return true;
		if (token->kind == JSON_CLOSE)
			return give_file(r, err);
		treefile_draft_clear(&r->draft);
		str_set(&r->draft.path, token->key);
		return token->kind == JSON_OBJECT ||
		       err_set(err, ERR_CORRUPT, "the list is damaged");
	case 3:
		if (r->in_files)
			take_fact(r, token);
		return true;
	default:
		return true;
	}
}

bool
listing_read(const struct cache *cache, const char *commit, const char *folder,
    treefile_take *take, void *context)
{
	char *path = cache_tree(cache, commit, folder);
	struct reading r = {
		.take = take, .context = context, .draft = TREEFILE_DRAFT_INIT
	};
	struct json_scan scan = { .take = read_token, .context = &r };
	char *block = mem_resize(NULL, READ_BLOCK, 1);
	struct error ignored;
	uint64_t at = 0;
	size_t got = 0;
	int fd = file_open_regular(path, NULL, &ignored);
	bool ok = fd >= 0;

	thread_take_time();
	while (ok &&
	       (ok = file_read_at(fd, block, READ_BLOCK, at, &got, &ignored)) &&
	       got) {
		ok = json_scan_feed(&scan, block, got, &ignored);
		at += got;
	}
	ok = json_scan_end(&scan, &ignored) && ok && r.known;
	file_close(fd);
	free(block);
	free(path);
	treefile_draft_fini(&r.draft);
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

/* There is one for each file: worth the lines. */
static void
add_number(struct str *out, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	str_add(out, digits + at, sizeof(digits) - at);
}

static void
add_file(struct str *out, const struct treefile *file)
{
	str_addz(out, "\n  ");
	json_add_string(out, file->path);
	str_addz(out, ": {\n   \"size\": ");
	add_number(out, file->size);
	add_member(out, "blob_id", file->oid);
	if (file->sha256) {
		add_member(out, "lfs_sha256", file->sha256);
		str_addz(out, ",\n   \"lfs_size\": ");
		add_number(out, file->size);
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
listing_add(struct listing_writer *w, const struct treefile *file)
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

	MAY_FAIL(dir_list(cache->trees, find_part, &find, &ignored),
	    "a listing that cannot be found is not used");
	return find.found;
}

void
listing_note_part(const struct cache *cache, const char *commit)
{
	char *whole = cache_tree(cache, commit, "");
	struct str mark = STR_INIT;
	struct error ignored;

	str_addf(&mark, "%s/%s.names", cache->trees, commit);
	if (!file_entry_exists(whole) && !file_entry_exists(mark.v) &&
	    dir_make_parent(mark.v, &ignored))
		MAY_FAIL(file_replace(mark.v, "", 0, &ignored),
		    "then it is taken for whole, as all clients took it "
		    "before");
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
	MAY_FAIL(file_remove(path, &ignored),
	    "of a repository that is gone no listing is read");
	free(path);
	return true;
}

void
listing_forget(const struct cache *cache, const char *commit)
{
	struct forgetting forgetting = { cache, commit };
	struct error ignored;

	MAY_FAIL(dir_list(cache->trees, forget_one, &forgetting, &ignored),
	    "of a repository that is gone no listing is read");
}
