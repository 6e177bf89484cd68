/*
 * fault.h: failure points for tests.
 *
 * In a build with --enable-faults the variable HUG_FAULT names calls that are
 * to fail, as "name:nth:errno" parted by commas: "write:3:28" makes the third
 * write fail with ENOSPC, "write:3+:28" that one and all after it, "remove:2:kill" ends the process there as
 * kill -9 does, "rename:1:stop" stops it there until somebody lets it go on. "stall:3:2" makes the third write take two seconds longer, "slow:3:2" the third sync. In other builds no code is left of it.
 */
#ifndef CORE_OS_FAULT_H
#define CORE_OS_FAULT_H

#include <stdbool.h>

#ifdef ENABLE_FAULTS
/* Counts one call of `name`; true, with errno set, if it has to fail. */
bool fault_hit(const char *name);
#else
static inline bool
fault_hit(const char *name)
{
	(void)name;
	return false;
}
#endif

#endif
