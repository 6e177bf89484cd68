/* cmd_scan_cache.c: hug scan-cache. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/clock.h"

struct scan_args {
	const char *dir;
	unsigned verbose;
};

static const struct arg scan_args[] = { { .name = NULL } };

#define AT(member) .offset = offsetof(struct scan_args, member)

static const struct opt scan_opts[] = {
	{ "dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(dir) },
	{ "verbose", 'v', OPT_COUNT, NULL,
	    "List revisions; -vvv also describes damaged entries",
	    AT(verbose) },
	{ .name = NULL },
};

/* Two of these are numbers, and stand to the right. */
#define COLUMNS 8

static const char *const repo_heads[COLUMNS] = { "REPO ID", "REPO TYPE",
	"SIZE ON DISK", "NB FILES", "LAST_ACCESSED", "LAST_MODIFIED", "REFS",
	"LOCAL PATH" };
static const char *const revision_heads[COLUMNS] = { "REPO ID", "REPO TYPE",
	"REVISION", "SIZE ON DISK", "NB FILES", "LAST_MODIFIED", "REFS",
	"LOCAL PATH" };

/* Cells of the table, row after row, safe to show. */
struct rows {
	const char *const *heads;
	ARR(char *) cells;
};

static void
add(struct rows *rows, const char *text)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, text);
	arr_push(&rows->cells, str_steal(&safe));
}

static void
add_figures(struct rows *rows, struct cache_figures figures)
{
	char size[TIMEFMT_MAX], text[40];

	fmt_size(size, figures.size);
	snprintf(text, sizeof(text), "%12s", size);
	add(rows, text);
	snprintf(text, sizeof(text), "%zu", figures.files);
	add(rows, text);
}

static void
add_tail(struct rows *rows, const struct cli *cli, double modified,
    char *const *refs, size_t n, const char *path)
{
	char ago[TIMEFMT_MAX];
	struct str joined = STR_INIT;

	cache_ago(cli, ago, modified);
	add(rows, ago);
	cache_add_refs(&joined, refs, n, false);
	add(rows, joined.v);
	add(rows, path);
	str_fini(&joined);
}

static void
add_repo(struct rows *rows, const struct cli *cli, const struct scan *scan,
    const struct scan_repo *repo, const size_t *same)
{
	struct cache_figures figures;
	char ago[TIMEFMT_MAX];
	struct str path = STR_INIT;

	add(rows, repo->id);
	add(rows, repo->type);
	figures = cache_count_repo(repo, same);
	if (cli->voice->policy.cache.sizes_on_disk)
		figures.size = cache_size(cli, repo, NULL);
	add_figures(rows, figures);
	cache_ago(cli, ago, repo->accessed);
	add(rows, ago);
	str_addf(&path, "%s/%s", scan->root, repo->folder);
	add_tail(rows, cli, repo->modified, repo->refs.v, repo->refs.n, path.v);
	str_fini(&path);
}

static void
add_revisions(struct rows *rows, const struct cli *cli, const struct scan *scan,
    const struct scan_repo *repo, const size_t *same)
{
	arr_each (revision, &repo->revisions) {
		struct cache_figures figures;
		struct str path = STR_INIT;

		add(rows, repo->id);
		add(rows, repo->type);
		add(rows, revision->name);
		figures = cache_count_revision(repo, revision, same);
		if (cli->voice->policy.cache.sizes_on_disk)
			figures.size = cache_size(cli, repo, revision);
		add_figures(rows, figures);
		str_addf(&path, "%s/%s/snapshots/%s", scan->root, repo->folder,
		    revision->name);
		add_tail(rows, cli, revision->modified, revision->refs.v,
		    revision->refs.n, path.v);
		str_fini(&path);
	}
}

/* Code points, as Python's len() counts them. */
static size_t
length_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
add_cell(struct str *out, const char *text, size_t width, bool right)
{
	size_t blanks = width - length_of(text);

	for (size_t i = 0; right && i < blanks; i++)
		str_addc(out, ' ');
	str_addz(out, text);
	for (size_t i = 0; !right && i < blanks; i++)
		str_addc(out, ' ');
	str_addc(out, ' ');
}

