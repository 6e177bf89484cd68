/* upload_place.h: what an upload's command line means: which files here, and where
 * they go. */
#ifndef CLI_UPLOAD_PLACE_H
#define CLI_UPLOAD_PLACE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/hub/address.h"

/* Storage is the caller's; upload_place_fini releases. */
struct upload_place {
	char *local;  /* absolute, links resolved as far as the folder */
	char *target; /* as upload_request's */
	char *named;  /* the same as it was typed, for the result's address */
	bool is_file;
	bool is_link;        /* the file was named by a link to it */
	const char *pattern; /* in place of --include; NULL: none */
};

/*
 * `local` and `target` are as given, or NULL; `has_include` says that --include was.
 * Rules and texts of the official clients (cli/upload.py: _resolve_upload_paths).
 */
MUST_USE bool upload_place_read(struct upload_place *place,
    const struct cli *cli, const struct address *address, const char *local,
    const char *target, bool has_include, struct error *err);
void upload_place_fini(struct upload_place *place);

#endif
