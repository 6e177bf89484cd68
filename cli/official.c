#include "cli/official.h"

#include <string.h>

#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"

/* -- texts of both -- */

const char official_no_helper[] =
    "Cannot authenticate through git-credential as no helper is defined on "
    "your machine.\nYou might have to re-authenticate when pushing to the "
    "Hugging Face Hub.\nRun the following command in your terminal in case "
    "you want to set the 'store' credential helper as default.\n\ngit config "
    "--global credential.helper store\n\nRead "
    "https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more "
    "details.";

const char official_not_in_git[] =
    "The token has not been saved to the git credentials helper. Pass "
    "`add_to_git_credential=True` in this function directly or "
    "`--add-to-git-credential` if using via `hf`CLI if you want to set the "
    "git credential as well.";

const char official_token_is_made_at[] =
    "    To log in, `huggingface_hub` requires a token generated from "
    "https://huggingface.co/settings/tokens .\n";

const char official_still_in[] =
    "OSError: Token has been deleted from your machine but you are still "
    "logged in.\nTo log out, you must clear out both `HF_TOKEN` and "
    "`HUGGING_FACE_HUB_TOKEN` environment variables.\n";

const char official_lfs_enabled[] = "Local repo set up for largefiles";

const char official_no_git_repo[] = "This does not look like a valid git repo.";

const char official_templates[] =
    " Use `HfApi.list_space_templates()` to list templates.";

/* -- what HTTP says -- */

static const char *
reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 402, "Payment Required" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 412, "Precondition Failed" },
		{ 413, "Request Entity Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Entity" },
		{ 429, "Too Many Requests" },
		{ 451, "Unavailable For Legal Reasons" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "";
}

static bool
is_status(const struct error *err)
{
	return err->detail >= 400;
}

/* " (Request ID: ...)", if the server gave it one. */
static void
add_id(struct str *out, const struct error *err)
{
	if (err->request[0])
		str_addf(out, " (Request ID: %s)", err->request);
}

/* The server's words, unless these have them already. */
static void
add_said(struct str *out, const struct error *err, const char *before)
{
	if (err->said[0] && !strcasestr(out->v, err->said))
		str_addf(out, "%s%s", before, err->said);
}

/* The same for both: 400, 403 and, since 1.0, 429 have words of their own. */
static bool
add_known_status(struct str *out, const struct error *err, bool hf)
{
	/* Of several messages the header's comes first. */
	int first = (int)strcspn(err->said, "\n");

	if (err->disabled) {
		str_addz(out, "403 Client Error.");
		add_id(out, err);
		str_addf(out,
		    "\n\nCannot access repository for url %s.\nAccess to this "
		    "resource is disabled.",
		    err->url);
	} else if (err->detail == 400) {
		add_id(out, err);
		str_addf(out, "\n\nBad request%s:",
		    err->of_commit ? " for commit endpoint" : "");
	} else if (err->detail == 403) {
		add_id(out, err);
		str_addf(out,
		    "\n\n403 Forbidden: %.*s.\nCannot access content at: "
		    "%s.\nMake sure your token has the correct permissions.",
		    first ? first : 4, first ? err->said : "None", err->url);
	} else if (err->detail == 429 && hf) {
		add_id(out, err);
		str_addf(
		    out, "\n\n429 Too Many Requests for url: %s.", err->url);
	} else {
		return false;
	}
	add_said(out, err, "\n");
	return true;
}

/* An answer that has no name among the errors of 0.36. */
static void
add_old_status(struct str *out, const struct error *err)
{
	struct str known = STR_INIT;

	str_addf(out, "huggingface_hub.errors.%s: ",
	    err->disabled        ? "DisabledRepoError"
	    : err->detail == 400 ? "BadRequestError"
				 : "HfHubHTTPError");
	if (add_known_status(&known, err, false)) {
		str_addz(out, known.v + strspn(known.v, " "));
		str_fini(&known);
		return;
	}
	str_addf(out, "%d %s Error: %s for url: %s", err->detail,
	    err->detail < 500 ? "Client" : "Server", reason_of(err->detail),
	    err->url);
	add_id(out, err);
	add_said(out, err, "\n\n");
}

/* The same of 2.4. */
static void
add_new_status(struct str *out, const struct error *err)
{
	if (add_known_status(out, err, true))
		return;
	str_addf(out, "%s error '%d %s' for url '%s'",
	    err->detail < 500 ? "Client" : "Server", err->detail,
	    reason_of(err->detail), err->url);
	add_id(out, err);
	str_addf(out,
	    "\nFor more information check: "
	    "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/%d",
	    err->detail);
	add_said(out, err, "\n\n");
}

/* -- huggingface-cli: the end of a Python traceback -- */

#define AUTH_DOCS "https://huggingface.co/docs/huggingface_hub/authentication"

/*
 * "EntryNotFoundError: 404 Client Error.", blank, the words with the address
 * between them, and what the server said, unless it is the same.
 */
static void
raise_http(const struct error *err, const char *class, const char *before,
    const char *after)
{
	struct str text = STR_INIT;

	str_addf(&text, "huggingface_hub.errors.%s: %d Client Error.", class,
	    err->detail ? err->detail : 404);
	add_id(&text, err);
	str_addf(&text, "\n\n%s%s%s", before, err->url, after);
	add_said(&text, err, "\n");
	str_addc(&text, '\n');
	out_tell(text.v);
	str_fini(&text);
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

	out_tellf("huggingface_hub.errors.LocalEntryNotFoundError: %s\n",
	    err->of_file   ? one
	    : err->offline ? offline
			   : all);
}

