#include "core/base/path.h"

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
	struct str safe = STR_INIT;

	if (!fault)
		return true;
	utf8_safe(&safe, name);
	err_set(
	    err, ERR_CORRUPT, "Invalid filename '%.300s': %s", safe.v, fault);
	str_fini(&safe);
	err_hint(err, "Please ask the repository owner to rename this file.");
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}
