/* copy_move.c: large files by the Hub, small ones by way of here, and the commit. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/hub/call.h"
#include "core/hub/commit.h"
#include "core/hub/filemeta.h"
#include "core/hub/lfs.h"
#include "core/net/header.h"
#include "core/up/copy_own.h"

/* What one of them may have: the Hub takes no larger one into a commit. */
#define SMALL_MAX ((size_t)32 * 1024 * 1024)

/* All of them are in memory until the commit is sent. */
#define BYTES_MAX ((uint64_t)256 * 1024 * 1024)

/* -- the commit -- */

static void
on_committed(void *context, struct cJSON *answer, const struct error *err)
{
	struct copy *c = context;
	const char *url = json_str(answer, "commitUrl", NULL);
	struct error own;

	c->call = NULL;
	c->committing = false;
	if (!err && !url) {
		err_set(&own, ERR_NETWORK,
		    "the answer does not say which commit it is");
		err = &own;
	}
	copy_finish(c, err ? NULL : url, err);
	json_free(answer);
}

static void
send_commit(struct copy *c)
{
	struct commit commit = { 0 };

	commit_begin(&commit, c->request.message, NULL, NULL);
	arr_each (file, &c->files) {
		if (file->same)
			continue;
		if (*file->sha)
			commit_add_copy(&commit, file->to, file->sha);
		else
			commit_add_bytes(
			    &commit, file->to, file->bytes.v, file->bytes.n);
		str_fini(&file->bytes);
	}
	c->committing = true;
	c->call = commit_send(&commit, c->hub, &c->request.to.repo,
	    &(struct commit_way){ .branch = copy_revision(&c->request.to),
		.waits_out = c->request.waits_out },
	    (struct asker){ on_committed, c });
}

/* -- small files -- */

void
copy_stop(struct copy *c)
{
	for (unsigned i = 0; i < COPY_FETCHES; i++) {
		if (!c->fetches[i])
			continue;
		hub_call_cancel(c->fetches[i]->call);
		free(c->fetches[i]);
		c->fetches[i] = NULL;
	}
}

static bool
check_bytes(
    const struct copy_file *file, const struct str *bytes, struct error *err)
{
	struct digest *digest = digest_new();
	char hex[DIGEST_HEX_MAX];

	digest_start(digest, DIGEST_GIT_BLOB, bytes->n);
	digest_add(digest, bytes->v, bytes->n);
	digest_end(digest, hex);
	digest_free(digest);
	if (!strcmp(hex, file->oid))
		return true;
	err_set(err, ERR_CORRUPT, "%s: what came is not this file", file->from);
	return err_hint(err, "It may have changed just now: try again");
}

static void pump_fetches(struct copy *c);

static void
on_bytes(void *context, struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	struct copy_fetch *fetch = context;
	struct copy *c = fetch->copy;
	struct copy_file *file = &c->files.v[fetch->file];
	struct error own;

	(void)call;
	for (unsigned i = 0; i < COPY_FETCHES; i++) {
		if (c->fetches[i] == fetch)
			c->fetches[i] = NULL;
	}
	free(fetch);
	if (!err && !check_bytes(file, &answer->body, &own))
		err = &own;
	if (err) {
		own = *err;
		copy_stop(c);
		copy_finish(c, NULL, &own);
		return;
	}
	str_add(&file->bytes, answer->body.v, answer->body.n);
	pump_fetches(c);
}

/* The context of a call outlives it: on_bytes and stop_fetches free it. */
static void
keep(void *context)
{
	(void)context;
}

static void
fetch_file(struct copy *c, struct copy_fetch **slot)
{
	const struct copy_end *from = &c->request.from;
	const struct copy_file *file = &c->files.v[c->next];
	struct copy_fetch *fetch = mem_new(struct copy_fetch);
	struct str url = STR_INIT;

	*fetch = (struct copy_fetch){ .copy = c, .file = c->next++ };
	*slot = fetch;
	filemeta_url(
	    &url, c->hub, &from->repo, copy_revision(from), file->from);
	fetch->call =
	    hub_call_start(c->hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .repo = &from->repo,
				       .revision = copy_revision(from),
				       .path = file->from,
				       .body_max = SMALL_MAX,
				       .done = on_bytes,
				       .context = fetch,
				       .release = keep });
	str_fini(&url);
}

