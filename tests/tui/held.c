#include "tests/tui/held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/queue/queue.h"
#include "core/queue/record.h"
#include "core/xfer/schedule.h"
#include "tui/transfers/model.h"

/* Of a limit's bytes these may come at once: what was under way when it was set, and
 * blocks that are read whole. */
#define SLACK_BYTES ((uint64_t)2 * 1024 * 1024)

/* What came before a limit was set is counted within this time. */
#define SETTLE_MS 500

/* What is kept is seen within this time, however slow the machine is. */
#define SEEN_MS 5000

/* -- bars -- */

static struct held_bar *
bar_of(struct held *held, const struct xfer_row *row)
{
	const char *file = row->file ? row->file->name : NULL;

	arr_each (bar, &held->bars) {
		if (bar->id == row->id && !bar->file == !file &&
		    (!file || !strcmp(bar->file, file)))
			return bar;
	}
	arr_push(
	    &held->bars, (struct held_bar){ row->id,
			     file ? mem_strdup(file) : NULL, 0, 0, false });
	return &held->bars.v[held->bars.n - 1];
}

static void
drop_unseen(struct held *held)
{
	size_t kept = 0;

	arr_each (bar, &held->bars) {
		if (bar->seen)
			held->bars.v[kept++] = *bar;
		else
			free(bar->file);
	}
	held->bars.n = kept;
}

/* What the model remembers of a file's row: a row that had gone begins anew. */
static const void *
memory_of(const struct xfer_model *m, const struct xfer_row *row)
{
	arr_each (shown, &m->shown) {
		if (row->file && shown->id == row->id && shown->file &&
		    !strcmp(shown->file, row->file->name))
			return shown->file;
	}
	return NULL;
}

static bool
ran_back(struct held *held, const struct xfer_model *m)
{
	bool back = false;

	arr_each (bar, &held->bars)
		bar->seen = false;
	arr_each (row, &m->rows) {
		struct held_bar *bar;
		const void *memory = memory_of(m, row);
		double part;

		if (row->kind > ROW_FILE)
			continue;
		bar = bar_of(held, row);
		part = xfer_part(m, row);
		if (memory != bar->memory)
			bar->part = 0;
		if (part < bar->part || part < 0 || part > 1) {
			printf("transfer %u, %s: %g, and now %g\n", row->id,
			    row->file ? row->file->name : "all of it",
			    bar->part, part);
			back = true;
		}
		bar->part = part;
		bar->memory = memory;
		bar->seen = true;
	}
	drop_unseen(held);
	return back;
}

/* -- totals -- */

static bool
differ(const struct xfer_model *m)
{
	unsigned running = 0, open = 0, paused = 0, failed = 0;
	uint64_t done[QUEUE_KINDS] = { 0 }, total[QUEUE_KINDS] = { 0 };
	size_t rows = 0;

	arr_each (item, &m->picture->list.jobs) {
		const struct queue_job *job = *item;
		bool waits = job->state == QUEUE_WAITING;

		running += waits && xfer_run_of(m->picture, job->id);
		open += waits || job->state == QUEUE_PAUSED;
		paused += job->state == QUEUE_PAUSED;
		failed += job->state == QUEUE_FAILED;
		done[job->kind] += waits ? job->counts.done : 0;
		total[job->kind] += waits ? job->counts.total : 0;
	}
	arr_each (row, &m->rows)
		rows += row->kind == ROW_JOB;
	arr_each (id, &m->marked)
		rows += !queue_find(&m->picture->list, *id);
	for (int kind = 0; kind < QUEUE_KINDS; kind++) {
		if (done[kind] != m->totals.ways[kind].done ||
		    total[kind] != m->totals.ways[kind].total)
			return true;
	}
	return running != m->totals.running || open != m->totals.open ||
	       paused != m->totals.paused || failed != m->totals.failed ||
	       rows != m->picture->list.jobs.n ||
	       m->table.rows.count != m->rows.n ||
	       (m->rows.n && m->table.rows.cursor >= m->rows.n);
}

/* -- limits -- */

