#include "tui/transfers/view.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/repoid.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "tui/transfers/advice.h"
#include "tui/transfers/speed.h"
#include "widgets/pen.h"

enum column {
	COL_NAME,
	COL_BAR,
	COL_PERCENT,
	COL_SIZE,
	COL_SPEED,
	COL_REST,
	COL_STATE,
	COLUMNS,
};

static const struct layout_column columns[COLUMNS] = {
	[COL_NAME] = { "TRANSFER", 14, 30, 200, 0, false, true },
	[COL_BAR] = { "PROGRESS", 8, 16, 30, 4, false, false },
	[COL_PERCENT] = { "", 4, 4, 4, 1, true, false },
	[COL_SIZE] = { "SIZE", 7, 7, 8, 3, true, false },
	[COL_SPEED] = { "SPEED", 9, 9, 10, 5, true, false },
	[COL_REST] = { "LEFT", 7, 8, 8, 6, true, false },
	[COL_STATE] = { "STATE", 9, 12, 14, 2, false, false },
};

/* Cursor, tick box and fold mark. */
#define FRONT 7

/* From so many columns on what is known of the row is beside nothing: below. */
#define INFO_ROWS 8
#define SPEED_ROWS 5

void
xfer_view_init(struct xfer_model *m)
{
	m->table =
	    (struct table){ .columns = columns, .n = COLUMNS, .front = FRONT };
}

/* -- words -- */

static void
add_count(struct str *out, size_t n, const char *word)
{
	if (n)
		str_addf(out, "%s%zu %s", out->n ? "  " : "", n, word);
}

void
xfer_add_badge(struct str *out, const struct xfer_model *m)
{
	if (m->totals.open)
		str_addf(out, "%u/%u", m->totals.running, m->totals.open);
}

/* "  until 14:32" */
static void
add_clock(struct str *out, uint64_t seconds)
{
	time_t at = (time_t)(clock_unix_s() + (double)seconds);
	struct tm parts;

	if (seconds && seconds < 86400 && localtime_r(&at, &parts))
		str_addf(out, " (%02d:%02d)", parts.tm_hour, parts.tm_min);
}

/* "down  1.2 GB of 3.4 GB", of one direction where there is only one: "all  ..." */
static void
add_bytes(struct str *out, const struct xfer_way *way, const char *word)
{
	char done[TIMEFMT_MAX], total[TIMEFMT_MAX];

	if (!way->total && !way->unknown)
		return;
	fmt_bytes(done, way->done);
	fmt_bytes(total, way->total);
	str_addf(out, "%s%s  %s of %s%s", out->n ? "   " : "", word, done,
	    total, way->unknown ? "+" : "");
}

static void
add_totals(struct str *out, const struct xfer_model *m)
{
	const struct xfer_way *down = &m->totals.ways[QUEUE_DOWNLOAD];
	const struct xfer_way *up = &m->totals.ways[QUEUE_UPLOAD];
	bool both =
	    (down->total || down->unknown) && (up->total || up->unknown);

	add_bytes(out, down, both ? "down" : "all");
	add_bytes(out, up, both ? "up" : "all");
	if (!out->n)
		str_addz(out, m->rows.n && !m->totals.open
				  ? "transfers  all have ended"
				  : "transfers");
}

void
xfer_draw_context(const struct xfer_model *m, const struct area *area)
{
	const struct xfer_totals *t = &m->totals;
	struct str text = STR_INIT;
	struct str right = STR_INIT;

	add_totals(&text, m);
	area_text(area, 1, 0, area->columns - 2, ROLE_TITLE, text.v);
	add_count(&right, t->running, "running");
	add_count(&right,
	    t->open > t->running + t->paused ? t->open - t->running - t->paused
					     : 0,
	    "queued");
	add_count(&right, t->paused, "paused");
	add_count(&right, t->failed, "failed");
	if (xfer_all_rest_s(t)) {
		char left[TIMEFMT_MAX];

		fmt_duration(left, xfer_all_rest_s(t));
		str_addf(&right, "  %s left", left);
		add_clock(&right, xfer_all_rest_s(t));
	}
	if (text_columns(text.v) + text_columns(right.v) + 4 < area->columns)
		area_right(area, 0, 0, area->columns - 1, ROLE_TEXT, right.v);
	str_fini(&text);
	str_fini(&right);
}

/* -- the list -- */

static void
add_phase(struct str *out, const struct xfer_row *row)
{
	static const char *const words[] = { [PHASE_SUM] = "checksums",
		[PHASE_SEND] = "sent",
		[PHASE_COMMIT] = "committed" };
	struct upload_work work = xfer_work(row);

	if (row->phase == PHASE_LIST)
		str_addz(out, "listing files");
	else
		str_addf(out, "%s %zu of %zu", words[row->phase], work.done,
		    work.all);
}

