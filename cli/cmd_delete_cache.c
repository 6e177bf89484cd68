/*
 * cmd_delete_cache.c: hug delete-cache: revisions picked by hand.
 *
 * In a file for an editor (--disable-tui, as huggingface-cli had it), from a
 * numbered list on a terminal, or by --revisions and --filter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/deletion.h"
#include "cli/filters.h"
#include "cli/out.h"
#include "cli/screens.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* A file that was edited is no larger. */
#define EDITED_MAX ((size_t)256 * 1024 * 1024)

#define NO_SORT 99u

enum sorting {
	SORT_ALPHABETICAL,
	SORT_UPDATED,
	SORT_USED,
	SORT_SIZE,
};

static const char *const sort_names[] = { "alphabetical", "lastUpdated",
	"lastUsed", "size", NULL };

struct delete_args {
	const char *dir;
	bool disable_tui;
	unsigned sort;
	struct text_list revisions;
	struct text_list filter;
	bool yes;
	bool dry_run;
};

static void
delete_defaults(void *args)
{
	struct delete_args *a = args;

	a->sort = NO_SORT;
}

static const struct arg delete_args[] = { { .name = NULL } };

#define AT(member) .offset = offsetof(struct delete_args, member)

static const struct opt delete_opts[] = {
	{ "dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(dir) },
	{ "disable-tui", 0, OPT_FLAG, NULL,
	    "Choose in a text editor instead of the full-screen app",
	    AT(disable_tui) },
	{ "sort", 0, OPT_CHOICE, NULL, "Sort the repositories", AT(sort),
	    .choices = sort_names },
	{ "revisions", 0, OPT_LIST, "HASH...", "Delete these revisions",
	    AT(revisions), .faces = FACE_HUG },
	{ "filter", 0, OPT_LIST, "EXPR...",
	    "Delete the revisions that `hug cache ls --revisions "
	    "--filter` lists",
	    AT(filter), .faces = FACE_HUG },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes),
	    .faces = FACE_HUG },
	{ "dry-run", 0, OPT_FLAG, NULL, "Show what would be deleted, and stop",
	    AT(dry_run), .faces = FACE_HUG },
	{ .name = NULL },
};

/* A revision of one repository, or, by its hash alone, of any that has it. */
struct pick {
	char *hash;                   /* or what stands in its place */
	const struct scan_repo *repo; /* NULL: any */
};

struct picking {
	const struct cli *cli;
	const struct delete_args *args;
	struct scan scan;
	ARR(const struct scan_repo *) repos; /* in the order they are shown */
	ARR(struct pick) picked;
	struct filters filters;
	bool by_options;
	bool unknown; /* a revision was named that is not there */
	bool cancelled;
	bool screen; /* it was picked on the full screen: */
	struct scan *shown;
	struct purge *chosen; /* NULL: nothing */
};

/* -- order -- */

static int
by_default(const struct scan_repo *a, const struct scan_repo *b, bool fold)
{
	int order = strcmp(a->type, b->type);

	if (order)
		return order;
	return fold ? strcasecmp(a->id, b->id) : strcmp(a->id, b->id);
}

static double
updated(const struct scan_repo *repo)
{
	double newest = 0;

	arr_each (revision, &repo->revisions)
		newest =
		    revision->modified > newest ? revision->modified : newest;
	return newest;
}

static int
larger_first(double a, double b)
{
	return (a < b) - (a > b);
}

static int
compare(const struct scan_repo *a, const struct scan_repo *b, unsigned sort)
{
	switch (sort) {
	case SORT_ALPHABETICAL:
		return by_default(a, b, true);
	case SORT_UPDATED:
		return larger_first(updated(a), updated(b));
	case SORT_USED:
		return larger_first(a->accessed, b->accessed);
	case SORT_SIZE:
		return larger_first((double)a->size, (double)b->size);
	default:
		return by_default(a, b, false);
	}
}

/* Insertion keeps equals in order; repositories are some hundreds. */
static void
collect(struct picking *p)
{
	arr_each (repo, &p->scan.repos) {
		size_t at;

		if (!cache_lists(p->cli, repo))
			continue;
		arr_push(&p->repos, repo);
		for (at = p->repos.n - 1;
		     at && compare(repo, p->repos.v[at - 1], p->args->sort) < 0;
		     at--)
			p->repos.v[at] = p->repos.v[at - 1];
		p->repos.v[at] = repo;
	}
}

static int
oldest_first(const void *a, const void *b)
{
	const struct scan_revision *const *x = a;
	const struct scan_revision *const *y = b;
	int order = larger_first((*y)->modified, (*x)->modified);

	return order ? order : strcmp((*x)->name, (*y)->name);
}

