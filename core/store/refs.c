#include "core/store/refs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/layout.h"

/* A ref is 40 digits; of what is longer the rest does not matter. */
#define TEXT_MAX 256

/* Names of branches with slashes are folders; a loop of mounts is deeper. */
#define DEPTH_MAX 128

char *
ref_meant(const struct str *text)
{
	struct span rest = { text->v, text->n };

	if (rest.n >= 3 && !memcmp(rest.p, "\xef\xbb\xbf", 3)) {
		rest.p += 3;
		rest.n -= 3;
	}
	rest = span_trim(rest);
	/* What a zero byte would cut short is no commit. */
	if (rest.n && memchr(rest.p, '\0', rest.n))
		return mem_strdup("?");
	return mem_strndup(rest.p ? rest.p : "", rest.n);
}

struct refs_reading {
	void (*found)(void *context, const struct ref_found *ref);
	void (*failed)(void *context, const char *name, const char *why);
	void *context;
};

/* `kind` is what stands there, if that is why. */
static void
say_failed(const struct refs_reading *r, const char *name, const char *kind,
    int errnum)
{
	struct str why = STR_INIT;

	if (kind)
		str_addf(&why, "is %s, not a file", kind);
	else
		str_addf(&why, "cannot be read: %s", strerror(errnum));
	r->failed(r->context, name, why.v);
	str_fini(&why);
}

static void
read_folder(const struct refs_reading *r, struct walk *walk, const char *before,
    unsigned depth)
{
	struct walk_entry entry;

	while (walk_next(walk, &entry)) {
		struct str name = STR_INIT;
		struct str text = STR_INIT;
		struct walk *inner = NULL;
		struct walk_info info;

		str_addf(&name, "%s%s", before, entry.name);
		if (entry.kind == WALK_FOLDER && depth < DEPTH_MAX)
			inner = walk_open(walk, entry.name);
		if (inner) {
			str_addc(&name, '/');
			read_folder(r, inner, name.v, depth + 1);
			walk_close(inner);
		} else if (entry.kind == WALK_FOLDER) {
			say_failed(
			    r, name.v, NULL, depth < DEPTH_MAX ? errno : ELOOP);
		} else if (dir_is_of_the_system(entry.name)) {
			;
		} else if (walk_look(walk, entry.name, &info) &&
			   walk_read(walk, entry.name, TEXT_MAX, &text)) {
			r->found(r->context,
			    &(struct ref_found){ name.v, &text, info.held });
		} else {
			int errnum = errno;

			say_failed(
			    r, name.v, walk_odd(walk, entry.name), errnum);
		}
		str_fini(&name);
		str_fini(&text);
	}
	if (walk_error(walk))
		say_failed(r, before, NULL, walk_error(walk));
}

void
refs_each(struct walk *refs,
    void (*found)(void *context, const struct ref_found *ref),
    void (*failed)(void *context, const char *name, const char *why),
    void *context)
{
	struct refs_reading r = { found, failed, context };

	read_folder(&r, refs, "", 0);
}

bool
ref_read(const struct cache *cache, const char *name, char *commit)
{
	struct str text = STR_INIT;
	struct error ignored;
	char *path, *meant;
	bool ok;

	if (!path_check(name, &ignored))
		return false;
	path = cache_ref(cache, name);
	ok = file_read_all(path, TEXT_MAX, &text, &ignored);
	meant = ref_meant(&text);
	ok = ok && repo_is_commit(meant);
	if (ok)
		memcpy(commit, meant, COMMIT_MAX);
	free(meant);
	str_fini(&text);
	free(path);
	return ok;
}

bool
ref_is_unread(const struct cache *cache, const char *name, struct error *err)
{
	struct str text = STR_INIT;
	struct error ignored;
	char *path = cache_ref(cache, name);
	bool unread = path_check(name, &ignored) &&
	              !file_read_all(path, TEXT_MAX, &text, err) &&
	              err->code != ERR_NOT_FOUND && err->detail != ENOTDIR;

	str_fini(&text);
	free(path);
	return unread;
}

bool
ref_write(const struct cache *cache, const char *name, const char *commit,
    struct error *err)
{
	struct str old = STR_INIT;
	struct error ignored;
	char *path;
	bool ok;

	if (!path_check(name, err))
		return false;
	path = cache_ref(cache, name);
	/* To the letter: other clients do not read what ref_read overlooks. */
	ok = file_read_all(path, TEXT_MAX, &old, &ignored) &&
	     !strcmp(old.v, commit);
	ok = ok || (dir_make_parent(path, err) &&
		       file_replace(path, commit, COMMIT_MAX - 1, err));
	str_fini(&old);
	free(path);
	return ok;
}
