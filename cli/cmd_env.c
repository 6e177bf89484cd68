/* cmd_env.c: hug env: what a report of a problem should hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/login/gitcred.h"
#include "core/login/login.h"
#include "core/login/whoami.h"
#include "core/net/http.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/os/machine.h"
#include "core/run/loop.h"

/* The lines, as they are collected. */
struct report {
	enum format format;
	struct str text;
	bool any;
};

static void
add(struct report *report, const char *key, const char *value)
{
	if (report->format == FORMAT_JSON) {
		json_add_pair(&report->text, !report->any, key, value);
	} else {
		str_addf(&report->text, "- %s: ", key);
		utf8_safe(&report->text, value);
		str_addc(&report->text, '\n');
	}
	report->any = true;
}

static void
add_taken(struct report *report, const char *key, char *value)
{
	add(report, key, value);
	free(value);
}

static void
add_flag(struct report *report, const char *name)
{
	add(report, name, env_flag(name) ? "True" : "False");
}

static void
add_seconds(struct report *report, const char *name)
{
	char text[16] = "10";
	unsigned seconds;
	struct error ignored;

	if (env_seconds(name, 10, &seconds, &ignored))
		snprintf(text, sizeof(text), "%u", seconds);
	add(report, name, text);
}

/* As Python's platform.platform(); hug has the libraries in another line. */
static void
add_system(struct report *report, bool with_library)
{
	struct utsname system;
	struct str text = STR_INIT;
	char *library = with_library ? machine_library() : NULL;

	if (uname(&system)) {
		free(library);
		return;
	}
	str_addf(
	    &text, "%s-%s-%s", system.sysname, system.release, system.machine);
	if (library)
		str_addf(&text, "-with-%s", library);
	add(report, "Platform", text.v);
	str_fini(&text);
	free(library);
}

/* Where the token is, and whether there is one; never the token. */
static bool
add_hub(struct report *report, struct error *err)
{
	struct log log = LOG_OFF;
	struct loop *loop = loop_new();
	struct hub *hub =
	    login_hub(loop, &log, &(struct login_options){ 0 }, err);

	if (hub) {
		add(report, "Has saved token ?",
		    hub->token           ? "True"
		    : hub->token_trouble ? "unknown"
					 : "False");
		add(report, "Token from",
		    hub->token           ? hub->token_source
		    : hub->token_trouble ? hub->token_trouble
					 : "nowhere");
		add(report, "ENDPOINT", hub->site);
	}
	hub_free(hub);
	loop_free(loop);
	return hub != NULL;
}

