#include "core/weights/readme.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/str.h"
#include "core/weights/markdown.h"

/* The front matter without its marks; `rest` is what follows. */
static bool
front_matter(struct span *rest, struct span *front)
{
	struct span all = *rest, line;

	if (!span_next(&all, '\n', &line) || !span_is(span_trim(line), "---"))
		return false;
	front->p = all.p;
	while (span_next(&all, '\n', &line)) {
		if (!span_is(span_trim(line), "---"))
			continue;
		front->n = (size_t)(line.p - front->p);
		*rest = all;
		return true;
	}
	return false;
}

static void
end_field(struct lines *lines, struct str *label, struct str *value)
{
	if (label->n && value->n)
		lines_add(lines, LINE_FACT, label->v, value->v, value->n);
	str_clear(label);
	str_clear(value);
}

/* Fields of the first level: a value, or a list of them; what is deeper is left out. */
static void
say_front(struct lines *lines, struct span front)
{
	struct str label = STR_INIT, value = STR_INIT;
	struct span line, text;

	while (span_next(&front, '\n', &line)) {
		const char *colon = memchr(line.p, ':', line.n);

		text = span_trim(line);
		if (!text.n || *text.p == '#')
			continue;
		if (*text.p == '-' && label.n) {
			text.p++;
			text.n--;
			text = span_trim(text);
			if (memchr(text.p, ':', text.n))
				continue;
			if (value.n)
				str_addz(&value, ", ");
			str_add(&value, text.p, text.n);
		} else if (colon && text.p == line.p) {
			end_field(lines, &label, &value);
			str_add(&label, line.p, (size_t)(colon - line.p));
			text.n = (size_t)(line.p + line.n - colon) - 1;
			text.p = colon + 1;
			text = span_trim(text);
			str_add(&value, text.p, text.n);
		}
	}
	end_field(lines, &label, &value);
	str_fini(&label);
	str_fini(&value);
}

void
readme_add(struct lines *lines, struct span rest)
{
	struct span front;

	if (front_matter(&rest, &front)) {
		say_front(lines, front);
		lines_add(lines, LINE_HEADING, "", "text", 4);
	}
	markdown_add(lines, rest.p, rest.n);
}
