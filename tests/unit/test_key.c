/* test_key.c: bytes as keys, however they are cut, and names of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "widgets/key.h"

#define CSI "\033["
#define PASTE_MAX (1u << 20)
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const char *const mouse_kinds[] = {
	[MOUSE_PRESS] = "press",
	[MOUSE_RELEASE] = "release",
	[MOUSE_MOVE] = "move",
	[MOUSE_WHEEL_UP] = "wheel-up",
	[MOUSE_WHEEL_DOWN] = "wheel-down",
};

/* Appends a key as text, a blank behind it. */
static void
note(void *context, const struct key *key)
{
	struct str *out = context;

	if (key->kind == KEY_CHAR) {
		assert_true(key->point >= 0x20 && key->point <= 0x10ffff);
		assert_true(key->point < 0x7f || key->point >= 0xa0);
		assert_true(!(key->mods & KEY_SHIFT) || key->point == ' ');
	}
	key_text(out, key);
	if (key->kind == KEY_MOUSE)
		str_addf(out, "%s:%d:%u@%d,%d", mouse_kinds[key->mouse],
		    key->button, key->mods, key->x, key->y);
	else if (key->kind == KEY_FOCUS_IN)
		str_addz(out, "in");
	else if (key->kind == KEY_FOCUS_OUT)
		str_addz(out, "out");
	else if (key->kind == KEY_PASTE)
		str_addz(out, "paste:");
	else if (key->kind == KEY_REPLY)
		str_addz(out, "reply:");
	if (key->n)
		str_add(out, key->text, key->n);
	str_addc(out, ' ');
}

/* What bytes do: the keys, those that a time-out adds, how much is unknown. */
struct row {
	const char *bytes;
	size_t n;
	const char *keys, *late;
	unsigned unknown;
};

#define ROW(bytes, keys, late, unknown)                                        \
	{                                                                      \
		bytes, sizeof(bytes) - 1, keys, late, unknown                  \
	}
#define GOOD(bytes, keys) ROW(bytes, keys, "", 0)

static const struct row characters[] = {
	GOOD("jK 9~", "j K Space 9 ~ "),
	GOOD("\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80",
	    "\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80 "),
	GOOD("\r\n\t\b\x7f", "Enter Enter Tab Backspace Backspace "),
	GOOD("\0\1\x12\x1a\x1c\x1d\x1e\x1f",
	    "Ctrl-Space Ctrl-A Ctrl-R Ctrl-Z Ctrl-\\ Ctrl-] Ctrl-^ Ctrl-_ "),
	GOOD("\033x\033X\033 \033\xc3\xa9q\033\r\033\x7f\033\3",
	    "Alt-x Alt-X Alt-Space Alt-\xc3\xa9 q Alt-Enter Alt-Backspace "
	    "Ctrl-Alt-C "),
	/* Not UTF-8: a tail alone, too long a form, a surrogate, beyond. */
	ROW("a\x80z", "a z ", "", 1),
	ROW("a\xc0\xafz", "a z ", "", 2),
	ROW("a\xe0\x80\xafz", "a z ", "", 1),
	ROW("a\xed\xa0\x80z", "a z ", "", 1),
	ROW("a\xf4\x90\x80\x80z\xff", "a z ", "", 2),
	ROW("\xe6\x97z\033\xe6z", "z z ", "", 2),
	ROW("\xe6\033[A\xf0\x9f\r", "Up Enter ", "", 2),
	/* Controls of eight bits. */
	ROW("\xc2\x9b"
	    "A\xc2\x80",
	    "A ", "", 2),
	ROW("\x9b"
	    "A",
	    "A ", "", 1),
};