static void
add_flags(struct report *report)
{
	static const char *const names[] = { "HF_HUB_OFFLINE",
		"HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_SYMLINKS",
		"HF_HUB_DISABLE_SYMLINKS_WARNING",
		"HF_HUB_DISABLE_IMPLICIT_TOKEN", "HF_HUB_DISABLE_SHARED_BLOBS",
		"HF_HUB_DISABLE_XET" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		add_flag(report, names[i]);
}

static void
print_report(const struct cli *cli, struct report *report)
{
	if (cli->format == FORMAT_JSON) {
		str_addc(&report->text, '}');
		out_line(report->text.v);
	} else {
		out_line("\nCopy-and-paste the text below in your GitHub "
			 "issue.\n");
		out_line(report->text.v);
	}
}

/* A path, which is taken; NULL where nothing names one. */
static void
add_folder(struct report *report, const char *name, char *path)
{
	add(report, name, path ? path : "none: HOME is not set");
	free(path);
}

/* -- as the official clients -- */

static char *
stored_tokens(void)
{
	char *token = env_token_file();
	char *folder = token ? path_folder(token) : NULL;
	char *path = folder ? path_join(folder, "stored_tokens") : NULL;

	free(token);
	free(folder);
	return path;
}

/* A setting whose value is not that of a flag of this name alone. */
static bool
add_known(struct report *report, const struct hub *hub, const char *name)
{
	static const struct {
		const char *name;
		char *(*path)(void);
	} paths[] = { { "HF_HUB_CACHE", env_hub_cache },
		{ "HF_ASSETS_CACHE", env_assets_cache },
		{ "HF_TOKEN_PATH", env_token_file },
		{ "HF_STORED_TOKENS_PATH", stored_tokens } };

	for (unsigned i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (strcmp(paths[i].name, name) != 0)
			continue;
		add_folder(report, name, paths[i].path());
		return true;
	}
	if (!strcmp(name, "ENDPOINT"))
		add(report, name, hub->site);
	else if (!strcmp(name, "HF_HUB_OFFLINE"))
		add(report, name, hub->offline ? "True" : "False");
	else if (!strcmp(name, "HF_HUB_DISABLE_TELEMETRY"))
		add(report, name,
		    env_flag(name) || env_flag("DISABLE_TELEMETRY") ||
			    env_flag("DO_NOT_TRACK")
			? "True"
			: "False");
	else if (!strcmp(name, "HF_HUB_DISABLE_PROGRESS_BARS") &&
		 !env_get(name))
		add(report, name, "None");
	else if (strstr(name, "_TIMEOUT"))
		add_seconds(report, name);
	else
		return false;
	return true;
}

/* Asks whose token it is. */
struct asking {
	struct questions ask;
	struct report *report;
};

static void
on_whoami(void *context, const struct whoami *whoami, const struct error *err)
{
	struct asking *a = context;

	if (!err)
		add(a->report, "Who am I ?", whoami->name);
	questions_ended(&a->ask, err);
}

static void
add_helpers(struct report *report)
{
	char *helpers = gitcred_helpers();
	struct str text = STR_INIT;

	for (const char *p = helpers ? helpers : ""; *p; p++) {
		str_addc(&text, *p);
		if (*p == ',')
			str_addc(&text, ' ');
	}
	add(report, "Configured git credential helpers", text.v);
	str_fini(&text);
	free(helpers);
}

static bool
add_official(struct report *report, const struct cli *cli, struct error *err)
{
	const char *const *settings = cli->voice->text.env.settings;
	struct asking a = { .report = report };
	bool ok = questions_open(&a.ask, cli, NULL, err);
	const struct hub *hub = a.ask.session.hub;
	struct error ignored;

	if (ok) {
		add(report, "Has saved token ?", hub->token ? "True" : "False");
		if (hub->token)
			MAY_FAIL(
			    questions_wait(&a.ask,
				whoami_start(a.ask.session.hub, on_whoami, &a),
				&ignored),
			    "then the line is left out");
		add_helpers(report);
	}
	for (; ok && *settings; settings++) {
		if (!add_known(report, hub, *settings))
			add_flag(report, *settings);
	}
	(void)questions_close(&a.ask, EXIT_ALL);
	return ok;
}

static bool
add_own(struct report *report, struct error *err)
{
	if (!add_hub(report, err))
		return false;
	add_folder(report, "HF_HOME", env_hf_home());
	add_folder(report, "HF_HUB_CACHE", env_hub_cache());
	add_flags(report);
	add_seconds(report, "HF_HUB_ETAG_TIMEOUT");
	add_seconds(report, "HF_HUB_DOWNLOAD_TIMEOUT");
	return true;
}

static enum exit_code
env_run(const struct cli *cli, const void *args)
{
	struct report report = { cli->format, STR_INIT, false };
	bool official = cli->voice->text.env.settings != NULL;
	enum exit_code code = EXIT_NOT_ALL;
	struct error err;

	(void)args;
	add(&report, PACKAGE_NAME " version", PACKAGE_VERSION);
	add(&report, "Invoked as", cli->name);
	add_system(&report, official);
	add_taken(&report, "Libraries", http_libraries());
	add_folder(&report, "Token path ?", env_token_file());
	if (!(official ? add_official(&report, cli, &err)
		       : add_own(&report, &err))) {
		out_error(cli, &err);
	} else {
		print_report(cli, &report);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	str_fini(&report.text);
	return code;
}

static const struct arg env_args[] = { { .name = NULL } };
static const struct opt env_opts[] = { { .name = NULL } };

static const struct example env_examples[] = {
	{ "hug env", "Print what a bug report needs" },
	{ "hug env > report.txt", "Save it in a file" },
	{ NULL, NULL },
};

const struct command cmd_env = {
	.name = "env",
	.summary = "Print versions and settings for a bug report",
	.details = "Prints versions, folders and settings, and never the "
		   "token.\n",
	.examples = env_examples,
	.args = env_args,
	.opts = env_opts,
	.run = env_run,
};
