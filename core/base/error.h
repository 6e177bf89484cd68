/*
 * error.h: why something failed, in words for a person, and the facts of it.
 *
 * What can be done about it depends on where its reader is: an option for the
 * command line, a key on the screen. So an error names a remedy (enum remedy) and
 * the facts that its words need; cli/remedy.h and tui/frame/remedy.h have the words.
 *
 * The functions below make safe to show what they fill their formats with
 * (text.h): callers hand over names and words as they are.
 */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"

struct str;

/* What a program can act on; each code maps to one reaction. */
enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the request itself makes no sense */
	ERR_SYSTEM,    /* disk, memory, permission; detail is errno */
	ERR_NETWORK,   /* no answer, or one that is not the Hub's */
	ERR_AUTH,      /* the token is missing, wrong or too weak */
	ERR_GATED,     /* access has to be asked for first */
	ERR_NOT_FOUND, /* repository, revision or file */
	ERR_CONFLICT,  /* something else holds or made it already */
	ERR_LIMIT,     /* larger, deeper or more than we accept */
	ERR_CORRUPT,   /* bytes are not what their sum says */
	ERR_CANCELLED, /* the user stopped it */
	ERR_INTERNAL,
};

/* What the Hub's answer, or the lack of one, was about. */
enum err_about {
	ERR_ABOUT_OTHER,
	ERR_ABOUT_VALUE,    /* a name or id that cannot be one */
	ERR_ABOUT_ARGUMENT, /* what was given makes no sense together */
	ERR_ABOUT_REPO,
	ERR_ABOUT_REVISION,
	ERR_ABOUT_FILE,
	ERR_ABOUT_GATE,
	ERR_ABOUT_TOKEN, /* there is none, or the Hub does not know it */
	ERR_ABOUT_REACH, /* offline, no network, disabled, too busy, broken */
	ERR_ABOUT_CARD,  /* a README's metadata; what of it is in `said` */
	ERR_ABOUT_CALL,  /* the same, where no cache could have helped */
};

/* What can be done about it; behind each the facts that its words need. */
enum remedy {
	REMEDY_NONE,
	/* The disk and the system. */
	REMEDY_FREE_SPACE,   /* or choose another folder: `in_folder` */
	REMEDY_PERMISSIONS,  /* of the folder; or choose another */
	REMEDY_MOVE_FILE,    /* which stands where a folder is needed */
	REMEDY_SHORTER_NAME, /* there is none: the file system's limit */
	REMEDY_OPEN_FILES,   /* raise the limit, or do less at a time */
	/* Who asks. */
	REMEDY_LOG_IN,
	REMEDY_NEW_TOKEN,     /* made at `page` */
	REMEDY_OTHER_TOKEN,   /* one that may do it: `token`, `trouble` */
	REMEDY_ASK_ACCESS,    /* at `page`: `token` */
	REMEDY_READ_TOKEN,    /* let it be read: `trouble` */
	REMEDY_MAKE_READABLE, /* the file of tokens; or log in anew */
	/* What is asked for. */
	REMEDY_CHECK_REPO,     /* its name, type and permission: `token` */
	REMEDY_OTHER_REPO,     /* this one was taken down: `token`, `trouble` */
	REMEDY_NAME_TYPE,      /* of the repository */
	REMEDY_LIST_FILES,     /* names are case-sensitive: `repo` */
	REMEDY_LIST_DOWNLOAD,  /* the same of what would be downloaded */
	REMEDY_CHECK_PATTERNS, /* they match whole paths: `repo` */
	REMEDY_LEAVE_OUT,      /* `path` */
	REMEDY_SECRETS,        /* leave them out, or say that they are meant */
	REMEDY_ASK_OWNER,      /* to rename the file */
	REMEDY_CHOOSE_REVISION, /* there are several */
	REMEDY_NAME_REVISION,   /* there is no way to know which */
	REMEDY_OTHER_CLIENT,    /* the official one, which can do it */
	/* The way to the Hub. */
	REMEDY_GO_ONLINE,
	REMEDY_WAIT, /* it allows no more requests for now */
	REMEDY_TRY_LATER,
	REMEDY_CHECK_ADDRESS,    /* of the Hub */
	REMEDY_CHECK_SETTINGS,   /* of the network: address, proxy */
	REMEDY_CHECK_CONNECTION, /* and these settings */
	/* What is here. */
	REMEDY_RUN_AGAIN,      /* it resumes */
	REMEDY_DOWNLOAD_FIRST, /* or look into a folder */
	REMEDY_DOWNLOAD_AGAIN,
	REMEDIES
};

