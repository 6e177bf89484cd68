#include "cli/know.h"

#include <stdlib.h>
#include <string.h>

#include "cli/know_text.h"
#include "cli/out.h"
#include "core/base/json.h"
#include "core/base/path.h"
#include "core/base/pattern.h"
#include "core/base/treefile.h"
#include "core/down/cat.h"
#include "core/down/download.h"
#include "core/down/plan.h"
#include "core/hub/call.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"
#include "core/os/file.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"

/* What the list of files tells of. */
#define CAUTIONS_OF_FILES                                                      \
	(1u << CAUTION_CODE | 1u << CAUTION_PICKLE | 1u << CAUTION_INCOMPLETE)

/* The questions, one after the other. */
struct asking {
	struct session *session;
	const struct download_request *request;
	struct know *know;
	const char *revision; /* the commit, once it is known */
	struct hub_call *call;
	struct str text; /* of a small file */
	bool stopped;    /* by the user */
	bool too_large;
	struct error error;
	bool ok;
};

/* -- waiting -- */

static void
end(struct asking *a, const struct error *err)
{
	a->call = NULL;
	a->ok = !err;
	if (err)
		a->error = *err;
	loop_stop(a->session->loop);
}

static void
on_done(void *context, const struct error *err)
{
	end(context, err);
}

static void
on_interrupt(void *context)
{
	struct asking *a = context;
	struct error err;

	hub_call_cancel(a->call);
	a->stopped = true;
	err_set(&err, ERR_CANCELLED, "stopped");
	end(a, &err);
}

/* Waits for what was asked. */
static bool
wait(struct asking *a, struct hub_call *call, struct error *err)
{
	a->call = call;
	loop_run(a->session->loop);
	if (!a->ok)
		*err = a->error;
	return a->ok;
}

/* -- the information -- */

static void
on_info(void *context, struct cJSON *answer, const struct error *err)
{
	struct asking *a = context;

	a->know->info = answer;
	end(a, err);
}

static bool
ask_info(struct asking *a, struct error *err)
{
	static const char *const model[] = { "sha", "lastModified", "private",
		"gated", "cardData", "tags", "downloads", "likes",
		"pipeline_tag", "library_name" };
	static const char *const dataset[] = { "sha", "lastModified", "private",
		"gated", "cardData", "tags", "downloads", "likes" };
	static const char *const space[] = { "sha", "lastModified", "private",
		"cardData", "tags", "likes", "sdk" };
	const struct repo *repo = &a->request->repo;
	struct catalog_texts expand =
	    repo->type == REPO_MODEL     ? (struct catalog_texts){ model, 10 }
	    : repo->type == REPO_DATASET ? (struct catalog_texts){ dataset, 8 }
					 : (struct catalog_texts){ space, 7 };
	struct know *know = a->know;
	const char *commit;

	if (!wait(a,
		catalog_info(a->session->hub, repo, a->revision, expand,
		    (struct asker){ on_info, a }),
		err))
		return false;
	commit = json_str(know->info, "sha", "");
	if (repo_is_commit(a->revision) && strcmp(commit, a->revision) != 0)
		return err_set(err, ERR_NETWORK,
		    "the Hub's answer is about another commit than %s",
		    a->revision);
	if (repo_is_commit(commit)) {
		memcpy(know->commit, commit, COMMIT_MAX);
		a->revision = know->commit;
	}
	cautions_take_info(&know->cautions, know->info);
	return true;
}

/* -- the list of files -- */

static bool
wants(void *context, const char *path)
{
	return include_wants(context, path);
}

static bool
on_file(void *context, const struct treefile *file)
{
	struct asking *a = context;
	struct know *know = a->know;
	struct error ignored;

	if (!repo_check_path(file->path, &ignored))
		return true;
	/* That a wanted pattern is a name shows when its file comes. */
	(void)include_settle(&know->include, file->path);
	cautions_add_file(&know->cautions, file->path, file->size);
	return true;
}

/* Whether one of these kinds matters. */
static bool
matters(const struct asking *a, unsigned kinds)
{
	return !a->know->kinds || a->know->kinds & kinds;
}

/* Whether files are asked for of which no list tells more than their names do. */
static bool
needs_list(const struct asking *a)
{
	const struct download_request *request = a->request;

	if (!matters(a, CAUTIONS_OF_FILES))
		return false;
	if (!request->files.n || request->includes.n || request->excludes.n)
		return true;
	for (size_t i = 0; i < request->files.n; i++) {
		const char *file = request->files.v[i];

		if (!pattern_is_name(file) || !*file ||
		    file[strlen(file) - 1] == '/' ||
		    cautions_care_for(&a->know->cautions, file))
			return true;
	}
	return false;
}

