#include "core/store/trash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/walk.h"
#include "core/store/carry.h"
#include "core/store/purge.h"
#include "core/store/scan.h"
#include "core/store/unlinked.h"

#define HEAD "hug-trash 1\n"

/* A journal that is longer is none. */
#define JOURNAL_MAX ((size_t)1 << 30)

struct trash {
	char *root;
	char *folder;      /* the batch */
	int owner;         /* lock */
	ARR(char *) paths; /* below the root, in the order they were moved */
	size_t next;       /* that is taken */
};

static char *
place(const struct trash *trash, size_t number)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/%zu", trash->folder, number);
	return str_steal(&path);
}

void
trash_free(struct trash *trash)
{
	if (!trash)
		return;
	file_close(trash->owner);
	arr_each (path, &trash->paths)
		free(*path);
	arr_free(&trash->paths);
	free(trash->folder);
	free(trash->root);
	free(trash);
}

static bool
own(struct trash *trash)
{
	char *path = path_join(trash->folder, "owner");
	struct error ignored;
	bool ok;

	ok = flock_try(path, &trash->owner, &ignored) == FLOCK_HELD;
	free(path);
	return ok;
}

static struct trash *
trash_new(const char *root, const char *name)
{
	struct trash *trash = mem_new(struct trash);
	struct str folder = STR_INIT;

	trash->root = mem_strdup(root);
	trash->owner = -1;
	str_addf(&folder, "%s/.locks/.trash/%s", root, name);
	trash->folder = str_steal(&folder);
	return trash;
}

/* -- throwing -- */

static void
announce(void *context, const char *path)
{
	struct trash *trash = context;

	arr_push(&trash->paths, mem_strdup(path + strlen(trash->root) + 1));
}

static bool
write_journal(void *context, struct error *err)
{
	struct trash *trash = context;
	char *path = path_join(trash->folder, "journal");
	struct str text = STR_INIT;
	bool ok;

	str_addz(&text, HEAD);
	arr_each (thing, &trash->paths)
		str_addf(&text, "%zu %s\n", strlen(*thing), *thing);
	ok = file_replace(path, text.v, text.n, err);
	str_fini(&text);
	free(path);
	return ok;
}

/* Things come in the order they were announced, but some are left out. */
static bool
take(void *context, const char *path, struct error *err)
{
	struct trash *trash = context;
	const char *below = path + strlen(trash->root) + 1;
	size_t n = trash->paths.n;
	char *to;
	bool ok;

	for (size_t i = 0; i < n; i++) {
		size_t at = (trash->next + i) % n;

		if (strcmp(trash->paths.v[at], below) != 0)
			continue;
		trash->next = at + 1;
		to = place(trash, at);
		ok = !file_entry_exists(path) || file_rename(path, to, err);
		free(to);
		return ok;
	}
	return err_set(err, ERR_INTERNAL, "%.900s was not announced", path);
}

static bool
make_folder(struct trash *trash, struct error *err)
{
	if (!dir_make(trash->folder, err))
		return false;
	return own(trash) || err_set(err, ERR_SYSTEM,
				 "no lock can be had in %.800s", trash->folder);
}

struct trash *
trash_throw(const struct purge *purge, const struct carry_watch *watch,
    struct error *err)
{
	char hex[9];
	struct str name = STR_INIT;
	struct trash *trash;
	struct carry_keeper keeper = { announce, write_journal, take, NULL };

	file_random_hex(hex, 8);
	str_addf(&name, "%.0f-%s", clock_unix_s(), hex);
	trash = trash_new(purge->scan->root, name.v);
	str_fini(&name);
	keeper.context = trash;
	if (make_folder(trash, err)) {
		(void)!carry_out(purge, &keeper, watch);
		/* Without a journal nothing was moved. */
		if (trash->next)
			return trash;
		err_set(err, ERR_SYSTEM, "nothing could be moved to %.800s",
		    trash->folder);
	}
	(void)!walk_remove(trash->folder, &(struct error){ 0 });
	trash_free(trash);
	return NULL;
}

/* -- taking back -- */

