#include "widgets/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* Words of terminfo that are macros there, and names here. */
#undef columns
#undef lines

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/os/env.h"
#include "core/os/sig.h"

/* No screen is larger; cells of one that says so would fill the memory. */
#define COLUMNS_MOST 2000
#define ROWS_MOST 1000

/* More of a frame than this still on its way: the terminal is slow. */
#define QUEUE_MAX 4096

/* So long the last bytes are waited for when the terminal is given back. */
#define LEAVE_MS 1000

struct terminal {
	SCREEN *screen;
	struct cell *shown; /* what the terminal shows */
	int columns, rows;
	int out;            /* the terminal, never waited for */
	int frame;          /* curses writes here while it draws */
	struct str pending; /* what the terminal has not taken yet */
	size_t sent;        /* of it */
	bool whole;         /* the next frame is drawn whole */
	bool color, wide, unicode;
	bool modern; /* knows the modes of xterm */
	bool mouse_wanted, mouse_on;
	bool sync;
	int background;
	struct key_string *keys;
	size_t key_count;
	bool pairs[256];
};

/* For the way out of a crash: a handler has no argument of ours. */
static struct termios before;
static char restore_bytes[512];
static size_t restore_count;
static bool taken;
static int terminal_fd = -1;

#define MODES_ON "\x1b[?2004h\x1b[?1004h"
#define MODES_OFF "\x1b[?1004l\x1b[?2004l"
#define MOUSE_ON "\x1b[?1000h\x1b[?1002h\x1b[?1006h"
#define MOUSE_OFF "\x1b[?1006l\x1b[?1002l\x1b[?1000l"

/* Does it know synchronised updates; which background has it. */
#define QUESTIONS "\x1b[?2026$p\x1b]11;?\x1b\\"

/* -- bytes out: collected, and sent as far as the terminal takes them -- */

bool
term_flush(struct terminal *term)
{
	while (term->sent < term->pending.n) {
		ssize_t done = write(term->out, term->pending.v + term->sent,
		    term->pending.n - term->sent);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN)
			return false;
		/* It is gone; that is noticed where it is read. */
		if (done < 0)
			break;
		term->sent += (size_t)done;
	}
	str_clear(&term->pending);
	term->sent = 0;
	return true;
}

int
term_out(const struct terminal *term)
{
	return term->out;
}

static void
put_text(struct terminal *term, const char *text)
{
	str_addz(&term->pending, text);
}

/* Sends all of it, within reason. */
static void
flush_wait(struct terminal *term)
{
	struct pollfd polled = { .fd = term->out, .events = POLLOUT };

	while (!term_flush(term)) {
		if (poll(&polled, 1, LEAVE_MS) <= 0)
			return;
	}
}

/*
 * Curses writes to standard output and waits until all is taken. So while it
 * may write, a file in memory stands there; while it sets modes, the terminal.
 */
static void
collect(struct terminal *term)
{
	dup2(term->frame, STDOUT_FILENO);
}

static void
collected(struct terminal *term)
{
	off_t size = lseek(term->frame, 0, SEEK_CUR);
	char bytes[4096];
	off_t at = 0;

	dup2(terminal_fd, STDOUT_FILENO);
	while (at < size) {
		ssize_t n = pread(term->frame, bytes, sizeof(bytes), at);

		if (n <= 0)
			break;
		str_add(&term->pending, bytes, (size_t)n);
		at += n;
	}
	MAY_FAIL(ftruncate(term->frame, 0),
	    "the next frame ends where it was written to, not at the end");
	lseek(term->frame, 0, SEEK_SET);
}

static int
open_frame(void)
{
#ifdef MFD_CLOEXEC
	return memfd_create("frame", MFD_CLOEXEC);
#else
	FILE *file = tmpfile();

	return file ? dup(fileno(file)) : -1;
#endif
}

/* A description of our own, so that not waiting is not passed on to others. */
static bool
open_out(struct terminal *term)
{
	const char *name = ttyname(STDOUT_FILENO);

	term->frame = open_frame();
	terminal_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	term->out =
	    name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
		 : -1;
	if (term->out < 0)
		term->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return term->frame >= 0 && terminal_fd >= 0 && term->out >= 0;
}

static void
close_out(struct terminal *term)
{
	if (term->frame >= 0)
		close(term->frame);
	if (term->out >= 0)
		close(term->out);
	if (terminal_fd >= 0)
		close(terminal_fd);
	terminal_fd = -1;
	str_fini(&term->pending);
}

/* -- what the terminal is -- */

static bool
is_modern(const char *name)
{
	static const char *const fronts[] = { "xterm", "screen", "tmux", "rxvt",
		"alacritty", "kitty", "foot", "wezterm", "contour", "st-",
		"vte", "konsole", "gnome", "ghostty" };

	for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
		if (!strncmp(name, fronts[i], strlen(fronts[i])))
			return true;
	}
	return !strcmp(name, "st");
}

