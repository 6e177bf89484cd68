#include "core/know/know.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/pattern.h"
#include "core/base/treefile.h"
#include "core/down/cat.h"
#include "core/down/download.h"
#include "core/hub/call.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"

/* What the list of files tells of. */
#define CAUTIONS_OF_FILES                                                      \
	(1u << CAUTION_CODE | 1u << CAUTION_PICKLE | 1u << CAUTION_INCOMPLETE)

static void next_texts(struct know *know);

/* -- the end -- */

static void
tell(void *context)
{
	struct know *know = context;

	know->done(know->context,
	    know->failure.code == ERR_NONE ? NULL : &know->failure);
}

/* Not at once: whoever ends it may free it then, and a call is still at work. */
static void
end(struct know *know, const struct error *err)
{
	if (err)
		know->failure = *err;
	loop_timer_start(know->hub->loop, &know->timer, 0, tell, know);
}

static void
free_reader(struct know_reader *reader)
{
	cat_free(reader->cat);
	if (reader->cat)
		str_fini(&reader->text);
	reader->cat = NULL;
}

static void
free_readers(struct know *know)
{
	for (int i = 0; i < KNOW_READERS; i++)
		free_reader(&know->readers[i]);
}

void
know_stop(struct know *know)
{
	struct error err;

	if (!know->begun || know->stopped)
		return;
	know->stopped = true;
	hub_call_cancel(know->call);
	know->call = NULL;
	free_readers(know);
	err_set(&err, ERR_CANCELLED, "stopped");
	end(know, &err);
}

/* -- small files -- */

static bool
matters(const struct know *know, unsigned kinds)
{
	return !know->kinds || know->kinds & kinds;
}

static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct know_reader *reader = context;

	reader->too_large = reader->text.n + n > CAUTION_TEXT_BYTES_MAX;
	if (!reader->too_large)
		str_add(&reader->text, bytes, n);
	return !reader->too_large;
}

static void
go_on(void *context)
{
	next_texts(context);
}

/* What cannot be read is unchecked; behind a gate that is so of all. */
static void
on_text(void *context, const struct error *err)
{
	struct know_reader *reader = context;
	struct know *know = reader->know;

	reader->ended = true;
	reader->err.code = ERR_NONE;
	if (err)
		reader->err = *err;
	know->closed = know->closed ||
	               (err && !reader->too_large &&
			   (err->code == ERR_GATED || err->code == ERR_AUTH ||
			       err->code == ERR_NETWORK));
	/* It may not be freed from here. */
	loop_timer_start(know->hub->loop, &know->timer, 0, go_on, know);
}

static void
judge(struct know *know, struct know_reader *reader)
{
	struct cautions *c = &know->cautions;

	if (reader->too_large)
		cautions_no_text(c, know->judged, "it is larger than 16 MiB");
	else if (reader->err.code != ERR_NONE)
		cautions_no_text(c, know->judged, reader->err.message);
	else
		cautions_add_text(
		    c, know->judged, reader->text.v, reader->text.n);
}

static void
read_text(struct know *know, size_t i)
{
	struct know_reader *reader = &know->readers[i % KNOW_READERS];
	const struct cat_taker taker = {
		.take = on_bytes, .done = on_text, .context = reader
	};

	reader->know = know;
	reader->too_large = reader->ended = false;
	str_init(&reader->text);
	reader->cat = cat_start(know->hub, &know->request->repo, know->revision,
	    know->cautions.texts.v[i].path, &taker);
}

/* Judges the next text if it has come, or is not read at all; false: not yet. */
static bool
judge_next(struct know *know)
{
	struct cautions *c = &know->cautions;
	struct know_reader *reader =
	    &know->readers[know->judged % KNOW_READERS];
	bool asked = know->judged < know->asked;

	if (asked && reader->cat && !reader->ended)
		return false;
	if (asked && reader->cat)
		judge(know, reader);
	else if (!asked && matters(know, c->texts.v[know->judged].kinds))
		cautions_no_text(
		    c, know->judged, "the files before it could not be read");
	free_reader(reader);
	know->judged++;
	if (!asked)
		know->asked++;
	return true;
}

/* The first is read alone: it shows whether any can be. */
static size_t
ahead(const struct know *know)
{
	return know->judged ? know->judged + KNOW_READERS : 1;
}

/* In their order, whichever comes first: what is found is the same each time. */
static void
next_texts(struct know *know)
{
	size_t all = know->cautions.texts.n;

	do {
		for (; know->asked < all && !know->closed &&
		       know->asked < ahead(know);
		     know->asked++) {
			if (matters(know,
				know->cautions.texts.v[know->asked].kinds))
				read_text(know, know->asked);
		}
	} while (know->judged < all && judge_next(know));
	if (know->judged == all) {
		cautions_end(&know->cautions);
		end(know, NULL);
	}
}

/* -- the list of files -- */

