/* cmd_cache_du.c: hug cache du. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/show/table.h"
#include "core/base/timefmt.h"
#include "core/census/stores.h"
#include "core/os/root.h"

struct du_args {
	const char *cache_dir;
};

static const struct arg du_args[] = { { .name = NULL } };

static const struct opt du_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    .offset = offsetof(struct du_args, cache_dir) },
	{ .name = NULL },
};

struct usage {
	const struct cli *cli;
	struct table table;
	uint64_t total;
};

static void
add_row(struct usage *u, const char *store, uint64_t bytes, uint64_t files,
    const char *about, const char *path)
{
	char size[TIMEFMT_MAX], exact[24], count[24];

	fmt_size(size, bytes);
	snprintf(exact, sizeof(exact), "%llu", (unsigned long long)bytes);
	snprintf(count, sizeof(count), "%llu", (unsigned long long)files);
	table_add(&u->table, store);
	table_add(&u->table, size);
	table_add(&u->table, exact);
	table_add(&u->table, count);
	table_add(&u->table, about);
	table_add(&u->table, path);
	u->total += bytes;
}

/* What of a cache is what; the rest of its bytes is bookkeeping. */
static void
add_cache(struct usage *u, const struct scan *scan)
{
	struct root_sum sum = { 0 };
	uint64_t known;
	size_t blobs = 0, partials = 0, orphans = 0, trash = 0, files;

	root_add_up_path(scan->root, NULL, &sum);
	arr_each (batch, &scan->leftovers.trash)
		trash += batch->files;
	arr_each (repo, &scan->repos) {
		partials += repo->partials;
		orphans += repo->orphans;
		arr_each (blob, &repo->blobs)
			blobs += !blob->shared && !blob->foreign;
	}
	add_row(u, "hub", scan->held - scan->shared.held, blobs,
	    "files of models, datasets and Spaces", scan->root);
	if (scan->shared.payloads)
		add_row(u, "shared", scan->shared.held, scan->shared.payloads,
		    "files that repositories share", scan->root);
	if (partials)
		add_row(u, "unfinished", scan->partial_held, partials,
		    "downloads that were not finished", scan->root);
	if (orphans)
		add_row(u, "unused", scan->orphan_held, orphans,
		    "blobs that no revision uses", scan->root);
	if (scan->leftovers.trash.n)
		add_row(u, "deleted", scan->leftovers.trash_held, trash,
		    "deletions to restore (hug cache restore) or free (hug "
		    "cache prune)",
		    scan->root);
	known = scan->held + scan->partial_held + scan->orphan_held +
	        scan->leftovers.trash_held;
	files = blobs + scan->shared.payloads + partials + orphans + trash;
	if (sum.files > files)
		add_row(u, "other", sum.bytes > known ? sum.bytes - known : 0,
		    sum.files - files, "refs, listings, locks and other files",
		    scan->root);
}

static void
print(struct usage *u)
{
	char size[TIMEFMT_MAX];

	table_print(&u->table, u->cli);
	if (u->cli->format != FORMAT_HUMAN && u->cli->format != FORMAT_AGENT)
		return;
	fmt_size(size, u->total);
	out_putf("\n%s in all.\n", size);
}

static enum exit_code
du_run(const struct cli *cli, const void *args)
{
	static const struct column columns[] = { { "store", COLUMN_ID },
		{ "size", COLUMN_RIGHT }, { "bytes", COLUMN_JSON_ONLY },
		{ "files", COLUMN_RIGHT }, { "what", 0 }, { "path", 0 } };
	const struct du_args *a = args;
	struct usage u = { .cli = cli,
		.table = { .columns = columns, .n = 6 } };
	struct store stores[STORES];
	struct scan scan;
	struct error err;
	bool ok = cache_look(&scan, a->cache_dir, &err);

	if (ok)
		add_cache(&u, &scan);
	else if (a->cache_dir || err.code != ERR_NOT_FOUND)
		out_error(cli, &err);
	else
		ok = true;
	if (ok) {
		stores_look(stores, NULL);
		for (unsigned i = 0; i < STORES; i++) {
			if (stores[i].sum.files)
				add_row(&u, stores[i].name, stores[i].sum.bytes,
				    stores[i].sum.files, stores[i].about,
				    stores[i].path);
		}
		stores_fini(stores);
		print(&u);
		ok = out_finish(cli);
	}
	table_fini(&u.table);
	scan_fini(&scan);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct example cache_du_examples[] = {
	{ "hug cache du", "Show what each store takes" },
	{ "hug cache du --json", "The same, for a program" },
	{ NULL, NULL },
};

const struct command cmd_cache_du = {
	.name = "cache du",
	.summary = "Show how much disk space each local store uses",
	.details = "Shows the Hub cache, unused files in it, and the stores "
		   "of other libraries: the Xet client's chunks, the "
		   "assets, and what the datasets library has prepared.\n",
	.examples = cache_du_examples,
	.args = du_args,
	.opts = du_opts,
	.args_size = sizeof(struct du_args),
	.run = du_run,
	.faces = FACE_HUG,
};
