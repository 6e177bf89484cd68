/* upload_limits.c: what of an upload goes beyond the Hub's limits, or looks wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/upload_text.h"
#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/up/select.h"
#include "core/up/upload.h"

#define FILES_MOST 100000u
#define ENTRIES_MOST 10000u
#define BYTES_MOST ((uint64_t)50 * 1000000000)
#define BYTES_ADVISED ((uint64_t)20 * 1000000000)

/* Of the files that are named in a warning. */
#define NAMED 5

struct folder {
	char *path;
	size_t files, folders;
};

struct tree {
	ARR(struct folder) list;
	struct map by_path;
};

/* "1,234,567" */
static void
add_number(struct str *out, size_t n)
{
	char text[32];
	size_t digits = (size_t)snprintf(text, sizeof(text), "%zu", n);

	for (size_t i = 0; i < digits; i++) {
		str_addc(out, text[i]);
		if (i + 1 < digits && (digits - i - 1) % 3 == 0)
			str_addc(out, ',');
	}
}

/* -- folders -- */

/* The folder with the path; `made` says that it is new. */
static struct folder *
folder_of(struct tree *tree, const char *path, bool *made)
{
	struct folder new = { 0 };
	size_t at;

	*made = !map_find(&tree->by_path, path, &at);
	if (*made) {
		new.path = mem_strdup(path);
		at = tree->list.n;
		(void)map_add(&tree->by_path, new.path, at);
		arr_push(&tree->list, new);
	}
	return &tree->list.v[at];
}

/* Counts a file in the folder that it is in, and new folders in those above. */
static void
count_file(struct tree *tree, const char *path)
{
	char *above = mem_strdup(path);
	bool is_file = true, made = true;

	while (made) {
		char *slash = strrchr(above, '/');
		bool at_top = !*above;
		struct folder *folder;

		if (at_top)
			break;
		*(slash ? slash : above) = '\0';
		folder = folder_of(tree, above, &made);
		if (is_file)
			folder->files++;
		else
			folder->folders++;
		is_file = false;
	}
	free(above);
}

static void
tell_folder(const struct cli *cli, const struct folder *folder)
{
	struct str text = STR_INIT;

	str_addf(&text, "Folder '%s' contains ",
	    *folder->path ? folder->path : "root");
	add_number(&text, folder->files + folder->folders);
	str_addz(&text, " entries (");
	add_number(&text, folder->files);
	str_addz(&text, " files and ");
	add_number(&text, folder->folders);
	str_addz(&text, " subdirectories). This exceeds the recommended "
			"10,000 entries per folder.");
	out_say(cli, "%s", text.v);
	out_say(cli, "Consider reorganising into sub-folders.");
	str_fini(&text);
}

static void
check_folders(const struct cli *cli, const struct selection *selection)
{
	struct tree tree = { 0 };

	arr_each (file, &selection->files)
		count_file(&tree, file->path);
	arr_each (folder, &tree.list) {
		if (folder->files + folder->folders > ENTRIES_MOST)
			tell_folder(cli, folder);
		free(folder->path);
	}
	arr_free(&tree.list);
	map_fini(&tree.by_path);
}

/* -- sizes -- */

static size_t
check_sizes(const struct cli *cli, const struct selection *selection,
    uint64_t above, uint64_t most, const char *head, const char *advice)
{
	struct str text = STR_INIT;
	size_t n = 0;

	arr_each (file, &selection->files) {
		if (file->mark.size <= above || file->mark.size > most)
			continue;
		if (n++ < NAMED)
			str_addf(&text, "\n  - %s: %.1fGB", file->path,
			    (double)file->mark.size / 1e9);
	}
	if (n > NAMED)
		str_addf(&text, "\n  ... and %zu more files", n - NAMED);
	if (n) {
		out_say(cli, "Found %zu files %s", n, head);
		out_tell(text.v + 1);
		out_tell("\n");
		out_say(cli, "%s", advice);
	}
	str_fini(&text);
	return n;
}

size_t
upload_text_limits(const struct cli *cli, const struct selection *selection)
{
	size_t beyond;

	struct str text = STR_INIT;

	if (selection->files.n > FILES_MOST) {
		add_number(&text, selection->files.n);
		out_say(cli,
		    "You are about to upload %s files. This exceeds the "
		    "recommended limit of 100,000 files per repository.",
		    text.v);
		out_say(cli, "Consider:");
		out_say(cli, "  - Splitting your data into multiple "
			     "repositories");
		out_say(cli, "  - Using fewer, larger files (e.g., parquet "
			     "files)");
		out_say(cli, "  - See: https://huggingface.co/docs/hub/"
			     "repositories-recommendations");
	}
	str_fini(&text);
	check_folders(cli, selection);
	beyond = check_sizes(cli, selection, BYTES_MOST, UINT64_MAX,
	    "exceeding the 50GB hard limit:",
	    "These files may fail to upload. Consider splitting them into "
	    "smaller chunks.");
	(void)check_sizes(cli, selection, BYTES_ADVISED, BYTES_MOST,
	    "larger than 20GB (recommended limit):",
	    "Large files may slow down loading and processing.");
	return beyond;
}

size_t
upload_text_doubts(const struct cli *cli, const struct upload *upload)
{
	size_t n;
	const struct up_doubt *doubts = upload_doubts(upload, &n);

	for (size_t i = 0; i < n; i++) {
		const struct up_doubt *doubt = &doubts[i];
		struct str text = STR_INIT;

		utf8_safe(&text, doubt->text);
		for (size_t k = 0; k < doubt->paths.n && k < NAMED; k++) {
			str_addz(&text, k ? ", " : ": ");
			utf8_safe(&text, doubt->paths.v[k]);
		}
		if (doubt->total > NAMED)
			str_addf(&text, " and %zu more", doubt->total - NAMED);
		out_note(cli, "warning: %s", text.v);
		str_fini(&text);
	}
	return n;
}
