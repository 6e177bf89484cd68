/* cmd_cache_prune.c: hug cache prune. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/timefmt.h"
#include "core/census/filter.h"
#include "core/os/clock.h"
#include "core/purge/rule.h"

struct prune_args {
	const char *cache_dir;
	bool detached;
	const char *older_than;
	unsigned keep_last; /* 0: not given */
	uint64_t max_size;  /* 0: not given */
	bool incomplete;
	bool leftovers;
	bool yes;
	bool dry_run;
};

static const struct arg prune_args[] = { { .name = NULL } };

#define AT(member) .offset = offsetof(struct prune_args, member)

static const struct opt prune_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "detached", 0, OPT_FLAG, NULL,
	    "Delete revisions that no branch or tag points to", AT(detached),
	    .faces = FACE_HUG },
	{ "older-than", 0, OPT_TEXT, "AGE",
	    "Delete revisions that were not downloaded or read for "
	    "this long, for example 12h, 30d or 6mo",
	    AT(older_than), .faces = FACE_HUG },
	{ "keep-last", 0, OPT_NUMBER, "N",
	    "Spare the N newest revisions of each repository", AT(keep_last),
	    .faces = FACE_HUG },
	{ "max-size", 0, OPT_SIZE, "SIZE",
	    "Delete the least recently used revisions until the "
	    "cache is no larger than this",
	    AT(max_size), .faces = FACE_HUG },
	{ "incomplete", 0, OPT_FLAG, NULL, "Delete unfinished downloads",
	    AT(incomplete), .faces = FACE_HUG },
	{ "leftovers", 0, OPT_FLAG, NULL,
	    "Delete files that no revision uses, and empty "
	    "repositories",
	    AT(leftovers), .faces = FACE_HUG },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	{ "dry-run", 0, OPT_FLAG, NULL, "Show what would be deleted, and stop",
	    AT(dry_run) },
	{ "no-dry-run", 0, OPT_UNFLAG, NULL, "The opposite", AT(dry_run),
	    .faces = FACE_HF },
	{ .name = NULL },
};

struct pruning {
	const struct cli *cli;
	const struct prune_args *args;
	struct scan scan;
	struct purge purge;
	struct counts {
		size_t revisions, partials, orphans, empty, trash, loose;
	} counts;
};

static bool
has_rules(const struct prune_args *a)
{
	return a->older_than || a->keep_last || a->max_size;
}

/* Whether nothing was asked for: then all that nobody needs goes. */
static bool
is_bare(const struct prune_args *a)
{
	return !a->detached && !has_rules(a) && !a->incomplete && !a->leftovers;
}

/* Every rule that is given has to hold. */
static void
choose_revisions(struct pruning *p, double age)
{
	const struct prune_args *a = p->args;
	uint64_t total = cache_total(p->cli, &p->scan);
	struct picks picks = { 0 };
	struct rule rule = { .detached = a->detached || is_bare(a),
		.unused = a->older_than != NULL,
		.age_s = age,
		.keep_last = a->keep_last,
		.sound = !p->cli->voice->policy.cache.lists_damaged };
	size_t n;

	if (!rule.detached && !has_rules(a))
		return;
	rule_collect(&rule, &p->scan, clock_unix_s(), &picks);
	n = picks.list.n;
	if (a->max_size)
		n = rule_enough(&p->scan, &picks,
		    total > a->max_size ? total - a->max_size : 0);
	rule_plan(&p->purge, &picks, n);
	arr_free(&picks.list);
}

static void
choose_strays(struct pruning *p, bool partials, bool orphans)
{
	arr_each (repo, &p->scan.repos) {
		for (size_t i = 0; i < repo->strays.n; i++) {
			bool partial = repo->strays.v[i].partial;

			if ((partial ? !partials : !orphans) ||
			    rule_spares_stray(repo, i))
				continue;
			purge_choose_stray(&p->purge, repo, i);
			p->counts.partials += partial;
			p->counts.orphans += !partial;
		}
	}
}

/* Repositories with nothing in them that can go. */
static void
choose_empty(struct pruning *p)
{
	arr_each (repo, &p->scan.repos)
		p->counts.empty += scan_is_empty(repo) && !purge_refuses(repo);
	p->purge.empty = p->counts.empty;
}

static bool
choose(struct pruning *p, struct error *err)
{
	const struct prune_args *a = p->args;
	bool leftovers =
	    a->leftovers ||
	    (is_bare(a) && p->cli->voice->policy.deletion.prunes_leftovers);
	double age = 0;

	if (a->older_than && !filter_age(a->older_than, &age, err))
		return err_wrap(err, "--older-than");
	choose_strays(p, a->incomplete || is_bare(a), leftovers);
	if (leftovers)
		choose_empty(p);
	if (is_bare(a))
		p->counts.loose = p->scan.shared.loose;
	p->purge.loose = p->counts.loose;
	p->purge.trash = leftovers;
	choose_revisions(p, age);
	purge_plan(&p->purge);
	p->counts.trash = purge_trash(&p->purge);
	p->counts.revisions = p->purge.revisions;
	return true;
}

#define PARTS 6

/* "1 unreferenced revision(s), 2 incomplete download(s) and ..." */
static void
add_summary(
    struct str *out, const struct pruning *p, const struct counts *counts)
{
	const struct {
		size_t n;
		const char *what;
	} parts[PARTS] = {
		{ counts->revisions, has_rules(p->args)
					 ? "revision(s)"
					 : "unreferenced revision(s)" },
		{ counts->partials, "incomplete download(s)" },
		{ counts->orphans, "unused blob(s)" },
		{ counts->empty, "empty repositories" },
		{ counts->trash, "unfinished deletion(s)" },
		{ counts->loose, "unreferenced shared blob(s)" },
	};
	unsigned left = 0;

