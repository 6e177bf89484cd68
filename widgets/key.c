/*
 * key.c: bytes from a terminal as keys.
 *
 * Bytes wait in `held` until they are a whole key, a whole sequence, or surely
 * neither. A paste is gathered apart, as it may be long.
 */
#include "widgets/key.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/utf8.h"

/* No sequence that means anything is longer. */
#define HELD_MAX 256
#define PASTE_MAX ((size_t)1 << 20)
#define PASTE_END "\x1b[201~"

#define ESC '\x1b'

struct decoder {
	struct key_string *strings;
	size_t count;
	char held[HELD_MAX + 1];
	size_t n;
	bool pasting;
	struct str paste;
	size_t end_seen; /* bytes of PASTE_END that came last */
	unsigned unknown;
};

/* What the front of the held bytes is. */
enum verdict {
	IS_KEY,
	IS_UNKNOWN, /* whole, but nothing that we know */
	IS_UNFINISHED,
};

struct decoder *
decoder_new(const struct key_string *strings, size_t n)
{
	struct decoder *d = mem_new(struct decoder);

	d->strings = mem_zalloc((n + 1) * sizeof(*d->strings));
	for (size_t i = 0; i < n; i++) {
		d->strings[i] = strings[i];
		d->strings[i].bytes = mem_strdup(strings[i].bytes);
	}
	d->count = n;
	str_init(&d->paste);
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++)
		free((char *)(uintptr_t)d->strings[i].bytes);
	free(d->strings);
	str_fini(&d->paste);
	free(d);
}

unsigned
decoder_unknown(const struct decoder *d)
{
	return d->unknown;
}

/* -- single characters -- */

static void
control_key(unsigned char c, struct key *key)
{
	if (c == '\r' || c == '\n') {
		key->kind = KEY_ENTER;
	} else if (c == '\t') {
		key->kind = KEY_TAB;
	} else if (c == 0x7f || c == '\b') {
		key->kind = KEY_BACKSPACE;
	} else {
		static const char beyond[] = "\\]^_";

		key->mods |= KEY_CTRL;
		key->point = c == 0    ? ' '
		             : c <= 26 ? (uint32_t)('a' + c - 1)
		                       : (unsigned char)beyond[c - 28];
	}
}

/* A character, or a control character, at the front of `n` bytes. */
static enum verdict
take_char(const char *s, size_t n, struct key *key, size_t *used)
{
	unsigned char c = (unsigned char)*s;
	size_t wants = c < 0xc2 || c > 0xf4 ? 1
	               : c < 0xe0           ? 2
	               : c < 0xf0           ? 3
	                                    : 4;
	size_t len;

	key->kind = KEY_CHAR;
	*used = 1;
	if (c < 0x20 || c == 0x7f) {
		control_key(c, key);
		return IS_KEY;
	}
	len = utf8_decode(s, n, &key->point);
	if (!len) {
		for (size_t i = 1; i < n && i < wants; i++) {
			if (((unsigned char)s[i] & 0xc0) != 0x80)
				return IS_UNKNOWN;
		}
		return n < wants ? IS_UNFINISHED : IS_UNKNOWN;
	}
	*used = len;
	return key->point < 0xa0 && key->point >= 0x7f ? IS_UNKNOWN : IS_KEY;
}

/* -- sequences -- */

struct final {
	char letter;
	enum key_kind kind;
	unsigned mods;
	uint32_t point;
};

static const struct final letters[] = { { 'A', KEY_UP, 0, 0 },
	{ 'B', KEY_DOWN, 0, 0 }, { 'C', KEY_RIGHT, 0, 0 },
	{ 'D', KEY_LEFT, 0, 0 }, { 'H', KEY_HOME, 0, 0 },
	{ 'F', KEY_END, 0, 0 }, { 'P', KEY_F, 0, 1 }, { 'Q', KEY_F, 0, 2 },
	{ 'R', KEY_F, 0, 3 }, { 'S', KEY_F, 0, 4 },
	{ 'Z', KEY_TAB, KEY_SHIFT, 0 }, { 'I', KEY_FOCUS_IN, 0, 0 },
	{ 'O', KEY_FOCUS_OUT, 0, 0 }, { 'M', KEY_ENTER, 0, 0 } };

