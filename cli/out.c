#include "cli/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

static void
say_as_hug(const struct error *err)
{
	size_t n = strlen(err->message);
	bool ended = n && strchr(".!?", err->message[n - 1]);

	fprintf(stderr, "hug: %s", err->message);
	if (err->hint[0])
		fprintf(stderr, "%s %s", ended ? "" : ".", err->hint);
	fputc('\n', stderr);
}

/* -- huggingface-cli: the end of a Python traceback -- */

#define AUTH_DOCS "https://huggingface.co/docs/huggingface_hub/authentication"

/* "EntryNotFoundError: 404 Client Error.", blank, what follows. */
static void
raise_http(const struct error *err, const char *class, const char *words)
{
	fprintf(stderr, "huggingface_hub.errors.%s: %d Client Error.\n\n%s%s",
	    class, err->detail ? err->detail : 404, words, err->url);
}

static void
say_said(const struct error *err)
{
	if (err->said[0])
		fprintf(stderr, "\n%s", err->said);
	fputc('\n', stderr);
}

static void
say_out_of_reach(const struct error *err)
{
	const char *one =
	    "An error happened while trying to locate the file on the Hub and "
	    "we cannot find the requested files in the local cache. Please "
	    "check your connection and try again or make sure your Internet "
	    "connection is on.";
	const char *all =
	    "An error happened while trying to locate the files on the Hub and "
	    "we cannot find the appropriate snapshot folder for the specified "
	    "revision on the local disk. Please check your internet connection "
	    "and try again.";
	const char *offline =
	    "Cannot find an appropriate cached snapshot folder for the "
	    "specified revision on the local disk and outgoing traffic has "
	    "been disabled. To enable repo look-ups and downloads online, set "
	    "'HF_HUB_OFFLINE=0' as environment variable.";
	bool file = strstr(err->url, "/resolve/") != NULL;
	bool is_offline = strstr(err->message, "offline mode") != NULL;

	fprintf(stderr, "huggingface_hub.errors.LocalEntryNotFoundError: %s\n",
	    file         ? one
	    : is_offline ? offline
			 : all);
}

static void
say_as_old(const struct error *err)
{
	switch (err->about) {
	case ERR_ABOUT_VALUE:
		fprintf(stderr,
		    "huggingface_hub.errors.HFValidationError: %s\n",
		    err->message);
		return;
	case ERR_ABOUT_FILE:
		raise_http(
		    err, "EntryNotFoundError", "Entry Not Found for url: ");
		fprintf(stderr, ".\n");
		return;
	case ERR_ABOUT_REVISION:
		raise_http(err, "RevisionNotFoundError",
		    "Revision Not Found for url: ");
		fputc('.', stderr);
		say_said(err);
		return;
	case ERR_ABOUT_REPO:
		raise_http(err, "RepositoryNotFoundError",
		    "Repository Not Found for url: ");
		fprintf(stderr,
		    ".\nPlease make sure you specified the correct `repo_id` "
		    "and `repo_type`.\nIf you are trying to access a private "
		    "or gated repo, make sure you are authenticated. For more "
		    "details, see " AUTH_DOCS);
		say_said(err);
		return;
	case ERR_ABOUT_GATE:
		raise_http(
		    err, "GatedRepoError", "Cannot access gated repo for url ");
		fputc('.', stderr);
		say_said(err);
		return;
	case ERR_ABOUT_REACH:
		say_out_of_reach(err);
		return;
	case ERR_ABOUT_OTHER:
		break;
	}
	if (err->code == ERR_NETWORK)
		say_out_of_reach(err);
	else
		fprintf(stderr, "%s%s\n",
		    err->code == ERR_USAGE ? "" : "huggingface-cli: ",
		    err->message);
}

/* -- hf -- */

/* "Model 'org/x'" from an address of it; "" if that is not one. */
static void
add_repo(struct str *out, const char *url, bool capital)
{
	static const char *const types[][3] = {
		{ "/api/models/", "Model", "model" },
		{ "/api/datasets/", "Dataset", "dataset" },
		{ "/api/spaces/", "Space", "space" },
		{ "/datasets/", "Dataset", "dataset" },
		{ "/spaces/", "Space", "space" },
	};
	const char *type = capital ? "Model" : "model";
	const char *id = strstr(url, "://");
	const char *end;

	id = id ? strchr(id + 3, '/') : NULL;
	for (size_t i = 0; id && i < 5; i++) {
		size_t n = strlen(types[i][0]);

		if (strncmp(id, types[i][0], n) != 0)
			continue;
		type = types[i][capital ? 1 : 2];
		id += n - 1;
		break;
	}
	if (!id)
		return;
	end = strstr(++id, "/resolve/");
	end = end ? end : strstr(id, "/revision/");
	end = end ? end : strstr(id, "/tree/");
	if (end)
		str_addf(out, "%s '%.*s'", type, (int)(end - id), id);
}

