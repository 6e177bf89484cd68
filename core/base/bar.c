#include "core/base/bar.h"

#include "core/base/utf8.h"

unsigned
bar_eighths(double share, unsigned cells)
{
	unsigned all = cells * BAR_CELL;
	unsigned filled;

	/* A share that is not a number counts as none. */
	if (!(share > 0) || !all)
		return 0;
	if (share >= 1)
		return all;
	filled = (unsigned)(share * all);
	return filled ? filled : 1;
}

unsigned
bar_in_cell(unsigned eighths, unsigned cell)
{
	unsigned before = cell * BAR_CELL;

	if (eighths <= before)
		return 0;
	return eighths - before < BAR_CELL ? eighths - before : BAR_CELL;
}

uint32_t
bar_point(unsigned eighths)
{
	/* U+2588 is the full block, U+258F an eighth of it. */
	return eighths ? 0x2590u - eighths : ' ';
}

void
bar_add(struct str *out, double share, unsigned cells, bool unicode)
{
	unsigned filled = bar_eighths(share, cells);

	for (unsigned i = 0; i < cells; i++) {
		unsigned here = bar_in_cell(filled, i);
		char bytes[4];

		/* In ASCII the first cell stands for all that is begun. */
		if (!unicode)
			str_addc(
			    out, here == BAR_CELL || (here && !i) ? '#' : '.');
		else
			str_add(
			    out, bytes, utf8_encode(bar_point(here), bytes));
	}
}
