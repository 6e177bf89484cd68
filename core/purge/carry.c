#include "core/purge/carry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/census/scan.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/os/walk.h"
#include "core/purge/purge.h"
#include "core/store/busy.h"
#include "core/store/refs.h"

/* Blobs that are locked at once, for one look at what the snapshots use. */
#define BATCH 64

/* -- steps -- */

static void
add_step(carry_steps *steps, enum part_kind kind,
    const struct purge_repo *entry, const struct scan_repo *repo,
    const char *folder, const char *name)
{
	struct str path = STR_INIT;

	str_addz(&path, repo->folder);
	if (folder)
		path_add(&path, folder);
	if (name)
		path_add(&path, name);
	arr_push(steps,
	    (struct carry_step){
		.kind = kind, .path = str_steal(&path), .entry = entry });
}

static struct carry_step *
last_of(carry_steps *steps)
{
	return &steps->v[steps->n - 1];
}

static void
add_revisions(carry_steps *steps, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *revision = &repo->revisions.v[i];

		if (!entry->chosen[i])
			continue;
		/* Refs first: a ref to a snapshot that is gone makes the
		 * official clients call the repository corrupted. */
		arr_each (ref, &revision->refs) {
			add_step(steps, PART_REF, entry, repo, "refs", *ref);
			last_of(steps)->revision = (uint32_t)i;
		}
		add_step(steps, PART_SNAPSHOT, entry, repo, "snapshots",
		    revision->name);
		last_of(steps)->revision = (uint32_t)i;
	}
}

static void
add_parts(carry_steps *steps, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;

	/* Blobs last: where this is broken off there may be bytes that nothing
	 * uses, but no entry that leads nowhere. */
	add_revisions(steps, entry);
	arr_each (file, &entry->files) {
		const struct scan_revision *revision =
		    &repo->revisions.v[file->revision];
		struct str folder = STR_INIT;

		if (entry->chosen[file->revision])
			continue;
		str_addf(&folder, "snapshots/%s", revision->name);
		add_step(steps, PART_FILE, entry, repo, folder.v,
		    revision->files.v[file->file].path);
		str_fini(&folder);
	}
	arr_each (blob, &entry->blobs) {
		add_step(steps, PART_BLOB, entry, repo, NULL,
		    repo->blobs.v[*blob].key);
		last_of(steps)->bytes = repo->blobs.v[*blob].disk.held;
	}
	arr_each (stray, &entry->strays) {
		add_step(steps, PART_BLOB, entry, repo, "blobs",
		    repo->strays.v[*stray].name);
		last_of(steps)->stray = true;
		last_of(steps)->bytes = repo->strays.v[*stray].disk.held;
	}
}

void
carry_plan(const struct purge *purge, carry_steps *steps)
{
	arr_each (entry, &purge->repos) {
		if (entry->whole && !entry->files.n) {
			add_step(
			    steps, PART_REPO, entry, entry->repo, NULL, NULL);
			last_of(steps)->bytes = entry->repo->own_held;
		} else {
			add_parts(steps, entry);
		}
	}
	if (!purge->empty)
		return;
	arr_each (repo, &purge->scan->repos) {
		if (scan_is_empty(repo) && !purge_refuses(repo) &&
		    !(purge->places &&
			purge->places[repo - purge->scan->repos.v]))
			add_step(steps, PART_REPO, NULL, repo, NULL, NULL);
	}
}

void
carry_steps_free(carry_steps *steps)
{
	arr_each (step, steps)
		free(step->path);
	arr_free(steps);
}

/* -- carrying out -- */

struct carrying {
	const struct purge *purge;
	const carry_steps *steps;
	const struct root *root;
	const struct carry_taker *taker;
	const struct carry_watch *watch;
	struct unlinked *going;
	struct carry_result *result;
	bool for_good; /* the step that was taken last cannot be put back */
};

static void
leave(struct carrying *c, const char *text)
{
	c->result->left++;
	c->watch->tell(c->watch->context, text);
}

/* "<path>: <why>: it stays" */
static void
leave_path(struct carrying *c, const struct carry_step *step, const char *why)
{
	struct str text = STR_INIT;

	utf8_safe(&text, root_path(c->root));
	str_addc(&text, '/');
	utf8_safe(&text, step->path);
	str_addf(&text, " stays: %s", why);
	leave(c, text.v);
	str_fini(&text);
}

static bool
is_cancelled(const struct carrying *c)
{
	return c->watch->cancelled && atomic_load(c->watch->cancelled);
}