/* The revisions of a repository, oldest first; the caller frees the array. */
static const struct scan_revision **
in_order(const struct scan_repo *repo)
{
	const struct scan_revision **list =
	    mem_resize(NULL, repo->revisions.n + 1, sizeof(*list));

	for (size_t i = 0; i < repo->revisions.n; i++)
		list[i] = &repo->revisions.v[i];
	if (repo->revisions.n)
		qsort(list, repo->revisions.n, sizeof(*list), oldest_first);
	return list;
}

/* "Model org/name (1.2K, used 3 days ago)" */
static void
add_repo(struct str *out, const struct picking *p, const struct scan_repo *repo)
{
	char size[TIMEFMT_MAX], ago[TIMEFMT_MAX];

	fmt_size(size, cache_size(p->cli, repo, NULL));
	cache_ago(p->cli, ago, repo->accessed);
	text_addf(out, "%c%s %s (%s, used %s)", repo->type[0] - 'a' + 'A',
	    repo->type + 1, repo->id, size, ago);
}

static void
add_refs(struct str *out, const struct scan_revision *revision)
{
	struct str refs = STR_INIT;

	cache_add_refs(&refs, revision->refs.v, revision->refs.n, false);
	utf8_safe(out, revision->refs.n ? refs.v : "(detached)");
	str_fini(&refs);
}

/* -- what is picked -- */

static bool
is_picked(
    const struct picking *p, const struct scan_repo *repo, const char *hash)
{
	arr_each (pick, &p->picked) {
		if (!strcmp(pick->hash, hash) &&
		    (!pick->repo || pick->repo == repo))
			return true;
	}
	return false;
}

/* Takes `hash` over. */
static void
add_pick(struct picking *p, char *hash, const struct scan_repo *repo)
{
	arr_push(&p->picked, (struct pick){ hash, repo });
}

static void
forget(struct picking *p)
{
	arr_each (pick, &p->picked)
		free(pick->hash);
	arr_free(&p->picked);
	p->cancelled = false;
}

/* The caller ends it with purge_fini. */
static void
plan(const struct picking *p, struct purge *purge)
{
	*purge = (struct purge){ .scan = &p->scan };
	arr_each (repo, &p->repos) {
		for (size_t i = 0; i < (*repo)->revisions.n; i++) {
			if (is_picked(p, *repo, (*repo)->revisions.v[i].name))
				purge_choose(purge, *repo, i);
		}
	}
	purge_plan(purge);
}

/* "7 revisions selected counting for 4.3G." */
static void
add_expectation(struct str *out, const struct picking *p)
{
	struct purge purge;
	char size[TIMEFMT_MAX];

	if (p->cancelled) {
		str_addz(out, "Nothing will be deleted.");
		return;
	}
	plan(p, &purge);
	deletion_size(p->cli, &purge, size);
	str_addf(
	    out, "%zu revisions selected counting for %s.", p->picked.n, size);
	purge_fini(&purge);
}

static void
add_unknown(struct str *out, const char *hash)
{
	str_addz(out, out->n ? ", " : "");
	utf8_safe(out, hash);
}

static void
print_unknown(const struct str *names)
{
	if (names->n)
		out_tellf("Revision(s) not found - cannot delete them: %s\n",
		    names->v);
}

static void
tell_unknown(const struct picking *p)
{
	struct str text = STR_INIT;

	arr_each (pick, &p->picked) {
		bool found = false;

		arr_each (repo, &p->repos) {
			arr_each (revision, &(*repo)->revisions)
				found = found ||
				        !strcmp(revision->name, pick->hash);
		}
		if (!found)
			add_unknown(&text, pick->hash);
	}
	print_unknown(&text);
	str_fini(&text);
}

/* -- in an editor -- */

static const char instructions[] =
    "# INSTRUCTIONS\n"
    "# ------------\n"
    "# This is a temporary file created by running `huggingface-cli "
    "delete-cache` with the\n"
    "# `--disable-tui` option. It contains a set of revisions that can be "
    "deleted from your\n"
    "# local cache directory.\n"
    "#\n"
    "# Please manually review the revisions you want to delete:\n"
    "#   - Revision hashes can be commented out with '#'.\n"
    "#   - Only non-commented revisions in this file will be deleted.\n"
    "#   - Revision hashes that are removed from this file are ignored as "
    "well.\n"
    "#   - If `CANCEL_DELETION` line is uncommented, the all cache deletion is "
    "cancelled and\n"
    "#     no changes will be applied.\n"
    "#\n"
    "# Once you've manually reviewed this file, please confirm deletion in the "
    "terminal. This\n"
    "# file will be automatically removed once done.\n"
    "# ------------\n\n"
    "# KILL SWITCH\n"
    "# ------------\n"
    "# Un-comment following line to completely cancel the deletion process\n"
    "# CANCEL_DELETION\n"
    "# ------------\n\n"
    "# REVISIONS\n"
    "# ------------\n";

