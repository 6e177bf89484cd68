#include "cli/show/progress.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/out.h"
#include "cli/show/block.h"
#include "core/base/arr.h"
#include "core/base/json.h"
#include "core/base/rate.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/os/sig.h"
#include "core/run/job.h"
#include "core/run/loop.h"

#define DRAW_EVERY_MS 100
#define LINE_EVERY_MS 10000

/* Samples are never so far apart unless the process was stopped. */
#define STOPPED_MS 2000

/* How far something is, how fast, and how long it still takes. */
struct pace {
	struct rate rate;
	struct rate_left left;
	/* The largest share that was shown. What begins anew, or turns out to
	 * be larger, makes no bar shorter: that stays until it is caught up
	 * with. The byte counts are exact. */
	double share;
};

/* A running file. */
struct row {
	unsigned id;
	bool sums; /* it is read, and does not move yet */
	char *name;
	uint64_t done, total;
	struct pace pace;
};

struct progress {
	struct loop *loop;
	const struct cli *cli;
	enum progress_look look;
	bool terminal;
	bool running; /* the parent job is */
	bool drawn;   /* the block is on the screen, the cursor on top of it */
	struct loop_timer timer;
	ARR(struct row) rows;
	struct job_event all; /* the parent's last event; text not kept */
	struct block_room room;
	uint64_t started_ms;
	struct pace pace;
};

static void
size_of_terminal(unsigned *columns, unsigned *rows)
{
	struct winsize size = { 0 };
	unsigned asked = 0;
	struct error ignored;

	*columns = 80;
	*rows = 24;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col) {
		*columns = size.ws_col;
		*rows = size.ws_row ? size.ws_row : 24;
	} else if (env_seconds("COLUMNS", 80, &asked, &ignored)) {
		*columns = asked;
	}
}

/* Bytes that took time. */
static uint64_t
moved(const struct job_event *event)
{
	return event->kind == JOB_DOWNLOAD || event->kind == JOB_UPLOAD
	           ? event->came
	           : event->done;
}

/* "5.4 MB of 12.0 MB" and " (45%)", as far as the total is known. */
static void
add_amount(struct str *out, uint64_t done, uint64_t total)
{
	char a[TIMEFMT_MAX], b[TIMEFMT_MAX];

	fmt_bytes(a, done);
	str_addz(out, a);
	if (!total)
		return;
	fmt_bytes(b, total);
	str_addf(out, " of %s (%u%%)", b,
	    done >= total ? 100
			  : (unsigned)((double)done * 100 / (double)total));
}

static void
add_rate(struct str *out, const struct progress *p)
{
	const struct rate *rate = &p->pace.rate;
	char text[TIMEFMT_MAX];
	uint64_t left = p->all.total - p->all.done;

	if (rate->per_s < 1)
		return;
	if (rate_is_stalled(rate, clock_ms())) {
		str_addz(out, ", waiting");
		return;
	}
	fmt_bytes(text, (uint64_t)rate->per_s);
	str_addf(out, ", %s/s", text);
	if (p->all.total > p->all.done) {
		fmt_duration(text, (uint64_t)((double)left / rate->per_s));
		str_addf(out, ", %s left", text);
	}
}

static void
tell_plainly(const struct progress *p)
{
	struct str line = STR_INIT;

	if (p->all.files_total)
		str_addf(&line, "%u/%u files, ", p->all.files_done,
		    p->all.files_total);
	add_amount(&line, p->all.done, p->all.total);
	add_rate(&line, p);
	arr_each (row, &p->rows) {
		if (!row->sums)
			continue;
		str_addf(&line, ", %s: ", row->name);
		add_amount(&line, row->done, row->total);
	}
	out_note(p->cli, "%s", line.v);
	str_fini(&line);
}

/* -- the block -- */

static void
sample(struct pace *pace, uint64_t bytes, uint64_t now_ms)
{
	/* The time for which we were stopped says nothing of the speed. */
	if (now_ms - pace->rate.sampled_ms > STOPPED_MS)
		rate_begin(&pace->rate, bytes, now_ms);
	rate_sample(&pace->rate, bytes, now_ms);
}

static void
fill_line(struct block_line *line, struct pace *pace, uint64_t done,
    uint64_t total, uint64_t now_ms)
{
	double share = total ? (double)done / (double)total : 0;

	if (share > 1)
		share = 1;
	if (share > pace->share)
		pace->share = share;
	line->done = done;
	line->total = total;
	line->share = pace->share;
	line->per_s = pace->rate.per_s;
	line->stalled =
	    line->per_s >= 1 && rate_is_stalled(&pace->rate, now_ms);
	line->timed = total > done && rate_left(&pace->left, &pace->rate,
					  total - done, now_ms, &line->left_s);
}

