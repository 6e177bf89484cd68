#include "cli/target.h"

#include <stdlib.h>
#include <string.h>

#include "cli/voice/voice.h"
#include "core/base/mem.h"

const char *const target_types[] = { "model", "dataset", "space", NULL };
const char *const target_hf_types[] = { "model", "dataset", "space", "kernel",
	NULL };

bool
target_agrees(const struct cli *cli, unsigned type,
    const struct address *address, struct error *err)
{
	if (type == TYPE_KERNEL)
		return err_set(err, ERR_CONFLICT, "kernels are not supported");
	if (address->form != ADDRESS_PREFIXED || type == TYPE_NONE)
		return true;
	if (cli->voice->policy.address.shows_prefix) {
		err_set(err, ERR_USAGE,
		    "--repo-type cannot be used with an address that begins "
		    "with %s/ or %ss/",
		    repo_type_name(address->type),
		    repo_type_name(address->type));
		return err_hint(err, "Leave out one of them");
	}
	return err_set(err, ERR_USAGE,
	    "%sAmbiguous repo type: got prefix '%ss/' in repo ID and explicit "
	    "--type. Use one or the other.",
	    cli->voice->text.errors.front, repo_type_name(address->type));
}

/* What the command has no use for must not be dropped in silence. */
static bool
check_rest(const char *text, unsigned flags, const struct address *address,
    struct error *err)
{
	bool revision = address->revision && !(flags & TARGET_REVISION);

	if (!revision && (!address->path || (flags & TARGET_PATH)))
		return true;
	return err_set(err, ERR_USAGE,
	    "'%.300s' names a %s; this command takes a whole repository", text,
	    revision ? "revision" : "file");
}

bool
target_read(const struct cli *cli, const char *text, unsigned type,
    const char *base, unsigned flags, struct address *address,
    struct error *err)
{
	const struct policies *does = &cli->voice->policy;

	*address = (struct address){ .type = REPO_MODEL };
	/* huggingface-cli takes nothing but ids, hf a URI in some places. */
	if (does->address.only_ids ||
	    (does->address.uri_is_id && !(flags & TARGET_URI) &&
		!strncmp(text, "hf://", 5)))
		address->id = mem_strdup(text);
	else if (!address_read(text, base, does->address.forms, address, err))
		return false;
	if (!target_agrees(cli, type, address, err) ||
	    !check_rest(text, flags, address, err) ||
	    (address->path && !repo_check_path(address->path, err)))
		return false;
	if (type != TYPE_NONE && address->form >= ADDRESS_URI &&
	    type != (unsigned)address->type)
		return err_set(err, ERR_USAGE,
		    "the address names a %s, and --repo-type a %s",
		    repo_type_name(address->type), target_types[type]);
	if (type != TYPE_NONE)
		address->type = (enum repo_type)type;
	return repo_check_id(address->id, err);
}

bool
target_read_two(const struct cli *cli, const char *from, const char *to,
    unsigned type, const char *base, struct address *a, struct address *b,
    struct error *err)
{
	*b = (struct address){ .type = REPO_MODEL };
	if (!target_read(cli, from, type, base, 0, a, err) ||
	    (to && !target_read(cli, to, type, base, 0, b, err)))
		return false;
	if (!to || b->form == ADDRESS_ID) {
		b->type = a->type;
		return true;
	}
	if (a->form == ADDRESS_ID)
		a->type = b->type;
	if (a->type == b->type)
		return true;
	return err_set(err, ERR_USAGE,
	    "%sConflicting repo type prefixes: '%ss/' and '%ss/'.",
	    cli->voice->text.errors.front, repo_type_name(a->type),
	    repo_type_name(b->type));
}

void
target_not_found(
    const struct cli *cli, const struct repo *repo, struct error *err)
{
	const char *kind = repo_type_name(repo->type);

	if (cli->voice->policy.errors.names_the_missing &&
	    err->about == ERR_ABOUT_REPO)
		err_set(err, ERR_NOT_FOUND, "%c%s '%s' not found.",
		    kind[0] - 'a' + 'A', kind + 1, repo->id);
}

bool
target_read_as(const struct cli *cli, const char *text, enum repo_type type,
    const char *base, unsigned flags, struct address *address,
    struct error *err)
{
	/* hf takes the id as it stands, and the Hub tells what is wrong. */
	if (cli->voice->policy.address.id_as_given) {
		*address =
		    (struct address){ .type = type, .id = mem_strdup(text) };
		return repo_check_id(text, err);
	}
	if (!target_read(cli, text, TYPE_NONE, base, flags, address, err))
		return false;
	if (address->type != type && address->form != ADDRESS_ID)
		return err_set(err, ERR_USAGE,
		    "'%.200s' names a %s; use the commands of `hug %ss`", text,
		    repo_type_name(address->type),
		    repo_type_name(address->type));
	address->type = type;
	return true;
}

bool
target_alone(const char *text, unsigned type, const char *revision,
    const struct address *address, struct error *err)
{
	const char *option = type != TYPE_NONE ? "--repo-type"
	                     : revision        ? "--revision"
	                                       : NULL;

	if (address->form != ADDRESS_URI || !option)
		return true;
	return err_set(err, ERR_CONFLICT,
	    "'%s' cannot be used with an 'hf://' URI ('%.300s').", option,
	    text);
}

bool
target_revision(const char *option, const struct address *address,
    const char **revision, struct error *err)
{
	*revision = option ? option : address->revision;
	return !*revision || repo_check_revision(*revision, err);
}

struct repo
target_repo(const struct address *address)
{
	return (struct repo){ address->type, address->id };
}