static void
add_file_text(struct str *out, const struct picking *p)
{
	const char *before = "";

	str_addz(out, instructions);
	for (size_t i = 0; i < p->repos.n; i++) {
		const struct scan_repo *repo = p->repos.v[i];
		const struct scan_revision **list = in_order(repo);
		char ago[TIMEFMT_MAX];

		str_addf(out, "%s# ", before);
		add_repo(out, p, repo);
		for (size_t k = 0; k < repo->revisions.n; k++) {
			str_addz(out, "\n#    ");
			utf8_safe(out, list[k]->name);
			str_addz(out, " # Refs: ");
			add_refs(out, list[k]);
			cache_ago(p->cli, ago, list[k]->modified);
			str_addf(out, " # modified %s", ago);
		}
		before = "\n\n";
		free(list);
	}
}

/* The repository that a comment line announces; else the one before. */
static const struct scan_repo *
repo_of_line(
    const struct picking *p, struct span line, const struct scan_repo *before)
{
	const struct scan_repo *found = before;

	arr_each (repo, &p->repos) {
		struct str text = STR_INIT;

		str_addz(&text, "# ");
		add_repo(&text, p, *repo);
		/* The age at the end may have grown meanwhile. */
		str_cut(&text, (size_t)(strrchr(text.v, ',') - text.v));
		if (line.n >= text.n && !memcmp(line.p, text.v, text.n))
			found = *repo;
		str_fini(&text);
	}
	return found;
}

/* A hash that stands below a repository that has it means that one. */
static void
restrict_pick(struct pick *pick, const struct scan_repo *group)
{
	if (!group)
		return;
	arr_each (revision, &group->revisions) {
		if (!strcmp(revision->name, pick->hash))
			pick->repo = group;
	}
}

static bool
read_picks(struct picking *p, const char *path, struct error *err)
{
	const struct scan_repo *group = NULL;
	struct str text = STR_INIT;
	struct span rest, line, hash;
	bool ok = file_read_all(path, EDITED_MAX, &text, err);

	forget(p);
	rest = (struct span){ text.v, text.n };
	while (ok && span_next(&rest, '\n', &line)) {
		line = span_trim(line);
		if (line.n && *line.p == '#')
			group = repo_of_line(p, line, group);
		if (!line.n || *line.p == '#')
			continue;
		span_next(&line, '#', &hash);
		hash = span_trim(hash);
		if (!hash.n)
			continue;
		add_pick(p, mem_strndup(hash.p, hash.n), NULL);
		restrict_pick(&p->picked.v[p->picked.n - 1], group);
		p->cancelled = p->cancelled || span_is(hash, "CANCEL_DELETION");
	}
	str_fini(&text);
	return ok;
}

/* Asks until the answer is one; EOF counts as no. */
static bool
ask(const char *question, bool fallback, bool *yes)
{
	char answer[80];

	for (;;) {
		out_ask("%s %s ", question, fallback ? "(Y/n)" : "(y/N)");
		if (!fgets(answer, sizeof(answer), stdin))
			return false;
		answer[strcspn(answer, "\r\n")] = '\0';
		*yes = *answer ? !strcasecmp(answer, "y") ||
		                     !strcasecmp(answer, "yes") ||
		                     !strcmp(answer, "1")
		               : fallback;
		if (*yes || !*answer || !strcasecmp(answer, "n") ||
		    !strcasecmp(answer, "no") || !strcmp(answer, "0"))
			return true;
		out_line("Invalid input. Must be one of ('y', 'yes', '1', 'n', "
			 "'no', '0', '')");
	}
}

