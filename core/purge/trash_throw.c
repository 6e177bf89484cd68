#include "core/purge/trash_throw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/census/scan.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"
#include "core/purge/sweep.h"
#include "core/purge/trash_back.h"
#include "core/store/refs.h"
#include "core/store/shared.h"
#include "core/store/trash.h"

/* A ref is 40 digits. */
#define REF_MAX 256

/* -- taking -- */

/* Whether nothing is at a path. */
static bool
is_gone(const struct root *root, const char *path)
{
	struct root_info info;
	struct error ignored;

	return root_look(root, path, &info, &ignored) &&
	       info.kind == ROOT_MISSING;
}

static enum carry_took
rename_in(struct trash *trash, size_t step, struct error *err)
{
	const char *from = trash->things.v[step].path;
	char *to = trash_place(trash, step);
	bool ok = root_rename(trash->root, from, to, err);

	free(to);
	if (ok)
		return CARRY_TAKEN;
	return err->detail == ENOENT && is_gone(trash->root, from) ? CARRY_GONE
	                                                           : CARRY_LEFT;
}

static bool
put_back(struct trash *trash, size_t step, struct error *err)
{
	char *from = trash_place(trash, step);
	struct root_info info;
	bool ok = root_look(trash->root, from, &info, err);

	/* What was gone before it was to be taken is not there now. */
	if (ok && info.kind != ROOT_MISSING)
		ok = root_rename_back(
		    trash->root, from, trash->things.v[step].path, err);
	free(from);
	/* What was made anew meanwhile may lack something. */
	return ok ||
	       (err->detail == EEXIST && trash_bring_back(trash, step, err));
}

/* Whether a ref, wherever it is now, holds the commit. */
static bool
holds(const struct root *root, const char *path, const char *commit)
{
	struct str text = STR_INIT;
	struct error ignored;
	bool same = false;
	char *meant;

	if (root_read(root, path, REF_MAX, &text, &ignored)) {
		meant = ref_meant(&text);
		same = !strcmp(meant, commit);
		free(meant);
	}
	str_fini(&text);
	return same;
}

/* Who takes the steps of a plan, into a batch or, without one, for good. */
struct taking {
	const struct root *root;
	struct trash *trash; /* NULL: there is none */
	const carry_steps *steps;
	bool final; /* nobody will bring it back */
	const struct carry_watch *watch;
	struct carry_result *result;
};

/* For good, in place. */
static enum carry_took
remove_step(void *context, size_t i, const char *commit, struct error *err)
{
	struct taking *t = context;
	const struct carry_step *step = &t->steps->v[i];
	struct carry_hearing hearing = { t->watch };
	struct root_removal removal = { .stays = carry_hear,
		.went = carry_hear_freed,
		.context = &hearing };
	bool ok;

	if (is_gone(t->root, step->path))
		return CARRY_GONE;
	if (commit && !holds(t->root, step->path, commit)) {
		err_set(err, ERR_CONFLICT, "it names another revision by now");
		return CARRY_LEFT;
	}
	ok = root_remove(t->root, step->path, &removal);
	t->result->freed += removal.freed;
	if (ok)
		return CARRY_TAKEN;
	err_set(err, ERR_SYSTEM, "%.400s/%.400s: %zu thing%s in it stay%s",
	    root_path(t->root), step->path, removal.left,
	    removal.left == 1 ? "" : "s", removal.left == 1 ? "s" : "");
	return CARRY_LEFT;
}

/*
 * Into the batch. A ref is taken first and read then: nobody writes it between.
 * What lies on another file system cannot be moved there.
 */
static enum carry_took
take_step(void *context, size_t i, const char *commit, struct error *err)
{
	struct taking *t = context;
	enum carry_took took = CARRY_LEFT;
	char *to;
	bool same;

	if (t->trash)
		took = rename_in(t->trash, i, err);
	if (!t->trash ||
	    (took == CARRY_LEFT && err->detail == EXDEV && t->final))
		return CARRY_APART;
	if (took != CARRY_TAKEN || !commit)
		return took;
	to = trash_place(t->trash, i);
	same = holds(t->root, to, commit);
	free(to);
	if (same)
		return CARRY_TAKEN;
	if (put_back(t->trash, i, err))
		err_set(err, ERR_CONFLICT, "it names another revision by now");
	return CARRY_LEFT;
}

static bool
put_step_back(void *context, size_t i, struct error *err)
{
	struct taking *t = context;

	return put_back(t->trash, i, err);
}

static char *
taken(void *context, size_t i)
{
	struct taking *t = context;
	char *below, *whole;

	if (!t->trash)
		return NULL;
	below = trash_place(t->trash, i);
	whole = path_join(root_path(t->root), below);
	free(below);
	return whole;
}