	for (unsigned i = 0; i < PARTS; i++)
		left += parts[i].n != 0;
	for (unsigned i = 0; i < PARTS; i++) {
		if (!parts[i].n)
			continue;
		left--;
		str_addf(out, "%zu %s%s", parts[i].n, parts[i].what,
		    left > 1 ? ", "
		    : left   ? " and "
			     : "");
	}
}

static void
tell(const struct pruning *p, const struct counts *counts, const char *text,
    const char *size, size_t left)
{
	bool dry = p->args->dry_run;
	char texts[5][24];
	struct out_pair pairs[7];
	size_t n = 0;

	snprintf(texts[0], sizeof(texts[0]), "%zu", counts->revisions);
	snprintf(texts[1], sizeof(texts[1]), "%zu", counts->partials);
	snprintf(texts[2], sizeof(texts[2]), "%zu", counts->loose);
	snprintf(texts[3], sizeof(texts[3]), "%zu",
	    counts->orphans + counts->empty + counts->trash);
	snprintf(texts[4], sizeof(texts[4]), "%zu", left);
	if (dry)
		pairs[n++] = (struct out_pair){ "dry_run", "True", "true" };
	pairs[n++] = (struct out_pair){ dry ? "revisions" : "revisions_deleted",
		texts[0], texts[0] };
	pairs[n++] =
	    (struct out_pair){ dry ? "incomplete" : "incomplete_deleted",
		    texts[1], texts[1] };
	pairs[n++] =
	    (struct out_pair){ dry ? "shared_blobs" : "shared_blobs_deleted",
		    texts[2], texts[2] };
	if (p->cli->voice->policy.deletion.prunes_leftovers)
		pairs[n++] =
		    (struct out_pair){ dry ? "leftovers" : "leftovers_deleted",
			    texts[3], texts[3] };
	pairs[n++] = (struct out_pair){ dry ? "size" : "freed", size, NULL };
	if (left && p->cli->voice->policy.deletion.counts_what_stays)
		pairs[n++] =
		    (struct out_pair){ "not_deleted", texts[4], texts[4] };
	out_results(p->cli, text, pairs, n);
}

static bool delete (struct pruning *p)
{
	struct carry_result result = { 0 };
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	bool all = deletion_run(p->cli, &p->purge, &result);
	struct counts counts = { result.revisions, result.partials,
		result.orphans, result.empty, result.trash, result.shared };

	deletion_freed(p->cli, &p->purge, &result, size);
	str_addz(&text, "Deleted ");
	add_summary(&text, p, &counts);
	if (!strcmp(text.v, "Deleted "))
		str_addz(&text, "nothing");
	str_addf(&text, "; freed %s", size);
	deletion_add_left(p->cli, &result, &text);
	str_addc(&text, '.');
	tell(p, &counts, text.v, size, result.left);
	str_fini(&text);
	return all;
}

static enum exit_code
nothing_to_do(const struct cli *cli, bool all)
{
	if (deletion_speaks(cli))
		out_line(cli->voice->text.cache.nothing_to_prune);
	return out_finish(cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
run_plan(struct pruning *p)
{
	const struct cli *cli = p->cli;
	struct str summary = STR_INIT;
	char size[TIMEFMT_MAX];
	struct error err;
	bool all;

	if (!choose(p, &err)) {
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	all = deletion_tell_unclear(cli, &p->scan);
	all = deletion_tell_refused(cli, &p->purge) && all;
	add_summary(&summary, p, &p->counts);
	if (!summary.n)
		return nothing_to_do(cli, all);
	deletion_size(cli, &p->purge, size);
	if (deletion_speaks(cli))
		out_putf("About to delete %s (%s total).\n", summary.v, size);
	deletion_list(cli, &p->purge);
	str_fini(&summary);
	if (p->args->dry_run)
		tell(p, &p->counts, "Dry run: no files were deleted.", size, 0);
	else if (!confirm(cli, "Proceed?", p->args->yes))
		return EXIT_NOT_ALL;
	else
		all = delete (p) && all;
	return out_finish(cli) && all ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
prune_run(const struct cli *cli, const void *args)
{
	struct pruning p = { .cli = cli, .args = args };
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	p.purge.scan = &p.scan;
	if (cache_look(&p.scan, p.args->cache_dir, &err)) {
		code = run_plan(&p);
	} else {
		out_error(cli, &err);
	}
	purge_fini(&p.purge);
	scan_fini(&p.scan);
	return code;
}

static const struct example examples[] = {
	{ "hug cache prune --dry-run", "Show what would be deleted" },
	{ "hug cache prune --older-than 6mo --keep-last 1 -y",
	    "Delete what was unused for half a year, except the newest of "
	    "each" },
	{ "hug cache prune --max-size 50G -y",
	    "Delete the least recently used until 50 GB are left" },
	{ NULL, NULL },
};

const struct command cmd_cache_prune = {
	.name = "cache prune",
	.summary = "Delete detached revisions and unfinished downloads",
	.details = "Without a rule it deletes revisions that no branch or "
		   "tag points to, unfinished downloads, and files and "
		   "folders that nothing uses. Several rules narrow each "
		   "other: --older-than 30d --keep-last 1 spares the newest "
		   "revision of each repository.\n",
	.examples = examples,
	.args = prune_args,
	.opts = prune_opts,
	.args_size = sizeof(struct prune_args),
	.run = prune_run,
	.faces = FACE_HUG | FACE_HF,
};
