#include "core/queue/record.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/utf8.h"
#include "core/queue/list.h"

static const char *const kinds[QUEUE_KINDS] = { "download", "upload" };

/* -- writing -- */

static void
add_text(struct str *out, const char *key, const char *value)
{
	if (value)
		json_add_pair(out, false, key, value);
}

static void
add_number(struct str *out, const char *key, uint64_t value)
{
	if (!value)
		return;
	json_add_key(out, false, key);
	str_addf(out, "%llu", (unsigned long long)value);
}

static void
add_flag(struct str *out, const char *key, bool value)
{
	if (!value)
		return;
	json_add_key(out, false, key);
	str_addz(out, "true");
}

static void
add_names(struct str *out, const char *key, const queue_names *names)
{
	if (!names->n)
		return;
	json_add_key(out, false, key);
	for (size_t i = 0; i < names->n; i++) {
		str_addz(out, i ? ", " : "[");
		json_add_string(out, names->v[i]);
	}
	str_addc(out, ']');
}

static void
begin(struct str *out, const char *key, unsigned id)
{
	json_add_key(out, true, key);
	str_addf(out, "%u", id);
}

static void
add_remedy(struct str *out, enum remedy remedy)
{
	if (remedy != REMEDY_NONE)
		json_add_pair(out, false, "remedy", err_remedy_name(remedy));
}

/* What may change. */
static void
add_news(struct str *out, const struct queue_job *job)
{
	json_add_pair(out, false, "state", queue_state_name(job->state));
	json_add_key(out, false, "running");
	str_addz(out, job->running ? "true" : "false");
	add_text(out, "error", job->error);
	add_remedy(out, job->remedy);
	add_text(out, "path", job->path);
	add_text(out, "commit", job->commit);
	json_add_key(out, false, "rate");
	str_addf(out, "%llu", (unsigned long long)job->rate);
	add_number(out, "ended", job->ended);
	add_number(out, "done", job->counts.done);
	add_number(out, "total", job->counts.total);
	add_number(out, "kept", job->counts.kept);
	add_number(out, "files_done", job->counts.files_done);
	add_number(out, "files_total", job->counts.files_total);
}

void
record_add_job(struct str *out, const struct queue_job *job)
{
	begin(out, "job", job->id);
	json_add_pair(out, false, "kind", kinds[job->kind]);
	add_text(out, "endpoint", job->endpoint);
	add_text(out, "account", job->account);
	json_add_pair(out, false, "type", repo_type_name(job->type));
	add_text(out, "repo", job->repo);
	add_text(out, "revision", job->revision);
	add_text(out, "root", job->root);
	add_text(out, "folder", job->folder);
	add_names(out, "files", &job->files);
	add_names(out, "includes", &job->includes);
	add_names(out, "excludes", &job->excludes);
	add_flag(out, "literal", job->literal);
	add_flag(out, "force", job->force);
	add_flag(out, "one_file", job->one_file);
	add_text(out, "target", job->target);
	add_text(out, "message", job->message);
	add_text(out, "description", job->description);
	add_text(out, "visibility", job->visibility);
	add_names(out, "deletes", &job->deletes);
	add_flag(out, "proposes", job->proposes);
	add_flag(out, "secrets", job->secrets);
	add_number(out, "added", job->added);
	add_news(out, job);
	str_addz(out, "}\n");
}

void
record_add_state(struct str *out, unsigned id, const char *state,
    const char *path, const struct error *why)
{
	begin(out, "job", id);
	json_add_pair(out, false, "state", state);
	add_text(out, "path", path);
	if (why) {
		json_add_pair(out, false, "error", why->message);
		add_remedy(out, why->remedy);
	}
	str_addz(out, "}\n");
}

void
record_add_news(struct str *out, const struct queue_job *job)
{
	begin(out, "job", job->id);
	add_news(out, job);
	str_addz(out, "}\n");
}

void
record_add_drop(struct str *out, unsigned id)
{
	begin(out, "drop", id);
	str_addz(out, "}\n");
}

void
record_add_move(struct str *out, unsigned id, unsigned before)
{
	begin(out, "move", id);
	json_add_key(out, false, "before");
	str_addf(out, "%u}\n", before);
}