static const struct row sequences[] = {
	GOOD(CSI "A" CSI "B" CSI "C" CSI "D" CSI "F" CSI "H",
	    "Up Down Right Left End Home "),
	GOOD("\033OA\033OB\033OC\033OD\033OF\033OH\033OP\033OS",
	    "Up Down Right Left End Home F1 F4 "),
	GOOD(CSI "1;5A" CSI "1;2B" CSI "1;3C" CSI "1;8D" CSI ";6F",
	    "Ctrl-Up S-Down Alt-Right Ctrl-Alt-S-Left Ctrl-S-End "),
	GOOD(CSI "5A\033O5P\033O1;2Q" CSI "1;129A" CSI "1;1R",
	    "Ctrl-Up Ctrl-F1 S-F2 Up F3 "),
	GOOD(CSI "1~" CSI "2~" CSI "3~" CSI "4~" CSI "5~" CSI "6~" CSI "7~" CSI
		 "8~",
	    "Home Insert Delete End PageUp PageDown Home End "),
	GOOD(CSI "3;2~" CSI "5;5~" CSI "15;3~" CSI "24~" CSI "25~" CSI "34~",
	    "S-Delete Ctrl-PageUp Alt-F5 F12 S-F1 S-F8 "),
	GOOD(CSI "P" CSI "1;2S" CSI "Z" CSI "1;5Z" CSI "[A" CSI "[E",
	    "F1 S-F4 S-Tab Ctrl-S-Tab F1 F5 "),
	/* rxvt */
	GOOD(CSI "a\033Od" CSI "5$" CSI "7^" CSI "3@" CSI "11^",
	    "S-Up Ctrl-Left S-PageUp Ctrl-Home Ctrl-S-Delete Ctrl-F1 "),
	GOOD("\033" CSI "A\033\033OP\033" CSI "7~", "Alt-Up Alt-F1 Alt-Home "),
	GOOD("\033OM\033Oj\033Op\033Oy\033O2k", "Enter * 0 9 + "),
	GOOD(CSI "I" CSI "O", "in out "),
	/* kitty, and modifyOtherKeys */
	GOOD(CSI "97;5u" CSI "97;2u" CSI "49:33;2u" CSI "106u" CSI "97;6u",
	    "Ctrl-A A ! j Ctrl-A "),
	GOOD(CSI "27u" CSI "13;5u" CSI "9;2u" CSI "127;3u" CSI "32;2u",
	    "Esc Ctrl-Enter S-Tab Alt-Backspace S-Space "),
	GOOD(CSI "27;5;105~" CSI "27;6;82~" CSI "27;2;33~" CSI "27;4;65~" CSI
		 "27;5;13~" CSI "27;5;59~",
	    "Ctrl-I Ctrl-R ! Alt-A Ctrl-Enter Ctrl-; "),
	/* A release, a private key, a control, Super, half of a pair. */
	ROW(CSI "97;1:3u" CSI "57358u" CSI "3u" CSI "97;9u" CSI "55296u" CSI
		"155u" CSI "1;1:3A" CSI "1;9A",
	    "", "", 8),
	/* Unknown, swallowed whole. */
	ROW(CSI "99~q" CSI "1;2;3Aq" CSI "24;80Rq" CSI "201~q" CSI "?25hq",
	    "q q q q q ", "", 5),
	ROW(CSI "1 qq" CSI "=5cq" CSI "8;24;80tq" CSI "[Zq\033Ozq\033O q",
	    "q q q q q q ", "", 6),
	ROW(CSI "3;2;1~q" CSI "27;5~q" CSI "uq" CSI "1;2;3;4;5;6;7uq",
	    "q q q q ", "", 4),
	ROW(CSI "$yq" CSI "5;5Rq" CSI "2;2Aq" CSI "3 ~q" CSI "1 Aq",
	    "q q q q q ", "", 5),
	ROW(CSI "4294967393uq" CSI "97;1;97;1uq" CSI "?1$2yq", "q q q ", "", 3),
	/* What no sequence has within. */
	ROW(CSI "1;\003q" CSI "1\033OA" CSI "5\xc3\xa9",
	    "Ctrl-C q Up \xc3\xa9 ", "", 3),
	GOOD(CSI "\r\033O\r\033]\030", "Alt-[ Enter Alt-O Enter Alt-] Ctrl-X "),
};

static const struct row mouse[] = {
	GOOD(CSI "<0;5;10M" CSI "<0;5;10m", "press:1:0@4,9 release:1:0@4,9 "),
	GOOD(CSI "<1;1;1M" CSI "<2;300;200M",
	    "press:2:0@0,0 press:3:0@299,199 "),
	GOOD(CSI "<32;2;3M" CSI "<34;2;3M", "move:1:0@1,2 move:3:0@1,2 "),
	GOOD(CSI "<64;2;3M" CSI "<65;2;3M",
	    "wheel-up:0:0@1,2 wheel-down:0:0@1,2 "),
	GOOD(CSI "<4;2;3M" CSI "<8;2;3M" CSI "<16;2;3M",
	    "press:1:1@1,2 press:1:2@1,2 press:1:4@1,2 "),
	ROW(CSI "<35;2;3M" CSI "<66;2;3M" CSI "<0;0;3M" CSI "<0;3M" CSI
		"<128;2;3M" CSI "<0;1;2;3Mq",
	    "q ", "", 6),
	/* The old form, that a terminal may know alone. */
	GOOD(CSI "M !!" CSI "M#!\"q" CSI "Ma\x7f\xff",
	    "press:1:0@0,0 release:0:0@0,1 q wheel-down:0:0@94,222 "),
	GOOD("\033" CSI "<0;1;1M", "Esc press:1:0@0,0 "),
};

