#include "widgets/key.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "widgets/sequence.h"

enum {
	CAN = 0x18,
	SUB = 0x1a,
	ESC = 0x1b,

	SEQUENCE_MAX = 256,
	HELD_MAX = 32, /* bytes of a key string */
	PASTE_MAX = 1 << 20,
};

/* What the bytes so far are the beginning of. */
enum state {
	GROUND,
	TEXT,    /* a character, `left` bytes are missing */
	ESCAPE,  /* Esc, or Alt, or a sequence */
	CSI,     /* Esc [ */
	SS3,     /* Esc O */
	COUNTED, /* a sequence that has `left` bytes more, whatever they are */
	CONTROL_STRING,     /* Esc ] and the like: up to Esc \ */
	CONTROL_STRING_ESC, /* that, and an Esc */
	PASTE,
};

/* A key string of the description. */
struct known {
	char *bytes;
	size_t n;
	struct key key;
};

struct decoder {
	enum state state;
	unsigned char seq[SEQUENCE_MAX];
	size_t n;     /* of `seq` */
	bool over;    /* there were more */
	bool doubled; /* an Esc stands before the one in `seq` */
	int left;
	unsigned unknown;

	ARR(struct known) strings;
	bool starts[256];    /* first bytes of the strings */
	char held[HELD_MAX]; /* what may become one of them */
	size_t held_n;
	size_t hit_n;          /* bytes of the longest that was found so far */
	const struct key *hit; /* its key */

	struct str paste;
	size_t mark_n; /* bytes of the end mark that came */
	bool cut;      /* the paste was given already */

	void (*take)(void *context, const struct key *key);
	void *context;
};

static void
reset(struct decoder *d)
{
	d->state = GROUND;
	d->n = 0;
	d->over = false;
	d->doubled = false;
}

static void
drop(struct decoder *d)
{
	d->unknown++;
	reset(d);
}

static void
emit_first_esc(struct decoder *d)
{
	struct key esc = { .kind = KEY_ESC };

	if (d->doubled)
		d->take(d->context, &esc);
	d->doubled = false;
}

/* An Esc before a sequence is Alt if that is a key that is typed. */
static void
emit(struct decoder *d, struct key key)
{
	if (d->doubled && key.kind <= KEY_F)
		key.mods |= KEY_ALT;
	else
		emit_first_esc(d);
	d->take(d->context, &key);
	reset(d);
}

/* Ends what is unfinished. The first bytes of a sequence are keys as well. */
static void
give_up(struct decoder *d)
{
	struct key key;

	if (d->state == TEXT || d->state == CONTROL_STRING_ESC || d->n > 2) {
		drop(d);
		return;
	}
	key = sequence_ascii(d->seq[d->n - 1]);
	if (d->n == 2)
		key.mods |= KEY_ALT;
	emit_first_esc(d);
	emit(d, key);
}

static void
add(struct decoder *d, unsigned char b)
{
	if (d->n < SEQUENCE_MAX)
		d->seq[d->n++] = b;
	else
		d->over = true;
}

/* -- bytes -- */

static void take_byte(struct decoder *d, unsigned char b);

static void
start_text(struct decoder *d, unsigned char b)
{
	add(d, b);
	d->state = TEXT;
	d->left = 1 + (b >= 0xe0) + (b >= 0xf0);
	if (b < 0xc2 || b > 0xf4)
		drop(d);
}

static void
text_byte(struct decoder *d, unsigned char b)
{
	struct key key = { .kind = KEY_CHAR };
	size_t esc = d->seq[0] == ESC;

	if ((b & 0xc0) != 0x80) {
		drop(d);
		take_byte(d, b);
		return;
	}
	add(d, b);
	if (--d->left)
		return;
	key.mods = esc ? KEY_ALT : 0;
	if (utf8_decode((const char *)d->seq + esc, d->n - esc, &key.point) &&
	    sequence_types(key.point))
		emit(d, key);
	else
		drop(d);
}

static void
ground_byte(struct decoder *d, unsigned char b)
{
	if (b == ESC) {
		add(d, b);
		d->state = ESCAPE;
	} else if (b < 0x80) {
		emit(d, sequence_ascii(b));
	} else {
		start_text(d, b);
	}
}

