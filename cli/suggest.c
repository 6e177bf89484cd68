#include "cli/suggest.h"

#include <string.h>
#include <strings.h>

#include "cli/session.h"
#include "cli/similar.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"
#include "core/run/loop.h"

/* Entries that are looked at: as many as the Hub puts on a page. */
#define ENTRIES_MAX 1000u

/* The same name in another folder, or in other letters. */
#define ALMOST 0.95

/* A question in work, beside what has failed. */
struct suggestion {
	struct session *s;
	struct hub_call *call;
	bool ok;
	const char *path; /* of which something near is sought */
	struct str near;
	double best;
	bool folder; /* the path is one */
	unsigned seen;
};

static void
on_end(void *context, const struct error *err)
{
	struct suggestion *g = context;

	g->call = NULL;
	g->ok = !err;
	loop_stop(g->s->loop);
}

static void
on_cancel(void *context)
{
	struct suggestion *g = context;

	if (g->call)
		hub_call_cancel(g->call);
	on_end(g, &(struct error){ .code = ERR_CANCELLED });
}

static void
wait(struct suggestion *g, struct hub_call *call)
{
	struct session *s = g->s;
	void (*cancel)(void *context) = s->cancel;
	void *context = s->context;

	g->call = call;
	s->cancel = on_cancel;
	s->context = g;
	loop_run(s->loop);
	s->cancel = cancel;
	s->context = context;
}

static bool
may_ask(const struct session *s)
{
	return s->hub && s->cli->voice->policy.errors.guesses &&
	       !s->hub->offline && !s->interrupted;
}

/* -- repositories of another type -- */

static void
on_info(void *context, struct cJSON *answer, const struct error *err)
{
	json_free(answer);
	on_end(context, err);
}

/* "models info" asks for models alone: "datasets info" is for datasets. */
static void
name_repo(const struct cli *cli, enum repo_type type, struct error *err)
{
	static const char *const fixed[] = { "models ", "datasets ",
		"spaces " };
	const char *kind = repo_type_name(type);
	char id[sizeof(err->repo)];

	memcpy(id, err->repo, sizeof(id));
	err_unadvised(err);
	for (size_t i = 0; cli->typed && i < 3; i++) {
		size_t n = strlen(fixed[i]);

		if (!strncmp(cli->typed, fixed[i], n))
			err_hint(err, "There is a %s %s: use `hug %ss %s %s`",
			    kind, id, kind, cli->typed + n, id);
	}
	err_hint(err, "There is a %s %s: use %s/%s", kind, id, kind, id);
}

void
suggest_repo(struct session *s, struct error *err)
{
	static const enum repo_type types[] = { REPO_MODEL, REPO_DATASET,
		REPO_SPACE };
	bool brief = s->hub ? s->hub->brief : false;

	if (err->about != ERR_ABOUT_REPO || !err->repo[0] || !may_ask(s))
		return;
	s->hub->brief = true;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct suggestion g = { .s = s, .near = STR_INIT };
		struct repo repo = { types[i], err->repo };

		if (types[i] == (enum repo_type)err->type || s->interrupted)
			continue;
		wait(&g, catalog_info(s->hub, &repo, NULL,
			     (struct catalog_texts){ NULL, 0 },
			     (struct asker){ on_info, &g }));
		if (!g.ok)
			continue;
		name_repo(s->cli, types[i], err);
		break;
	}
	s->hub->brief = brief;
}

/* -- files -- */

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What lies in the same folder is compared by its own name. */
static double
likeness(const char *path, const char *other)
{
	const char *a = last_part(path), *b = last_part(other);
	bool beside =
	    a - path == b - other && !strncmp(path, other, (size_t)(a - path));
	double like = beside ? similarity(a, b) : similarity(path, other);

	return !strcasecmp(a, b) && like < ALMOST ? ALMOST : like;
}

static bool
on_entry(void *context, const struct cJSON *item, struct error *err)
{
	struct suggestion *g = context;
	const char *path = json_str(item, "path", "");
	double like;

	(void)err;
	if (strcmp(json_str(item, "type", ""), "file") != 0) {
		g->folder = g->folder || !strcmp(path, g->path);
	} else {
		like = likeness(g->path, path);
		if (like > g->best) {
			g->best = like;
			str_set(&g->near, path);
		}
	}
	return ++g->seen < ENTRIES_MAX && !g->folder;
}

static void
name_file(const struct suggestion *g, bool fetches, struct error *err)
{
	/* The path may be the error's own, too. */
	char id[sizeof(err->repo)], path[sizeof(err->path)];

	if (!g->folder && !g->near.n)
		return;
	memcpy(id, err->repo, sizeof(id));
	err_fact(path, sizeof(path), g->path);
	err_unadvised(err);
	if (!g->folder) {
		err_hint(err, "Did you mean %s?", g->near.v);
		return;
	}
	err_set(err, ERR_NOT_FOUND, "%s is a folder", path);
	if (fetches)
		err_hint(err,
		    "Write %.80s/ for all of it, or use --include '%.80s/*'",
		    path, path);
	else
		err_hint(
		    err, "`hug ls %.100s %.100s` lists its files", id, path);
}

void
suggest_file(struct session *s, const struct repo *repo, const char *revision,
    const char *path, bool fetches, struct error *err)
{
	struct suggestion g = {
		.s = s, .path = path, .near = STR_INIT, .best = SIMILAR_LEAST
	};
	const struct pages_taker taker = {
		.item = on_entry, .done = on_end, .context = &g
	};
	const struct tree_request request = { .repo = repo,
		.revision = revision,
		.folder = "",
		.recursive = true };

	if (err->about != ERR_ABOUT_FILE || !may_ask(s))
		return;
	wait(&g, tree_pages(s->hub, &request, &taker));
	/* What came before it broke may name it all the same. */
	name_file(&g, fetches, err);
	str_fini(&g.near);
}
