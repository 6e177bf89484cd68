/* cmd_cache_ls.c: hug cache ls. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/filters.h"
#include "cli/out.h"
#include "cli/show/table.h"
#include "cli/voice/voice.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/clock.h"

struct ls_args {
	const char *cache_dir;
	bool revisions;
	struct text_list filter;
	unsigned sort;
	unsigned limit;
	bool warnings;
};

/* In the order of `sort_names`, three a key: default, ascending, descending. */
enum sort_key {
	SORT_ACCESSED,
	SORT_MODIFIED,
	SORT_NAME,
	SORT_SIZE,
};

#define NO_SORT 99u
#define NO_LIMIT (~0u)

static const char *const sort_names[] = { "accessed", "accessed:asc",
	"accessed:desc", "modified", "modified:asc", "modified:desc", "name",
	"name:asc", "name:desc", "size", "size:asc", "size:desc", NULL };

static void
ls_defaults(void *args)
{
	struct ls_args *a = args;

	a->sort = NO_SORT;
	a->limit = NO_LIMIT;
}

static const struct arg ls_args[] = { { .name = NULL } };

#define AT(member) .offset = offsetof(struct ls_args, member)

static const struct opt ls_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "revisions", 0, OPT_FLAG, NULL,
	    "List revisions instead of repositories", AT(revisions) },
	{ "no-revisions", 0, OPT_UNFLAG, NULL, "The opposite", AT(revisions),
	    .faces = FACE_HF },
	{ "filter", 'f', OPT_LIST, "EXPR...",
	    "Show only rows that match all of these: size>1GB, "
	    "accessed>2w, modified<3d, type=model, refs=main, "
	    "files>9, name=org/*, is:detached, or a word of the "
	    "name; combine them with not, and, or, ( )",
	    AT(filter) },
	{ "sort", 0, OPT_CHOICE, NULL, "Sort the rows (default: by name)",
	    AT(sort), .choices = sort_names },
	{ "limit", 0, OPT_NUMBER, "N", "Show at most N rows", AT(limit) },
	{ "show-warnings", 0, OPT_FLAG, NULL, "Describe damaged entries",
	    AT(warnings) },
	{ "no-show-warnings", 0, OPT_UNFLAG, NULL, "The opposite", AT(warnings),
	    .faces = FACE_HF },
	{ .name = NULL },
};

/* A row. `order` keeps rows that compare equal in their first order. */
struct entry {
	const struct scan_repo *repo;
	const struct scan_revision *revision; /* NULL: of the repository */
	enum sort_key key;
	bool down;
	size_t order;
};

struct listing {
	const struct cli *cli;
	const struct ls_args *args;
	struct scan scan;
	struct filters filters;
	ARR(struct entry) entries;
};

/* "model/org/name" */
static void
add_id(struct str *out, const struct scan_repo *repo)
{
	str_addf(out, "%s/%s", repo->type, repo->id);
}

static int
compare_ids(const struct scan_repo *a, const struct scan_repo *b, bool fold)
{
	struct str x = STR_INIT, y = STR_INIT;
	int result;

	add_id(&x, a);
	add_id(&y, b);
	result = fold ? strcasecmp(x.v, y.v) : strcmp(x.v, y.v);
	str_fini(&x);
	str_fini(&y);
	return result;
}

static int
by_id(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int result = compare_ids(x->repo, y->repo, false);

	if (!result && x->revision && y->revision)
		result = strcmp(x->revision->name, y->revision->name);
	return result;
}

static double
sort_value(const struct entry *entry)
{
	switch (entry->key) {
	case SORT_ACCESSED:
		return entry->repo->accessed;
	case SORT_MODIFIED:
		return entry->revision ? entry->revision->modified
		                       : entry->repo->modified;
	default:
		return (double)(entry->revision ? entry->revision->size
						: entry->repo->size);
	}
}

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int result;

	if (x->key == SORT_NAME) {
		result = compare_ids(x->repo, y->repo, true);
	} else {
		double p = sort_value(x), q = sort_value(y);

		result = (p > q) - (p < q);
	}
	if (result)
		return x->down ? -result : result;
	return (x->order > y->order) - (x->order < y->order);
}

static void
sort_entries(struct listing *l)
{
	unsigned chosen = l->args->sort;
	size_t n = l->entries.n;

	if (!n)
		return;
	qsort(l->entries.v, n, sizeof(*l->entries.v), by_id);
	if (chosen == NO_SORT)
		return;
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &l->entries.v[i];

		entry->key = (enum sort_key)(chosen / 3);
		entry->down =
		    chosen % 3 ? chosen % 3 == 2 : entry->key != SORT_NAME;
		entry->order = i;
	}
	qsort(l->entries.v, n, sizeof(*l->entries.v), by_key);
}

