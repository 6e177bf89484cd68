/* repo_refs.c: the revisions of a repository, and which commit changed a file last
 * (repo.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/paths.h"
#include "core/hub/revision.h"
#include "core/os/file.h"
#include "core/queue/list.h"
#include "tui/engine/repo_own.h"

void
repo_ref_fini(struct repo_ref *ref)
{
	free(ref->name);
	free(ref->title);
	free(ref->date);
}

/* -- which commits changed files last -- */

static void
on_changes(void *context, struct cJSON *answer, const struct error *err)
{
	struct repo_request *request = context;

	request->call = NULL;
	json_each (item, err ? NULL : answer) {
		const struct cJSON *last = json_get(item, "lastCommit");
		const char *path = json_str(item, "path", NULL);
		const char *commit = json_str(last, "id", "");
		struct repo_ref ref = { .kind = REPO_COMMIT };

		if (!path || !repo_is_commit(commit))
			continue;
		memcpy(ref.commit, commit, COMMIT_MAX);
		ref.name = mem_strdup(path);
		ref.title = mem_strdup(json_str(last, "title", ""));
		ref.date = mem_strdup(json_str(last, "date", ""));
		arr_push(&request->answer->refs, ref);
	}
	json_free(answer);
	repo_finish(request, REPO_EVENT_CHANGES);
}

void
repo_begin_changes(struct repo_request *request)
{
	const struct repo_event *asked = request->answer;
	struct paths question = { .text = STR_INIT, .expand = true };

	memcpy(request->commit, asked->commit, COMMIT_MAX);
	arr_each (file, &asked->files)
		paths_add(&question, asked->text.v + file->path);
	request->call = paths_send(&question, request->hub, &request->repo,
	    request->commit, (struct asker){ on_changes, request });
}

/* -- revisions -- */

static void
take_refs(struct repo_event *answer, const struct cJSON *list,
    enum repo_ref_kind kind)
{
	json_each (item, list) {
		struct repo_ref ref = { .kind = kind };
		const char *commit = json_str(item, "targetCommit", "");
		const char *name = json_str(item,
		    kind == REPO_BRANCH || kind == REPO_TAG ? "name" : "ref",
		    NULL);

		if (!name || !repo_is_commit(commit))
			continue;
		ref.name = mem_strdup(name);
		memcpy(ref.commit, commit, COMMIT_MAX);
		arr_push(&answer->refs, ref);
	}
}

struct repo_ref
repo_ref_copy(const struct repo_ref *ref)
{
	struct repo_ref copy = *ref;

	copy.name = mem_strdup(ref->name);
	copy.title = mem_strdup(ref->title);
	copy.date = mem_strdup(ref->date);
	return copy;
}

/* Which of them have a snapshot here. */
static void
look_for_snapshots(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	arr_each (ref, &request->answer->refs) {
		char *folder = cache_snapshot(&request->cache, ref->commit);

		ref->cached = file_kind(folder, NULL) == FILE_FOLDER;
		free(folder);
	}
}

static void
on_snapshots(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	request->working = false;
	repo_finish(request, REPO_EVENT_REFS);
}

/* Without it the rest is still of use. */
static void
on_history(void *context, struct cJSON *answer, const struct error *err)
{
	struct repo_request *request = context;

	request->call = NULL;
	json_each (item, err ? NULL : answer) {
		struct repo_ref ref = { .kind = REPO_COMMIT };
		const char *commit = json_str(item, "id", "");

		if (!repo_is_commit(commit))
			continue;
		memcpy(ref.commit, commit, COMMIT_MAX);
		ref.name = mem_strdup(commit);
		ref.title = mem_strdup(json_str(item, "title", ""));
		ref.date = mem_strdup(json_str(item, "date", ""));
		arr_push(&request->answer->refs, ref);
	}
	json_free(answer);
	request->working = true;
	request->work.run = look_for_snapshots;
	request->work.done = on_snapshots;
	workers_submit(engine_workers(request->base.engine), &request->work);
}

static void
on_refs(void *context, struct cJSON *answer, const struct error *err)
{
	struct repo_request *request = context;

	request->call = NULL;
	if (err) {
		json_free(answer);
		repo_finish_failed(request, err);
		return;
	}
	take_refs(request->answer, json_get(answer, "branches"), REPO_BRANCH);
	take_refs(request->answer, json_get(answer, "tags"), REPO_TAG);
	take_refs(request->answer, json_get(answer, "converts"), REPO_CONVERT);
	take_refs(request->answer, json_get(answer, "pullRequests"), REPO_PULL);
	json_free(answer);
	request->call = revision_history(request->hub, &request->repo,
	    request->job->revision, (struct asker){ on_history, request });
}

void
repo_begin_refs(struct repo_request *request)
{
	cache_init(&request->cache, request->job->root, &request->repo);
	request->cached = true;
	request->call = revision_list(request->hub, &request->repo, true,
	    (struct asker){ on_refs, request });
}
