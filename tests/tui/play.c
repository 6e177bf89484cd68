/*
 * play.c: the full-screen program without a terminal: it reads a script on
 * standard input, a command a line, and prints what is asked for.
 *
 *	size 80x24          key j / key Ctrl-R      text *.json     paste ...
 *	mouse click 12 5 (right, drag, drop, up, down)      wait idle       wait 250
 *	dump NAME           roles NAME              expect TEXT     missing TEXT
 *	until TEXT          (waits for it)
 *	cursor              monkey SEED STEPS       clock +30       early y
 *	transfers SEED STEPS (a monkey that queues what the script's Hub has)
 *	figures             say TEXT        kill    focus    copied
 *
 * A script ends where the program does, and then "-- ended" is printed; one that
 * ends before is a hang-up. "dump" prints "-- NAME" and the grid. A failed "expect" prints the grid too
 * and ends with 1.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/census/scan.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"
#include "core/run/loop.h"
#include "tests/tui/held.h"
#include "tui/cache/screen.h"
#include "tui/frame/app.h"
#include "tui/repo/screen.h"
#include "tui/transfers/screen.h"
#include "widgets/surface.h"

/* Longer than anything that a script waits for. */
#define PATIENCE_MS 30000

struct play {
	struct app *app;
	struct loop *loop;
	struct loop_timer tick;
	uint64_t ahead_ms; /* the clock was moved by so much */
	uint64_t until_ms;
	bool idle; /* wait for that */
	int failures;
	uint64_t dice;
};

static uint64_t
now(const struct play *play)
{
	return clock_ms() + play->ahead_ms;
}

static void
draw(struct play *play)
{
	app_draw(play->app, now(play));
}

static void
on_tick(void *context)
{
	struct play *play = context;
	uint64_t next = app_pass(play->app, now(play));
	/* What wants to go on at once is not idle either. */
	bool done = play->idle ? app_is_idle(play->app) && next != 1
	                       : clock_ms() >= play->until_ms;

	if (done || clock_ms() > play->until_ms)
		loop_stop(play->loop);
	else
		loop_timer_start(play->loop, &play->tick, 5, on_tick, play);
}

static void
wait_for(struct play *play, bool idle, uint64_t ms)
{
	play->idle = idle;
	play->until_ms = clock_ms() + (idle ? PATIENCE_MS : ms);
	loop_timer_start(play->loop, &play->tick, 0, on_tick, play);
	loop_run(play->loop);
	draw(play);
}

static void
press(struct play *play, const struct key *key)
{
	app_key(play->app, key, now(play));
	draw(play);
}

/* What a dialog asks for is that it was seen for a while. */
static void
see(struct play *play)
{
	if (dialog_is_open(&play->app->dialog))
		play->ahead_ms += DIALOG_GUARD_MS;
}

static void
press_named(struct play *play, const char *name)
{
	struct key key;

	if (!key_parse(name, &key)) {
		printf("no key is called %s\n", name);
		play->failures++;
		return;
	}
	see(play);
	press(play, &key);
}

static void
type(struct play *play, const char *text)
{
	size_t n = strlen(text);

	while (n) {
		struct key key = { .kind = KEY_CHAR };
		size_t len = utf8_decode(text, n, &key.point);

		press(play, &key);
		text += len;
		n -= len;
	}
}

static void
print_grid(struct play *play, const char *name, bool roles)
{
	struct str text = STR_INIT;

	draw(play);
	if (roles)
		surface_dump_roles(&play->app->surface, &text);
	else
		surface_dump(&play->app->surface, &text);
	printf("-- %s\n%s", name, text.v);
	str_fini(&text);
}

static void
expect(struct play *play, const char *text, bool there)
{
	struct str grid = STR_INIT;

	draw(play);
	surface_dump(&play->app->surface, &grid);
	if ((strstr(grid.v, text) != NULL) != there) {
		printf("-- %s: %s\n%s", there ? "not there" : "there", text,
		    grid.v);
		play->failures++;
	}
	str_fini(&grid);
}

static bool
is_shown(struct play *play, const char *text)
{
	struct str grid = STR_INIT;
	bool shown;

	draw(play);
	surface_dump(&play->app->surface, &grid);
	shown = strstr(grid.v, text) != NULL;
	str_fini(&grid);
	return shown;
}

