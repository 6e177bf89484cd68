/* cmd_cache_free.c: hug cache free. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "cli/show/table.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/os/users.h"
#include "core/purge/rule.h"

struct free_args {
	const char *size;
	const char *cache_dir;
	bool yes;
	bool dry_run;
};

#define AT(member) .offset = offsetof(struct free_args, member)

static const struct arg free_args[] = {
	{ "SIZE", "How much to free, for example 500M, 20GB or 1.5T", AT(size),
	    .required = true },
	{ .name = NULL },
};

static const struct opt free_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	{ "dry-run", 0, OPT_FLAG, NULL, "Show what would be deleted, and stop",
	    AT(dry_run) },
	{ .name = NULL },
};

/* Digits of a commit that tell it from the others. */
#define SHORT 8

struct freeing {
	const struct cli *cli;
	const struct free_args *args;
	uint64_t goal; /* bytes */
	struct scan scan;
	struct users users;
	struct purge purge;
	ARR(struct rule_stray) unused; /* one repository after the other */
	struct picks picks;
	size_t taken; /* of the picks */
};

/* What no revision uses, and a rule may choose. */
static void
find_unused(struct freeing *f)
{
	arr_each (repo, &f->scan.repos) {
		for (size_t i = 0; i < repo->strays.n; i++) {
			if (!repo->strays.v[i].partial &&
			    !rule_spares_stray(repo, i))
				arr_push(&f->unused,
				    (struct rule_stray){ repo, i, true });
		}
	}
}

/*
 * What is deleted already and what no revision uses goes first: nobody misses
 * it. Then revisions in their order, until there is room; and of all that, only
 * what is needed.
 */
static void
choose(struct freeing *f)
{
	struct rule rule = { .users = &f->users, .idle = true };
	uint64_t loose = f->scan.shared.loose_held;
	uint64_t trash = purge_trash_bytes(&f->scan);
	uint64_t rest = f->goal > trash ? f->goal - trash : 0;

	find_unused(f);
	users_look(&f->users, f->scan.root);
	rule_collect(&rule, &f->scan, clock_unix_s(), &f->picks);
	rule_detached_first(&f->picks);
	f->purge.trash = true;
	f->purge.loose = loose && rest;
	rest = rest > loose ? rest - loose : 0;
	f->taken =
	    rule_fit(&f->scan, &f->picks, f->unused.v, f->unused.n, rest);
	arr_each (unused, &f->unused) {
		if (unused->goes)
			purge_choose_stray(
			    &f->purge, unused->repo, unused->stray);
	}
	rule_plan(&f->purge, &f->picks, f->taken);
}

static void
add_row(struct table *table, const char *repo, const char *revision,
    uint64_t bytes, const char *reason)
{
	char size[TIMEFMT_MAX];

	fmt_size(size, bytes);
	table_add(table, repo);
	table_add(table, revision);
	table_add(table, size);
	table_add(table, reason);
}

static void
add_unused(const struct freeing *f, struct table *table)
{
	size_t i = 0;

	/* A row for each repository: its blobs are one after the other. */
	while (i < f->unused.n) {
		const struct scan_repo *repo = f->unused.v[i].repo;
		struct str name = STR_INIT;
		uint64_t bytes = 0;
		bool any = false;

		for (; i < f->unused.n && f->unused.v[i].repo == repo; i++) {
			const struct rule_stray *unused = &f->unused.v[i];

			any = any || unused->goes;
			bytes += unused->goes
			             ? repo->strays.v[unused->stray].disk.held
			             : 0;
		}
		str_addf(&name, "%s/%s", repo->type ? repo->type : "?",
		    repo->id ? repo->id : repo->folder);
		if (any)
			add_row(
			    table, name.v, "", bytes, "no revision uses it");
		str_fini(&name);
	}
	if (purge_trash(&f->purge))
		add_row(table, "unfinished deletions", "",
		    purge_trash_bytes(&f->scan), "deleted before");
	if (f->purge.loose)
		add_row(table, "shared blobs", "", f->scan.shared.loose_held,
		    "no repository links to it");
}

static void
add_picks(const struct freeing *f, struct table *table)
{
	for (size_t i = 0; i < f->taken; i++) {
		const struct pick *pick = &f->picks.list.v[i];
		const struct scan_revision *revision =
		    &pick->repo->revisions.v[pick->revision];
		struct str name = STR_INIT;
		struct str reason = STR_INIT;
		char ago[TIMEFMT_MAX], commit[256];

		cache_ago(f->cli, ago, pick->used);
		str_addf(&name, "%s/%s", pick->repo->type, pick->repo->id);
		str_addf(&reason, "%s, last used %s",
		    pick->detached ? "detached" : "least recently used", ago);
		snprintf(commit, sizeof(commit), "%s", revision->name);
		/* Enough for people, who want to see the reason as well. */
		if (deletion_speaks(f->cli) && !f->cli->whole)
			commit[SHORT] = '\0';
		add_row(table, name.v, commit, revision->held, reason.v);
		str_fini(&name);
		str_fini(&reason);
	}
}

