#include "cli/quants.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/sums.h"
#include "core/base/treefile.h"
#include "core/hub/call.h"
#include "core/hub/tree.h"
#include "core/know/look.h"
#include "core/run/loop.h"
#include "core/store/layout.h"
#include "core/store/refs.h"
#include "core/store/snapshot.h"
#include "core/weights/contents.h"
#include "core/weights/gguf.h"

struct listing {
	struct session *session;
	struct quants *quants;
	struct hub_call *call;
	struct error error;
	bool ok;
};

const char *
quants_split(const char *text, char **repo)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-,";
	const char *colon = strrchr(text, ':');
	const char *host = strstr(text, "://");

	*repo = NULL;
	if (!colon || !colon[1] || colon == text ||
	    colon[1 + strspn(colon + 1, letters)])
		return NULL;
	/* "http://localhost:8080" has a port there. */
	if (host && !strchr(host + 3, '/'))
		return NULL;
	*repo = mem_strndup(text, (size_t)(colon - text));
	return colon + 1;
}

static void
end(struct listing *l, const struct error *err)
{
	l->call = NULL;
	l->ok = !err;
	if (err)
		l->error = *err;
	loop_stop(l->session->loop);
}

static bool
on_file(void *context, const struct treefile *file)
{
	struct listing *l = context;
	struct error ignored;

	if (repo_check_path(file->path, &ignored))
		quants_add(l->quants, file->path, file->size);
	return true;
}

static void
on_done(void *context, const struct error *err)
{
	end(context, err);
}

static void
on_interrupt(void *context)
{
	struct listing *l = context;
	struct error err;

	hub_call_cancel(l->call);
	err_set(&err, ERR_CANCELLED, "stopped");
	end(l, &err);
}

bool
quants_list(struct session *session, const struct repo *repo,
    const char *revision, struct quants *quants, struct error *err)
{
	struct listing l = { .session = session, .quants = quants };
	const struct tree_request request = { .repo = repo,
		.revision = revision,
		.folder = "",
		.recursive = true };
	const struct tree_taker taker = {
		.take = on_file, .done = on_done, .context = &l
	};
	void (*cancel)(void *) = session->cancel;
	void *context = session->context;

	*quants = (struct quants){ .known = MAP_INIT };
	session->cancel = on_interrupt;
	session->context = &l;
	l.call = tree_list(session->hub, &request, &taker);
	loop_run(session->loop);
	session->cancel = cancel;
	session->context = context;
	quants_end(quants);
	if (!l.ok)
		*err = l.error;
	return l.ok;
}

/* -- headers -- */

struct reading {
	struct session *session;
	struct look look;
	struct error error;
	bool ok;
};

static void
on_looked(void *context, const struct error *err)
{
	struct reading *r = context;

	r->ok = !err;
	if (err)
		r->error = *err;
	loop_stop(r->session->loop);
}

static void
stop_looking(void *context)
{
	struct reading *r = context;

	look_stop(&r->look);
}

static bool
look_at(struct reading *r, struct error *err)
{
	struct session *session = r->session;
	void (*cancel)(void *) = session->cancel;
	void *context = session->context;

	session->cancel = stop_looking;
	session->context = r;
	look_start(&r->look);
	loop_run(session->loop);
	session->cancel = cancel;
	session->context = context;
	if (!r->ok)
		*err = r->error;
	return r->ok;
}

/* Adds what one file says; false in `whole` if not all of its header was read. */
static void
add_header(
    struct quant_header *header, const struct gguf_facts *facts, bool *whole)
{
	*whole = *whole && facts && facts->whole;
	if (!facts)
		return;
	if (!header->type)
		header->type = facts->type;
	sum_add(&header->parameters, facts->parameters);
}

bool
quants_read(struct session *session, const struct repo *repo,
    const char *revision, const struct quant *quant,
    struct quant_header *header, struct error *err)
{
	bool ok = true, whole = quant->whole;

	*header = (struct quant_header){ .type = NULL };
	for (size_t i = 0; ok && i < quant->files.n; i++) {
		const struct quant_file *file = &quant->files.v[i];
		struct reading r = { .session = session,
			.look = { .hub = session->hub,
			    .workers = session->workers,
			    .repo = repo,
			    .revision = revision,
			    .path = file->path,
			    .size = file->size,
			    .contents = contents_new(file->path, file->size),
			    .done = on_looked } };

		r.look.context = &r;
		ok = look_at(&r, err);
		if (ok)
			add_header(
			    header, contents_gguf(r.look.contents), &whole);
		contents_free(r.look.contents);
	}
	/* Parts that were cut at any byte have one header among them. */
	if (!whole)
		header->parameters = 0;
	return ok;
}

/* -- the cache -- */

static void
on_cached(void *context, const char *path, uint64_t size)
{
	quants_add(context, path, size);
}

bool
quants_list_cached(const char *root, const struct repo *repo,
    const char *revision, struct quants *quants)
{
	char commit[COMMIT_MAX];
	struct cache cache;
	bool ok;

	*quants = (struct quants){ .known = MAP_INIT };
	cache_init(&cache, root, repo);
	ok = repo_is_commit(revision)
	         ? snprintf(commit, sizeof(commit), "%s", revision) > 0
	         : ref_read(&cache, revision, commit);
	ok = ok && snapshot_each(&cache, commit, on_cached, quants);
	quants_end(quants);
	cache_fini(&cache);
	return ok;
}
