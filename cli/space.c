#include "cli/space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/input.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

/* Longer is no list of secrets. */
#define FILE_MAX ((size_t)1024 * 1024)

static void
warn_of_readers(const struct cli *cli, const char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 077))
		return;
	cli->voice->text.repos.tell_readers(path, (unsigned)st.st_mode & 0777);
}

static bool
check_text(const struct str *text, const char *path, struct error *err)
{
	if (utf8_valid(text->v, text->n) && strlen(text->v) == text->n)
		return true;
	err_set(err, ERR_CONFLICT, "%.300s is no text in UTF-8", path);
	return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
}

static bool
refuse_line(const char *path, unsigned line, struct error *err)
{
	return err_set(err, ERR_USAGE,
	    "%.300s, line %u: neither KEY=VALUE nor a name that is set in the "
	    "environment",
	    path, line);
}

/* Names what was given, but not the value: it may be a secret. */
static bool
refuse_value(const char *text, struct error *err)
{
	size_t n = strcspn(text, "=");

	return err_set(err, ERR_USAGE,
	    text[n] == '=' ? "'%.*s=' is not a valid name for a value"
			   : "'%.*s' is not set in the environment",
	    (int)(n < 300 ? n : 300), text);
}

static bool
read_file(const struct cli *cli, const char *path, struct dotenv *env,
    struct error *err)
{
	struct str text = STR_INIT;
	unsigned line = 0;
	bool ok;

	if (strcmp(path, "-") != 0)
		warn_of_readers(cli, path);
	ok = input_read(path, FILE_MAX, &text, err);
	if (ok) {
		/* Some editors put a byte order mark in front. */
		bool mark = !strncmp(text.v, "\xef\xbb\xbf", 3);

		ok = check_text(&text, path, err);
		line = ok ? dotenv_read(env, text.v + (mark ? 3 : 0)) : 0;
	}
	/* The official client passes over what it does not understand. */
	if (ok && line && cli->voice->policy.repos.checks_values)
		ok = refuse_line(path, line, err);
	str_drop(&text);
	return ok;
}

static bool
read_values(const struct cli *cli, const char *file,
    const struct text_list *given, struct dotenv *env, struct error *err)
{
	if (file && !read_file(cli, file, env, err))
		return false;
	arr_each (text, &given->list) {
		if (dotenv_read(env, *text) &&
		    cli->voice->policy.repos.checks_values)
			return refuse_value(*text, err);
	}
	return true;
}

static void
warn_of_inline(const struct cli *cli, const struct text_list *secrets)
{
	bool any = false;

	arr_each (text, &secrets->list)
		any = any || strchr(*text, '=');
	if (any)
		out_tell(cli->voice->text.repos.secret_seen);
}

/* -- volumes -- */

/* Where ":/" begins that is the last; NULL if there is none. */
static const char *
last_mount(const char *body)
{
	const char *found = NULL;

	for (const char *p = body; (p = strstr(p, ":/")); p++)
		found = p;
	return found;
}

static char *
keep(struct space_parts *parts, char *text)
{
	arr_push(&parts->texts, text);
	return text;
}

/* "buckets/org/name/path": no repository, so no address of ours. */
static bool
read_bucket(struct space_parts *parts, const char *location, const char *spec,
    struct space_volume *volume, struct error *err)
{
	const char *slash = strchr(location, '/');
	size_t n = slash ? strcspn(slash + 1, "/") : 0;

	if (!n)
		return address_refuse(
		    err, spec, "Bucket id must be 'namespace/name'.");
	n += (size_t)(slash + 1 - location);
	volume->type = "bucket";
	volume->source = keep(parts, mem_strndup(location, n));
	if (location[n] && location[n + 1])
		volume->path = keep(parts, mem_strdup(location + n + 1));
	return true;
}

static bool
read_source(struct space_parts *parts, const char *uri, const char *spec,
    struct space_volume *volume, struct error *err)
{
	struct address address;
	bool ok;