bool
term_usable(const char **why)
{
	const char *name = env_get("TERM"), *reason = NULL;
	int found = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		reason = "no terminal";
	else if (!name || !strcmp(name, "dumb"))
		reason = name ? "TERM is dumb" : "TERM is not set";
	else if (setupterm(name, STDOUT_FILENO, &found) == ERR)
		reason = "this TERM is unknown";
	else if (!tigetstr("cup") || tigetstr("cup") == (char *)-1)
		reason = "this TERM cannot move its cursor";
	if (found > 0)
		del_curterm(cur_term);
	if (why)
		*why = reason;
	return !reason;
}

/* A string of the description without its padding. */
static void
add_capability(struct str *out, const char *name)
{
	const char *text = tigetstr(name);

	if (!text || text == (char *)-1)
		return;
	while (*text) {
		if (text[0] == '$' && text[1] == '<' && strchr(text, '>'))
			text = strchr(text, '>') + 1;
		else
			str_addc(out, *text++);
	}
}

static void
note_restore(const struct terminal *term)
{
	struct str out = STR_INIT;

	if (term->modern)
		str_addz(&out, MOUSE_OFF MODES_OFF);
	add_capability(&out, "sgr0");
	add_capability(&out, "rmkx");
	add_capability(&out, "cnorm");
	add_capability(&out, "rmcup");
	restore_count = out.n < sizeof(restore_bytes) ? out.n : 0;
	memcpy(restore_bytes, out.v, restore_count);
	str_fini(&out);
}

/* In a handler. */
static void
restore(void)
{
	if (!taken)
		return;
	MAY_FAIL(write(terminal_fd, restore_bytes, restore_count),
	    "nobody can be told in a handler");
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/* -- key strings -- */

static void
read_keys(struct terminal *term)
{
	struct key key;
	const char *name;
	size_t n = 0;

	while (key_capability(n, &key))
		n++;
	term->keys = mem_zalloc((n + 1) * sizeof(*term->keys));
	for (size_t i = 0; i < n; i++) {
		const char *bytes;

		name = key_capability(i, &key);
		bytes = tigetstr(name);
		/* One character alone is a letter too, on odd terminals. */
		if (bytes && bytes != (char *)-1 && strlen(bytes) > 1)
			term->keys[term->key_count++] =
			    (struct key_string){ bytes, key };
	}
}

const struct key_string *
term_keys(const struct terminal *term, size_t *n)
{
	*n = term->key_count;
	return term->keys;
}

/* -- life -- */

static void
set_modes(struct terminal *term)
{
	if (!term->modern)
		return;
	put_text(term, MODES_ON);
	term->mouse_on = term->mouse_wanted;
	if (term->mouse_on)
		put_text(term, MOUSE_ON);
}

static void
unset_modes(struct terminal *term)
{
	if (!term->modern)
		return;
	if (term->mouse_on)
		put_text(term, MOUSE_OFF);
	term->mouse_on = false;
	put_text(term, MODES_OFF);
}

static void
look_at_colors(struct terminal *term, bool never)
{
	term->color = !never && !env_get("NO_COLOR") && has_colors();
	if (!term->color)
		return;
	start_color();
	use_default_colors();
}

/* The larger of what a variable and the terminal say is too large for memory:
 * then curses is told less before it asks. */
static void
bound_size(const char *variable, unsigned terminal, unsigned most)
{
	const char *text = env_get(variable);
	unsigned long said = text ? strtoul(text, NULL, 10) : terminal;
	char bounded[16];

	if (said <= most)
		return;
	snprintf(bounded, sizeof(bounded), "%u", most);
	setenv(variable, bounded, 1);
}

static void
bound_sizes(void)
{
	struct winsize size = { 0 };

	MAY_FAIL(ioctl(STDOUT_FILENO, TIOCGWINSZ, &size),
	    "a size of 0 is within the bounds");
	bound_size("COLUMNS", size.ws_col, COLUMNS_MOST);
	bound_size("LINES", size.ws_row, ROWS_MOST);
}

struct terminal *
term_open(const struct term_options *options, struct error *err)
{
	const char *name = env_get("TERM");
	struct terminal *term = mem_new(struct terminal);

	tcgetattr(STDIN_FILENO, &before);
	term->pending = (struct str)STR_INIT;
	bound_sizes();
	term->screen = open_out(term) ? newterm(name, stdout, stdin) : NULL;
	if (!term->screen) {
		err_set(err, ERR_SYSTEM, "the terminal cannot be used");
		close_out(term);
		free(term);
		return NULL;
	}
	raw();
	noecho();
	nonl();
	collect(term);
	curs_set(0);
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	typeahead(-1);
	term->wide = !strcmp(nl_langinfo(CODESET), "UTF-8");
	term->unicode =
	    term->wide && !options->ascii && strcmp(name, "linux") != 0;
	term->modern = is_modern(name);
	term->mouse_wanted = options->mouse;
	term->background = -1;
	term->whole = true;
	look_at_colors(term, options->color_never);
	read_keys(term);
	note_restore(term);
	taken = true;
	sig_on_crash(restore);
	/* Curses sends its first bytes with the first refresh. */
	refresh();
	collected(term);
	set_modes(term);
	if (term->modern)
		put_text(term, QUESTIONS);
	term_flush(term);
	return term;
}

static void
give_back(struct terminal *term)
{
	unset_modes(term);
	collect(term);
	curs_set(1);
	endwin();
	collected(term);
	flush_wait(term);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	taken = false;
}

void
term_close(struct terminal *term)
{
	if (!term)
		return;
	/* Answers that are still on their way are nobody's input. */
	give_back(term);
	tcflush(STDIN_FILENO, TCIFLUSH);
	delscreen(term->screen);
	close_out(term);
	free(term->keys);
	free(term->shown);
	free(term);
}

void
term_suspend(struct terminal *term)
{
	give_back(term);
}

void
term_resume(struct terminal *term)
{
	taken = true;
	reset_prog_mode();
	raw();
	noecho();
	nonl();
	collect(term);
	curs_set(0);
	clearok(curscr, TRUE);
	refresh();
	collected(term);
	set_modes(term);
	term_flush(term);
	term->whole = true;
}

void
term_set_mouse(struct terminal *term, bool on)
{
	if (!term->modern || on == term->mouse_on)
		return;
	term->mouse_wanted = term->mouse_on = on;
	put_text(term, on ? MOUSE_ON : MOUSE_OFF);
	term_flush(term);
}

enum depth
term_depth(const struct terminal *term)
{
	if (!term->color)
		return DEPTH_NONE;
	return COLORS >= 256 ? DEPTH_256 : DEPTH_16;
}

bool
term_unicode(const struct terminal *term)
{
	return term->unicode;
}

void
term_size(struct terminal *term, int *columns, int *rows)
{
	struct winsize size = { 0 };

	(void)term;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col ||
	    !size.ws_row) {
		size.ws_col = (unsigned short)COLS;
		size.ws_row = (unsigned short)LINES;
	}
	*columns = size.ws_col ? size.ws_col : 80;
	*rows = size.ws_row ? size.ws_row : 24;
	if (*columns > COLUMNS_MOST)
		*columns = COLUMNS_MOST;
	if (*rows > ROWS_MOST)
		*rows = ROWS_MOST;
	if (*columns != COLS || *rows != LINES)
		resizeterm(*rows, *columns);
}