static void
went(struct carrying *c, uint64_t bytes)
{
	if (c->watch->went)
		c->watch->went(c->watch->context, bytes);
}

static bool is_named(
    const struct carrying *c, const struct scan_repo *repo, const char *commit);

/* Whether a step is a revision that a ref names now; says so. */
static bool
stays_named(struct carrying *c, const struct carry_step *step)
{
	const struct scan_repo *repo;

	if (step->kind != PART_SNAPSHOT)
		return false;
	repo = step->entry->repo;
	if (!is_named(c, repo, repo->revisions.v[step->revision].name))
		return false;
	leave_path(c, step, "a ref names it by now");
	return true;
}

static enum carry_took
take(struct carrying *c, size_t i, const char *commit)
{
	const struct carry_step *step = &c->steps->v[i];
	struct error err;
	enum carry_took took =
	    c->taker->take(c->taker->context, i, commit, &err);

	c->for_good = took == CARRY_APART || !c->taker->put_back;
	/* What cannot be put back is looked at before it goes, not after. */
	if (took == CARRY_APART) {
		if (stays_named(c, step))
			return CARRY_LEFT;
		took = c->taker->remove(c->taker->context, i, commit, &err);
	}
	if (took == CARRY_TAKEN)
		went(c, step->bytes);
	else if (took == CARRY_LEFT && err.code == ERR_CONFLICT &&
		 step->kind == PART_REF)
		leave_path(c, step, err.message);
	else if (took == CARRY_LEFT)
		leave(c, err.message);
	return took;
}

static void
put_back(struct carrying *c, size_t i)
{
	struct error err;

	if (!c->taker->put_back(c->taker->context, i, &err))
		leave(c, err.message);
}

/* -- refs -- */

/* A search for refs that name a commit. */
struct refs_look {
	const struct scan_repo *repo;
	const char *commit;
	bool named;
	bool unclear; /* one cannot be read or understood */
};

/* Whether a ref's text is a commit, or the name of a revision that there was. */
static bool
is_understood(const struct scan_repo *repo, const char *meant)
{
	bool known = repo_is_commit(meant);

	for (size_t i = 0; !known && i < repo->revisions.n; i++)
		known = !strcmp(repo->revisions.v[i].name, meant);
	return known;
}

static void
on_ref(void *context, const struct ref_found *ref)
{
	struct refs_look *look = context;
	char *meant = ref_meant(ref->text);

	look->named = look->named || !strcmp(meant, look->commit);
	look->unclear = look->unclear || !is_understood(look->repo, meant);
	free(meant);
}

static void
on_unread(void *context, const char *name, const char *why)
{
	struct refs_look *look = context;

	(void)name;
	(void)why;
	look->unclear = true;
}

/*
 * Whether a ref names a revision now. One that cannot be read or understood
 * counts, unless that was so when the user named what goes.
 */
static bool
is_named(
    const struct carrying *c, const struct scan_repo *repo, const char *commit)
{
	struct refs_look look = { .repo = repo, .commit = commit };
	struct str path = STR_INIT;
	struct walk *refs;

	str_addf(&path, "%s/%s/refs", root_path(c->root), repo->folder);
	refs = walk_open(NULL, path.v);
	if (refs)
		refs_each(refs, on_ref, on_unread, &look);
	else
		look.unclear = errno != ENOENT;
	walk_close(refs);
	str_fini(&path);
	return look.named || (look.unclear && !repo->unclear);
}

/* -- revisions -- */

/* Takes the refs from `i` on, up to the snapshot; false if one stays: then so
 * must what it names. */
static bool
take_refs(struct carrying *c, size_t i, size_t snapshot, const char *commit)
{
	for (size_t k = i; k < snapshot; k++) {
		if (take(c, k, commit) != CARRY_LEFT)
			continue;
		while (k-- > i && c->taker->put_back)
			put_back(c, k);
		return false;
	}
	return true;
}

/* What has come between; the revision and its refs are as they were. */
static void
give_back_revision(struct carrying *c, size_t i, size_t snapshot)
{
	put_back(c, snapshot);
	while (snapshot-- > i)
		put_back(c, snapshot);
}

