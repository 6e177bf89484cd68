/*
 * upload_remove.c: files that are deleted here once the Hub has them.
 *
 * The Hub is asked again, of the commit that holds them, and its sum has to be the
 * file's. What has changed since it was listed, is open for writing, or was reached by a
 * link stays; so does all of which that is not known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/paths.h"
#include "core/os/root.h"
#include "core/os/sum.h"
#include "core/os/writers.h"
#include "core/up/upload_own.h"

/* A file that is asked about, and what came of it. */
struct leaving {
	unsigned index; /* of the file */
	char *target;
	char sum[DIGEST_HEX_MAX]; /* of the Hub; "": it shows none */
	bool lfs;                 /* which is an object's; else a blob's */
	bool gone;
	bool link;     /* none of that is ever deleted */
	bool absent;   /* the Hub has not what it was thought to have */
	char why[200]; /* else */
};

struct up_removing {
	struct work work;
	struct upload *upload;
	void (*then)(struct upload *u);
	char revision[COMMIT_MAX];
	ARR(unsigned) files;
	size_t next;
	ARR(struct leaving) asked; /* of them, at once */
	struct map by_target;
	size_t gone;
};

static void
clear_asked(struct up_removing *r)
{
	map_fini(&r->by_target);
	arr_each (file, &r->asked)
		free(file->target);
	r->asked.n = 0;
}

void
up_remove_fini(struct upload *u)
{
	struct up_removing *r = u->removing;

	if (!r)
		return;
	clear_asked(r);
	arr_free(&r->asked);
	arr_free(&r->files);
	free(r);
	u->removing = NULL;
}

/* -- on the pool -- */

static bool
stays(struct leaving *leaving, const char *why)
{
	snprintf(leaving->why, sizeof(leaving->why), "%s", why);
	return false;
}

/* Whether it is the file that was listed, with the content of then. That its names or
 * its mode were changed (another name of it was deleted, say) only the time of the
 * change tells: then the content is looked at. */
static bool
is_as_listed(const struct up_file *file, const struct up_mark *now)
{
	struct up_mark mark = *now;

	mark.changed_ns = file->mark.changed_ns;
	return up_mark_is(&file->mark, &mark);
}

/* Whether the Hub's sum is that of the file here, in the state `now`. */
static bool
is_same(struct up_removing *r, struct leaving *leaving, const char *local,
    const struct up_mark *now)
{
	const struct up_file *file =
	    &r->upload->selection.files.v[leaving->index];
	bool known = up_mark_is(&file->mark, now);
	char sum[DIGEST_HEX_MAX];
	struct error err;

	leaving->absent = !*leaving->sum;
	if (leaving->absent)
		return stays(leaving, "the Hub does not show it");
	if (leaving->lfs && file->has_sha && known)
		digest_hex(file->sha, 32, sum);
	else if (!leaving->lfs && file->has_git && known)
		digest_hex(file->git, 20, sum);
	else if (!sum_file(local,
		     leaving->lfs ? DIGEST_SHA256 : DIGEST_GIT_BLOB, sum,
		     &r->upload->cancelled, NULL, &err))
		return stays(leaving, err.message);
	leaving->absent = strcmp(sum, leaving->sum) != 0;
	return !leaving->absent || stays(leaving, "the Hub has something else");
}

/* Whether a file stands there itself, as it was listed; `now` is how it is. */
static bool
is_there(const struct root *root, const char *below, const char *local,
    const struct up_file *file, struct leaving *leaving, struct up_mark *now)
{
	struct root_info info;
	struct error err;

	if (!root_look(root, below, &info, &err))
		return stays(leaving, err.message);
	leaving->link = info.kind == ROOT_LINK;
	if (leaving->link)
		return stays(leaving, "it is a link");
	return (info.kind == ROOT_FILE && up_mark_of(local, now) &&
		   is_as_listed(file, now)) ||
	       stays(leaving, "it has changed");
}

/* What is looked at last is the least out of date: after the sums the file again. */
static bool
may_go(struct up_removing *r, const struct root *root, const char *below,
    const struct writers *writers, struct leaving *leaving)
{
	const struct up_file *file =
	    &r->upload->selection.files.v[leaving->index];
	char *local = up_local(r->upload, file);
	struct up_mark before, now;
	bool ok = is_there(root, below, local, file, leaving, &before) &&
	          is_same(r, leaving, local, &before) &&
	          is_there(root, below, local, file, leaving, &now);

	if (ok && !up_mark_is(&before, &now))
		ok = stays(leaving, "it has changed");
	if (ok && writers_have(writers, now.device, now.number))
		ok = stays(leaving, "a process has it open for writing");
	free(local);
	return ok;
}

