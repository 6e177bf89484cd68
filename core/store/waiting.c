#include "core/store/waiting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/root.h"
#include "core/store/shared.h"
#include "core/store/trash.h"

/* A link of a repository's `blobs`, wherever it is now. */
static void
take_link(struct waiting *waiting, const struct root *root, const char *path)
{
	struct str text = STR_INIT;
	char xet[65];

	if (root_link_text(root, path, &text) &&
	    shared_payload_of(root_path(root), text.v, xet) &&
	    !map_find(&waiting->known, xet, NULL)) {
		char *copy = mem_strdup(xet);

		arr_push(&waiting->payloads, copy);
		map_add(&waiting->known, copy, 0);
	}
	str_fini(&text);
}

/* What is in a folder of the trash; none if there is no such folder. */
static void
list(struct waiting *waiting, const struct root *root, const char *folder,
    root_names *names)
{
	struct error err;

	if (!root_list(root, folder, names, &err) && err.detail != ENOENT &&
	    err.detail != ENOTDIR && err.detail != ELOOP)
		waiting->unclear = true;
}

/* A link itself, or the blobs of a repository. */
static void
look_at_thing(
    struct waiting *waiting, const struct root *root, const char *thing)
{
	char *blobs = path_join(thing, "blobs");
	root_names names = { 0 };

	take_link(waiting, root, thing);
	list(waiting, root, blobs, &names);
	arr_each (name, &names) {
		char *path = path_join(blobs, *name);

		take_link(waiting, root, path);
		free(path);
	}
	root_names_free(&names);
	free(blobs);
}

static void
look_at_batch(
    struct waiting *waiting, const struct root *root, const char *batch)
{
	root_names names = { 0 };

	list(waiting, root, batch, &names);
	arr_each (name, &names) {
		char *thing = path_join(batch, *name);

		if (**name >= '0' && **name <= '9')
			look_at_thing(waiting, root, thing);
		free(thing);
	}
	root_names_free(&names);
}

void
waiting_look(struct waiting *waiting, const struct root *root, const char *but)
{
	root_names names = { 0 };

	list(waiting, root, TRASH_FOLDER, &names);
	arr_each (name, &names) {
		char *batch = path_join(TRASH_FOLDER, *name);

		if (!but || strcmp(batch, but) != 0)
			look_at_batch(waiting, root, batch);
		free(batch);
	}
	root_names_free(&names);
}

bool
waiting_has(const struct waiting *waiting, const char *xet)
{
	return waiting->unclear || map_find(&waiting->known, xet, NULL);
}

void
waiting_fini(struct waiting *waiting)
{
	map_fini(&waiting->known);
	arr_each (payload, &waiting->payloads)
		free(*payload);
	arr_free(&waiting->payloads);
}
