/* listing.c: the files of a commit, as they are kept on disk. */
#include "core/store/listing.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/store/layout.h"
#include "tests/fuzz/fuzz.h"

static const char commit[] = "0123456789abcdef0123456789abcdef01234567";

/* What a reading gave, in the order in which it is written again. */
struct noted {
	struct listing_writer *writer; /* NULL: only the sum is wanted */
	size_t files;
	uint64_t sum;
};

static bool
note(void *context, const struct treefile *file)
{
	struct noted *noted = context;
	struct error err;

	must(path_check(file->path, &err));
	must(*treefile_etag(file) && strlen(treefile_etag(file)) <= 64);
	noted->files++;
	noted->sum += file->size + strlen(file->path);
	if (noted->writer)
		listing_add(noted->writer, file);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] =
	    "hub/models--a--b/trees/"
	    "0123456789abcdef0123456789abcdef01234567.json";
	char *root = fuzz_path("hub");
	struct noted first = { 0 }, second = { 0 };
	struct cache cache;
	struct error err;
	bool ok;

	cache_init(&cache, root, &(struct repo){ REPO_MODEL, "a/b" });
	fuzz_write(name, data, size);
	first.writer = listing_begin(&cache, commit, "part");
	ok = listing_read(&cache, commit, "", note, &first);
	if (ok) {
		/* All of it can be kept, and read again. */
		must(listing_finish(first.writer, &err));
		must(listing_read(&cache, commit, "part", note, &second));
		must(first.files == second.files && first.sum == second.sum);
		must(listing_has_parts(&cache, commit));
	} else {
		listing_drop(first.writer);
	}
	listing_forget(&cache, commit);
	must(!listing_has_parts(&cache, commit));
	cache_fini(&cache);
	free(root);
	return 0;
}
