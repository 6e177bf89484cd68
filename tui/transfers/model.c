#include "tui/transfers/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"

void
xfer_model_init(struct xfer_model *m)
{
	*m = (struct xfer_model){ .picture = NULL };
}

void
xfer_model_fini(struct xfer_model *m)
{
	xfer_picture_free(m->picture);
	arr_each (shown, &m->shown)
		free(shown->file);
	arr_free(&m->shown);
	arr_free(&m->rows);
	arr_free(&m->folded);
	arr_free(&m->marked);
	xfer_model_init(m);
}

/* -- sets of jobs -- */

static bool
has(const unsigned *ids, size_t n, unsigned id)
{
	while (n && ids[n - 1] != id)
		n--;
	return n;
}

static size_t
without(unsigned *ids, size_t n, unsigned id)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (ids[i] != id)
			ids[kept++] = ids[i];
	}
	return kept;
}

bool
xfer_is_open(const struct xfer_model *m, unsigned id)
{
	return !has(m->folded.v, m->folded.n, id);
}

bool
xfer_is_marked(const struct xfer_model *m, unsigned id)
{
	return has(m->marked.v, m->marked.n, id);
}

void
xfer_mark(struct xfer_model *m, unsigned id, bool on)
{
	m->marked.n = without(m->marked.v, m->marked.n, id);
	if (on)
		arr_push(&m->marked, id);
}

/* -- rows -- */

static void
add_running_files(struct xfer_model *m, const struct xfer_row *job)
{
	struct xfer_row row = *job;

	row.kind = ROW_FILE;
	arr_each (file, &job->run->files) {
		row.file = file;
		arr_push(&m->rows, row);
	}
}

/* What it has to do of its phases, as far as it is known; what is being sent stands
 * below that one. */
static void
add_phases(struct xfer_model *m, const struct xfer_row *job)
{
	struct xfer_row row = *job;

	row.kind = ROW_PHASE;
	row.phase = PHASE_LIST;
	if (job->run->up.stage == UPLOAD_LISTS)
		arr_push(&m->rows, row);
	for (row.phase = PHASE_SUM; row.phase <= PHASE_COMMIT; row.phase++) {
		if (xfer_work(&row).all)
			arr_push(&m->rows, row);
		if (row.phase == PHASE_SEND)
			add_running_files(m, job);
	}
}

static void
add_files(struct xfer_model *m, const struct xfer_row *job)
{
	const struct queue_counts *counts = &job->job->counts;
	struct xfer_row row = *job;

	if (job->run->upload) {
		add_phases(m, job);
		return;
	}
	add_running_files(m, job);
	row.kind = ROW_MORE_FILES;
	if (job->run->queued)
		arr_push(&m->rows, row);
	row.kind = ROW_DONE_FILES;
	if (counts->files_done)
		arr_push(&m->rows, row);
}

static bool
is_same(const struct xfer_row *a, const struct xfer_row *b)
{
	if (a->id != b->id || a->kind != b->kind || a->phase != b->phase)
		return false;
	return !a->file || !strcmp(a->file->name, b->file->name);
}

static void
make_rows(struct xfer_model *m)
{
	arr_free(&m->rows);
	arr_each (job, &m->picture->list.jobs) {
		struct xfer_row row = { .kind = ROW_JOB,
			.id = (*job)->id,
			.job = *job,
			.run = xfer_run_of(m->picture, (*job)->id) };

		/* One that has ended is only not cleared away yet. */
		if (!queue_is_open(*job))
			row.run = NULL;
		arr_push(&m->rows, row);
		if (row.run && xfer_is_open(m, row.id))
			add_files(m, &row);
	}
	m->table.rows.count = m->rows.n;
}

/* The cursor stays on what it was on, else on its job; a job that has gone gives it
 * to the one in its place. */
static void
place_cursor(struct xfer_model *m, const struct xfer_row *before)
{
	bool job = false;

	for (size_t i = 0; before && i < m->rows.n; i++) {
		bool same = is_same(&m->rows.v[i], before);

		if (!same && (job || m->rows.v[i].id != before->id))
			continue;
		m->table.rows.cursor = i;
		job = true;
		if (same)
			break;
	}
	rows_settle(&m->table.rows);
}

