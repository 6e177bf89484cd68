#include "cli/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"

void
out_error(const struct error *err)
{
	size_t n = strlen(err->message);
	bool ended = n && strchr(".!?", err->message[n - 1]);

	fprintf(stderr, "hug: %s", err->message);
	if (err->hint[0])
		fprintf(stderr, "%s %s", ended ? "" : ".", err->hint);
	fputc('\n', stderr);
}

void
out_note(const char *format, ...)
{
	va_list args;

	fputs("hug: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

bool
out_finish(void)
{
	struct error err;

	if (!ferror(stdout) && !fflush(stdout))
		return true;
	err_errno(&err, errno, "cannot write the result to stdout");
	err.hint[0] = '\0';
	out_error(&err);
	return false;
}
