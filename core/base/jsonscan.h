/*
 * jsonscan.h: JSON that is read as it arrives, value by value.
 *
 * For texts that may be large: what is held is one string and the brackets
 * that are open, however long the text is. As strict as json_parse.
 */
#ifndef CORE_BASE_JSONSCAN_H
#define CORE_BASE_JSONSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

/* Bytes of a longer key or string are refused. */
#define JSON_TEXT_MAX ((size_t)4 * 1024 * 1024)

enum json_kind {
	JSON_OBJECT, /* opens; its members follow */
	JSON_ARRAY,  /* the same of items */
	JSON_CLOSE,  /* of either */
	JSON_STRING,
	JSON_NUMBER,
	JSON_WORD, /* true, false or null */
};

/* Text is borrowed for the call that gets it. */
struct json_token {
	enum json_kind kind;
	unsigned depth;   /* brackets around it; for JSON_CLOSE, around both */
	const char *key;  /* decoded; "" for items and JSON_CLOSE */
	const char *text; /* string, decoded, or number or word; else "" */
};

/* Set `take` and `context`; the rest {0}. */
struct json_scan {
	/* Gets each value. False ends the scan, with `err` filled. */
	bool (*take)(
	    void *context, const struct json_token *token, struct error *err);
	void *context;

	/* The rest is for jsonscan.c. */
	unsigned state;
	unsigned depth;
	uint64_t objects; /* a bit for each bracket that is open */
	bool in_key;
	bool beyond_ascii;   /* the string that is read has such bytes */
	unsigned digits;     /* of a \uXXXX that came */
	uint32_t unit, high; /* what it is so far; the one before it */
	struct str key, text;
};

/* Takes more of the text; false with `err` filled once it cannot be JSON. */
MUST_USE bool json_scan_feed(
    struct json_scan *scan, const char *text, size_t n, struct error *err);

/* Whether that was one whole value; frees what the scan holds. */
MUST_USE bool json_scan_end(struct json_scan *scan, struct error *err);

/* Frees what it holds; it may be used from the beginning again. */
void json_scan_drop(struct json_scan *scan);

/* A whole number from 0 to 2^53, written in digits alone. */
bool json_token_u64(const struct json_token *token, uint64_t *number);

#endif