static void
print_rows(const struct rows *rows)
{
	size_t widths[COLUMNS];
	bool right[COLUMNS];
	struct str out = STR_INIT;

	for (size_t i = 0; i < COLUMNS; i++) {
		widths[i] = strlen(rows->heads[i]);
		right[i] = !strcmp(rows->heads[i], "NB FILES");
	}
	for (size_t i = 0; i < rows->cells.n; i++) {
		size_t length = length_of(rows->cells.v[i]);

		if (length > widths[i % COLUMNS])
			widths[i % COLUMNS] = length;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		add_cell(&out, rows->heads[i], widths[i], false);
	str_addc(&out, '\n');
	for (size_t i = 0; i < COLUMNS; i++) {
		for (size_t k = 0; k < widths[i]; k++)
			str_addc(&out, '-');
		str_addc(&out, ' ');
	}
	str_addc(&out, '\n');
	for (size_t i = 0; i < rows->cells.n; i++) {
		size_t column = i % COLUMNS;

		add_cell(&out, rows->cells.v[i], widths[column], right[column]);
		if (column == COLUMNS - 1)
			str_addc(&out, '\n');
	}
	out_put(out.v);
	str_fini(&out);
}

/* `total`: bytes of the repositories in the table. */
static void
print_footer(const struct cli *cli, const struct scan *scan, unsigned verbose,
    uint64_t total, uint64_t ms)
{
	const char *gray = cli->color ? OUT_GRAY : "";
	const char *red = cli->color ? OUT_ALARM : "";
	const char *end = cli->color ? OUT_PLAIN : "";
	char size[TIMEFMT_MAX];
	struct str text = STR_INIT;
	struct str lines = STR_INIT;
	struct str footer = STR_INIT;
	size_t repos = 0, warnings = 0;

	arr_each (repo, &scan->repos) {
		str_clear(&text);
		repos += cache_lists(cli, repo);
		if (!cache_add_warning(&text, cli, scan, repo))
			continue;
		warnings++;
		str_addz(&lines, gray);
		utf8_safe(&lines, text.v);
		str_addf(&lines, "%s\n", end);
	}
	/* What repositories share was counted in each of them by 0.36. */
	fmt_size(size, cli->voice->policy.cache.sizes_on_disk
			   ? cache_total(cli, scan)
			   : total);
	str_addf(&footer,
	    "\nDone in %.1fs. Scanned %zu repo(s) for a total of %s%s%s.\n",
	    (double)ms / 1000, repos, red, size, end);
	if (warnings)
		str_addf(&footer, "%sGot %zu warning(s) while scanning.%s%s\n",
		    gray, warnings,
		    verbose >= 3 ? "" : " Use -vvv to print details.", end);
	out_put(footer.v);
	if (verbose >= 3)
		out_put(lines.v);
	str_fini(&text);
	str_fini(&footer);
	str_fini(&lines);
}

static void
add_json_revision(struct str *out, const struct scan_revision *revision)
{
	json_add_pair(out, true, "revision", revision->name);
	str_addf(out,
	    ", \"size\": %llu, \"files\": %zu, \"last_modified\": %.3f, "
	    "\"refs\": [",
	    (unsigned long long)revision->held, revision->files.n,
	    revision->modified);
	for (size_t i = 0; i < revision->refs.n; i++) {
		str_addz(out, i ? ", " : "");
		json_add_string(out, revision->refs.v[i]);
	}
	str_addz(out, "]}");
}

static void
add_json_repo(struct str *out, const struct scan_repo *repo)
{
	json_add_pair(out, true, "repo_id", repo->id);
	json_add_pair(out, false, "repo_type", repo->type);
	str_addf(out,
	    ", \"size\": %llu, \"files\": %zu, \"last_accessed\": %.3f, "
	    "\"last_modified\": %.3f, \"damaged\": %llu, \"partials\": %u, "
	    "\"partial_size\": %llu, \"revisions\": [",
	    (unsigned long long)repo->held, repo->blobs.n, repo->accessed,
	    repo->modified, (unsigned long long)repo->damaged, repo->partials,
	    (unsigned long long)repo->partial_held);
	for (size_t i = 0; i < repo->revisions.n; i++) {
		str_addz(out, i ? ", " : "");
		add_json_revision(out, &repo->revisions.v[i]);
	}
	str_addz(out, "]}");
}

static void
add_json_leftovers(struct str *out, const struct scan *scan)
{
	const struct scan_leftovers *left = &scan->leftovers;
	unsigned orphans = 0;
	uint64_t size = 0;

	arr_each (repo, &scan->repos) {
		orphans += repo->orphans;
		size += repo->orphan_held;
	}
	str_addf(out,
	    "\"leftovers\": {\"unused_blobs\": %u, \"unused_size\": %llu, "
	    "\"empty_repos\": %u, \"stale_locks\": %u, \"trash_size\": %llu}",
	    orphans, (unsigned long long)size, left->folders, left->locks,
	    (unsigned long long)left->trash_held);
}

/* Numbers, not texts, for programs. */
static void
print_json(const struct cli *cli, const struct scan *scan)
{
	struct str out = STR_INIT;
	const char *before = "";

	str_addf(&out, "{\"size\": %llu, \"repos\": [",
	    (unsigned long long)scan->held);
	arr_each (repo, &scan->repos) {
		if (!cache_lists(cli, repo))
			continue;
		str_addz(&out, before);
		add_json_repo(&out, repo);
		before = ", ";
	}
	str_addz(&out, "], \"warnings\": [");
	before = "";
	arr_each (repo, &scan->repos) {
		if (!repo->warning)
			continue;
		str_addz(&out, before);
		json_add_string(&out, repo->warning);
		before = ", ";
	}
	str_addz(&out, "], ");
	add_json_leftovers(&out, scan);
	str_addc(&out, '}');
	out_line(out.v);
	str_fini(&out);
}

/* Returns the bytes of the repositories in it. */
static uint64_t
print_table(const struct cli *cli, const struct scan *scan, unsigned verbose)
{
	struct rows rows = { .heads = verbose ? revision_heads : repo_heads };
	uint64_t total = 0;

	arr_each (repo, &scan->repos) {
		size_t *same;

		if (!cache_lists(cli, repo))
			continue;
		same = cache_same_blobs(cli, scan, repo);
		if (verbose)
			add_revisions(&rows, cli, scan, repo, same);
		else
			add_repo(&rows, cli, scan, repo, same);
		sum_add(&total, cache_count_repo(repo, same).size);
		free(same);
	}
	print_rows(&rows);
	arr_each (cell, &rows.cells)
		free(*cell);
	arr_free(&rows.cells);
	return total;
}

static enum exit_code
scan_run(const struct cli *cli, const void *args)
{
	const struct scan_args *a = args;
	uint64_t began = clock_ms();
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;
	struct scan scan;
	bool ok = cache_look(&scan, a->dir, &err);

	if (!ok && cli->voice->policy.cache.may_be_missing &&
	    err.code == ERR_NOT_FOUND) {
		out_putf("Cache directory not found: %s\n", scan.root);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else if (!ok) {
		out_error(cli, &err);
	} else {
		if (cli->format == FORMAT_JSON) {
			print_json(cli, &scan);
		} else {
			uint64_t total = print_table(cli, &scan, a->verbose);

			print_footer(
			    cli, &scan, a->verbose, total, clock_ms() - began);
		}
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	scan_fini(&scan);
	return code;
}

static const struct example examples[] = {
	{ "hug scan-cache", "List repositories with their sizes" },
	{ "hug scan-cache -v", "List revisions" },
	{ "hug scan-cache --json", "Write everything, for a program" },
	{ NULL, NULL },
};

const struct command cmd_scan_cache = {
	.name = "scan-cache",
	.summary = "Show cached repositories and their sizes",
	.details = "A file that several revisions of a repository share is "
		   "counted once.\n",
	.examples = examples,
	.args = scan_args,
	.opts = scan_opts,
	.args_size = sizeof(struct scan_args),
	.run = scan_run,
	.faces = FACE_HUG | FACE_OLD,
};
