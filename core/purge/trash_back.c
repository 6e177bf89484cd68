#include "core/purge/trash_back.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/root.h"
#include "core/purge/carry.h"
#include "core/store/shared.h"
#include "core/store/trash.h"

/* -- taking back -- */

struct restoring {
	const struct root *root;
	void (*tell)(void *context, const char *text);
	void *context;
	bool all;
};

static void
complain(struct restoring *r, const struct error *err)
{
	r->all = false;
	r->tell(r->context, err->message);
}

static void
drop(struct restoring *r, const char *path)
{
	struct root_removal removal = { .stays = r->tell,
		.context = r->context };

	if (!root_remove(r->root, path, &removal))
		r->all = false;
}

static void restore_thing(
    struct restoring *r, const char *from, const char *to, unsigned depth);

/* Deeper folders in a revision are a mistake, or somebody's trap. */
#define DEPTH_MAX 128

#define TURNS 3

/* When a folder of a repository is its turn: blobs first, refs last. */
static unsigned
turn_of(const char *name)
{
	if (!strcmp(name, "blobs"))
		return 0;
	return strcmp(name, "refs") != 0 ? 1 : 2;
}

/* Of a folder that is there again comes back what it lacks. */
static void
merge(struct restoring *r, const char *from, const char *to, unsigned depth)
{
	root_names names = { 0 };
	struct error err;

	if (depth == DEPTH_MAX || !root_list(r->root, from, &names, &err)) {
		r->all = false;
		return;
	}
	/* In this order no link and no ref ever leads to what is not there. */
	for (unsigned turn = 0; turn < TURNS; turn++) {
		arr_each (name, &names) {
			char *a, *b;

			if (turn_of(*name) != turn)
				continue;
			a = path_join(from, *name);
			b = path_join(to, *name);
			restore_thing(r, a, b, depth + 1);
			free(a);
			free(b);
		}
	}
	root_names_free(&names);
	MAY_FAIL(root_remove_folder(r->root, from),
	    "a folder in which something is stays");
}

static void
restore_thing(
    struct restoring *r, const char *from, const char *to, unsigned depth)
{
	struct root_info a, b;
	struct error err;
	bool known = root_look(r->root, from, &a, &err);

	if (known && a.kind == ROOT_MISSING)
		return;
	if (known && root_make_parents(r->root, to, &err) &&
	    root_rename_back(r->root, from, to, &err))
		return;
	if (!known || err.detail != EEXIST || !root_look(r->root, to, &b, &err))
		complain(r, &err);
	else if (a.kind == ROOT_FOLDER && b.kind == ROOT_FOLDER)
		merge(r, from, to, depth);
	else
		/* What was made meanwhile wins. */
		drop(r, from);
}

/* Keeps the first sentence. */
static void
keep(void *context, const char *text)
{
	struct error *err = context;

	if (err->code == ERR_NONE)
		err_set(err, ERR_CONFLICT, "%s", text);
}

bool
trash_bring_back(struct trash *trash, size_t number, struct error *err)
{
	struct restoring r = { trash->root, keep, err, true };
	char *from = trash_place(trash, number);

	*err = (struct error){ .code = ERR_NONE };
	restore_thing(&r, from, trash->things.v[number].path, 0);
	if (!r.all && err->code == ERR_NONE)
		err_set(err, ERR_CONFLICT, "%.400s/%.400s cannot be put back",
		    root_path(trash->root), trash->things.v[number].path);
	free(from);
	return r.all;
}

bool
trash_restore(struct trash *trash,
    void (*tell)(void *context, const char *text), void *context)
{
	struct restoring r = { trash->root, tell, context, true };
	struct error err;

	if (!trash->sound) {
		err_set(&err, ERR_CORRUPT,
		    "the journal of the deletion in %.400s/%.200s cannot be "
		    "used: it can only be freed",
		    root_path(trash->root), trash->folder);
		complain(&r, &err);
		return false;
	}
	for (size_t i = trash->things.n; i--;) {
		char *from = trash_place(trash, i);

		restore_thing(&r, from, trash->things.v[i].path, 0);
		free(from);
	}
	if (!trash_has_things(trash) && !trash_remove(trash, &err))
		complain(&r, &err);
	return r.all;
}

/* -- emptying -- */

/* Links that lie in a repository's blobs, or are such a link. */
static void
note_links(struct unlinked *going, const struct trash *trash, const char *below)
{
	const char *root = root_path(trash->root);
	char *blobs = path_join(below, "blobs");
	root_names names = { 0 };
	struct str text = STR_INIT;
	struct error ignored;

	if (root_link_text(trash->root, below, &text))
		unlinked_note_text(going, root, text.v);
	MAY_FAIL(root_list(trash->root, blobs, &names, &ignored),
	    "a payload whose link was not seen is swept as a loose one");
	arr_each (name, &names) {
		char *path = path_join(blobs, *name);

		if (root_link_text(trash->root, path, &text))
			unlinked_note_text(going, root, text.v);
		free(path);
	}
	root_names_free(&names);
	str_fini(&text);
	free(blobs);
}

/* From here on nothing of it can be brought back. */
static bool
decide(struct trash *trash, struct error *err)
{
	char *from = trash_inside(trash, "journal");
	char *to = trash_inside(trash, "decided");
	bool ok = trash_has(trash, "decided") || !trash_has(trash, "journal") ||
	          root_rename(trash->root, from, to, err);

	free(from);
	free(to);
	return ok;
}

/* The things first: what is left of a batch must tell what it was. */
static void
remove_things(
    struct trash *trash, struct unlinked *going, struct root_removal *removal)
{
	bool store = shared_is_there(root_path(trash->root));
	root_names names = { 0 };
	struct error err;

	if (!root_list(trash->root, trash->folder, &names, &err)) {
		removal->left++;
		removal->stays(removal->context, err.message);
	}
	arr_each (name, &names) {
		char *path = trash_inside(trash, *name);

		if (store)
			note_links(going, trash, path);
		free(path);
	}
	arr_each (name, &names) {
		char *path = trash_inside(trash, *name);

		if (!removal->stopped && strcmp(*name, "owner") != 0 &&
		    strcmp(*name, "journal") != 0 &&
		    strcmp(*name, "decided") != 0)
			MAY_FAIL(root_remove(trash->root, path, removal),
			    "`removal` counts and tells what stays");
		free(path);
	}
	root_names_free(&names);
}

bool
trash_empty(struct trash *trash, const atomic_ullong *until,
    const struct carry_watch *watch, struct carry_result *result)
{
	struct unlinked going = { .known = MAP_INIT };
	struct carry_hearing hearing = { watch };
	struct root_removal removal = { .until = until,
		.stays = carry_hear,
		.went = carry_hear_freed,
		.context = &hearing };
	size_t before = result->left;
	uint64_t swept = 0;
	struct error err;
	bool ok = trash_is_old(trash) || decide(trash, &err);

	if (ok && trash_is_old(trash))
		ok = root_remove(trash->root, trash->folder, &removal);
	else if (ok) {
		remove_things(trash, &going, &removal);
		if (!removal.left && !removal.stopped)
			ok = trash_remove(trash, &err);
	}
	if (!ok && !removal.left && !removal.stopped) {
		result->left++;
		watch->tell(watch->context, err.message);
	}
	result->left += removal.left;
	unlinked_sweep(&going, trash->root, &swept);
	carry_hear_freed(&hearing, swept);
	result->freed += removal.freed + swept;
	unlinked_fini(&going);
	return result->left == before && !removal.stopped;
}