struct restoring {
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

static bool
is_folder(const char *path)
{
	return file_is_own_folder(path);
}

static void restore_thing(
    struct restoring *r, const char *from, const char *to);

/* Of a folder that is there again comes back what it lacks. */
static void
merge(struct restoring *r, const char *from, const char *to)
{
	struct walk *walk = walk_open(NULL, from);
	ARR(char *) names = { 0 };
	struct walk_entry entry;
	struct error ignored;

	while (walk && walk_next(walk, &entry))
		arr_push(&names, mem_strdup(entry.name));
	walk_close(walk);
	arr_each (name, &names) {
		char *a = path_join(from, *name);
		char *b = path_join(to, *name);

		restore_thing(r, a, b);
		free(a);
		free(b);
		free(*name);
	}
	arr_free(&names);
	(void)!walk_remove(from, &ignored);
}

static void
restore_thing(struct restoring *r, const char *from, const char *to)
{
	struct error err;

	if (!file_entry_exists(from))
		return;
	if (!file_entry_exists(to)) {
		if (!dir_make_parent(to, &err) || !file_rename(from, to, &err))
			complain(r, &err);
	} else if (is_folder(from) && is_folder(to)) {
		merge(r, from, to);
	} else if (!walk_remove(from, &err)) {
		/* What was made meanwhile wins. */
		complain(r, &err);
	}
}

/* Whether anything but our own two files is left in the batch. */
static bool
has_things(const struct trash *trash)
{
	struct walk *walk = walk_open(NULL, trash->folder);
	struct walk_entry entry;
	bool found = false;

	while (walk && !found && walk_next(walk, &entry))
		found = strcmp(entry.name, "owner") != 0 &&
		        strcmp(entry.name, "journal") != 0;
	walk_close(walk);
	return found;
}

bool
trash_restore(struct trash *trash,
    void (*tell)(void *context, const char *text), void *context)
{
	struct restoring r = { tell, context, true };
	struct error err;

	for (size_t i = trash->paths.n; i--;) {
		char *from = place(trash, i);
		char *to = path_join(trash->root, trash->paths.v[i]);

		restore_thing(&r, from, to);
		free(from);
		free(to);
	}
	if (!has_things(trash) && !walk_remove(trash->folder, &err))
		complain(&r, &err);
	return r.all;
}

/* -- emptying -- */

/* Links that lie in a repository's blobs, or are such a link. */
static void
note_links(struct unlinked *going, const struct trash *trash, const char *path)
{
	char *blobs = path_join(path, "blobs");
	struct walk *walk = walk_open(NULL, blobs);
	struct walk_entry entry;
	struct str text = STR_INIT;

	if (file_link_text(path, &text))
		unlinked_note_text(going, trash->root, text.v);
	while (walk && walk_next(walk, &entry)) {
		if (entry.kind == WALK_LINK &&
		    walk_link(walk, entry.name, &text))
			unlinked_note_text(going, trash->root, text.v);
	}
	walk_close(walk);
	str_fini(&text);
	free(blobs);
}

/* From here on nothing of it can be brought back. */
static void
decide(const struct trash *trash)
{
	char *journal = path_join(trash->folder, "journal");
	struct error ignored;

	(void)!file_remove(journal, &ignored);
	free(journal);
}

/* Links in all that is in the batch, whatever is known of it. */
static void
note_all_links(struct unlinked *going, const struct trash *trash)
{
	struct walk *walk = walk_open(NULL, trash->folder);
	struct walk_entry entry;

	while (walk && walk_next(walk, &entry)) {
		char *path = path_join(trash->folder, entry.name);

		note_links(going, trash, path);
		free(path);
	}
	walk_close(walk);
}

bool
trash_empty(struct trash *trash, const atomic_ullong *until,
    void (*tell)(void *context, const char *text), void *context)
{
	struct unlinked going = { .set = MAP_INIT, .known = MAP_INIT };
	struct error err;
	bool ok;

	decide(trash);

	note_all_links(&going, trash);
	ok = walk_remove_until(trash->folder, until, &err);
	if (!ok && err.code != ERR_CANCELLED)
		tell(context, err.message);
	unlinked_sweep(&going, trash->root);
	unlinked_fini(&going);
	return ok;
}

/* -- after a crash -- */

static bool
add_name(void *context, const char *name)
{
	trash_names *names = context;

	arr_push(names, mem_strdup(name));
	return true;
}

/* Whether it is to go: without a journal nothing can be brought back. */
static bool
is_decided(const struct trash *trash)
{
	char *path = path_join(trash->folder, "journal");
	bool decided = !file_entry_exists(path);

	free(path);
	return decided;
}

/* Batches that nobody owns: those to be asked about, or those decided on. */
static void
find(const char *root, bool decided, trash_names *names)
{
	trash_names all = { 0 };
	struct str folder = STR_INIT;
	struct error ignored;

	str_addf(&folder, "%s/.locks/.trash", root);
	(void)!dir_list(folder.v, add_name, &all, &ignored);
	arr_each (name, &all) {
		struct trash *trash = trash_new(root, *name);

		if (is_decided(trash) == decided && own(trash))
			arr_push(names, *name);
		else
			free(*name);
		trash_free(trash);
	}
	arr_free(&all);
	str_fini(&folder);
}

void
trash_find(const char *root, trash_names *names)
{
	find(root, false, names);
}

/* Reads as many things as are described whole. */
static void
read_journal(struct trash *trash)
{
	char *path = path_join(trash->folder, "journal");
	struct str text = STR_INIT;
	struct error ignored;
	const char *at;
	size_t left;

	if (!file_read_all(path, JOURNAL_MAX, &text, &ignored) ||
	    strncmp(text.v, HEAD, strlen(HEAD)) != 0) {
		str_fini(&text);
		free(path);
		return;
	}
	at = text.v + strlen(HEAD);
	left = text.n - strlen(HEAD);
	while (left) {
		const char *blank = memchr(at, ' ', left);
		uint64_t n;

		if (!blank ||
		    !span_u64((struct span){ at, (size_t)(blank - at) }, &n) ||
		    n + 1 > left - (size_t)(blank + 1 - at))
			break;
		arr_push(&trash->paths, mem_strndup(blank + 1, n));
		left -= (size_t)(blank + 1 - at) + n + 1;
		at = blank + 1 + n + 1;
	}
	str_fini(&text);
	free(path);
}

struct trash *
trash_open(const char *root, const char *name)
{
	struct trash *trash = trash_new(root, name);

	if (!file_is_own_folder(trash->folder) || !own(trash)) {
		trash_free(trash);
		return NULL;
	}
	read_journal(trash);
	return trash;
}

static void
ignore(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static void
empty_found(const char *root, bool decided, const atomic_ullong *until)
{
	trash_names names = { 0 };

	find(root, decided, &names);
	arr_each (name, &names) {
		struct trash *trash = trash_open(root, *name);

		if (trash)
			(void)!trash_empty(trash, until, ignore, NULL);
		trash_free(trash);
		free(*name);
	}
	arr_free(&names);
}

void
trash_sweep(const char *root, const atomic_ullong *until)
{
	empty_found(root, true, until);
}

void
trash_empty_abandoned(const char *root)
{
	empty_found(root, true, NULL);
	empty_found(root, false, NULL);
}
