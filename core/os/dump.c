#include "core/os/dump.h"

#include <stdlib.h>

#ifdef __linux__
#include <sys/prctl.h>

/* Checkers of memory look at the process once more when all is freed. */
static void
allow(void)
{
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void
dump_forbid(void)
{
	if (!prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		atexit(allow);
}
#else
void
dump_forbid(void)
{
}
#endif
