/*
 * address.h: what users name a repository by: an id, with a type before it or a
 * revision or path behind it, an hf:// URI, or the address of a page in the
 * browser.
 *
 *	[dataset/]org/name[@revision][/path]           as hug
 *	[datasets/]org/name                            as hf
 *	hf://[datasets/]org/name[@revision][/path]
 *	https://<the Hub>/[datasets/]org/name[/(tree|blob|resolve|raw|blame)/
 *	    revision[/path]]
 *
 * As hug the word of a type, also in the plural, is one where two parts follow;
 * else the first two parts are namespace and name. Where nothing but the cache is
 * meant, one part is enough: there are datasets of old without a namespace.
 */
#ifndef CORE_HUB_ADDRESS_H
#define CORE_HUB_ADDRESS_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"

struct hub;

enum address_form {
	ADDRESS_ID,
	ADDRESS_PREFIXED, /* an id with its type before it */
	ADDRESS_URI,
	ADDRESS_PAGE,
};

enum address_flags {
	ADDRESS_OWN = 1,   /* what hug takes, and hf does not */
	ADDRESS_CACHE = 2, /* of a repository in the cache */
};

struct address {
	enum address_form form;
	enum repo_type type;
	char *id;
	char *revision; /* NULL: none was named */
	char *path;     /* of a file, or of a folder if it ends in "/"; NULL */
};

/*
 * `base` is the Hub's own address, `flags` are of enum address_flags.
 * ERR_CONFLICT with the official client's text if it is none; whether the id can
 * be one is not looked at. address_fini releases.
 */
MUST_USE bool address_read(const char *text, const char *base, unsigned flags,
    struct address *address, struct error *err);
void address_fini(struct address *address);

/* Fills `err` as for a text that is no address, and returns false. */
bool address_refuse(struct error *err, const char *text, const char *why);

#endif
