#include "tui/log/screen.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "tui/frame/app.h"
#include "tui/frame/palette.h"
#include "tui/frame/screen.h"
#include "widgets/rows.h"

#define ASK_FIND 1

struct log_screen {
	struct screen base;
	const struct journal *journal;
	struct rows rows;
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
		return "4 goes to the Cache, where it is";
	if ((action == ACT_NEXT_MATCH || action == ACT_PREVIOUS_MATCH) &&
	    !log->find)
		return "/ first says what to find";
	return NULL;
}

static void
find(struct log_screen *log, int step)
{
	size_t n = log->rows.count;

	for (size_t i = 1; i <= n && log->find; i++) {
		size_t at = (log->rows.cursor + (step > 0 ? i : n * 2 - i)) % n;
		const struct journal_line *line = line_at(log, at);

		if (line && strcasestr(line->text, log->find)) {
			rows_go(&log->rows, at);
			return;
		}
	}
}

static bool
move(struct log_screen *log, enum action_id action)
{
	long page = log->rows.seen;

	switch (action) {
	case ACT_DOWN:
		rows_move(&log->rows, 1);
		break;
	case ACT_UP:
		rows_move(&log->rows, -1);
		break;
	case ACT_FIRST:
		rows_go(&log->rows, 0);
		break;
	case ACT_LAST:
		rows_go(&log->rows, SIZE_MAX);
		break;
	case ACT_HALF_DOWN:
		rows_move(&log->rows, page / 2);
		break;
	case ACT_HALF_UP:
		rows_move(&log->rows, -page / 2);
		break;
	case ACT_PAGE_DOWN:
		rows_move(&log->rows, page);
		break;
	case ACT_PAGE_UP:
		rows_move(&log->rows, -page);
		break;
	default:
		return false;
	}
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
		line = line_at(log, log->rows.cursor);
		if (line)
			str_set(&app->copied, line->text);
		app_say(app, TOAST_INFO, "copy", "copied");
		return true;
	default:
		return false;
	}
}

static void
pointed(struct screen *screen, struct app *app, const struct pointer *pointer)
{
	struct log_screen *log = own(screen);

	if (pointer->y < 0 || pointer->y >= log->rows.seen)
		return;
	if (pointer->kind == POINTER_WHEEL)
		rows_scroll(&log->rows, pointer->by);
	else if (pointer->kind != POINTER_DROP)
		rows_go(&log->rows, log->rows.top + (size_t)pointer->y);
	log->follow = false;
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

static void
typed(struct screen *screen, struct app *app, int question, const char *text,
    bool done)
{
	struct log_screen *log = own(screen);

	(void)app;
	(void)question;
	if (!done || !text)
		return;
	free(log->find);
	log->find = *text ? mem_strdup(text) : NULL;
	find(log, 1);
}

static void
size(struct screen *screen, const struct area *body)
{
	struct log_screen *log = own(screen);

	log->rows.seen = body->rows;
	log->rows.count = count(log);
	if (log->follow)
		log->rows.cursor = SIZE_MAX;
	rows_settle(&log->rows);
}

static const char *const level_names[] = { "info ", "warn ", "ERROR" };

static void
draw_line(const struct area *row, const struct journal_line *line, bool cursor)
{
	static const enum role roles[] = { ROLE_TEXT, ROLE_WARN, ROLE_BAD };
	time_t at = (time_t)line->at;
	struct tm parts;
	char when[16] = "";

	if (localtime_r(&at, &parts))
		strftime(when, sizeof(when), "%H:%M:%S", &parts);
	area_text(row, 1, 0, 8, ROLE_DIM, when);
	area_text(row, 10, 0, 5, roles[line->level], level_names[line->level]);
	area_text(row, 16, 0, 7, ROLE_DIM, line->area);
	area_name(
	    row, 24, 0, row->columns - 25, roles[line->level], line->text);
	if (cursor) {
		area_tint(row, 0, ROLE_CURSOR);
		area_text(row, 0, 0, 1, ROLE_CURSOR, ">");
		area_cursor(row, 0, 0, false);
	}
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct log_screen *log = own_const(screen);

	(void)app;
	area_print(context, 1, 0, ROLE_TITLE, "log   level %s and above%s",
	    level_names[log->least], log->follow ? "   following (f)" : "");
	if (!log->rows.count)
		area_print(body, 5, 1, ROLE_DIM, "nothing happened yet");
	for (int y = 0; y < body->rows; y++) {
		size_t at = log->rows.top + (size_t)y;
		const struct journal_line *line = line_at(log, at);
		struct area row = area_part(body, 0, y, body->columns, 1);

		if (!line)
			break;
		draw_line(&row, line, at == log->rows.cursor);
	}
}

static void
status(const struct screen *screen, const struct app *app, struct str *left,
    struct str *right)
{
	const struct log_screen *log = own_const(screen);

	(void)app;
	if (log->rows.count)
		str_addf(left, "line %zu of %zu", log->rows.cursor + 1,
		    log->rows.count);
	str_addz(right, "secrets are never written here");
}

static void
close_screen(struct screen *screen)
{
	struct log_screen *log = own(screen);

	free(log->find);
	free(log);
}

static const enum action_id hints[] = { ACT_FILTER, ACT_NEXT_MATCH, ACT_KIND,
	ACT_FOLLOW, ACT_COPY, ACT_CACHE, ACT_PALETTE, ACT_NONE };

static const enum action_id offers[] = { ACT_COPY, ACT_KIND, ACT_FOLLOW,
	ACT_NONE };

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
	log->journal = &app->journal;
	log->follow = true;
	return &log->base;
}
