#include "tui/frame/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/os/sig.h"
#include "core/run/loop.h"
#include "widgets/key.h"
#include "widgets/term.h"
#include "widgets/theme.h"

/* No more frames than thirty a second. */
#define FRAME_MS 33

/* After this an Esc is the key; over a network its sequence comes slower. */
#define ESC_MS 25
#define ESC_REMOTE_MS 100

/* So long after its last bytes a paste is over, whether or not its end came. */
#define PASTE_MS 1000

struct run {
	struct app *app;
	struct loop *loop;
	struct terminal *term;
	struct decoder *decoder;
	enum theme_name theme;
	struct loop_timer paint, esc, paste, pass;
	uint64_t painted_ms;
	bool waiting; /* for the terminal to take what was sent */
	int signals;
	int ended; /* the signal's number, 0: none */
};

static void schedule(struct run *run, bool at_once);

static void
on_output(void *context, int fd, unsigned events)
{
	struct run *run = context;

	(void)events;
	if (!term_flush(run->term))
		return;
	loop_unwatch(run->loop, fd);
	run->waiting = false;
	if (run->app->dirty)
		schedule(run, true);
}

/* Goes on sending when the terminal takes more. */
static void
wait_for_terminal(struct run *run)
{
	int fd = term_out(run->term);

	if (run->waiting || term_flush(run->term))
		return;
	run->waiting = true;
	loop_watch(run->loop, fd, LOOP_WRITE, on_output, run);
}

static void
show(struct run *run)
{
	struct app *app = run->app;
	uint64_t now = clock_ms();
	int background = term_background(run->term);

	const char *wanted =
	    setting_value(&app->options.settings, SETTING_THEME);

	run->painted_ms = now;
	/* What is not shown was not drawn either: a question was not seen. */
	if (!term_is_ready(run->term)) {
		app->dirty = true;
		wait_for_terminal(run);
		return;
	}
	if (!theme_parse(wanted, &run->theme) && background >= 0)
		run->theme = background ? THEME_LIGHT : THEME_DARK;
	app_draw(app, now);
	term_draw(run->term, &app->surface, run->theme);
	wait_for_terminal(run);
}

static void
on_paint(void *context)
{
	struct run *run = context;

	show(run);
	if (run->app->dirty && !run->waiting)
		schedule(run, false);
}

static void
schedule(struct run *run, bool at_once)
{
	uint64_t passed = clock_ms() - run->painted_ms;

	loop_timer_start(run->loop, &run->paint,
	    at_once || passed >= FRAME_MS ? 0 : FRAME_MS - passed, on_paint,
	    run);
}

static void
on_pass(void *context)
{
	struct run *run = context;
	uint64_t next = app_pass(run->app, clock_ms());

	if (next)
		loop_timer_start(run->loop, &run->pass, next, on_pass, run);
	schedule(run, false);
}

static void
suspend(struct run *run)
{
	term_suspend(run->term);
	sig_stop_self();
	term_resume(run->term);
	run->app->suspend = false;
}

/* What keys and events asked for. */
static void
settle(struct run *run, bool at_once)
{
	struct app *app = run->app;

	if (app->quit || app->leave) {
		loop_stop(run->loop);
		return;
	}
	if (app->suspend)
		suspend(run);
	if (app->redraw)
		term_redraw(run->term);
	app->redraw = false;
	term_set_mouse(run->term, app->mouse);
	if (app->copied.n)
		term_copy(run->term, app->copied.v);
	str_clear(&app->copied);
	if (app->notice.n)
		term_notify(run->term,
		    !strcmp(
			setting_value(&app->options.settings, SETTING_NOTIFY),
			"desktop")
			? app->notice.v
			: NULL);
	str_clear(&app->notice);
	if (app->dirty) {
		schedule(run, at_once);
		loop_timer_start(run->loop, &run->pass, 0, on_pass, run);
	}
}

static void
on_key(void *context, const struct key *key)
{
	struct run *run = context;

	if (key->kind == KEY_REPLY)
		term_reply(run->term, key->text, key->n);
	app_key(run->app, key, clock_ms());
}

static void
on_esc(void *context)
{
	struct run *run = context;

	decoder_flush(run->decoder, on_key, run);
	settle(run, true);
}

/* One that was cut off on its way would swallow every key. */
static void
on_paste_over(void *context)
{
	struct run *run = context;

	decoder_end_paste(run->decoder, on_key, run);
	settle(run, true);
}

static void
on_input(void *context, int fd, unsigned events)
{
	struct run *run = context;
	bool remote = env_get("SSH_CONNECTION") != NULL;
	char bytes[4096];
	long n;

	(void)fd;
	(void)events;
	while ((n = term_read(run->term, bytes, sizeof(bytes))) > 0)
		decoder_feed(run->decoder, bytes, (size_t)n, on_key, run);
	/* The terminal is gone: as with a hang-up. */
	if (n < 0) {
		run->ended = 1;
		loop_stop(run->loop);
		return;
	}
	loop_timer_stop(&run->esc);
	if (decoder_waits(run->decoder))
		loop_timer_start(run->loop, &run->esc,
		    remote ? ESC_REMOTE_MS : ESC_MS, on_esc, run);
	loop_timer_stop(&run->paste);
	if (decoder_pastes(run->decoder))
		loop_timer_start(
		    run->loop, &run->paste, PASTE_MS, on_paste_over, run);
	settle(run, true);
}

