/*
 * out.h: results on stdout, everything else on stderr. Nothing else writes to
 * either.
 *
 * What has a format makes safe what the format is filled with (text.h). What
 * takes a whole text keeps its line ends, tabs and marks, and escapes all else
 * that would steer a terminal; who composes such a text puts foreign names into
 * it by text_addf or utf8_safe, so that they hold no line ends or marks.
 */
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
 * Marks in a text for people: what is between OUT_BOLD, say, and OUT_PLAIN is
 * bold. Their first byte is in no UTF-8, so that no name that was made safe
 * holds one.
 */
#define OUT_PLAIN                                                              \
	"\xff"                                                                 \
	"0"
#define OUT_BOLD                                                               \
	"\xff"                                                                 \
	"b"
#define OUT_GREEN                                                              \
	"\xff"                                                                 \
	"g"
#define OUT_GRAY                                                               \
	"\xff"                                                                 \
	"y"
#define OUT_ALARM                                                              \
	"\xff"                                                                 \
	"r" /* bold and red */

/* In frames (out_frame): to the begin of the line, a line up, clear the rest of
 * the line, that and all lines below, lines that are too long are cut and not
 * wrapped, are wrapped again. */
#define OUT_HOME                                                               \
	"\xff"                                                                 \
	"h"
#define OUT_UP                                                                 \
	"\xff"                                                                 \
	"u"
#define OUT_CLEAR                                                              \
	"\xff"                                                                 \
	"k"
#define OUT_CLEAR_BELOW                                                        \
	"\xff"                                                                 \
	"j"
#define OUT_CUT                                                                \
	"\xff"                                                                 \
	"c"
#define OUT_WRAP                                                               \
	"\xff"                                                                 \
	"w"

/* -- results -- */

/* Prints a text as it is composed; the same with a line end behind it. */
void out_put(const char *text);
void out_line(const char *text);

/* Prints what a format says, without a line end of its own. */
void out_putf(const char *format, ...) PRINTF(1, 2);

/*
 * Prints a line that a program takes as it is: a path, a token. Its bytes are
 * exact in a pipe or file, and safe on a terminal.
 */
void out_exact(const char *text);

/* The same of a file's content, past stdio. False if it does not get out. */
MUST_USE bool out_bytes(const char *bytes, size_t n, struct error *err);

/* Prints a question and leaves the cursor behind it. */
void out_ask(const char *format, ...) PRINTF(1, 2);

/* Asks on a terminal that is open, a line end only: once it is answered. */
void out_ask_on(int fd, const char *question);

/* What was printed is to be seen before what follows. */
void out_flush(void);

/* Whether all that was printed got out so far: else a list may end early. */
bool out_is_wanted(void);

/* -- everything else -- */

/* The same on stderr. */
void out_tell(const char *text);
void out_tellf(const char *format, ...) PRINTF(1, 2);

/* Writes a frame of a progress display to stderr, at once. */
void out_frame(const char *text);

/* Takes away what frames have drawn from the cursor on; a handler of signals may
 * call it. */
void out_frame_away(void);

/*
 * Prints a failure: what, why, and what to do. Under an old name in the words
 * of the client that had it, so that the last line is the one it printed.
 */
void out_error(const struct cli *cli, const struct error *err);

/* Prints a line of information on stderr. */
void out_note(const struct cli *cli, const char *format, ...) PRINTF(2, 3);

/* The same: hug says whose it is, the old names do not. Nothing if it is mute. */
void out_say(const struct cli *cli, const char *format, ...) PRINTF(2, 3);

/* Says that something given makes no sense, as a ValueError of Python; the code
 * to end with. */
enum exit_code out_wrong(const struct cli *cli, const char *format, ...)
    PRINTF(2, 3);

/*
 * Prints the result of hf, "✓ done" and "  key: value", in the wanted format;
 * quiet is the value alone.
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
 * Flushes stdout. False if what was printed did not get out: after saying so on
 * stderr, but silently if whoever read it has left.
 */
MUST_USE bool out_finish(const struct cli *cli);

#endif
