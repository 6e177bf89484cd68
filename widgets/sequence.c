#include "widgets/sequence.h"

#include <string.h>

enum {
	DEL = 0x7f,
	PARAMS_MAX = 4,
	PARTS_MAX = 3,
	VALUE_MAX = 0x1fffff,
};

/* A key that is told by one letter or number. */
struct form {
	unsigned code;
	enum key_kind kind;
	uint32_t point;
	unsigned mods;
};

/* Letters at the end of CSI and SS3, and of one of them; the small ones are
 * rxvt's. */
static const struct form letters[] = {
	{ 'A', KEY_UP, 0, 0 },
	{ 'B', KEY_DOWN, 0, 0 },
	{ 'C', KEY_RIGHT, 0, 0 },
	{ 'D', KEY_LEFT, 0, 0 },
	{ 'F', KEY_END, 0, 0 },
	{ 'H', KEY_HOME, 0, 0 },
	{ 'P', KEY_F, 1, 0 },
	{ 'Q', KEY_F, 2, 0 },
	{ 'R', KEY_F, 3, 0 },
	{ 'S', KEY_F, 4, 0 },
};
static const struct form csi_letters[] = {
	{ 'Z', KEY_TAB, 0, KEY_SHIFT },
	{ 'a', KEY_UP, 0, KEY_SHIFT },
	{ 'b', KEY_DOWN, 0, KEY_SHIFT },
	{ 'c', KEY_RIGHT, 0, KEY_SHIFT },
	{ 'd', KEY_LEFT, 0, KEY_SHIFT },
};
static const struct form ss3_letters[] = {
	{ 'I', KEY_TAB, 0, 0 },
	{ 'M', KEY_ENTER, 0, 0 },
	{ 'a', KEY_UP, 0, KEY_CTRL },
	{ 'b', KEY_DOWN, 0, KEY_CTRL },
	{ 'c', KEY_RIGHT, 0, KEY_CTRL },
	{ 'd', KEY_LEFT, 0, KEY_CTRL },
};

/* Numbers before "~". From 25 on as the Linux console has them. */
static const struct form numbers[] = {
	{ 1, KEY_HOME, 0, 0 },
	{ 2, KEY_INSERT, 0, 0 },
	{ 3, KEY_DELETE, 0, 0 },
	{ 4, KEY_END, 0, 0 },
	{ 5, KEY_PAGE_UP, 0, 0 },
	{ 6, KEY_PAGE_DOWN, 0, 0 },
	{ 7, KEY_HOME, 0, 0 },
	{ 8, KEY_END, 0, 0 },
	{ 11, KEY_F, 1, 0 },
	{ 12, KEY_F, 2, 0 },
	{ 13, KEY_F, 3, 0 },
	{ 14, KEY_F, 4, 0 },
	{ 15, KEY_F, 5, 0 },
	{ 17, KEY_F, 6, 0 },
	{ 18, KEY_F, 7, 0 },
	{ 19, KEY_F, 8, 0 },
	{ 20, KEY_F, 9, 0 },
	{ 21, KEY_F, 10, 0 },
	{ 23, KEY_F, 11, 0 },
	{ 24, KEY_F, 12, 0 },
	{ 25, KEY_F, 1, KEY_SHIFT },
	{ 26, KEY_F, 2, KEY_SHIFT },
	{ 28, KEY_F, 3, KEY_SHIFT },
	{ 29, KEY_F, 4, KEY_SHIFT },
	{ 31, KEY_F, 5, KEY_SHIFT },
	{ 32, KEY_F, 6, KEY_SHIFT },
	{ 33, KEY_F, 7, KEY_SHIFT },
	{ 34, KEY_F, 8, KEY_SHIFT },
};

static bool
find_form(const struct form *forms, size_t n, unsigned code, struct key *key)
{
	for (size_t i = 0; i < n; i++) {
		if (forms[i].code != code)
			continue;
		key->kind = forms[i].kind;
		key->point = forms[i].point;
		key->mods |= forms[i].mods;
		return true;
	}
	return false;
}

#define FIND(forms, code, key)                                                 \
	find_form(forms, sizeof(forms) / sizeof(*(forms)), code, key)

bool
sequence_types(uint32_t p)
{
	return p >= 0x20 && (p < DEL || p >= 0xa0) && p <= 0x10ffff &&
	       (p < 0xd800 || p >= 0xe000);
}