static void
resize(struct run *run)
{
	int columns, rows;

	term_size(run->term, &columns, &rows);
	if (columns != run->app->surface.columns ||
	    rows != run->app->surface.rows)
		app_resize(run->app, columns, rows);
	schedule(run, false);
}

static void
on_signal(void *context, int fd, unsigned events)
{
	struct run *run = context;
	unsigned char number;

	(void)events;
	while (read(fd, &number, 1) == 1) {
		if (!run->term) {
			if (sig_is_stop(number))
				sig_stop_self();
			run->ended = sig_is_end(number) ? number : 0;
			if (run->ended)
				loop_stop(run->loop);
		} else if (sig_is_resize(number)) {
			resize(run);
		} else if (sig_is_stop(number)) {
			suspend(run);
			schedule(run, true);
		} else if (sig_is_end(number)) {
			run->ended = number;
			loop_stop(run->loop);
		}
	}
}

/* Events of the engine change things without a key. */
static void
on_woken(void *context)
{
	struct run *run = context;

	settle(run, false);
}

static bool
open_run(struct run *run, const struct run_options *options, struct error *err)
{
	struct app_options app = options->app;
	const struct key_string *keys;
	int columns, rows;
	size_t n;

	if (!sig_open_screen(&run->signals, err))
		return false;
	run->loop = loop_new();
	run->term = term_open(
	    &(struct term_options){ .color_never = options->color_never,
		.mouse = setting_is_on(&app.settings, SETTING_MOUSE) },
	    err);
	if (!run->term)
		return false;
	keys = term_keys(run->term, &n);
	run->decoder = decoder_new(keys, n);
	app.unicode = term_unicode(run->term);
	run->app = app_new(&app, run->loop, err);
	if (!run->app)
		return false;
	run->app->woken = on_woken;
	run->app->woken_context = run;
	term_size(run->term, &columns, &rows);
	app_resize(run->app, columns, rows);
	loop_watch(run->loop, run->signals, LOOP_READ, on_signal, run);
	loop_watch(run->loop, term_fd(run->term), LOOP_READ, on_input, run);
	return true;
}

/* -- without a screen, until no transfer runs -- */

/* How often it is said how far they are. */
#define LINE_MS 10000

struct lines {
	struct run *run;
	const struct run_options *options;
	struct loop_timer timer;
	size_t told; /* lines of the journal */
};

static void
say(const struct lines *lines, const char *text)
{
	lines->options->say(lines->options->context, text);
}

/* What the screen would have said of transfers. */
static void
tell_lines(struct lines *lines)
{
	const struct journal *journal = &lines->run->app->journal;

	for (; lines->told < journal->dropped + journal->lines.n;
	     lines->told++) {
		const struct journal_line *line;

		if (lines->told < journal->dropped)
			continue;
		line = &journal->lines.v[lines->told - journal->dropped];
		if (!strcmp(line->area, "transfers"))
			say(lines, line->text);
	}
}

static void
tell_pace(void *context)
{
	struct lines *lines = context;
	struct str pace = STR_INIT;

	app_add_pace(lines->run->app, &pace);
	if (pace.n)
		say(lines, pace.v);
	str_fini(&pace);
	loop_timer_start(lines->run->loop, &lines->timer, clock_scaled(LINE_MS),
	    tell_pace, lines);
}

static void
on_woken_lines(void *context)
{
	struct lines *lines = context;

	tell_lines(lines);
	if (lines->run->app->quit)
		loop_stop(lines->run->loop);
}

static void
go_on_without(struct run *run, const struct run_options *options)
{
	struct lines lines = { .run = run,
		.options = options,
		.told = run->app->journal.dropped + run->app->journal.lines.n };

	loop_timer_stop(&run->paint);
	loop_timer_stop(&run->pass);
	loop_timer_stop(&run->esc);
	loop_timer_stop(&run->paste);
	loop_unwatch(run->loop, term_fd(run->term));
	if (run->waiting)
		loop_unwatch(run->loop, term_out(run->term));
	term_close(run->term);
	run->term = NULL;
	run->app->woken = on_woken_lines;
	run->app->woken_context = &lines;
	say(&lines, "the transfers go on; Ctrl-C stops them, and they continue "
		    "with the next start");
	tell_pace(&lines);
	loop_run(run->loop);
	loop_timer_stop(&lines.timer);
	run->app->woken = NULL;
}

int
run_app(const struct run_options *options, struct run_picked *picked,
    struct error *err)
{
	struct run run = { .theme = THEME_NEUTRAL, .signals = -1 };
	int code = -1;

	*picked = (struct run_picked){ .freed = 0 };
	if (open_run(&run, options, err)) {
		show(&run);
		loop_run(run.loop);
		if (run.app->leave && !run.ended && options->say)
			go_on_without(&run, options);
		code = run.ended ? 128 + run.ended : 0;
		if (!run.ended) {
			picked->scan = run.app->picked_scan;
			picked->purge = run.app->picked;
			picked->job = run.app->chosen;
			run.app->chosen = NULL;
		}
	}
	/* The screen first: what the engine still has to end takes its time. */
	term_close(run.term);
	sig_close_screen();
	app_free(run.app, &picked->freed);
	decoder_free(run.decoder);
	loop_free(run.loop);
	return code;
}
