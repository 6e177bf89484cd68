#include "core/os/env.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"

const char *
env_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

bool
env_flag(const char *name)
{
	static const char *const yes[] = { "1", "ON", "YES", "TRUE" };
	const char *value = env_get(name);

	for (unsigned i = 0; value && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!strcasecmp(value, yes[i]))
			return true;
	return false;
}

bool
env_seconds(
    const char *name, unsigned fallback, unsigned *seconds, struct error *err)
{
	const char *value = env_get(name);
	uint64_t number = 0;

	*seconds = fallback;
	if (!value)
		return true;
	if (!span_u64(span_trim(span_of(value)), &number) || number > 1000000)
		return err_set(err, ERR_USAGE,
		    "%s is not a whole number of seconds: '%.40s'", name,
		    value);
	if (number)
		*seconds = (unsigned)number;
	return true;
}

/* The home folder of this user; "" if there is none. */
static const char *
home(void)
{
	const char *value = env_get("HOME");
	const struct passwd *user;

	if (value)
		return value;
	user = getpwuid(getuid());
	return user && user->pw_dir ? user->pw_dir : "";
}

static bool
is_name_char(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Appends the variable that `s`, behind a "$", names; returns what follows. */
static const char *
add_variable(struct str *out, const char *s)
{
	bool braced = *s == '{';
	const char *start = s + braced;
	const char *end = start;
	const char *value;
	char *name;

	while (is_name_char(*end))
		end++;
	if (end == start || (braced && *end != '}')) {
		str_addc(out, '$');
		return s;
	}
	name = mem_strndup(start, (size_t)(end - start));
	value = getenv(name);
	free(name);
	end += braced;
	if (value) {
		str_addz(out, value);
	} else {
		str_addc(out, '$');
		str_add(out, s, (size_t)(end - s));
	}
	return end;
}

static bool
begins_at_home(const char *path)
{
	return path[0] == '~' && (path[1] == '/' || !path[1]);
}

char *
env_expand(const char *path)
{
	struct str out = STR_INIT;

	if (begins_at_home(path) && *home()) {
		str_addz(&out, home());
		path++;
	}
	while (*path) {
		if (*path == '$')
			path = add_variable(&out, path + 1);
		else
			str_addc(&out, *path++);
	}
	return str_steal(&out);
}

/* The expanded value of a variable; NULL if it is unset, or begins in a home
 * folder that there is not. */
static char *
expanded(const char *name)
{
	const char *value = env_get(name);

	if (!value || (begins_at_home(value) && !*home()))
		return NULL;
	return env_expand(value);
}

/* `name` inside the folder `parent`, which is taken; NULL without one. */
static char *
inside(char *parent, const char *name)
{
	char *path = parent ? path_join(parent, name) : NULL;

	free(parent);
	return path;
}

char *
env_hf_home(void)
{
	char *path = expanded("HF_HOME");

	if (path)
		return path;
	path = expanded("XDG_CACHE_HOME");
	if (!path && *home())
		path = path_join(home(), ".cache");
	return inside(path, "huggingface");
}

char *
env_hub_cache(void)
{
	char *path = expanded("HF_HUB_CACHE");

	if (!path)
		path = expanded("HUGGINGFACE_HUB_CACHE");
	return path ? path : inside(env_hf_home(), "hub");
}

char *
env_xet_cache(void)
{
	char *path = expanded("HF_XET_CACHE");

	return path ? path : inside(env_hf_home(), "xet");
}

char *
env_assets_cache(void)
{
	char *path = expanded("HF_ASSETS_CACHE");

	if (!path)
		path = expanded("HUGGINGFACE_ASSETS_CACHE");
	return path ? path : inside(env_hf_home(), "assets");
}

char *
env_datasets_cache(void)
{
	char *path = expanded("HF_DATASETS_CACHE");

	return path ? path : inside(env_hf_home(), "datasets");
}

char *
env_token_file(void)
{
	char *path = expanded("HF_TOKEN_PATH");

	return path ? path : inside(env_hf_home(), "token");
}

char *
env_own_file(const char *variable, const char *below, const char *name)
{
	const char *folder = env_get(variable), *home = env_get("HOME");
	struct str path = STR_INIT;

	if (folder)
		str_addf(&path, "%s/hug/%s", folder, name);
	else if (home)
		str_addf(&path, "%s/%s/hug/%s", home, below, name);
	else
		return NULL;
	return str_steal(&path);
}
