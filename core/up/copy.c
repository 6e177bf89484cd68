#include "core/up/copy.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/hub/call.h"
#include "core/hub/commit.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/hub/lfs.h"
#include "core/hub/paths.h"
#include "core/hub/tree.h"
#include "core/net/header.h"
#include "core/up/select.h"

/* Small files that are under way at once. */
#define FETCHES 4

/* What one of them may have: the Hub takes no larger one into a commit. */
#define SMALL_MAX ((size_t)32 * 1024 * 1024)

/* All of them are in memory until the commit is sent. */
#define BYTES_MAX ((uint64_t)256 * 1024 * 1024)

struct copy_file {
	char *from, *to;
	char oid[DIGEST_HEX_MAX]; /* of the Git blob */
	char sha[DIGEST_HEX_MAX]; /* of an LFS object; "": it is none */
	char xet[DIGEST_HEX_MAX]; /* "": Xet storage does not have it */
	uint64_t size;
	bool same;        /* is there already */
	struct str bytes; /* of a small one */
};

/* A small file that is on its way. */
struct fetch {
	struct copy *copy;
	struct hub_call *call;
	size_t file;
};

struct copy {
	struct hub *hub;
	struct copy_request request;
	ARR(struct copy_file) files;
	struct map by_target;
	struct hub_call *call; /* of the steps that go one after the other */
	struct fetch *fetches[FETCHES];
	size_t next; /* file, of the step that goes through them */
	uint64_t bytes;
	bool is_folder, was_there; /* what `to` names */
	bool committing;
	size_t unmoved; /* file that cannot be copied, and one more; 0: none */
};

static const char *
revision_of(const struct copy_end *end)
{
	return end->revision ? end->revision : "main";
}

static void
finish(struct copy *c, const char *url, const struct error *err)
{
	c->request.done(c->request.context, url, err);
}

/* -- which files, and where they go -- */

/* What `to` is called for a file of `from`, whose path below the folder that is
 * copied is `below`; `below` NULL: the file itself is copied (hf_api.py:
 * _resolve_copy_target_path). */
static char *
target_of(const struct copy *c, const char *path, const char *below)
{
	const struct copy_request *r = &c->request;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	struct str out = STR_INIT;

	str_addz(&out, r->to.path);
	if (!below && out.n && !c->is_folder)
		return str_steal(&out);
	if (out.n)
		str_addc(&out, '/');
	if (below && c->was_there && *r->from.path && !r->contents) {
		slash = strrchr(r->from.path, '/');
		str_addf(&out, "%s/", slash ? slash + 1 : r->from.path);
	}
	str_addz(&out, below ? below : name);
	return str_steal(&out);
}

