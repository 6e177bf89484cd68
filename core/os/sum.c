#include "core/os/sum.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/os/file.h"

#define READ_BLOCK ((size_t)256 * 1024)

/* Reads `most` bytes, or all that there are. */
static bool
sum_up(int fd, struct digest *digest, uint64_t most,
    const atomic_bool *cancelled, atomic_ullong *bytes, struct error *err)
{
	char *block = mem_resize(NULL, READ_BLOCK, 1);
	uint64_t at = 0;
	size_t got = 0;
	size_t want;
	bool ok;

	do {
		want =
		    most - at < READ_BLOCK ? (size_t)(most - at) : READ_BLOCK;
		ok = file_read_at(fd, block, want, at, &got, err);
		if (ok)
			digest_add(digest, block, got);
		at += got;
		if (bytes)
			atomic_fetch_add_explicit(
			    bytes, got, memory_order_relaxed);
		if (cancelled &&
		    atomic_load_explicit(cancelled, memory_order_relaxed))
			ok = err_set(err, ERR_CANCELLED, "stopped");
	} while (ok && got == READ_BLOCK);
	free(block);
	return ok;
}

bool
sum_file(const char *path, enum digest_kind kind, char sum[DIGEST_HEX_MAX],
    const atomic_bool *cancelled, atomic_ullong *bytes, struct error *err)
{
	struct digest *digest;
	uint64_t size = 0;
	int fd = file_open_unseen(path, &size, err);
	bool ok;

	if (fd < 0)
		return false;
	digest = digest_new();
	digest_start(digest, kind, size);
	ok = sum_up(fd, digest, UINT64_MAX, cancelled, bytes, err);
	if (ok)
		digest_end(digest, sum);
	digest_free(digest);
	file_close(fd);
	return ok;
}

bool
sum_first(const char *path, uint64_t size, enum digest_kind kind,
    char sum[DIGEST_HEX_MAX], const atomic_bool *cancelled,
    atomic_ullong *bytes, struct error *err)
{
	struct digest *digest;
	uint64_t has = 0;
	int fd = file_open_unseen(path, &has, err);
	bool ok;

	if (fd < 0)
		return false;
	digest = digest_new();
	digest_start(digest, kind, size);
	ok = has >= size ? sum_up(fd, digest, size, cancelled, bytes, err)
	                 : err_set(err, ERR_CONFLICT, "%s is shorter", path);
	if (ok)
		digest_end(digest, sum);
	digest_free(digest);
	file_close(fd);
	return ok;
}