/* What holds the files, and the name of one in it. */
static char *
split(const struct upload *u, const char *path, const char **below)
{
	const char *slash;

	if (!u->request.is_file) {
		*below = path;
		return mem_strdup(u->request.local);
	}
	slash = strrchr(u->request.local, '/');
	*below = slash + 1;
	return slash == u->request.local
	           ? mem_strdup("/")
	           : mem_strndup(
			 u->request.local, (size_t)(slash - u->request.local));
}

static void
run_remove(struct work *work)
{
	struct up_removing *r = CONTAINER_OF(work, struct up_removing, work);
	struct upload *u = r->upload;
	struct writers *writers = writers_find();
	const char *below = "";
	char *folder = split(u, "", &below);
	struct error err;
	struct root *root = root_open(folder, &err);

	for (size_t i = 0; i < r->asked.n; i++) {
		struct leaving *leaving = &r->asked.v[i];

		if (!u->request.is_file)
			below = u->selection.files.v[leaving->index].path;
		if (!root || !root_is_below(below)) {
			(void)stays(
			    leaving, root ? "of its name" : err.message);
			continue;
		}
		if (!may_go(r, root, below, writers, leaving))
			continue;
		leaving->gone = root_unlink(root, below, NULL, &err) ||
		                stays(leaving, err.message);
	}
	root_close(root);
	free(folder);
	writers_free(writers);
}

/* -- on the loop -- */

static void ask(struct upload *u);

static void
on_removed(struct work *work)
{
	struct up_removing *r = CONTAINER_OF(work, struct up_removing, work);
	struct upload *u = r->upload;
	bool absent = false;

	for (size_t i = 0; i < r->asked.n; i++) {
		const struct leaving *leaving = &r->asked.v[i];
		struct str text = STR_INIT;

		r->gone += leaving->gone;
		absent = absent || leaving->absent;
		if (leaving->gone)
			continue;
		str_addf(&text, "'%s': %s",
		    u->selection.files.v[leaving->index].path, leaving->why);
		up_tell(u, UPLOAD_STAYS, text.v, 0);
		str_fini(&text);
		/* That links stay is as it is meant to be. */
		u->counts.stay += !leaving->link;
	}
	/* What else is noted of this branch may be as wrong. */
	if (absent)
		journal_seen(u->journal, "-");
	clear_asked(r);
	if (up_back(u))
		ask(u);
}

static void
on_entry(void *context, const struct paths_entry *entry)
{
	struct up_removing *r = context;
	const struct treefile *there = &entry->file;
	const struct up_file *file;
	struct leaving *leaving;
	size_t at;

	if (entry->folder || !map_find(&r->by_target, there->path, &at))
		return;
	leaving = &r->asked.v[at];
	file = &r->upload->selection.files.v[leaving->index];
	if (there->size != file->mark.size)
		return;
	leaving->lfs = there->sha256 != NULL;
	snprintf(leaving->sum, sizeof(leaving->sum), "%s",
	    leaving->lfs ? there->sha256 : there->oid);
}

static void
on_answer(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	struct error own;

	u->call = NULL;
	if (!err && !paths_read(answer, on_entry, u->removing, &own))
		err = &own;
	json_free(answer);
	if (err) {
		own = *err;
		err_wrap(&own, "nothing more is deleted here, as the Hub does "
			       "not say what it has");
		up_fail(u, &own);
		return;
	}
	up_out(u, &u->removing->work, run_remove, on_removed);
}

static void
ask(struct upload *u)
{
	struct up_removing *r = u->removing;
	struct paths question = { .text = STR_INIT };
	void (*then)(struct upload * u) = r->then;

	if (r->next == r->files.n) {
		if (r->gone)
			up_tell(u, UPLOAD_REMOVED, "", r->gone);
		up_remove_fini(u);
		then(u);
		return;
	}
	for (; r->next < r->files.n && r->asked.n < PATHS_MOST; r->next++) {
		struct leaving leaving = { .index = r->files.v[r->next] };
		struct str target = STR_INIT;

		upload_add_target(
		    u, &target, u->selection.files.v[leaving.index].path);
		paths_add(&question, target.v);
		leaving.target = str_steal(&target);
		arr_push(&r->asked, leaving);
	}
	for (size_t i = 0; i < r->asked.n; i++)
		(void)map_add(&r->by_target, r->asked.v[i].target, i);
	u->call = paths_send(&question, u->hub, &u->repo, r->revision,
	    (struct asker){ on_answer, u });
}

void
up_remove(struct upload *u, const unsigned *files, size_t n,
    enum up_state state, void (*then)(struct upload *u))
{
	struct up_removing *r = mem_new(struct up_removing);

	r->upload = u;
	r->then = then;
	memcpy(r->revision, u->head, COMMIT_MAX);
	for (size_t i = 0; i < n; i++) {
		unsigned index = files ? files[i] : (unsigned)i;

		if (u->selection.files.v[index].state == state)
			arr_push(&r->files, index);
	}
	u->removing = r;
	ask(u);
}