static void
wait_until(struct play *play, const char *text)
{
	uint64_t end = clock_ms() + PATIENCE_MS / 2;

	while (!play->app->quit && clock_ms() < end && !is_shown(play, text))
		wait_for(play, false, 20);
	if (play->app->quit || is_shown(play, text))
		return;
	/* What comes after it would only wait as long. */
	expect(play, text, true);
	play->app->quit = true;
}

/* Bytes, repositories, revisions, warnings, as the screen counts them. */
static void
print_figures(struct play *play)
{
	const struct cache_model *m =
	    cache_screen_model(app_find(play->app, SCREEN_CACHE));

	printf("%llu %zu %zu %zu\n", (unsigned long long)m->total, m->repos,
	    m->revisions, m->warnings);
}

/* -- the monkey -- */

static uint64_t
roll(struct play *play, uint64_t sides)
{
	play->dice ^= play->dice << 13;
	play->dice ^= play->dice >> 7;
	play->dice ^= play->dice << 17;
	return play->dice % sides;
}

static void
check_grid(struct play *play, const char *what)
{
	const struct surface *s = &play->app->surface;
	size_t n = (size_t)s->columns * (size_t)s->rows;

	for (size_t i = 0; i < n; i++) {
		const struct cell *cell = &s->cells[i];
		bool control = cell->base &&
		               (cell->base < 0x20 ||
				   (cell->base >= 0x7f && cell->base < 0xa0));

		if (control || (cell->width == 0) != (cell->base == 0)) {
			printf("a bad cell after %s\n", what);
			play->failures++;
			return;
		}
	}
	if (s->cursor_x < 0 || s->cursor_y < 0 ||
	    (n && (s->cursor_x >= s->columns || s->cursor_y >= s->rows))) {
		printf("the cursor is outside after %s\n", what);
		play->failures++;
	}
}

static void
random_key(struct play *play, struct key *key)
{
	static const enum key_kind kinds[] = { KEY_ENTER, KEY_TAB, KEY_ESC,
		KEY_BACKSPACE, KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME,
		KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_FOCUS_IN };
	static const char text[] =
	    "jjjkkkhl  vas/:?mSsdDiJKzxytE*gGnNfy1234+-b2";

	*key = (struct key){ .kind = KEY_CHAR };
	switch (roll(play, 10)) {
	case 0:
		key->kind = kinds[roll(play, 13)];
		break;
	case 1:
		key->kind = KEY_MOUSE;
		key->mouse = (enum mouse_kind)roll(play, 5);
		key->button = 1 + (int)roll(play, 3);
		key->x = (int)roll(play, 200);
		key->y = (int)roll(play, 60);
		break;
	case 2:
		key->kind = KEY_PASTE;
		key->text = "pasted \x1b[2J\n\xff text";
		key->n = strlen(key->text);
		break;
	case 3:
		key->point = (uint32_t)(0x20 + roll(play, 0x5f));
		break;
	default:
		key->point = (unsigned char)text[roll(play, sizeof(text) - 1)];
		break;
	}
}

/* The Repo screen's sums are those of its files, and its rows those of its tree. */
static void
check_repo(struct play *play, const char *what)
{
	const struct screen *screen = app_find(play->app, SCREEN_REPO);
	const struct repo_model *m;
	struct pick_sum ticked = { 0 };
	struct repo_row row;
	size_t rows = 0, seen = 0, seen_ticked = 0;

	if (!screen)
		return;
	m = &repo_own_const(screen)->m;
	arr_each (file, &m->pick.files) {
		ticked.files += !!(file->flags & PICK_TICKED);
		ticked.bytes += file->flags & PICK_TICKED ? file->size : 0;
		seen += file->flags & PICK_SEEN && !(file->flags & PICK_BAD);
		seen_ticked +=
		    file->flags & PICK_SEEN && file->flags & PICK_TICKED;
	}
	while (repo_row(m, rows, &row))
		rows++;
	if (ticked.files == pick_ticked(&m->pick).files &&
	    ticked.bytes == pick_ticked(&m->pick).bytes &&
	    ticked.files == m->pick.folders.v[0].ticked.files &&
	    m->pick.files.n == m->pick.folders.v[0].all.files &&
	    seen == m->pick.folders.v[0].seen &&
	    seen_ticked == m->pick.folders.v[0].seen_ticked &&
	    rows == m->table.rows.count &&
	    (!rows || m->table.rows.cursor < rows))
		return;
	printf("wrong sums of ticks or rows after %s\n", what);
	play->failures++;
}

/* Everything in the cache at the start, and what questions named since. */
static ARR(char *) entries;
static ARR(char *) named;

