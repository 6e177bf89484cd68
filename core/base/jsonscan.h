/*
 * jsonscan.h: a large JSON object, read member by member.
 *
 * For objects whose one member holds most of it: the members of that one come
 * singly, so that memory does not grow with their number.
 */
#ifndef CORE_BASE_JSONSCAN_H
#define CORE_BASE_JSONSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/str.h"

struct cJSON;

/* A member that is longer is refused. */
#define JSON_MEMBER_MAX ((size_t)1024 * 1024)

enum json_scan_place {
	JSON_SCAN_BEGIN,
	JSON_SCAN_MEMBERS, /* of the object itself */
	JSON_SCAN_INNER,   /* of the member that is opened */
	JSON_SCAN_AFTER,   /* behind that member: a comma, or the end */
	JSON_SCAN_END,
	JSON_SCAN_BAD,
};

/* Set `opened`, `take` and `context`; the rest {0}. */
struct json_scan {
	const char *opened; /* key of the member whose members are wanted */
	/*
	 * Gets a member, checked as json_parse does, with json_key; `inner` says
	 * that it is one of the opened member's. Borrowed. False ends it.
	 */
	bool (*take)(void *context, const struct cJSON *member, bool inner);
	void *context;

	enum json_scan_place place;
	unsigned depth; /* of brackets within the member */
	bool in_string;
	bool escaped;
	bool any; /* members before this one, in this object */
	struct str item;
};

/* Takes more of the text; false once it is none, or `take` said so. */
MUST_USE bool json_scan_feed(
    struct json_scan *scan, const char *text, size_t n);

/* Whether the object was complete; frees what the scan holds. */
bool json_scan_end(struct json_scan *scan);

#endif
