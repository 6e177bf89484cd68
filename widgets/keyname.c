#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "widgets/key.h"
#include "widgets/sequence.h"

static const char *const names[] = {
	[KEY_ENTER] = "Enter",
	[KEY_TAB] = "Tab",
	[KEY_ESC] = "Esc",
	[KEY_BACKSPACE] = "Backspace",
	[KEY_UP] = "Up",
	[KEY_DOWN] = "Down",
	[KEY_LEFT] = "Left",
	[KEY_RIGHT] = "Right",
	[KEY_HOME] = "Home",
	[KEY_END] = "End",
	[KEY_PAGE_UP] = "PageUp",
	[KEY_PAGE_DOWN] = "PageDown",
	[KEY_INSERT] = "Insert",
	[KEY_DELETE] = "Delete",
};

/* In the order in which they are written. */
static const struct {
	const char *text;
	unsigned mod;
} prefixes[] = {
	{ "Ctrl-", KEY_CTRL },
	{ "Alt-", KEY_ALT },
	{ "S-", KEY_SHIFT },
};

static void
add_character(struct str *out, const struct key *key)
{
	uint32_t point = key->point;
	char bytes[4];

	if (point == ' ') {
		str_addz(out, "Space");
		return;
	}
	if ((key->mods & KEY_CTRL) && point >= 'a' && point <= 'z')
		point -= 'a' - 'A';
	str_add(out, bytes, utf8_encode(point, bytes));
}

void
key_text(struct str *out, const struct key *key)
{
	if (key->kind > KEY_F)
		return;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (key->mods & prefixes[i].mod)
			str_addz(out, prefixes[i].text);
	if (key->kind == KEY_CHAR)
		add_character(out, key);
	else if (key->kind == KEY_F)
		str_addf(out, "F%u", (unsigned)key->point);
	else
		str_addz(out, names[key->kind]);
}

static bool
parse_character(const char *name, struct key *key)
{
	size_t n = strlen(name);

	key->kind = KEY_CHAR;
	if (!strcmp(name, "Space")) {
		key->point = ' ';
		return true;
	}
	if (!n || utf8_decode(name, n, &key->point) != n)
		return false;
	if ((key->mods & KEY_CTRL) && key->point >= 'A' && key->point <= 'Z')
		key->point += 'a' - 'A';
	return sequence_types(key->point) && !(key->mods & KEY_SHIFT);
}

/* The name without its prefixes; key_parse looks whether it is the right one. */
static bool
parse_base(const char *name, struct key *key)
{
	for (size_t i = KEY_ENTER; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(name, names[i])) {
			key->kind = (enum key_kind)i;
			return true;
		}
	}
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9') {
		key->kind = KEY_F;
		key->point = (uint32_t)strtoul(name + 1, NULL, 10);
		return key->point <= 12;
	}
	return parse_character(name, key);
}

bool
key_parse(const char *name, struct key *key)
{
	struct str again = STR_INIT;
	const char *at = name;
	bool ok;

	*key = (struct key){ 0 };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t n = strlen(prefixes[i].text);

		if (strncmp(at, prefixes[i].text, n) != 0 || !at[n])
			continue;
		key->mods |= prefixes[i].mod;
		at += n;
	}
	/* One key has one name: "Ctrl-r" and " " are none. */
	ok = parse_base(at, key);
	if (ok)
		key_text(&again, key);
	ok = ok && !strcmp(again.v, name);
	str_fini(&again);
	return ok;
}

bool
key_is(const struct key *a, const struct key *b)
{
	return a->kind == b->kind && a->mods == b->mods && a->point == b->point;
}

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