static int
add_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	/* Payloads of the shared store go with the last link to them. */
	if (ftw->level && !strstr(path, "/.locks") &&
	    !strstr(path, "hub/blobs/"))
		arr_push(&entries, mem_strdup(path));
	return 0;
}

/* Notes what the question that is open would delete, path by path. */
static void
note_question(struct play *play)
{
	const struct app *app = play->app;
	const struct cache_model *m =
	    cache_screen_model(app_find(app, SCREEN_CACHE));
	struct purge purge = { .scan = m->own };
	carry_steps steps = { 0 };

	if (app->question != ASK_DELETE || !dialog_is_open(&app->dialog) ||
	    app->asker != app_find(app, SCREEN_CACHE) || !m->own)
		return;
	purge_choose_marked(&purge, m->tally);
	purge_plan(&purge);
	carry_plan(&purge, &steps);
	arr_each (step, &steps)
		arr_push(&named, path_join(m->own->root, step->path));
	carry_steps_free(&steps);
	purge_fini(&purge);
}

static bool
was_named(const char *path)
{
	arr_each (name, &named) {
		size_t n = strlen(*name);

		if (!strncmp(path, *name, n) && (!path[n] || path[n] == '/'))
			return true;
	}
	return false;
}

/* Nothing left the disk that no question named. */
static void
check_disk(struct play *play)
{
	arr_each (path, &entries) {
		if (file_entry_exists(*path) || was_named(*path))
			continue;
		printf("gone, though no question named it: %s\n", *path);
		play->failures++;
	}
}

static void
forget_disk(void)
{
	arr_each (path, &entries)
		free(*path);
	arr_free(&entries);
	arr_each (path, &named)
		free(*path);
	arr_free(&named);
}

static void
monkey(struct play *play, uint64_t seed, uint64_t steps)
{
	play->dice = seed * 2654435761u + 88172645463325252u;
	(void)nftw(play->app->options.root, add_entry, 16, FTW_PHYS);
	for (uint64_t i = 0; i < steps && !play->failures; i++) {
		char what[64];
		struct key key;

		if (!roll(play, 40))
			app_resize(play->app, 1 + (int)roll(play, 160),
			    1 + (int)roll(play, 50));
		if (!roll(play, 60))
			play->ahead_ms += roll(play, 40000);
		if (!roll(play, 200))
			wait_for(play, true, 0);
		random_key(play, &key);
		see(play);
		note_question(play);
		press(play, &key);
		/* It may want to leave; it may not. */
		play->app->quit = play->app->suspend = false;
		snprintf(what, sizeof(what), "seed %llu step %llu",
		    (unsigned long long)seed, (unsigned long long)i);
		check_grid(play, what);
		check_repo(play, what);
	}
	wait_for(play, true, 0);
	check_disk(play);
	forget_disk();
	printf("%d failures\n", play->failures);
}

/* -- the monkey of transfers -- */

static void run_line(struct play *play, const char *line);

static const struct xfer_model *
transfers(const struct play *play)
{
	const struct screen *screen = app_find(play->app, SCREEN_TRANSFERS);

	return &((const struct xfer_screen *)(const void *)screen)->m;
}

/* Lines of a script, with "|" between them, on the Transfers screen. */
static void
run_lines(struct play *play, const char *lines)
{
	struct span rest = span_of(lines), line;

	run_line(play, "key Esc");
	run_line(play, "key Esc");
	run_line(play, "key 3");
	while (rest.n && span_next(&rest, '|', &line)) {
		char *copy = mem_strndup(line.p, line.n);

		run_line(play, copy);
		free(copy);
	}
}

/* Until it is seen: what comes next is judged by it. */
static void
set_at_once(struct play *play, uint64_t n)
{
	uint64_t end = clock_ms() + 1000;
	struct str lines = STR_INIT;

	str_addf(&lines, "key T|key n|key Ctrl-U|text %llu|key Enter",
	    (unsigned long long)n);
	run_lines(play, lines.v);
	str_fini(&lines);
	while (transfers(play)->picture->list.settings.at_once != n &&
	       clock_ms() < end)
		wait_for(play, false, 20);
}