/* The refs from step `i` on and the snapshot after them; the step after that. */
static size_t
take_revision(struct carrying *c, size_t i)
{
	const struct carry_step *step = &c->steps->v[i];
	const struct scan_repo *repo = step->entry->repo;
	const char *commit = repo->revisions.v[step->revision].name;
	size_t snapshot = i;

	while (c->steps->v[snapshot].kind == PART_REF)
		snapshot++;
	step = &c->steps->v[snapshot];
	if (!take_refs(c, i, snapshot, commit))
		return snapshot + 1;
	switch (take(c, snapshot, NULL)) {
	case CARRY_TAKEN:
		if (!c->for_good && stays_named(c, step)) {
			give_back_revision(c, i, snapshot);
		} else {
			c->result->revisions++;
		}
		break;
	case CARRY_LEFT:
		/* What it is named by stays with it. */
		for (size_t k = snapshot; k-- > i && c->taker->put_back;)
			put_back(c, k);
		break;
	case CARRY_APART: /* take() has seen to it */
	case CARRY_GONE:
		break;
	}
	return snapshot + 1;
}

/* -- whole repositories -- */

static bool
is_shown(const struct carry_step *step, const char *revision)
{
	const struct scan_repo *repo = step->entry ? step->entry->repo : NULL;

	for (size_t i = 0; repo && i < repo->revisions.n; i++) {
		if (!strcmp(repo->revisions.v[i].name, revision))
			return true;
	}
	return false;
}

/* Whether a folder has an entry that the plan does not show. */
static bool
has_unshown(const struct carry_step *step, const char *folder, const char *part)
{
	char *path = path_join(folder, part);
	struct walk *walk = walk_open(NULL, path);
	struct walk_entry entry;
	bool more = false;

	while (walk && !more && walk_next(walk, &entry))
		more = !dir_is_of_the_system(entry.name) &&
		       !is_shown(step, entry.name);
	walk_close(walk);
	free(path);
	return more;
}

/* Whether a repository has a revision that the plan does not show, or, if it was
 * empty, anything. */
static bool
has_more(const struct carry_step *step, const char *folder)
{
	return has_unshown(step, folder, "snapshots") ||
	       (!step->entry && has_unshown(step, folder, "blobs"));
}

static bool
note_any_link(void *context, const char *name)
{
	struct carrying *c = context;

	unlinked_note_name(c->going, name);
	return true;
}

/* Links into the shared store of all of a repository, before it is moved. */
static void
note_links(struct carrying *c, const struct carry_step *step, const char *path)
{
	char *blobs = path_join(path, "blobs");
	struct error ignored;

	unlinked_begin(c->going, root_path(c->root), step->path);
	MAY_FAIL(dir_list(blobs, note_any_link, c, &ignored),
	    "a payload whose link was not seen is swept as a loose one");
	free(blobs);
}

/* What was chosen one by one went as well, when all of it did. */
static void
count_strays(struct carrying *c, const struct purge_repo *entry)
{
	arr_each (stray, &entry->strays) {
		if (entry->repo->strays.v[*stray].partial)
			c->result->partials++;
		else
			c->result->orphans++;
	}
}

static void
take_repo(struct carrying *c, size_t i)
{
	const struct carry_step *step = &c->steps->v[i];
	char *path = path_join(root_path(c->root), step->path);
	const char *arrived = "something arrived in it meanwhile";
	char *taken;

	if (busy_repo(root_path(c->root), step->path)) {
		leave_path(c, step, "it is being downloaded");
	} else if (has_more(step, path)) {
		leave_path(c, step, arrived);
	} else {
		note_links(c, step, path);
		if (take(c, i, NULL) == CARRY_TAKEN) {
			/* And once more, now that nobody reaches it there. */
			taken = c->taker->taken(c->taker->context, i);
			if (taken && has_more(step, taken)) {
				put_back(c, i);
				leave_path(c, step, arrived);
			} else if (step->entry) {
				c->result->repos++;
				c->result->revisions += step->entry->count;
				c->result->whole_revisions +=
				    step->entry->count;
				count_strays(c, step->entry);
			} else {
				c->result->empty++;
			}
			free(taken);
		}
	}
	free(path);
}

/* -- blobs -- */

/* A blob or a stray that is about to go. */
struct doomed {
	size_t step;
	const char *name; /* in `blobs` */
	int lock;
	bool busy;
};

/* The sum that a file in `blobs` is or becomes: what it is locked by. */
static char *
etag_of(const char *name)
{
	name += *name == '.';
	return mem_strndup(name, strcspn(name, "."));
}

