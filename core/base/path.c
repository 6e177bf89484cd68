#include "core/base/path.h"

#include <stdint.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

void
path_add(struct str *out, const char *name)
{
	if (out->n && out->v[out->n - 1] != '/')
		str_addc(out, '/');
	str_addz(out, name);
}

char *
path_join(const char *a, const char *b)
{
	struct str path = STR_INIT;

	str_addz(&path, a);
	path_add(&path, b);
	return str_steal(&path);
}

char *
path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	return mem_strndup(path, slash ? (size_t)(slash - path) : 0);
}

void
path_add_beside(struct str *out, const char *path, const char *tail)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t n = strlen(name), most = PATH_NAME_MAX - strlen(tail);

	if (n > most)
		n = utf8_before(name, most + 1);
	str_add(out, path, (size_t)(name - path) + n);
	str_addz(out, tail);
}

/* What is wrong with the part of `n` bytes at `part`, NULL if nothing. */
static const char *
part_fault(const char *part, size_t n)
{
	if (n == 2 && !memcmp(part, "..", 2))
		return "cannot contain a '..' path segment";
	if (n == 0 || (n == 1 && part[0] == '.'))
		return "cannot contain an empty or '.' path segment";
	return NULL;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *
name_fault(const char *name)
{
	const char *part = name;

	if (!*name)
		return "is empty";
	if (!utf8_valid(name, strlen(name)))
		return "is not UTF-8";
	if (*name == '/' || *name == '\\' ||
	    (is_letter(name[0]) && name[1] == ':'))
		return "cannot be an absolute, drive-relative or UNC path";
	for (;;) {
		size_t n = strcspn(part, "/\\");
		const char *fault = part_fault(part, n);

		if (fault)
			return fault;
		if (!part[n])
			return NULL;
		part += n + 1;
	}
}

bool
path_check(const char *name, struct error *err)
{
	const char *fault = name_fault(name);

	if (!fault)
		return true;
	err_set(err, ERR_CORRUPT, "Invalid filename '%.300s': %s", name, fault);
	err_remedy(err, REMEDY_ASK_OWNER);
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}

/* -- names that mean something on the disk -- */

/* Longer than any name that is looked for. */
#define FOLDED_MAX 24

/* HFS+ compares names without these; the list is Git's. */
static bool
is_ignorable(uint32_t point)
{
	return (point >= 0x200c && point <= 0x200f) ||
	       (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x206a && point <= 0x206f) || point == 0xfeff;
}

/* One part as the least exact file system compares it; false if it is too long
 * to be any that is looked for. */
static bool
fold(const char *part, size_t n, char out[FOLDED_MAX])
{
	size_t used = 0;

	while (n && *part != ':') {
		uint32_t point = (unsigned char)*part;
		size_t taken = utf8_decode(part, n, &point);
		char c = point < 0x80 ? (char)point : '\x7f';

		taken = taken ? taken : 1;
		part += taken;
		n -= taken;
		if (is_ignorable(point))
			continue;
		if (used + 1 == FOLDED_MAX)
			return false;
		out[used++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	while (used && (out[used - 1] == '.' || out[used - 1] == ' '))
		used--;
	out[used] = '\0';
	return true;
}

enum path_reserved
path_reserved(const char *name, size_t *part)
{
	bool in_cache = false;
	char folded[FOLDED_MAX];
	size_t at = 0;

	for (unsigned depth = 0;; depth++) {
		size_t n = strcspn(name + at, "/\\");
		bool known = fold(name + at, n, folded);

		*part = at + n;
		if (known &&
		    (!strcmp(folded, ".git") || !strcmp(folded, "git~1")))
			return PATH_GIT;
		if (known && depth == 1 && in_cache &&
		    (!strcmp(folded, "huggingface") ||
			!strcmp(folded, "huggin~1")))
			return PATH_RECORDS;
		in_cache =
		    known && !depth &&
		    (!strcmp(folded, ".cache") || !strcmp(folded, "cache~1"));
		if (!name[at + n])
			return PATH_FREE;
		at += n + 1;
	}
}