void
xfer_go(struct xfer_model *m, unsigned id)
{
	struct xfer_row job = { .kind = ROW_JOB, .id = id };

	place_cursor(m, &job);
}

const struct xfer_row *
xfer_row(const struct xfer_model *m)
{
	size_t at = m->table.rows.cursor;

	return at < m->rows.n ? &m->rows.v[at] : NULL;
}

void
xfer_open(struct xfer_model *m, unsigned id, bool open)
{
	struct xfer_row job = { .kind = ROW_JOB, .id = id };

	m->folded.n = without(m->folded.v, m->folded.n, id);
	if (!open)
		arr_push(&m->folded, id);
	if (!m->picture)
		return;
	make_rows(m);
	place_cursor(m, &job);
}

xfer_jobs
xfer_meant(const struct xfer_model *m)
{
	const struct xfer_row *row = xfer_row(m);
	xfer_jobs jobs = { 0 };

	if (!m->picture)
		return jobs;
	arr_each (job, &m->picture->list.jobs) {
		if (xfer_is_marked(m, (*job)->id))
			arr_push(&jobs, *job);
	}
	if (!jobs.n && row)
		arr_push(&jobs, row->job);
	return jobs;
}

/* -- bars -- */

static double
share(uint64_t part, uint64_t total)
{
	if (!total || total == VIEW_UNKNOWN)
		return 0;
	return part >= total ? 1 : (double)part / (double)total;
}

struct upload_work
xfer_work(const struct xfer_row *row)
{
	const struct upload_view *up = &row->run->up;

	switch (row->phase) {
	case PHASE_SUM:
		return up->sums;
	case PHASE_SEND:
		return up->sent;
	case PHASE_COMMIT:
		return up->committed;
	case PHASE_NONE:
	case PHASE_LIST:
		break;
	}
	return (struct upload_work){ 0 };
}

/* By bytes, which say more, where there are any. */
static double
part_of_work(const struct xfer_row *row)
{
	struct upload_work work = xfer_work(row);

	if (row->phase == PHASE_SEND) {
		arr_each (file, &row->run->files)
			sum_add(&work.done_bytes, file->view.kept);
	}
	return work.all_bytes ? share(work.done_bytes, work.all_bytes)
	                      : share(work.done, work.all);
}

/* What is kept of it. */
static double
part_of(const struct xfer_row *row)
{
	uint64_t done = row->job->counts.done, total = row->job->counts.total;
	uint64_t flying = row->run ? row->run->flying : 0;

	if (row->kind == ROW_DONE_FILES || row->job->state == QUEUE_DONE)
		return 1;
	if (row->kind == ROW_MORE_FILES)
		return 0;
	if (row->kind == ROW_PHASE)
		return part_of_work(row);
	if (row->file)
		return share(row->file->view.kept, row->file->view.size);
	return share(done > flying ? done - flying : 0, total);
}

double
xfer_flight(const struct xfer_row *row)
{
	if (row->file)
		return share(row->file->view.flying, row->file->view.size);
	return row->run && row->kind == ROW_JOB
	           ? share(row->run->flying, row->job->counts.total)
	           : 0;
}

static struct shown *
find_shown(const struct xfer_model *m, const struct xfer_row *row)
{
	const char *file = row->file ? row->file->name : NULL;

	arr_each (shown, &m->shown) {
		if (shown->id == row->id && shown->phase == row->phase &&
		    !shown->file == !file &&
		    (!file || !strcmp(shown->file, file)))
			return shown;
	}
	return NULL;
}

/* A file that begins anew, or a job that finds more to do, keeps its bar where it
 * is until that is passed. */
