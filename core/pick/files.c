/* files.c: the files and folders that a listing names (pick.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/sums.h"
#include "core/pick/own.h"

/* The deepest folder. A file further down stands in it under the rest of its path, so
 * that a hostile path costs no more than its length. */
#define DEPTH_MAX 64

/* Names are kept one behind the other, in pages of so many bytes, or of a longer
 * name's. */
#define PAGE_BYTES 65536

/* Room that lives as long as the files. */
static char *
room(struct pick *pick, size_t n)
{
	char *to;

	if (pick->room - pick->used < n) {
		pick->room = n > PAGE_BYTES ? n : PAGE_BYTES;
		pick->used = 0;
		arr_push(&pick->pages, mem_zalloc(pick->room));
	}
	to = pick->pages.v[pick->pages.n - 1] + pick->used;
	pick->used += n;
	return to;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of a checksum in hex; 0 if the text is not one. */
static size_t
sum_bytes(const char *etag)
{
	size_t n = strlen(etag);

	if (n >= DIGEST_HEX_MAX || n % 2 ||
	    n != strspn(etag, "0123456789abcdef"))
		return 0;
	return n / 2;
}

/* The name, and behind its zero byte the etag. */
static const char *
keep(struct pick *pick, const char *name, const char *etag)
{
	size_t n = strlen(name) + 1, bytes = sum_bytes(etag);
	char *to = room(pick, n + 1 + bytes), *sum = to + n + 1;

	memcpy(to, name, n);
	to[n] = (char)bytes;
	for (size_t i = 0; i < bytes; i++)
		sum[i] = (char)(hex_value(etag[2 * i]) * 16 +
				hex_value(etag[2 * i + 1]));
	return to;
}

void
pick_etag(const struct pick *pick, uint32_t file, char etag[DIGEST_HEX_MAX])
{
	const char *name = pick->files.v[file].name;
	const char *sum = name + strlen(name) + 1;

	digest_hex((const unsigned char *)sum + 1, (size_t)*sum, etag);
}

/* -- folders -- */

static uint32_t
add_folder(struct pick *pick, uint32_t parent, const char *path, size_t n)
{
	uint32_t number = (uint32_t)pick->folders.n;
	struct pick_folder folder = { .path = mem_strndup(path, n),
		.parent = parent };
	const char *slash = strrchr(folder.path, '/');

	folder.name = slash ? slash + 1 : folder.path;
	map_add(&pick->places, folder.path, number);
	arr_push(&pick->folders, folder);
	if (number)
		arr_push(&pick->folders.v[parent].folders, number);
	return number;
}

/* The folder of a path, made with those that it lies in; `name` gets what is
 * behind it. Files come folder by folder, so it is mostly the one of the last. */
static uint32_t
folder_of(struct pick *pick, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	const struct pick_folder *last = &pick->folders.v[pick->last];
	uint32_t folder = 0;
	size_t at, n = slash ? (size_t)(slash - path) : 0;

	*name = slash ? slash + 1 : path;
	if (pick->last && strlen(last->path) == n &&
	    !memcmp(last->path, path, n))
		return pick->last;
	*name = path;
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		char *part;

		slash = strchr(*name, '/');
		if (!slash)
			break;
		part = mem_strndup(path, (size_t)(slash - path));
		if (map_find(&pick->places, part, &at))
			folder = (uint32_t)at;
		else
			folder = add_folder(
			    pick, folder, path, (size_t)(slash - path));
		free(part);
		*name = slash + 1;
	}
	return folder;
}

/* -- life -- */

void
pick_init(struct pick *pick)
{
	*pick = (struct pick){ .last = 0 };
	(void)add_folder(pick, 0, "", 0);
}

static void
free_files(struct pick *pick)
{
	arr_each (folder, &pick->folders) {
		free(folder->path);
		arr_free(&folder->files);
		arr_free(&folder->folders);
	}
	arr_each (page, &pick->pages)
		free(*page);
	arr_free(&pick->pages);
	arr_free(&pick->folders);
	arr_free(&pick->files);
	map_fini(&pick->places);
	pick->used = pick->room = 0;
	pick->last = 0;
}

void
pick_restart(struct pick *pick)
{
	pick_drop_steps(pick);
	pick_keep_hands(pick);
	free_files(pick);
	pick_clear_sums(pick);
	(void)add_folder(pick, 0, "", 0);
}

void
pick_fini(struct pick *pick)
{
	struct error ignored;

	for (int side = 0; side < PICK_SIDES; side++)
		MAY_FAIL(
		    pick_set_globs(pick, (enum pick_side)side, "", &ignored),
		    "nothing always makes sense");
	for (int side = 0; side < PICK_SIDES; side++)
		free(pick->globs[side].line);
	pick_drop_hands(pick);
	pick_drop_steps(pick);
	free_files(pick);
}

void
pick_add(struct pick *pick, const char *path, uint64_t size, const char *etag,
    enum pick_here here, unsigned percent)
{
	uint32_t number = (uint32_t)pick->files.n;
	struct pick_file file = {
		.size = size, .here = (uint8_t)here, .percent = (uint8_t)percent
	};
	struct error ignored;
	const char *name;
	size_t part;

	file.folder = pick->last = folder_of(pick, path, &name);
	file.name = keep(pick, name, etag);
	if (!path_check(path, &ignored) ||
	    path_reserved(path, &part) == PATH_GIT)
		file.flags = PICK_BAD;
	arr_push(&pick->files, file);
	arr_push(&pick->folders.v[file.folder].files, number);
	for (uint32_t at = file.folder;; at = pick->folders.v[at].parent) {
		struct pick_folder *folder = &pick->folders.v[at];

		folder->all.files++;
		sum_add(&folder->all.bytes, size);
		folder->here += here == PICK_HERE;
		if (!at)
			break;
	}
	pick_take_hand(pick, number, path);
}

void
pick_set_here(
    struct pick *pick, uint32_t number, enum pick_here here, unsigned percent)
{
	struct pick_file *file = &pick->files.v[number];
	bool ticked = file->flags & PICK_TICKED;
	size_t more =
	    (size_t)(here == PICK_HERE) - (size_t)(file->here == PICK_HERE);

	if (ticked)
		pick_count(pick, number, false);
	for (uint32_t at = file->folder;; at = pick->folders.v[at].parent) {
		pick->folders.v[at].here += more;
		if (!at)
			break;
	}
	file->here = (uint8_t)here;
	file->percent = (uint8_t)percent;
	if (ticked)
		pick_count(pick, number, true);
}

void
pick_path(const struct pick *pick, uint32_t number, struct str *out)
{
	const struct pick_file *file = &pick->files.v[number];
	const struct pick_folder *folder = &pick->folders.v[file->folder];

	str_set(out, folder->path);
	if (out->n)
		str_addc(out, '/');
	str_addz(out, file->name);
}