static void
collect(struct listing *l)
{
	double now = clock_unix_s();

	arr_each (repo, &l->scan.repos) {
		if (!cache_lists(l->cli, repo))
			continue;
		if (!l->args->revisions &&
		    filters_hold(&l->filters, repo, NULL, now))
			arr_push(&l->entries, (struct entry){ .repo = repo });
		if (!l->args->revisions)
			continue;
		arr_each (revision, &repo->revisions) {
			if (filters_hold(&l->filters, repo, revision, now))
				arr_push(
				    &l->entries, (struct entry){ .repo = repo,
						     .revision = revision });
		}
	}
	sort_entries(l);
	if (l->args->limit != NO_LIMIT && l->entries.n > l->args->limit)
		l->entries.n = l->args->limit;
}

static void
add_refs(struct table *table, char *const *refs, size_t n)
{
	struct str text = STR_INIT;

	cache_add_refs(&text, refs, n, true);
	table_add(table, text.v);
	str_fini(&text);
}

static void
add_common(struct table *table, const struct scan_repo *repo)
{
	struct str id = STR_INIT;

	add_id(&id, repo);
	table_add(table, id.v);
	table_add(table, repo->id);
	table_add(table, repo->type);
	str_fini(&id);
}

static void
print_repos(const struct listing *l)
{
	static const struct column columns[] = { { "id", COLUMN_ID },
		{ "repo_id", COLUMN_JSON_ONLY },
		{ "repo_type", COLUMN_JSON_ONLY }, { "size", COLUMN_RIGHT },
		{ "last_accessed", 0 }, { "last_modified", 0 },
		{ "refs", COLUMN_LIST } };
	struct table table = { .columns = columns, .n = 7 };
	char text[TIMEFMT_MAX];

	arr_each (entry, &l->entries) {
		const struct scan_repo *repo = entry->repo;

		add_common(&table, repo);
		fmt_size(text, cache_size(l->cli, repo, NULL));
		table_add(&table, text);
		cache_ago(l->cli, text, repo->accessed);
		table_add(&table, text);
		cache_ago(l->cli, text, repo->modified);
		table_add(&table, text);
		add_refs(&table, repo->refs.v, repo->refs.n);
	}
	table_print(&table, l->cli);
	table_fini(&table);
}

static void
print_revisions(const struct listing *l)
{
	static const struct column columns[] = { { "id", 0 },
		{ "repo_id", COLUMN_JSON_ONLY },
		{ "repo_type", COLUMN_JSON_ONLY }, { "revision", COLUMN_ID },
		{ "snapshot_path", COLUMN_JSON_ONLY }, { "size", COLUMN_RIGHT },
		{ "last_modified", 0 }, { "refs", COLUMN_LIST } };
	struct table table = { .columns = columns, .n = 8 };
	char text[TIMEFMT_MAX];

	arr_each (entry, &l->entries) {
		const struct scan_revision *revision = entry->revision;
		struct str path = STR_INIT;

		add_common(&table, entry->repo);
		table_add(&table, revision->name);
		str_addf(&path, "%s/%s/snapshots/%s", l->scan.root,
		    entry->repo->folder, revision->name);
		table_add(&table, path.v);
		fmt_size(text, cache_size(l->cli, entry->repo, revision));
		table_add(&table, text);
		cache_ago(l->cli, text, revision->modified);
		table_add(&table, text);
		add_refs(&table, revision->refs.v, revision->refs.n);
		str_fini(&path);
	}
	table_print(&table, l->cli);
	table_fini(&table);
}

/* Rows stand in groups of a repository only while they are ordered so. */
static size_t
count_repos(const struct listing *l)
{
	size_t n = 0;

	arr_each (entry, &l->entries) {
		bool seen = false;

		for (struct entry *e = l->entries.v;
		     l->args->revisions && e < entry && !seen; e++)
			seen = e->repo == entry->repo;
		n += !seen;
	}
	return n;
}

