#include "cli/show/progress.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/out.h"
#include "core/base/arr.h"
#include "core/base/json.h"
#include "core/base/rate.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/run/job.h"
#include "core/run/loop.h"

#define DRAW_EVERY_MS 100
#define LINE_EVERY_MS 10000

/* Frames are never so far apart unless the process was stopped. */
#define STOPPED_MS 2000

/* A running file. */
struct row {
	unsigned id;
	char *name;
	uint64_t done, total;
};

struct progress {
	struct loop *loop;
	const struct cli *cli;
	enum progress_look look;
	bool terminal;
	bool unicode;
	bool running; /* the parent job is */
	struct loop_timer timer;
	ARR(struct row) rows;
	struct job_event all; /* the parent's last event; text not kept */
	unsigned drawn;       /* lines on the screen */
	uint64_t started_ms;
	struct rate rate;
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
	return event->kind == JOB_CHECK ? event->done : event->came;
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

/* Rate and time left, each as long as the line stays within `columns`. */
static void
add_rate(struct str *out, const struct progress *p, size_t columns)
{
	char text[TIMEFMT_MAX];
	uint64_t left = p->all.total - p->all.done;
	size_t fits = out->n;

	if (p->rate.per_s < 1)
		return;
	if (rate_is_stalled(&p->rate, clock_ms())) {
		if (out->n + 9 < columns)
			str_addz(out, ", waiting");
		return;
	}
	fmt_bytes(text, (uint64_t)p->rate.per_s);
	str_addf(out, ", %s/s", text);
	if (out->n < columns)
		fits = out->n;
	if (p->all.total > p->all.done) {
		fmt_duration(text, (uint64_t)((double)left / p->rate.per_s));
		str_addf(out, ", %s left", text);
	}
	if (out->n < columns)
		fits = out->n;
	str_cut(out, fits);
}

static void
add_total_line(struct str *out, const struct progress *p, size_t columns)
{
	if (p->all.files_total)
		str_addf(out, "%u/%u files, ", p->all.files_done,
		    p->all.files_total);
	add_amount(out, p->all.done, p->all.total);
	if (out->n >= columns && p->all.total) {
		str_clear(out);
		str_addf(out, "%u/%u files, %u%%", p->all.files_done,
		    p->all.files_total,
		    (unsigned)((double)p->all.done * 100 /
			       (double)p->all.total));
	}
	add_rate(out, p, columns);
}

static void
add_bar(struct str *out, const struct progress *p, const struct row *row,
    unsigned cells)
{
	unsigned full =
	    row->total
		? (unsigned)((double)row->done / (double)row->total * cells)
		: 0;

	for (unsigned i = 0; i < cells; i++) {
		if (p->unicode)
			str_addz(out, i < full ? "\xe2\x94\x81" : " ");
		else
			str_addc(out, i < full ? '#' : '.');
	}
}

/* Name, bar and amount, in `columns` cells; amounts stand below each other. */
static void
add_row_line(struct str *out, const struct progress *p, const struct row *row,
    unsigned columns)
{
	struct str amount = STR_INIT;
	struct str name = STR_INIT;
	size_t bar = columns >= 100 ? 20 : 0;
	size_t wide = columns >= 60 ? 28 : 6;
	size_t room = columns > wide + bar + 12 ? columns - wide - bar - 4 : 8;
	size_t width;

	if (columns >= 60)
		add_amount(&amount, row->done, row->total);
	else if (row->total)
		str_addf(&amount, "%3u%%",
		    (unsigned)((double)row->done * 100 / (double)row->total));
	if (room > 56)
		room = 56;
	utf8_fit(&name, row->name, room);
	width = utf8_width(name.v);
	str_addf(out, "  %s", name.v);
	while (width++ < room)
		str_addc(out, ' ');
	if (bar) {
		str_addc(out, ' ');
		add_bar(out, p, row, (unsigned)bar);
	}
	str_addf(out, " %s", amount.v);
	str_fini(&amount);
	str_fini(&name);
}

static void
add_up(struct str *out, unsigned lines)
{
	while (lines--)
		str_addz(out, OUT_UP);
}

/*
 * Moves to the first line of the block. Lines are cleared one by one as they
 * are written again: clearing the screen from its top would push each frame
 * into the history of some terminals.
 */
static void
add_home(struct str *out, struct progress *p)
{
	str_addz(out, p->drawn ? OUT_HOME : "");
	add_up(out, p->drawn);
}

/* Clears what is left of a block of `before` lines, `now` of which are used. */
static void
add_rest(struct str *out, unsigned before, unsigned now)
{
	if (before <= now)
		return;
	for (unsigned i = now; i < before; i++)
		str_addz(out, OUT_CLEAR "\n");
	add_up(out, before - now);
}

static void
add_line(
    struct str *out, struct progress *p, const char *text, unsigned columns)
{
	utf8_fit(out, text, columns - 1);
	str_addz(out, OUT_CLEAR "\n");
	p->drawn++;
}

static void
add_block(struct str *out, struct progress *p)
{
	struct str line = STR_INIT;
	unsigned columns, rows;

	size_of_terminal(&columns, &rows);
	arr_each (row, &p->rows) {
		if (p->drawn + 3 > rows)
			break;
		str_clear(&line);
		add_row_line(&line, p, row, columns);
		add_line(out, p, line.v, columns);
	}
	str_clear(&line);
	add_total_line(&line, p, columns);
	add_line(out, p, line.v, columns);
	str_fini(&line);
}

static void
draw(struct progress *p)
{
	struct str out = STR_INIT;
	unsigned before = p->drawn;

	add_home(&out, p);
	p->drawn = 0;
	if (p->running)
		add_block(&out, p);
	add_rest(&out, before, p->drawn);
	if (out.n)
		out_frame(out.v);
	str_fini(&out);
}

/* Takes the block away; what follows is written in its place. */
static void
erase(struct progress *p)
{
	bool running = p->running;

	p->running = false;
	draw(p);
	p->running = running;
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
	struct str line = STR_INIT;

	/* After a stop (Ctrl-Z) the shell has written over our lines. */
	if (clock_ms() - p->rate.sampled_ms > STOPPED_MS)
		p->drawn = 0;
	rate_sample(&p->rate, moved(&p->all), clock_ms());
	if (p->terminal) {
		draw(p);
	} else {
		add_total_line(&line, p, SIZE_MAX);
		out_note(p->cli, "%s", line.v);
		str_fini(&line);
	}
	schedule(p);
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
	if (i == p->rows.n) {
		struct str name = STR_INIT;

		utf8_safe(&name, event->name);
		arr_push(&p->rows,
		    (struct row){ .id = event->id, .name = str_steal(&name) });
	}
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

	if (event->state != JOB_DONE || !moved(event))
		return;
	fmt_bytes(bytes, moved(event));
	fmt_bytes(rate, moved(event) * 1000 / (ms ? ms : 1));
	out_note(p->cli, "%s %s in %.1f s (%s/s%s)",
	    event->kind == JOB_CHECK ? "checked" : "fetched and checked", bytes,
	    (double)ms / 1000, rate, limits[event->waits_for]);
}

static void
on_parent(struct progress *p, const struct job_event *event)
{
	p->all = *event;
	if (event->state == JOB_RUNNING && !p->running) {
		p->running = true;
		p->started_ms = clock_ms();
		rate_begin(&p->rate, 0, p->started_ms);
		if (p->look == PROGRESS_AUTO)
			schedule(p);
	} else if (event->state > JOB_RUNNING) {
		p->running = false;
		loop_timer_stop(&p->timer);
		erase(p);
		if (p->look == PROGRESS_AUTO)
			tell_end(p, event);
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
		    "\"bytes_fetched\": %llu",
		    event->files_done, event->files_total,
		    (unsigned long long)event->done,
		    (unsigned long long)event->total,
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
	p->unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	return p;
}

void
progress_free(struct progress *p)
{
	if (!p)
		return;
	loop_timer_stop(&p->timer);
	erase(p);
	arr_each (row, &p->rows)
		free(row->name);
	arr_free(&p->rows);
	free(p);
}
