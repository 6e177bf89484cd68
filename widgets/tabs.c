#include "widgets/tabs.h"

/* Below this the names of the others are left out. */
#define NAMES_FROM 80

int
tabs_draw(const struct area *area, struct tab *tabs, size_t n, size_t current)
{
	int x = 0;

	for (size_t i = 0; i < n; i++) {
		struct tab *tab = &tabs[i];
		const char *gap = *tab->badge ? " " : "";

		tab->x = x;
		if (i == current)
			x += area_print(area, x, 0, ROLE_ACCENT, "[%c %s%s%s]",
			    tab->digit, tab->name, gap, tab->badge);
		else if (area->columns < NAMES_FROM)
			x += area_print(area, x, 0, ROLE_DIM, " %c%s%s ",
			    tab->digit, gap, tab->badge);
		else
			x += area_print(area, x, 0, ROLE_DIM, " %c %s%s%s ",
			    tab->digit, tab->name, gap, tab->badge);
		tab->columns = x - tab->x;
	}
	return x;
}

size_t
tabs_at(const struct tab *tabs, size_t n, int x)
{
	size_t i = 0;

	while (i < n && (x < tabs[i].x || x >= tabs[i].x + tabs[i].columns))
		i++;
	return i;
}
