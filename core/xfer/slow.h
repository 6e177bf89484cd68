/*
 * slow.h: which connection is slower than its siblings for so long that another is
 * worth a try.
 *
 * Paths to a server differ, and a connection that had bad luck keeps it: it is a
 * store's overloaded machine, or a route that loses packets. The last piece of a
 * file then takes as long as all others together. Pure logic: whoever has the
 * connections looks at all of them once a second.
 */
#ifndef CORE_XFER_SLOW_H
#define CORE_XFER_SLOW_H

#include <stdbool.h>
#include <stdint.h>

/* So many looks in a row must find it slow. */
#define SLOW_LOOKS 10

/* A connection; {0} is a new one. The caller counts. */
struct slow {
	uint64_t moved; /* bytes since the last look */
	bool excused;   /* since then it had to wait for us or for the server's
			   answer: that says nothing of it */
	unsigned looks; /* in a row that found it slow */
};

/* All connections at one look; {0} is none. */
struct slow_field {
	uint64_t moved;
	unsigned moving;
};

void slow_count(struct slow_field *field, const struct slow *slow);

/* Whether it is to be replaced; `field` has all of them, this one too. Begins what is
 * counted until the next look. */
bool slow_look(struct slow *slow, const struct slow_field *field);

#endif