struct tilde {
	unsigned number;
	enum key_kind kind;
	uint32_t point;
};

static const struct tilde tildes[] = { { 1, KEY_HOME, 0 }, { 2, KEY_INSERT, 0 },
	{ 3, KEY_DELETE, 0 }, { 4, KEY_END, 0 }, { 5, KEY_PAGE_UP, 0 },
	{ 6, KEY_PAGE_DOWN, 0 }, { 7, KEY_HOME, 0 }, { 8, KEY_END, 0 },
	{ 11, KEY_F, 1 }, { 12, KEY_F, 2 }, { 13, KEY_F, 3 }, { 14, KEY_F, 4 },
	{ 15, KEY_F, 5 }, { 17, KEY_F, 6 }, { 18, KEY_F, 7 }, { 19, KEY_F, 8 },
	{ 20, KEY_F, 9 }, { 21, KEY_F, 10 }, { 23, KEY_F, 11 },
	{ 24, KEY_F, 12 } };

/* Modifiers as xterm numbers them: 1 and a sum of 1, 2 and 4. */
static unsigned
mods_of(unsigned number)
{
	unsigned bits = number ? number - 1 : 0;

	return (bits & 1 ? KEY_SHIFT : 0) | (bits & 2 ? KEY_ALT : 0) |
	       (bits & 4 ? KEY_CTRL : 0);
}

static bool
letter_key(char letter, unsigned mods, struct key *key)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (letters[i].letter != letter)
			continue;
		key->kind = letters[i].kind;
		key->mods = letters[i].mods | mods;
		key->point = letters[i].point;
		return true;
	}
	return false;
}

/* A character that came with its number: CSI u, and CSI 27 ; m ; c ~. */
static bool
numbered_char(unsigned point, unsigned mods, struct key *key)
{
	char byte = (char)point;
	size_t used;

	key->mods = mods;
	if (point == 27) {
		key->kind = KEY_ESC;
		return true;
	}
	if (point < 0x20 || point == 0x7f)
		return take_char(&byte, 1, key, &used) == IS_KEY;
	if (point < 0xa0 && point > 0x7f)
		return false;
	key->kind = KEY_CHAR;
	key->point = point;
	if (mods & KEY_SHIFT && point != ' ')
		key->mods &= ~(unsigned)KEY_SHIFT;
	return true;
}

static bool
tilde_key(const unsigned *numbers, size_t n, struct key *key)
{
	if (n == 3 && numbers[0] == 27)
		return numbered_char(numbers[2], mods_of(numbers[1]), key);
	for (size_t i = 0; i < sizeof(tildes) / sizeof(*tildes); i++) {
		if (tildes[i].number != numbers[0])
			continue;
		key->kind = tildes[i].kind;
		key->point = tildes[i].point;
		key->mods = n > 1 ? mods_of(numbers[1]) : 0;
		return true;
	}
	return false;
}

static bool
mouse_key(const unsigned *numbers, size_t n, char last, struct key *key)
{
	unsigned code;

	if (n != 3 || !numbers[1] || !numbers[2])
		return false;
	code = numbers[0];
	key->kind = KEY_MOUSE;
	key->x = (int)numbers[1] - 1;
	key->y = (int)numbers[2] - 1;
	key->mods = (code & 4 ? KEY_SHIFT : 0) | (code & 8 ? KEY_ALT : 0) |
	            (code & 16 ? KEY_CTRL : 0);
	key->button = (int)(code & 3) + 1;
	if (code & 64)
		key->mouse = code & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
	else if (code & 32)
		key->mouse = MOUSE_MOVE;
	else
		key->mouse = last == 'M' ? MOUSE_PRESS : MOUSE_RELEASE;
	return code < 128;
}

#define NUMBERS 4

/* "1;5" as numbers; how many, 0 if there is anything else. */
static size_t
read_numbers(struct span text, unsigned numbers[NUMBERS])
{
	struct span part;
	size_t n = 0;

	while (span_next(&text, ';', &part)) {
		uint64_t value = 0;

		if (n == NUMBERS || (part.n && !span_u64(part, &value)) ||
		    value > 0x10ffff)
			return 0;
		numbers[n++] = (unsigned)value;
	}
	return n;
}

