/* view.h: the Transfers screen drawn from its model; changes nothing. */
#ifndef TUI_TRANSFERS_VIEW_H
#define TUI_TRANSFERS_VIEW_H

#include "core/base/str.h"
#include "tui/transfers/model.h"
#include "widgets/pane.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

/* How the body is divided; an area without rows is not shown. */
struct xfer_layout {
	struct area list;
	struct area info;  /* what is known of the row */
	struct area speed; /* of the last two minutes */
};

/* Its panes, in reading order. */
enum xfer_pane {
	XFER_PANE_LIST,
	XFER_PANE_INFO,
	XFER_PANES,
};

void xfer_view_init(struct xfer_model *m);

/* Divides the body; `info`: not as its size has it. */
void xfer_divide(
    const struct area *body, bool info, struct xfer_layout *layout);

/* Tells the model which rows are seen. */
void xfer_place(struct xfer_model *m, const struct area *list);

/* How many lines there are of the row. */
int xfer_info_lines(const struct xfer_model *m, const struct area *area);

void xfer_draw_context(const struct xfer_model *m, const struct area *area);
void xfer_draw(const struct xfer_model *m, const struct xfer_layout *layout,
    const struct panes *panes, const struct rows *known);

/* "1/3", for the badge of the tab; nothing where nothing is unfinished. */
void xfer_add_badge(struct str *out, const struct xfer_model *m);

/* A row as a sentence, for the linear look. */
void xfer_add_sentence(
    struct str *out, const struct xfer_model *m, const struct xfer_row *row);

#endif
