#include "cli/quants.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/treefile.h"
#include "core/hub/call.h"
#include "core/hub/tree.h"
#include "core/run/loop.h"
#include "core/store/layout.h"
#include "core/store/refs.h"
#include "core/store/snapshot.h"

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
