/* cmd_cp.c: hug cp. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/cp.h"
#include "cli/out.h"
#include "cli/suggest.h"
#include "cli/target.h"
#include "cli/upload_failure.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/run/loop.h"

#define AT(member) .offset = offsetof(struct cp_args, member)

static const struct arg cp_args[] = {
	{ "SRC",
	    "File here, - for standard input, or a place on the Hub: "
	    "hf://[datasets/]org/name[@revision]/path, or the address of its "
	    "page",
	    AT(from), .required = true },
	{ "DST",
	    "The same of where it goes; - for standard output (default: the "
	    "current folder)",
	    AT(to) },
	{ .name = NULL },
};

static const struct opt cp_opts[] = {
	{ "commit-message", 0, OPT_TEXT, "TEXT",
	    "First line of the commit message", AT(message),
	    .faces = FACE_HUG },
	{ "yes", 'y', OPT_FLAG, NULL,
	    "Do not ask before a local file is replaced, or one that looks "
	    "secret is uploaded",
	    AT(yes), .faces = FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct cp_args, token)),
	{ .name = NULL },
};

/* -- what all directions share -- */

bool
cp_is_wrong(struct cp *cp, enum cp_wrong wrong, const char *what)
{
	const struct cli *cli = cp->base.cli;
	const char *why = cli->voice->text.cp.wrong[wrong];

	cp->code = EXIT_USAGE;
	if (cli->voice->policy.errors.shows_usage)
		return err_set(&cp->failure, ERR_USAGE,
		    "Usage: hf %s [OPTIONS] SRC [DST]\nTry 'hf %s --help' for "
		    "help.\n\nError: Invalid value: %s%s",
		    cp->name, cp->name, why, what ? what : "");
	return err_set(&cp->failure, ERR_USAGE, "%s%s", why, what ? what : "");
}

void
cp_ended(struct cp *cp, const struct error *err)
{
	session_quiet(&cp->base);
	cp->code = err ? session_failed(&cp->base, err) : EXIT_ALL;
	if (err)
		cp->failure = *err;
	loop_stop(cp->base.loop);
}

bool
cp_is_sure(struct cp *cp, const char *question)
{
	const struct cli *cli = cp->base.cli;

	if (!cli->voice->policy.cp.asks ||
	    confirm(cli, question, cp->args->yes))
		return true;
	cp->code = EXIT_NOT_ALL;
	return false;
}

void
cp_print(struct cp *cp, const char *done, const char *src, const char *dst,
    const char *key, const char *line)
{
	const struct cli *cli = cp->base.cli;
	const struct out_pair pairs[] = { { "src", src, NULL },
		{ "dst", dst, NULL } };
	struct str text = STR_INIT;

	if (cli->voice->policy.cp.result_has_words) {
		out_results(cli, done, pairs, 2);
	} else if (cli->format == FORMAT_JSON) {
		json_add_pair(&text, true, "src", src);
		json_add_pair(&text, false, "dst", dst);
		if (strcmp(key, "dst") != 0)
			json_add_pair(&text, false, key, line);
		str_addc(&text, '}');
		out_line(text.v);
	} else {
		out_exact(line);
	}
	str_fini(&text);
	if (!out_finish(cli))
		cp->code = EXIT_NOT_ALL;
}

/* -- what the two sides are -- */

static bool
starts(const char *text, const char *front)
{
	return !strncmp(text, front, strlen(front));
}

static bool
is_address(const char *text)
{
	return starts(text, "hf://") || starts(text, "https://") ||
	       starts(text, "http://");
}

static bool
is_bucket(const struct cp_end *end)
{
	return end->text && starts(end->text, "hf://buckets/");
}

static bool
read_address(struct cp *cp, struct cp_end *end, struct error *err)
{
	struct address *address = &end->address;
	size_t n;

	if (!address_read(
		end->text, cp->base.hub->base, ADDRESS_OWN, address, err) ||
	    !repo_check_id(address->id, err) ||
	    (address->revision && !repo_check_revision(address->revision, err)))
		return false;
	n = strlen(end->text);
	end->folder = n && end->text[n - 1] == '/';
	n = address->path ? strlen(address->path) : 0;
	while (n && address->path[n - 1] == '/')
		address->path[--n] = '\0';
	end->path = address->path ? address->path : "";
	if (strstr(end->path, "//"))
		return address_refuse(
		    err, end->text, "Path must not contain empty segments.");
	end->repo = target_repo(address);
	/* To hf a target has other rules (cp_put.c). */
	return cp->base.cli->voice->policy.cp.wrong_is_local || !*end->path ||
	       repo_check_path(end->path, err);
}

