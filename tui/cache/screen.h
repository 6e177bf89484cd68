/* screen.h: the Cache screen: what it does on keys and events. */
#ifndef TUI_CACHE_SCREEN_H
#define TUI_CACHE_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "tui/cache/model.h"
#include "tui/cache/rules.h"
#include "tui/cache/view.h"
#include "tui/frame/app.h"
#include "tui/frame/screen.h"
#include "widgets/progress.h"

struct hub_event;
struct queue_job;

/* What is asked. */
enum cache_question {
	ASK_DELETE,
	ASK_COUNT, /* typed, before all goes */
	ASK_PLAN,
	ASK_PLAN_FILE,
	ASK_SORT,
	ASK_KIND,
	ASK_COPY,
	ASK_FILTER,
	ASK_RULE,
	ASK_RULE_VALUE,
	ASK_RULE_USE,
	ASK_EXPORT,
	ASK_FOUND_BAD,
	ASK_RECOVER,
	ASK_DROP_MARKS,
	ASK_FETCH,
};

/* A deletion that can be undone. */
struct cache_undo {
	unsigned id;
	uint64_t until_ms; /* 0: its time has not begun */
	uint64_t bytes;
};

enum cache_busy {
	BUSY_NOT,
	BUSY_DELETING,
	BUSY_UNDOING,
	BUSY_FREEING, /* what an earlier run left */
	BUSY_CHECKING,
};

/* Fields are for *.c here. */
struct cache_screen {
	struct screen base;
	struct cache_model m;
	struct cache_layout layout;
	bool pick;
	unsigned undo_s;
	bool info;           /* not as the size of the screen has it */
	struct rows known;   /* lines of it */
	char *filter_before; /* the one that is being typed; NULL: none was */
	bool stale;          /* rows have to be made anew */

	double scan_began_s;
	bool scanning;
	bool again; /* and once more after that: things changed meanwhile */
	unsigned deleting;         /* deletions of ours that run: they use the
				       scan that is shown */
	struct cache_event *fresh; /* a scan that waits to take its place; or
				      NULL */
	unsigned stores;           /* the request that adds them up */

	unsigned planning; /* a request for what a download would do; 0: none */
	struct queue_job *wanted; /* that download; NULL: none */
	enum cache_busy busy;
	struct progress progress; /* of what is busy */
	bool row_only;            /* d means the row: its mark goes with a No */
	bool at_once;
	ARR(struct cache_undo) undos; /* the last one is undone first */
	bool recovered;      /* it was asked once what to do with old trash */
	struct check *check; /* whose damage is to be shown then; or NULL */

	enum cache_rule rule;
	double rule_value;
	int rules_known; /* whose effect the menu says already */

	bool dragging; /* the mouse, over tick boxes, with `drag_on` */
	bool drag_on, scrolling;
	size_t dragged; /* row */
};

/* Starts its first scan. Freed by its `close`. */
MUST_USE struct screen *cache_screen_new(const struct app *app);

/* The Cache screen that a screen is; it must be one. */
struct cache_screen *cache_own(struct screen *screen);
const struct cache_screen *cache_own_const(const struct screen *screen);

/* What it shows, for tests. */
const struct cache_model *cache_screen_model(const struct screen *screen);

/* -- delete.c: questions about what goes, or went -- */

/* Asks whether what is marked is to go, else the row, which is marked for it; the
 * answers begin the deletion or ask for the number of repositories first. `text`
 * is NULL if none was typed. */
void cache_ask_delete(struct cache_screen *s, struct app *app);
void cache_answer_delete(struct cache_screen *s, struct app *app, int answer);
void cache_typed_count(
    struct cache_screen *s, struct app *app, const char *text);

/* The mark that d made of a row when there was none: all that is marked. */
void cache_take_back_row_mark(struct cache_screen *s);

/* What a crash left in the trash. */
void cache_ask_recover(struct cache_screen *s, struct app *app);
void cache_answer_recover(struct cache_screen *s, struct app *app, int answer);

/* Whether it can be asked: something is left that nobody waits for. */
bool cache_can_recover(const struct cache_screen *s);

/* Whether all marks are to go: what Esc asks where there is nothing else to close.
 * z brings them back. */
void cache_ask_drop_marks(struct cache_screen *s, struct app *app);
void cache_answer_drop_marks(
    struct cache_screen *s, struct app *app, int answer);

/* -- ask.c: other questions, and what comes of all of them -- */