static void
note_shown(struct xfer_model *m)
{
	size_t kept = 0;

	arr_each (shown, &m->shown)
		shown->used = false;
	arr_each (row, &m->rows) {
		struct shown *shown = find_shown(m, row);
		double part = part_of(row);

		if (row->kind > ROW_PHASE)
			continue;
		if (!shown) {
			arr_push(&m->shown,
			    (struct shown){ row->id, row->phase,
				row->file ? mem_strdup(row->file->name) : NULL,
				part, true });
			continue;
		}
		shown->used = true;
		shown->part = part > shown->part ? part : shown->part;
	}
	arr_each (shown, &m->shown) {
		/* Of a job that is folded the files may come back. */
		if (shown->used || !xfer_is_open(m, shown->id))
			m->shown.v[kept++] = *shown;
		else
			free(shown->file);
	}
	m->shown.n = kept;
}

double
xfer_part(const struct xfer_model *m, const struct xfer_row *row)
{
	const struct shown *shown =
	    row->kind <= ROW_PHASE ? find_shown(m, row) : NULL;
	double part = part_of(row);

	return shown && shown->part > part ? shown->part : part;
}

/* -- pictures -- */

/* What runs is counted on between two changes of the list. */
static void
take_counts(struct xfer_picture *picture)
{
	arr_each (job, &picture->list.jobs)
		(*job)->running = false;
	arr_each (run, &picture->runs) {
		struct queue_job *job = queue_find(&picture->list, run->id);

		if (!job)
			continue;
		job->counts = run->counts;
		job->running = true;
	}
}

void
xfer_model_take(
    struct xfer_model *m, struct xfer_picture *picture, uint64_t now_ms)
{
	struct xfer_picture *before = m->picture;
	const struct xfer_row *row = xfer_row(m);
	struct xfer_row cursor = { 0 };

	if (row)
		cursor = *row;
	if (!picture->listed && before) {
		picture->list = before->list;
		queue_list_init(&before->list);
	}
	take_counts(picture);
	m->picture = picture;
	make_rows(m);
	/* What the old row speaks of is good until here. */
	place_cursor(m, row ? &cursor : NULL);
	note_shown(m);
	xfer_totals_take(&m->totals, before, picture, now_ms);
	for (size_t i = m->marked.n; i--;) {
		if (!queue_find(&picture->list, m->marked.v[i]))
			xfer_mark(m, m->marked.v[i], false);
	}
	xfer_picture_free(before);
}

/* -- words -- */

/* "again 8s": what is counted down; "stalled 12s": what is counted up. */
static void
add_seconds(struct str *out, const char *word, uint64_t ms)
{
	str_addf(out, "%s %llus", word, (unsigned long long)(ms + 999) / 1000);
}

static void
add_file_state(struct str *out, const struct xfer_file *file)
{
	const struct view_file *view = &file->view;

	switch (view->phase) {
	case VIEW_WAIT_LOCK:
		str_addz(out, "locked");
		break;
	case VIEW_CONNECT:
		str_addz(out, "connecting");
		break;
	case VIEW_RUN:
		str_addz(out, "running");
		break;
	case VIEW_AGAIN:
		add_seconds(out, "again", file->again_in_ms);
		break;
	case VIEW_STALLED:
		add_seconds(out, "stalled", view->quiet_ms);
		break;
	case VIEW_VERIFY:
		str_addf(out, "verify %d%%",
		    (int)(share(view->summed, view->size) * 100));
		break;
	case VIEW_LINK:
		str_addz(out, "linking");
		break;
	}
}

/* Whether every file waits to be tried again. */
static bool
waits(const struct xfer_run *run)
{
	if (!run->again_in_ms)
		return false;
	arr_each (file, &run->files) {
		if (!file->again_in_ms)
			return false;
	}
	return true;
}

/* Whether nothing comes of any file, and for how long that is so. */
static bool
is_stalled(const struct xfer_run *run, uint64_t *quiet_ms)
{
	*quiet_ms = UINT64_MAX;
	arr_each (file, &run->files) {
		if (file->view.phase != VIEW_STALLED)
			return false;
		if (file->view.quiet_ms < *quiet_ms)
			*quiet_ms = file->view.quiet_ms;
	}
	return run->files.n;
}

