#include "tui/log/screen.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "tui/frame/app.h"
#include "tui/frame/palette.h"
#include "tui/frame/screen.h"
#include "widgets/table.h"
#include "widgets/textview.h"

#define ASK_FIND 1

enum column {
	COL_TIME,
	COL_LEVEL,
	COL_AREA,
	COL_TEXT,
	COLUMNS,
};

static const struct layout_column columns[COLUMNS] = {
	[COL_TIME] = { "TIME", 8, 8, 8, 2, false, false },
	[COL_LEVEL] = { "LEVEL", 5, 5, 5, 1, false, false },
	[COL_AREA] = { "ABOUT", 7, 8, 8, 3, false, false },
	[COL_TEXT] = { "WHAT", 20, 60, 400, 0, false, true },
};

/* In reading order. */
enum log_pane {
	PANE_LIST,
	PANE_LINE,
	LOG_PANES,
};

/* From so many columns on the whole of a line is shown beside the list. */
#define BESIDE 120

struct log_screen {
	struct screen base;
	const struct journal *journal;
	struct table table;
	bool details;     /* the whole of the line under the list */
	bool beside;      /* or beside it */
	struct area pane; /* where it is; no rows: nowhere */
	struct textview view;
	enum journal_level least; /* that is shown */
	bool follow;
	char *find;
};

static struct log_screen *
own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct log_screen, base);
}

static const struct log_screen *
own_const(const struct screen *screen)
{
	return (const struct log_screen *)(const void *)screen;
}

/* The n-th line that is shown; NULL if there are fewer. */
static const struct journal_line *
line_at(const struct log_screen *log, size_t n)
{
	arr_each (line, &log->journal->lines) {
		if (line->level >= log->least && !n--)
			return line;
	}
	return NULL;
}

static size_t
count(const struct log_screen *log)
{
	size_t n = 0;

	arr_each (line, &log->journal->lines)
		n += line->level >= log->least;
	return n;
}

static const char *
refuse(const struct screen *screen, enum action_id action)
{
	const struct log_screen *log = own_const(screen);

	if (action == ACT_UNDO)
		return "undo works on the Cache screen: press 4";
	if ((action == ACT_NEXT_MATCH || action == ACT_PREVIOUS_MATCH) &&
	    !log->find)
		return "press / first to search";
	return NULL;
}

static void
find(struct log_screen *log, int step)
{
	size_t n = log->table.rows.count;

	for (size_t i = 1; i <= n && log->find; i++) {
		size_t at =
		    (log->table.rows.cursor + (step > 0 ? i : n * 2 - i)) % n;
		const struct journal_line *line = line_at(log, at);

		if (line && strcasestr(line->text, log->find)) {
			rows_go(&log->table.rows, at);
			return;
		}
	}
}

static bool
move(struct log_screen *log, enum action_id action)
{
	enum rows_step step;

	if (!action_is_step(action, &step))
		return false;
	if (log->base.panes.focus == PANE_LINE) {
		textview_scroll(
		    &log->view, rows_step_by(&log->view.rows, step));
		return true;
	}
	table_move(&log->table, step);
	log->follow = action == ACT_LAST;
	return true;
}

static bool
act(struct screen *screen, struct app *app, enum action_id action)
{
	struct log_screen *log = own(screen);
	const struct journal_line *line;

	if (move(log, action))
		return true;
	switch (action) {
	case ACT_OPEN:
	case ACT_INFO:
		log->details = !log->details;
		log->follow = log->follow && !log->details;
		return true;
	case ACT_INFO_DOWN:
		textview_scroll(&log->view, 1);
		return true;
	case ACT_INFO_UP:
		textview_scroll(&log->view, -1);
		return true;
	case ACT_KIND:
		log->least = (log->least + 1) % (JOURNAL_ERROR + 1);
		return true;
	case ACT_FOLLOW:
		log->follow = !log->follow;
		return true;
	case ACT_FILTER:
		app_type(app, &log->base, ASK_FIND, "find",
		    log->find ? log->find : "");
		return true;
	case ACT_NEXT_MATCH:
		find(log, 1);
		return true;
	case ACT_PREVIOUS_MATCH:
		find(log, -1);
		return true;
	case ACT_COPY:
		line = line_at(log, log->table.rows.cursor);
		if (line)
			app_copy(app, line->text, NULL);
		return true;
	default:
		return false;
	}
}

