#include "cli/upload_place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/up/select.h"

/* In the words of the client that is spoken for. */
static bool
cannot_set(const struct cli *cli, const char *name, struct error *err)
{
	const char *quote = cli->voice->text.upload.quote;

	err_set(err, ERR_USAGE,
	    "Cannot set %s%s%s when %s%slocal_path%s %s a wildcard.", quote,
	    name, quote, *quote ? "passing a " : "", quote, quote,
	    *quote ? "containing" : "contains");
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* What stands for a local path that was not given: something here that is called
 * as the repository is. */
static const char *
named_as_repo(
    const struct cli *cli, const struct address *address, struct error *err)
{
	const char *slash = strrchr(address->id, '/');
	const char *name = slash ? slash + 1 : address->id;
	const char *quote = cli->voice->text.upload.quote;
	enum file_kind kind = file_kind(name, NULL);

	if (kind == FILE_REGULAR || kind == FILE_FOLDER)
		return name;
	err_set(err, ERR_USAGE,
	    "'%s' is not a local file or folder. Please set %slocal_path%s "
	    "explicitly.",
	    name, quote, quote);
	err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
	return NULL;
}

/* Without "/" at both ends, and "./" in front; "." is the root. */
static char *
clean_folder(const char *target)
{
	size_t n;

	target += strspn(target, "/");
	if (!strncmp(target, "./", 2))
		target += 2 + strspn(target + 2, "/");
	n = strlen(target);
	while (n && target[n - 1] == '/')
		n--;
	if (n == 1 && *target == '.')
		n = 0;
	return mem_strndup(target, n);
}

/* Whether a path, which has no "/" or "./" in front, can be one of a repository. Of
 * a folder only hug asks: the clients find out from its files. */
static bool
check_target(const struct upload_place *place, const struct cli *cli,
    const char *target, struct error *err)
{
	bool own = cli->voice->policy.upload.checks_target;
	const char *path = place->target;
	size_t n = strlen(path);
	const char *clean;
	struct error why;
	bool ok;

	if (!own)
		return !place->is_file || up_check_target(target, &clean, err);
	ok = up_check_target(path, &clean, &why) && clean == path &&
	     !strstr(path, "//") && (!n || path[n - 1] != '/') &&
	     (n || !place->is_file);
	if (!ok)
		err_set(err, ERR_USAGE,
		    "'%.300s' cannot be a %s of a repository", target,
		    place->is_file ? "file" : "folder");
	return ok;
}

static bool
clean_target(struct upload_place *place, const struct cli *cli,
    const char *target, struct error *err)
{
	const char *clean = target;
	struct error why;

	if (!place->is_file) {
		place->target = clean_folder(target);
	} else {
		MAY_FAIL(up_check_target(target, &clean, &why),
		    "only where it begins is of interest; it is checked below");
		place->target = mem_strdup(clean);
	}
	if (check_target(place, cli, target, err))
		return true;
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* A path with a wildcard is one of the folder where we are. */
static bool
take_pattern(struct upload_place *place, const struct cli *cli,
    const char *local, const char *target, bool has_include, struct error *err)
{
	if (has_include)
		return cannot_set(cli, "--include", err);
	if (target && strcmp(target, ".") != 0)
		return cannot_set(cli, "path_in_repo", err);
	place->pattern = local;
	return true;
}

/* A pattern that the shell has made into names: the second is meant as a file, not as
 * the name that the first gets. */
static bool
is_second_file(const struct upload_place *place, const struct cli *cli,
    const char *local, const char *target)
{
	const char *slash = strrchr(local, '/');

	return place->is_file && cli->voice->policy.upload.tells_more &&
	       strcmp(target, local) != 0 &&
	       strcmp(target, slash ? slash + 1 : local) != 0 &&
	       *target != '/' && file_kind(target, NULL) == FILE_REGULAR;
}

bool
upload_place_read(struct upload_place *place, const struct cli *cli,
    const struct address *address, const char *local, const char *target,
    bool has_include, struct error *err)
{
	bool wild = local && strpbrk(local, "*?[");
	const char *slash;
	char *expanded;

	*place = (struct upload_place){ 0 };
	if (wild && (!cli->voice->policy.upload.path_is_no_pattern ||
			file_kind(local, NULL) == FILE_MISSING)) {
		if (!take_pattern(place, cli, local, target, has_include, err))
			return false;
		local = ".";
		target = ".";
	}
	if (!local)
		local = named_as_repo(cli, address, err);
	if (!local)
		return false;
	expanded = env_expand(local);
	place->is_file = file_kind(expanded, NULL) == FILE_REGULAR;
	if (!place->is_file && file_kind(expanded, NULL) != FILE_FOLDER) {
		free(expanded);
		err_set(err, ERR_NOT_FOUND, "No such file or directory: '%s'.",
		    local);
		err->detail = ENOENT;
		return false;
	}
	place->local = dir_resolve(expanded);
	place->is_link = place->is_file && !file_is_own(expanded);
	free(expanded);
	slash = strrchr(local, '/');
	if (!target)
		target = !place->is_file ? "." : slash ? slash + 1 : local;
	if (is_second_file(place, cli, local, target)) {
		err_set(err, ERR_USAGE,
		    "'%s' is a file here, too: one argument is the file, the "
		    "next where it goes in the repository",
		    target);
		return err_hint(err,
		    "To upload several files, quote the "
		    "pattern; for that place, write /%s",
		    target);
	}
	place->named = mem_strdup(target);
	return clean_target(place, cli, target, err);
}

void
upload_place_fini(struct upload_place *place)
{
	free(place->local);
	free(place->target);
	free(place->named);
}
