/* clock.h: time. */
#ifndef CORE_OS_CLOCK_H
#define CORE_OS_CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that never jumps; its zero means nothing. */
uint64_t clock_ms(void);

/* Seconds since 1970. */
double clock_unix_s(void);

/*
 * A waiting time as it is really waited: unchanged, except that builds with
 * --enable-faults multiply it by HUG_TIME_SCALE (a decimal fraction), so that
 * tests of time-outs and back-off are quick.
 */
uint64_t clock_scaled(uint64_t ms);

#endif
