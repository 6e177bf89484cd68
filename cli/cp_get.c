/* cp_get.c: from the Hub to a file here, or to standard output. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/cp.h"
#include "cli/out.h"
#include "cli/plain.h"
#include "cli/suggest.h"
#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/down/cat.h"
#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/root.h"
#include "core/run/loop.h"

static const char *
revision_of(const struct cp_end *end)
{
	return end->address.revision ? end->address.revision : "main";
}

/* That it is a folder, say, if the Hub has no such file. */
static void
guess(struct cp *cp)
{
	if (cp->failure.code == ERR_NOT_FOUND)
		suggest_file(&cp->base, &cp->from.repo, revision_of(&cp->from),
		    cp->from.path, false, &cp->failure);
}

/* -- to standard output -- */

struct printing {
	struct cp *cp;
	struct plain plain;
	struct error failure; /* of our side */
};

static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct printing *p = context;

	return plain_put(&p->plain, bytes, n, &p->failure);
}

static void
on_note(void *context, const char *text)
{
	const struct printing *p = context;

	out_say(p->cp->base.cli, "%s", text);
}

static void
on_printed(void *context, const struct error *err)
{
	struct printing *p = context;

	if (err && p->failure.code != ERR_NONE)
		err = &p->failure;
	cp_ended(p->cp, err);
}

static void
on_interrupt(void *context)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	cp_ended(context, &err);
}

static void
print(struct cp *cp)
{
	struct printing p = { .cp = cp };
	const struct cat_taker taker = { on_bytes, on_note, on_printed, &p };
	struct cat *cat;

	p.failure.code = ERR_NONE;
	plain_begin(&p.plain);
	cp->base.cancel = on_interrupt;
	cp->base.context = cp;
	cat = cat_start(cp->base.hub, &cp->from.repo, revision_of(&cp->from),
	    cp->from.path, &taker);
	loop_run(cp->base.loop);
	cat_free(cat);
	if (!plain_end(&p.plain, &p.failure) && cp->code == EXIT_ALL) {
		cp->failure = p.failure;
		cp->code = EXIT_NOT_ALL;
	}
	plain_fini(&p.plain);
	guess(cp);
}

/* -- to a file -- */

/* A file on its way: it comes into a folder of its own beside its place. */
struct getting {
	struct cp *cp;
	char *target; /* as messages show it */
	struct root *place;
	struct str folder; /* below `place` */
	struct str path;   /* of it */
	char *cache;
	int lock;
	bool agreed; /* what stands there is to be replaced */
	bool met;    /* somebody was faster */
	const char *files[1];
	struct download *download;
};

/* Where it goes, as hf puts it. */
static char *
target_of(const struct cp *cp)
{
	const char *slash = strrchr(cp->from.path, '/');
	const char *name = slash ? slash + 1 : cp->from.path;
	const char *to = cp->to.text;
	size_t n = to ? strlen(to) : 0;
	struct str out = STR_INIT;

	if (!to)
		return mem_strdup(name);
	if (!n || (to[n - 1] != '/' && file_kind(to, NULL) != FILE_FOLDER))
		return mem_strdup(to);
	str_addf(&out, "%s%s%s", to, to[n - 1] == '/' ? "" : "/", name);
	return str_steal(&out);
}

/* The same command finds the same folder again, and what has come already. */
static void
name_folder(struct getting *g)
{
	const struct cp_end *from = &g->cp->from;
	const char *slash = strrchr(g->target, '/');
	char hex[DIGEST_HEX_MAX];
	struct digest *digest = digest_new();
	struct str all = STR_INIT;

	str_addf(&all, "%s\n%s\n%s\n%s\n%s\n%s", g->cp->base.hub->base,
	    repo_type_name(from->repo.type), from->repo.id, revision_of(from),
	    from->path, slash ? slash + 1 : g->target);
	digest_start(digest, DIGEST_SHA256, all.n);
	digest_add(digest, all.v, all.n);
	digest_end(digest, hex);
	digest_free(digest);
	str_fini(&all);
	str_addf(&g->folder, ".hug-cp-%.16s", hex);
}

static bool
make_folder(struct getting *g, struct error *err)
{
	struct str lock = STR_INIT;
	enum flock_result got;
	bool ok;

	ok = root_make(g->place, g->folder.v, 0777, err);
	str_addf(&lock, "%s/lock", g->folder.v);
	got = ok ? flock_below(g->place, lock.v, &g->lock, err) : FLOCK_FAILED;
	str_fini(&lock);
	if (got == FLOCK_BUSY) {
		/* Somebody does the same now: each has its own. */
		str_addc(&g->folder, '-');
		str_reserve(&g->folder, 9);
		file_random_hex(g->folder.v + g->folder.n, 8);
		g->folder.n += 8;
		return make_folder(g, err);
	}
	return got != FLOCK_FAILED;
}

/* Downloads want an absolute path. */
static void
name_path(struct getting *g)
{
	char *place = dir_resolve(root_path(g->place));

	str_addz(&g->path, place);
	path_add(&g->path, g->folder.v);
	path_add(&g->path, "file");
	free(place);
}

