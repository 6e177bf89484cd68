#include "core/base/repoid.h"

#include <string.h>

static const char *const names[] = { "model", "dataset", "space", "kernel" };

#define NAMES (sizeof(names) / sizeof(*names))

const char *
repo_type_name(enum repo_type type)
{
	return names[type];
}

const char *
repo_type_prefix(enum repo_type type)
{
	static const char *const prefixes[] = { "", "datasets/", "spaces/",
		"kernels/" };

	return prefixes[type];
}

bool
repo_read_type(const char *text, size_t n, enum repo_type *type)
{
	for (unsigned i = 0; i < NAMES; i++) {
		size_t length = strlen(names[i]);

		if (n < length || memcmp(text, names[i], length) != 0 ||
		    (n > length && (n > length + 1 || text[length] != 's')))
			continue;
		*type = (enum repo_type)i;
		return true;
	}
	return false;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* One half of an id: word characters, "-" and ".", those two not outside. */
static bool
is_part(const char *part, size_t n)
{
	if (n < 1 || n > 96 || !is_word(part[0]) || !is_word(part[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_word(part[i]) && part[i] != '-' && part[i] != '.')
			return false;
	return true;
}

static bool
bad_id(struct error *err, const char *id, const char *before, const char *after)
{

	err_set(err, ERR_USAGE, "%s: '%.300s'%s", before, id, after);
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}

bool
repo_check_id(const char *id, struct error *err)
{
	size_t n = strlen(id);
	const char *slash = strchr(id, '/');
	const char *name = slash ? slash + 1 : id;

	if (strchr(name, '/')) {
		bad_id(err, id,
		    "Repo id must be in the form 'repo_name' or "
		    "'namespace/repo_name'",
		    ". Use `repo_type` argument if needed.");
		return err_remedy(err, REMEDY_NAME_TYPE);
	}
	if ((slash && !is_part(id, (size_t)(slash - id))) ||
	    !is_part(name, strlen(name)))
		return bad_id(err, id,
		    "Repo id must use alphanumeric chars, '-', '_' or '.'. "
		    "The name cannot start or end with '-' or '.' and the "
		    "maximum length is 96",
		    ".");
	if (strstr(id, "--") || strstr(id, ".."))
		return bad_id(err, id, "Cannot have -- or .. in repo_id", ".");
	if (n >= 4 && !strcmp(id + n - 4, ".git"))
		return bad_id(err, id, "Repo_id cannot end by '.git'", ".");
	return true;
}

/* Whether a part of the text, between slashes, is "." or "..". */
static bool
has_dots(const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "/");

		if ((n == 1 || n == 2) && !strncmp(text, "..", n))
			return true;
		if (!text[n])
			return false;
		text += n + 1;
	}
}

static bool
refuse_name(struct error *err, const char *name, const char *what)
{
	return err_set(err, ERR_USAGE, "'%.300s' is not %s", name, what);
}

bool
repo_check_revision(const char *revision, struct error *err)
{
	if (*revision && !has_dots(revision))
		return true;
	return refuse_name(err, revision, "a branch, tag or commit");
}

bool
repo_check_path(const char *path, struct error *err)
{
	return !has_dots(path) ||
	       refuse_name(err, path, "a path in a repository");
}

bool
repo_is_commit(const char *revision)
{
	return strlen(revision) == COMMIT_MAX - 1 &&
	       strspn(revision, "0123456789abcdef") == COMMIT_MAX - 1;
}

void
repo_add_folder(struct str *out, const struct repo *repo)
{
	str_addf(out, "%ss--", repo_type_name(repo->type));
	for (const char *p = repo->id; *p; p++) {
		if (*p == '/')
			str_addz(out, "--");
		else
			str_addc(out, *p);
	}
}

/* Whether the `n` bytes before the dashes are the plural of a type. */
static bool
read_front(const char *name, size_t n, enum repo_type *type)
{
	return n && name[n - 1] == 's' && repo_read_type(name, n, type) &&
	       n == strlen(repo_type_name(*type)) + 1;
}

bool
repo_read_folder(
    const char *name, enum repo_type *type, char **id, size_t *dash)
{
	const char *found = strstr(name, "--");
	struct str text = STR_INIT;

	*dash = found ? (size_t)(found - name) : 0;
	if (!found || !read_front(name, *dash, type))
		return false;
	for (const char *p = found + 2; *p; p++) {
		bool slash = p[0] == '-' && p[1] == '-';

		str_addc(&text, slash ? '/' : *p);
		p += slash;
	}
	*id = str_steal(&text);
	return true;
}

bool
repo_is_folder(const char *name, size_t n)
{
	enum repo_type type;

	for (size_t i = 0; i + 1 < n; i++)
		if (name[i] == '-' && name[i + 1] == '-')
			return read_front(name, i, &type);
	return false;
}

void
repo_api_url(struct str *out, const char *base, const struct repo *repo)
{
	str_addf(
	    out, "%s/api/%ss/%s", base, repo_type_name(repo->type), repo->id);
}

void
repo_page_url(struct str *out, const char *base, const struct repo *repo)
{
	str_addf(out, "%s/%s%s", base, repo_type_prefix(repo->type), repo->id);
}
