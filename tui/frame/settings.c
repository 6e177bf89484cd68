#include "tui/frame/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* A file of settings that is larger is none. */
#define FILE_MAX_SIZE ((size_t)1024 * 1024)

struct row {
	const char *name, *help;
	const char *values[8]; /* the first is the default; ended by NULL */
};

static const struct row rows[SETTINGS] = {
	[SETTING_THEME] = { "theme", "colours: automatic, or a theme",
	    { "auto", "neutral", "dark", "light", "contrast", "none" } },
	[SETTING_UNDO] = { "undo", "seconds to undo a deletion; 0: no undo",
	    { "30", "60", "300", "600", "0", "10" } },
	[SETTING_MOUSE] = { "mouse", "use clicks and the wheel in hug",
	    { "on", "off" } },
	[SETTING_LOOK] = { "characters",
	    "lines and bars: automatic, or plain ASCII", { "auto", "plain" } },
	[SETTING_LINEAR] = { "linear", "for screen readers: no boxes, no bars",
	    { "off", "on" } },
	[SETTING_NOTIFY] = { "notify", "when a transfer has ended",
	    { "off", "bell", "desktop" } },
};

const char *
setting_name(enum setting setting)
{
	return rows[setting].name;
}

const char *
setting_help(enum setting setting)
{
	return rows[setting].help;
}

const char *
setting_value(const struct settings *settings, enum setting setting)
{
	return rows[setting].values[settings->values[setting]];
}

bool
setting_set(struct settings *settings, enum setting setting, const char *value)
{
	for (size_t i = 0; rows[setting].values[i]; i++) {
		if (!strcmp(rows[setting].values[i], value)) {
			settings->values[setting] = i;
			return true;
		}
	}
	return false;
}

bool
setting_is_on(const struct settings *settings, enum setting setting)
{
	return !strcmp(setting_value(settings, setting), "on");
}

unsigned
setting_number(const struct settings *settings, enum setting setting)
{
	uint64_t number = 0;

	span_u64(span_of(setting_value(settings, setting)), &number);
	return (unsigned)number;
}

/* -- the file -- */

/* "name = value" parted; false if the line is something else. */
static bool
part(struct span line, struct span *name, struct span *value)
{
	if (!memchr(line.p, '=', line.n) || !span_next(&line, '=', name))
		return false;
	*name = span_trim(*name);
	*value = span_trim(line);
	return name->n && *name->p != '#';
}

static bool
is_row(struct span name, enum setting *setting)
{
	for (int i = 0; i < SETTINGS; i++) {
		if (span_is(name, rows[i].name)) {
			*setting = (enum setting)i;
			return true;
		}
	}
	return false;
}

/* "key.undo = u Ctrl-Z" */
static bool
take_keys(struct keymap *map, struct span name, const char *value, bool *ok,
    struct error *err)
{
	char *action;

	if (name.n < 5 || strncmp(name.p, "key.", 4) != 0)
		return false;
	action = mem_strndup(name.p + 4, name.n - 4);
	*ok = keymap_set(map, action, value, err);
	free(action);
	return true;
}

static void
complain(void *context, const char *text)
{
	struct settings *settings = context;

	arr_push(&settings->complaints, mem_strdup(text));
}

static void
take_line(struct settings *settings, struct span line)
{
	struct span name, value;
	struct str text = STR_INIT;
	enum setting setting;
	struct error err;
	char *copy;
	bool ok;

	if (!part(line, &name, &value))
		return;
	err_set(&err, ERR_USAGE, "no such setting or value: %.*s",
	    (int)(line.n < 80 ? line.n : 80), line.p);
	copy = mem_strndup(value.p, value.n);
	if (!take_keys(&settings->keys, name, copy, &ok, &err))
		ok = is_row(name, &setting) &&
		     setting_set(settings, setting, copy);
	if (!ok) {
		str_addf(&text, "hug.conf: %s", err.message);
		complain(settings, text.v);
	}
	free(copy);
	str_fini(&text);
}

static char *
find_file(void)
{
	return env_own_file("XDG_CONFIG_HOME", ".config", "hug.conf");
}

/* None there is an empty one. */
static bool
read_conf(const struct settings *settings, struct str *text, struct error *err)
{
	return file_read_all(settings->path, FILE_MAX_SIZE, text, err) ||
	       err->code == ERR_NOT_FOUND || err->detail == ENOTDIR;
}

void
settings_load(struct settings *settings)
{
	struct str text = STR_INIT;
	struct span rest, line;
	const char *why;
	struct error err;

	*settings = (struct settings){ .path = find_file() };
	if (settings->path && read_conf(settings, &text, &err)) {
		rest = (struct span){ text.v, text.n };
		while (span_next(&rest, '\n', &line))
			take_line(settings, line);
	} else if (settings->path) {
		/* Where it is matters less in a line than what is wrong. */
		why = strstr(err.message, "/hug.conf");
		complain(settings, why ? why + 1 : err.message);
	}
	keymap_settle(&settings->keys, complain, settings);
	str_fini(&text);
}

void
settings_fini(struct settings *settings)
{
	keymap_fini(&settings->keys);
	arr_each (text, &settings->complaints)
		free(*text);
	arr_free(&settings->complaints);
	free(settings->path);
	settings->path = NULL;
}

/* The file with one line changed, or added at its end. */
static void
change(struct str *out, struct span rest, const struct settings *settings,
    enum setting setting)
{
	struct span line, name, value;
	enum setting found;
	bool done = false;

	while (rest.n && span_next(&rest, '\n', &line)) {
		if (part(line, &name, &value) && is_row(name, &found) &&
		    found == setting) {
			if (!done)
				str_addf(out, "%s = %s\n", rows[setting].name,
				    setting_value(settings, setting));
			done = true;
			continue;
		}
		str_add(out, line.p, line.n);
		str_addc(out, '\n');
	}
	if (!done)
		str_addf(out, "%s = %s\n", rows[setting].name,
		    setting_value(settings, setting));
}

static bool
keep(struct settings *settings, enum setting setting, struct error *err)
{
	struct str before = STR_INIT;
	struct str after = STR_INIT;
	char *end;
	bool ok;

	if (!settings->path)
		return true;
	/* What could not be read is not written over. */
	if (!read_conf(settings, &before, err)) {
		str_fini(&before);
		return false;
	}
	/* What follows the last line's end is no line. */
	if (before.n && before.v[before.n - 1] == '\n')
		str_cut(&before, before.n - 1);
	change(&after, (struct span){ before.v, before.n }, settings, setting);
	/* Who keeps such files elsewhere has a link here. */
	end = file_link_end(settings->path);
	ok = dir_make_parent(settings->path, err) &&
	     file_replace_mode(end, after.v, after.n, 0600, err);
	free(end);
	str_fini(&before);
	str_fini(&after);
	return ok;
}

bool
setting_turn(struct settings *settings, enum setting setting, struct error *err)
{
	size_t next = settings->values[setting] + 1;

	settings->values[setting] = rows[setting].values[next] ? next : 0;
	return keep(settings, setting, err);
}

bool
setting_keep(struct settings *settings, enum setting setting, const char *value,
    struct error *err)
{
	if (!setting_set(settings, setting, value))
		return err_set(err, ERR_USAGE, "%s has no value '%.100s'",
		    setting_name(setting), value);
	return keep(settings, setting, err);
}
