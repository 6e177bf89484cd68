/* settings.c: hug.conf, keys and all. */
#include "tui/frame/settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/os/file.h"
#include "tests/fuzz/fuzz.h"

/* Each action has keys of its own, and one key does one thing on a screen. */
static void
check_keys(const struct keymap *map)
{
	size_t n;
	const struct action *all = actions_all(&n);
	bool any = false;

	for (int i = 0; i < ACTIONS; i++)
		any = any || map->own[i];
	/* It takes long, and those of the table are always the same. */
	for (size_t i = 0; any && i < n; i++) {
		char *keys = strdup(keymap_keys(map, all[i].id)), *rest = keys;
		struct key key;

		for (char *name = strtok_r(keys, " ", &rest); name;
		     name = strtok_r(NULL, " ", &rest)) {
			must(key_parse(name, &key));
			for (unsigned s = 1; s <= SCREENS_ALL; s <<= 1) {
				if (all[i].screens & s)
					must(keymap_action(map, &key,
						 (enum screen_id)s) ==
					     all[i].id);
			}
		}
		free(keys);
	}
}

static void
check_values(const struct settings *settings)
{
	for (int i = 0; i < SETTINGS; i++) {
		must(*setting_value(settings, (enum setting)i));
		(void)setting_is_on(settings, (enum setting)i);
	}
	must(setting_number(settings, SETTING_UNDO) <= 600);
	arr_each (text, &settings->complaints)
		must(fuzz_is_shown(*text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings, again;
	struct error err;

	(void)fuzz_folder();
	fuzz_write("hug/hug.conf", data, size);
	settings_load(&settings);
	check_values(&settings);
	check_keys(&settings.keys);
	/* What is changed is so the next time, and nothing else is. */
	must(setting_turn(&settings, SETTING_MOUSE, &err));
	settings_load(&again);
	for (int i = 0; i < SETTINGS; i++)
		must(again.values[i] == settings.values[i]);
	for (int i = 1; i < ACTIONS; i++)
		must(!strcmp(keymap_keys(&again.keys, (enum action_id)i),
		    keymap_keys(&settings.keys, (enum action_id)i)));
	settings_fini(&settings);
	settings_fini(&again);
	return 0;
}
