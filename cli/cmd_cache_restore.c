/* cmd_cache_restore.c: hug cache restore. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "cli/show/table.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/root.h"
#include "core/purge/trash_back.h"
#include "core/store/trash.h"

struct restore_args {
	struct text_list names;
	const char *cache_dir;
	bool list;
};

static const struct arg restore_args[] = {
	{ "DELETION",
	    "Deletions to restore, as --list names them (default: the last "
	    "one)",
	    .offset = offsetof(struct restore_args, names), .many = true },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(struct restore_args, member)

static const struct opt restore_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "list", 0, OPT_FLAG, NULL, "List what can be restored, and stop",
	    AT(list) },
	{ .name = NULL },
};

struct restoring {
	const struct cli *cli;
	const struct restore_args *args;
	char *root;
	trash_list list;
	bool all;
};

static const char *
state_text(enum trash_state state)
{
	switch (state) {
	case TRASH_WAITING:
		return "held by a running hug";
	case TRASH_LEFT:
		return "can be restored";
	case TRASH_DECIDED:
		return "was being freed";
	case TRASH_UNSOUND:
		return "its journal is damaged";
	}
	return "";
}

static void
print_list(const struct restoring *r)
{
	static const struct column columns[] = { { "deletion", COLUMN_ID },
		{ "size", COLUMN_RIGHT }, { "things", COLUMN_RIGHT },
		{ "deleted", 0 }, { "state", 0 }, { "first", 0 } };
	struct table table = { .columns = columns, .n = 6 };

	arr_each (batch, &r->list) {
		char size[TIMEFMT_MAX], count[24], ago[TIMEFMT_MAX];

		fmt_size(size, batch->bytes);
		snprintf(count, sizeof(count), "%zu", batch->things);
		cache_ago(r->cli, ago, batch->since);
		table_add(&table, batch->name);
		table_add(&table, size);
		table_add(&table, count);
		table_add(&table, ago);
		table_add(&table, state_text(batch->state));
		table_add(&table, batch->example ? batch->example : "");
	}
	table_print(&table, r->cli);
	table_fini(&table);
}

static void
on_told(void *context, const char *text)
{
	const struct restoring *r = context;

	out_note(r->cli, "%s", text);
}

static void
restore(struct restoring *r, const char *name)
{
	struct error err;
	struct trash *trash = trash_open(r->root, name, &err);
	char count[24];
	struct str text = STR_INIT;
	size_t n = 0;

	if (!trash) {
		out_error(r->cli, &err);
		r->all = false;
		return;
	}
	n = trash_count(trash);
	snprintf(count, sizeof(count), "%zu", n);
	if (trash_restore(trash, on_told, r)) {
		str_addf(&text, "Restored %s (%zu item%s).", name, n,
		    n == 1 ? "" : "s");
		out_results(r->cli, text.v,
		    (struct out_pair[]){ { "restored", name, NULL },
			{ "things", count, count } },
		    2);
	} else {
		err_set(&err, ERR_CONFLICT,
		    "%.100s could not be restored as a whole", name);
		err_hint(&err,
		    "What is left of it stays: try again, or free it with "
		    "`hug cache prune`");
		out_error(r->cli, &err);
		r->all = false;
	}
	str_fini(&text);
	trash_free(trash);
}

/* The last one that can be restored. */
static void
restore_last(struct restoring *r)
{
	struct error err;
	const char *last = NULL;
	bool waits = false;

	arr_each (batch, &r->list) {
		last = batch->state == TRASH_LEFT ? batch->name : last;
		waits = waits || batch->state == TRASH_WAITING;
	}
	if (last) {
		restore(r, last);
		return;
	}
	err_set(&err, waits ? ERR_CONFLICT : ERR_NOT_FOUND,
	    waits ? "a running hug holds the deletion in %.800s"
		  : "there is no deletion to restore in %.800s",
	    r->root);
	if (waits)
		err_hint(&err, "Press z there, or try again when it has ended");
	out_error(r->cli, &err);
	r->all = false;
}

static enum exit_code
restore_run(const struct cli *cli, const void *args)
{
	struct restoring r = { .cli = cli, .args = args, .all = true };
	struct error err;
	struct root *root;
	bool ok;

	r.root = cache_root(r.args->cache_dir, &err);
	root = r.root ? root_open(r.root, &err) : NULL;
	if (!root) {
		out_error(cli, &err);
		free(r.root);
		return EXIT_NOT_ALL;
	}
	ok = trash_look(root, &r.list, &err);
	root_close(root);
	if (!ok) {
		out_error(cli, &err);
		r.all = false;
	}
	if (r.args->list && (ok || r.list.n))
		print_list(&r);
	else if (!r.args->list && !r.args->names.list.n && ok)
		restore_last(&r);
	arr_each (name, &r.args->names.list) {
		if (!r.args->list)
			restore(&r, *name);
	}
	trash_list_free(&r.list);
	free(r.root);
	return out_finish(cli) && r.all ? EXIT_ALL : EXIT_NOT_ALL;
}

static const struct example examples[] = {
	{ "hug cache restore --list", "List deletions that are not freed yet" },
	{ "hug cache restore", "Restore the last deletion" },
	{ NULL, NULL },
};

const struct command cmd_cache_restore = {
	.name = "cache restore",
	.summary = "Restore deleted files that are still in the trash",
	.details = "A deletion moves files to a trash inside the cache, "
		   "then frees them. If it was interrupted, or the "
		   "full-screen app left it for undo, the files are still "
		   "there: this command restores them, `hug cache prune` "
		   "frees them.\n",
	.examples = examples,
	.args = restore_args,
	.opts = restore_opts,
	.args_size = sizeof(struct restore_args),
	.run = restore_run,
	.faces = FACE_HUG,
};
