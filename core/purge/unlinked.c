#include "core/purge/unlinked.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/purge/sweep.h"
#include "core/store/shared.h"

void
unlinked_begin(struct unlinked *unlinked, const char *root, const char *folder)
{
	unlinked->root = root;
	unlinked->folder = folder;
	unlinked->store = shared_is_there(root);
}

void
unlinked_note_text(
    struct unlinked *unlinked, const char *root, const char *text)
{
	char xet[65];
	char *copy;

	if (!shared_payload_of(root, text, xet) ||
	    map_find(&unlinked->known, xet, NULL))
		return;
	copy = mem_strdup(xet);
	arr_push(&unlinked->payloads, copy);
	map_add(&unlinked->known, copy, 0);
}

void
unlinked_note_name(struct unlinked *unlinked, const char *name)
{
	struct str path = STR_INIT;
	struct str text = STR_INIT;

	if (!unlinked->store)
		return;
	str_addf(
	    &path, "%s/%s/blobs/%s", unlinked->root, unlinked->folder, name);
	if (file_link_text(path.v, &text))
		unlinked_note_text(unlinked, unlinked->root, text.v);
	str_fini(&path);
	str_fini(&text);
}

uint64_t
unlinked_bytes(
    const struct unlinked *unlinked, const struct root *root, const char *but)
{
	uint64_t bytes = 0;

	arr_each (xet, &unlinked->payloads)
		bytes += sweep_would_free(root, *xet, but);
	return bytes;
}

size_t
unlinked_sweep(
    const struct unlinked *unlinked, const struct root *root, uint64_t *freed)
{
	size_t n = 0;

	arr_each (xet, &unlinked->payloads)
		n += sweep_payload(root, *xet, freed);
	return n;
}

void
unlinked_fini(struct unlinked *unlinked)
{
	map_fini(&unlinked->known);
	arr_each (payload, &unlinked->payloads)
		free(*payload);
	arr_free(&unlinked->payloads);
}
