/* export.c: the rows that are shown, written to a file. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
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

/* A row as it is written. */
struct export_row {
	const char *type; /* of its repository; "": of none */
	struct str name;
	const char *revision; /* "": it is not in one */
	struct str refs;      /* "main v1" */
	uint64_t bytes, only;
	size_t files;
	char used[TIMEFMT_MAX], modified[TIMEFMT_MAX]; /* "": not known */
	const char *marked;
};

static void
add_time(char *out, double then)
{
	time_t at = (time_t)then;
	struct tm parts;

	*out = '\0';
	if (then > 0 && gmtime_r(&at, &parts) &&
	    !strftime(out, TIMEFMT_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts))
		*out = '\0';
}

static void
read_row(const struct cache_model *m, const struct node *node,
    struct export_row *row)
{
	static const char *const states[] = { "no", "some", "yes" };
	const struct scan_repo *repo = cache_repo(m, node);
	const struct scan_revision *revision = cache_revision(m, node);
	double used, modified;

	*row =
	    (struct export_row){ .type = repo && repo->type ? repo->type : "",
		    .name = STR_INIT,
		    .refs = STR_INIT,
		    .revision = revision ? revision->name : "",
		    .bytes = cache_bytes(m, node),
		    .only = cache_only(m, node),
		    .files = cache_files(m, node),
		    .marked = states[cache_marked(m, node)] };
	if (node->child >= 0 && repo)
		str_addf(&row->name, "%s/", repo->folder);
	cache_add_name(m, node, &row->name);
	for (size_t i = 0; revision && i < revision->refs.n; i++)
		str_addf(&row->refs, "%s%s", i ? " " : "", revision->refs.v[i]);
	cache_times(m, node, &used, &modified);
	add_time(row->used, used);
	add_time(row->modified, modified);
}

static void
add_csv(struct str *out, const struct export_row *row)
{
	add_field(out, row->name.v);
	str_addf(out, ",%s,", row->type);
	add_field(out, row->revision);
	str_addc(out, ',');
	add_field(out, row->refs.v);
	str_addf(out, ",%llu,%llu,%zu,%s,%s,%s\n",
	    (unsigned long long)row->bytes, (unsigned long long)row->only,
	    row->files, row->used, row->modified, row->marked);
}

static void
add_json(struct str *out, const struct export_row *row)
{
	str_addz(out, out->n > 1 ? ",\n" : "\n");
	json_add_pair(out, true, "name", row->name.v);
	json_add_pair(out, false, "type", row->type);
	json_add_pair(out, false, "revision", row->revision);
	json_add_pair(out, false, "refs", row->refs.v);
	json_add_key(out, false, "bytes");
	str_addf(out, "%llu", (unsigned long long)row->bytes);
	json_add_key(out, false, "only_here");
	str_addf(out, "%llu", (unsigned long long)row->only);
	json_add_key(out, false, "files");
	str_addf(out, "%zu", row->files);
	json_add_pair(out, false, "last_used", row->used);
	json_add_pair(out, false, "modified", row->modified);
	json_add_pair(out, false, "marked", row->marked);
	str_addc(out, '}');
}

static void
add_row(struct str *out, char format, const struct export_row *row)
{
	if (format == 'j') {
		add_json(out, row);
	} else if (format == 'c') {
		add_csv(out, row);
	} else {
		str_addf(out, "%-4s %14llu  ", row->marked,
		    (unsigned long long)row->bytes);
		utf8_safe(out, row->name.v);
		str_addc(out, '\n');
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
	char format = format_of(path), *whole = env_expand(path);
	struct str out = STR_INIT;
	struct node node;
	bool more = cache_node(m, 0, &node), ok;

	str_addz(&out, format == 'j' ? "[" : "");
	str_addz(&out,
	    format == 'c'
		? "name,type,revision,refs,bytes,only_here,files,last_used,"
		  "modified,marked\n"
		: "");
	while (more) {
		struct export_row row;

		read_row(m, &node, &row);
		add_row(&out, format, &row);
		str_fini(&row.name);
		str_fini(&row.refs);
		more = cache_next(m, &node);
	}
	str_addz(&out, format == 'j' ? "\n]\n" : "");
	ok = file_replace(whole, out.v, out.n, err);
	str_fini(&out);
	free(whole);
	return ok;
}