/* What a user does on purpose. */
static void
do_something(struct play *play)
{
	static const char *const deeds[] = { "key A|text acme/many|key Enter",
		"key A|text acme/many 1*|key Enter", "key P",
		"key A|text acme/big|key Enter", "key m|key f|key r",
		"key A|text acme/big small.txt|key Enter", "key p", "key x",
		"key A|text acme/owl|key Enter", "key r", "key G|key <|key <",
		"key A|text acme/owl *.json|key Enter", "key g|key >",
		"key A|text acme/none|key Enter", "key Space|key Space|key p",
		"key T|key a|key Ctrl-U|text 300K|key Enter",
		"key T|key a|key Ctrl-U|text off|key Enter", "key T|key o",
		"key A|text acme/huge|key Enter",
		"key T|key t|key Ctrl-U|text 200K|key Enter", "key z",
		"key T|key u|key Ctrl-U|text 500K|key Enter", "key d|key y",
		"key d|wait 60|key x|key y", "key a|key x|key a|key r" };

	run_lines(play, deeds[roll(play, sizeof(deeds) / sizeof(deeds[0]))]);
}

/* What was changed last is seen, and kept, a moment later. */
static void
check_kept(struct play *play, struct held *held, const char *what)
{
	enum held_list found;

	while ((found = held_compare(held, transfers(play), clock_ms())) ==
	       HELD_CHANGES)
		wait_for(play, false, 20);
	if (found == HELD_SAME)
		return;
	printf("the list is not what is kept of it, after %s\n", what);
	play->failures++;
}

static void
transfers_monkey(struct play *play, uint64_t seed, uint64_t steps)
{
	struct held held = { .running = 0 };
	const char *wrong;

	play->dice = seed * 2654435761u + 88172645463325252u;
	for (uint64_t i = 0; i < steps && !play->failures; i++) {
		char what[64];
		struct key key;

		snprintf(what, sizeof(what), "seed %llu step %llu",
		    (unsigned long long)seed, (unsigned long long)i);
		if (!roll(play, 60)) {
			set_at_once(play, 1 + roll(play, 3));
		} else if (!roll(play, 3)) {
			do_something(play);
		} else {
			random_key(play, &key);
			see(play);
			press(play, &key);
		}
		if (!roll(play, 60))
			app_resize(play->app, 40 + (int)roll(play, 120),
			    10 + (int)roll(play, 40));
		if (!roll(play, 4))
			wait_for(play, false, roll(play, 40));
		/* It may want to leave; it may not. */
		play->app->quit = play->app->quit_when_done = false;
		play->app->suspend = play->app->leave = false;
		check_grid(play, what);
		wrong = held_wrong(&held, transfers(play), clock_ms());
		if (wrong) {
			printf("%s, after %s\n", wrong, what);
			play->failures++;
		}
		if (!roll(play, 100))
			check_kept(play, &held, what);
	}
	check_kept(play, &held, "all steps");
	held_fini(&held);
	printf("%d failures\n", play->failures);
}

/* -- scripts -- */

/* "12 5" */
static bool
two_numbers(const char *text, char between, uint64_t *a, uint64_t *b)
{
	struct span rest = span_of(text), part;

	return span_next(&rest, between, &part) && span_u64(part, a) &&
	       span_u64(rest, b);
}

static const char *
after(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 || (line[n] && line[n] != ' '))
		return NULL;
	return line[n] ? line + n + 1 : line + n;
}

static void
run_mouse(struct play *play, const char *what)
{
	static const struct {
		const char *name;
		enum mouse_kind kind;
		int button;
	} kinds[] = { { "click", MOUSE_PRESS, 1 }, { "right", MOUSE_PRESS, 3 },
		{ "drag", MOUSE_MOVE, 1 }, { "drop", MOUSE_RELEASE, 1 },
		{ "up", MOUSE_WHEEL_UP, 0 }, { "down", MOUSE_WHEEL_DOWN, 0 } };
	struct key key = { .kind = KEY_MOUSE };
	uint64_t x = 0, y = 0;

	see(play);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *at = after(what, kinds[i].name);

		if (!at || !two_numbers(at, ' ', &x, &y))
			continue;
		key.mouse = kinds[i].kind;
		key.button = kinds[i].button;
		key.x = (int)x;
		key.y = (int)y;
		press(play, &key);
		return;
	}
	printf("no such gesture: %s\n", what);
	play->failures++;
}

