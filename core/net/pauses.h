/* pauses.h: servers that want to be left alone for a while. */
#ifndef CORE_NET_PAUSES_H
#define CORE_NET_PAUSES_H

#include <stdint.h>

#include "core/base/arr.h"

struct pause {
	char *origin;
	uint64_t until_ms; /* on the clock of clock_ms */
};

/* {0} has none. */
struct pauses {
	ARR(struct pause) list; /* a server each */
};

/* The server of an address is to be asked nothing for `ms` from now. */
void pauses_add(struct pauses *pauses, const char *url, uint64_t ms);

/* For how long that still is, 0: not at all. */
uint64_t pauses_left(const struct pauses *pauses, const char *url);

/* Releases the list: no server is paused then. */
void pauses_fini(struct pauses *pauses);

#endif