void
official_old(const struct cli *cli, const struct error *err)
{
	switch (err->about) {
	case ERR_ABOUT_VALUE:
		out_tellf("huggingface_hub.errors.HFValidationError: %s\n",
		    err->message);
		return;
	case ERR_ABOUT_ARGUMENT:
		/* May have several lines. */
		out_tell("ValueError: ");
		out_tell(err->message);
		out_tell("\n");
		return;
	case ERR_ABOUT_FILE:
		raise_http(err, "EntryNotFoundError",
		    "Entry Not Found for url: ", ".");
		return;
	case ERR_ABOUT_REVISION:
		raise_http(err, "RevisionNotFoundError",
		    "Revision Not Found for url: ", ".");
		return;
	case ERR_ABOUT_REPO:
		raise_http(err, "RepositoryNotFoundError",
		    "Repository Not Found for url: ",
		    ".\nPlease make sure you specified the correct `repo_id` "
		    "and `repo_type`.\nIf you are trying to access a private "
		    "or gated repo, make sure you are authenticated. For more "
		    "details, see " AUTH_DOCS);
		return;
	case ERR_ABOUT_GATE:
		raise_http(err, "GatedRepoError",
		    "Cannot access gated repo for url ", ".");
		return;
	case ERR_ABOUT_REACH:
		say_out_of_reach(err);
		return;
	case ERR_ABOUT_CARD:
	case ERR_ABOUT_CALL:
	case ERR_ABOUT_TOKEN:
	case ERR_ABOUT_OTHER:
		break;
	}
	if (is_status(err)) {
		struct str text = STR_INIT;

		add_old_status(&text, err);
		str_addc(&text, '\n');
		out_tell(text.v);
		str_fini(&text);
	} else if (err->code == ERR_NETWORK && err->about != ERR_ABOUT_CALL)
		say_out_of_reach(err);
	else
		out_tellf("%s%s%s\n",
		    err->code == ERR_USAGE ? "" : "huggingface-cli: ",
		    err->message, voice_advice(cli->voice, err));
}

/* -- hf -- */

/* "Model 'org/x'", with a small letter unless `capital`; "" if it is about no
 * repository, or, as hf sees it, the address does not name it. */
static void
add_repo(struct str *out, const struct error *err, bool capital)
{
	const char *type = repo_type_name((enum repo_type)err->type);

	if (err->in_url)
		str_addf(out, "%c%s '%s'",
		    capital ? type[0] - 'a' + 'A' : type[0], type + 1,
		    err->repo);
}

static void
say_not_found(const struct error *err)
{
	struct str repo = STR_INIT;

	add_repo(&repo, err, true);
	out_tellf(
	    "%s not found.\nIf the repo is private, make sure you are "
	    "authenticated and your token has the required permissions.\nIf "
	    "the repo does not exist, create it with: hf repos create %s",
	    repo.n ? repo.v : "Repository",
	    err->in_url ? err->repo : "<repo_id>");
	if (err->in_url && err->type != REPO_MODEL)
		out_tellf(
		    " --type %s", repo_type_name((enum repo_type)err->type));
	str_fini(&repo);
}

/* May have several lines. */
static void
say_value(const struct error *err)
{
	out_tell("Invalid value. ");
	out_tell(err->message);
}

static void
say_about(const struct cli *cli, const struct error *err)
{
	struct str big = STR_INIT;
	struct str small = STR_INIT;

	add_repo(&big, err, true);
	add_repo(&small, err, false);
	if (err->about == ERR_ABOUT_REPO)
		say_not_found(err);
	else if (err->about == ERR_ABOUT_GATE)
		out_tellf("Access denied. %s requires approval.",
		    big.n ? big.v : "This repository");
	else if (err->about == ERR_ABOUT_REVISION)
		out_tellf("Revision not found in %s.",
		    small.n ? small.v : "repository");
	else if (err->about == ERR_ABOUT_FILE)
		out_tellf("File not found in %s.\nURL: %s",
		    small.n ? small.v : "repository", err->url);
	else if (err->about == ERR_ABOUT_ARGUMENT)
		say_value(err);
	else if (err->about == ERR_ABOUT_VALUE)
		out_tellf("Invalid value. %s%s", err->message,
		    voice_advice(cli->voice, err));
	else
		out_tellf("Local entry not found. %s", err->message);
	str_fini(&big);
	str_fini(&small);
}

static void
say_status(const struct error *err)
{
	struct str text = STR_INIT;

	add_new_status(&text, err);
	out_tell(text.v + strspn(text.v, " "));
	str_fini(&text);
}

void
official_hf(const struct cli *cli, const struct error *err)
{
	/* Mistakes of the command line are whole texts already. */
	if (err->code == ERR_USAGE && err->about != ERR_ABOUT_VALUE &&
	    err->about != ERR_ABOUT_ARGUMENT && !err->detail) {
		out_tell(err->message);
		out_tell("\n");
		return;
	}
	out_tell("Error: ");
	if (err->about != ERR_ABOUT_CALL && err->about != ERR_ABOUT_TOKEN &&
	    (err->about != ERR_ABOUT_OTHER ||
		(err->code == ERR_NETWORK && !is_status(err))))
		say_about(cli, err);
	else if (is_status(err))
		say_status(err);
	else
		out_tellf("%s%s", err->message, voice_advice(cli->voice, err));
	out_tell(
	    cli->format == FORMAT_QUIET
		? "\n"
		: "\nHint: set HF_DEBUG=1 as environment variable for full "
		  "traceback.\n");
}
