/* sig.h: signals turned into bytes on a pipe, for the loop to read. */
#ifndef CORE_OS_SIG_H
#define CORE_OS_SIG_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/*
 * From now on SIGINT, SIGTERM and SIGHUP write their number as one byte to a
 * pipe; `*fd` is its end to read. A second one of them ends the process at
 * once with 128 + its number. SIGPIPE is ignored. Called again, they go to the
 * new pipe alone.
 */
MUST_USE bool sig_open(int *fd, struct error *err);

/* While a question is open signals do what they do to any program; afterwards as
 * sig_open has it, if it was called. */
void sig_while_asking(bool open);

/*
 * For a full-screen program: the same, and SIGWINCH, SIGTSTP, SIGCONT, SIGTTOU,
 * none of which ends anything. In place of sig_open.
 */
MUST_USE bool sig_open_screen(int *fd, struct error *err);

/* The end of that: these signals do what they do to any program. What ends one goes on
 * to the pipe. */
void sig_close_screen(void);

/* What a byte of the pipe means. */
bool sig_is_resize(unsigned char number);
bool sig_is_stop(unsigned char number);
bool sig_is_end(unsigned char number);

/* Stops this process as SIGTSTP does, and returns when it goes on. */
void sig_stop_self(void);

/* Stops at once, whoever else is in the group; for tests. */
void sig_freeze_self(void);

/* Calls `restore` once when a fatal signal comes (it may only do what a handler
 * may), before the default action. */
void sig_on_crash(void (*restore)(void));

/*
 * While the screen holds what only we can take away: calls `leave` (it may only
 * do what a handler may) before Ctrl-Z stops this process, and before a signal
 * ends it at once. Signals that are handled otherwise or ignored stay so. NULL:
 * no longer.
 */
void sig_on_leave(void (*leave)(void));

/* Ends a child that does not end by itself. */
void sig_kill(long pid);

#endif
