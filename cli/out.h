/* out.h: results on stdout, everything else on stderr. */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>

#include "core/base/attr.h"

struct error;

/* Prints a failure as one line: what, why, and what to do. */
void out_error(const struct error *err);

/* Prints a line of information on stderr. */
void out_note(const char *format, ...) PRINTF(1, 2);

/*
 * Flushes stdout. False, after saying so on stderr, if what was printed did
 * not get out (a full disk, a reader that left).
 */
MUST_USE bool out_finish(void);

#endif
