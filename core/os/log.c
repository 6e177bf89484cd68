#include "core/os/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/base/str.h"
#include "core/base/utf8.h"

void
log_line(const struct log *log, const char *format, ...)
{
	char text[4096];
	char when[32];
	struct str line = STR_INIT;
	struct timespec now;
	struct tm tm;
	va_list args;

	if (log->fd < 0)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	str_addf(&line, "%s.%03ld ", when, now.tv_nsec / 1000000);
	utf8_safe(&line, text);
	str_addc(&line, '\n');
	MAY_FAIL(write(log->fd, line.v, line.n),
	    "a log that cannot be written is no reason to stop");
	str_fini(&line);
}
