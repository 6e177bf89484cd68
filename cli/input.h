/* input.h: what the user names to be read. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

/*
 * Appends all of `name`, at most `limit` bytes; "-" is stdin. It may be a pipe
 * (file_read_input). Ctrl-C ends the program while it waits.
 */
MUST_USE bool input_read(
    const char *name, size_t limit, struct str *out, struct error *err);

#endif