void
record_add_settings(struct str *out, const struct queue_list *list)
{
	const struct queue_settings *settings = &list->settings;

	json_add_key(out, true, "settings");
	begin(out, "at_once", settings->at_once);
	json_add_key(out, false, "smallest");
	str_addz(out, settings->smallest ? "true" : "false");
	json_add_pair(out, false, "down", settings->down ? settings->down : "");
	json_add_pair(out, false, "up", settings->up ? settings->up : "");
	json_add_key(out, false, "last_id");
	str_addf(out, "%u}}\n", list->last_id);
}

void
record_add_at_once(struct str *out, unsigned n)
{
	json_add_key(out, true, "settings");
	begin(out, "at_once", n);
	str_addz(out, "}}\n");
}

void
record_add_order(struct str *out, bool smallest)
{
	json_add_key(out, true, "settings");
	json_add_key(out, true, "smallest");
	str_addz(out, smallest ? "true}}\n" : "false}}\n");
}

void
record_add_limit(struct str *out, enum queue_kind kind, const char *limit)
{
	json_add_key(out, true, "settings");
	json_add_pair(out, true, kind == QUEUE_UPLOAD ? "up" : "down", limit);
	str_addz(out, "}}\n");
}

/* -- reading -- */

static void
take_text(const struct cJSON *object, const char *key, char **value)
{
	const char *text = json_str(object, key, NULL);

	if (!text)
		return;
	free(*value);
	*value = *text ? mem_strdup(text) : NULL;
}

static void
take_names(const struct cJSON *object, const char *key, queue_names *names)
{
	json_each (item, json_get(object, key)) {
		if (json_text(item))
			arr_push(names, mem_strdup(json_text(item)));
	}
}

static bool
take_id(const struct cJSON *object, const char *key, unsigned *id)
{
	uint64_t number;

	if (!json_u64(object, key, &number) || number >= UINT32_MAX)
		return false;
	*id = (unsigned)number;
	return true;
}

/* What says what the job is; it never changes. */
static bool
take_target(struct queue_job *job, const struct cJSON *object)
{
	const char *type = json_str(object, "type", "model");
	const char *kind = json_str(object, "kind", kinds[QUEUE_DOWNLOAD]);

	for (size_t i = 0; i < QUEUE_KINDS; i++) {
		if (!strcmp(kind, kinds[i]))
			job->kind = (enum queue_kind)i;
	}
	take_text(object, "endpoint", &job->endpoint);
	take_text(object, "account", &job->account);
	take_text(object, "repo", &job->repo);
	take_text(object, "revision", &job->revision);
	take_text(object, "root", &job->root);
	take_text(object, "folder", &job->folder);
	take_names(object, "files", &job->files);
	take_names(object, "includes", &job->includes);
	take_names(object, "excludes", &job->excludes);
	job->literal = json_bool(object, "literal", false);
	job->force = json_bool(object, "force", false);
	job->one_file = json_bool(object, "one_file", false);
	take_text(object, "target", &job->target);
	take_text(object, "message", &job->message);
	take_text(object, "description", &job->description);
	take_text(object, "visibility", &job->visibility);
	take_names(object, "deletes", &job->deletes);
	job->proposes = json_bool(object, "proposes", false);
	job->secrets = json_bool(object, "secrets", false);
	MAY_FAIL(json_u64(object, "added", &job->added), "0 is not known");
	return !strcmp(kind, kinds[job->kind]) &&
	       repo_read_type(type, strlen(type), &job->type) &&
	       job->endpoint && job->repo && job->revision && job->root &&
	       *job->root == '/' && (!job->folder || *job->folder == '/') &&
	       (job->kind != QUEUE_UPLOAD || (job->folder && job->message));
}

static void
take_number(const struct cJSON *object, const char *key, uint64_t *value)
{
	uint64_t number;

	if (json_u64(object, key, &number))
		*value = number;
}

/* What is safe to show when it is written may have been changed since. */
static void
clean(char **text)
{
	struct str safe = STR_INIT;

	if (!*text)
		return;
	utf8_safe(&safe, *text);
	free(*text);
	*text = str_steal(&safe);
}