static bool
ask_files(struct asking *a, struct error *err)
{
	const struct tree_request request = { .repo = &a->request->repo,
		.revision = a->revision,
		.folder = "",
		.recursive = true };
	const struct tree_taker taker = {
		.take = on_file, .done = on_done, .context = a
	};

	if (needs_list(a) &&
	    !wait(a, tree_list(a->session->hub, &request, &taker), err))
		return false;
	cautions_listed(&a->know->cautions);
	return true;
}

/* -- small files -- */

static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct asking *a = context;

	a->too_large = a->text.n + n > CAUTION_TEXT_BYTES_MAX;
	if (!a->too_large)
		str_add(&a->text, bytes, n);
	return !a->too_large;
}

static bool
fetch_text(struct asking *a, const char *path, struct error *err)
{
	const struct cat_taker taker = {
		.take = on_bytes, .done = on_done, .context = a
	};
	struct cat *cat = cat_start(
	    a->session->hub, &a->request->repo, a->revision, path, &taker);
	bool ok;

	str_clear(&a->text);
	a->too_large = false;
	ok = wait(a, NULL, err);
	cat_free(cat);
	if (a->too_large)
		err_set(err, ERR_LIMIT, "it is larger than 16 MiB");
	return ok;
}

/* What cannot be read is unchecked; behind a gate that is so of all. */
static bool
ask_texts(struct asking *a, struct error *err)
{
	struct cautions *c = &a->know->cautions;
	bool closed = false;

	for (size_t i = 0; i < c->texts.n; i++) {
		if (!matters(a, c->texts.v[i].kinds))
			continue;
		if (!closed && fetch_text(a, c->texts.v[i].path, err)) {
			cautions_add_text(c, i, a->text.v, a->text.n);
			continue;
		}
		if (a->stopped)
			return false;
		closed = closed || err->code == ERR_GATED ||
		         err->code == ERR_AUTH || err->code == ERR_NETWORK;
		cautions_no_text(c, i, err->message);
	}
	cautions_end(c);
	return true;
}

/* -- all of it -- */

static bool
is_whole(const struct download_request *request)
{
	return !request->files.n && !request->includes.n &&
	       !request->excludes.n;
}

bool
know_ask(struct session *session, const struct download_request *request,
    struct know *know, struct error *err)
{
	struct asking a = { .session = session,
		.request = request,
		.know = know,
		.revision =
		    request->commit ? request->commit : request->revision,
		.text = STR_INIT };
	bool all = is_whole(request);
	void (*cancel)(void *) = session->cancel;
	void *context = session->context;
	bool ok;

	cautions_init(&know->cautions, &request->repo, all ? NULL : wants,
	    &know->include, request->files.n || request->includes.n);
	session->cancel = on_interrupt;
	session->context = &a;
	ok = repo_check_id(request->repo.id, err) &&
	     repo_check_revision(request->revision, err) &&
	     include_init(&know->include, request->files, request->literal,
		 request->includes, request->excludes, err) &&
	     ask_info(&a, err) && ask_files(&a, err) && ask_texts(&a, err);
	session->cancel = cancel;
	session->context = context;
	str_fini(&a.text);
	return ok;
}

void
know_fini(struct know *know)
{
	cautions_fini(&know->cautions);
	include_fini(&know->include);
	json_free(know->info);
	know->info = NULL;
}

/* -- after a download -- */

static bool
is_index(const char *path)
{
	static const char end_of[] = ".index.json";
	size_t n = strlen(path), m = sizeof(end_of) - 1;

	return n >= m && !strcmp(path + n - m, end_of);
}

static bool
has_index(const struct plan *plan)
{
	arr_each (file, &plan->files) {
		if (is_index(file->path))
			return true;
	}
	return false;
}

void
know_tell_lost(
    const struct cli *cli, const struct plan *plan, const char *folder)
{
	/* Of whatever type it is: of a Space only indexes are read. */
	const struct repo repo = { REPO_SPACE, "" };
	struct cautions c;

	if (!has_index(plan))
		return;
	cautions_init(&c, &repo, NULL, NULL, false);
	arr_each (file, &plan->files)
		cautions_add_file(&c, file->path,
		    file->size == SIZE_UNKNOWN ? 0 : file->size);
	cautions_listed(&c);
	for (size_t i = 0; i < c.texts.n; i++) {
		char *path = path_join(folder, c.texts.v[i].path);
		struct str text = STR_INIT;
		struct error ignored;

		/* What cannot be read is no reason to fail now. */
		if (is_index(path) &&
		    file_read_all(
			path, (size_t)CAUTION_TEXT_BYTES_MAX, &text, &ignored))
			cautions_add_text(&c, i, text.v, text.n);
		str_fini(&text);
		free(path);
	}
	cautions_end(&c);
	arr_each (caution, &c.list) {
		if (caution->kind == CAUTION_INCOMPLETE)
			know_tell(cli, caution);
	}
	cautions_fini(&c);
}