static void
show(const struct freeing *f)
{
	static const struct column columns[] = { { "repo", 0 },
		{ "revision", COLUMN_ID }, { "size", COLUMN_RIGHT },
		{ "reason", 0 } };
	struct table table = { .columns = columns, .n = 4 };
	char size[TIMEFMT_MAX];

	deletion_size(f->cli, &f->purge, size);
	if (deletion_speaks(f->cli))
		out_putf("About to delete %zu revision(s), %zu unused blob(s) "
			 "and %u unreferenced shared blob(s) (%s total).\n",
		    f->purge.revisions, f->purge.strays,
		    f->purge.loose ? f->scan.shared.loose : 0, size);
	add_unused(f, &table);
	add_picks(f, &table);
	if (deletion_speaks(f->cli) || f->args->dry_run)
		table_print(&table, f->cli);
	table_fini(&table);
}

static void
tell_result(const struct freeing *f, const struct carry_result *result)
{
	char size[TIMEFMT_MAX], count[24], left[24];
	struct str text = STR_INIT;
	struct out_pair pairs[3];

	deletion_freed(f->cli, &f->purge, result, size);
	snprintf(count, sizeof(count), "%zu", result->revisions);
	snprintf(left, sizeof(left), "%zu", result->left);
	str_addf(&text, "Deleted %s revision(s); freed %s", count, size);
	deletion_add_left(f->cli, result, &text);
	str_addc(&text, '.');
	pairs[0] = (struct out_pair){ "freed", size, NULL };
	pairs[1] = (struct out_pair){ "revisions_deleted", count, count };
	pairs[2] = (struct out_pair){ "not_deleted", left, left };
	out_results(f->cli, text.v, pairs, result->left ? 3 : 2);
	str_fini(&text);
}

/* Not half of it: what is asked for cannot be had without what is in use. */
static bool
check_goal(const struct freeing *f)
{
	char have[TIMEFMT_MAX], want[TIMEFMT_MAX];
	struct error err;

	if (f->purge.freed >= f->goal)
		return true;
	fmt_size(have, f->purge.freed);
	fmt_size(want, f->goal);
	err_set(&err, ERR_CONFLICT,
	    "%s cannot be freed: only %s is not in use. Nothing was deleted",
	    want, have);
	err_hint(&err,
	    "`hug cache du` shows what else uses the disk; `hug cache prune "
	    "--incomplete` deletes unfinished downloads");
	out_error(f->cli, &err);
	return false;
}

static enum exit_code
run_plan(struct freeing *f)
{
	struct carry_result result = { 0 };
	bool all;

	choose(f);
	(void)deletion_tell_unclear(f->cli, &f->scan);
	if (!check_goal(f))
		return EXIT_NOT_ALL;
	show(f);
	if (f->args->dry_run) {
		if (deletion_speaks(f->cli))
			out_line("Dry run: no files were deleted.");
		return out_finish(f->cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	if (!confirm(f->cli, "Proceed?", f->args->yes))
		return EXIT_NOT_ALL;
	all = deletion_run(f->cli, &f->purge, &result);
	tell_result(f, &result);
	return out_finish(f->cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
free_run(const struct cli *cli, const void *args)
{
	struct freeing f = { .cli = cli, .args = args };
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	f.purge.scan = &f.scan;
	if (!parse_size(f.args->size, &f.goal) || !f.goal) {
		err_set(&err, ERR_USAGE,
		    "'%.80s' is not a size; use for example 500M, 20GB or 1.5T",
		    f.args->size);
		out_error(cli, &err);
		code = EXIT_USAGE;
	} else if (cache_look(&f.scan, f.args->cache_dir, &err)) {
		code = run_plan(&f);
	} else {
		out_error(cli, &err);
	}
	purge_fini(&f.purge);
	arr_free(&f.picks.list);
	arr_free(&f.unused);
	users_fini(&f.users);
	scan_fini(&f.scan);
	return code;
}

static const struct example examples[] = {
	{ "hug cache free 20GB --dry-run",
	    "Show what would be deleted to free 20 GB" },
	{ "hug cache free 200GB --yes",
	    "Make room for a large model, without asking" },
	{ NULL, NULL },
};

const struct command cmd_cache_free = {
	.name = "cache free",
	.summary = "Free space, starting with what was unused for longest",
	.details = "Deletes unused files first, then detached revisions, "
		   "then the revisions that were unused for longest, until "
		   "SIZE is free. Deletes no more than that needs, and "
		   "nothing that is being downloaded or is open in a "
		   "program. If SIZE cannot be freed, it deletes nothing.\n",
	.examples = examples,
	.args = free_args,
	.opts = free_opts,
	.args_size = sizeof(struct free_args),
	.run = free_run,
	.faces = FACE_HUG,
};
