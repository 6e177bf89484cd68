#include "cli/remedy.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"

/* -- words that need facts -- */

static void
free_space(struct str *out, const struct error *err)
{
	str_addf(out, "Free some space, or choose another folder with %s",
	    err->in_folder ? "--local-dir" : "--cache-dir or HF_HUB_CACHE");
}

/* "the token 'laptop' from HF_TOKEN", or why there was none. */
static void
add_token(struct str *out, const struct error *err)
{
	if (err->token[0])
		str_addz(out, err->token);
	else
		str_addf(out, "no token%s%s", err->trouble[0] ? ": " : "",
		    err->trouble);
}

static void
new_token(struct str *out, const struct error *err)
{
	str_addf(out, "It may have expired: make a new one at %s", err->page);
}

static void
other_token(struct str *out, const struct error *err)
{
	str_addz(out,
	    "Use a token that has the permission (HF_TOKEN, --token); this "
	    "was ");
	add_token(out, err);
}

static void
ask_access(struct str *out, const struct error *err)
{
	if (err->token[0])
		str_addf(out, "Ask for access at %s; this was asked with %s",
		    err->page, err->token);
	else
		str_addf(out,
		    "Ask for access at %s, then set HF_TOKEN or pass --token",
		    err->page);
}

static void
read_token(struct str *out, const struct error *err)
{
	str_addf(out, "This was asked without a token: %.180s", err->trouble);
}

static void
check_repo(struct str *out, const struct error *err)
{
	str_addz(out, "Check the name and --repo-type; if it is private, ");
	if (err->token[0])
		str_addf(out, "%s may lack the permission", err->token);
	else
		str_addz(out, "set HF_TOKEN or pass --token");
}

static void
other_repo(struct str *out, const struct error *err)
{
	str_addz(
	    out, "It was taken down; choose another repository (asked with ");
	add_token(out, err);
	str_addc(out, ')');
}

/* As it is typed: "datasets/org/name". */
static void
add_repo(struct str *out, const struct error *err)
{
	str_addf(out, "%s%s", repo_type_prefix((enum repo_type)err->type),
	    err->repo);
}

static void
list_files(struct str *out, const struct error *err)
{
	str_addz(out, "Names are case-sensitive; `hug ls -R ");
	add_repo(out, err);
	str_addz(out, "` lists them");
}

static void
list_download(struct str *out, const struct error *err)
{
	str_addz(out, "Names are case-sensitive; `hug download ");
	add_repo(out, err);
	str_addz(out, " --dry-run` lists them");
}

static void
check_patterns(struct str *out, const struct error *err)
{
	str_addz(out,
	    "Patterns match the whole path (*.json, onnx/*); `hug download ");
	add_repo(out, err);
	str_addz(out, " --dry-run` lists the files");
}

/* A pattern is only spelled out if pasting it into a shell is safe, whoever
 * named the file. */
static void
leave_out(struct str *out, const struct error *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-/";
	size_t n = strlen(err->path);
	bool folder = n && err->path[n - 1] == '/';

	str_addz(out, "Leave it out with --exclude");
	if (n - folder <= 100 && err->path[strspn(err->path, plain)] == '\0')
		str_addf(out, " '%s%s'", err->path, folder ? "*" : "");
}

/* -- hug -- */

static const char *const texts[REMEDIES] = {
	[REMEDY_PERMISSIONS] =
	    ("Check the folder's permissions, or choose another with "
	     "--cache-dir or HF_HUB_CACHE"),
	[REMEDY_MOVE_FILE] =
	    ("A file is in the place of a folder: move it, or choose "
	     "another folder with --cache-dir or HF_HUB_CACHE"),
	[REMEDY_SHORTER_NAME] = "This file system does not take so long a name",
	[REMEDY_OPEN_FILES] =
	    ("Raise the limit of open files (ulimit -n), or use a smaller "
	     "--max-workers"),
	[REMEDY_LOG_IN] = "Run `hug login`, or set HF_TOKEN",
	[REMEDY_MAKE_READABLE] =
	    "Make it readable for this user, or remove it and log in again",
	[REMEDY_NAME_TYPE] = "Name a dataset or Space with --repo-type",
	[REMEDY_ASK_OWNER] =
	    "Please ask the repository owner to rename this file.",
	[REMEDY_CHOOSE_REVISION] = "Please pass --revision.",
	[REMEDY_NAME_REVISION] = "Provide --revision explicitly.",
	[REMEDY_OTHER_CLIENT] = "Use `hf sync` of the official client instead",
	[REMEDY_GO_ONLINE] =
	    "To go online, leave out --offline and unset HF_HUB_OFFLINE",
	[REMEDY_WAIT] =
	    ("Too many requests: wait a few minutes; with a token the Hub "
	     "allows more"),
	[REMEDY_TRY_LATER] = "The Hub has a problem: try again later",
	[REMEDY_CHECK_ADDRESS] = "Check HF_ENDPOINT, if it is set",
	[REMEDY_CHECK_SETTINGS] = "Check HF_ENDPOINT and the proxy settings",
	[REMEDY_CHECK_CONNECTION] =
	    "Check the connection, HF_ENDPOINT and the proxy settings",
	[REMEDY_RUN_AGAIN] = "Run the same command again to resume",
	[REMEDY_DOWNLOAD_FIRST] =
	    "Use `hug download` first, or pass --local-dir",
	[REMEDY_SECRETS] = "Queue it again with --exclude or --include-secrets",
	[REMEDY_DOWNLOAD_AGAIN] =
	    "Download the repository again to write it anew",
};

/* Of the others. */
static void (*const adders[REMEDIES])(
    struct str *out, const struct error *err) = {
	[REMEDY_FREE_SPACE] = free_space,
	[REMEDY_NEW_TOKEN] = new_token,
	[REMEDY_OTHER_TOKEN] = other_token,
	[REMEDY_ASK_ACCESS] = ask_access,
	[REMEDY_READ_TOKEN] = read_token,
	[REMEDY_CHECK_REPO] = check_repo,
	[REMEDY_OTHER_REPO] = other_repo,
	[REMEDY_LIST_FILES] = list_files,
	[REMEDY_LIST_DOWNLOAD] = list_download,
	[REMEDY_CHECK_PATTERNS] = check_patterns,
	[REMEDY_LEAVE_OUT] = leave_out,
};

void
remedy_add(struct str *out, const struct error *err)
{
	if (adders[err->remedy])
		adders[err->remedy](out, err);
	else
		str_addz(
		    out, texts[err->remedy] ? texts[err->remedy] : err->hint);
}
