/* find.c: finds words in what a file holds (screen.h). */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/weights/contents.h"
#include "tui/repo/screen.h"

bool
repo_can_find(const struct repo_screen *s)
{
	return s->layout.info.rows &&
	       s->peeks.inside.state == REPO_INSIDE_KNOWN;
}

const char *
repo_refuse_find(const struct repo_screen *s)
{
	if (!repo_can_find(s))
		return "the details show nothing that a file holds";
	return s->peeks.inside.find
	           ? NULL
	           : "Tab to the details, then / searches them";
}

/* A line, with what is above it where there is room. */
static void
show(struct repo_screen *s, size_t line)
{
	const struct repo_inside *inside = &s->peeks.inside;
	size_t row;

	repo_scroll_info(s, 0);
	row = s->known.count - repo_inside_rows(inside) +
	      repo_inside_row(inside, line);
	repo_scroll_info(s, (long)row - (long)s->known.top - s->known.seen / 3);
}

/* How many lines have the words, and which of them this one is. */
static void
count(struct repo_screen *s, size_t lines)
{
	s->matches = s->match = 0;
	for (size_t i = 0; i < lines; i++) {
		s->matches += repo_inside_has(&s->peeks.inside, i);
		if (i + 1 == s->peeks.inside.found)
			s->match = s->matches;
	}
}

void
repo_find(struct repo_screen *s, struct app *app, int step)
{
	struct repo_inside *inside = &s->peeks.inside;
	const struct lines *lines;
	size_t n, from;

	if (!repo_can_find(s) || !inside->find)
		return;
	lines = contents_lines(inside->contents);
	n = lines->list.n;
	from = inside->found ? inside->found - 1 : step > 0 && n ? n - 1 : 0;
	inside->found = 0;
	for (size_t i = 1; i <= n && !inside->found; i++) {
		size_t at = (from + (step > 0 ? i : n - i)) % n;

		if (repo_inside_has(inside, at))
			inside->found = at + 1;
	}
	count(s, n);
	if (!inside->found) {
		app_say(app, TOAST_INFO, "find", "no line has '%.200s'",
		    inside->find);
		return;
	}
	show(s, inside->found - 1);
	app_tell(app, "%.400s",
	    lines->text.v + lines->list.v[inside->found - 1].text);
}

void
repo_set_find(struct repo_screen *s, const char *words)
{
	free(s->find);
	s->find = words && *words ? mem_strdup(words) : NULL;
	s->peeks.inside.find = s->find;
	s->peeks.inside.found = 0;
	s->matches = 0;
}