/* What stands for all: "1/2 files", or how many are deleted so far. */
static void
add_count(struct str *out, const struct job_event *all, bool brief)
{
	if (all->files_total)
		str_addf(out, "%u/%u", all->files_done, all->files_total);
	else if (all->kind == JOB_FREE)
		str_addf(out, "%u", all->files_done);
	if (out->n && !brief)
		str_addz(out, all->files_total == 1 || (!all->files_total &&
							   all->files_done == 1)
				  ? " file"
				  : " files");
}

static void
add_block(struct str *out, struct progress *p)
{
	size_t n = p->rows.n + 1;
	struct block_line *lines = mem_zalloc(n * sizeof(*lines));
	struct str count = STR_INIT;
	struct str brief = STR_INIT;
	uint64_t now = clock_ms();
	size_t width;

	for (size_t i = 0; i < p->rows.n; i++) {
		struct row *row = &p->rows.v[i];

		lines[i].name = row->name;
		fill_line(&lines[i], &row->pace, row->done, row->total, now);
	}
	add_count(&count, &p->all, false);
	add_count(&brief, &p->all, true);
	lines[n - 1].name = count.v;
	lines[n - 1].brief = brief.v;
	fill_line(&lines[n - 1], &p->pace, p->all.done, p->all.total, now);
	width = utf8_width(count.v);
	if (width > p->room.names)
		p->room.names = width;
	size_of_terminal(&p->room.columns, &p->room.rows);
	block_add(out, lines, n, &p->room);
	str_fini(&count);
	str_fini(&brief);
	free(lines);
}

/* Whether the terminal is another's at the moment, as with `hug ... &`, or after
 * Ctrl-Z and bg: the block is drawn again once we are in front. */
static bool
is_behind(void)
{
	pid_t front = tcgetpgrp(STDERR_FILENO);

	return front >= 0 && front != getpgrp();
}

/* Takes the block away; what follows is written in its place. */
static void
erase(struct progress *p)
{
	if (!p->drawn)
		return;
	p->drawn = false;
	if (!is_behind())
		out_frame_away();
	sig_on_leave(NULL);
}

static void
draw(struct progress *p)
{
	struct str out = STR_INIT;

	if (!p->running || is_behind())
		return;
	/* As long as the Hub is only asked there is nothing to show. */
	if (!p->all.total && !p->all.done && !p->rows.n)
		return;
	add_block(&out, p);
	/* First, so that no signal finds a block and nobody to take it away. */
	if (!p->drawn)
		sig_on_leave(out_frame_away);
	p->drawn = true;
	out_frame(out.v);
	str_fini(&out);
}

static void on_timer(void *context);

static void
schedule(struct progress *p)
{
	loop_timer_start(p->loop, &p->timer,
	    p->terminal ? DRAW_EVERY_MS : clock_scaled(LINE_EVERY_MS), on_timer,
	    p);
}

static void
on_timer(void *context)
{
	struct progress *p = context;
	uint64_t now = clock_ms();

	if (p->terminal) {
		sample(&p->pace, moved(&p->all), now);
		arr_each (row, &p->rows)
			sample(&row->pace, row->done, now);
		draw(p);
	} else {
		rate_sample(&p->pace.rate, moved(&p->all), now);
		tell_plainly(p);
	}
	schedule(p);
}

static void
add_row(struct progress *p, const struct job_event *event)
{
	struct str name = STR_INIT;
	struct row row = { .id = event->id, .sums = event->kind == JOB_SUM };
	size_t width;

	if (event->kind == JOB_SUM)
		str_addz(&name, "summing ");
	utf8_safe(&name, event->name);
	width = utf8_width(name.v);
	if (width > p->room.names)
		p->room.names = width;
	row.name = str_steal(&name);
	rate_begin(&row.pace.rate, event->done, clock_ms());
	arr_push(&p->rows, row);
}

static void
on_file(struct progress *p, const struct job_event *event)
{
	size_t i = 0;

	while (i < p->rows.n && p->rows.v[i].id != event->id)
		i++;
	if (event->state > JOB_RUNNING) {
		if (i == p->rows.n)
			return;
		free(p->rows.v[i].name);
		memmove(&p->rows.v[i], &p->rows.v[i + 1],
		    (--p->rows.n - i) * sizeof(*p->rows.v));
		return;
	}
	if (i == p->rows.n)
		add_row(p, event);
	p->rows.v[i].done = event->done;
	p->rows.v[i].total = event->total;
}