int
term_fd(const struct terminal *term)
{
	(void)term;
	return STDIN_FILENO;
}

long
term_read(struct terminal *term, char *bytes, size_t n)
{
	struct pollfd polled = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;

	(void)term;
	if (poll(&polled, 1, 0) <= 0)
		return 0;
	got = read(STDIN_FILENO, bytes, n);
	if (got < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	return got ? (long)got : -1;
}

/* -- drawing -- */

static bool
is_same(const struct cell *a, const struct cell *b)
{
	return a->base == b->base && a->marks[0] == b->marks[0] &&
	       a->marks[1] == b->marks[1] && a->role == b->role &&
	       a->width == b->width;
}

static attr_t
attrs_of(const struct style *style)
{
	return (style->attrs & STYLE_BOLD ? A_BOLD : 0) |
	       (style->attrs & STYLE_DIM ? A_DIM : 0) |
	       (style->attrs & STYLE_UNDERLINE ? A_UNDERLINE : 0) |
	       (style->attrs & STYLE_REVERSE ? A_REVERSE : 0);
}

/* The pair with this foreground, made when it is needed first. */
static short
pair_of(struct terminal *term, int color)
{
	if (!term->color || color < 0)
		return 0;
	if (!term->pairs[color]) {
		init_pair((short)(color + 1), (short)color, -1);
		term->pairs[color] = true;
	}
	return (short)(color + 1);
}

/* What is sent for a cell: only what curses counts as wide as we do. */
static size_t
text_of(const struct terminal *term, const struct cell *cell, wchar_t text[4])
{
	size_t n = 1;

	text[0] = (wchar_t)cell->base;
	if (!term->wide) {
		if (cell->base > 0x7e)
			text[0] = L'?';
		return n;
	}
	if (cell->base > 0x7e && wcwidth(text[0]) != cell->width) {
		text[0] = 0xfffd;
		return n;
	}
	for (int i = 0; i < 2 && cell->marks[i]; i++) {
		if (wcwidth((wchar_t)cell->marks[i]) == 0)
			text[n++] = (wchar_t)cell->marks[i];
	}
	return n;
}

static void
draw_cell(struct terminal *term, int x, int y, const struct cell *cell,
    enum theme_name theme)
{
	struct style style =
	    theme_style(theme, term_depth(term), (enum role)cell->role);
	wchar_t text[4];
	cchar_t c;

	if (!cell->width)
		return;
	text[text_of(term, cell, text)] = L'\0';
	setcchar(&c, text, attrs_of(&style), pair_of(term, style.color), NULL);
	mvadd_wch(y, x, &c);
	if (cell->width == 2 && (!term->wide || text[0] == 0xfffd))
		mvaddch(y, x + 1, ' ');
}

bool
term_is_ready(struct terminal *term)
{
	int queued = 0;

	if (!term_flush(term))
		return false;
	return ioctl(STDOUT_FILENO, TIOCOUTQ, &queued) || queued < QUEUE_MAX;
}

static void
fit(struct terminal *term, const struct surface *surface)
{
	size_t n = (size_t)surface->columns * (size_t)surface->rows;

	if (term->columns == surface->columns && term->rows == surface->rows)
		return;
	free(term->shown);
	term->shown = mem_zalloc((n + 1) * sizeof(struct cell));
	term->columns = surface->columns;
	term->rows = surface->rows;
	term->whole = true;
}

void
term_draw(
    struct terminal *term, const struct surface *surface, enum theme_name theme)
{
	fit(term, surface);
	if (term->sync)
		put_text(term, "\x1b[?2026h");
	collect(term);
	if (term->whole)
		erase();
	for (int y = 0; y < surface->rows; y++) {
		for (int x = 0; x < surface->columns; x++) {
			size_t at =
			    (size_t)y * (size_t)surface->columns + (size_t)x;

			if (!term->whole &&
			    is_same(&term->shown[at], &surface->cells[at]))
				continue;
			draw_cell(term, x, y, &surface->cells[at], theme);
			term->shown[at] = surface->cells[at];
		}
	}
	if (term->whole)
		clearok(curscr, TRUE);
	term->whole = false;
	move(surface->cursor_y, surface->cursor_x);
	curs_set(surface->cursor_shown ? 1 : 0);
	refresh();
	collected(term);
	if (term->sync)
		put_text(term, "\x1b[?2026l");
	term_flush(term);
}

void
term_redraw(struct terminal *term)
{
	term->whole = true;
}

/* -- answers -- */

/* The mean of "rgb:1e1e/1e1e/2e2e" in 0 to 255; -1 if it is none. */
static int
brightness(const char *text, size_t n)
{
	int sum = 0, parts = 0;

	for (size_t i = 0; i + 1 < n && parts < 3; i++) {
		char hex[3] = { 0 };

		if (i && text[i - 1] != '/' && text[i - 1] != ':')
			continue;
		memcpy(hex, text + i, 2);
		sum += (int)strtol(hex, NULL, 16);
		parts++;
	}
	return parts == 3 ? sum / 3 : -1;
}

void
term_reply(struct terminal *term, const char *text, size_t n)
{
	char *copy = mem_strndup(text, n);
	const char *rgb = strstr(copy, "rgb:");
	int level;

	if (strstr(copy, "[?2026;1$y") || strstr(copy, "[?2026;2$y"))
		term->sync = true;
	if (!strncmp(copy, "\x1b]11;", 5) && rgb) {
		level = brightness(rgb + 4, strlen(rgb + 4));
		if (level >= 0)
			term->background = level > 127;
	}
	free(copy);
}

int
term_background(const struct terminal *term)
{
	const char *fgbg = env_get("COLORFGBG");
	const char *back = fgbg ? strrchr(fgbg, ';') : NULL;

	if (term->background >= 0 || !back)
		return term->background;
	return !strcmp(back, ";15") || !strcmp(back, ";7");
}

static void
add_base64(struct str *out, const char *text, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned long bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			       (i + k < n ? (unsigned char)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			str_addc(out, k > n - i
					  ? '='
					  : digits[bits >> (18 - 6 * k) & 63]);
	}
}

void
term_copy(struct terminal *term, const char *text)
{
	struct str out = STR_INIT;

	if (!term->modern)
		return;
	str_addz(&out, "\x1b]52;c;");
	add_base64(&out, text, strlen(text));
	str_addz(&out, "\x1b\\");
	put_text(term, out.v);
	term_flush(term);
	str_fini(&out);
}

/* As iTerm2 has it (OSC 9), which others took over. */
void
term_notify(struct terminal *term, const char *text)
{
	struct str out = STR_INIT;

	if (text && term->modern) {
		str_addz(&out, "\x1b]9;");
		utf8_safe(&out, text);
		str_addz(&out, "\x1b\\");
	} else {
		str_addc(&out, '\a');
	}
	put_text(term, out.v);
	term_flush(term);
	str_fini(&out);
}
