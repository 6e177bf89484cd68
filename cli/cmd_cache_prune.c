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
#include "core/base/timefmt.h"

struct prune_args {
	const char *cache_dir;
	bool yes;
	bool dry_run;
};

static const struct arg prune_args[] = { { .name = NULL } };

#define AT(member) .offset = offsetof(struct prune_args, member)

static const struct opt prune_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Folder of the cache (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask", AT(yes) },
	{ "dry-run", 0, OPT_FLAG, NULL, "Show what would go, and stop",
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
	unsigned partials;
};

static void
choose(struct pruning *p)
{
	arr_each (repo, &p->scan.repos) {
		p->partials += repo->partials;
		if (!cache_lists(p->cli, repo))
			continue;
		for (size_t i = 0; i < repo->revisions.n; i++) {
			if (!repo->revisions.v[i].refs.n)
				purge_choose(&p->purge, repo, i);
		}
	}
	p->purge.partials = p->partials != 0;
	p->purge.loose = p->scan.shared.loose != 0;
	purge_plan(&p->purge);
}

/* "1 unreferenced revision(s), 2 incomplete download(s) and ..." */
static void
add_summary(struct str *out, const struct pruning *p)
{
	const struct {
		size_t n;
		const char *what;
	} parts[] = {
		{ p->purge.revisions, "unreferenced revision(s)" },
		{ p->partials, "incomplete download(s)" },
		{ p->scan.shared.loose, "unreferenced shared blob(s)" },
	};
	unsigned left = 0;

	for (unsigned i = 0; i < 3; i++)
		left += parts[i].n != 0;
	for (unsigned i = 0; i < 3; i++) {
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
tell_result(const struct pruning *p, const char *summary, const char *size)
{
	bool dry = p->args->dry_run;
	char counts[3][24];
	struct str text = STR_INIT;
	struct out_pair pairs[5];
	size_t n = 0;

	snprintf(counts[0], sizeof(counts[0]), "%zu", p->purge.revisions);
	snprintf(counts[1], sizeof(counts[1]), "%u", p->partials);
	snprintf(counts[2], sizeof(counts[2]), "%u", p->scan.shared.loose);
	if (dry) {
		str_addz(&text, "Dry run: no files were deleted.");
		pairs[n++] = (struct out_pair){ "dry_run", "True", "true" };
	} else {
		str_addf(&text, "Deleted %s; freed %s.", summary, size);
	}
	pairs[n++] = (struct out_pair){ dry ? "revisions" : "revisions_deleted",
		counts[0], counts[0] };
	pairs[n++] =
	    (struct out_pair){ dry ? "incomplete" : "incomplete_deleted",
		    counts[1], counts[1] };
	pairs[n++] =
	    (struct out_pair){ dry ? "shared_blobs" : "shared_blobs_deleted",
		    counts[2], counts[2] };
	pairs[n++] = (struct out_pair){ dry ? "size" : "freed", size, NULL };
	out_results(p->cli, text.v, pairs, n);
	str_fini(&text);
}

static enum exit_code
carry_out(struct pruning *p)
{
	const struct cli *cli = p->cli;
	struct str summary = STR_INIT;
	char size[TIMEFMT_MAX];
	bool all = true;

	choose(p);
	add_summary(&summary, p);
	fmt_size(size, p->purge.freed);
	if (!summary.n) {
		if (deletion_speaks(cli))
			puts("No unreferenced revisions, incomplete downloads "
			     "or shared blobs found. Nothing to prune.");
		str_fini(&summary);
		return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	if (deletion_speaks(cli))
		printf("About to delete %s (%s total).\n", summary.v, size);
	deletion_list(cli, &p->purge);
	if (!p->args->dry_run) {
		all = confirm(cli, "Proceed?", p->args->yes);
		if (!all) {
			str_fini(&summary);
			return EXIT_NOT_ALL;
		}
		all = deletion_run(cli, &p->purge);
	}
	tell_result(p, summary.v, size);
	str_fini(&summary);
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
		code = carry_out(&p);
	} else {
		if (err.code == ERR_NOT_FOUND)
			err_set(&err, ERR_CONFLICT,
			    "Cache directory not found: %.900s", p.scan.root);
		out_error(cli, &err);
	}
	purge_fini(&p.purge);
	scan_fini(&p.scan);
	return code;
}

const struct command cmd_cache_prune = {
	.name = "cache prune",
	.summary = "Remove detached revisions and unfinished downloads",
	.details = "A revision is detached when no branch or tag names it any "
		   "more.\n",
	.args = prune_args,
	.opts = prune_opts,
	.args_size = sizeof(struct prune_args),
	.run = prune_run,
	.faces = FACE_HUG | FACE_HF,
};