/* -- deletions that are not through, and the shared store -- */

static void
end_batches(const struct purge *purge, const struct carry_watch *watch,
    struct carry_result *result)
{
	if (!purge->trash)
		return;
	arr_each (batch, &purge->scan->leftovers.trash) {
		struct trash *trash;
		struct error err;

		if (batch->state == TRASH_WAITING)
			continue;
		trash = trash_open(purge->scan->root, batch->name, &err);
		if (trash)
			result->trash +=
			    trash_empty(trash, NULL, watch, result);
		/* Another run may have ended it meanwhile. */
		else if (err.code != ERR_NOT_FOUND) {
			result->left++;
			watch->tell(watch->context, err.message);
		}
		trash_free(trash);
	}
}

static void
end_loose(const struct purge *purge, const struct root *root,
    const struct carry_watch *watch, struct carry_result *result)
{
	struct carry_hearing hearing = { watch };
	uint64_t swept = 0;

	if (!purge->loose)
		return;
	result->shared += sweep_loose(root, &swept);
	result->freed += swept;
	carry_hear_freed(&hearing, swept);
}

/* -- throwing -- */

static struct trash *
begin(const struct purge *purge, const carry_steps *steps, struct error *err)
{
	char hex[9];
	struct str name = STR_INIT;
	struct trash *trash;
	struct error ignored;

	file_random_hex(hex, 8);
	str_addf(&name, "%.0f-%s", clock_unix_s(), hex);
	trash = trash_new(purge->scan->root, name.v, err);
	str_fini(&name);
	if (trash) {
		arr_each (step, steps)
			trash_add(trash, step->kind, step->path);
	}
	if (trash && trash_make(trash, err))
		return trash;
	if (trash)
		MAY_FAIL(trash_remove(trash, &ignored),
		    "`err` says why; an empty batch can be freed later");
	trash_free(trash);
	return NULL;
}

/* Carries the steps out; links into the shared store that go are noted. */
static void
carry(const struct purge *purge, struct taking *t, struct unlinked *going)
{
	struct carry_taker taker = { take_step, remove_step,
		t->trash ? put_step_back : NULL, taken, t };

	carry_out(purge, t->steps, t->root, &taker, t->watch, going, t->result);
}

static struct trash *throw(const struct purge *purge, bool final,
    const struct carry_watch *watch, struct carry_result *result,
    struct error *err)
{
	struct unlinked going = { .known = MAP_INIT };
	carry_steps steps = { 0 };
	struct trash *trash;

	carry_plan(purge, &steps);
	trash = begin(purge, &steps, err);
	if (trash) {
		struct taking t = { trash->root, trash, &steps, final, watch,
			result };

		carry(purge, &t, &going);
		result->waiting +=
		    trash_bytes(trash) +
		    unlinked_bytes(&going, trash->root, trash->folder);
		end_batches(purge, watch, result);
		end_loose(purge, trash->root, watch, result);
	}
	unlinked_fini(&going);
	carry_steps_free(&steps);
	return trash;
}

struct trash *
trash_throw(const struct purge *purge, const struct carry_watch *watch,
    struct carry_result *result, struct error *err)
{
	return throw(purge, false, watch, result, err);
}

static void
delete_in_place(const struct purge *purge, const struct carry_watch *watch,
    struct carry_result *result)
{
	struct unlinked going = { .known = MAP_INIT };
	carry_steps steps = { 0 };
	struct error err;
	struct root *root = root_open(purge->scan->root, &err);

	if (root) {
		struct taking t = { root, NULL, &steps, true, watch, result };

		carry_plan(purge, &steps);
		carry(purge, &t, &going);
		unlinked_sweep(&going, root, &result->freed);
		end_batches(purge, watch, result);
		end_loose(purge, root, watch, result);
	} else {
		result->left++;
		watch->tell(watch->context, err.message);
	}
	unlinked_fini(&going);
	carry_steps_free(&steps);
	root_close(root);
}

bool
trash_delete(const struct purge *purge, const atomic_ullong *until,
    const struct carry_watch *watch, struct carry_result *result)
{
	struct error err;
	struct trash *trash = NULL;
	bool all = true;

	if (purge->repos.n || purge->empty)
		trash = throw(purge, true, watch, result, &err);
	if (trash) {
		result->waiting = 0;
		all = trash_empty(trash, until, watch, result);
		trash_free(trash);
	} else {
		/* A full disk may have no room for a journal. */
		delete_in_place(purge, watch, result);
	}
	return all && !result->left;
}
