/* plain.h: a file of the Hub on standard output: byte for byte in a pipe; on a terminal
 * as text that does nothing to it. */
#ifndef CLI_PLAIN_H
#define CLI_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

/* Storage is the caller's: plain_begin, then plain_fini in any case. */
struct plain {
	bool terminal;   /* where control characters would mean something */
	struct str line; /* that is not whole yet */
};

void plain_begin(struct plain *plain);

/* Prints the next bytes. False, with `err`, if they do not get out, or are no text and
 * go to a terminal. */
MUST_USE bool plain_put(
    struct plain *plain, const char *bytes, size_t n, struct error *err);

/* Prints what is left of a file's last line. */
MUST_USE bool plain_end(struct plain *plain, struct error *err);
void plain_fini(struct plain *plain);

#endif
