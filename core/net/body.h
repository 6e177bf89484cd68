/*
 * body.h: what a request sends: texts and slices of files, one after the other.
 *
 * Its length is known before, and it can be sent again from its start. Texts are
 * in memory; of files only a block at a time is, which the pool reads ahead, so
 * a body of any size takes the same memory and never holds up the loop.
 */
#ifndef CORE_NET_BODY_H
#define CORE_NET_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct body;
struct workers;

/* `workers` read files; NULL where all is text. */
MUST_USE struct body *body_new(struct workers *workers);

/* One that is a text; NULL if `text` is. */
MUST_USE struct body *body_of_text(const char *text);

/* Another owner, who frees it, too. Only one sends it at a time. NULL is fine. */
struct body *body_keep(struct body *body);

/* The last owner's frees it; texts are wiped. While a thread reads for it that is
 * done when it is back, at the latest when the workers are freed. NULL is
 * fine. */
void body_free(struct body *body);

/* Appends a copy; nothing is added to a body once it is read. */
void body_add_text(struct body *body, const char *text, size_t n);

/*
 * Appends `size` bytes of a regular file from `offset` on, as they are or as
 * base64. It is opened when its turn comes. A file that is shorter by then is an
 * error of body_read (ERR_CONFLICT); what it has beyond is not sent.
 */
void body_add_slice(
    struct body *body, const char *path, uint64_t offset, uint64_t size);
void body_add_base64(
    struct body *body, const char *path, uint64_t offset, uint64_t size);

/* Bytes in all. */
uint64_t body_size(const struct body *body);

enum body_got {
	BODY_BYTES, /* `n` of them; 0: that was all */
	BODY_LATER, /* none are here yet; `ready` will say so */
	BODY_FAILED,
};

/* Copies at most `room` bytes out. After BODY_FAILED only body_rewind helps. */
enum body_got body_read(
    struct body *body, char *out, size_t room, size_t *n, struct error *err);

/* Begins again from the first byte. */
void body_rewind(struct body *body);

/* Who is told, once after each BODY_LATER, on the loop; NULL: nobody. */
void body_on_ready(
    struct body *body, void (*ready)(void *context), void *context);

#endif