static bool
pick_in_file(struct picking *p, struct error *err)
{
	const char *folder = env_get("TMPDIR");
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	struct error ignored;
	char hex[9];
	bool done = false, ok;

	file_random_hex(hex, 8);
	str_addf(&path, "%s/tmp%s.txt", folder ? folder : "/tmp", hex);
	add_file_text(&text, p);
	ok = file_replace_mode(path.v, text.v, text.n, 0600, err);
	if (ok) {
		out_put(
		    "TUI is disabled. In order to select which revisions "
		    "you want to delete, please edit\nthe following file "
		    "using the text editor of your choice. Instructions for "
		    "manual\nediting are located at the beginning of the "
		    "file. Edit the file, save it and confirm\nto "
		    "continue.\nFile to edit: ");
		str_clear(&text);
		out_add_bold(&text, p->cli, path.v);
		out_line(text.v);
	}
	while (ok && !done) {
		ok = read_picks(p, path.v, err);
		if (!ok)
			break;
		tell_unknown(p);
		str_clear(&text);
		add_expectation(&text, p);
		str_addz(&text, " Continue ?");
		if (!ask(text.v, false, &done))
			ok = err_set(err, ERR_CANCELLED,
			    "no answer; nothing was deleted");
	}
	MAY_FAIL(file_remove(path.v, &ignored),
	    "a list of our own that nobody reads again");
	str_fini(&path);
	str_fini(&text);
	return ok;
}

/* -- from a list -- */

static void
print_list(const struct picking *p)
{
	struct str line = STR_INIT;
	unsigned number = 0;
	char ago[TIMEFMT_MAX];

	arr_each (repo, &p->repos) {
		const struct scan_revision **list = in_order(*repo);

		str_clear(&line);
		add_repo(&line, p, *repo);
		out_putf("\n%s\n", line.v);
		for (size_t i = 0; i < (*repo)->revisions.n; i++) {
			str_clear(&line);
			cache_ago(p->cli, ago, list[i]->modified);
			add_refs(&line, list[i]);
			out_putf("  %3u. %.8s: %s # modified %s\n", ++number,
			    list[i]->name, line.v, ago);
		}
		free(list);
	}
	str_fini(&line);
}

static void
pick_number(struct picking *p, uint64_t wanted)
{
	uint64_t number = 0;

	arr_each (repo, &p->repos) {
		const struct scan_revision **list = in_order(*repo);

		for (size_t i = 0; i < (*repo)->revisions.n; i++) {
			if (++number == wanted)
				add_pick(p, mem_strdup(list[i]->name), *repo);
		}
		free(list);
	}
}

static void
pick_from_list(struct picking *p)
{
	char answer[1024];
	struct span rest, word;
	uint64_t number;

	print_list(p);
	out_ask(
	    "\nNumbers to delete, with blanks between them (none: nothing): ");
	if (!fgets(answer, sizeof(answer), stdin))
		return;
	rest = span_trim(span_of(answer));
	while (span_next(&rest, ' ', &word)) {
		if (span_u64(span_trim(word), &number))
			pick_number(p, number);
	}
}

/* -- by options -- */

/* As `cache rm` takes them: in any repository, and in capitals as well. */
static bool
pick_revision(struct picking *p, const char *hash)
{
	bool found = false;

	arr_each (repo, &p->repos) {
		arr_each (revision, &(*repo)->revisions) {
			if (strcasecmp(revision->name, hash) != 0)
				continue;
			if (!is_picked(p, *repo, revision->name))
				add_pick(p, mem_strdup(revision->name), *repo);
			found = true;
		}
	}
	return found;
}

/* Reports what is named and missing; picks the rest all the same. */
static void
pick_revisions(struct picking *p)
{
	struct str unknown = STR_INIT;

	arr_each (hash, &p->args->revisions.list) {
		if (!pick_revision(p, *hash))
			add_unknown(&unknown, *hash);
	}
	p->unknown = unknown.n != 0;
	print_unknown(&unknown);
	str_fini(&unknown);
}

static void
pick_by_options(struct picking *p)
{
	double now = clock_unix_s();

	p->by_options = true;
	pick_revisions(p);
	if (!filters_any(&p->filters))
		return;
	arr_each (repo, &p->repos) {
		arr_each (revision, &(*repo)->revisions) {
			if (filters_hold(&p->filters, *repo, revision, now) &&
			    !is_picked(p, *repo, revision->name))
				add_pick(p, mem_strdup(revision->name), *repo);
		}
	}
}

/* -- the end -- */

/* Carries a plan out that was agreed to. */
static bool delete (const struct picking *p, const struct purge *purge)
{
	struct carry_result result = { 0 };
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	bool all;

	out_line("Start deletion.");
	all = deletion_run(p->cli, purge, &result);
	deletion_freed(p->cli, purge, &result, size);
	str_addf(&text,
	    "Done. Deleted %zu repo(s) and %zu revision(s) for a total of %s",
	    result.repos, result.revisions - result.whole_revisions, size);
	deletion_add_left(p->cli, &result, &text);
	out_putf("%s.\n", text.v);
	str_fini(&text);
	return all;
}