static void
say_not_found(const char *repo)
{
	const char *id = strchr(repo, '\'');
	const char *dataset =
	    strncmp(repo, "Dataset", 7) ? "" : " --type dataset";
	const char *space = strncmp(repo, "Space", 5) ? "" : " --type space";

	fprintf(stderr,
	    "%s not found.\nIf the repo is private, make sure you are "
	    "authenticated and your token has the required permissions.\nIf "
	    "the repo does not exist, create it with: hf repos create ",
	    *repo ? repo : "Repository");
	if (id)
		fprintf(stderr, "%.*s", (int)strlen(id) - 2, id + 1);
	else
		fputs("<repo_id>", stderr);
	fprintf(stderr, "%s%s", dataset, space);
}

static void
say_about(const struct error *err)
{
	struct str big = STR_INIT;
	struct str small = STR_INIT;

	add_repo(&big, err->url, true);
	add_repo(&small, err->url, false);
	if (err->about == ERR_ABOUT_REPO)
		say_not_found(big.v);
	else if (err->about == ERR_ABOUT_GATE)
		fprintf(stderr, "Access denied. %s requires approval.",
		    big.n ? big.v : "This repository");
	else if (err->about == ERR_ABOUT_REVISION)
		fprintf(stderr, "Revision not found in %s.",
		    small.n ? small.v : "repository");
	else if (err->about == ERR_ABOUT_FILE)
		fprintf(stderr, "File not found in %s.\nURL: %s",
		    small.n ? small.v : "repository", err->url);
	else if (err->about == ERR_ABOUT_VALUE)
		fprintf(stderr, "Invalid value. %s%s%s", err->message,
		    strncmp(err->message, "Invalid filename", 16) ? "" : ". ",
		    strncmp(err->message, "Invalid filename", 16) ? ""
								  : err->hint);
	else
		fprintf(stderr, "Local entry not found. %s", err->message);
	str_fini(&big);
	str_fini(&small);
}

static void
say_as_hf(const struct cli *cli, const struct error *err)
{
	/* Mistakes of the command line are whole texts already. */
	if (err->code == ERR_USAGE && err->about != ERR_ABOUT_VALUE &&
	    !err->detail) {
		fprintf(stderr, "%s\n", err->message);
		return;
	}
	fputs("Error: ", stderr);
	if (err->about != ERR_ABOUT_OTHER || err->code == ERR_NETWORK)
		say_about(err);
	else
		fputs(err->message, stderr);
	fputs(cli->format == FORMAT_QUIET
		  ? "\n"
		  : "\nHint: set HF_DEBUG=1 as environment variable for full "
		    "traceback.\n",
	    stderr);
}

void
out_error(const struct cli *cli, const struct error *err)
{
	if (cli->face == FACE_OLD)
		say_as_old(err);
	else if (cli->face == FACE_HF)
		say_as_hf(cli, err);
	else
		say_as_hug(err);
}

void
out_note(const struct cli *cli, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", cli->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void
add_json_results(struct str *text, const struct out_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str_addz(text, i ? ", " : "{");
		json_add_string(text, pairs[i].key);
		str_addz(text, ": ");
		if (pairs[i].json)
			str_addz(text, pairs[i].json);
		else
			json_add_string(text, pairs[i].value);
	}
	str_addc(text, '}');
}

void
out_results(const struct cli *cli, const char *done,
    const struct out_pair *pairs, size_t n)
{
	struct str text = STR_INIT;

	switch (cli->format) {
	case FORMAT_JSON:
		add_json_results(&text, pairs, n);
		break;
	case FORMAT_AGENT:
		for (size_t i = 0; i < n; i++)
			str_addf(&text, "%s%s=%s", i ? " " : "", pairs[i].key,
			    pairs[i].value);
		break;
	case FORMAT_QUIET:
		str_addz(&text, pairs[0].value);
		break;
	case FORMAT_HUMAN:
		str_addf(&text, "%s %s", cli_tick(cli), done);
		for (size_t i = 0; i < n; i++)
			str_addf(
			    &text, "\n  %s: %s", pairs[i].key, pairs[i].value);
		break;
	}
	puts(text.v);
	str_fini(&text);
}

void
out_result(
    const struct cli *cli, const char *done, const char *key, const char *value)
{
	out_results(cli, done, &(struct out_pair){ key, value, NULL }, 1);
}

bool
out_finish(const struct cli *cli)
{
	struct error err;

	if (!ferror(stdout) && !fflush(stdout))
		return true;
	err_errno(&err, errno, "cannot write the result to stdout");
	err.hint[0] = '\0';
	out_error(cli, &err);
	return false;
}
