#include "widgets/pane.h"

static bool
is_shown(const struct panes *panes, int pane)
{
	return panes->areas[pane].rows > 0;
}

void
panes_settle(struct panes *panes)
{
	if (panes->focus >= panes->n || !is_shown(panes, panes->focus))
		panes->focus = 0;
}

bool
panes_step(struct panes *panes, int by)
{
	int before = panes->focus;

	if (panes->n < 2)
		return false;
	do
		panes->focus = (panes->focus + by + panes->n) % panes->n;
	while (panes->focus != before && !is_shown(panes, panes->focus));
	return panes->focus != before;
}

void
panes_point(struct panes *panes, int x, int y)
{
	for (int i = 0; i < panes->n; i++) {
		const struct area *area = &panes->areas[i];

		if (x >= area->x && x < area->x + area->columns &&
		    y >= area->y && y < area->y + area->rows)
			panes->focus = i;
	}
}

void
panes_title(const struct panes *panes, int pane, const struct area *area, int y,
    bool line)
{
	bool focus = panes->focus == pane;
	int took;

	if (line)
		area_line(area, y);
	took = area_text(area, 2, y, area->columns - 3,
	    focus ? ROLE_ACCENT : ROLE_TITLE, panes->names[pane]);
	if (line) {
		area_fill(area, 1, y, 1, ROLE_BORDER);
		area_fill(area, 2 + took, y, 1, ROLE_BORDER);
	}
	if (focus)
		area_cursor(area, 2, y, false);
}