static void
add_row_name(struct str *out, const struct xfer_row *row)
{
	const struct queue_counts *counts = &row->job->counts;

	switch (row->kind) {
	case ROW_JOB:
		xfer_add_name(out, row->job);
		break;
	case ROW_FILE:
		str_addz(out, row->file->name);
		break;
	case ROW_PHASE:
		add_phase(out, row);
		break;
	case ROW_MORE_FILES:
		str_addf(out, "%llu more queued",
		    (unsigned long long)row->run->queued);
		break;
	case ROW_DONE_FILES:
		str_addf(
		    out, "%llu done", (unsigned long long)counts->files_done);
		break;
	}
}

static enum role
state_role(const struct xfer_row *row)
{
	if (row->kind != ROW_JOB)
		return ROLE_DIM;
	switch (row->job->state) {
	case QUEUE_FAILED:
		return ROLE_BAD;
	case QUEUE_DONE:
		return ROLE_OK;
	case QUEUE_PAUSED:
	case QUEUE_STOPPED:
		return ROLE_WARN;
	default:
		return ROLE_TEXT;
	}
}

/* "141 GB", "9.8 GB": what is as wide whatever it is. */
static void
short_bytes(char text[TIMEFMT_MAX], uint64_t bytes)
{
	char *point, *unit;

	fmt_bytes(text, bytes);
	point = strchr(text, '.');
	unit = strchr(text, ' ');
	if (point && unit && point - text >= 3)
		memmove(point, unit, strlen(unit) + 1);
}

static void
draw_numbers(const struct xfer_model *m, const struct area *area,
    const struct xfer_row *row)
{
	const struct table *table = &m->table;
	uint64_t size = xfer_size(row), rest = xfer_rest_s(row);
	double rate = row->file ? (double)row->file->view.rate
	              : row->run && row->kind == ROW_JOB ? row->run->rate
	                                                 : 0;
	char text[TIMEFMT_MAX];
	struct str ago = STR_INIT;

	short_bytes(text, size);
	table_cell(table, area, COL_SIZE, ROLE_TEXT, size ? text : "-");
	short_bytes(text, (uint64_t)rate);
	strncat(text, "/s", sizeof(text) - strlen(text) - 1);
	table_cell(table, area, COL_SPEED, ROLE_TEXT, rate >= 1 ? text : "-");
	fmt_duration(text, rest);
	xfer_add_ended(&ago, row);
	table_cell(table, area, COL_REST, ROLE_TEXT,
	    rest    ? text
	    : ago.n ? ago.v
		    : "-");
	str_fini(&ago);
}

static void
draw_row(const struct xfer_model *m, const struct area *area,
    const struct xfer_row *row)
{
	const struct table *table = &m->table;
	bool marked = row->kind == ROW_JOB && xfer_is_marked(m, row->id);
	double part = xfer_part(m, row);
	struct str text = STR_INIT;
	char percent[8];

	if (row->kind == ROW_JOB) {
		area_text(area, 1, 0, 3, ROLE_DIM, marked ? "[x]" : "[ ]");
		if (row->run)
			area_text(area, 5, 0, 1, ROLE_DIM,
			    xfer_is_open(m, row->id) ? "v" : ">");
	} else {
		str_addz(&text, "  ");
	}
	add_row_name(&text, row);
	if (row->kind == ROW_JOB)
		area_owned(area, table->x[COL_NAME], 0, table->widths[COL_NAME],
		    marked ? ROLE_MARK : ROLE_TEXT, text.v);
	else
		table_cell(table, area, COL_NAME,
		    row->file ? ROLE_TEXT : ROLE_DIM, text.v);
	if (table->widths[COL_BAR])
		area_bar(area, table->x[COL_BAR], 0, table->widths[COL_BAR],
		    part, xfer_flight(row), 1);
	snprintf(percent, sizeof(percent), "%d%%", (int)(part * 100));
	table_cell(table, area, COL_PERCENT, ROLE_TEXT,
	    xfer_size(row) || part > 0 ? percent : "-");
	draw_numbers(m, area, row);
	str_clear(&text);
	xfer_add_state(&text, row);
	table_cell(table, area, COL_STATE, state_role(row), text.v);
	str_fini(&text);
}

void
xfer_add_sentence(
    struct str *out, const struct xfer_model *m, const struct xfer_row *row)
{
	char size[TIMEFMT_MAX];