static void
run_line(struct play *play, const char *line)
{
	const char *rest;
	uint64_t a = 0, b = 0;

	if ((rest = after(line, "size")) != NULL &&
	    two_numbers(rest, 'x', &a, &b)) {
		app_resize(play->app, (int)a, (int)b);
		draw(play);
	} else if ((rest = after(line, "key")) != NULL) {
		press_named(play, rest);
	} else if ((rest = after(line, "text")) != NULL) {
		type(play, rest);
	} else if ((rest = after(line, "paste")) != NULL) {
		press(play,
		    &(struct key){
			.kind = KEY_PASTE, .text = rest, .n = strlen(rest) });
	} else if ((rest = after(line, "mouse")) != NULL) {
		run_mouse(play, rest);
	} else if ((rest = after(line, "wait")) != NULL) {
		bool timed = span_u64(span_of(rest), &a);

		wait_for(play, !timed, a);
	} else if ((rest = after(line, "until")) != NULL) {
		wait_until(play, rest);
	} else if ((rest = after(line, "clock")) != NULL) {
		span_u64(span_of(rest + 1), &a);
		play->ahead_ms += a * 1000;
		wait_for(play, false, 0);
	} else if ((rest = after(line, "dump")) != NULL) {
		print_grid(play, rest, false);
	} else if ((rest = after(line, "roles")) != NULL) {
		print_grid(play, rest, true);
	} else if ((rest = after(line, "expect")) != NULL) {
		expect(play, rest, true);
	} else if ((rest = after(line, "missing")) != NULL) {
		expect(play, rest, false);
	} else if (after(line, "cursor")) {
		printf("-- cursor %d %d %d\n", play->app->surface.cursor_x,
		    play->app->surface.cursor_y,
		    play->app->surface.cursor_shown);
	} else if ((rest = after(line, "early")) != NULL) {
		/* A key that comes before a question was seen. */
		struct key key;

		if (key_parse(rest, &key))
			press(play, &key);
	} else if (after(line, "focus")) {
		press(play, &(struct key){ .kind = KEY_FOCUS_IN });
	} else if (after(line, "copied")) {
		printf("-- copied\n%s\n", play->app->copied.v);
	} else if (after(line, "figures")) {
		print_figures(play);
	} else if (after(line, "kill")) {
		_exit(137);
	} else if ((rest = after(line, "say")) != NULL) {
		printf("-- said %s\n", rest);
	} else if ((rest = after(line, "monkey")) != NULL &&
		   two_numbers(rest, ' ', &a, &b)) {
		monkey(play, a, b);
	} else if ((rest = after(line, "transfers")) != NULL &&
		   two_numbers(rest, ' ', &a, &b)) {
		transfers_monkey(play, a, b);
	} else if (*line && *line != '#') {
		printf("no such command: %s\n", line);
		play->failures++;
	}
}

static void
take_picked(struct app *app)
{
	if (!app->picked)
		return;
	purge_plan(app->picked);
	printf("-- picked %zu revisions\n", app->picked->revisions);
	purge_fini(app->picked);
	free(app->picked);
	scan_fini(app->picked_scan);
	free(app->picked_scan);
}

int
main(int argc, char **argv)
{
	struct play play = { .loop = loop_new() };
	struct app_options options = { .pick = false };
	struct error err;
	char line[1000];
	char *root;

	for (int i = 2; i < argc; i++) {
		options.unicode =
		    options.unicode || !strcmp(argv[i], "unicode");
		options.pick = options.pick || !strcmp(argv[i], "pick");
		if (!strcmp(argv[i], "linear"))
			MAY_FAIL(setting_set(
				     &options.settings, SETTING_LINEAR, "on"),
			    "a value that the setting has");
		if (!strcmp(argv[i], "no-undo"))
			MAY_FAIL(
			    setting_set(&options.settings, SETTING_UNDO, "0"),
			    "a value that the setting has");
		if (!strcmp(argv[i], "settings"))
			settings_load(&options.settings);
	}
	root = dir_resolve(argc > 1 ? argv[1] : ".");
	options.root = root;
	play.app = app_new(&options, play.loop, &err);
	if (!play.app) {
		puts(err.message);
		return 1;
	}
	arr_each (text, &options.settings.complaints)
		puts(*text);
	app_resize(play.app, 80, 24);
	draw(&play);
	while (fgets(line, sizeof(line), stdin) && !play.app->quit) {
		line[strcspn(line, "\n")] = '\0';
		run_line(&play, line);
	}
	if (play.app->quit)
		puts("-- ended");
	take_picked(play.app);
	app_free(play.app, NULL);
	loop_free(play.loop);
	settings_fini(&options.settings);
	free(root);
	return play.failures ? 1 : 0;
}
