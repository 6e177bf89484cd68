#include "cli/show/block.h"

#include <stdio.h>

#include "cli/out.h"
#include "core/base/bar.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"

/* Columns of what is always as wide, a blank before it. */
#define SHARE 5  /* " 100%" */
#define BYTES 9  /* " 999.9 MB" */
#define OF 12    /* " of 999.9 MB" */
#define SPEED 11 /* " 999.9 MB/s" */
#define LEFT 9   /* " 23:59:59", " 99d 23h" */

/* Names get as much before numbers do: "model-00001-of-00002.safetensors". */
#define NAME_WANTED 34u
#define NAME_LEAST 7u
#define NAME_MOST 56u

/* Narrower, the last line has columns of its own. */
#define NARROW 60

/* What a line has room for. */
struct layout {
	unsigned width;
	unsigned name, bar; /* columns; no bar: 0 */
	bool bytes, of, speed, left;
};

static unsigned
bar_for(unsigned columns)
{
	unsigned bar = columns / 8;

	/* Of the terminal alone: the length of a bar stays as it is while names
	 * come and go. */
	if (columns < 30)
		return columns < 20 ? 0 : 5;
	return bar < 8 ? 8 : bar > 20 ? 20 : bar;
}

static struct layout
lay_out(const struct block_room *room, size_t names)
{
	struct layout l = { .width = room->columns ? room->columns - 1 : 0 };
	unsigned most = names < NAME_MOST ? (unsigned)names : NAME_MOST;
	unsigned wanted, used;
	const struct {
		bool *shown;
		unsigned columns;
	} parts[] = { { &l.left, LEFT }, { &l.speed, SPEED },
		{ &l.bytes, BYTES }, { &l.of, OF } };

	if (most < NAME_LEAST)
		most = NAME_LEAST;
	wanted = most < NAME_WANTED ? most : NAME_WANTED;
	l.bar = bar_for(room->columns);
	used = SHARE + (l.bar ? l.bar + 1 : 0);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (used + wanted + parts[i].columns > l.width)
			break;
		*parts[i].shown = true;
		used += parts[i].columns;
	}
	l.name = l.width > used ? l.width - used : 0;
	if (l.name > most)
		l.name = most;
	return l;
}

/* Cut at the front: files of a set differ in their number, near the end. */
static void
add_name(struct str *out, const struct block_line *line, unsigned columns)
{
	const char *name = line->name;
	size_t width = utf8_width(name);
	size_t skip;

	if (width > columns && line->brief) {
		name = line->brief;
		width = utf8_width(name);
	}
	if (width > columns && columns > 8) {
		/* A wide character that is cut in two goes as a whole. */
		for (skip = width - (columns - 3);; skip++) {
			const char *tail = name + utf8_front(name, skip);

			width = utf8_width(tail) + 3;
			if (width <= columns) {
				str_addz(out, "...");
				str_addz(out, tail);
				break;
			}
		}
	} else {
		size_t n = utf8_front(name, columns);
		size_t from = out->n;

		str_add(out, name, n);
		width = utf8_width(out->v + from);
	}
	while (width++ < columns)
		str_addc(out, ' ');
}

static void
add_bar(struct str *out, const struct layout *l, const struct block_line *line,
    bool unicode)
{
	if (l->bar && line->total) {
		str_addc(out, ' ');
		bar_add(out, line->share, l->bar, unicode);
	} else if (l->bar) {
		str_addf(out, " %*s", (int)l->bar, "");
	}
	/* Rounded down: only all is 100 %. */
	if (line->total)
		str_addf(out, " %3u%%", (unsigned)(line->share * 100));
	else
		str_addf(out, "%*s", SHARE, "");
}

static void
add_numbers(
    struct str *out, const struct layout *l, const struct block_line *line)
{
	char text[TIMEFMT_MAX], speed[TIMEFMT_MAX + 2] = "";

	fmt_bytes(text, line->done);
	if (l->bytes)
		str_addf(out, "%*s", BYTES, text);
	fmt_bytes(text, line->total);
	if (l->of && line->total)
		str_addf(out, " of %-*s", OF - 4, text);
	else if (l->of)
		str_addf(out, "%*s", OF, "");
	fmt_bytes(text, (uint64_t)line->per_s);
	if (line->stalled)
		snprintf(speed, sizeof(speed), "waiting");
	else if (line->per_s >= 1)
		snprintf(speed, sizeof(speed), "%s/s", text);
	if (l->speed)
		str_addf(out, "%*s", SPEED, speed);
	fmt_duration(text, line->left_s);
	if (l->left)
		str_addf(out, "%*s", LEFT,
		    line->stalled ? "-"
		    : line->timed ? text
				  : "");
}

static void
add_line(struct str *out, const struct layout *l, const struct block_line *line,
    bool unicode)
{
	struct str text = STR_INIT;
	size_t n;

	add_name(&text, line, l->name);
	add_bar(&text, l, line, unicode);
	add_numbers(&text, l, line);
	while (text.n && text.v[text.n - 1] == ' ')
		str_cut(&text, text.n - 1);
	/* A terminal of a few columns, a number that is longer than any. */
	n = utf8_front(text.v, l->width);
	str_add(out, text.v, n);
	str_fini(&text);
}

/*
 * The cursor rests on the first line. Whatever a terminal does to the lines when
 * its size changes (some wrap them anew, some cut them), that one keeps its
 * place, and all that is ours is from there on: the frame clears each line
 * behind its text, and below the last one everything, so that nothing has to
 * know how many rows the frame before takes by now. Nothing wraps even where
 * the terminal has become narrower since it was asked, or where it takes a
 * character for wider than we do.
 */
void
block_add(struct str *out, const struct block_line *lines, size_t n,
    const struct block_room *room)
{
	struct layout l = lay_out(room, room->names);
	size_t most = room->rows > 2 ? room->rows - 1 : 1;
	size_t shown = n < most ? n : most;

	str_addz(out, OUT_HOME OUT_CUT);
	for (size_t i = 0; i + 1 < shown; i++) {
		add_line(out, &l, &lines[i], room->unicode);
		str_addz(out, OUT_CLEAR "\n");
	}
	if (room->columns < NARROW)
		l = lay_out(room, utf8_width(lines[n - 1].name));
	add_line(out, &l, &lines[n - 1], room->unicode);
	str_addz(out, OUT_CLEAR_BELOW);
	for (size_t i = 1; i < shown; i++)
		str_addz(out, OUT_UP);
	str_addz(out, OUT_HOME OUT_WRAP);
}
