/*
 * block.h: what is running, as lines of text: a line each and one for all.
 *
 *	model-00001-of-00002.safetensors  ███▌        45%   5.4 MB   1.2 MB/s     0:07
 *	1/2 files                         ██▎         28%  12.0 MB   2.4 MB/s     0:21
 *
 * Columns stand below each other, and leave where there is no room, those that
 * tell least first. No line is wider than the terminal less one column, where
 * some terminals would wrap it.
 */
#ifndef CLI_SHOW_BLOCK_H
#define CLI_SHOW_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct block_line {
	const char *name;  /* safe to show */
	const char *brief; /* in its place where that is too long; or NULL */
	double share;      /* that is done, 0 to 1 */
	uint64_t done;     /* bytes */
	uint64_t total;    /* 0: not known, and there is no bar */
	double per_s;      /* bytes; 0: not known */
	bool stalled;      /* nothing comes */
	bool timed;        /* it is known how long it still takes: */
	uint64_t left_s;
};

struct block_room {
	unsigned columns, rows; /* of the terminal */
	size_t names; /* columns of the widest name there was: so that nothing
	                 moves when that one ends */
	bool unicode;
};

/*
 * Appends the lines as a frame that draws over the one before, with the cursor
 * on the first line, and leaves the cursor there. The last is that of all; of
 * the others as many as fit.
 */
void block_add(struct str *out, const struct block_line *lines, size_t n,
    const struct block_room *room);

#endif