static const struct row replies[] = {
	GOOD(CSI "?64;1;2;6;9;15;18cq", "reply:" CSI "?64;1;2;6;9;15;18c q "),
	GOOD(CSI "?2026;2$yq", "reply:" CSI "?2026;2$y q "),
	GOOD(CSI "?1;2R" CSI "?0n", "reply:" CSI "?1;2R reply:" CSI "?0n "),
	GOOD(CSI ">41;354;0c" CSI "?0u",
	    "reply:" CSI ">41;354;0c reply:" CSI "?0u "),
	GOOD("\033]11;rgb:0/0/0\033\\q", "reply:\033]11;rgb:0/0/0\033\\ q "),
	GOOD("\033]11;rgb:0/0/0\007q", "reply:\033]11;rgb:0/0/0\007 q "),
	GOOD("\033Pa\007b\033\\q", "reply:\033Pa\007b\033\\ q "),
	GOOD("\033P1+r62\033\\q", "reply:\033P1+r62\033\\ q "),
	GOOD("\033\033]0\007\033" CSI "?0n",
	    "Esc reply:\033]0\007 Esc reply:" CSI "?0n "),
	ROW("\033_Gi=1;OK\033\\q\033^a\033\\q\033Xa\033\\q", "q q q ", "", 3),
	ROW("\033]11;\033[A\033Pabc\032q\033]1\033\033\033x",
	    "Up Ctrl-Z q Esc Esc Alt-x ", "", 3),
};

static const struct row pastes[] = {
	GOOD(CSI "200~d\r\n\tq\033[A\xff\xc3" CSI "201~j",
	    "paste:d\r\n\tq\033[A\xff\xc3 j "),
	GOOD(CSI "200~" CSI "201~j", "paste: j "),
	GOOD(CSI "200~" CSI "20\033" CSI "200~\033" CSI "201~j",
	    "paste:" CSI "20\033" CSI "200~\033 j "),
	GOOD("\033" CSI "200~a" CSI "201~", "Esc paste:a "),
	GOOD(CSI "200~abc", ""),
};

static const struct row late[] = {
	ROW("\033", "", "Esc ", 0),
	ROW("\033\033", "", "Esc Esc ", 0),
	ROW("\033\033\033", "Esc ", "Esc Esc ", 0),
	ROW("q\033[", "q ", "Alt-[ ", 0),
	ROW("\033O", "", "Alt-O ", 0),
	ROW("\033]", "", "Alt-] ", 0),
	ROW("\033P", "", "Alt-P ", 0),
	ROW("\033\033[", "", "Esc Alt-[ ", 0),
	ROW("\033[1", "", "", 1),
	ROW("\033[1;5", "", "", 1),
	ROW("\033O5", "", "", 1),
	ROW("\033[[", "", "", 1),
	ROW("\033[M!", "", "", 1),
	ROW("\033]11;x", "", "", 1),
	ROW("\033]11;x\033", "", "", 1),
	ROW("\033]\033", "", "", 1),
	GOOD("\xe6\x97", ""),
};

/* Some a description may have: one that is longer, one in place of a form that
 * is built in, one that is no sequence at all. */
static const struct key_string strings[] = {
	{ "\033[1", { .kind = KEY_F, .point = 9 } },
	{ "\033[1;5X", { .kind = KEY_F, .point = 10 } },
	{ "\033[A", { .kind = KEY_DOWN } },
	{ "\033[24;2~", { .kind = KEY_F, .point = 12, .mods = KEY_CTRL } },
	{ "\010", { .kind = KEY_LEFT } },
	{ "", { .kind = KEY_RIGHT } },
	{ "\033[777777777777777777777777777777777777~", { .kind = KEY_RIGHT } },
};

