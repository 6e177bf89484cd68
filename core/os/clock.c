#include "core/os/clock.h"

#include <stdlib.h>
#include <time.h>

uint64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

double
clock_unix_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

uint64_t
clock_scaled(uint64_t ms)
{
#ifdef ENABLE_FAULTS
	const char *text = getenv("HUG_TIME_SCALE");
	double scale = text ? strtod(text, NULL) : 1;

	if (scale > 0 && scale < 1)
		return (uint64_t)((double)ms * scale) + 1;
#endif
	return ms;
}