static enum exit_code
finish(struct picking *p)
{
	struct purge purge;
	struct str question = STR_INIT;
	char size[TIMEFMT_MAX];
	bool yes = p->args->yes, all;

	add_expectation(&question, p);
	str_addz(&question, " Confirm deletion ?");
	plan(p, &purge);
	deletion_size(p->cli, &purge, size);
	all = deletion_tell_refused(p->cli, &purge);
	if (!p->picked.n && p->by_options) {
		out_line(p->unknown
			     ? "Nothing to delete."
			     : "No revision matches the filter. Nothing to "
			       "delete.");
	} else if (p->picked.n && !p->cancelled && p->args->dry_run) {
		deletion_list(p->cli, &purge);
		out_putf(
		    "Dry run: %zu revision(s), %s.\n", purge.revisions, size);
	} else if (p->picked.n && !p->cancelled &&
		   (yes || (ask(question.v, true, &yes) && yes))) {
		all = delete (p, &purge) && all;
	} else {
		out_line("Deletion is cancelled. Do nothing.");
	}
	str_fini(&question);
	purge_fini(&purge);
	all = all && !p->unknown;
	return out_finish(p->cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

/* On the full screen, which asked already. */
static bool
pick_on_screen(struct picking *p, struct error *err)
{
	struct screens_options options = { .root = p->scan.root };

	return p->cli->screens->pick(&options, &p->shown, &p->chosen, err) >= 0;
}

static enum exit_code
finish_screen(struct picking *p)
{
	bool all;

	if (!p->chosen) {
		out_line("Deletion is cancelled. Do nothing.");
		return out_finish(p->cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	purge_plan(p->chosen);
	all = deletion_tell_refused(p->cli, p->chosen);
	all = delete (p, p->chosen) && all;
	return out_finish(p->cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

static bool
pick(struct picking *p, struct error *err)
{
	const char *why = "";

	const struct delete_args *a = p->args;

	if (a->revisions.list.n || a->filter.list.n) {
		if (!a->yes && !a->dry_run && !isatty(STDIN_FILENO))
			return err_set(err, ERR_USAGE,
			    "there is no terminal to ask on; add --yes or "
			    "--dry-run");
		pick_by_options(p);
		return true;
	}
	if (a->disable_tui)
		return pick_in_file(p, err);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(err, ERR_USAGE,
		    "there is no terminal to pick revisions on");
		return err_hint(err,
		    "Write `hug delete-cache --revisions HASH... -y`, or use "
		    "--disable-tui");
	}
	p->screen = p->cli->screens && p->cli->screens->usable(&why);
	if (p->screen)
		return pick_on_screen(p, err);
	out_note(p->cli, "a list, as the screen cannot be shown: %s", why);
	pick_from_list(p);
	return true;
}

static enum exit_code
delete_run(const struct cli *cli, const void *args)
{
	struct picking p = { .cli = cli, .args = args };
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	if (!filters_read(&p.filters, cli, &p.args->filter, &err)) {
		out_error(cli, &err);
		code = EXIT_USAGE;
	} else if (!cache_look(&p.scan, p.args->dir, &err)) {
		if (err.code == ERR_NOT_FOUND)
			err_set(&err, ERR_USAGE,
			    "%sCache directory not found: %.700s. Please use "
			    "`cache_dir` argument or set `HF_HUB_CACHE` "
			    "environment variable.",
			    cli->voice->text.cache.not_there, p.scan.root);
		out_error(cli, &err);
	} else {
		collect(&p);
		if (pick(&p, &err))
			code = p.screen ? finish_screen(&p) : finish(&p);
		else
			out_error(cli, &err);
	}
	forget(&p);
	filters_fini(&p.filters);
	arr_free(&p.repos);
	scan_fini(&p.scan);
	if (p.chosen) {
		purge_fini(p.chosen);
		scan_fini(p.shown);
	}
	free(p.chosen);
	free(p.shown);
	return code;
}

static const struct example delete_cache_examples[] = {
	{ "hug delete-cache", "Choose in the full-screen app" },
	{ "hug delete-cache --filter 'size>1GB' --dry-run",
	    "Show which large revisions would be deleted" },
	{ NULL, NULL },
};

const struct command cmd_delete_cache = {
	.name = "delete-cache",
	.summary = "Choose cached revisions and delete them",
	.details = "Shows how much space your choice frees, then asks. In "
		   "scripts, use `hug cache rm` or `hug cache prune`.\n",
	.examples = delete_cache_examples,
	.args = delete_args,
	.opts = delete_opts,
	.args_size = sizeof(struct delete_args),
	.defaults = delete_defaults,
	.run = delete_run,
	.faces = FACE_HUG | FACE_OLD,
};
