#include "core/store/trash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/root.h"

#define HEAD "hug-trash 2\n"
#define TAIL "end\n"

/* What a run of an earlier version could not remove: one thing, no batch. */
#define OLD_FRONT ".hug-removed."

/* A journal that is longer is none. */
#define JOURNAL_MAX ((size_t)1 << 30)

/* As they are in a journal. */
static const char letters[PART_KINDS + 1] = "RrsfB";

char *
trash_inside(const struct trash *trash, const char *name)
{
	return path_join(trash->folder, name);
}

char *
trash_place(const struct trash *trash, size_t number)
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
	arr_each (thing, &trash->things)
		free(thing->path);
	arr_free(&trash->things);
	root_close(trash->root);
	free(trash->folder);
	free(trash);
}

struct trash *
trash_new(const char *root, const char *name, struct error *err)
{
	struct trash *trash = mem_new(struct trash);
	bool old = !strncmp(name, OLD_FRONT, strlen(OLD_FRONT));

	trash->owner = -1;
	trash->root = root_open(root, err);
	trash->folder = path_join(old ? ".locks" : TRASH_FOLDER, name);
	if (trash->root)
		return trash;
	trash_free(trash);
	return NULL;
}

/* Whether a thing of the journal is in the batch. */
static bool
is_here(const struct trash *trash, size_t number)
{
	char *path = trash_place(trash, number);
	struct root_info info;
	struct error ignored;
	bool here = root_look(trash->root, path, &info, &ignored) &&
	            info.kind != ROOT_MISSING;

	free(path);
	return here;
}

size_t
trash_count(const struct trash *trash)
{
	size_t n = 0;

	for (size_t i = 0; i < trash->things.n; i++)
		n += is_here(trash, i);
	return n;
}

/* -- whose a batch is -- */

static bool
is_hex8(const char *text)
{
	return strlen(text) == 8 && strspn(text, "0123456789abcdef") == 8;
}

/* "<digits>-<8 hex>", or what an earlier version left. */
static bool
is_name(const char *name, bool *old)
{
	size_t n = strspn(name, "0123456789");

	*old = !strncmp(name, OLD_FRONT, strlen(OLD_FRONT));
	if (*old)
		return is_hex8(name + strlen(OLD_FRONT));
	return n && name[n] == '-' && is_hex8(name + n + 1);
}

/* Whether a folder holds nothing, or only the beginning of an owner file: what a
 * batch is when it is killed while it is made, or at its very end. */
static bool
is_bare(const struct root *root, const char *folder, const char *owner)
{
	root_names names = { 0 };
	struct error ignored;
	bool bare = root_list(root, folder, &names, &ignored) &&
	            !strncmp(owner, HEAD, strlen(owner));

	arr_each (name, &names)
		bare = bare && !strcmp(*name, "owner");
	root_names_free(&names);
	return bare;
}

/* Whether a batch is ours: see trash.h. */
static bool
is_ours(const struct root *root, const char *folder, const char *name)
{
	char *marker = path_join(folder, "owner");
	struct str text = STR_INIT;
	struct root_info info;
	struct error ignored;
	bool old, ok;

	ok = is_name(name, &old) && root_look(root, folder, &info, &ignored) &&
	     info.owner == (unsigned)geteuid();
	if (ok && !old) {
		MAY_FAIL(root_read(root, marker, 64, &text, &ignored),
		    "without its text a batch is ours only if it is empty");
		ok = info.kind == ROOT_FOLDER && !(info.mode & 077) &&
		     (!strcmp(text.v, HEAD) || is_bare(root, folder, text.v));
	}
	str_fini(&text);
	free(marker);
	return ok;
}

/* -- the journal -- */

static bool
starts(const char *text, const char *front)
{
	return !strncmp(text, front, strlen(front));
}

static bool
write_journal(struct trash *trash, struct error *err)
{
	char *path = trash_inside(trash, "journal");
	struct str text = STR_INIT;
	bool ok;

	str_addz(&text, HEAD);
	arr_each (thing, &trash->things)
		str_addf(&text, "%c %zu %s\n", letters[thing->kind],
		    strlen(thing->path), thing->path);
	str_addz(&text, TAIL);
	ok = root_create(trash->root, path, text.v, text.n, err) &&
	     root_sync(trash->root, trash->folder, err);
	str_fini(&text);
	free(path);
	return ok;
}

/* One line; false if it is none. */
static bool
read_thing(struct trash *trash, struct span *rest)
{
	const char *letter = rest->n ? strchr(letters, *rest->p) : NULL;
	const char *blank;
	struct trash_thing thing;
	uint64_t n;

	if (!letter || !*letter || rest->n < 4 || rest->p[1] != ' ')
		return false;
	blank = memchr(rest->p + 2, ' ', rest->n - 2);
	if (!blank || !span_u64((struct span){ rest->p + 2,
				    (size_t)(blank - rest->p - 2) },
			  &n))
		return false;
	rest->n -= (size_t)(blank + 1 - rest->p);
	rest->p = blank + 1;
	if (n >= rest->n || rest->p[n] != '\n' || memchr(rest->p, '\0', n))
		return false;
	thing = (struct trash_thing){ (enum part_kind)(letter - letters),
		mem_strndup(rest->p, n) };
	arr_push(&trash->things, thing);
	rest->p += n + 1;
	rest->n -= n + 1;
	return part_is(thing.kind, thing.path);
}