static bool
wants(void *context, const char *path)
{
	return include_wants(context, path);
}

void
know_add_file(struct know *know, const char *path, uint64_t size)
{
	struct error ignored;

	if (!repo_check_path(path, &ignored))
		return;
	/* That a wanted pattern is a name shows when its file comes. */
	(void)include_settle(&know->include, path);
	cautions_add_file(&know->cautions, path, size);
}

void
know_listed(struct know *know)
{
	know->listed = true;
	cautions_listed(&know->cautions);
}

static bool
on_file(void *context, const struct treefile *file)
{
	know_add_file(context, file->path, file->size);
	return true;
}

static void
on_files(void *context, const struct error *err)
{
	struct know *know = context;

	know->call = NULL;
	if (err) {
		end(know, err);
		return;
	}
	know_listed(know);
	next_texts(know);
}

/* Whether files are asked for of which no list tells more than their names do. */
static bool
needs_list(const struct know *know)
{
	const struct download_request *request = know->request;

	if (know->listed || !matters(know, CAUTIONS_OF_FILES))
		return false;
	if (!request->files.n || request->includes.n || request->excludes.n)
		return true;
	for (size_t i = 0; i < request->files.n; i++) {
		const char *file = request->files.v[i];

		if (!pattern_is_name(file) || !*file ||
		    file[strlen(file) - 1] == '/' ||
		    cautions_care_for(&know->cautions, file))
			return true;
	}
	return false;
}

static void
ask_files(struct know *know)
{
	const struct tree_request request = { .repo = &know->request->repo,
		.revision = know->revision,
		.folder = "",
		.recursive = true };
	const struct tree_taker taker = {
		.take = on_file, .done = on_files, .context = know
	};

	if (needs_list(know)) {
		know->call = tree_list(know->hub, &request, &taker);
		return;
	}
	if (!know->listed)
		know_listed(know);
	next_texts(know);
}

/* -- the information -- */

static bool
take_commit(struct know *know, struct error *err)
{
	const char *commit = json_str(know->info, "sha", "");

	if (repo_is_commit(know->revision) &&
	    strcmp(commit, know->revision) != 0)
		return err_set(err, ERR_NETWORK,
		    "the Hub's answer is about another commit than %s",
		    know->revision);
	if (repo_is_commit(commit)) {
		memcpy(know->commit, commit, COMMIT_MAX);
		know->revision = know->commit;
	}
	cautions_take_info(&know->cautions, know->info);
	return true;
}

static void
on_info(void *context, struct cJSON *answer, const struct error *err)
{
	struct know *know = context;
	struct error own;

	know->call = NULL;
	know->info = answer;
	if (err)
		end(know, err);
	else if (!take_commit(know, &own))
		end(know, &own);
	else
		ask_files(know);
}

static struct hub_call *
ask_info(struct know *know)
{
	static const char *const model[] = { "sha", "lastModified", "private",
		"gated", "cardData", "tags", "downloads", "likes",
		"pipeline_tag", "library_name" };
	static const char *const dataset[] = { "sha", "lastModified", "private",
		"gated", "cardData", "tags", "downloads", "likes" };
	static const char *const space[] = { "sha", "lastModified", "private",
		"cardData", "tags", "likes", "sdk" };
	const struct repo *repo = &know->request->repo;
	struct catalog_texts expand =
	    repo->type == REPO_MODEL     ? (struct catalog_texts){ model, 10 }
	    : repo->type == REPO_DATASET ? (struct catalog_texts){ dataset, 8 }
					 : (struct catalog_texts){ space, 7 };

	return catalog_info(know->hub, repo, know->revision, expand,
	    (struct asker){ on_info, know });
}

/* -- all of it -- */

bool
know_init(struct know *know, const struct download_request *request,
    unsigned kinds, struct error *err)
{
	bool all =
	    !request->files.n && !request->includes.n && !request->excludes.n;

	*know = (struct know){
		.request = request,
		.kinds = kinds,
		.revision =
		    request->commit ? request->commit : request->revision,
	};
	know->failure.code = ERR_NONE;
	cautions_init(&know->cautions, &request->repo, all ? NULL : wants,
	    &know->include, request->files.n || request->includes.n);
	return repo_check_id(request->repo.id, err) &&
	       repo_check_revision(request->revision, err) &&
	       include_init(&know->include, request->files, request->literal,
		   request->includes, request->excludes, err);
}

void
know_fini(struct know *know)
{
	hub_call_cancel(know->call);
	free_readers(know);
	loop_timer_stop(&know->timer);
	cautions_fini(&know->cautions);
	include_fini(&know->include);
	json_free(know->info);
	*know = (struct know){ .begun = false };
}

void
know_start(struct know *know, struct hub *hub,
    void (*done)(void *context, const struct error *err), void *context)
{
	know->hub = hub;
	know->done = done;
	know->context = context;
	know->begun = true;
	know->call = ask_info(know);
}