static void
pointed(struct screen *screen, struct app *app, const struct pointer *pointer)
{
	struct log_screen *log = own(screen);
	size_t row;

	if (pointer->kind == POINTER_WHEEL &&
	    pointer->y >= log->pane.y - log->base.panes.areas[PANE_LIST].y &&
	    pointer->x >= log->pane.x && log->pane.rows) {
		textview_scroll(&log->view, pointer->by);
		return;
	}
	if (pointer->kind == POINTER_WHEEL)
		rows_scroll(&log->table.rows, pointer->by);
	else if (table_bar_at(&log->table, pointer->x, pointer->y))
		table_drag(&log->table, pointer->y);
	else if (pointer->kind != POINTER_DROP &&
		 table_row_at(&log->table, pointer->y, &row))
		rows_go(&log->table.rows, row);
	log->follow = false;
	if (pointer->kind == POINTER_TWICE)
		log->details = !log->details;
	if (pointer->kind == POINTER_OTHER)
		palette_offer(app);
}

static void
answer(struct screen *screen, struct app *app, int question, int given)
{
	(void)screen;
	(void)app;
	(void)question;
	(void)given;
}

static bool
typed(struct screen *screen, struct app *app, int question, const char *text,
    bool done)
{
	struct log_screen *log = own(screen);

	(void)app;
	(void)question;
	if (!done || !text)
		return true;
	free(log->find);
	log->find = *text ? mem_strdup(text) : NULL;
	find(log, 1);
	return true;
}

static const char *const level_names[] = { "info", "warn", "ERROR" };

/* "14:02:11", or with `day` "2026-11-26 14:02:11". */
static void
add_time(struct str *out, double when, bool day)
{
	time_t at = (time_t)when;
	struct tm parts;

	if (!localtime_r(&at, &parts))
		return;
	if (day)
		str_addf(out, "%04d-%02d-%02d ", parts.tm_year + 1900,
		    parts.tm_mon + 1, parts.tm_mday);
	str_addf(
	    out, "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/* The whole of the line under the cursor. */
static void
fill_pane(struct log_screen *log)
{
	const struct journal_line *line = line_at(log, log->table.rows.cursor);
	struct str text = STR_INIT;

	if (line) {
		add_time(&text, line->at, true);
		str_addf(&text, "  %s  %s\n\n%s", level_names[line->level],
		    line->area, line->text);
	}
	textview_place(&log->view, text.v, &log->pane);
	str_fini(&text);
}

static void
size(struct screen *screen, const struct area *body)
{
	struct log_screen *log = own(screen);
	bool linear = body->surface->linear;
	int columns_left = body->columns, rows = body->rows;

	log->pane = area_part(body, 0, 0, 0, 0);
	log->beside = body->columns >= BESIDE && !linear;
	if (log->beside) {
		columns_left = body->columns * 3 / 5;
		log->pane = area_part(body, columns_left + 2, 1,
		    body->columns - columns_left - 2, rows - 1);
	} else if (log->details) {
		rows = body->rows / 2;
		log->pane = area_part(body, 1, rows + 1, body->columns - 1,
		    body->rows - rows - 1);
	}
	log->table.rows.count = count(log);
	if (log->follow)
		log->table.rows.cursor = SIZE_MAX;
	table_place(&log->table,
	    &(struct area){
		body->surface, body->x, body->y, columns_left, rows },
	    linear);
	if (log->pane.rows)
		fill_pane(log);
	log->base.panes.areas[PANE_LIST] =
	    area_part(body, 0, 0, columns_left, rows);
	log->base.panes.areas[PANE_LINE] = log->pane;
	panes_settle(&log->base.panes);
	log->table.away = log->base.panes.focus != PANE_LIST;
}

static void
draw_line(const struct table *table, const struct area *row,
    const struct journal_line *line, bool cursor)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_WARN, ROLE_BAD };
	struct str when = STR_INIT;

	add_time(&when, line->at, false);
	table_cell(table, row, COL_TIME, ROLE_DIM, when.v);
	str_fini(&when);
	table_cell(table, row, COL_LEVEL, roles[line->level],
	    level_names[line->level]);
	table_cell(table, row, COL_AREA, ROLE_DIM, line->area);
	table_cell(table, row, COL_TEXT, roles[line->level], line->text);
	if (cursor)
		table_cursor(table, row, table->x[COL_TIME]);
}

