#include "core/store/unlinked.h"

#include <stdlib.h>

#include "core/base/str.h"
#include "core/os/file.h"
#include "core/store/shared.h"

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
unlinked_note(struct unlinked *unlinked, const char *root, const char *folder,
    const char *key)
{
	struct str line = STR_INIT;
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	char *copy;

	str_addf(&line, "%s/%s", folder, key);
	str_addf(&path, "%s/%s", root, line.v);
	if (file_link_text(path.v, &text) &&
	    shared_payload_of(root, text.v, NULL)) {
		copy = str_steal(&line);
		arr_push(&unlinked->lines, copy);
		map_add(&unlinked->set, copy, 0);
		unlinked_note_text(unlinked, root, text.v);
	}
	str_fini(&line);
	str_fini(&path);
	str_fini(&text);
}

void
unlinked_sweep(const struct unlinked *unlinked, const char *root)
{
	arr_each (xet, &unlinked->payloads)
		shared_sweep(root, *xet);
}

void
unlinked_fini(struct unlinked *unlinked)
{
	map_fini(&unlinked->set);
	map_fini(&unlinked->known);
	arr_each (line, &unlinked->lines)
		free(*line);
	arr_free(&unlinked->lines);
	arr_each (payload, &unlinked->payloads)
		free(*payload);
	arr_free(&unlinked->payloads);
}
