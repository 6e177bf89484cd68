#include "core/hub/address.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/net/url.h"

static bool
starts(const char *text, const char *front)
{
	return !strncmp(text, front, strlen(front));
}

/* Takes "datasets/" and the like from the front; with `any` "dataset/" too. */
static bool
take_type(const char **text, bool any, enum repo_type *type)
{
	size_t n = strcspn(*text, "/");
	enum repo_type found;

	if (!(*text)[n] || !repo_read_type(*text, n, &found) ||
	    found == REPO_KERNEL)
		return false;
	if (!any && n == strlen(repo_type_name(found)))
		return false;
	*text += n + 1;
	*type = found;
	return true;
}

bool
address_refuse(struct error *err, const char *uri, const char *why)
{

	err_set(err, ERR_CONFLICT, "Invalid HF URI: %.300s. %s", uri, why);
	return false;
}

/* How far a revision goes: refs/pr/N and refs/convert/<name> hold slashes. */
static size_t
revision_length(const char *text)
{
	size_t n = 0;

	if (starts(text, "refs/pr/"))
		n = strlen("refs/pr/");
	else if (starts(text, "refs/convert/"))
		n = strlen("refs/convert/");
	return n + strcspn(text + n, "/");
}

/* -- hf:// -- */

/* namespace/name, up to "@", "/" or the end; gives its length, 0: none. */
static size_t
id_length(const char *text)
{
	size_t n = strcspn(text, "/@");
	size_t m;

	if (text[n] != '/' || !n)
		return 0;
	m = strcspn(text + n + 1, "/@");
	return m ? n + 1 + m : 0;
}

static bool
read_uri(const char *text, struct address *address, struct error *err)
{
	const char *rest = text + strlen("hf://");
	struct str safe = STR_INIT;
	struct str why = STR_INIT;
	size_t n;

	if (!*rest)
		return address_refuse(err, text, "Empty body after 'hf://'.");
	if (starts(rest, "buckets/"))
		return err_set(
			   err, ERR_CONFLICT, "Buckets are not supported") ||
		       err_remedy(err, REMEDY_OTHER_CLIENT);
	take_type(&rest, false, &address->type);
	n = id_length(rest);
	if (!n) {
		utf8_safe(&safe, rest + strspn(rest, "/"));
		str_addf(&why,
		    "Repository id must be 'namespace/name', got '%.200s'. ",
		    safe.v);
		address_refuse(err, text, why.v);
		str_fini(&safe);
		str_fini(&why);
		return false;
	}
	address->id = mem_strndup(rest, n);
	rest += n;
	if (*rest == '@') {
		n = revision_length(++rest);
		if (!n)
			return address_refuse(
			    err, text, "Empty revision after '@'.");
		address->revision = url_unescape(rest, n);
		rest += n;
	}
	if (*rest == '/' && rest[1])
		address->path = mem_strdup(rest + 1);
	return true;
}

/* -- pages -- */

/* Which kinds of pages name a revision, and whether a folder follows it. */
static const char *
page_of(const char *rest, bool *folder)
{
	static const char *const kinds[] = { "/tree/", "/blob/", "/resolve/",
		"/raw/", "/blame/" };

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!starts(rest, kinds[i]))
			continue;
		*folder = i == 0;
		return rest + strlen(kinds[i]);
	}
	return NULL;
}

/* The public Hub, whose addresses stand for those of any other. */
#define SITE "https://huggingface.co"

/* What stands behind the Hub's own address, NULL if it is another's. */
static const char *
behind_base(const char *text, const char *base)
{
	const char *front = starts(text, base) ? base : SITE;

	if (!starts(text, front) || text[strlen(front)] != '/')
		return NULL;
	return text + strlen(front) + 1;
}

static bool
read_page(const char *text, const char *rest, struct address *address,
    struct error *err)
{
	char *plain = mem_strndup(rest, strcspn(rest, "?#"));
	const char *p = plain;
	bool folder = false;
	size_t n;

