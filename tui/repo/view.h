/* view.h: the Repo screen drawn from its model; changes nothing. */
#ifndef TUI_REPO_VIEW_H
#define TUI_REPO_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "tui/repo/model.h"
#include "widgets/pane.h"
#include "widgets/pen.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

struct contents;

/* How the body is divided; an area without rows is not shown. */
struct repo_layout {
	struct area list;
	struct area info; /* what is known of the row */
	struct area form; /* patterns and what they come to */
};

enum repo_inside_state {
	REPO_INSIDE_NONE,    /* not asked for */
	REPO_INSIDE_READING, /* for longer than the cursor takes to rest */
	REPO_INSIDE_KNOWN,
	REPO_INSIDE_FAILED,
};

/* Which commit changed a file last. */
struct repo_change {
	char *path;
	char *title, *date; /* NULL: not known */
	char commit[COMMIT_MAX];
};

/* What the file of the row holds. */
struct repo_inside {
	const struct repo_change *change; /* NULL: not known; borrowed */
	enum repo_inside_state state;
	const struct contents *contents; /* of KNOWN; borrowed */
	bool cached;                     /* it was read from the cache */
	struct error error;              /* of FAILED */
	ARR(size_t) ends;                /* rows up to and with each line, */
	int columns;                     /* in so many columns; 0: not known */
	const char *find;                /* words to find; NULL: none */
	size_t found;                    /* the line, from 1; 0: none */
};

/* Its panes, in reading order. */
enum repo_pane {
	REPO_PANE_LIST,
	REPO_PANE_INFO,
	REPO_PANES,
};

void repo_view_init(struct repo_model *m);

/* Divides the body; `info`: not as its size has it. */
void repo_divide(
    const struct area *body, bool info, struct repo_layout *layout);

/* Tells the model which rows are seen. */
void repo_place(struct repo_model *m, const struct area *list);

/* How many lines there are of the row; places those of `inside`. */
int repo_info_lines(const struct repo_model *m,
    const struct repo_layout *layout, struct repo_inside *inside);

void repo_draw_context(const struct repo_model *m, const struct area *area);
void repo_draw(const struct repo_model *m, const struct repo_layout *layout,
    const struct panes *panes, const struct rows *known,
    const struct repo_inside *inside);

/* -- inside.c -- */

/* Divides the lines into rows of so many columns; how many there are, with those
 * above them; and draws them from the pen's row on. */
void repo_inside_place(struct repo_inside *inside, int columns);
size_t repo_inside_rows(const struct repo_inside *inside);
void repo_inside_draw(const struct repo_inside *inside, struct pen *pen);

/* The row in which a line begins, and whether it has the words that are to be found. */
size_t repo_inside_row(const struct repo_inside *inside, size_t line);
bool repo_inside_has(const struct repo_inside *inside, size_t line);

/* -- view.c, in words -- */

/* Where the patterns of a side are typed; false if there is no room in the form. */
MUST_USE bool repo_field(const struct repo_model *m, const struct area *form,
    enum pick_side side, struct area *field);

/* "33 ticked, 131 GB", and what of it is to be fetched. */
void repo_add_ticked(struct str *out, const struct repo_model *m);

/* The path of a row; and all of it as a sentence, for the linear look. */
void repo_add_path(
    struct str *out, const struct repo_model *m, const struct repo_row *what);
void repo_add_sentence(
    struct str *out, const struct repo_model *m, const struct repo_row *what);

/* What a column is sorted by; REPO_SORTS: nothing. */
enum repo_sort repo_sort_at(const struct repo_model *m, int x);

#endif