static const struct row described[] = {
	GOOD(CSI "A\033OA" CSI "24;2~" CSI "24;5~\b\x7f",
	    "Down Up Ctrl-F12 Ctrl-F12 Left Backspace "),
	GOOD(CSI "1;5X", "F10 "),
	GOOD(CSI "1q" CSI "1;5" CSI "A", "F9 q F9 ; 5 Down "),
	GOOD("\033q\033\b" CSI "B", "Alt-q Alt-Backspace Down "),
	GOOD(CSI "\bq", "Alt-[ Left q "),
	ROW(CSI "1;5", "", "F9 ; 5 ", 0),
	ROW(CSI "1;5" CSI, "F9 ; 5 ", "Alt-[ ", 0),
	ROW(CSI "2", "", "", 1),
	ROW("\033", "", "Esc ", 0),
	ROW(CSI, "", "Alt-[ ", 0),
	ROW(CSI "777777777777777777777777777777777777~", "", "", 1),
};

/* Feeds `row` cut before `first` and then into pieces of `step`. */
static void
check_cut(const struct row *row, const struct key_string *keys, size_t n,
    size_t first, size_t step)
{
	struct decoder *decoder = decoder_new(keys, n);
	struct str got = STR_INIT, want = STR_INIT;

	decoder_feed(decoder, row->bytes, first, note, &got);
	for (size_t i = first; i < row->n; i += step)
		decoder_feed(decoder, row->bytes + i,
		    row->n - i < step ? row->n - i : step, note, &got);
	assert_string_equal(got.v, row->keys);
	decoder_flush(decoder, note, &got);
	assert_false(decoder_waits(decoder));
	str_addz(&want, row->keys);
	str_addz(&want, row->late);
	assert_string_equal(got.v, want.v);
	assert_int_equal(decoder_unknown(decoder), row->unknown);
	decoder_free(decoder);
	str_fini(&got);
	str_fini(&want);
}

static void
check_rows(
    const struct row *rows, size_t n, const struct key_string *keys, size_t nk)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t at = 0; at < rows[i].n; at++)
			check_cut(&rows[i], keys, nk, at, rows[i].n);
		check_cut(&rows[i], keys, nk, 0, 1);
	}
}

static void
test_rows(void **state)
{
	(void)state;
	check_rows(characters, COUNT(characters), NULL, 0);
	check_rows(sequences, COUNT(sequences), NULL, 0);
	check_rows(mouse, COUNT(mouse), NULL, 0);
	check_rows(replies, COUNT(replies), NULL, 0);
	check_rows(pastes, COUNT(pastes), NULL, 0);
	check_rows(late, COUNT(late), NULL, 0);
}

static void
test_strings(void **state)
{
	(void)state;
	check_rows(described, COUNT(described), strings, COUNT(strings));
	/* Where none matches, they change nothing. */
	check_rows(characters + 1, 1, strings, COUNT(strings));
	check_rows(mouse, COUNT(mouse), strings, COUNT(strings));
	check_rows(replies, COUNT(replies) - 1, strings, COUNT(strings));
	check_rows(late, 8, strings, COUNT(strings));
}

static void
feed(struct decoder *decoder, const char *bytes, struct str *got)
{
	decoder_feed(decoder, bytes, strlen(bytes), note, got);
}

static void
test_waits(void **state)
{
	struct decoder *decoder = decoder_new(NULL, 0);
	struct str got = STR_INIT;

	(void)state;
	assert_false(decoder_waits(decoder));
	decoder_flush(decoder, note, &got);
	feed(decoder, "\033", &got);
	assert_true(decoder_waits(decoder));
	feed(decoder, "[", &got);
	assert_true(decoder_waits(decoder));
	feed(decoder, "A", &got);
	assert_false(decoder_waits(decoder));
	feed(decoder, "\xe6\x97", &got);
	assert_false(decoder_waits(decoder));
	decoder_flush(decoder, note, &got);
	feed(decoder, "\xa5" CSI "200~a", &got);
	assert_false(decoder_waits(decoder));
	decoder_flush(decoder, note, &got);
	feed(decoder, "b\033", &got);
	assert_false(decoder_waits(decoder));
	decoder_flush(decoder, note, &got);
	feed(decoder, "[201~\033", &got);
	decoder_flush(decoder, note, &got);
	feed(decoder, "[A", &got);
	assert_string_equal(got.v, "Up \xe6\x97\xa5 paste:ab Esc [ A ");
	assert_int_equal(decoder_unknown(decoder), 0);
	decoder_free(decoder);
	str_fini(&got);
	decoder_free(NULL);
}