/* The whole of the line, below its title. */
static void
draw_pane(const struct log_screen *log, const struct area *body)
{
	int x = log->pane.x - body->x, y = log->pane.y - body->y - 1;
	struct area title = area_part(
	    body, log->beside ? x - 2 : 0, 0, body->columns, body->rows);

	if (log->beside)
		area_upright(body, x - 2);
	panes_title(&log->base.panes, PANE_LINE, &title, y, !log->beside);
	textview_draw(&log->view, log->find);
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct log_screen *log = own_const(screen);

	(void)app;
	area_print(context, 1, 0, ROLE_TITLE, "log   level %s and above%s",
	    level_names[log->least], log->follow ? "   following (f)" : "");
	if (!log->table.rows.count)
		area_print(body, 5, 1, ROLE_DIM, "no events yet");
	if (!body->surface->linear)
		table_draw_head(&log->table, -1, false, -1);
	for (int y = 0; y < log->table.list.rows; y++) {
		size_t at = log->table.rows.top + (size_t)y;
		const struct journal_line *line = line_at(log, at);
		struct area row = table_row(&log->table, y);

		if (!line)
			break;
		draw_line(
		    &log->table, &row, line, at == log->table.rows.cursor);
	}
	rows_draw_bar(&log->table.rows, &log->table.list);
	if (log->pane.rows)
		draw_pane(log, body);
}

static void
status(const struct screen *screen, const struct app *app, struct str *left,
    struct str *right)
{
	const struct log_screen *log = own_const(screen);

	(void)app;
	if (log->table.rows.count)
		str_addf(left, "line %zu of %zu", log->table.rows.cursor + 1,
		    log->table.rows.count);
	str_addz(right, "secrets are never written here");
}

static void
close_screen(struct screen *screen)
{
	struct log_screen *log = own(screen);

	textview_fini(&log->view);
	free(log->find);
	free(log);
}

static const enum action_id hints[] = { ACT_OPEN, ACT_FILTER, ACT_NEXT_MATCH,
	ACT_KIND, ACT_FOLLOW, ACT_COPY, ACT_CACHE, ACT_PALETTE, ACT_NONE };

static const enum action_id offers[] = { ACT_OPEN, ACT_COPY, ACT_KIND,
	ACT_FOLLOW, ACT_NONE };

static const struct screen_ops ops = {
	.id = SCREEN_LOG,
	.digit = '7',
	.name = "Log",
	.hints = hints,
	.refuse = refuse,
	.act = act,
	.offers = offers,
	.pointed = pointed,
	.answer = answer,
	.typed = typed,
	.size = size,
	.draw = draw,
	.status = status,
	.close = close_screen,
};

struct screen *
log_screen_new(const struct app *app)
{
	struct log_screen *log = mem_new(struct log_screen);

	log->base.ops = &ops;
	log->base.panes = (struct panes){ .n = LOG_PANES,
		.names = { [PANE_LIST] = "log", [PANE_LINE] = "line" } };
	log->journal = &app->journal;
	log->follow = true;
	log->table =
	    (struct table){ .columns = columns, .n = COLUMNS, .front = 2 };
	log->view.text = (struct str)STR_INIT;
	return &log->base;
}