static void
escape_byte(struct decoder *d, unsigned char b)
{
	struct key key;

	if (b != '[' && b != 'O')
		emit_first_esc(d);
	if (b == ESC) {
		d->doubled = true;
	} else if (b >= 0x80) {
		start_text(d, b);
	} else if (strchr("[O]P_^X", b) && b) {
		add(d, b);
		d->state = CONTROL_STRING;
		if (b == '[')
			d->state = CSI;
		else if (b == 'O')
			d->state = SS3;
	} else {
		key = sequence_ascii(b);
		key.mods |= KEY_ALT;
		emit(d, key);
	}
}

static void
end_sequence(struct decoder *d)
{
	struct key key;

	if (d->over || !sequence_key(d->seq, d->n, &key)) {
		drop(d);
	} else if (key.kind == KEY_PASTE) {
		emit_first_esc(d);
		reset(d);
		d->state = PASTE;
	} else {
		emit(d, key);
	}
}

/* Whether "$" is an end: rxvt has it where others have "~". */
static bool
is_rxvt_end(const struct decoder *d, unsigned char b)
{
	if (b != '$')
		return false;
	for (size_t i = 2; i + 1 < d->n; i++)
		if (d->seq[i] < '0' || d->seq[i] > '9')
			return false;
	return d->n > 3;
}

/* What no sequence has within ends it as a time-out would. */
static void
csi_byte(struct decoder *d, unsigned char b)
{
	if (b < 0x20 || b > 0x7e) {
		give_up(d);
		take_byte(d, b);
		return;
	}
	add(d, b);
	if (d->n == 3 && (b == '[' || b == 'M')) {
		/* A function key of the Linux console; the old mouse. */
		d->state = COUNTED;
		d->left = b == '[' ? 1 : 3;
	} else if (b >= 0x40 || is_rxvt_end(d, b)) {
		end_sequence(d);
	}
}

static void
ss3_byte(struct decoder *d, unsigned char b)
{
	if (b < 0x20 || b > 0x7e) {
		give_up(d);
		take_byte(d, b);
		return;
	}
	add(d, b);
	if (b < '0' || b > ';')
		end_sequence(d);
}

static void
counted_byte(struct decoder *d, unsigned char b)
{
	if (b < 0x20) {
		give_up(d);
		take_byte(d, b);
		return;
	}
	add(d, b);
	if (!--d->left)
		end_sequence(d);
}

static void
end_string(struct decoder *d)
{
	if (!d->over && (d->seq[1] == ']' || d->seq[1] == 'P'))
		emit(d, (struct key){ .kind = KEY_REPLY,
			    .text = (const char *)d->seq,
			    .n = d->n });
	else
		drop(d);
}

static void
string_byte(struct decoder *d, unsigned char b)
{
	if (b == ESC) {
		d->state = CONTROL_STRING_ESC;
	} else if (b == CAN || b == SUB) {
		give_up(d);
		take_byte(d, b);
	} else {
		add(d, b);
		if (b == '\a' && d->seq[1] == ']')
			end_string(d);
	}
}

static void
string_esc_byte(struct decoder *d, unsigned char b)
{
	if (b == '\\') {
		add(d, ESC);
		add(d, b);
		end_string(d);
	} else {
		d->state = CONTROL_STRING;
		give_up(d);
		take_byte(d, ESC);
		take_byte(d, b);
	}
}

static void
emit_paste(struct decoder *d)
{
	struct key key = {
		.kind = KEY_PASTE, .text = d->paste.v, .n = d->paste.n
	};

	d->take(d->context, &key);
	str_fini(&d->paste);
}

/* What comes behind the bound is swallowed to its end: it was not typed. */
static void
add_paste(struct decoder *d, const void *bytes, size_t n)
{
	size_t room = PASTE_MAX - d->paste.n;

	if (d->cut)
		return;
	str_add(&d->paste, bytes, n < room ? n : room);
	if (n <= room)
		return;
	emit_paste(d);
	d->cut = true;
	d->unknown++;
}

