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
	char sum[DIGEST_HEX_MAX]; /* of the Hub; "": it has none of the kind */
	bool gone;
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
	uint64_t freed;
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

/* Whether the Hub's sum is that of the file as it is here. */
static bool
is_same(struct up_removing *r, struct leaving *leaving, const char *local)
{
	const struct up_file *file =
	    &r->upload->selection.files.v[leaving->index];
	char sum[DIGEST_HEX_MAX];
	struct error err;

	if (!*leaving->sum)
		return stays(leaving, "the Hub does not show it");
	if (file->lfs && file->has_sha)
		digest_hex(file->sha, 32, sum);
	else if (!file->lfs && file->has_git)
		digest_hex(file->git, 20, sum);
	else if (!sum_file(local, file->lfs ? DIGEST_SHA256 : DIGEST_GIT_BLOB,
		     sum, &r->upload->cancelled, NULL, &err))
		return stays(leaving, err.message);
	return !strcmp(sum, leaving->sum) ||
	       stays(leaving, "the Hub has something else");
}

static bool
may_go(struct up_removing *r, const struct root *root, const char *below,
    const struct writers *writers, struct leaving *leaving)
{
	const struct up_file *file =
	    &r->upload->selection.files.v[leaving->index];
	char *local = up_local(r->upload, file);
	struct root_info info;
	struct up_mark now;
	struct error err;
	bool ok;

	/* The sum first: what is looked at last is the least out of date. */
	if (!is_same(r, leaving, local))
		ok = false;
	else if (!root_look(root, below, &info, &err))
		ok = stays(leaving, err.message);
	else if (info.kind != ROOT_FILE)
		ok =
		    stays(leaving, info.kind == ROOT_LINK ? "it is a link"
							  : "it is not a file");
	else if (!up_mark_of(local, &now) || !up_mark_is(&file->mark, &now))
		ok = stays(leaving, "it has changed");
	else if (writers_have(writers, now.device, now.number))
		ok = stays(leaving, "a process has it open for writing");
	else
		ok = true;
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
		leaving->gone = root_unlink(root, below, &r->freed, &err) ||
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
	size_t gone = 0;

	for (size_t i = 0; i < r->asked.n; i++) {
		const struct leaving *leaving = &r->asked.v[i];
		struct str text = STR_INIT;

		gone += leaving->gone;
		if (leaving->gone)
			continue;
		str_addf(&text, "'%s': %s",
		    u->selection.files.v[leaving->index].path, leaving->why);
		up_tell(u, UPLOAD_STAYS, text.v, 0);
		str_fini(&text);
		u->counts.stay++;
	}
	u->counts.removed += gone;
	u->counts.freed += r->freed;
	r->freed = 0;
	if (gone)
		up_tell(u, UPLOAD_REMOVED, "", gone);
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
	const char *sum;
	size_t at;

	if (entry->folder || !map_find(&r->by_target, there->path, &at))
		return;
	leaving = &r->asked.v[at];
	file = &r->upload->selection.files.v[leaving->index];
	sum = file->lfs ? there->sha256 : there->oid;
	/* What is a regular file here may be an object there. */
	if (!sum || (!file->lfs && there->sha256) ||
	    there->size != file->mark.size)
		return;
	snprintf(leaving->sum, sizeof(leaving->sum), "%s", sum);
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
