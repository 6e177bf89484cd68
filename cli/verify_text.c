#include "cli/verify_text.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/deletion.h"
#include "cli/out.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

static void
add_item(struct str *out, const char *text)
{
	str_addz(out, "  - ");
	utf8_safe(out, text);
}

void
verify_print_list(
    const struct cli *cli, const char *what, const verify_paths *paths)
{
	struct str text = STR_INIT;

	if (!deletion_speaks(cli))
		return;
	out_putf("\xe2\x9d\x8c %s:\n", what);
	arr_each (path, paths) {
		str_clear(&text);
		add_item(&text, *path);
		out_line(text.v);
	}
	str_fini(&text);
}

size_t
verify_print_mismatches(const struct cli *cli, const check_files *files)
{
	struct str text = STR_INIT;
	size_t n = 0;

	str_addz(&text, "\xe2\x9d\x8c Checksum verification failed for the "
			"following file(s):");
	arr_each (file, files) {
		if (file->state != CHECK_BAD)
			continue;
		str_addc(&text, '\n');
		add_item(&text, file->name);
		text_addf(&text, ": expected %s (%s), got %s", file->want,
		    file->kind == DIGEST_SHA256 ? "sha256" : "git-sha1",
		    file->got);
		n++;
	}
	if (n && deletion_speaks(cli))
		out_line(text.v);
	str_fini(&text);
	return n;
}

size_t
verify_print_unreadable(const struct cli *cli, const check_files *files,
    const unreadable_list *folders, const verify_paths *hidden)
{
	struct str text = STR_INIT;
	size_t n = 0;

	str_addz(&text, "\xe2\x9d\x8c Cannot be read:");
	arr_each (folder, folders) {
		text_addf(&text, "\n  - %s", folder->why);
		n++;
	}
	arr_each (path, hidden) {
		str_addc(&text, '\n');
		add_item(&text, *path);
		str_addz(&text, ": its link leads to where you may not look");
		n++;
	}
	arr_each (file, files) {
		if (file->state != CHECK_FAILED)
			continue;
		str_addc(&text, '\n');
		add_item(&text, file->name);
		text_addf(&text, ": %s", file->why);
		n++;
	}
	str_addc(&text, '\n');
	if (n && deletion_speaks(cli))
		out_put(text.v);
	else if (n)
		out_tell(text.v);
	str_fini(&text);
	return n;
}

bool
verify_tell_onesided(const struct cli *cli, const verify_paths *paths,
    bool fail, const char *what, const char *warning, const char *option)
{
	if (!paths->n)
		return true;
	if (fail) {
		verify_print_list(cli, what, paths);
		return false;
	}
	out_tellf(
	    "Warning: %zu %s Use %s for details.\n", paths->n, warning, option);
	return true;
}