/* A sequence of `n` bytes: `head`, figures, `tail`. */
static void
feed_long(struct decoder *decoder, const char *head, size_t n, const char *tail,
    struct str *got)
{
	feed(decoder, head, got);
	for (size_t i = strlen(head) + strlen(tail); i < n; i++)
		feed(decoder, "1", got);
	feed(decoder, tail, got);
}

static void
test_bounds(void **state)
{
	static const char *const ends[][2] = { { "\033]", "\007" },
		{ "\033]", "\033\\" }, { "\033P", "\033\\" },
		{ CSI "?", "c" } };
	static const char *const none[][2] = { { CSI, "A" }, { CSI, "$" },
		{ "\033O", "A" }, { CSI "<", "M" }, { CSI "1;", "u" } };

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct decoder *decoder = decoder_new(NULL, 0);
		struct str got = STR_INIT;

		feed_long(decoder, ends[i][0], 256, ends[i][1], &got);
		assert_int_equal(got.n, strlen("reply: ") + 256);
		feed_long(decoder, ends[i][0], 257, ends[i][1], &got);
		feed_long(decoder, ends[i][0], 70000, ends[i][1], &got);
		assert_int_equal(got.n, strlen("reply: ") + 256);
		assert_int_equal(decoder_unknown(decoder), 2);
		feed_long(decoder, ends[i][0], 300, "", &got);
		decoder_flush(decoder, note, &got);
		assert_int_equal(decoder_unknown(decoder), 3);
		feed(decoder, "q", &got);
		assert_string_equal(got.v + got.n - 3, " q ");
		decoder_free(decoder);
		str_fini(&got);
	}
	for (size_t i = 0; i < COUNT(none); i++) {
		struct decoder *decoder = decoder_new(NULL, 0);
		struct str got = STR_INIT;

		for (size_t n = 240; n < 280; n++)
			feed_long(decoder, none[i][0], n, none[i][1], &got);
		feed(decoder, "q", &got);
		assert_string_equal(got.v, "q ");
		assert_int_equal(decoder_unknown(decoder), 40);
		decoder_free(decoder);
		str_fini(&got);
	}
}

/* A paste at the bound is whole; one byte more and the rest is swallowed. */
static void
test_long_paste(void **state)
{
	char *text = mem_zalloc(PASTE_MAX + 1);
	struct decoder *decoder = decoder_new(NULL, 0);
	struct str got = STR_INIT;

	(void)state;
	memset(text, 'd', PASTE_MAX);
	feed(decoder, CSI "200~", &got);
	feed(decoder, text, &got);
	assert_int_equal(got.n, 0);
	feed(decoder, CSI "201~q", &got);
	assert_int_equal(got.n, strlen("paste: q ") + PASTE_MAX);
	assert_int_equal(decoder_unknown(decoder), 0);
	str_clear(&got);
	feed(decoder, CSI "200~", &got);
	feed(decoder, text, &got);
	feed(decoder, "y", &got);
	assert_int_equal(got.n, strlen("paste: ") + PASTE_MAX);
	feed(decoder, text, &got);
	feed(decoder, "\r" CSI "A" CSI "201~q" CSI "200~new" CSI "201~", &got);
	assert_string_equal(
	    got.v + strlen("paste: ") + PASTE_MAX, "q paste:new ");
	assert_int_equal(decoder_unknown(decoder), 1);
	decoder_free(decoder);
	str_fini(&got);
	free(text);
}