/* A plain value: copy it, never free it. All text in it is safe to show. */
struct error {
	enum err_code code;
	enum err_about about;
	enum remedy remedy; /* with its facts; `hint` is empty then */
	int detail;         /* errno or HTTP status, 0 if neither */
	bool offline;       /* offline mode forbids what was wanted */
	bool disabled;      /* the Hub has taken down what was wanted */
	bool of_file;       /* a file's content was asked for */
	bool of_commit;     /* a commit was refused */
	bool in_folder;     /* what is fetched goes to a folder, not a cache */
	bool in_url;        /* `url` names the repository */
	unsigned char type; /* of the repository that it is about: repo_type */
	char repo[200];     /* its id; "" if it is about none */
	char path[256];     /* a file, or with '/' behind it a folder, of it */
	char page[256];     /* an address for a browser */
	char token[200];    /* which was sent; "": none, or not known */
	char trouble[256];  /* why there was none to send */
	char url[400];      /* of the request; "" if none */
	char said[600];     /* the server's own words, with their line ends */
	char request[128];  /* what the server calls it */
	char message[1024]; /* "download a/b: disk is full" */
	char hint[256];     /* general advice, for any face; may be empty */
};

/*
 * Fills `err` (no advice, detail 0) and returns false. Long text is cut. What this
 * function and those below are given need not be safe to show: the error's texts
 * are, whatever went in, and may have line ends.
 */
bool err_set(struct error *err, enum err_code code, const char *format, ...)
    PRINTF(3, 4);

/* The same with a text of several lines, as the old names need it. */
bool err_lines(struct error *err, enum err_code code, const char *lines);

/* Like err_set with ERR_SYSTEM, detail `errnum`, and its text appended. */
bool err_errno(struct error *err, int errnum, const char *format, ...)
    PRINTF(3, 4);

/* The same as "cannot <verb> <path>". */
bool err_path(
    struct error *err, int errnum, const char *verb, const char *path);

/* Sets what it is about, where, and what the server said (NULL: ""). */
bool err_about(
    struct error *err, enum err_about about, const char *url, const char *said);

/* Sets the repository that it is about; `type` is of enum repo_type. */
bool err_repo(struct error *err, unsigned type, const char *id);

/* Puts "text: " before the message and returns false. */
bool err_wrap(struct error *err, const char *format, ...) PRINTF(2, 3);

/*
 * Advises, unless something is advised already, and returns false: a remedy, whose
 * facts the caller sets, or a text that holds for any face. It may name variables
 * of the environment, but no option, command or key.
 */
bool err_remedy(struct error *err, enum remedy remedy);

/* Its name in a file, "" for none; and back: REMEDY_NONE if none is called that. */
const char *err_remedy_name(enum remedy remedy);
enum remedy err_remedy_called(const char *name);
bool err_hint(struct error *err, const char *format, ...) PRINTF(2, 3);

/* Takes back what was advised. */
void err_unadvised(struct error *err);

/* Sets a text of `err`, of `size` bytes; NULL: "". */
void err_fact(char *fact, size_t size, const char *text);

/* Appends the message and, if there is one, an advice, as sentences. */
void err_join(struct str *out, const struct error *err, const char *advice);

#endif
