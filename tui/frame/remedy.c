#include "tui/frame/remedy.h"

#include <string.h>

#include "core/base/str.h"

/* What stands between the words. */
enum fact {
	FACT_NONE,
	FACT_KEY, /* of the action */
	FACT_PATH,
	FACT_PAGE,
	FACT_TROUBLE,
	FACT_TOKEN, /* what it may lack; or to log in, and the key */
};

struct words {
	const char *before;
	enum fact fact;
	enum action_id action;
	const char *after; /* NULL: nothing */
};

static const struct words table[REMEDIES] = {
	[REMEDY_NONE] = { "", FACT_NONE, ACT_NONE, NULL },
	[REMEDY_FREE_SPACE] = { "Mark what is not needed and delete it with ",
	    FACT_KEY, ACT_DELETE, NULL },
	[REMEDY_PERMISSIONS] = { "Check the permissions of the folder, then "
				 "try again with ",
	    FACT_KEY, ACT_RELOAD, NULL },
	[REMEDY_MOVE_FILE] = { "A file is where a folder is needed: move it, "
			       "then try again with ",
	    FACT_KEY, ACT_RELOAD, NULL },
	[REMEDY_SHORTER_NAME] = { "This file system does not allow such a long "
				  "name",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_OPEN_FILES] = { "Too many files are open: stop something with ",
	    FACT_KEY, ACT_STOP, ", then try again" },
	[REMEDY_LOG_IN] = { "Log in, then try again with ", FACT_KEY, ACT_RETRY,
	    NULL },
	[REMEDY_NEW_TOKEN] = { "The token may have expired: create a new one "
			       "at ",
	    FACT_PAGE, ACT_NONE, NULL },
	[REMEDY_OTHER_TOKEN] = { "Log in with a token that has the permission, "
				 "then try again with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_ASK_ACCESS] = { "Open the page of the repository with ",
	    FACT_KEY, ACT_PAGE, " and ask for access there" },
	[REMEDY_READ_TOKEN] = { "The stored token cannot be read: ",
	    FACT_TROUBLE, ACT_NONE, NULL },
	[REMEDY_MAKE_READABLE] = { "Make the file readable for this user, then "
				   "try again with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_CHECK_REPO] = { "Check the name; others than models are "
				"dataset/NAME, space/NAME. If it is private, ",
	    FACT_TOKEN, ACT_RETRY, NULL },
	[REMEDY_OTHER_REPO] = { "The Hub has taken it down: choose another "
				"repository",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_NAME_TYPE] = { "Name its kind with it: dataset/NAME, "
			       "space/NAME",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_LIST_FILES] = { "Names are case-sensitive: open the repository "
				"with ",
	    FACT_KEY, ACT_OPEN, " to see its files" },
	[REMEDY_LIST_DOWNLOAD] = { "Names are case-sensitive: open the "
				   "repository with ",
	    FACT_KEY, ACT_OPEN, " to see its files" },
	[REMEDY_CHECK_PATTERNS] = { "Patterns match whole paths, for example "
				    "*.json or onnx/*",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_LEAVE_OUT] = { "Leave this out: ", FACT_PATH, ACT_NONE, NULL },
	[REMEDY_SECRETS] = { "Move these files out of the folder, then try "
			     "again "
			     "with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_ASK_OWNER] = { "Ask the owner of the repository to rename the "
			       "file",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_CHOOSE_REVISION] = { "Open the repository with ", FACT_KEY,
	    ACT_OPEN, " and choose a revision" },
	[REMEDY_NAME_REVISION] = { "Choose a revision of the repository",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_OTHER_CLIENT] = { "Only the official client can do this",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_GO_ONLINE] = { "Offline mode is on: unset HF_HUB_OFFLINE and "
			       "start again",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_WAIT] = { "Too many requests: wait a few minutes, then try "
			  "again with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_TRY_LATER] = { "The Hub has a problem: try again later with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_CHECK_ADDRESS] = { "Check HF_ENDPOINT, if it is set", FACT_NONE,
	    ACT_NONE, NULL },
	[REMEDY_CHECK_SETTINGS] = { "Check HF_ENDPOINT and the proxy settings",
	    FACT_NONE, ACT_NONE, NULL },
	[REMEDY_CHECK_CONNECTION] = { "Check the connection, HF_ENDPOINT and "
				      "the proxy settings, then try again "
				      "with ",
	    FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_RUN_AGAIN] = { "Resume it with ", FACT_KEY, ACT_RETRY, NULL },
	[REMEDY_DOWNLOAD_FIRST] = { "Download the repository first", FACT_NONE,
	    ACT_NONE, NULL },
	[REMEDY_DOWNLOAD_AGAIN] = { "Download the repository again", FACT_NONE,
	    ACT_NONE, NULL },
};

/* The first key of an action; its command where a user took all from it. */
static void
add_key(struct str *out, enum action_id action, const struct keymap *map)
{
	const char *keys = keymap_keys(map, action);

	if (*keys)
		str_add(out, keys, strcspn(keys, " "));
	else
		str_addf(out, ":%s", action_of(action)->name);
}

static void
add_token(struct str *out, const struct error *err, enum action_id again,
    const struct keymap *map)
{
	if (err->token[0]) {
		str_addf(out, "%s may lack the permission", err->token);
		return;
	}
	str_addz(out, "log in, then try again with ");
	add_key(out, again, map);
}

void
remedy_on_screen(struct str *out, const struct error *err,
    const struct keymap *map, enum action_id again)
{
	const struct words *words = &table[err->remedy];
	bool is_again =
	    words->action == ACT_RETRY || words->action == ACT_RELOAD;

	if (err->remedy == REMEDY_NONE) {
		str_addz(out, err->hint);
		return;
	}
	again = is_again && again != ACT_NONE ? again : words->action;
	str_addz(out, words->before);
	if (words->fact == FACT_KEY)
		add_key(out, again, map);
	else if (words->fact == FACT_TOKEN)
		add_token(out, err, again, map);
	else if (words->fact == FACT_PATH)
		str_addz(out, err->path);
	else if (words->fact == FACT_PAGE)
		str_addz(out, err->page);
	else if (words->fact == FACT_TROUBLE)
		str_addz(out, err->trouble);
	str_addz(out, words->after ? words->after : "");
}