static bool
check_file(const struct copy_file *file, struct error *err)
{
	const char *clean;

	if (!repo_check_path(file->from, err))
		return false;
	if (up_check_target(file->to, &clean, err) && clean == file->to)
		return true;
	err_set(err, ERR_USAGE,
	    "Invalid `path_in_repo` in CommitOperation: '%s'", file->to);
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* A sum of the Hub's; what is none is not used. */
static void
take_sum(char *out, const char *text, size_t digits)
{
	unsigned char bytes[32];

	if (text && strlen(text) == digits &&
	    digest_unhex(text, bytes, digits / 2))
		text_copy(out, DIGEST_HEX_MAX, text);
}

static void
add_file(struct copy *c, const struct treefile *file, const char *below)
{
	struct copy_file own = { .size = file->size, .bytes = STR_INIT };

	take_sum(own.oid, file->oid, 40);
	take_sum(own.sha, file->sha256, 64);
	take_sum(own.xet, file->xet, 64);
	own.from = mem_strdup(file->path);
	own.to = target_of(c, file->path, below);
	arr_push(&c->files, own);
}

static void ask_there(struct copy *c);

/* The list is whole. */
static void
on_listed(struct copy *c)
{
	struct error err;

	if (!c->files.n) {
		err_set(&err, ERR_NOT_FOUND, "No files found in %s '%s'.",
		    repo_type_name(c->request.from.repo.type),
		    c->request.from.repo.id);
		finish(c, NULL, &err);
		return;
	}
	for (size_t i = 0; i < c->files.n; i++) {
		struct copy_file *file = &c->files.v[i];

		if (!check_file(file, &err)) {
			finish(c, NULL, &err);
			return;
		}
		(void)map_add(&c->by_target, file->to, i);
	}
	c->next = 0;
	ask_there(c);
}

static bool
on_tree_file(void *context, const struct treefile *file)
{
	struct copy *c = context;
	size_t n = strlen(c->request.from.path);

	/* What is not below the folder was not asked for. */
	if (!n)
		add_file(c, file, file->path);
	else if (!strncmp(file->path, c->request.from.path, n) &&
		 file->path[n] == '/')
		add_file(c, file, file->path + n + 1);
	return true;
}

static void
on_tree(void *context, const struct error *err)
{
	struct copy *c = context;

	c->call = NULL;
	if (err)
		finish(c, NULL, err);
	else
		on_listed(c);
}

static void
list_folder(struct copy *c)
{
	const struct copy_end *from = &c->request.from;

	c->call = tree_list(c->hub,
	    &(struct tree_request){ .repo = &from->repo,
		.revision = revision_of(from),
		.folder = from->path,
		.recursive = true },
	    &(struct tree_taker){
		.take = on_tree_file, .done = on_tree, .context = c });
}

static void
on_source_entry(void *context, const struct paths_entry *entry)
{
	struct copy *c = context;

	if (!entry->folder && !strcmp(entry->file.path, c->request.from.path) &&
	    !c->files.n)
		add_file(c, &entry->file, NULL);
}

static void
on_source(void *context, struct cJSON *answer, const struct error *err)
{
	struct copy *c = context;
	struct error own;

	c->call = NULL;
	if (!err && !paths_read(answer, on_source_entry, c, &own))
		err = &own;
	json_free(answer);
	if (err)
		finish(c, NULL, err);
	else if (c->files.n)
		on_listed(c);
	else
		list_folder(c);
}

static void
ask_source(struct copy *c)
{
	const struct copy_end *from = &c->request.from;
	struct paths question = { STR_INIT };

	if (!*from->path) {
		list_folder(c);
		return;
	}
	paths_add(&question, from->path);
	c->call = paths_send(&question, c->hub, &from->repo, revision_of(from),
	    (struct asker){ on_source, c });
}

static void
on_target_entry(void *context, const struct paths_entry *entry)
{
	struct copy *c = context;

	if (strcmp(entry->file.path, c->request.to.path) != 0)
		return;
	c->was_there = entry->folder;
	c->is_folder = entry->folder;
}

static void
on_target(void *context, struct cJSON *answer, const struct error *err)
{
	struct copy *c = context;
	struct error own;

	c->call = NULL;
	c->is_folder = c->request.to_folder;
	if (!err && !paths_read(answer, on_target_entry, c, &own))
		err = &own;
	json_free(answer);
	if (err)
		finish(c, NULL, err);
	else
		ask_source(c);
}

static void
ask_target(struct copy *c)
{
	const struct copy_end *to = &c->request.to;
	struct paths question = { STR_INIT };

	c->is_folder = c->was_there = true;
	if (!*to->path) {
		ask_source(c);
		return;
	}
	c->was_there = false;
	paths_add(&question, to->path);
	c->call = paths_send(&question, c->hub, &to->repo, revision_of(to),
	    (struct asker){ on_target, c });
}

/* -- what is there already -- */

static void move(struct copy *c);

static void
on_there_entry(void *context, const struct paths_entry *entry)
{
	struct copy *c = context;
	size_t at;

	if (!entry->folder && map_find(&c->by_target, entry->file.path, &at))
		c->files.v[at].same =
		    !strcmp(c->files.v[at].oid, entry->file.oid);
}

static void
on_there(void *context, struct cJSON *answer, const struct error *err)
{
	struct copy *c = context;
	struct error own;

	c->call = NULL;
	if (!err && !paths_read(answer, on_there_entry, c, &own))
		err = &own;
	json_free(answer);
	if (err)
		finish(c, NULL, err);
	else
		ask_there(c);
}

static void
ask_there(struct copy *c)
{
	const struct copy_end *to = &c->request.to;
	struct paths question = { STR_INIT };

	if (c->next == c->files.n) {
		move(c);
		return;
	}
	for (size_t n = 0; c->next < c->files.n && n < PATHS_MOST; n++)
		paths_add(&question, c->files.v[c->next++].to);
	c->call = paths_send(&question, c->hub, &to->repo, revision_of(to),
	    (struct asker){ on_there, c });
}

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
	finish(c, err ? NULL : url, err);
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
	    &(struct commit_way){ .branch = revision_of(&c->request.to),
		.waits_out = c->request.waits_out },
	    (struct asker){ on_committed, c });
}