/* CSI <what> <last>, whole. */
static bool
csi_key(struct span what, char last, struct key *key)
{
	unsigned numbers[NUMBERS] = { 0 };
	size_t n;

	if (what.n && *what.p == '<') {
		what.p++;
		what.n--;
		n = read_numbers(what, numbers);
		return (last == 'M' || last == 'm') &&
		       mouse_key(numbers, n, last, key);
	}
	n = read_numbers(what, numbers);
	if (what.n && !n)
		return false;
	if (last == '~')
		return n && tilde_key(numbers, n, key);
	if (last == 'u')
		return n && numbered_char(numbers[0],
				n > 1 ? mods_of(numbers[1]) : 0, key);
	return last != 'M' &&
	       letter_key(last, n > 1 ? mods_of(numbers[1]) : 0, key);
}

/* A reply to a question, whole. */
static void
reply_key(struct decoder *d, size_t n, struct key *key)
{
	key->kind = KEY_REPLY;
	key->text = d->held;
	key->n = n;
}

static enum verdict
take_csi(struct decoder *d, struct key *key, size_t *used)
{
	size_t i = 2;
	char last;

	while (i < d->n && d->held[i] >= 0x20 && d->held[i] < 0x40)
		i++;
	if (i == d->n)
		return IS_UNFINISHED;
	last = d->held[i];
	*used = i + 1;
	/* A character that cannot stand in it ends it; it may begin another. */
	if (last < 0x40 || last > 0x7e) {
		*used = i;
		return IS_UNKNOWN;
	}
	if (d->held[2] == '?' || last == 'R' || last == 'n' || last == 't') {
		if (d->held[2] == '?' || i > 2) {
			reply_key(d, i + 1, key);
			/* CSI 1 ; 2 R is F3 with Shift. */
			if (last != 'R' || strncmp(d->held + 2, "1;", 2) != 0)
				return IS_KEY;
		}
	}
	if (i - 2 == 3 && !strncmp(d->held + 2, "200", 3) && last == '~') {
		d->pasting = true;
		d->end_seen = 0;
		str_clear(&d->paste);
		return IS_UNFINISHED;
	}
	*key = (struct key){ .kind = KEY_CHAR };
	return csi_key((struct span){ d->held + 2, i - 2 }, last, key)
	           ? IS_KEY
	           : IS_UNKNOWN;
}

/* OSC, DCS, APC, PM: up to BEL or ESC backslash. */
static enum verdict
take_string(struct decoder *d, struct key *key, size_t *used)
{
	for (size_t i = 2; i < d->n; i++) {
		bool bell = d->held[i] == '\a';
		bool st = d->held[i] == '\\' && d->held[i - 1] == ESC && i > 2;

		if (!bell && !st)
			continue;
		*used = i + 1;
		reply_key(d, i + 1, key);
		return IS_KEY;
	}
	return IS_UNFINISHED;
}

/* A key string of the description; the longest that fits. */
static enum verdict
take_described(const struct decoder *d, struct key *key, size_t *used)
{
	enum verdict verdict = IS_UNKNOWN;

	*used = 0;
	for (size_t i = 0; i < d->count; i++) {
		size_t n = strlen(d->strings[i].bytes);

		if (n > d->n && !memcmp(d->strings[i].bytes, d->held, d->n))
			verdict = IS_UNFINISHED;
		if (n <= *used || n > d->n ||
		    memcmp(d->strings[i].bytes, d->held, n) != 0)
			continue;
		*used = n;
		*key = d->strings[i].key;
	}
	return *used ? IS_KEY : verdict;
}

static enum verdict
take_escape(struct decoder *d, struct key *key, size_t *used)
{
	enum verdict verdict;
	char second = d->held[1];

	if (d->n == 1)
		return IS_UNFINISHED;
	if (second == '[')
		return take_csi(d, key, used);
	if (second == 'O') {
		*used = 3;
		if (d->n == 2)
			return IS_UNFINISHED;
		return letter_key(d->held[2], 0, key) ? IS_KEY : IS_UNKNOWN;
	}
	if (strchr("]P_^X", second) && second)
		return take_string(d, key, used);
	if (second == ESC) {
		/* Esc, and the next one begins something. */
		key->kind = KEY_ESC;
		*used = 1;
		return IS_KEY;
	}
	verdict = take_char(d->held + 1, d->n - 1, key, used);
	key->mods |= KEY_ALT;
	*used += 1;
	return verdict;
}

