/*
 * pace.h: how many connections at once.
 *
 * Nobody knows the best number: it depends on the path and on the server. So
 * it is searched for: more while more brings more, back when it does not, half
 * when the server says that it is too much or when the rate collapses. Pure
 * logic; the caller brings the clock.
 */
#ifndef CORE_XFER_PACE_H
#define CORE_XFER_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	unsigned limit; /* connections that may be open now */
	unsigned most;
	unsigned chosen; /* by the user; 0: searched for */
	uint64_t since_ms;
	uint64_t moved; /* bytes and files since then, as one figure */
	double best;    /* a second, with `best_limit` */
	unsigned best_limit;
	unsigned worse;      /* measurements in a row that brought less */
	bool settled;        /* more was too much once */
	unsigned rest;       /* measurements to wait before trying more again */
	uint64_t refused_ms; /* when the server last did; 0: never */
};

/* `chosen` 0: searched for. */
void pace_init(struct pace *pace, unsigned chosen, uint64_t now_ms);

/* Says that bytes came, or that a whole file did. */
void pace_bytes(struct pace *pace, uint64_t bytes);
void pace_file(struct pace *pace);

/* Looks at what came, now and then; `busy` says that all of the limit is in
 * use, without which more cannot help. */
void pace_look(struct pace *pace, bool busy, uint64_t now_ms);

/* The server allows fewer requests. */
void pace_too_many(struct pace *pace, uint64_t now_ms);

#endif