/* The closing line: what came, how fast, and why not faster. */
static void
tell_end(const struct progress *p, const struct job_event *event)
{
	static const char *const limits[JOB_WAITS] = {
		[JOB_WAIT_NONE] = "",
		[JOB_WAIT_NETWORK] = ", limited by the network",
		[JOB_WAIT_DISK] = ", limited by the disk",
		[JOB_WAIT_SUM] = ", limited by checking the sums",
		[JOB_WAIT_LIMIT] = ", limited by --limit-rate",
		[JOB_WAIT_HUB] = ", limited by the Hub's rate limit",
	};
	char bytes[TIMEFMT_MAX], rate[TIMEFMT_MAX];
	uint64_t ms = clock_ms() - p->started_ms;

	if (event->state != JOB_DONE || !moved(event) ||
	    event->kind == JOB_FREE)
		return;
	fmt_bytes(bytes, moved(event));
	fmt_bytes(rate, moved(event) * 1000 / (ms ? ms : 1));
	out_note(p->cli, "%s %s in %.1f s (%s/s%s)",
	    event->kind == JOB_CHECK    ? "checked"
	    : event->kind == JOB_UPLOAD ? "sent"
					: "fetched and checked",
	    bytes, (double)ms / 1000, rate,
	    event->kind == JOB_UPLOAD && event->waits_for == JOB_WAIT_HUB
		? ", limited by the Hub's answers"
		: limits[event->waits_for]);
}

static void
begin(struct progress *p)
{
	p->running = true;
	p->started_ms = clock_ms();
	p->pace = (struct pace){ 0 };
	p->room.names = 0;
	rate_begin(&p->pace.rate, 0, p->started_ms);
	if (p->look == PROGRESS_AUTO && p->loop)
		schedule(p);
}

static void
on_parent(struct progress *p, const struct job_event *event)
{
	p->all = *event;
	if (event->state == JOB_RUNNING && !p->running) {
		begin(p);
	} else if (event->state > JOB_RUNNING) {
		p->running = false;
		if (p->loop)
			loop_timer_stop(&p->timer);
		erase(p);
		if (p->look == PROGRESS_AUTO)
			tell_end(p, event);
	}
	/* Without a loop there is nobody else to say that it is time; job_changed
	 * sees to it that this is not too often. A short job shows nothing. */
	if (!p->loop && p->terminal &&
	    clock_ms() - p->started_ms >= DRAW_EVERY_MS) {
		rate_sample(&p->pace.rate, moved(event), clock_ms());
		draw(p);
	}
}

static void
tell_json(const struct job_event *event)
{
	static const char *const states[] = { "waiting", "running", "done",
		"failed", "cancelled" };
	struct str line = STR_INIT;

	if (event->note) {
		json_add_pair(&line, true, "event", "note");
		json_add_pair(&line, false, "text", event->note);
	} else if (event->parent) {
		return;
	} else if (event->state > JOB_RUNNING) {
		json_add_pair(&line, true, "event", "end");
		json_add_pair(&line, false, "state", states[event->state]);
	} else {
		json_add_pair(&line, true, "event", "progress");
	}
	if (!event->note)
		str_addf(&line,
		    ", \"files_done\": %u, \"files_total\": %u, "
		    "\"bytes_done\": %llu, \"bytes_total\": %llu, "
		    "\"%s\": %llu",
		    event->files_done, event->files_total,
		    (unsigned long long)event->done,
		    (unsigned long long)event->total,
		    event->kind == JOB_UPLOAD ? "bytes_sent" : "bytes_fetched",
		    (unsigned long long)event->came);
	str_addz(&line, "}\n");
	out_frame(line.v);
	str_fini(&line);
}

void
progress_tell(void *context, const struct job_event *event)
{
	struct progress *p = context;

	if (p->look == PROGRESS_JSON) {
		tell_json(event);
		return;
	}
	if (event->note && p->look != PROGRESS_NONE) {
		erase(p);
		out_note(p->cli, "%s", event->note);
	}
	if (!event->parent)
		on_parent(p, event);
	else
		on_file(p, event);
}

bool
progress_is_json(const struct progress *progress)
{
	return progress && progress->look == PROGRESS_JSON;
}

void
progress_note(struct progress *progress, const char *note)
{
	const struct job_event event = {
		.kind = JOB_FILE, .parent = 1, .note = note
	};

	progress_tell(progress, &event);
}

void
progress_make_way(struct progress *progress)
{
	if (progress)
		erase(progress);
}

struct progress *
progress_new(struct loop *loop, const struct cli *cli, enum progress_look look)
{
	struct progress *p = mem_new(struct progress);
	const char *term = env_get("TERM");

	p->loop = loop;
	p->cli = cli;
	p->terminal = look == PROGRESS_BAR ||
	              (look == PROGRESS_AUTO && isatty(STDERR_FILENO) && term &&
			  strcmp(term, "dumb"));
	p->look = look;
	if (look == PROGRESS_PLAIN || look == PROGRESS_BAR)
		p->look = PROGRESS_AUTO;
	p->room.unicode = cli_is_utf8();
	return p;
}

void
progress_free(struct progress *p)
{
	if (!p)
		return;
	if (p->loop)
		loop_timer_stop(&p->timer);
	erase(p);
	arr_each (row, &p->rows)
		free(row->name);
	arr_free(&p->rows);
	free(p);
}