/* All of it or nothing. */
static void
read_journal(struct trash *trash)
{
	char *path = trash_inside(trash, "journal");
	struct str text = STR_INIT;
	struct error ignored;
	struct span rest;
	bool ok = root_read(trash->root, path, JOURNAL_MAX, &text, &ignored) &&
	          starts(text.v, HEAD);

	rest = (struct span){ text.v, text.n };
	if (ok) {
		rest.p += strlen(HEAD);
		rest.n -= strlen(HEAD);
	}
	while (ok && !(rest.n == strlen(TAIL) && starts(rest.p, TAIL)))
		ok = read_thing(trash, &rest);
	trash->sound = ok;
	if (!ok) {
		arr_each (thing, &trash->things)
			free(thing->path);
		trash->things.n = 0;
	}
	str_fini(&text);
	free(path);
}

/* -- looking -- */

bool
trash_has(const struct trash *trash, const char *name)
{
	char *path = trash_inside(trash, name);
	struct root_info info;
	struct error ignored;
	bool found = root_look(trash->root, path, &info, &ignored) &&
	             info.kind != ROOT_MISSING;

	free(path);
	return found;
}

static enum flock_result
own(struct trash *trash)
{
	char *path = trash_inside(trash, "owner");
	struct error ignored;
	enum flock_result result =
	    flock_below(trash->root, path, &trash->owner, &ignored);

	free(path);
	return result;
}

/* The same for who only looks: makes nothing. */
static enum flock_result
own_to_look(struct trash *trash)
{
	char *path = trash_inside(trash, "owner");
	struct error err;
	enum flock_result result =
	    flock_existing(trash->root, path, &trash->owner, &err);

	/* Before it has one, or when it is all but removed, it is nobody's. */
	if (result == FLOCK_FAILED && err.code == ERR_NOT_FOUND)
		result = FLOCK_HELD;
	free(path);
	return result;
}

/* The same when it must be had: who only looks holds it for a moment. */
static enum flock_result
own_soon(struct trash *trash)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	enum flock_result result = own(trash);

	for (int i = 0; i < 20 && result == FLOCK_BUSY; i++) {
		nanosleep(&moment, NULL);
		result = own(trash);
	}
	return result;
}

bool
trash_is_old(const struct trash *trash)
{
	return !starts(trash->folder, TRASH_FOLDER);
}

static enum trash_state
state_of(struct trash *trash, bool look)
{
	if (trash_is_old(trash))
		return TRASH_DECIDED;
	/* One whose lock cannot be had for any reason may be somebody's. */
	if ((look ? own_to_look(trash) : own_soon(trash)) != FLOCK_HELD)
		return TRASH_WAITING;
	/* Before the journal nothing was moved, and maybe nothing after it. */
	if (trash_has(trash, "decided") || !trash_has_things(trash))
		return TRASH_DECIDED;
	read_journal(trash);
	return trash->sound ? TRASH_LEFT : TRASH_UNSOUND;
}

/* Bytes and files of its things. */
static uint64_t
add_up(const struct trash *trash, uint64_t *files)
{
	static const char *const names[] = { "owner", "journal", "decided" };
	struct root_sum all = { 0 }, own = { 0 };

	root_add_up(trash->root, trash->folder, NULL, &all);
	for (unsigned i = 0; i < 3; i++) {
		char *path = trash_inside(trash, names[i]);

		if (trash_has(trash, names[i]))
			root_add_up(trash->root, path, NULL, &own);
		free(path);
	}
	*files = all.files - own.files;
	return all.last - own.last;
}

uint64_t
trash_bytes(const struct trash *trash)
{
	uint64_t ignored;

	return add_up(trash, &ignored);
}

static void
look_at(const char *root, const char *name, trash_list *list)
{
	struct trash_batch batch = { .name = mem_strdup(name) };
	struct error ignored;
	struct trash *trash = trash_new(root, name, &ignored);

	if (!trash || !is_ours(trash->root, trash->folder, name)) {
		free(batch.name);
		trash_free(trash);
		return;
	}
	batch.state = state_of(trash, true);
	/* Adding up may take long, and others may want it. */
	file_close(trash->owner);
	trash->owner = -1;
	batch.since = trash_is_old(trash) ? 0 : strtod(name, NULL);
	for (size_t i = 0; i < trash->things.n; i++) {
		if (!is_here(trash, i))
			continue;
		batch.things++;
		if (!batch.example)
			batch.example = mem_strdup(trash->things.v[i].path);
	}
	batch.bytes = add_up(trash, &batch.files);
	trash_free(trash);
	arr_push(list, batch);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
look_in(const struct root *root, const char *folder, trash_list *list,
    struct error *err)
{
	root_names names = { 0 };
	bool old, ok = root_list(root, folder, &names, err);

	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), by_name);
	arr_each (name, &names) {
		if (is_name(*name, &old) && old == !strcmp(folder, ".locks"))
			look_at(root_path(root), *name, list);
	}
	root_names_free(&names);
	return ok;
}

