#include "cli/show/filelist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/out.h"
#include "cli/show/facts.h"
#include "cli/show/pytext.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"

static void
size_text(const struct filelist *l, char out[TIMEFMT_MAX], uint64_t size)
{
	if (l->human)
		fmt_listed(out, size);
	else
		snprintf(out, TIMEFMT_MAX, "%llu", (unsigned long long)size);
}

/* Whether a date ("2025-...") is of this year; where none other is
 * shown it is taken to be. */
static bool
is_this_year(const struct filelist *l, const char *date)
{
	time_t now = (time_t)clock_unix_s();
	struct tm parts;
	char year[8] = "";

	if (!l->cli->voice->policy.lists.other_years || !gmtime_r(&now, &parts))
		return true;
	strftime(year, sizeof(year), "%Y", &parts);
	return !strncmp(date, year, 4);
}

/* "2026-03-01 10:00:00", or for people "Mar 01 10:00", and of another year "Mar 01
 *  2025". */
static char *
date_text(const struct filelist *l, const char *date)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct str out = STR_INIT;
	unsigned month;

	if (!facts_is_date(date))
		return mem_strdup("");
	month = (unsigned)(date[5] - '0') * 10 + (unsigned)(date[6] - '0');
	if (!l->human)
		str_addf(&out, "%.10s %.8s", date, date + 11);
	else if (month >= 1 && month <= 12 && !is_this_year(l, date))
		str_addf(
		    &out, "%s %.2s  %.4s", months[month - 1], date + 8, date);
	else if (month >= 1 && month <= 12)
		str_addf(&out, "%s %.2s %.5s", months[month - 1], date + 8,
		    date + 11);
	return str_steal(&out);
}

static struct listed
read_item(const struct filelist *l, const struct cJSON *item)
{
	const struct cJSON *commit = json_get(item, "lastCommit");
	struct listed entry = {
		.path = mem_strdup(json_str(item, "path", "")),
		.folder = strcmp(json_str(item, "type", ""), "file") != 0,
		.date = date_text(l, json_str(commit, "date", "")),
	};

	json_u64(item, "size", &entry.size);
	return entry;
}

static void
entry_fini(struct listed *entry)
{
	free(entry->path);
	free(entry->date);
}

static void
print_line(const struct filelist *l, const struct listed *entry)
{
	char size[TIMEFMT_MAX] = "";
	if (!entry->folder)
		size_text(l, size, entry->size);
	if (l->cli->format == FORMAT_QUIET)
		out_putf("%s%s\n", entry->path, entry->folder ? "/" : "");
	else if (l->dates)
		out_putf("%12s  %19s  %s%s\n", size, entry->date, entry->path,
		    entry->folder ? "/" : "");
	else
		out_putf("%12s  %s%s\n", size, entry->path,
		    entry->folder ? "/" : "");
}

/* hf prints it on many lines here. A list may be long: none of it is kept. */
static void
print_json(const struct filelist *l, const struct cJSON *item)
{
	struct str text = STR_INIT, facts = STR_INIT;
	struct error ignored;
	struct cJSON *object;

	facts_add_file(&facts, item);
	object = json_parse(facts.v, facts.n, &ignored);
	str_addz(&text, l->seen == 1 ? "[\n  " : ",\n  ");
	py_add_indented(&text, object, 1);
	out_put(text.v);
	json_free(object);
	str_fini(&facts);
	str_fini(&text);
}

void
filelist_add(struct filelist *l, const struct cJSON *item)
{
	struct listed entry = read_item(l, item);

	l->seen++;
	l->folders |= entry.folder;
	if (l->cli->format == FORMAT_JSON) {
		print_json(l, item);
	} else if (l->tree) {
		arr_push(&l->list, entry);
		return;
	} else {
		print_line(l, &entry);
	}
	entry_fini(&entry);
}

/* -- a tree -- */

/* By their parts: what lies in a folder stands together, in the order of its
 * names' bytes. */
static int
by_parts(const void *a, const void *b)
{
	const unsigned char *x =
	    (const unsigned char *)((const struct listed *)a)->path;
	const unsigned char *y =
	    (const unsigned char *)((const struct listed *)b)->path;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	/* The end of a part comes before anything. */
	if (*x == '/' || *y == '/' || !*x || !*y)
		return (*x == '/' ? 1
			   : *x   ? 2
				  : 0) -
		       (*y == '/' ? 1
			   : *y   ? 2
				  : 0);
	return *x < *y ? -1 : 1;
}

struct drawing {
	const struct filelist *l;
	size_t size_width, date_width;
	bool ascii;
	struct str indent;
};