struct key
sequence_ascii(unsigned char b)
{
	struct key key = { .kind = KEY_CHAR, .point = b };

	if (b == '\r' || b == '\n')
		key = (struct key){ .kind = KEY_ENTER };
	else if (b == '\t')
		key = (struct key){ .kind = KEY_TAB };
	else if (b == '\b' || b == DEL)
		key = (struct key){ .kind = KEY_BACKSPACE };
	else if (b == 0x1b)
		key = (struct key){ .kind = KEY_ESC };
	else if (b == 0)
		key = (struct key){ .point = ' ', .mods = KEY_CTRL };
	else if (b <= 0x1a)
		key = (struct key){ .point = b + 0x60, .mods = KEY_CTRL };
	else if (b < 0x20)
		key = (struct key){ .point = b + 0x40, .mods = KEY_CTRL };
	return key;
}

/* The parts of CSI and SS3: a mark, numbers in parts, one more byte, an end. */
struct sequence {
	char mark;
	unsigned values[PARAMS_MAX][PARTS_MAX];
	size_t n; /* of values */
	char middle;
	char end;
};

/* Numbers divided by ";", their parts by ":". Too many are left out. */
static const unsigned char *
read_values(struct sequence *seq, const unsigned char *at)
{
	size_t part = 0;

	seq->n = *at >= '0' && *at <= ';';
	for (; *at >= '0' && *at <= ';'; at++) {
		if (*at == ';') {
			seq->n++;
			part = 0;
		} else if (*at == ':') {
			part++;
		} else if (seq->n <= PARAMS_MAX && part < PARTS_MAX) {
			unsigned *value = &seq->values[seq->n - 1][part];

			*value = *value * 10 + (*at - '0');
			if (*value > VALUE_MAX)
				*value = VALUE_MAX;
		}
	}
	return at;
}

/* Reads what stands between the introducer and the end, which is no figure. */
static bool
split(const unsigned char *bytes, size_t n, struct sequence *seq)
{
	const unsigned char *at = bytes + 2;
	const unsigned char *end = bytes + n - 1;

	*seq = (struct sequence){ .end = (char)*end };
	if (at < end && *at >= '<' && *at <= '?')
		seq->mark = (char)*at++;
	at = read_values(seq, at);
	if (at < end && *at < '0')
		seq->middle = (char)*at++;
	return at == end;
}

/*
 * Modifiers as xterm counts them, in the value of that number. The locks do not
 * matter, but a key with one that we have no word for is not that key. kitty
 * tells of releases, when asked to.
 */
static bool
add_mods(const struct sequence *seq, size_t i, struct key *key)
{
	unsigned value = seq->values[i][0];
	unsigned bits = value ? (value - 1) & ~0xc0u : 0;

	key->mods |= bits & (KEY_SHIFT | KEY_ALT | KEY_CTRL);
	return bits < 8 && seq->values[i][1] != 3;
}

/* A character, or the key that a control is, with all its modifiers. */
static bool
point_key(const struct sequence *seq, const unsigned *point, struct key *key)
{
	uint32_t p = point[0];

	if (!add_mods(seq, 1, key))
		return false;
	if (p < 0x20 || p == DEL) {
		key->kind = sequence_ascii((unsigned char)p).kind;
		return key->kind != KEY_CHAR;
	}
	if ((key->mods & KEY_SHIFT) && p != ' ') {
		key->mods &= ~(unsigned)KEY_SHIFT;
		if (point[1])
			p = point[1];
		else if (p >= 'a' && p <= 'z')
			p -= 'a' - 'A';
	}
	if ((key->mods & KEY_CTRL) && p >= 'A' && p <= 'Z')
		p += 'a' - 'A';
	key->kind = KEY_CHAR;
	key->point = p;
	/* Those for private use stand for keys that we do not know. */
	return sequence_types(p) && (p < 0xe000 || p > 0xf8ff);
}