static void
paste_byte(struct decoder *d, unsigned char b)
{
	static const char mark[] = "\033[201~";

	if (b == (unsigned char)mark[d->mark_n]) {
		if (++d->mark_n < sizeof(mark) - 1)
			return;
		if (!d->cut)
			emit_paste(d);
		d->mark_n = 0;
		d->cut = false;
		reset(d);
		return;
	}
	add_paste(d, mark, d->mark_n);
	d->mark_n = b == ESC;
	if (!d->mark_n)
		add_paste(d, &b, 1);
}

/* A byte by the forms that are known without a description. */
static void
known_byte(struct decoder *d, unsigned char b)
{
	static void (*const takers[])(struct decoder *, unsigned char) = {
		[GROUND] = ground_byte,
		[TEXT] = text_byte,
		[ESCAPE] = escape_byte,
		[CSI] = csi_byte,
		[SS3] = ss3_byte,
		[COUNTED] = counted_byte,
		[CONTROL_STRING] = string_byte,
		[CONTROL_STRING_ESC] = string_esc_byte,
		[PASTE] = paste_byte,
	};

	takers[d->state](d, b);
}

/* -- key strings of the description -- */

/* The held bytes become no longer key string than was found. */
static void
settle(struct decoder *d)
{
	char bytes[HELD_MAX];
	size_t n = d->held_n;
	size_t i = d->hit_n;

	memcpy(bytes, d->held, n);
	d->held_n = d->hit_n = 0;
	if (i)
		emit(d, *d->hit);
	else
		known_byte(d, (unsigned char)bytes[i++]);
	while (i < n)
		take_byte(d, (unsigned char)bytes[i++]);
}

static void
held_byte(struct decoder *d, unsigned char b)
{
	bool longer = false;

	d->held[d->held_n++] = (char)b;
	arr_each (string, &d->strings) {
		if (string->n < d->held_n ||
		    memcmp(string->bytes, d->held, d->held_n))
			continue;
		if (string->n > d->held_n) {
			longer = true;
		} else {
			d->hit = &string->key;
			d->hit_n = d->held_n;
		}
	}
	if (!longer)
		settle(d);
}

static void
take_byte(struct decoder *d, unsigned char b)
{
	if (d->held_n || (d->state == GROUND && d->starts[b]))
		held_byte(d, b);
	else
		known_byte(d, b);
}

/* -- the decoder -- */

struct decoder *
decoder_new(const struct key_string *strings, size_t n)
{
	struct decoder *d = mem_new(struct decoder);

	str_init(&d->paste);
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(strings[i].bytes);

		if (!length || length > HELD_MAX)
			continue;
		arr_push(
		    &d->strings, (struct known){ mem_strdup(strings[i].bytes),
				     length, strings[i].key });
		d->starts[(unsigned char)strings[i].bytes[0]] = true;
	}
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (!d)
		return;
	arr_each (string, &d->strings)
		free(string->bytes);
	arr_free(&d->strings);
	str_fini(&d->paste);
	free(d);
}

void
decoder_feed(struct decoder *d, const char *bytes, size_t n,
    void (*take)(void *context, const struct key *key), void *context)
{
	d->take = take;
	d->context = context;
	for (size_t i = 0; i < n; i++)
		take_byte(d, (unsigned char)bytes[i]);
}

/* The rest of a character can be nothing else; it is not waited for. */
bool
decoder_waits(const struct decoder *d)
{
	return d->held_n ||
	       (d->state != GROUND && d->state != TEXT && d->state != PASTE);
}

void
decoder_flush(struct decoder *d,
    void (*take)(void *context, const struct key *key), void *context)
{
	d->take = take;
	d->context = context;
	while (decoder_waits(d)) {
		if (d->held_n)
			settle(d);
		else
			give_up(d);
	}
}

bool
decoder_pastes(const struct decoder *d)
{
	return d->state == PASTE;
}

void
decoder_end_paste(struct decoder *d,
    void (*take)(void *context, const struct key *key), void *context)
{
	if (d->state != PASTE)
		return;
	d->take = take;
	d->context = context;
	d->state = GROUND;
	if (!d->cut)
		emit_paste(d);
	d->unknown++;
}

unsigned
decoder_unknown(const struct decoder *d)
{
	return d->unknown;
}