/* To hf what is no right address may be a file here. */
static bool
read_end(struct cp *cp, struct cp_end *end)
{
	struct error err;

	end->path = "";
	if (!end->text || !is_address(end->text))
		return true;
	if (read_address(cp, end, &err)) {
		end->remote = true;
		return true;
	}
	if (cp->base.cli->voice->policy.cp.wrong_is_local && !is_bucket(end))
		return true;
	cp->failure = err;
	if (is_bucket(end)) {
		/* What the remedy says is about `hf download`. */
		err_set(
		    &cp->failure, ERR_CONFLICT, "buckets are not supported");
		err_hint(&cp->failure, "The official client copies them");
	}
	cp->code = EXIT_NOT_ALL;
	return false;
}

/* As hf: `repos cp` looks at the type of one side only. */
static bool
check_buckets(struct cp *cp)
{
	const char *no_bucket = cp->base.cli->voice->text.cp.no_bucket;
	const struct cp_end *end =
	    cp->to.text && is_address(cp->to.text) ? &cp->to : &cp->from;

	if (!no_bucket || !strcmp(cp->name, "cp") || !is_bucket(end))
		return true;
	cp->code = EXIT_NOT_ALL;
	return err_set(&cp->failure, ERR_CONFLICT, "%s", no_bucket);
}

static bool
read_ends(struct cp *cp)
{
	cp->from.text = cp->args->from;
	cp->to.text = cp->args->to;
	if (!check_buckets(cp) || !read_end(cp, &cp->from) ||
	    !read_end(cp, &cp->to))
		return false;
	if (cp->from.remote || cp->to.remote)
		return true;
	return cp_is_wrong(cp, cp->to.text ? CP_NO_REMOTE : CP_NO_TARGET, NULL);
}

/* -- the run -- */

static void
tell_failure(struct cp *cp)
{
	if (cp->failure.code == ERR_NONE)
		return;
	if (cp->to.remote) {
		upload_tell_failure(&cp->base, &cp->failure);
		return;
	}
	suggest_repo(&cp->base, &cp->failure);
	out_error(cp->base.cli, &cp->failure);
}

static enum exit_code
run(const struct cli *cli, const struct cp_args *args, const char *name)
{
	struct cp cp = { .args = args, .name = name, .code = EXIT_NOT_ALL };
	struct cli own = *cli;
	bool to_stdout = args->to && !strcmp(args->to, "-");
	struct session_options options = { .token = args->token,
		.look = to_stdout ? PROGRESS_NONE
		                  : session_look(cli, PROGRESS_AUTO) };

	cp.failure.code = ERR_NONE;
	own.mute =
	    cli->format == FORMAT_QUIET && cli->voice->policy.upload.tells_more;
	session_warn_of_token(&own, args->token);
	if (session_open(&cp.base, &own, &options, &cp.failure) &&
	    read_ends(&cp)) {
		cp.failure.code = ERR_NONE;
		if (cp.from.remote && cp.to.remote)
			cp_over(&cp);
		else if (cp.from.remote)
			cp_get(&cp);
		else
			cp_put(&cp);
	}
	session_quiet(&cp.base);
	tell_failure(&cp);
	session_halt(&cp.base);
	session_close(&cp.base);
	address_fini(&cp.from.address);
	address_fini(&cp.to.address);
	return cp.code;
}

static enum exit_code
cp_run(const struct cli *cli, const void *args)
{
	return run(cli, args, "cp");
}

static enum exit_code
repo_cp_run(const struct cli *cli, const void *args)
{
	return run(cli, args, "repos cp");
}

static const struct example examples[] = {
	{ "hug cp hf://acme/tiny-owl/config.json",
	    "Download a file into the current folder, without the cache" },
	{ "hug cp model.safetensors hf://acme/tiny-owl/v2/", "Upload a file" },
	{ "echo '# Owls' | hug cp - hf://datasets/acme/owls/README.md",
	    "Upload what a program prints" },
	{ "hug cp hf://acme/tiny-owl/model.safetensors "
	  "hf://acme/big-owl@dev/tiny.safetensors",
	    "Copy a file from a repository to a branch of another" },
	{ NULL, NULL },
};

#define CP                                                                     \
	.args = cp_args, .opts = cp_opts, .args_size = sizeof(struct cp_args), \
	.faces = FACE_HUG | FACE_HF

const struct command cmd_cp = {
	.name = "cp",
	.summary = "Copy a file from, to or within the Hub",
	.details =
	    "A downloaded file is verified, and gets its name only when it is "
	    "whole; it does not go through the cache. An upload is one commit, "
	    "to a repository and a branch that exist; it replaces a file that "
	    "is there without a question.\n\nBetween repositories, files or "
	    "folders are copied in one commit. Large files are copied by the "
	    "Hub itself; a single one that it cannot copy comes through this "
	    "machine. A / at the end of SRC means the content of "
	    "a folder, at the end of DST a folder.\n\nPrints the path of the "
	    "file, or the address of the commit.\n",
	.examples = examples,
	.run = cp_run,
	CP,
};

const struct command cmd_repo_cp = {
	.name = "repo cp",
	.as_hf = "repos cp",
	.summary = "Copy a file from, to or within the Hub",
	.examples = examples,
	.run = repo_cp_run,
	.hidden = FACE_HUG,
	CP,
};
