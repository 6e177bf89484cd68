#include "core/queue/list.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/str.h"

static const char *const states[QUEUE_STATES] = { "waiting", "paused",
	"stopped", "done", "failed" };

const char *
queue_state_name(enum queue_state state)
{
	return states[state];
}

bool
queue_read_state(const char *name, enum queue_state *state)
{
	for (size_t i = 0; i < QUEUE_STATES; i++) {
		if (strcmp(name, states[i]) != 0)
			continue;
		*state = (enum queue_state)i;
		return true;
	}
	return false;
}

bool
queue_is_open(const struct queue_job *job)
{
	return job->state == QUEUE_WAITING || job->state == QUEUE_PAUSED;
}

/* -- jobs -- */

struct queue_job *
queue_job_new(void)
{
	return mem_new(struct queue_job);
}

static char *
copy_text(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

static queue_names
copy_names(const queue_names *names)
{
	queue_names copy = { 0 };

	arr_each (name, names)
		arr_push(&copy, mem_strdup(*name));
	return copy;
}

struct queue_job *
queue_job_copy(const struct queue_job *job)
{
	struct queue_job *copy = queue_job_new();

	*copy = *job;
	copy->endpoint = copy_text(job->endpoint);
	copy->account = copy_text(job->account);
	copy->repo = copy_text(job->repo);
	copy->revision = copy_text(job->revision);
	copy->commit = copy_text(job->commit);
	copy->root = copy_text(job->root);
	copy->folder = copy_text(job->folder);
	copy->files = copy_names(&job->files);
	copy->includes = copy_names(&job->includes);
	copy->excludes = copy_names(&job->excludes);
	copy->target = copy_text(job->target);
	copy->message = copy_text(job->message);
	copy->description = copy_text(job->description);
	copy->visibility = copy_text(job->visibility);
	copy->deletes = copy_names(&job->deletes);
	copy->error = copy_text(job->error);
	copy->remedy = job->remedy;
	copy->path = copy_text(job->path);
	return copy;
}

struct queue_job *
queue_job_for(const char *endpoint, const struct repo *repo,
    const char *revision, const char *root)
{
	struct queue_job *job = queue_job_new();

	job->endpoint = mem_strdup(endpoint);
	job->type = repo->type;
	job->repo = mem_strdup(repo->id);
	job->revision = mem_strdup(revision);
	job->root = mem_strdup(root);
	return job;
}

static void
free_names(queue_names *names)
{
	arr_each (name, names)
		free(*name);
	arr_free(names);
}

void
queue_job_free(struct queue_job *job)
{
	if (!job)
		return;
	free(job->endpoint);
	free(job->account);
	free(job->repo);
	free(job->revision);
	free(job->commit);
	free(job->root);
	free(job->folder);
	free_names(&job->files);
	free_names(&job->includes);
	free_names(&job->excludes);
	free(job->target);
	free(job->message);
	free(job->description);
	free(job->visibility);
	free_names(&job->deletes);
	free(job->error);
	free(job->path);
	free(job);
}

void
queue_job_failure(const struct queue_job *job, struct error *err)
{
	const struct repo repo = { job->type, job->repo };
	struct str page = STR_INIT;

	err_set(err, ERR_SYSTEM, "%s", job->error);
	err->type = (unsigned char)job->type;
	err->in_folder = job->folder != NULL;
	err_fact(err->repo, sizeof(err->repo), job->repo);
	switch (job->remedy) {
	case REMEDY_LEAVE_OUT:
	case REMEDY_READ_TOKEN:
		/* Of what, is not known any more. */
		return;
	case REMEDY_OTHER_TOKEN:
	case REMEDY_CHECK_REPO:
	case REMEDY_OTHER_REPO:
		err_fact(err->token, sizeof(err->token),
		    job->account ? job->account : "the one that is in use");
		break;
	case REMEDY_ASK_ACCESS:
		repo_page_url(&page, job->endpoint, &repo);
		break;
	case REMEDY_NEW_TOKEN:
		str_addf(&page, "%s/settings/tokens", job->endpoint);
		break;
	default:
		break;
	}
	err_fact(err->page, sizeof(err->page), page.v ? page.v : "");
	str_fini(&page);
	err_remedy(err, job->remedy);
}

struct queue_job *
queue_find(const struct queue_list *list, unsigned id)
{
	arr_each (job, &list->jobs) {
		if ((*job)->id == id)
			return *job;
	}
	return NULL;
}

/* -- the same download -- */

static bool
same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in their order; what they point to is borrowed. */
static queue_names
sorted(const queue_names *names)
{
	queue_names copy = { 0 };

	arr_each (name, names)
		arr_push(&copy, *name);
	if (copy.n)
		qsort(copy.v, copy.n, sizeof(*copy.v), compare_names);
	return copy;
}

/* In whatever order. */
static bool
same_names(const queue_names *a, const queue_names *b)
{
	queue_names first, second;
	bool same = a->n == b->n;

	if (!same || !a->n)
		return same;
	first = sorted(a);
	second = sorted(b);
	for (size_t i = 0; same && i < first.n; i++)
		same = !strcmp(first.v[i], second.v[i]);
	arr_free(&first);
	arr_free(&second);
	return same;
}

static bool
are_names(const struct queue_job *job)
{
	arr_each (file, &job->files) {
		if (!job->literal && !pattern_is_name(*file))
			return false;
	}
	return true;
}

/* A branch without its commit is whatever it is when the transfer begins. */
static bool
same_commit(const struct queue_job *a, const struct queue_job *b)
{
	return !a->commit || !b->commit || !strcmp(a->commit, b->commit);
}

static bool
is_same(const struct queue_job *a, const struct queue_job *b)
{
	return a->kind == b->kind && a->type == b->type &&
	       a->force == b->force && !strcmp(a->endpoint, b->endpoint) &&
	       same_text(a->account, b->account) && !strcmp(a->repo, b->repo) &&
	       !strcmp(a->revision, b->revision) && same_commit(a, b) &&
	       same_text(a->folder, b->folder) &&
	       (a->folder || !strcmp(a->root, b->root)) &&
	       are_names(a) == are_names(b) &&
	       same_text(a->target, b->target) && a->proposes == b->proposes &&
	       same_names(&a->deletes, &b->deletes) &&
	       same_names(&a->files, &b->files) &&
	       same_names(&a->includes, &b->includes) &&
	       same_names(&a->excludes, &b->excludes);
}

struct queue_job *
queue_find_same(const struct queue_list *list, const struct queue_job *job)
{
	arr_each (other, &list->jobs) {
		if (queue_is_open(*other) && is_same(*other, job))
			return *other;
	}
	return NULL;
}

void
queue_list_init(struct queue_list *list)
{
	*list = (struct queue_list){ .settings.at_once = 1 };
}

void
queue_list_fini(struct queue_list *list)
{
	arr_each (job, &list->jobs)
		queue_job_free(*job);
	arr_free(&list->jobs);
	free(list->settings.down);
	free(list->settings.up);
	queue_list_init(list);
}