/* Menus: by what to sort, what of the row to copy, which rule is to mark. What each
 * rule would do is worked out afterwards (cache_look_at_rules). */
void cache_ask_sort(struct cache_screen *s, struct app *app);
void cache_ask_copy(struct cache_screen *s, struct app *app);
void cache_ask_rule(struct cache_screen *s, struct app *app);

/* As of screen.h: rules and orders in the palette. */
void cache_offer(const struct screen *screen, struct menu *menu);
void cache_chosen(struct screen *screen, struct app *app, int answer);

/* Opens the row's page on the Hub in a browser, or says its address. */
void cache_open_page(struct cache_screen *s, struct app *app);

/* Works out what one more rule of the menu would do; whether others are left. */
bool cache_look_at_rules(struct cache_screen *s, struct app *app);
void cache_answer(
    struct screen *screen, struct app *app, int question, int answer);
bool cache_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done);

/* -- plan.c: what a deletion would do -- */

/* Lists what would go of what is marked, to be copied as a command or written to a
 * file; changes nothing. The answer drops a mark that d made. */
void cache_show_plan(struct cache_screen *s, struct app *app);
void cache_answer_plan(struct cache_screen *s, struct app *app, int answer);

/*
 * Appends a blank and what `cache rm` takes for a repository, for a revision of it, or
 * for a file of all its revisions (NULL: not that). False, with nothing appended, where
 * that could mean anything else in this cache.
 */
bool cache_add_target(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_revision *revision, const struct scan_file *file,
    struct str *out);

/* Appends the command that deletes such targets. */
void cache_add_rm(
    const struct cache_model *m, const char *targets, struct str *out);

/* "hug cache rm ...", safe to paste into a shell but not safe to show; nothing where no
 * command does it. False if it would not do the whole of it. */
bool cache_add_command(const struct cache_model *m, struct str *out);

/* Writes it to a file; NULL: no name was given. False, after it was said why, if
 * another name is needed. */
MUST_USE bool cache_write_plan(
    struct cache_screen *s, struct app *app, const char *path);

/* -- fetch.c: the newest revision of the row's repository -- */

/* Why it cannot be downloaded; NULL: it can. */
const char *cache_refuse_fetch(const struct cache_screen *s);

/* Asks whether it is to be, as a transfer, once the Hub has said what that would be. */
void cache_ask_fetch(struct cache_screen *s, struct app *app);
void cache_answer_fetch(struct cache_screen *s, struct app *app, int answer);
void cache_on_plan(
    struct cache_screen *s, struct app *app, const struct hub_event *event);

/* Shows the files of the row's repository on the Repo screen. */
void cache_choose_files(struct cache_screen *s, struct app *app);

/* -- keys.c: what actions do -- */

/* Why nothing of the cache can be changed or read through now; NULL: it can. */
const char *cache_refuse_change(const struct cache_screen *s);

/* As of screen.h. A reason may be the scan's, and lives as long as that. */
const char *cache_refuse(const struct screen *screen, enum action_id action);
bool cache_act(struct screen *screen, struct app *app, enum action_id action);

/* Opens the row under the cursor, or folds it; of old trash it asks what is to
 * become of it. */
void cache_open_row(struct cache_screen *s, struct app *app);

/* Sorts; by what it is sorted by already: the other way round. */
void cache_sort_by(
    struct cache_screen *s, struct app *app, enum cache_sort sort);

/* -- mouse.c -- */

/* As of screen.h: clicks choose, open, tick and sort; dragging ticks or scrolls. */
void cache_pointed(
    struct screen *screen, struct app *app, const struct pointer *pointer);

/* -- screen.c: jobs -- */

/* Scans anew; while one runs, or a deletion of what is shown, after that. */
void cache_reload(struct cache_screen *s, struct app *app);

/* Deletes what is marked, or hands it to whoever runs the program as a picker; takes
 * the last deletion back, if its time is not over. Both end with an event. */
void cache_start_delete(struct cache_screen *s, struct app *app);
void cache_undo_delete(struct cache_screen *s, struct app *app);

/* Scrolls what is known of the row. */
void cache_scroll_info(struct cache_screen *s, long by);

/* Whether anything is marked. */
bool cache_has_marks(const struct cache_screen *s);

/* Every blob of what is marked, or of the row. */
void cache_verify(struct cache_screen *s, struct app *app);

/* -- export.c -- */

/* Writes the rows that are shown to a file: by its name's end as csv, json, or
 * text. */
MUST_USE bool cache_export(
    const struct cache_model *m, const char *path, struct error *err);

#endif
