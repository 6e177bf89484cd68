#include "tui/frame/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"

void
keymap_fini(struct keymap *map)
{
	for (int i = 0; i < ACTIONS; i++) {
		free(map->own[i]);
		map->own[i] = NULL;
	}
}

const char *
keymap_keys(const struct keymap *map, enum action_id action)
{
	return map->own[action] ? map->own[action] : action_of(action)->keys;
}

/* The next key that is named; false if there are no more. `ok` says whether it
 * is one. */
static bool
next_key(struct span *rest, struct key *key, bool *ok)
{
	struct span name;
	char text[32];

	while (span_next(rest, ' ', &name)) {
		if (!name.n)
			continue;
		*ok = name.n < sizeof(text);
		if (*ok) {
			memcpy(text, name.p, name.n);
			text[name.n] = '\0';
			*ok = key_parse(text, key);
		}
		return true;
	}
	return false;
}

static bool
has_key(const char *keys, const struct key *key)
{
	struct span rest = span_of(keys);
	struct key own;
	bool ok;

	while (next_key(&rest, &own, &ok)) {
		if (ok && key_is(&own, key))
			return true;
	}
	return false;
}

enum action_id
keymap_action(
    const struct keymap *map, const struct key *key, enum screen_id screen)
{
	size_t n;
	const struct action *all = actions_all(&n);

	for (size_t i = 0; i < n; i++) {
		if (all[i].screens & screen &&
		    has_key(keymap_keys(map, all[i].id), key))
			return all[i].id;
	}
	return ACT_NONE;
}

bool
keymap_set(
    struct keymap *map, const char *name, const char *keys, struct error *err)
{
	enum action_id action = action_named(name);
	struct span rest = span_of(keys);
	struct key key;
	bool ok = true;

	if (action == ACT_NONE)
		return err_set(
		    err, ERR_USAGE, "no action is called '%.60s'", name);
	while (ok && next_key(&rest, &key, &ok))
		;
	if (!ok)
		return err_set(err, ERR_USAGE,
		    "'%.60s' is not a list of keys (as: x Ctrl-R F5 PageDown)",
		    keys);
	free(map->own[action]);
	map->own[action] = mem_strdup(keys);
	return true;
}

/* The first key that both have where both are. */
static bool
clash(const struct keymap *map, const struct action *a, const struct action *b,
    struct str *name)
{
	struct span rest = span_of(keymap_keys(map, a->id));
	struct key key;
	bool ok;

	while (a->screens & b->screens && next_key(&rest, &key, &ok)) {
		if (ok && has_key(keymap_keys(map, b->id), &key)) {
			key_text(name, &key);
			return true;
		}
	}
	return false;
}

/* Gives one of two their own keys back. */
static void
refuse(struct keymap *map, const struct action *a, const struct action *b,
    const char *key, void (*warn)(void *context, const char *text),
    void *context)
{
	const struct action *loser = map->own[a->id] ? a : b;
	const struct action *other = loser == a ? b : a;
	struct str text = STR_INIT;

	str_addf(&text,
	    "hug.conf: %s cannot be a key of %s: %s already uses it", key,
	    loser->name, other->name);
	if (warn)
		warn(context, text.v);
	str_fini(&text);
	free(map->own[loser->id]);
	map->own[loser->id] = NULL;
}

void
keymap_settle(struct keymap *map, void (*warn)(void *context, const char *text),
    void *context)
{
	size_t n;
	const struct action *all = actions_all(&n);
	struct str key = STR_INIT;
	bool again = true;

	/* Those of the table do not clash, so this ends. */
	while (again) {
		again = false;
		for (size_t i = 0; i < n; i++) {
			for (size_t k = i + 1; k < n; k++) {
				str_clear(&key);
				if ((!map->own[all[i].id] &&
					!map->own[all[k].id]) ||
				    !clash(map, &all[i], &all[k], &key))
					continue;
				refuse(map, &all[i], &all[k], key.v, warn,
				    context);
				again = true;
			}
		}
	}
	str_fini(&key);
}
