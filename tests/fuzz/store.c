/*
 * store.c: a cache and a folder with anything in them: refs, links, metadata,
 * listings, what was checked. Entries are divided by zero bytes; each is a
 * letter (f: file, l: link, d: folder), a blank, its path, and after a line end
 * its content or target. Paths are those below $FOLDER: "hub/..." is the cache,
 * "local/..." a folder of files.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/census/checked.h"
#include "core/census/scan.h"
#include "core/os/root.h"
#include "core/purge/rule.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/local.h"
#include "core/store/refs.h"
#include "core/store/shared.h"
#include "core/store/snapshot.h"
#include "tests/fuzz/fuzz.h"

static void
make_entry(char kind, const char *path, const char *content)
{
	char *whole = fuzz_path(path), *folder;

	if (kind == 'f') {
		fuzz_write(path, content, strlen(content));
	} else if (kind == 'd') {
		(void)mkdir(whole, 0700);
	} else {
		folder = path_join(path, ".");
		fuzz_write(folder, "", 0);
		(void)rmdir(whole);
		MAY_FAIL(symlink(content, whole),
		    "where the name is taken there is another tree to read");
		free(folder);
	}
	free(whole);
}

static void
make_all(struct fuzz in)
{
	for (unsigned n = 0; in.n && n < 40; n++) {
		char *entry = fuzz_text(&in, '\0');
		char *line = strchr(entry, '\n');

		if (line)
			*line = '\0';
		if (entry[0] && entry[1] == ' ' && root_is_below(entry + 2) &&
		    (!strncmp(entry + 2, "hub/", 4) ||
			!strncmp(entry + 2, "local/", 6) ||
			!strcmp(entry + 2, "hug/checked")) &&
		    strlen(entry) < 300)
			make_entry(entry[0], entry + 2, line ? line + 1 : "");
		free(entry);
	}
}

/* Figures agree with each other; nothing unclear is chosen by a rule. */
static void
check_scan(const char *root)
{
	const struct rule detached = { .detached = true };
	struct picks picks = { 0 };
	struct scan scan;
	struct error err;

	if (!scan_cache(&scan, root, NULL, &err)) {
		fuzz_check_error(&err);
		scan_fini(&scan);
		return;
	}
	scan_sort(&scan);
	arr_each (repo, &scan.repos) {
		must(repo->held >= repo->own_held);
		must(!repo->type || repo->id || repo->warning);
		arr_each (revision, &repo->revisions) {
			arr_each (file, &revision->files)
				must(file->blob < repo->blobs.n);
			must(revision->held <= repo->held);
		}
	}
	rule_collect(&detached, &scan, 2e9, &picks);
	arr_each (pick, &picks.list) {
		must(!rule_spares(pick->repo) && !pick->repo->unclear);
		must(!pick->repo->revisions.v[pick->revision].refs.n);
	}
	(void)scan_total(&scan);
	(void)scan_unclear(&scan);
	arr_free(&picks.list);
	scan_fini(&scan);
}

static bool
count(void *context, const struct treefile *file)
{
	struct error err;

	must(path_check(file->path, &err));
	++*(size_t *)context;
	return true;
}

static void
check_repo(const char *root)
{
	static const char *const names[] = { "main", "refs/pr/1", "../x", "" };
	struct cache cache;
	char found[41];
	size_t files = 0;

	cache_init(&cache, root, &(struct repo){ REPO_MODEL, "a/b" });
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!ref_read(&cache, names[i], found))
			continue;
		must(repo_is_commit(found));
		(void)listing_has_parts(&cache, found);
		MAY_FAIL(listing_read(&cache, found, "", count, &files),
		    "a damaged listing is what is tried");
		(void)snapshot_has(&cache, found, "config.json", NULL, 2);
	}
	(void)blob_has(&cache, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", 0);
	(void)shared_has(&cache, NULL, 2);
	cache_fini(&cache);
}

static void
check_local(const char *folder)
{
	struct local_meta meta;
	struct error err;
	char *file = local_file(folder, "a.bin");

	local_look(folder, "a.bin", &meta);
	must(strlen(meta.commit) < DIGEST_HEX_MAX);
	must(strlen(meta.etag) < DIGEST_HEX_MAX);
	must(fuzz_is_shown(meta.etag) || meta.state == LOCAL_UNKNOWN);
	(void)local_has_files(folder);
	/* What was noted now is known, whatever stood there. */
	if (!access(file, R_OK) && meta.state != LOCAL_MISSING &&
	    local_note(folder, "a.bin", "c0", "e0", &err)) {
		local_look(folder, "a.bin", &meta);
		must(!strcmp(meta.commit, "c0") && !strcmp(meta.etag, "e0"));
	}
	free(file);
}

static void
check_checked(void)
{
	struct checked *checked = checked_load();
	double at = 0;

	if (checked_find(checked, "/a", 2, 1.5, &at) == CHECKED_BAD)
		must(checked_has_bad(checked));
	(void)checked_find(checked, "", 0, 1e300, &at);
	checked_free(checked);
}

static void
check_ref_text(struct fuzz in)
{
	struct str text = STR_INIT;
	char *meant;

	str_add(&text, in.p, in.n);
	meant = ref_meant(&text);
	/* What a zero byte would cut short is no commit. */
	must(!repo_is_commit(meant) || !memchr(text.v, '\0', text.n));
	free(meant);
	str_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *root = fuzz_path("hub"), *local = fuzz_path("local");

	make_all(in);
	check_scan(root);
	check_repo(root);
	check_local(local);
	check_checked();
	check_ref_text(in);
	fuzz_remove("hub");
	fuzz_remove("local");
	fuzz_remove("hug");
	free(root);
	free(local);
	return 0;
}