static void
print_footer(const struct listing *l)
{
	bool whole = !l->args->revisions && !filters_any(&l->filters) &&
	             l->args->limit == NO_LIMIT;
	char size[TIMEFMT_MAX];
	size_t revisions = 0;
	uint64_t bytes = 0;

	arr_each (entry, &l->entries) {
		revisions += entry->revision ? 1 : entry->repo->revisions.n;
		sum_add(
		    &bytes, cache_size(l->cli, entry->repo, entry->revision));
	}
	fmt_size(size, whole ? cache_total(l->cli, &l->scan) : bytes);
	out_put(l->cli->color ? OUT_BOLD : "");
	out_putf("\nFound %zu repo(s) for a total of %zu revision(s) and %s on "
		 "disk.",
	    count_repos(l), revisions, size);
	out_line(l->cli->color ? OUT_PLAIN : "");
}

static void
hint(const struct listing *l, unsigned n, const char *what, uint64_t bytes)
{
	char size[TIMEFMT_MAX];

	if (!n || l->cli->format == FORMAT_QUIET)
		return;
	fmt_size(size, bytes);
	out_tellf("Hint: Found %u %s totalling %s. Remove them with '%s cache "
		  "prune'.\n",
	    n, what, size, l->cli->name);
}

static void
print_warnings(const struct listing *l)
{
	unsigned warnings = 0, partials = 0;
	uint64_t bytes = 0;
	struct str text = STR_INIT;

	arr_each (repo, &l->scan.repos) {
		partials += repo->partials;
		bytes += l->cli->voice->policy.cache.sizes_on_disk
		             ? repo->partial_held
		             : repo->partial_size;
		if (!repo->warning)
			continue;
		warnings++;
		if (!l->args->warnings)
			continue;
		str_clear(&text);
		utf8_safe(&text, repo->warning);
		while (text.n && text.v[text.n - 1] == '.')
			str_cut(&text, text.n - 1);
		out_tellf("Warning: %s.%s\n", text.v,
		    l->cli->voice->text.cache.warned);
	}
	if (warnings && !l->args->warnings)
		out_tellf(
		    "Warning: Found %u cache inconsistencies. Re-run with "
		    "`--show-warnings` to display them.\n",
		    warnings);
	hint(l, partials, "incomplete download(s)", bytes);
	hint(l, l->scan.shared.loose, "unreferenced shared blob(s)",
	    l->scan.shared.loose_size);
	str_fini(&text);
}

static void
print_all(const struct listing *l)
{
	if (l->args->revisions)
		print_revisions(l);
	else
		print_repos(l);
	if (l->entries.n &&
	    (l->cli->format == FORMAT_HUMAN || l->cli->format == FORMAT_AGENT))
		print_footer(l);
}

/* Whether nothing was ever cached here; a folder that was named must be there. */
static bool
is_first_time(const struct listing *l, const struct error *err)
{
	return l->cli->voice->text.cache.nothing_yet &&
	       err->code == ERR_NOT_FOUND && !l->args->cache_dir;
}

/* What to do next where there is nothing to list. */
static void
tell_empty(const struct listing *l)
{
	const char *nothing = l->cli->voice->text.cache.nothing_yet;

	if (nothing && l->cli->format == FORMAT_HUMAN && !l->scan.repos.n)
		out_line(nothing);
	else
		print_all(l);
}

static enum exit_code
ls_run(const struct cli *cli, const void *args)
{
	struct listing l = { .cli = cli, .args = args };
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	if (!filters_read(&l.filters, cli, &l.args->filter, &err)) {
		if (cli->voice->policy.errors.shows_usage)
			err_wrap(&err,
			    "Usage: hf cache list [OPTIONS]\nTry 'hf cache "
			    "list --help' for help.\n\nError: Invalid value");
		out_error(cli, &err);
		code = EXIT_USAGE;
	} else if (!cache_look(&l.scan, l.args->cache_dir, &err) &&
		   !is_first_time(&l, &err)) {
		out_error(cli, &err);
	} else {
		collect(&l);
		tell_empty(&l);
		print_warnings(&l);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	scan_fini(&l.scan);
	filters_fini(&l.filters);
	arr_free(&l.entries);
	return code;
}

static const struct example examples[] = {
	{ "hug cache ls", "List repositories with their sizes" },
	{ "hug cache ls --revisions --sort size",
	    "List revisions, largest first" },
	{ "hug cache ls --filter 'size>1MB' 'accessed>2w'",
	    "List what is large and was unused for two weeks" },
	{ NULL, NULL },
};

const struct command cmd_cache_ls = {
	.name = "cache ls",
	.alias = "list",
	.summary = "List cached repositories",
	.examples = examples,
	.args = ls_args,
	.opts = ls_opts,
	.args_size = sizeof(struct ls_args),
	.defaults = ls_defaults,
	.run = ls_run,
	.faces = FACE_HUG | FACE_HF,
};