	if (row->kind == ROW_JOB && xfer_is_marked(m, row->id))
		str_addz(out, "marked: ");
	add_row_name(out, row);
	str_addz(out, ", ");
	xfer_add_state(out, row);
	if (!xfer_size(row))
		return;
	fmt_bytes(size, xfer_size(row));
	str_addf(
	    out, ", %d percent of %s", (int)(xfer_part(m, row) * 100), size);
}

static void
draw_empty(const struct xfer_model *m, const struct area *area)
{
	area_cursor(area, 5, 1, false);
	if (!m->picture) {
		area_print(area, 5, 1, ROLE_DIM, "reading the list...");
		return;
	}
	area_print(area, 5, 1, ROLE_TEXT, "no transfers");
	area_print(area, 5, 3, ROLE_TEXT, "A  add one by its name or address");
	area_print(area, 5, 4, ROLE_TEXT,
	    "hug download --queue REPO  adds one from a shell");
}

static void
draw_list(const struct xfer_model *m)
{
	const struct table *table = &m->table;
	bool linear = table->list.surface->linear;
	struct str text = STR_INIT;

	if (!m->rows.n) {
		draw_empty(m, &table->list);
		return;
	}
	if (!linear)
		table_draw_head(table, -1, false, -1);
	for (int y = 0; y < table->list.rows; y++) {
		size_t at = table->rows.top + (size_t)y;
		struct area area = table_row(table, y);

		if (at >= m->rows.n)
			break;
		str_clear(&text);
		if (linear) {
			xfer_add_sentence(&text, m, &m->rows.v[at]);
			area_print(&area, 2, 0, ROLE_TEXT, "%s", text.v);
		} else {
			draw_row(m, &area, &m->rows.v[at]);
		}
		if (at == table->rows.cursor)
			table_cursor(
			    table, &area, linear ? 2 : table->x[COL_NAME]);
	}
	rows_draw_bar(&table->rows, &table->list);
	str_fini(&text);
}

/* -- what is known of the row -- */

static void
put_counts(struct pen *pen, const struct xfer_row *row)
{
	const struct queue_counts *counts = &row->job->counts;
	struct str text = STR_INIT;
	char a[TIMEFMT_MAX], b[TIMEFMT_MAX];

	if (!counts->total)
		return;
	fmt_bytes(a, counts->done);
	fmt_bytes(b, counts->total);
	str_addf(&text, "%s of %s, %llu of %llu files", a, b,
	    (unsigned long long)counts->files_done,
	    (unsigned long long)counts->files_total);
	fmt_bytes(a, counts->kept);
	if (counts->kept)
		str_addf(&text, "; %s were %s", a,
		    row->job->kind == QUEUE_UPLOAD ? "there" : "here");
	pen_put(pen, ROLE_TEXT, "done", text.v);
	str_clear(&text);
	if (row->run && row->run->twice) {
		fmt_bytes(a, row->run->twice);
		pen_put(pen, ROLE_WARN, "twice", a);
	}
	str_fini(&text);
}

static void
put_names(struct pen *pen, const char *label, const queue_names *names)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < names->n && i < 20; i++)
		str_addf(&text, "%s%s", i ? "  " : "", names->v[i]);
	if (names->n > 20)
		str_addf(&text, "  and %zu more", names->n - 20);
	if (names->n)
		pen_put(pen, ROLE_TEXT, label, text.v);
	str_fini(&text);
}

/* "  3.4-3.8 GB  #####...  24 MB/s  11 s  HTTP/2  edge-a  try 2: reset" */
static void
put_stream(struct pen *pen, const struct view_stream *stream)
{
	struct str text = STR_INIT;
	char at[TIMEFMT_MAX], to[TIMEFMT_MAX], rate[TIMEFMT_MAX];

	short_bytes(at, stream->at);
	short_bytes(to, stream->to == VIEW_UNKNOWN ? 0 : stream->to);
	short_bytes(rate, stream->rate);
	if (!stream->open && !stream->again_ms)
		str_addz(&text, "idle");
	else
		str_addf(&text, "%s of %s  %s/s  %llu s", at,
		    stream->to == VIEW_UNKNOWN ? "?" : to, rate,
		    (unsigned long long)stream->age_ms / 1000);
	if (stream->version)
		str_addf(
		    &text, "  HTTP/%s", stream->version == 20 ? "2" : "1.1");
	if (*stream->host)
		str_addf(&text, "  %s", stream->host);
	if (stream->tries > 1)
		str_addf(&text, "  try %u", stream->tries);
	if (*stream->last)
		str_addf(&text, "  %s", stream->last);
	pen_put(pen, ROLE_TEXT, "", text.v);
	str_fini(&text);
}

static void
put_file(
    struct pen *pen, const struct xfer_run *run, const struct xfer_file *file)
{
	const struct view_file *view = &file->view;
	struct str text = STR_INIT;
	char kept[TIMEFMT_MAX], flying[TIMEFMT_MAX], twice[TIMEFMT_MAX];