/* -- small files -- */

static void
stop_fetches(struct copy *c)
{
	for (unsigned i = 0; i < FETCHES; i++) {
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
	struct fetch *fetch = context;
	struct copy *c = fetch->copy;
	struct copy_file *file = &c->files.v[fetch->file];
	struct error own;

	(void)call;
	for (unsigned i = 0; i < FETCHES; i++) {
		if (c->fetches[i] == fetch)
			c->fetches[i] = NULL;
	}
	free(fetch);
	if (!err && !check_bytes(file, &answer->body, &own))
		err = &own;
	if (err) {
		own = *err;
		stop_fetches(c);
		finish(c, NULL, &own);
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
fetch_file(struct copy *c, struct fetch **slot)
{
	const struct copy_end *from = &c->request.from;
	const struct copy_file *file = &c->files.v[c->next];
	struct fetch *fetch = mem_new(struct fetch);
	struct str url = STR_INIT;

	*fetch = (struct fetch){ .copy = c, .file = c->next++ };
	*slot = fetch;
	filemeta_url(&url, c->hub, &from->repo, revision_of(from), file->from);
	fetch->call =
	    hub_call_start(c->hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .repo = &from->repo,
				       .revision = revision_of(from),
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

	for (unsigned i = 0; i < FETCHES; i++) {
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
		finish(c, NULL, err);
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
static void
move(struct copy *c)
{
	bool any = false;
	struct error err;

	arr_each (file, &c->files)
		any = any || !file->same;
	if (!any) {
		finish(c, NULL, NULL);
	} else if (!can_all_move(c, &err)) {
		finish(c, NULL, &err);
	} else {
		c->next = 0;
		copy_objects(c);
	}
}

/* -- as a whole -- */

struct copy *
copy_start(struct hub *hub, const struct copy_request *request)
{
	struct copy *c = mem_new(struct copy);

	c->hub = hub;
	c->request = *request;
	ask_target(c);
	return c;
}

const char *
copy_unmoved(const struct copy *c, const char **to)
{
	if (!c->unmoved)
		return NULL;
	*to = c->files.n == 1 ? c->files.v[0].to : NULL;
	return c->files.v[c->unmoved - 1].from;
}

size_t
copy_same(const struct copy *c)
{
	size_t n = 0;

	arr_each (file, &c->files)
		n += file->same;
	return n;
}

bool
copy_is_committing(const struct copy *c)
{
	return c->committing;
}

void
copy_free(struct copy *c)
{
	if (!c)
		return;
	hub_call_cancel(c->call);
	stop_fetches(c);
	map_fini(&c->by_target);
	arr_each (file, &c->files) {
		free(file->from);
		free(file->to);
		str_fini(&file->bytes);
	}
	arr_free(&c->files);
	free(c);
}