/* What changes of a job. */
static bool
take_news(struct queue_job *job, const struct cJSON *object)
{
	const char *state = json_str(object, "state", NULL);
	const char *commit = json_str(object, "commit", NULL);
	const char *remedy = json_str(object, "remedy", NULL);

	if (state && !queue_read_state(state, &job->state))
		return false;
	if (commit && !repo_is_commit(commit))
		return false;
	take_text(object, "commit", &job->commit);
	/* Why it failed is true until it is tried again. */
	if (state && job->state == QUEUE_WAITING) {
		free(job->error);
		job->error = NULL;
		job->remedy = REMEDY_NONE;
	}
	job->running = json_bool(object, "running", job->running);
	take_text(object, "error", &job->error);
	clean(&job->error);
	if (remedy)
		job->remedy = err_remedy_called(remedy);
	take_text(object, "path", &job->path);
	take_number(object, "rate", &job->rate);
	take_number(object, "ended", &job->ended);
	take_number(object, "done", &job->counts.done);
	take_number(object, "total", &job->counts.total);
	take_number(object, "kept", &job->counts.kept);
	take_number(object, "files_done", &job->counts.files_done);
	take_number(object, "files_total", &job->counts.files_total);
	return true;
}

static bool
take_job(struct queue_list *list, const struct cJSON *object,
    struct record_done *done)
{
	struct queue_job *job = done->id ? queue_find(list, done->id) : NULL;
	const struct queue_job *same;

	done->news = true;
	if (job)
		return take_news(job, object);
	job = queue_job_new();
	if (!take_target(job, object) || !take_news(job, object)) {
		queue_job_free(job);
		return false;
	}
	same =
	    !done->id && queue_is_open(job) ? queue_find_same(list, job) : NULL;
	if (same) {
		done->id = same->id;
		done->same = true;
		done->news = false;
		queue_job_free(job);
		return true;
	}
	done->made = true;
	done->id = done->id ? done->id : list->last_id + 1;
	job->id = done->id;
	list->last_id = job->id > list->last_id ? job->id : list->last_id;
	arr_push(&list->jobs, job);
	return true;
}

/* Where a job is in the list; their number if it is not. */
static size_t
place_of(const struct queue_list *list, unsigned id)
{
	size_t i = 0;

	while (i < list->jobs.n && list->jobs.v[i]->id != id)
		i++;
	return i;
}

static struct queue_job *
take_out(struct queue_list *list, size_t at)
{
	struct queue_job *job = list->jobs.v[at];

	memmove(list->jobs.v + at, list->jobs.v + at + 1,
	    (--list->jobs.n - at) * sizeof(*list->jobs.v));
	return job;
}

static bool
take_drop(struct queue_list *list, unsigned id)
{
	size_t at = place_of(list, id);

	if (at == list->jobs.n)
		return false;
	queue_job_free(take_out(list, at));
	return true;
}

static bool
take_move(struct queue_list *list, unsigned id, unsigned before)
{
	size_t at = place_of(list, id), to;
	struct queue_job *job;

	if (at == list->jobs.n || id == before)
		return false;
	job = take_out(list, at);
	to = place_of(list, before);
	arr_push(&list->jobs, NULL);
	memmove(list->jobs.v + to + 1, list->jobs.v + to,
	    (list->jobs.n - 1 - to) * sizeof(*list->jobs.v));
	list->jobs.v[to] = job;
	return true;
}

static void
take_settings(struct queue_list *list, const struct cJSON *object)
{
	struct queue_settings *settings = &list->settings;
	unsigned number;

	if (take_id(object, "at_once", &number) && number)
		settings->at_once = number < 100 ? number : 100;
	settings->smallest = json_bool(object, "smallest", settings->smallest);
	take_text(object, "down", &settings->down);
	take_text(object, "up", &settings->up);
	if (take_id(object, "last_id", &number) && number > list->last_id)
		list->last_id = number;
}

static bool
take(struct queue_list *list, const struct cJSON *object,
    struct record_done *done)
{
	const struct cJSON *settings = json_get(object, "settings");
	unsigned before;

	if (take_id(object, "job", &done->id))
		return take_job(list, object, done);
	if (take_id(object, "drop", &done->id))
		return take_drop(list, done->id);
	if (take_id(object, "move", &done->id))
		return take_id(object, "before", &before) &&
		       take_move(list, done->id, before);
	if (settings)
		take_settings(list, settings);
	return settings != NULL;
}

bool
record_take(struct queue_list *list, const char *line, size_t n,
    struct record_done *done, struct error *err)
{
	struct cJSON *object = json_parse(line, n, err);
	bool ok;

	*done = (struct record_done){ .id = 0 };
	if (!object)
		return false;
	ok = take(list, object, done);
	json_free(object);
	if (ok)
		return true;
	return done->id
	           ? err_set(err, ERR_CORRUPT,
			 "there is no transfer %u, or it cannot be that",
			 done->id)
	           : err_set(err, ERR_CORRUPT, "this is no line of a queue");
}
