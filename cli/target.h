/* target.h: the repository that a command line names, and options for that. */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/repoid.h"
#include "core/hub/address.h"

/* Of an option that takes a type: none was given; what hf has and we have not. */
#define TYPE_NONE 99u
#define TYPE_KERNEL 3u

extern const char *const target_types[];
extern const char *const target_hf_types[];

/* Rows of an option table; `at` is where the type is stored, TYPE_NONE to begin
 * with. */
#define TARGET_TYPE_OPTS(at)                                                   \
	{ "repo-type", 0, OPT_CHOICE, NULL,                                    \
		"Kind of repository (default: model)", .offset = (at),         \
		.choices = target_types, .faces = FACE_OLD },                  \
	    { "repo-type", 0, OPT_CHOICE, NULL,                                \
		    "Kind of repository (default: model)", .offset = (at),     \
		    .choices = target_types, .faces = FACE_HUG,                \
		    .alias = "type" },                                         \
	{                                                                      \
		"type", 0, OPT_CHOICE, NULL,                                   \
		    "Kind of repository (default: model)",                     \
		    .offset = (at), .choices = target_hf_types,                \
		    .faces = FACE_HF, .alias = "repo-type"                     \
	}

#define TARGET_TOKEN_OPT(at)                                                   \
	{                                                                      \
		"token", 0, OPT_TEXT, "TOKEN",                                 \
		    "Access token; HF_TOKEN is safer, as other users can see " \
		    "command lines",                                           \
		    .offset = (at)                                             \
	}

/* What of an address a command has use for. */
enum target_flags {
	TARGET_REVISION = 1, /* a revision may stand in it */
	TARGET_PATH = 2,     /* so may a file or folder, after an id too */
	TARGET_URI = 4,      /* hf takes an hf:// URI here, too */
};

/*
 * Reads what names a repository: as hug any address of it, as hf an id with or
 * without its type before it, as huggingface-cli an id. `type` is that of the
 * option, which the address gets too. ERR_USAGE or ERR_CONFLICT in each name's
 * words. address_fini in any case.
 */
MUST_USE bool target_read(const struct cli *cli, const char *text,
    unsigned type, const char *base, unsigned flags, struct address *address,
    struct error *err);

/*
 * The same of two of one type, which either may say; `to` may be NULL. Both
 * address_fini in any case.
 */
MUST_USE bool target_read_two(const struct cli *cli, const char *from,
    const char *to, unsigned type, const char *base, struct address *a,
    struct address *b, struct error *err);

/* The same where the command says which type it is. */
MUST_USE bool target_read_as(const struct cli *cli, const char *text,
    enum repo_type type, const char *base, unsigned flags,
    struct address *address, struct error *err);

/* Whether the type of the option and that of the address can both be meant. */
MUST_USE bool target_agrees(const struct cli *cli, unsigned type,
    const struct address *address, struct error *err);

/* As hf names a repository that is not there, without advice; of the type that was
 * asked for. What is about something else stays as it is. */
void target_not_found(
    const struct cli *cli, const struct repo *repo, struct error *err);

/* Whether a URI, which says the type and the revision itself, stands alone: `type`
 * and `revision` are those of the options. ERR_CONFLICT in the words of hf. */
MUST_USE bool target_alone(const char *text, unsigned type,
    const char *revision, const struct address *address, struct error *err);

/* Which revision is meant: that of the option, or of the address, which borrow it;
 * NULL if neither names one. False if it cannot be one. */
MUST_USE bool target_revision(const char *option, const struct address *address,
    const char **revision, struct error *err);

/* The repository that it names, its id borrowed. */
struct repo target_repo(const struct address *address);

#endif
