/*
 * json.h: checked reading of untrusted JSON, and a small writer.
 *
 * Accessors take NULL and wrong types for "not there", so that a path of calls
 * needs no checks. Unknown keys are ignored, as the Hub asks of its clients.
 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct cJSON;

/*
 * Parses exactly one value of at most JSON_DEPTH_MAX levels and JSON_NODES_MAX
 * values, which may take 400 MiB; what may be larger is for jsonscan.h. Text
 * that is not UTF-8, or that holds \u0000, is refused. A zero byte must stand
 * behind the `n` bytes. NULL with `err` filled on failure (ERR_LIMIT if it is
 * too large or too deep, else ERR_CORRUPT). The caller frees the result with
 * json_free (NULL is fine); everything read from it is borrowed until then.
 */
MUST_USE struct cJSON *json_parse(
    const char *text, size_t n, struct error *err);
void json_free(struct cJSON *root);

#define JSON_DEPTH_MAX 64
#define JSON_NODES_MAX 2000000u
#define JSON_TOO_DEEP "JSON text is nested more than 64 levels deep"

/* A member, its key compared with case; NULL, or the fallback, if it is not
 * there or of another type. */
const struct cJSON *json_get(const struct cJSON *object, const char *key);
const char *json_str(
    const struct cJSON *object, const char *key, const char *fallback);
bool json_bool(const struct cJSON *object, const char *key, bool fallback);

/* A whole number from 0 to 2^53; false if it is anything else. */
bool json_u64(const struct cJSON *object, const char *key, uint64_t *value);

/* The same of a value itself. */
bool json_number(const struct cJSON *value, uint64_t *number);

/* The text of a string value itself, NULL if it is none. */
const char *json_text(const struct cJSON *value);

/* Any number; false if it is none. */
bool json_double(const struct cJSON *value, double *number);

/* The key of a member of an object, "" for array items. */
const char *json_key(const struct cJSON *member);

/* What a value is; false of NULL. */
bool json_is_array(const struct cJSON *value);
bool json_is_object(const struct cJSON *value);
bool json_is_bool(const struct cJSON *value);
bool json_is_true(const struct cJSON *value);

/* null, or not there. */
bool json_is_null(const struct cJSON *value);

/* The items of an array or the members of an object in the order of the text, then
 * NULL; of anything else there is none. json_next takes no NULL. */
const struct cJSON *json_first(const struct cJSON *parent);
const struct cJSON *json_next(const struct cJSON *item);

/* Walks the items of an array or the members of an object. */
#define json_each(item, parent)                                                \
	for (const struct cJSON *item = json_first(parent); item;              \
	     item = json_next(item))

/* Appends `text` quoted, with everything but plain ASCII escaped. */
void json_add_string(struct str *out, const char *text);

/* Appends '{"key": ', or ', "key": ' if it is not the first; a value is to
 * follow. */
void json_add_key(struct str *out, bool first, const char *key);

/* The same with a text as the value. */
void json_add_pair(
    struct str *out, bool first, const char *key, const char *value);

#endif