static enum verdict
take_one(struct decoder *d, struct key *key, size_t *used)
{
	enum verdict verdict;

	*key = (struct key){ .kind = KEY_CHAR };
	verdict = take_described(d, key, used);
	if (verdict != IS_UNKNOWN)
		return verdict;
	if (*d->held == ESC)
		return take_escape(d, key, used);
	return take_char(d->held, d->n, key, used);
}

static void
drop(struct decoder *d, size_t n)
{
	d->n -= n;
	memmove(d->held, d->held + n, d->n);
}

/* Hands out what is whole. */
static void
take_all(struct decoder *d, void (*take)(void *context, const struct key *key),
    void *context)
{
	while (d->n && !d->pasting) {
		struct key key;
		size_t used = 0;
		enum verdict verdict = take_one(d, &key, &used);

		if (verdict == IS_UNFINISHED && d->pasting) {
			d->n = 0;
			return;
		}
		if (verdict == IS_UNFINISHED && d->n < HELD_MAX)
			return;
		if (verdict == IS_UNFINISHED)
			used = d->n;
		if (verdict == IS_KEY)
			take(context, &key);
		else
			d->unknown++;
		drop(d, used ? used : 1);
	}
}

static void
paste_byte(struct decoder *d, char byte,
    void (*take)(void *context, const struct key *key), void *context)
{
	static const char end[] = PASTE_END;
	struct key key = { .kind = KEY_PASTE };

	if (d->paste.n < PASTE_MAX + sizeof(end))
		str_addc(&d->paste, byte);
	if (byte == end[d->end_seen])
		d->end_seen++;
	else
		d->end_seen = byte == ESC;
	if (d->end_seen < sizeof(end) - 1)
		return;
	d->pasting = false;
	if (d->paste.n >= sizeof(end) - 1)
		str_cut(&d->paste, d->paste.n - (sizeof(end) - 1));
	if (d->paste.n > PASTE_MAX)
		str_cut(&d->paste, PASTE_MAX);
	key.text = d->paste.v;
	key.n = d->paste.n;
	take(context, &key);
	str_clear(&d->paste);
}

void
decoder_feed(struct decoder *d, const char *bytes, size_t n,
    void (*take)(void *context, const struct key *key), void *context)
{
	for (size_t i = 0; i < n; i++) {
		if (d->pasting) {
			paste_byte(d, bytes[i], take, context);
			continue;
		}
		d->held[d->n++] = bytes[i];
		take_all(d, take, context);
	}
}

bool
decoder_waits(const struct decoder *d)
{
	return d->n != 0;
}

void
decoder_flush(struct decoder *d,
    void (*take)(void *context, const struct key *key), void *context)
{
	struct key key = { .kind = KEY_ESC };

	if (!d->n || d->pasting)
		return;
	if (d->n == 2 && *d->held == ESC) {
		key = (struct key){ .kind = KEY_CHAR,
			.mods = KEY_ALT,
			.point = (unsigned char)d->held[1] };
		take(context, &key);
	} else if (d->n == 1 && *d->held == ESC) {
		take(context, &key);
	} else {
		d->unknown++;
	}
	d->n = 0;
}

/* -- terminfo -- */

static const struct {
	const char *name;
	struct key key;
} described[] = {
	{ "kcuu1", { .kind = KEY_UP } },
	{ "kcud1", { .kind = KEY_DOWN } },
	{ "kcub1", { .kind = KEY_LEFT } },
	{ "kcuf1", { .kind = KEY_RIGHT } },
	{ "khome", { .kind = KEY_HOME } },
	{ "kend", { .kind = KEY_END } },
	{ "kpp", { .kind = KEY_PAGE_UP } },
	{ "knp", { .kind = KEY_PAGE_DOWN } },
	{ "kich1", { .kind = KEY_INSERT } },
	{ "kdch1", { .kind = KEY_DELETE } },
	{ "kcbt", { .kind = KEY_TAB, .mods = KEY_SHIFT } },
	{ "kf1", { .kind = KEY_F, .point = 1 } },
	{ "kf2", { .kind = KEY_F, .point = 2 } },
	{ "kf3", { .kind = KEY_F, .point = 3 } },
	{ "kf4", { .kind = KEY_F, .point = 4 } },
	{ "kf5", { .kind = KEY_F, .point = 5 } },
};