	take_type(&p, false, &address->type);
	n = id_length(p);
	if (n)
		address->id = mem_strndup(p, n);
	p = n ? page_of(p + n, &folder) : NULL;
	if (p && *p) {
		n = revision_length(p);
		address->revision = url_unescape(p, n);
		p += n;
		if (*p == '/' && p[1])
			address->path = url_unescape(p + 1, strlen(p + 1));
	}
	if (address->path && folder &&
	    address->path[strlen(address->path) - 1] != '/') {
		struct str with = STR_INIT;

		str_addf(&with, "%s/", address->path);
		free(address->path);
		address->path = str_steal(&with);
	}
	free(plain);
	if (address->id)
		return true;
	return err_set(err, ERR_CONFLICT,
	    "%.300s is not the address of a repository", text);
}

/* -- ids -- */

/* As hf: what there is is the id, whether it can be one or not. */
static bool
read_id(const char *text, struct address *address)
{
	const char *rest = text;

	if (id_length(strchr(text, '/') ? strchr(text, '/') + 1 : "") &&
	    take_type(&rest, false, &address->type))
		address->form = ADDRESS_PREFIXED;
	address->id = mem_strdup(rest);
	return true;
}

/* Whether what stands behind the word of a type is a repository. */
static bool
is_repo(const char *text, unsigned flags)
{
	size_t n = strcspn(text, "/@:");

	return n && (text[n] == '/' ? text[n + 1] && text[n + 1] != '/'
				    : (flags & ADDRESS_CACHE) != 0);
}

/* Takes "@revision" from the front, if it is there. */
static bool
take_revision(const char **rest, const char *text, struct address *address,
    struct error *err)
{
	size_t n;

	if (**rest != '@')
		return true;
	n = revision_length(++*rest);
	if (!n)
		return err_set(err, ERR_CONFLICT,
		    "'%.300s' names no revision after the @", text);
	address->revision = url_unescape(*rest, n);
	*rest += n;
	return true;
}

static bool
read_own(const char *text, unsigned flags, struct address *address,
    struct error *err)
{
	const char *rest = strchr(text, '/');
	size_t n;

	if (rest && is_repo(rest + 1, flags)) {
		rest = text;
		if (take_type(&rest, true, &address->type))
			address->form = ADDRESS_PREFIXED;
	} else {
		rest = text;
	}
	n = strcspn(rest, "/@:");
	if (rest[n] == '/')
		n += 1 + strcspn(rest + n + 1, "/@:");
	address->id = mem_strndup(rest, n);
	rest += n;
	if (*rest == ':') {
		err_set(err, ERR_USAGE,
		    "'%.300s' names a quantisation, which cannot be chosen "
		    "here",
		    text);
		return err_hint(err,
		    "Leave out what follows the colon, or choose "
		    "the files by a pattern in quotes");
	}
	if (!take_revision(&rest, text, address, err))
		return false;
	if (*rest == '/' && rest[1])
		address->path = mem_strdup(rest + 1);
	return true;
}

bool
address_read(const char *text, const char *base, unsigned flags,
    struct address *address, struct error *err)
{
	const char *rest;

	*address = (struct address){ .type = REPO_MODEL };
	if (starts(text, "hf://")) {
		address->form = ADDRESS_URI;
		return read_uri(text, address, err);
	}
	if (!(flags & ADDRESS_OWN))
		return read_id(text, address);
	rest = behind_base(text, base);
	if (!rest && strstr(text, "://"))
		return err_set(err, ERR_USAGE,
		    "%.300s is not an address of this Hub (%.200s)", text,
		    base[0] ? base : SITE);
	if (rest) {
		address->form = ADDRESS_PAGE;
		return read_page(text, rest, address, err);
	}
	return read_own(text, flags, address, err);
}

void
address_fini(struct address *address)
{
	free(address->id);
	free(address->revision);
	free(address->path);
	*address = (struct address){ .type = REPO_MODEL };
}
