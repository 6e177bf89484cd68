#include "core/store/listing.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"

/* Some 250 bytes a file: more files than any repository has. */
#define LISTING_MAX ((size_t)4 * 1024 * 1024 * 1024)

#define FORMAT_VERSION 1

void
listing_fini(struct listing *listing)
{
	arr_each (file, &listing->files) {
		free(file->path);
		free(file->oid);
		free(file->sha256);
		free(file->xet);
	}
	arr_free(&listing->files);
}

const char *
listing_etag(const struct listing_file *file)
{
	return file->sha256 ? file->sha256 : file->oid;
}

/* Whether name and sums are such as we would write: the file may be another's
 * or damaged, and is asked for again then. */
static bool
is_sound(const struct cJSON *item)
{
	const char *sha256 = json_str(item, "lfs_sha256", NULL);
	enum digest_kind kind;
	struct error ignored;

	return path_check(json_key(item), &ignored) &&
	       digest_kind_of(json_str(item, "blob_id", ""), &kind) &&
	       (!sha256 || digest_kind_of(sha256, &kind));
}

static bool
read_files(const struct cJSON *root, struct listing *listing)
{
	const struct cJSON *files = json_get(root, "files");
	uint64_t version = 0;

	if (!json_u64(root, "format_version", &version) ||
	    version != FORMAT_VERSION || !json_is_object(files))
		return false;
	json_each (item, files) {
		struct listing_file file = { .size = 0 };

		if (!json_u64(item, "lfs_size", &file.size) &&
		    !json_u64(item, "size", &file.size))
			return false;
		if (!is_sound(item))
			return false;
		file.path = mem_strdup(json_key(item));
		file.oid = mem_strdup(json_str(item, "blob_id", NULL));
		file.sha256 = mem_strdup(json_str(item, "lfs_sha256", NULL));
		file.xet = mem_strdup(json_str(item, "xet_hash", NULL));
		arr_push(&listing->files, file);
	}
	return true;
}

bool
listing_read(const struct cache *cache, const char *commit, const char *folder,
    struct listing *listing)
{
	char *path = cache_tree(cache, commit, folder);
	struct str text = STR_INIT;
	struct cJSON *root = NULL;
	struct error ignored;
	bool ok = false;

	if (file_read_all(path, LISTING_MAX, &text, &ignored))
		root = json_parse(text.v, text.n, &ignored);
	if (root)
		ok = read_files(root, listing);
	if (!ok)
		listing_fini(listing);
	json_free(root);
	str_fini(&text);
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

static int
by_path(const void *a, const void *b)
{
	const struct listing_file *x = a;
	const struct listing_file *y = b;

	return strcmp(x->path, y->path);
}

static void
add_member(struct str *out, const char *key, const char *value)
{
	str_addf(out, ",\n   \"%s\": ", key);
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

bool
listing_write(const struct cache *cache, const char *commit, const char *folder,
    struct listing *listing, struct error *err)
{
	char *path;
	struct str text = STR_INIT;
	const char *before = "";
	bool ok;

	/* What the next run would refuse is not worth keeping. */
	arr_each (file, &listing->files) {
		if (!path_check(file->path, err))
			return false;
	}
	path = cache_tree(cache, commit, folder);

	if (listing->files.n)
		qsort(listing->files.v, listing->files.n,
		    sizeof(*listing->files.v), by_path);
	str_addf(&text, "{\n \"format_version\": %d,\n \"files\": {",
	    FORMAT_VERSION);
	arr_each (file, &listing->files) {
		str_addz(&text, before);
		add_file(&text, file);
		before = ",";
	}
	str_addz(&text, listing->files.n ? "\n }\n}" : "}\n}");
	ok = dir_make_parent(path, err) &&
	     file_replace(path, text.v, text.n, err);
	str_fini(&text);
	free(path);
	return ok;
}

bool
listing_has_parts(const struct cache *cache, const char *commit)
{
	char *folder = path_join(cache->repo, "trees");
	struct find_parts find = { commit, false };
	struct error ignored;

	(void)!dir_list(folder, find_part, &find, &ignored);
	free(folder);
	return find.found;
}

void
listing_note_part(const struct cache *cache, const char *commit)
{
	char *whole = cache_tree(cache, commit, "");
	struct str mark = STR_INIT;
	struct error ignored;

	str_addf(&mark, "%s/trees/%s.names", cache->repo, commit);
	/* A failure costs no more than what was so before. */
	if (!file_entry_exists(whole) && !file_entry_exists(mark.v) &&
	    dir_make_parent(mark.v, &ignored))
		(void)!file_replace(mark.v, "", 0, &ignored);
	str_fini(&mark);
	free(whole);
}
