#include "tui/transfers/advice.h"

#include <string.h>

#include "core/queue/list.h"

/* Behind "%s" comes the page. */
static const char *const texts[REMEDIES] = {
	[REMEDY_FREE_SPACE] = "Free some space in the Cache (4)",
	[REMEDY_PERMISSIONS] = "Check the permissions of the folder",
	[REMEDY_MOVE_FILE] = "Move the file that is in the folder's place",
	[REMEDY_OPEN_FILES] = "Run fewer transfers at a time (T)",
	[REMEDY_LOG_IN] = "Log in with hug login",
	[REMEDY_NEW_TOKEN] = "Create a new token at %s",
	[REMEDY_OTHER_TOKEN] = "Log in with a token that has the permission",
	[REMEDY_ASK_ACCESS] = "Ask for access at %s",
	[REMEDY_MAKE_READABLE] = "Make the file of tokens readable",
	[REMEDY_CHECK_REPO] = ("Check the name, and whether your token may "
			       "read it"),
	[REMEDY_WAIT] = "Wait a few minutes",
	[REMEDY_TRY_LATER] = "The Hub has a problem",
	[REMEDY_CHECK_ADDRESS] = "Check HF_ENDPOINT",
	[REMEDY_CHECK_SETTINGS] = "Check HF_ENDPOINT and the proxy settings",
	[REMEDY_CHECK_CONNECTION] =
	    ("Check the connection, HF_ENDPOINT and the "
	     "proxy settings"),
	[REMEDY_RUN_AGAIN] = "Nothing is lost",
};

/* Nothing changes when it is only tried again: a new one has to be added. */
static const char *const final[REMEDIES] = {
	[REMEDY_LIST_FILES] = ("Names are case-sensitive: add it again with "
			       "other names (A)"),
	[REMEDY_LIST_DOWNLOAD] = ("Names are case-sensitive: add it again with "
				  "other names (A)"),
	[REMEDY_CHECK_PATTERNS] = "Add it again with other patterns (A)",
	[REMEDY_NAME_TYPE] = ("Add it again with its kind: datasets/..., "
			      "spaces/... (A)"),
	[REMEDY_ASK_OWNER] = ("Ask the owner of the repository to rename the "
			      "file"),
	[REMEDY_OTHER_REPO] = "The Hub has taken it down",
	[REMEDY_GO_ONLINE] = ("Offline mode is on: unset HF_HUB_OFFLINE and "
			      "start again"),
};

void
xfer_add_advice(struct str *out, const struct queue_job *job)
{
	struct error err;
	const char *text, *page;

	if (!job->error)
		return;
	queue_job_failure(job, &err);
	if (final[err.remedy]) {
		str_addz(out, final[err.remedy]);
		return;
	}
	text = texts[err.remedy];
	page = text ? strstr(text, "%s") : NULL;
	if (!text)
		return;
	str_add(out, text, page ? (size_t)(page - text) : strlen(text));
	if (page)
		str_addz(out, err.page);
	str_addz(out, "; r tries again");
}