	if (!strncmp(uri, "hf://buckets/", 13))
		return read_bucket(parts, uri + 13, spec, volume, err);
	ok = address_read(uri, "", 0, &address, err);
	if (ok) {
		volume->type = repo_type_name(address.type);
		volume->source = keep(parts, mem_strdup(address.id));
		if (address.revision)
			volume->revision =
			    keep(parts, mem_strdup(address.revision));
		if (address.path)
			volume->path = keep(parts, mem_strdup(address.path));
	}
	address_fini(&address);
	return ok;
}

static bool
read_volume(struct space_parts *parts, const char *spec, struct error *err)
{
	struct space_volume volume = { .type = NULL };
	char *body;
	const char *mount;
	size_t n = strlen(spec);
	char *uri;

	if (strncmp(spec, "hf://", 5) != 0)
		return address_refuse(err, spec, "Must start with 'hf://'.");
	body = keep(parts, mem_strdup(spec));
	if (n > 3 && !strcmp(spec + n - 3, ":ro"))
		volume.read_only = "true";
	else if (n > 3 && !strcmp(spec + n - 3, ":rw"))
		volume.read_only = "false";
	if (volume.read_only)
		body[n - 3] = '\0';
	mount = last_mount(body + 5);
	if (!mount)
		return address_refuse(err, spec,
		    "Missing mount path. Expected ':<MOUNT_PATH>' (e.g. "
		    "'hf://org/model:/data').");
	if (!mount[2])
		return address_refuse(err, spec,
		    "Mount path must be a non-empty absolute path starting "
		    "with '/', got '/'.");
	volume.mount_path = mount + 1;
	uri = keep(parts, mem_strndup(body, (size_t)(mount - body)));
	if (!read_source(parts, uri, spec, &volume, err))
		return false;
	arr_push(&parts->volumes, volume);
	return true;
}

bool
space_read(struct space_parts *parts, const struct cli *cli,
    const struct space_args *args, const char *token,
    struct repo_settings *settings, struct error *err)
{
	*parts = (struct space_parts){ .secrets = { .token = token },
		.variables = { .token = token } };
	warn_of_inline(cli, &args->secrets);
	if (!read_values(cli, args->secrets_file, &args->secrets,
		&parts->secrets, err) ||
	    !read_values(
		cli, args->env_file, &args->env, &parts->variables, err))
		return false;
	arr_each (spec, &args->volumes.list) {
		if (!read_volume(parts, *spec, err))
			return false;
	}
	arr_each (pair, &parts->secrets.pairs)
		arr_push(&parts->secret_list,
		    (struct space_value){ pair->key, pair->value });
	arr_each (pair, &parts->variables.pairs)
		arr_push(&parts->variable_list,
		    (struct space_value){ pair->key, pair->value });
	settings->hardware = args->hardware;
	settings->sleep_s = args->sleep_s == SLEEP_NONE ? NULL : &args->sleep_s;
	settings->secrets = parts->secret_list.v;
	settings->n_secrets = parts->secret_list.n;
	settings->variables = parts->variable_list.v;
	settings->n_variables = parts->variable_list.n;
	settings->volumes = parts->volumes.v;
	settings->n_volumes = parts->volumes.n;
	return true;
}

void
space_fini(struct space_parts *parts)
{
	dotenv_fini(&parts->secrets);
	dotenv_fini(&parts->variables);
	arr_free(&parts->secret_list);
	arr_free(&parts->variable_list);
	arr_free(&parts->volumes);
	arr_each (text, &parts->texts)
		free(*text);
	arr_free(&parts->texts);
}

void
space_add_given(struct str *out, const struct space_args *args)
{
	const struct {
		bool given;
		const char *name;
	} rows[] = {
		{ args->hardware != NULL, "space_hardware" },
		{ args->sleep_s != SLEEP_NONE, "space_sleep_time" },
		{ args->secrets.list.n || args->secrets_file, "space_secrets" },
		{ args->env.list.n || args->env_file, "space_variables" },
		{ args->volumes.list.n != 0, "space_volumes" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].given)
			str_addf(out, "%s%s", out->n ? ", " : "", rows[i].name);
	}
}
