/* screen.h: the Transfers screen: what it does on keys and events. */
#ifndef TUI_TRANSFERS_SCREEN_H
#define TUI_TRANSFERS_SCREEN_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/str.h"
#include "tui/frame/app.h"
#include "tui/frame/screen.h"
#include "tui/transfers/model.h"
#include "tui/transfers/view.h"

/* What is asked. */
enum xfer_question {
	XFER_ASK_REMOVE,
	XFER_ASK_LIMITS,
	XFER_ASK_LIMIT_ALL,
	XFER_ASK_LIMIT_UP,
	XFER_ASK_LIMIT_ONE,
	XFER_ASK_AT_ONCE,
	XFER_ASK_ADD,
	XFER_ASK_MARK,
	XFER_ASK_COPY,
};

/* Fields are for *.c here. */
struct xfer_screen {
	struct screen base;
	struct xfer_model m;
	struct xfer_layout layout;
	bool info;          /* not as the size of the screen has it */
	struct rows known;  /* lines of it */
	bool seen;          /* a picture: what is old was told of */
	struct str removed; /* lines that bring back what was removed last */
	unsigned of;        /* the job that is asked about */
	unsigned looks;     /* the request that looks what is left of those that
			   may be removed; 0: none is waited for */
};

/* Begins to work the queue off; NULL where only the cache is shown. Freed by its
 * `close`. */
MUST_USE struct screen *transfers_screen_new(const struct app *app);

/* -- keys.c: what actions do, as of screen.h -- */

const char *xfer_refuse(const struct screen *screen, enum action_id action);
bool xfer_act(struct screen *screen, struct app *app, enum action_id action);
void xfer_answer(
    struct screen *screen, struct app *app, int question, int answer);
bool xfer_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done);

/* Scrolls what is known of the row. */
void xfer_scroll_info(struct xfer_screen *s, long by);

/* -- remove.c -- */

struct discard_sum;
struct xfer_event;

/* Asks where something would be lost, or kept for nothing. */
void xfer_ask_remove(struct xfer_screen *s, struct app *app);
void xfer_on_left(
    struct xfer_screen *s, struct app *app, const struct xfer_event *event);
void xfer_answer_remove(struct xfer_screen *s, struct app *app, int answer);
void xfer_on_discarded(struct app *app, const struct discard_sum *left);

/* Puts back into the list what was removed last. */
void xfer_bring_back(struct xfer_screen *s, struct app *app);

/* -- add.c -- */

/*
 * Queues a download that a text names: a repository by any name or address that the
 * command line takes, and patterns of files behind it. False with `err` if it is
 * none.
 */
MUST_USE bool xfer_add(
    struct app *app, struct screen *asker, const char *text, struct error *err);

#endif
