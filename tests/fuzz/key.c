/*
 * key.c: what a terminal sends: keys, mouse, pastes, replies; and the line of
 * text that they are typed into.
 */
#include "widgets/key.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "widgets/input.h"
#include "widgets/sequence.h"

struct typed {
	struct str keys; /* all of them as text */
	struct input input;
};

static void
take(void *context, const struct key *key)
{
	struct typed *typed = context;
	struct key same;
	struct str name = STR_INIT;

	if (key->kind == KEY_CHAR)
		must(sequence_types(key->point));
	must(key->kind != KEY_F || (key->point >= 1 && key->point <= 12));
	must(key->kind != KEY_MOUSE || (key->x >= 0 && key->y >= 0));
	key_text(&name, key);
	/* Each key has a name that means it. */
	if (key->kind <= KEY_F) {
		must(fuzz_is_shown(name.v) || key->kind == KEY_CHAR);
		if (!(key->mods & KEY_SHIFT) || key->kind != KEY_CHAR)
			must(key_parse(name.v, &same) && key_is(&same, key));
	}
	str_addf(&typed->keys, "%s %d.%d.%d.%d:", name.v, (int)key->kind,
	    (int)key->mouse, key->x, key->y);
	if (key->n)
		str_add(&typed->keys, key->text, key->n);
	str_fini(&name);
	(void)input_key(&typed->input, key);
	must(typed->input.at <= typed->input.text.n);
	must(utf8_valid(typed->input.text.v, typed->input.text.n));
	must(utf8_valid(typed->input.text.v, typed->input.at));
}

static struct decoder *
make_decoder(void)
{
	static const struct key_string strings[] = {
		{ "\033[A", { .kind = KEY_UP } },
		{ "\033[1;2A", { .kind = KEY_UP, .mods = KEY_SHIFT } },
		{ "\033OZ", { .kind = KEY_TAB, .mods = KEY_SHIFT } },
		{ "\x7f", { .kind = KEY_DELETE } },
		{ "", { .kind = KEY_END } },
	};

	return decoder_new(strings, sizeof(strings) / sizeof(*strings));
}

/* Reads it in pieces; how many were unknown. */
static unsigned
type(const char *bytes, size_t n, size_t step, struct typed *typed)
{
	struct decoder *decoder = make_decoder();
	unsigned unknown;

	*typed = (struct typed){ .keys = STR_INIT, .input = { STR_INIT, 0 } };
	for (size_t at = 0; at < n; at += step)
		decoder_feed(decoder, bytes + at, n - at < step ? n - at : step,
		    take, typed);
	decoder_flush(decoder, take, typed);
	must(!decoder_waits(decoder));
	unknown = decoder_unknown(decoder);
	decoder_free(decoder);
	return unknown;
}

static void
free_typed(struct typed *typed)
{
	str_fini(&typed->keys);
	input_fini(&typed->input);
}

static void
check_name(const char *text)
{
	struct str name = STR_INIT;
	struct key key;

	if (key_parse(text, &key)) {
		key_text(&name, &key);
		must(!strcmp(name.v, text));
	}
	str_fini(&name);
}

static void
check_draw(struct input *input, const char *text)
{
	struct surface surface = { 0 };
	struct area area;

	surface_resize(&surface, 12, 2);
	area = surface_area(&surface);
	input_set(input, text);
	for (int columns = 1; columns <= 10; columns++)
		input_draw(input, &area, 1, 0, columns);
	surface_fini(&surface);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	const char *bytes = (const char *)data;
	struct typed whole, cut;
	unsigned unknown = type(bytes, size, size ? size : 1, &whole);
	char *text = fuzz_rest(&in);

	/* However the bytes come. */
	must(type(bytes, size, 1, &cut) == unknown);
	must(cut.keys.n == whole.keys.n &&
	     !memcmp(cut.keys.v, whole.keys.v, cut.keys.n));
	check_name(text);
	check_draw(&whole.input, whole.input.text.v);
	free_typed(&whole);
	free_typed(&cut);
	free(text);
	return 0;
}