static bool
open_place(struct getting *g, struct error *err)
{
	char *parent;

	if (!dir_make_parent(g->target, err))
		return false;
	parent = path_folder(g->target);
	if (!*parent) {
		free(parent);
		parent = mem_strdup(*g->target == '/' ? "/" : ".");
	}
	g->place = root_open(parent, err);
	free(parent);
	if (!g->place)
		return false;
	name_folder(g);
	if (!make_folder(g, err))
		return false;
	name_path(g);
	return true;
}

/* Checked before anything is fetched: a folder or a device cannot be replaced. */
static bool
check_target(const struct getting *g, struct error *err)
{
	if (!*g->target)
		return err_set(err, ERR_USAGE, "DST is empty");
	if (file_kind(g->target, NULL) == FILE_FOLDER)
		return err_set(err, ERR_CONFLICT,
		    "cannot replace %s: it is a folder", g->target);
	return file_check_kind(g->target, err);
}

/* Whether what stands there now, if anything, may be replaced: somebody said so, or the
 * program of this name never asks. */
static bool
replaces(const struct getting *g)
{
	return g->agreed || g->cp->args->yes ||
	       !g->cp->base.cli->voice->policy.cp.asks;
}

/* What was put there in the meantime nobody was asked about. */
static bool
came_meanwhile(struct getting *g, struct error *err)
{
	if (err->detail != EEXIST)
		return false;
	err_set(err, ERR_CONFLICT,
	    "%s was made by somebody else meanwhile, and is left as it is",
	    g->target);
	err_hint(err, "Run the command again, with -y to replace it");
	g->met = true;
	return false;
}

/* Whole and verified it gets its name, in the folder that was looked at. */
static bool
put_in_place(struct getting *g, const char *path, struct error *err)
{
	const char *slash = strrchr(g->target, '/');
	const char *name = slash ? slash + 1 : g->target;
	struct str from = STR_INIT;
	bool ok = check_target(g, err);

	str_addf(&from, "%s/file%s", g->folder.v, path + g->path.n);
	if (ok && replaces(g))
		ok = root_rename(g->place, from.v, name, err);
	else if (ok)
		ok = root_rename_back(g->place, from.v, name, err) ||
		     came_meanwhile(g, err);
	str_fini(&from);
	return ok;
}

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct getting *g = context;
	struct error own;

	if (!err && !put_in_place(g, result->path, &own))
		err = &own;
	cp_ended(g->cp, err);
}

static void
on_stop(void *context)
{
	struct getting *g = context;

	download_cancel(g->download);
}

static void
fetch(struct getting *g)
{
	struct cp *cp = g->cp;
	struct download_request request = { .repo = cp->from.repo,
		.revision = revision_of(&cp->from),
		.folder = g->path.v,
		.files = { g->files, 1 },
		.literal = true };
	struct error err;

	/* What is in the cache is copied; without one there is nothing. */
	g->cache = cache_root(NULL, &err);
	if (!g->cache)
		g->cache = path_join(g->path.v, ".cache/huggingface");
	request.root = g->cache;
	g->files[0] = cp->from.path;
	cp->base.cancel = on_stop;
	cp->base.context = g;
	g->download = download_start(cp->base.hub, cp->base.workers,
	    &cp->base.bus, &request, on_done, g);
	loop_run(cp->base.loop);
	download_free(g->download);
}

/* What came is kept if the same command can use it. */
static void
leave(struct getting *g)
{
	struct root_removal removal = { 0 };
	const struct cp *cp = g->cp;
	bool keeps = cp->base.cli->voice->policy.cp.keeps_parts &&
	             (g->met || cp->failure.code == ERR_NETWORK ||
			 cp->failure.code == ERR_CANCELLED);

	if (keeps && !g->met)
		err_remedy(&g->cp->failure, REMEDY_RUN_AGAIN);
	if (g->place && g->folder.n && !keeps)
		MAY_FAIL(root_remove(g->place, g->folder.v, &removal),
		    "the file is there, or the message says why not");
	file_close(g->lock);
	root_close(g->place);
	str_fini(&g->folder);
	str_fini(&g->path);
	free(g->cache);
	free(g->target);
}

static bool
may_replace(struct getting *g)
{
	struct str question = STR_INIT;
	bool sure = true;

	if (file_kind(g->target, NULL) == FILE_REGULAR) {
		str_addf(&question, "Replace %s?", g->target);
		sure = cp_is_sure(g->cp, question.v);
		g->agreed = sure;
	}
	str_fini(&question);
	return sure;
}

static void
get(struct cp *cp)
{
	struct getting g = { .cp = cp,
		.target = target_of(cp),
		.folder = STR_INIT,
		.path = STR_INIT,
		.lock = -1 };

	if (check_target(&g, &cp->failure) && may_replace(&g)) {
		if (open_place(&g, &cp->failure)) {
			cp->failure.code = ERR_NONE;
			fetch(&g);
		}
		if (cp->failure.code == ERR_NONE)
			cp_print(cp, "Downloaded", cp->from.text, g.target,
			    "dst", g.target);
	}
	leave(&g);
	guess(cp);
}

void
cp_get(struct cp *cp)
{
	if (!*cp->from.path || cp->from.folder) {
		cp_is_wrong(cp, CP_NO_FILE, NULL);
		return;
	}
	if (!repo_check_path(cp->from.path, &cp->failure))
		return;
	cp->failure.code = ERR_NONE;
	if (cp->to.text && !strcmp(cp->to.text, "-"))
		print(cp);
	else
		get(cp);
}