static void
add_phase_state(struct str *out, const struct xfer_row *row)
{
	struct upload_work work = xfer_work(row);
	bool under_way = row->phase == PHASE_SEND ? row->run->files.n > 0
	                 : row->phase == PHASE_COMMIT
	                     ? row->run->up.stage == UPLOAD_COMMITS
	                     : true;

	if (row->phase != PHASE_LIST && work.done >= work.all)
		str_addz(out, "done");
	else
		str_addz(out, under_way ? "running" : "queued");
}

static const char *const up_words[] = {
	[UPLOAD_LISTS] = "listing",
	[UPLOAD_COMPARES] = "comparing",
	[UPLOAD_SENDS] = "running",
	[UPLOAD_COMMITS] = "commit",
};

static void
add_run_state(
    struct str *out, const struct queue_job *job, const struct xfer_run *run)
{
	const struct queue_counts *counts = &job->counts;
	uint64_t quiet;

	if (run->ending)
		str_addz(out, "stopping");
	else if (waits(run))
		add_seconds(out, "again", run->again_in_ms);
	else if (run->upload)
		str_addz(out, up_words[run->up.stage]);
	else if (run->stage < VIEW_COMPARE || run->stage == VIEW_SEARCH)
		str_addz(out, "listing");
	else if (run->stage == VIEW_COMPARE)
		str_addz(out, "comparing");
	else if (counts->total && counts->done >= counts->total)
		str_addz(out, "verifying");
	else if (is_stalled(run, &quiet))
		add_seconds(out, "stalled", quiet);
	else
		str_addz(out, "running");
}

void
xfer_add_ended(struct str *out, const struct xfer_row *row)
{
	double passed = clock_unix_s() - (double)row->job->ended;

	if (row->kind != ROW_JOB || !row->job->ended || passed < 60)
		return;
	if (passed < 3600)
		str_addf(out, "%dm ago", (int)(passed / 60));
	else if (passed < 86400)
		str_addf(out, "%dh ago", (int)(passed / 3600));
	else
		str_addf(out, "%dd ago", (int)(passed / 86400));
}

void
xfer_add_state(struct str *out, const struct xfer_row *row)
{
	const struct queue_job *job = row->job;
	bool queued =
	    row->kind == ROW_MORE_FILES ||
	    (row->kind == ROW_JOB && !row->run && job->state == QUEUE_WAITING);

	if (row->kind == ROW_DONE_FILES)
		str_addz(out, "done");
	else if (queued)
		str_addz(out, "queued");
	else if (row->kind == ROW_PHASE)
		add_phase_state(out, row);
	else if (row->file)
		add_file_state(out, row->file);
	else if (row->run)
		add_run_state(out, job, row->run);
	else if (job->state == QUEUE_PAUSED && job->error)
		str_addz(out, "disk full");
	else
		str_addz(out, queue_state_name(job->state));
}

uint64_t
xfer_size(const struct xfer_row *row)
{
	if (row->kind == ROW_PHASE)
		return xfer_work(row).all_bytes;
	if (row->kind > ROW_PHASE)
		return 0;
	if (row->file)
		return row->file->view.size == VIEW_UNKNOWN
		           ? 0
		           : row->file->view.size;
	return row->job->counts.total;
}

static uint64_t
rest_s(uint64_t done, uint64_t total, double rate)
{
	return total > done && rate >= 1
	           ? (uint64_t)((double)(total - done) / rate) + 1
	           : 0;
}

uint64_t
xfer_rest_s(const struct xfer_row *row)
{
	if (row->file)
		return rest_s(row->file->view.kept + row->file->view.flying,
		    xfer_size(row), (double)row->file->view.rate);
	return row->run && row->kind == ROW_JOB && row->run->timed
	           ? row->run->left_s + 1
	           : 0;
}

void
xfer_add_name(struct str *out, const struct queue_job *job)
{
	str_addf(
	    out, "%s%s", job->kind == QUEUE_UPLOAD ? "up: " : "", job->repo);
	if (job->type != REPO_MODEL)
		str_addf(out, " (%s)", repo_type_name(job->type));
	if (strcmp(job->revision, "main") != 0)
		str_addf(out, " %.40s", job->revision);
}
