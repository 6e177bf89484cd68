#include "core/up/copy.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/hub/call.h"
#include "core/hub/paths.h"
#include "core/hub/tree.h"
#include "core/up/copy_own.h"
#include "core/up/select.h"

const char *
copy_revision(const struct copy_end *end)
{
	return end->revision ? end->revision : "main";
}

void
copy_finish(struct copy *c, const char *url, const struct error *err)
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
		copy_finish(c, NULL, &err);
		return;
	}
	for (size_t i = 0; i < c->files.n; i++) {
		struct copy_file *file = &c->files.v[i];

		if (!check_file(file, &err)) {
			copy_finish(c, NULL, &err);
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
		copy_finish(c, NULL, err);
	else
		on_listed(c);
}

static void
list_folder(struct copy *c)
{
	const struct copy_end *from = &c->request.from;

	c->call = tree_list(c->hub,
	    &(struct tree_request){ .repo = &from->repo,
		.revision = copy_revision(from),
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
		copy_finish(c, NULL, err);
	else if (c->files.n)
		on_listed(c);
	else
		list_folder(c);
}

static void
ask_source(struct copy *c)
{
	const struct copy_end *from = &c->request.from;
	struct paths question = { .text = STR_INIT };

	if (!*from->path) {
		list_folder(c);
		return;
	}
	paths_add(&question, from->path);
	c->call = paths_send(&question, c->hub, &from->repo,
	    copy_revision(from), (struct asker){ on_source, c });
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
		copy_finish(c, NULL, err);
	else
		ask_source(c);
}

static void
ask_target(struct copy *c)
{
	const struct copy_end *to = &c->request.to;
	struct paths question = { .text = STR_INIT };

	c->is_folder = c->was_there = true;
	if (!*to->path) {
		ask_source(c);
		return;
	}
	c->was_there = false;
	paths_add(&question, to->path);
	c->call = paths_send(&question, c->hub, &to->repo, copy_revision(to),
	    (struct asker){ on_target, c });
}

/* -- what is there already -- */

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
		copy_finish(c, NULL, err);
	else
		ask_there(c);
}

static void
ask_there(struct copy *c)
{
	const struct copy_end *to = &c->request.to;
	struct paths question = { .text = STR_INIT };

	if (c->next == c->files.n) {
		copy_move(c);
		return;
	}
	for (size_t n = 0; c->next < c->files.n && n < PATHS_MOST; n++)
		paths_add(&question, c->files.v[c->next++].to);
	c->call = paths_send(&question, c->hub, &to->repo, copy_revision(to),
	    (struct asker){ on_there, c });
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
	copy_stop(c);
	map_fini(&c->by_target);
	arr_each (file, &c->files) {
		free(file->from);
		free(file->to);
		str_fini(&file->bytes);
	}
	arr_free(&c->files);
	free(c);
}
