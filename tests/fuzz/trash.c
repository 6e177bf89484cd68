/*
 * trash.c: the journal of a deletion that can be taken back. Whatever it says,
 * nothing comes to lie but in a repository, and what cannot come back stays.
 */
#include "core/store/trash.h"
#include "core/purge/trash_back.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/os/root.h"
#include "core/purge/carry.h"
#include "tests/fuzz/fuzz.h"

#define BATCH "1700000000-0123abcd"
#define KEPT "hub/models--x--y/refs/main"
#define PLACE "hub/.locks/.trash/" BATCH "/"

/* By their size payloads are known again; no input is so long. */
static const char payload[5003];

static size_t payloads, root_length;

static int
count_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	const char *below = path + root_length;

	(void)ftw;
	if (kind != FTW_F || st->st_size != sizeof(payload))
		return 0;
	payloads++;
	must(!strncmp(below, "/.locks/.trash/", 15) ||
	     !strncmp(below, "/models--", 9) ||
	     !strncmp(below, "/datasets--", 11) ||
	     !strncmp(below, "/spaces--", 9) ||
	     !strncmp(below, "/kernels--", 10));
	return 0;
}

static void
make_batch(const uint8_t *data, size_t size, unsigned shape)
{
	char *folder = fuzz_path(PLACE);

	fuzz_write(PLACE "owner", "hug-trash 2\n", 12);
	(void)chmod(folder, 0700);
	fuzz_write(PLACE "journal", data, size);
	fuzz_write(PLACE "0", payload, sizeof(payload));
	/* The second is a folder, as a repository or a revision is. */
	fuzz_write(PLACE "1/blobs/x", payload, sizeof(payload));
	if (shape & 1)
		fuzz_write("hub/models--a--b/refs/main", "there", 5);
	if (shape & 2)
		fuzz_write(PLACE "decided", "", 0);
	fuzz_write(KEPT, "kept", 4);
	free(folder);
}

static void
tell(void *context, const char *text)
{
	(void)context;
	must(*text);
}

/* Frees what is in the batch, and nothing else. */
static void
check_empty(struct trash *trash)
{
	const struct carry_watch watch = { .tell = tell };
	struct carry_result result = { 0 };
	bool gone = trash_empty(trash, NULL, &watch, &result);

	must(gone == !result.left);
	must(!gone || !trash_count(trash));
}

/* Whatever the journal says, a repository that it does not own is not touched. */
static void
check_kept(void)
{
	char *path = fuzz_path(KEPT);
	struct stat st;

	must(!stat(path, &st) && st.st_size == 4);
	free(path);
}

static void
check_look(const struct root *root)
{
	trash_list list = { 0 };
	struct error err;

	must(trash_look(root, &list, &err));
	must(list.n == 1);
	must(!strcmp(list.v[0].name, BATCH));
	must(list.v[0].state != TRASH_LEFT || list.v[0].things <= 2);
	must(list.v[0].state != TRASH_WAITING);
	trash_list_free(&list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	unsigned shape = fuzz_byte(&in);
	char *path = fuzz_path("hub");
	struct trash *trash;
	struct root *root;
	struct error err;
	bool restored = false;

	make_batch(in.p, in.n, shape);
	root = root_open(path, &err);
	must(root);
	check_look(root);
	root_close(root);
	trash = trash_open(path, BATCH, &err);
	if (trash) {
		must(trash_count(trash) <= 2);
		restored = trash_count(trash) > 0 || (shape & 4);
		if (shape & 4)
			check_empty(trash);
		else
			MAY_FAIL(trash_restore(trash, tell, NULL),
			    "check_kept() looks at what it left, however it "
			    "ended");
		trash_free(trash);
	}
	check_kept();
	payloads = 0;
	root_length = strlen(path);
	(void)nftw(path, count_one, 16, FTW_PHYS);
	/* Only what comes back can meet something that was made meanwhile. */
	must(payloads == 2 || restored);
	fuzz_remove("hub");
	free(path);
	return 0;
}