bool
trash_look(const struct root *root, trash_list *list, struct error *err)
{
	bool old = look_in(root, ".locks", list, err);

	/* Who may not list the one may still list the other. */
	return look_in(root, TRASH_FOLDER, list, err) && old;
}

void
trash_list_free(trash_list *list)
{
	arr_each (batch, list) {
		free(batch->name);
		free(batch->example);
	}
	arr_free(list);
}

struct trash *
trash_open(const char *root, const char *name, struct error *err)
{
	struct trash *trash = trash_new(root, name, err);

	if (!trash)
		return NULL;
	if (!is_ours(trash->root, trash->folder, name)) {
		err_set(err, ERR_NOT_FOUND,
		    "there is no deletion of yours named %.100s", name);
	} else if (state_of(trash, false) == TRASH_WAITING) {
		err_set(err, ERR_CONFLICT,
		    "another hug works on this deletion, or can still undo it");
	} else {
		return trash;
	}
	trash_free(trash);
	return NULL;
}

/* -- making a batch -- */

bool
trash_is_possible(const struct root *root, struct error *err)
{
	static const char *const folders[] = { TRASH_FOLDER, ".locks", "" };
	struct root_info info = { .kind = ROOT_MISSING };
	const char *why;

	/* The first that exists is where something has to be made. */
	for (unsigned i = 0; i < 3; i++) {
		if (*folders[i] && !root_look(root, folders[i], &info, err))
			return false;
		if (*folders[i] && info.kind == ROOT_MISSING)
			continue;
		why = root_is_fixed(root, folders[i]);
		if (!why)
			return true;
		return err_set(err, ERR_SYSTEM, "%.500s/%s: %s",
		    root_path(root), folders[i], why);
	}
	return false;
}

/* Users who share a cache share the folder of batches too, and only their owners
 * may remove these. */
static bool
make_folders(struct trash *trash, struct error *err)
{
	struct root_info info = { .mode = 0 };
	unsigned mode = 0777;
	bool ok = root_make(trash->root, ".locks", 0777, err) &&
	          root_look(trash->root, ".locks", &info, err);

	if (ok && info.mode & 022)
		mode = 01000 | (info.mode & 0777);
	/* Another run may remove the folder, as it is empty, in between. */
	for (int i = 0; ok && i < 3; i++) {
		ok = root_make(trash->root, TRASH_FOLDER, mode, err);
		if (ok && root_make(trash->root, trash->folder, 0700, err))
			return true;
		ok = ok && err->detail == ENOENT;
	}
	return false;
}

void
trash_add(struct trash *trash, enum part_kind kind, const char *path)
{
	const struct trash_thing thing = { kind, mem_strdup(path) };

	arr_push(&trash->things, thing);
}

bool
trash_make(struct trash *trash, struct error *err)
{
	char *owner = trash_inside(trash, "owner");
	bool ok = make_folders(trash, err) &&
	          root_create(trash->root, owner, HEAD, strlen(HEAD), err);

	if (ok && own_soon(trash) != FLOCK_HELD)
		ok = err_set(err, ERR_SYSTEM,
		    "this file system has no locks that hold: %.400s",
		    root_path(trash->root));
	/* Where owners and modes are not kept, nobody would find it again. */
	if (ok && !is_ours(trash->root, trash->folder,
		      strrchr(trash->folder, '/') + 1))
		ok = err_set(err, ERR_SYSTEM,
		    "this file system does not keep who owns a folder, or "
		    "who may enter it: %.400s",
		    root_path(trash->root));
	ok = ok && write_journal(trash, err);
	trash->sound = ok;
	free(owner);
	return ok;
}

bool
trash_remove(struct trash *trash, struct error *err)
{
	static const char *const names[] = { "journal", "decided", "owner" };
	bool ok = true;

	/* The owner last: without it the rest would be nobody's. */
	for (unsigned i = 0; ok && i < 3; i++) {
		char *path = trash_inside(trash, names[i]);

		ok = root_unlink(trash->root, path, NULL, err);
		free(path);
	}
	if (ok && root_remove_folder(trash->root, trash->folder))
		MAY_FAIL(root_remove_folder(trash->root, TRASH_FOLDER),
		    "other batches keep the folder");
	else if (ok)
		ok = err_set(err, ERR_SYSTEM, "%.400s/%.400s is not empty",
		    root_path(trash->root), trash->folder);
	return ok;
}

bool
trash_has_things(const struct trash *trash)
{
	root_names names = { 0 };
	struct error ignored;
	bool found = !root_list(trash->root, trash->folder, &names, &ignored);

	arr_each (name, &names)
		found = found || (**name >= '0' && **name <= '9');
	root_names_free(&names);
	return found;
}