/* xterm's buttons: two bits, modifiers, then motion and the wheel. */
static bool
mouse_key(unsigned bits, unsigned x, unsigned y, bool down, struct key *key)
{
	unsigned which = bits & 3;

	if (bits > 0x7f || !x || !y)
		return false;
	*key = (struct key){ .kind = KEY_MOUSE,
		.mods = bits >> 2 & 7,
		.button = which < 3 ? (int)which + 1 : 0,
		.x = (int)x - 1,
		.y = (int)y - 1 };
	if (bits & 0x40) {
		key->mouse = which ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
		key->button = 0;
		return which < 2 && down;
	}
	if (bits & 0x20) {
		key->mouse = MOUSE_MOVE;
		return which < 3;
	}
	key->mouse = down && which < 3 ? MOUSE_PRESS : MOUSE_RELEASE;
	return true;
}

/* Letters with modifiers: "1;5A", and of old "5A". */
static bool
letter_key(const struct sequence *seq, bool ss3, struct key *key)
{
	unsigned end = (unsigned char)seq->end;

	if (seq->n > 2 || (seq->n == 2 && seq->values[0][0] > 1) ||
	    !add_mods(seq, seq->n == 2, key))
		return false;
	if (FIND(letters, end, key))
		return true;
	if (!ss3)
		return FIND(csi_letters, end, key);
	if (FIND(ss3_letters, end, key))
		return true;
	/* The pad of figures. */
	key->mods &= ~(unsigned)KEY_SHIFT;
	key->point = end - 0x40;
	return end >= 'j' && end <= 'y';
}

static bool
number_key(const struct sequence *seq, struct key *key)
{
	unsigned code = seq->values[0][0];

	if (code == 27 && seq->n == 3 && seq->end == '~')
		return point_key(seq, seq->values[2], key);
	/* rxvt's ends tell of modifiers. */
	if (seq->end == '$' || seq->end == '@')
		key->mods |= KEY_SHIFT;
	if (seq->end == '^' || seq->end == '@')
		key->mods |= KEY_CTRL;
	return seq->n <= 2 && add_mods(seq, 1, key) && FIND(numbers, code, key);
}

static bool
csi_key(const struct sequence *seq, struct key *key)
{
	const unsigned(*v)[PARTS_MAX] = seq->values;

	if (seq->mark == '<' && !seq->middle && seq->n == 3 &&
	    (seq->end == 'M' || seq->end == 'm'))
		return mouse_key(
		    v[0][0], v[1][0], v[2][0], seq->end == 'M', key);
	if (seq->mark || seq->middle)
		return false;
	if ((seq->end == 'I' || seq->end == 'O') && !seq->n) {
		key->kind = seq->end == 'I' ? KEY_FOCUS_IN : KEY_FOCUS_OUT;
		return true;
	}
	if (seq->end == 'u')
		return seq->n <= 3 && point_key(seq, v[0], key);
	if (strchr("~$^@", seq->end))
		return number_key(seq, key);
	return letter_key(seq, false, key);
}

/* Answers about the terminal, a mode, the cursor, its state and keyboard. */
static bool
is_reply(const struct sequence *seq)
{
	if (seq->mark == '>')
		return seq->end == 'c' && !seq->middle;
	if (seq->mark != '?')
		return false;
	if (seq->middle)
		return seq->middle == '$' && seq->end == 'y';
	return strchr("cRnu", seq->end) != NULL;
}

static bool
is_paste(const struct sequence *seq)
{
	return !seq->mark && !seq->middle && seq->n == 1 && seq->end == '~' &&
	       seq->values[0][0] == 200;
}

bool
sequence_key(const unsigned char *bytes, size_t n, struct key *key)
{
	struct sequence seq;

	*key = (struct key){ 0 };
	if (n > 3 && bytes[2] == '[') {
		*key =
		    (struct key){ .kind = KEY_F, .point = bytes[3] - 'A' + 1u };
		return key->point >= 1 && key->point <= 5;
	}
	if (n == 6 && bytes[1] == '[' && bytes[2] == 'M')
		return mouse_key(bytes[3] - 0x20u, bytes[4] - 0x20u,
		    bytes[5] - 0x20u, true, key);
	if (!split(bytes, n, &seq))
		return false;
	if (bytes[1] == 'O')
		return !seq.mark && !seq.middle && letter_key(&seq, true, key);
	if (is_reply(&seq))
		*key = (struct key){
			.kind = KEY_REPLY, .text = (const char *)bytes, .n = n
		};
	else if (is_paste(&seq))
		key->kind = KEY_PASTE;
	else
		return csi_key(&seq, key);
	return true;
}
