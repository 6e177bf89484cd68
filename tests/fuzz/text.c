/* text.c: untrusted text made safe, cut, and quoted; names of files. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/os/root.h"
#include "tests/fuzz/fuzz.h"
#include "widgets/surface.h"

static void
check_safe(const char *text)
{
	struct str safe = STR_INIT, again = STR_INIT;

	utf8_safe(&safe, text);
	must(utf8_valid(safe.v, safe.n) && fuzz_is_shown(safe.v));
	for (size_t at = 0; at < safe.n;) {
		uint32_t point;
		size_t n = utf8_decode(safe.v + at, safe.n - at, &point);

		must(n && point >= 0x20 && !(point >= 0x7f && point < 0xa0));
		must(utf8_before(safe.v, at + n) == at);
		at += n;
	}
	for (size_t cells = 0; cells < 24; cells++) {
		str_clear(&again);
		utf8_fit(&again, safe.v, cells);
		must(utf8_width(again.v) <= cells);
		must(utf8_valid(again.v, again.n));
	}
	str_fini(&safe);
	str_fini(&again);
}

/* No cell of the screen gets a control, whatever the text. */
static void
check_cells(const char *text)
{
	struct surface surface = { 0 };
	struct area area;

	surface_resize(&surface, 9, 1);
	area = surface_area(&surface);
	for (int x = -2; x < 9; x += 3) {
		surface_clear(&surface);
		(void)area_text(&area, x, 0, 9, ROLE_TEXT, text);
		(void)area_name(&area, x, 0, 6, ROLE_TEXT, text);
		for (int i = 0; i < 9; i++) {
			const struct cell *cell = &surface.cells[i];

			must(!cell->base || cell->base >= 0x20);
			must(cell->base < 0x7f || cell->base >= 0xa0);
			must(cell->width <= 2 && (cell->base || !cell->width));
		}
	}
	surface_fini(&surface);
}

static void
check_points(const char *text, size_t n)
{
	while (n) {
		uint32_t point, same;
		size_t taken = utf8_decode(text, n, &point);
		char bytes[4];
		int columns;

		if (taken) {
			must(utf8_encode(point, bytes) == taken);
			must(!memcmp(bytes, text, taken));
			must(utf8_decode(bytes, taken, &same) == taken &&
			     same == point);
			columns = utf8_columns(point);
			must(columns >= 0 && columns <= 2);
		}
		taken = taken ? taken : 1;
		text += taken;
		n -= taken;
	}
}

/* Outside of quotes nothing may stand that a shell reads. */
static void
take_plain(struct str *out, char c, bool quoted)
{
	must(quoted || !strchr(" $`\"*?[;&|<>()#~!{}\n\t", c));
	str_addc(out, c);
}

/* The same of $'...', whose end is returned. */
static const char *
unescape(struct str *out, const char *word)
{
	for (; *word && *word != '\''; word++) {
		must(*word >= ' ' && *word < 0x7f);
		if (*word == '\\' && word[1] >= '0' && word[1] <= '7') {
			char digits[4] = { word[1], word[2], word[3], 0 };

			str_addc(out, (char)strtol(digits, NULL, 8));
			word += 3;
		} else {
			word += *word == '\\';
			str_addc(out, *word);
		}
	}
	must(*word == '\'');
	return word;
}

/* What is left of a quoted word when a shell has read it. */
static char *
unquote(const char *word)
{
	struct str out = STR_INIT;
	bool quoted = false;

	for (; *word; word++) {
		if (*word == '$' && word[1] == '\'' && !quoted)
			word = unescape(&out, word + 2);
		else if (*word == '\'')
			quoted = !quoted;
		else if (*word == '\\' && !quoted)
			str_addc(&out, *++word);
		else
			take_plain(&out, *word, quoted);
	}
	must(!quoted);
	return str_steal(&out);
}

static void
check_quoted(const char *text)
{
	struct str out = STR_INIT;
	char *meant;

	text_add_shell(&out, text);
	meant = unquote(out.v);
	must(!strcmp(meant, text));
	free(meant);
	str_clear(&out);
	str_add_quoted(&out, text);
	must(!strchr(out.v, '\n'));
	str_fini(&out);
}

/* No file that may be written lies outside of its folder, or in a .git. */
static void
check_name(const char *text)
{
	struct error err;
	size_t part = 0;
	enum path_reserved reserved = path_reserved(text, &part);
	char *folder = path_folder(text);

	must(part <= strlen(text));
	must(strlen(folder) < strlen(text) + 1);
	free(folder);
	if (!path_check(text, &err)) {
		fuzz_check_error(&err);
		return;
	}
	must(utf8_valid(text, strlen(text)));
	must(*text && *text != '/' && *text != '\\');
	must(root_is_below(text));
	for (const char *p = text; p; p = strpbrk(p, "/\\")) {
		p += *p == '/' || *p == '\\';
		must(strcspn(p, "/\\") > 0);
		must(strncmp(p, "..", 2) != 0 || !strchr("/\\", p[2]));
		must(strncmp(p, "..", 3) != 0);
		if (!strncmp(p, ".git", 4) && strchr("/\\", p[4]))
			must(reserved == PATH_GIT);
	}
}

static void
check_span(const char *bytes, size_t n)
{
	struct span rest = { bytes, n }, part;
	size_t seen = 0, parts = 0;

	/* Nothing that is no blank is trimmed, not even a zero byte. */
	part = span_trim(rest);
	for (const char *p = bytes; p < part.p; p++)
		must(*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n');
	for (const char *p = part.p + part.n; p < bytes + n; p++)
		must(*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n');
	while (span_next(&rest, '\n', &part)) {
		seen += part.n;
		parts++;
	}
	must(seen + parts - (parts > 0) == n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = { data, size };
	char *bytes = mem_strndup(size ? (const char *)data : "", size);
	char *text = fuzz_rest(&in);

	check_safe(text);
	check_cells(text);
	check_points(bytes, size);
	check_quoted(text);
	check_name(text);
	check_span(bytes, size);
	free(text);
	free(bytes);
	return 0;
}