static void
pump_fetches(struct copy *c)
{
	bool busy = false;

	for (unsigned i = 0; i < COPY_FETCHES; i++) {
		while (c->next < c->files.n &&
		       (c->files.v[c->next].same || *c->files.v[c->next].sha))
			c->next++;
		if (!c->fetches[i] && c->next < c->files.n)
			fetch_file(c, &c->fetches[i]);
		busy = busy || c->fetches[i];
	}
	if (!busy)
		send_commit(c);
}

/* -- large files -- */

static void copy_objects(struct copy *c);

static void
on_copied(void *context, struct cJSON *answer, const struct error *err)
{
	struct copy *c = context;
	struct str said = STR_INIT;
	struct error own;

	c->call = NULL;
	if (!err && !json_is_object(answer)) {
		err_set(&own, ERR_NETWORK,
		    "the answer does not say whether files were copied");
		err = &own;
	} else if (!err && !lfs_copy_read(answer, &said)) {
		struct str text = STR_INIT;

		str_addf(&text,
		    "Failed to duplicate files from %ss/%s to %ss/%s:\n%s",
		    repo_type_name(c->request.from.repo.type),
		    c->request.from.repo.id,
		    repo_type_name(c->request.to.repo.type),
		    c->request.to.repo.id, said.v);
		err_lines(&own, ERR_CONFLICT, text.v);
		str_fini(&text);
		err = &own;
	}
	str_fini(&said);
	json_free(answer);
	if (err)
		copy_finish(c, NULL, err);
	else
		copy_objects(c);
}

/* The next of them. Within one repository they are there. */
static void
copy_objects(struct copy *c)
{
	const struct repo *from = &c->request.from.repo;
	const struct repo *to = &c->request.to.repo;
	bool within = from->type == to->type && !strcmp(from->id, to->id);
	struct lfs_copies copies = { STR_INIT };
	struct map seen = MAP_INIT;

	for (; !within && c->next < c->files.n && seen.n < LFS_COPIES;
	     c->next++) {
		const struct copy_file *file = &c->files.v[c->next];

		if (*file->sha && !file->same && map_add(&seen, file->sha, 0))
			lfs_copy_add(&copies, file->from, file->sha, file->xet);
	}
	if (seen.n) {
		c->call = lfs_copy_send(
		    &copies, c->hub, from, to, (struct asker){ on_copied, c });
	} else {
		c->next = 0;
		pump_fetches(c);
	}
	map_fini(&seen);
}

static bool
can_all_move(struct copy *c, struct error *err)
{
	const struct repo *from = &c->request.from.repo;
	const struct repo *to = &c->request.to.repo;
	bool within = from->type == to->type && !strcmp(from->id, to->id);

	for (size_t i = 0; i < c->files.n; i++) {
		const struct copy_file *file = &c->files.v[i];

		if (file->same)
			continue;
		if (!*file->sha) {
			sum_add(&c->bytes, file->size);
			continue;
		}
		if (within || *file->xet)
			continue;
		c->unmoved = i + 1;
		err_set(err, ERR_CONFLICT,
		    "Cannot duplicate LFS file '%s' from %ss/%s: file has no "
		    "xet hash.",
		    file->from, repo_type_name(from->type), from->id);
		return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
	}
	if (c->bytes <= BYTES_MAX)
		return true;
	return err_set(err, ERR_LIMIT,
	    "the small files are more than 256 MB in all, which one commit "
	    "cannot take");
}

/* What is there, and what is not, is known. */
void
copy_move(struct copy *c)
{
	bool any = false;
	struct error err;

	arr_each (file, &c->files)
		any = any || !file->same;
	if (!any) {
		copy_finish(c, NULL, NULL);
	} else if (!can_all_move(c, &err)) {
		copy_finish(c, NULL, &err);
	} else {
		c->next = 0;
		copy_objects(c);
	}
}