/* A lower number stops none that runs; it only lets none begin. */
static bool
too_many(struct held *held, const struct xfer_model *m)
{
	unsigned at_once = m->picture->list.settings.at_once, running = 0;
	unsigned most = at_once > held->at_once ? at_once : held->at_once;
	bool more;

	arr_each (run, &m->picture->runs)
		running += !run->ending;
	more = running > held->running && running > most;
	held->running = running;
	held->at_once = at_once;
	return more;
}

/* As it is set: what is in force is what is judged. */
static uint64_t
limit_of(const struct xfer_model *m)
{
	struct schedule schedule;
	struct error ignored;
	unsigned minutes;

	return schedule_read(
		   m->picture->list.settings.down, &schedule, &ignored)
	           ? schedule_now(&schedule, &minutes)
	           : 0;
}

static struct held_run *
run_of(struct held *held, unsigned id)
{
	arr_each (run, &held->runs) {
		if (run->id == id)
			return run;
	}
	arr_push(&held->runs, (struct held_run){ id, 0 });
	return &held->runs.v[held->runs.n - 1];
}

static void
count_bytes(struct held *held, const struct xfer_model *m)
{
	arr_each (run, &m->picture->runs) {
		struct held_run *before = run_of(held, run->id);

		held->bytes +=
		    run->came > before->came ? run->came - before->came : 0;
		before->came = run->came;
	}
}

static bool
too_fast(struct held *held, const struct xfer_model *m, uint64_t now_ms)
{
	uint64_t limit = limit_of(m), came, most;

	count_bytes(held, m);
	if (limit != held->limit || !held->set_ms) {
		held->limit = limit;
		held->set_ms = now_ms;
	}
	if (now_ms - held->set_ms < SETTLE_MS) {
		held->since_ms = now_ms;
		held->came = held->bytes;
	}
	came = held->bytes - held->came;
	most = limit * (now_ms - held->since_ms) / 1000 + SLACK_BYTES;
	if (!limit || came <= most)
		return false;
	printf("%llu bytes came in %llu ms, with a limit of %llu\n",
	    (unsigned long long)came,
	    (unsigned long long)(now_ms - held->since_ms),
	    (unsigned long long)limit);
	return true;
}

const char *
held_wrong(struct held *held, const struct xfer_model *m, uint64_t now_ms)
{
	const char *wrong = NULL;

	if (!m->picture)
		return NULL;
	if (ran_back(held, m))
		wrong = "a bar ran back";
	if (differ(m))
		wrong = "totals are not those of the jobs";
	if (too_many(held, m))
		wrong = "more transfers run than may";
	if (too_fast(held, m, now_ms))
		wrong = "more bytes came than the limit allows";
	return wrong;
}

void
held_fini(struct held *held)
{
	arr_each (bar, &held->bars)
		free(bar->file);
	arr_free(&held->bars);
	arr_free(&held->runs);
	str_fini(&held->kept);
}

/* -- the journal -- */

/* Settings, and jobs in their order with what the user wants of them. */
static void
show(struct str *out, const struct queue_list *list)
{
	record_add_settings(out, list);
	arr_each (job, &list->jobs) {
		struct queue_job copy = **job;

		copy.counts = (struct queue_counts){ 0 };
		copy.running = false;
		copy.commit = copy.error = copy.path = NULL;
		copy.remedy = REMEDY_NONE;
		copy.added = copy.ended = 0;
		record_add_job(out, &copy);
	}
}

enum held_list
held_compare(struct held *held, const struct xfer_model *m, uint64_t now_ms)
{
	struct str shown = STR_INIT, kept = STR_INIT;
	enum held_list result = HELD_OTHER;
	struct queue queue;
	struct error err;

	if (!m->picture)
		return HELD_CHANGES;
	show(&shown, &m->picture->list);
	if (queue_look(&queue, &err))
		show(&kept, &queue.list);
	queue_close(&queue);
	if (strcmp(held->kept.v ? held->kept.v : "", kept.v) != 0) {
		str_set(&held->kept, kept.v);
		held->kept_ms = now_ms;
	}
	if (!strcmp(shown.v, kept.v))
		result = HELD_SAME;
	else if (now_ms - held->kept_ms < SEEN_MS)
		result = HELD_CHANGES;
	if (result == HELD_OTHER)
		printf("shown:\n%skept:\n%s", shown.v, kept.v);
	str_fini(&shown);
	str_fini(&kept);
	return result;
}
