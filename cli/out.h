/* out.h: results on stdout, everything else on stderr. */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/attr.h"

struct error;
struct str;

/*
 * Prints a failure: what, why, and what to do. Under an old name in the words
 * of the client that had it, so that the last line is the one it printed.
 */
void out_error(const struct cli *cli, const struct error *err);

/* Prints a line of information on stderr. */
void out_note(const struct cli *cli, const char *format, ...) PRINTF(2, 3);

/* The same: hug says whose it is, the old names do not. */
void out_say(const struct cli *cli, const char *format, ...) PRINTF(2, 3);

/* Says that something given makes no sense, as a ValueError of Python; the code
 * to end with. */
enum exit_code out_wrong(const struct cli *cli, const char *format, ...)
    PRINTF(2, 3);

/*
 * Prints the result of hf, "✓ done" and "  key: value", in the wanted format;
 * quiet is the value alone. `value` is not safe to show.
 */
void out_result(const struct cli *cli, const char *done, const char *key,
    const char *value);

/* Appends a text, bold if stdout has colours. */
void out_add_bold(struct str *out, const struct cli *cli, const char *text);

/* A part of a result. */
struct out_pair {
	const char *key;
	const char *value;
	const char *json; /* what JSON has for it; NULL: the value as text */
};

/* The same of several; quiet is the first value. */
void out_results(const struct cli *cli, const char *done,
    const struct out_pair *pairs, size_t n);

/*
 * Flushes stdout. False, after saying so on stderr, if what was printed did
 * not get out (a full disk, a reader that left).
 */
MUST_USE bool out_finish(const struct cli *cli);

#endif