static void
measure(struct drawing *d)
{
	char size[TIMEFMT_MAX];

	if (d->l->cli->format == FORMAT_QUIET)
		return;
	arr_each (entry, &d->l->list) {
		size_t n;

		if (entry->folder)
			continue;
		size_text(d->l, size, entry->size);
		n = strlen(size);
		d->size_width = n > d->size_width ? n : d->size_width;
		n = strlen(entry->date);
		d->date_width = n > d->date_width ? n : d->date_width;
	}
}

/* The name of one part at the depth, and what is known of it (NULL: a folder). */
static void
draw_one(const struct drawing *d, const struct listed *file, const char *name,
    size_t n, bool last)
{
	const char *branch =
	    d->ascii ? (last ? "`-- " : "|-- ")
		     : (last ? "\xe2\x94\x94\xe2\x94\x80\xe2\x94\x80 "
			     : "\xe2\x94\x9c\xe2\x94\x80\xe2\x94\x80 ");
	char size[TIMEFMT_MAX] = "";

	if (file)
		size_text(d->l, size, file->size);
	if (d->size_width)
		out_putf("%*s  ", (int)d->size_width, size);
	if (d->size_width && d->l->dates)
		out_putf("%-*s  ", file ? 0 : (int)d->date_width,
		    file ? file->date : "");
	out_putf(
	    "%s%s%.*s%s\n", d->indent.v, branch, (int)n, name, file ? "" : "/");
}

/* How many from the first on lie in the same part as it does at `depth`. */
static size_t
same_part(const struct listed *v, size_t n, size_t depth, size_t length)
{
	size_t count = 1;

	while (count < n &&
	       !strncmp(v[count].path + depth, v[0].path + depth, length) &&
	       (v[count].path[depth + length] == '/' ||
		   !v[count].path[depth + length]))
		count++;
	return count;
}

/* Entries that share the first `depth` bytes of their paths. */
static void
draw(struct drawing *d, const struct listed *v, size_t n, size_t depth)
{
	while (n) {
		const char *name = v[0].path + depth;
		size_t length = strcspn(name, "/");
		size_t count = same_part(v, n, depth, length);
		bool own = !name[length];
		bool folder = count > 1 || !own || v[0].folder;
		size_t before = d->indent.n;

		draw_one(d, folder ? NULL : &v[0], name, length, count == n);
		str_addz(&d->indent, count == n ? "    "
				     : d->ascii ? "|   "
						: "\xe2\x94\x82   ");
		/* The folder itself may be one of them. */
		if (folder)
			draw(d, v + own, count - own, depth + length + 1);
		str_cut(&d->indent, before);
		v += count;
		n -= count;
	}
}

/* No tree is so deep. */
#define DEPTH_MAX 100

static bool
is_odd(const struct listed *entry)
{
	struct error ignored;
	unsigned depth = 0;

	for (const char *p = entry->path; *p; p++)
		depth += *p == '/';
	return depth > DEPTH_MAX || !path_check(entry->path, &ignored);
}

/* What cannot lie in any folder has no place in a tree. */
static void
set_odd_aside(struct filelist *l, struct filelist *odd)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->list.n; i++) {
		if (is_odd(&l->list.v[i]))
			arr_push(&odd->list, l->list.v[i]);
		else
			l->list.v[kept++] = l->list.v[i];
	}
	l->list.n = kept;
}

/* A list that shifts between two pages names things twice. */
static void
drop_repeated(struct filelist *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->list.n; i++) {
		if (kept &&
		    !strcmp(l->list.v[kept - 1].path, l->list.v[i].path))
			entry_fini(&l->list.v[i]);
		else
			l->list.v[kept++] = l->list.v[i];
	}
	l->list.n = kept;
}

static void
print_tree(struct filelist *l)
{
	struct filelist odd = { .cli = l->cli };
	struct drawing d = {
		.l = l, .ascii = !cli_is_utf8(), .indent = STR_INIT
	};

	set_odd_aside(l, &odd);
	if (l->list.n)
		qsort(l->list.v, l->list.n, sizeof(*l->list.v), by_parts);
	drop_repeated(l);
	measure(&d);
	draw(&d, l->list.v, l->list.n, 0);
	arr_each (entry, &odd.list) {
		print_line(l, entry);
		entry_fini(entry);
	}
	arr_free(&odd.list);
	str_fini(&d.indent);
}

void
filelist_end(struct filelist *l)
{
	bool speaks =
	    l->cli->format == FORMAT_HUMAN || l->cli->format == FORMAT_AGENT;

	if (!l->seen && speaks)
		out_line("(empty)");
	else if (!l->seen)
		return;
	else if (l->cli->format == FORMAT_JSON)
		out_line("\n]");
	else if (l->tree)
		print_tree(l);
}

void
filelist_fini(struct filelist *l)
{
	arr_each (entry, &l->list)
		entry_fini(entry);
	arr_free(&l->list);
}
