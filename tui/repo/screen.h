/* screen.h: the Repo screen: which files of a repository are to be downloaded. */
#ifndef TUI_REPO_SCREEN_H
#define TUI_REPO_SCREEN_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/pick/saved.h"
#include "tui/engine/repo.h"
#include "tui/frame/app.h"
#include "tui/frame/screen.h"
#include "tui/repo/model.h"
#include "tui/repo/view.h"

struct contents;
struct hub_event;
struct peek_event;

/* What is asked. */
enum repo_question {
	REPO_ASK_OPEN,
	REPO_ASK_FILTER,
	REPO_ASK_FIND,
	REPO_ASK_INCLUDE,
	REPO_ASK_EXCLUDE,
	REPO_ASK_SORT,
	REPO_ASK_COPY,
	REPO_ASK_PRESET,
	REPO_ASK_QUANT,
	REPO_ASK_SET,
	REPO_ASK_REVISION,
	REPO_ASK_PLAN,
	REPO_ASK_FOLDER,
};

/* Files whose contents are kept, so that going back to one costs nothing. */
#define REPO_PEEKS 16

struct repo_peek {
	char *path; /* NULL: none is kept here */
	char commit[COMMIT_MAX];
	struct contents *contents;
	bool cached;
	bool early;    /* not compared with files that were not listed yet */
	uint64_t used; /* the larger, the later */
};

/* What files hold. */
struct repo_peeks {
	struct repo_peek kept[REPO_PEEKS];
	uint64_t used; /* times that one of them was shown */
	char *path;    /* where the cursor is; NULL: at no file that is shown */
	char commit[COMMIT_MAX];
	uint64_t since_ms;
	unsigned asking; /* request, 0: none runs */
	bool early;      /* what it brings is */
	struct repo_inside inside;
};

/* Which commits changed files last, by path. */
struct repo_changes {
	ARR(struct repo_change) list;
	struct map known;
	char commit[COMMIT_MAX]; /* that all this is about */
	size_t row;              /* the cursor came to; SIZE_MAX: to no file */
	uint64_t since_ms;
	unsigned asking; /* request, 0: none runs */
};

/* Fields are for *.c here. */
struct repo_screen {
	struct screen base;
	struct repo_model m;
	struct repo_layout layout;
	bool info;         /* not as the size of the screen has it */
	struct rows known; /* lines of it */
	unsigned listing;  /* request, 0: none runs */
	bool chooses;      /* files for somebody else, who downloads them */
	char *before;      /* what the input that is open began with */

	/* revisions.c */
	unsigned asking;
	ARR(struct repo_ref) refs;

	/* plan.c */
	unsigned planning;
	struct queue_job *wanted; /* what is asked about; NULL: nothing */
	bool only_looks;          /* the plan is only shown */
	char *folder;             /* where files go; NULL: the cache */

	/* presets.c */
	ARR(char *)
	quants; /* what each choice writes, then what goes with all */
	struct saved saved; /* while its menu is open */

	/* contents.c */
	struct repo_peeks peeks;

	/* changes.c */
	struct repo_changes changes;

	/* find.c */
	char *find;            /* words; NULL: none */
	size_t matches, match; /* lines that have them; which of these it is */
};

struct repo_screen *repo_own(struct screen *screen);
const struct repo_screen *repo_own_const(const struct screen *screen);

/* NULL where only the cache is shown. Freed by its `close`. */
MUST_USE struct screen *repo_screen_new(const struct app *app);

/* -- keys.c: what actions do, as of frame/screen.h -- */

const char *repo_refuse(const struct screen *screen, enum action_id action);
bool repo_act(struct screen *screen, struct app *app, enum action_id action);
void repo_answer(
    struct screen *screen, struct app *app, int question, int answer);
bool repo_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done);
void repo_scroll_info(struct repo_screen *s, long by);

/* Sets the patterns of one side, or notes why they make no sense; false then. */
bool repo_set_globs(
    struct repo_screen *s, enum pick_side side, const char *line);

/* Lists anew. */
void repo_reload(struct repo_screen *s, struct app *app);

/* Says in the linear look how much is ticked. */
void repo_tell_ticked(struct repo_screen *s, struct app *app);

/* -- changes.c -- */

/* Asks for the last commits of the files in view, and hands the row's to `peeks`; as
 * repo_pass_contents. */
uint64_t repo_pass_changes(struct repo_screen *s, struct app *app);
void repo_on_changes(struct repo_screen *s, const struct repo_event *event);
void repo_forget_changes(struct repo_screen *s);

/* -- contents.c -- */

/* Asks for what the row's file holds once the cursor has rested; milliseconds until
 * there is something to do, 0: nothing. */
uint64_t repo_pass_contents(struct repo_screen *s, struct app *app);
void repo_on_contents(
    struct repo_screen *s, struct app *app, struct peek_event *event);
/* Frees them all; a request that runs was cancelled before, or ends by itself. */
void repo_forget_contents(struct repo_screen *s);

/* -- copy.c -- */

void repo_ask_copy(struct repo_screen *s, struct app *app);
void repo_copy(struct repo_screen *s, struct app *app, int answer);

/* Opens the page of the row in a browser, or shows its address. */
void repo_show_page(struct repo_screen *s, struct app *app);

/* -- find.c -- */

/* Whether the file of the row shows lines. */
bool repo_can_find(const struct repo_screen *s);
const char *repo_refuse_find(const struct repo_screen *s);

/* Which words are to be found; NULL or "": none. Then the next line that has them, or
 * the one before (-1). */
void repo_set_find(struct repo_screen *s, const char *words);
void repo_find(struct repo_screen *s, struct app *app, int step);

/* -- presets.c -- */

void repo_ask_preset(struct repo_screen *s, struct app *app);
void repo_answer_preset(struct repo_screen *s, struct app *app, int answer);
void repo_answer_quant(struct repo_screen *s, struct app *app, int answer);
void repo_drop_quants(struct repo_screen *s);

/* Keeps the patterns as those of the repository, or as a set of this name. */
void repo_keep_patterns(
    struct repo_screen *s, struct app *app, const char *set);

/* -- revisions.c -- */

void repo_ask_revision(struct repo_screen *s, struct app *app);
void repo_on_refs(
    struct repo_screen *s, struct app *app, const struct repo_event *event);
void repo_answer_revision(struct repo_screen *s, struct app *app, int answer);
void repo_drop_refs(struct repo_screen *s);

/* -- plan.c -- */

/* What is ticked, or else the row, as a job; NULL: there is nothing. */
MUST_USE struct queue_job *repo_job(const struct repo_screen *s);

void repo_ask_plan(struct repo_screen *s, struct app *app, bool only_looks);
void repo_on_plan(
    struct repo_screen *s, struct app *app, const struct hub_event *event);
void repo_answer_plan(struct repo_screen *s, struct app *app, int answer);
/* Where files are to go; NULL: it was closed. */
void repo_typed_folder(
    struct repo_screen *s, struct app *app, const char *text);
void repo_drop_plan(struct repo_screen *s, struct app *app);

#endif
