/*
 * partial.c: the journal behind a file that was not finished. The first byte
 * says how large the file is to be and whose boot the journal names.
 */
#include "core/down/partial.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/boot.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "tests/fuzz/fuzz.h"

#define MIB ((uint64_t)1024 * 1024)

static const uint64_t sizes[] = { 0, 1, 5000, 32 * MIB, 33 * MIB - 7, 500 * MIB,
	5000000 * MIB, PIECE_NO_END };

static struct loop *loop;
static struct workers *workers;

static void
on_done(void *context, enum partial_task task)
{
	(void)context;
	(void)task;
	loop_stop(loop);
}

/* What is left of the input stands where the journal would. */
static void
make_file(const char *path, uint64_t size, struct fuzz in, bool this_boot)
{
	uint64_t at = size == PIECE_NO_END ? 0 : (size + 4095) / 4096 * 4096;
	char *bytes = mem_strndup(in.n ? (const char *)in.p : "", in.n);
	int fd;

	/* The boot stands behind three numbers. */
	if (this_boot && in.n >= 24 + BOOT_ID_MAX)
		boot_id(bytes + 24);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0);
	if (in.n)
		must(pwrite(fd, bytes, in.n, (off_t)at) == (ssize_t)in.n);
	(void)close(fd);
	free(bytes);
}

static void
open_partial(struct partial *p, bool fresh)
{
	partial_open(p, fresh);
	loop_run(loop);
}

static void
check_pieces(const struct partial *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->pieces.n; i++) {
		must(p->pieces.v[i].have <= pieces_length(&p->pieces, i));
		sum += p->pieces.v[i].have;
	}
	must(sum == pieces_bytes(&p->pieces));
	must(pieces_front(&p->pieces) <= p->size);
	must(!partial_is_whole(p) || sum == p->size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	unsigned shape = fuzz_byte(&in);
	uint64_t length = sizes[shape % 8], before;
	char *path = fuzz_path("partial"), *spare = fuzz_path("spare");
	struct partial p, again;
	struct error err;

	if (!loop) {
		loop = loop_new();
		workers = workers_new(loop, 1, &err);
		must(workers);
	}
	make_file(path, length, in, shape & 8);
	partial_init(&p, workers, path, spare, DIGEST_SHA256, length);
	p.done = on_done;
	open_partial(&p, false);
	if (p.err.code == ERR_NONE) {
		check_pieces(&p);
		before = pieces_bytes(&p.pieces);
		/* Who opens it next finds the same. */
		partial_init(&again, workers, mem_strdup(path),
		    mem_strdup(spare), DIGEST_SHA256, length);
		again.done = on_done;
		open_partial(&again, false);
		must(again.err.code == ERR_NONE);
		must(pieces_bytes(&again.pieces) == before);
		open_partial(&again, true);
		must(!pieces_bytes(&again.pieces));
		partial_fini(&again);
	}
	partial_fini(&p);
	fuzz_remove("partial");
	fuzz_remove("spare");
	return 0;
}