const char *
key_capability(size_t n, struct key *key)
{
	if (n >= sizeof(described) / sizeof(*described))
		return NULL;
	*key = described[n].key;
	return described[n].name;
}

/* -- names -- */

static const struct {
	const char *name;
	enum key_kind kind;
} names[] = { { "Enter", KEY_ENTER }, { "Tab", KEY_TAB }, { "Esc", KEY_ESC },
	{ "Backspace", KEY_BACKSPACE }, { "Up", KEY_UP }, { "Down", KEY_DOWN },
	{ "Left", KEY_LEFT }, { "Right", KEY_RIGHT }, { "Home", KEY_HOME },
	{ "End", KEY_END }, { "PageUp", KEY_PAGE_UP },
	{ "PageDown", KEY_PAGE_DOWN }, { "Insert", KEY_INSERT },
	{ "Delete", KEY_DELETE } };

#define NAMES (sizeof(names) / sizeof(*names))

void
key_text(struct str *out, const struct key *key)
{
	char bytes[4];
	uint32_t point = key->point;

	str_addz(out, key->mods & KEY_CTRL ? "Ctrl-" : "");
	str_addz(out, key->mods & KEY_ALT ? "Alt-" : "");
	str_addz(out, key->mods & KEY_SHIFT ? "S-" : "");
	if (key->kind == KEY_F) {
		str_addf(out, "F%u", (unsigned)point);
	} else if (key->kind == KEY_CHAR && point == ' ') {
		str_addz(out, "Space");
	} else if (key->kind == KEY_CHAR) {
		/* Letters with Ctrl are written large, as on the keys. */
		if (key->mods & KEY_CTRL && point >= 'a' && point <= 'z')
			point -= 'a' - 'A';
		str_add(out, bytes, utf8_encode(point, bytes));
	}
	for (size_t i = 0; i < NAMES; i++)
		str_addz(out, names[i].kind == key->kind ? names[i].name : "");
}

static bool
skip(const char **text, const char *front)
{
	size_t n = strlen(front);

	if (strncmp(*text, front, n) != 0 || !(*text)[n])
		return false;
	*text += n;
	return true;
}

static bool
parse_rest(const char *text, struct key *key)
{
	uint64_t number;
	size_t n = strlen(text);

	for (size_t i = 0; i < NAMES; i++) {
		if (!strcmp(names[i].name, text)) {
			key->kind = names[i].kind;
			return true;
		}
	}
	if (!strcmp(text, "Space")) {
		key->point = ' ';
		return true;
	}
	if (*text == 'F' && span_u64(span_of(text + 1), &number) && number &&
	    number <= 12) {
		key->kind = KEY_F;
		key->point = (uint32_t)number;
		return true;
	}
	if (!n || utf8_decode(text, n, &key->point) != n)
		return false;
	if (key->mods & KEY_CTRL && key->point >= 'A' && key->point <= 'Z')
		key->point += 'a' - 'A';
	return key->point >= 0x20;
}

bool
key_parse(const char *text, struct key *key)
{
	*key = (struct key){ .kind = KEY_CHAR };
	if (skip(&text, "Ctrl-"))
		key->mods |= KEY_CTRL;
	if (skip(&text, "Alt-"))
		key->mods |= KEY_ALT;
	if (skip(&text, "S-"))
		key->mods |= KEY_SHIFT;
	return parse_rest(text, key);
}

bool
key_is(const struct key *a, const struct key *b)
{
	return a->kind == b->kind && a->mods == b->mods &&
	       ((a->kind != KEY_CHAR && a->kind != KEY_F) ||
		   a->point == b->point);
}
