/* export.c: the rows that are shown, written to a file. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "tui/cache/screen.h"

/* A field of CSV; what a spreadsheet would take for a formula is no formula. */
static void
add_field(struct str *out, const char *text)
{
	str_addc(out, '"');
	if (*text && strchr("=+-@", *text))
		str_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			str_addc(out, '"');
		str_addc(out, *text);
	}
	str_addc(out, '"');
}

static void
add_row(struct str *out, char format, const char *name, const char *marked,
    uint64_t bytes)
{
	switch (format) {
	case 'j':
		str_addz(out, out->n > 1 ? ",\n{\"name\": " : "\n{\"name\": ");
		json_add_string(out, name);
		str_addf(out, ", \"bytes\": %llu, \"marked\": \"%s\"}",
		    (unsigned long long)bytes, marked);
		break;
	case 'c':
		add_field(out, name);
		str_addf(out, ",%llu,%s\n", (unsigned long long)bytes, marked);
		break;
	default:
		str_addf(
		    out, "%-4s %14llu  ", marked, (unsigned long long)bytes);
		utf8_safe(out, name);
		str_addc(out, '\n');
		break;
	}
}

static char
format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && !strcmp(dot, ".json"))
		return 'j';
	return dot && !strcmp(dot, ".csv") ? 'c' : 't';
}

bool
cache_export(const struct cache_model *m, const char *path, struct error *err)
{
	static const char *const states[] = { "no", "some", "yes" };
	char format = format_of(path), *whole = env_expand(path);
	struct str out = STR_INIT;
	struct node node;
	bool more = cache_node(m, 0, &node), ok;

	str_addz(&out, format == 'j' ? "[" : "");
	str_addz(&out, format == 'c' ? "name,bytes,marked\n" : "");
	while (more) {
		struct str name = STR_INIT;

		if (node.child >= 0 && cache_repo(m, &node))
			str_addf(&name, "%s/", cache_repo(m, &node)->folder);
		cache_add_name(m, &node, &name);
		add_row(&out, format, name.v, states[cache_marked(m, &node)],
		    cache_bytes(m, &node));
		str_fini(&name);
		more = cache_next(m, &node);
	}
	str_addz(&out, format == 'j' ? "\n]\n" : "");
	ok = file_replace(whole, out.v, out.n, err);
	str_fini(&out);
	free(whole);
	return ok;
}
