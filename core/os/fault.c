#include "core/os/fault.h"

#ifdef ENABLE_FAULTS
#include <errno.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/span.h"
#include "core/os/sig.h"

/* Enough for the points that one test combines. */
#define FAULTS_MAX 8

/* The only state of the program outside struct app, and of tests alone. */
static atomic_uint fault_calls[FAULTS_MAX];

bool
fault_hit(const char *name)
{
	const char *text = getenv("HUG_FAULT");
	struct span rest = span_of(text ? text : "");
	struct span row, part[3] = { { NULL, 0 } };

	if (!rest.n)
		return false;
	for (unsigned i = 0; i < FAULTS_MAX && span_next(&rest, ',', &row);
	     i++) {
		uint64_t nth = 0, errnum = 0;
		unsigned call;
		bool onward;

		for (unsigned k = 0; k < 3; k++)
			span_next(&row, ':', &part[k]);
		if (!span_is(part[0], name))
			continue;
		onward = part[1].n && part[1].p[part[1].n - 1] == '+';
		part[1].n -= onward;
		span_u64(part[1], &nth);
		span_u64(part[2], &errnum);
		call = atomic_fetch_add(&fault_calls[i], 1) + 1;
		if (call == nth || (onward && call > nth)) {
			if (span_is(part[2], "kill"))
				_exit(137);
			if (span_is(part[2], "stop")) {
				sig_freeze_self();
				return false;
			}
			errno = (int)errnum;
			return true;
		}
	}
	return false;
}
#else
/* A translation unit must not be empty. */
typedef int fault_is_off;
#endif