	pen_put(pen, ROLE_TITLE, "file", file->name);
	fmt_bytes(kept, view->kept);
	if (run->upload) {
		fmt_bytes(flying, view->size);
		str_addf(&text, "%s of %s sent", kept, flying);
		pen_put(pen, ROLE_TEXT, "bytes", text.v);
		str_fini(&text);
		return;
	}
	fmt_bytes(flying, view->flying);
	fmt_bytes(twice, view->twice);
	str_addf(&text, "%s kept, %s in flight, %s fetched twice", kept, flying,
	    twice);
	pen_put(pen, ROLE_TEXT, "bytes", text.v);
	if (*view->why)
		pen_say(pen, ROLE_WARN, "why", view->why);
	if (view->no_ranges)
		pen_put(pen, ROLE_WARN, "note",
		    "one connection: the server has no ranges");
	for (size_t i = 0; i < view->streams; i++)
		put_stream(pen, &run->streams.v[view->first + i]);
	str_fini(&text);
}

static void
put_job(struct pen *pen, const struct xfer_row *row)
{
	const struct queue_job *job = row->job;
	struct str text = STR_INIT;
	char rate[TIMEFMT_MAX];

	if (row->file)
		put_file(pen, row->run, row->file);
	str_addf(&text, "%s/%s  %s", repo_type_name(job->type), job->repo,
	    job->revision);
	if (job->commit)
		str_addf(&text, "  (%.12s)", job->commit);
	pen_put(pen, ROLE_TITLE, "transfer", text.v);
	if (job->error)
		pen_say(pen, ROLE_BAD, "why", job->error);
	str_clear(&text);
	xfer_add_advice(&text, job);
	if (text.n)
		pen_say(pen, ROLE_TEXT, "advice", text.v);
	pen_put(pen, ROLE_TEXT, job->folder ? "folder" : "cache",
	    job->folder ? job->folder : job->root);
	put_counts(pen, row);
	if (job->rate) {
		fmt_bytes(rate, job->rate);
		str_clear(&text);
		str_addf(&text, "%s/s", rate);
		pen_put(pen, ROLE_TEXT, "limit", text.v);
	}
	put_names(pen, "files", &job->files);
	put_names(pen, "include", &job->includes);
	put_names(pen, "exclude", &job->excludes);
	if (job->account)
		pen_put(pen, ROLE_TEXT, "account", job->account);
	if (row->run && row->run->note)
		pen_say(pen, ROLE_WARN, "last", row->run->note);
	str_fini(&text);
}

int
xfer_info_lines(const struct xfer_model *m, const struct area *area)
{
	struct area none = area_part(area, 0, 0, area->columns, 0);
	struct pen pen = { &none, 0 };

	if (area->rows && xfer_row(m))
		put_job(&pen, xfer_row(m));
	return pen.y;
}

static void
draw_info(const struct xfer_model *m, const struct area *area,
    const struct panes *panes, const struct rows *known)
{
	struct area inside =
	    area_part(area, 0, 1, area->columns, area->rows - 1);
	struct pen pen = { &inside, -(int)known->top };

	panes_title(panes, XFER_PANE_INFO, area, 0, true);
	if (xfer_row(m))
		put_job(&pen, xfer_row(m));
	rows_draw_bar(known, &inside);
}

/* -- all of it -- */

void
xfer_divide(const struct area *body, bool info, struct xfer_layout *layout)
{
	int rows = body->rows, width = body->columns;
	bool large = rows >= 26;
	int known = large != info ? INFO_ROWS : 0;
	int speed = rows >= 10 && !body->surface->linear ? SPEED_ROWS : 0;
	int list;

	if (rows < 14)
		speed = speed ? 2 : 0;
	else if (rows < 18)
		speed = speed ? SPEED_ROWS - 1 : 0;
	if (known && !large)
		known = (rows - speed) / 2;
	list = rows - known - speed;
	layout->list = area_part(body, 0, 0, width, list);
	layout->info = area_part(body, 0, list, width, known);
	layout->speed = area_part(body, 0, list + known, width, speed);
}

void
xfer_place(struct xfer_model *m, const struct area *list)
{
	table_place(&m->table, list, list->surface->linear);
}

void
xfer_draw(const struct xfer_model *m, const struct xfer_layout *layout,
    const struct panes *panes, const struct rows *known)
{
	draw_list(m);
	if (layout->info.rows)
		draw_info(m, &layout->info, panes, known);
	if (layout->speed.rows && m->picture)
		xfer_draw_speed(&m->totals, m->picture->limits, &layout->speed);
}