/* Numbers that are the same everywhere. */
static uint32_t
draw(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Any bytes, or what sequences are made of. */
static void
fill(char *bytes, size_t n, bool any, uint32_t *seed)
{
	static const char *const parts[] = { "\033", "\033", CSI, CSI, CSI "?",
		CSI "<", "\033O", "\033]", "\033P", "\033\\", "\007", ";", ";5",
		":3", "1", "27", "65", "~", "200~", "201~", "$", "y", "A", "M",
		"u", "R", "c", "\r", "\003", "\177", "\xc3", "\xa9", "\xe6\x97",
		"\x9b", "q", " " };

	for (size_t i = 0; i < n;) {
		const char *part = parts[draw(seed) % COUNT(parts)];

		if (any)
			bytes[i++] = (char)(draw(seed) & 0xff);
		while (!any && *part && i < n)
			bytes[i++] = *part++;
	}
}

/* `note` asserts that no control comes as a character. Both decoders get the
 * same bytes, cut elsewhere. */
static void
fuzz(bool any, uint32_t seed)
{
	enum {
		ALL = 200000
	};
	struct decoder *one = decoder_new(strings, COUNT(strings));
	struct decoder *two = decoder_new(strings, COUNT(strings));
	struct str got = STR_INIT, other = STR_INIT;
	char bytes[500];

	for (size_t done = 0; done < ALL; done += sizeof(bytes)) {
		size_t cut = draw(&seed) % sizeof(bytes);

		fill(bytes, sizeof(bytes), any, &seed);
		decoder_feed(one, bytes, sizeof(bytes), note, &got);
		decoder_feed(two, bytes, cut, note, &other);
		decoder_feed(
		    two, bytes + cut, sizeof(bytes) - cut, note, &other);
		if (draw(&seed) % 4 == 0) {
			decoder_flush(one, note, &got);
			decoder_flush(two, note, &other);
		}
	}
	feed(one, CSI "201~", &got);
	feed(two, CSI "201~", &other);
	assert_true(got.n > ALL / 4);
	assert_int_equal(got.n, other.n);
	assert_memory_equal(got.v, other.v, got.n);
	assert_int_equal(decoder_unknown(one), decoder_unknown(two));
	assert_true(decoder_unknown(one) > 1000);
	decoder_free(one);
	decoder_free(two);
	str_fini(&got);
	str_fini(&other);
}

static void
test_fuzz(void **state)
{
	(void)state;
	fuzz(true, 1);
	for (uint32_t seed = 2; seed < 6; seed++)
		fuzz(false, seed);
}

/* Every key that has a name comes back by it. */
static void
test_names(void **state)
{
	static const uint32_t points[] = { '!', '-', 'S', 'a', 'z', 'F', '\\',
		'~', ' ', 0xe9, 0x65e5, 0x1f600 };
	struct str name = STR_INIT;
	struct key key, back;
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < (KEY_F + 1) * COUNT(points) * 8; i++) {
		key =
		    (struct key){ .kind = i / 8 % (KEY_F + 1), .mods = i % 8 };
		if (key.kind == KEY_CHAR)
			key.point = points[i / 8 / (KEY_F + 1)];
		else if (key.kind == KEY_F)
			key.point = 1 + i / 8 / (KEY_F + 1);
		if (key.kind == KEY_CHAR &&
		    (((key.mods & KEY_SHIFT) && key.point != ' ') ||
			((key.mods & KEY_CTRL) && key.point >= 'A' &&
			    key.point <= 'Z')))
			continue;
		str_clear(&name);
		key_text(&name, &key);
		assert_true(key_parse(name.v, &back));
		assert_true(key_is(&key, &back));
		count++;
	}
	assert_int_equal(count, 12 * 8 * (KEY_F + 1) - 11 * 4 - 2 * 2);
	str_fini(&name);
}

static void
test_parse(void **state)
{
	static const char *const good[] = { "j", "J", "Space", "S-Space",
		"Ctrl-Space", "Enter", "Ctrl-R", "S-Tab", "Alt-x", "F5", "F12",
		"PageDown", "Up", "Ctrl-Alt-S-Up", "-", "Ctrl--", "S", "F",
		"Alt-S", "Ctrl-\\", "\xc3\xa9", "Alt-Backspace" };
	static const char *const bad[] = { "", " ", "jj", "Ctrl-", "Ctrl-r",
		"S-j", "Alt-Ctrl-a", "Ctrl-Ctrl-a", "F0", "F13", "F05", "F1x",
		"F4294967297", "up", "Escape", "\x01", "\x7f", "\xc3",
		"\xc2\x9b", "\xff", "S-", "Alt-" };
	struct str name = STR_INIT;
	struct key key;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(key_parse(good[i], &key));
		str_clear(&name);
		key_text(&name, &key);
		assert_string_equal(name.v, good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(key_parse(bad[i], &key));
	assert_true(key_parse("Ctrl-R", &key) && key.point == 'r');
	assert_true(key.kind == KEY_CHAR && key.mods == KEY_CTRL);
	assert_false(key_is(&key, &(struct key){ .point = 'r' }));
	str_clear(&name);
	for (unsigned kind = KEY_MOUSE; kind <= KEY_REPLY; kind++)
		key_text(&name, &(struct key){ .kind = kind });
	assert_int_equal(name.n, 0);
	str_fini(&name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_long_paste),
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
