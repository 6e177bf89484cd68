/*
 * log.h: the debug log, off unless asked for.
 *
 * Lines go to the descriptor one write each. Callers never pass a token; text
 * from outside is made safe to show here.
 */
#ifndef CORE_OS_LOG_H
#define CORE_OS_LOG_H

#include "core/base/attr.h"

struct log {
	int fd; /* -1: off */
};

#define LOG_OFF                                                                \
	{                                                                      \
		-1                                                             \
	}

/* Appends a line of at most 4095 bytes with the time of day in UTC, unless it is
 * off. */
void log_line(const struct log *log, const char *format, ...) PRINTF(2, 3);

#endif