static void
take_blob(struct carrying *c, const struct scan_repo *repo,
    const struct map *used, const struct doomed *doomed)
{
	const struct carry_step *step = &c->steps->v[doomed->step];
	bool partial;

	if (doomed->busy) {
		leave_path(c, step, "it is being downloaded");
		return;
	}
	if (map_find(used, step->path + strlen(repo->folder) + 1, NULL)) {
		leave_path(c, step, "it is in use by now");
		return;
	}
	unlinked_begin(c->going, root_path(c->root), repo->folder);
	unlinked_note_name(c->going, doomed->name);
	if (take(c, doomed->step, NULL) != CARRY_TAKEN || !step->stray)
		return;
	if (scan_is_blob_name(doomed->name, &partial) && partial)
		c->result->partials++;
	else
		c->result->orphans++;
}

/* Whether a repository is no longer there. */
static bool
is_away(const struct carrying *c, const struct scan_repo *repo)
{
	struct root_info info;
	struct error ignored;

	return root_look(c->root, repo->folder, &info, &ignored) &&
	       info.kind == ROOT_MISSING;
}

/* Some files of `blobs`, under their locks. */
static void
take_batch(struct carrying *c, const struct scan_repo *repo,
    struct doomed *doomed, size_t n)
{
	const char *root = root_path(c->root);
	struct map used = MAP_INIT;
	struct scan_repo now;
	bool unclear;

	/* Whoever links to a blob holds its lock meanwhile: with all locks in
	 * our hands, what nothing uses now stays unused until it is gone. */
	for (size_t i = 0; i < n; i++) {
		char *etag = etag_of(doomed[i].name);

		doomed[i].busy =
		    !busy_lock(c->root, repo->folder, etag, &doomed[i].lock);
		free(etag);
	}
	scan_one(&now, root, repo->folder, false);
	arr_each (blob, &now.blobs)
		map_add(&used, blob->key, 0);
	arr_each (key, &now.indirect)
		map_add(&used, *key, 0);
	unclear = now.unclear || !now.type;
	for (size_t i = 0; i < n; i++) {
		if (unclear && !repo->unclear && !is_away(c, repo))
			leave_path(c, &c->steps->v[doomed[i].step],
			    "what uses it cannot be read by now");
		else
			take_blob(c, repo, &used, &doomed[i]);
		file_close(doomed[i].lock);
	}
	map_fini(&used);
	scan_repo_fini(&now);
}

/* All blobs of a repository from step `i` on; the step after them. */
static size_t
take_blobs(struct carrying *c, size_t i)
{
	const struct purge_repo *entry = c->steps->v[i].entry;
	struct doomed batch[BATCH];
	size_t n = 0;

	for (; i < c->steps->n; i++) {
		const struct carry_step *step = &c->steps->v[i];

		if (step->kind != PART_BLOB || step->entry != entry)
			break;
		if (n == BATCH) {
			take_batch(c, entry->repo, batch, n);
			n = 0;
		}
		if (is_cancelled(c))
			break;
		batch[n++] = (struct doomed){ .step = i,
			.name = strrchr(step->path, '/') + 1,
			.lock = -1 };
	}
	if (n)
		take_batch(c, entry->repo, batch, n);
	return i;
}

/* -- all of it -- */

static void
take_file(struct carrying *c, size_t i)
{
	if (take(c, i, NULL) == CARRY_TAKEN)
		c->result->files++;
}

void
carry_out(const struct purge *purge, const carry_steps *steps,
    const struct root *root, const struct carry_taker *taker,
    const struct carry_watch *watch, struct unlinked *going,
    struct carry_result *result)
{
	struct carrying c = { purge, steps, root, taker, watch, going, result,
		false };
	size_t i = 0;

	while (i < steps->n) {
		if (is_cancelled(&c)) {
			leave(&c, "stopped: the rest stays");
			return;
		}
		switch (steps->v[i].kind) {
		case PART_REPO:
			take_repo(&c, i++);
			break;
		case PART_REF:
		case PART_SNAPSHOT:
			i = take_revision(&c, i);
			break;
		case PART_FILE:
			take_file(&c, i++);
			break;
		case PART_BLOB:
		case PART_KINDS:
			i = take_blobs(&c, i);
			break;
		}
	}
}

void
carry_hear(void *context, const char *text)
{
	const struct carry_hearing *hearing = context;

	hearing->watch->tell(hearing->watch->context, text);
}

void
carry_hear_freed(void *context, uint64_t bytes)
{
	const struct carry_hearing *hearing = context;

	if (hearing->watch->freed)
		hearing->watch->freed(hearing->watch->context, bytes);
}
