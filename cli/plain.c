#include "cli/plain.h"

#include <string.h>
#include <unistd.h>

#include "cli/out.h"
#include "core/base/utf8.h"

/* Longest part of a line that is held back for a terminal. */
#define LINE_MAX_BYTES 65536

void
plain_begin(struct plain *plain)
{
	plain->terminal = isatty(STDOUT_FILENO);
	str_init(&plain->line);
}

/* The line so far, in characters that do nothing to the terminal; tabs stay. */
static bool
put_line(struct plain *p, struct error *err)
{
	struct str safe = STR_INIT;
	char *part = p->line.v;
	bool ok;

	while (part) {
		char *tab = strchr(part, '\t');

		if (tab)
			*tab = '\0';
		utf8_safe(&safe, part);
		if (tab)
			str_addc(&safe, '\t');
		part = tab ? tab + 1 : NULL;
	}
	ok = out_bytes(safe.v, safe.n, err);
	str_clear(&p->line);
	str_fini(&safe);
	return ok;
}

bool
plain_put(struct plain *p, const char *bytes, size_t n, struct error *err)
{
	if (!p->terminal)
		return out_bytes(bytes, n, err);
	if (memchr(bytes, '\0', n))
		return err_set(err, ERR_CONFLICT,
		    "this is not text, and stdout is a terminal; write it to a "
		    "file with > FILE");
	while (n) {
		const char *end = memchr(bytes, '\n', n);
		size_t part = end ? (size_t)(end - bytes) : n;

		str_add(&p->line, bytes, part);
		if ((end || p->line.n > LINE_MAX_BYTES) && !put_line(p, err))
			return false;
		if (end && !out_bytes("\n", 1, err))
			return false;
		bytes += part + (end != NULL);
		n -= part + (end != NULL);
	}
	return true;
}

bool
plain_end(struct plain *p, struct error *err)
{
	return !p->line.n || put_line(p, err);
}

void
plain_fini(struct plain *p)
{
	str_fini(&p->line);
}
