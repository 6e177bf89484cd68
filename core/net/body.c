/*
 * body.c: what a request sends.
 *
 * A part of a file goes through two blocks: `front` is handed out while the
 * pool fills `back`. What `work` reads, and where it puts it, is the pool's
 * while `working`; a rewind or the end in the meantime only marks what comes
 * back as not wanted.
 */
#include "core/net/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/base64.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "core/run/workers.h"

/* Read at once; a multiple of 3, so that base64 of blocks fits together. */
#define BLOCK ((size_t)3 * 64 * 1024)

struct part {
	struct str text; /* of a part that is one */
	char *path;      /* of a file's; NULL: it is a text */
	uint64_t offset, size;
	bool base64;
};

struct body {
	unsigned owners;
	ARR(struct part) parts;
	size_t part;  /* that is being handed out */
	uint64_t at;  /* bytes of it that were, of a text */
	uint64_t got; /* bytes of a file's that were read, before base64 */
	struct str front;
	size_t front_at;
	struct workers *workers;
	void (*ready)(void *context);
	void *ready_context;
	bool asked;   /* body_read waits for the block that comes */
	bool working; /* `work` and what follows it is the pool's */
	bool stale;   /* what comes back is of before a rewind */
	bool dead;    /* freed once it is back */
	bool filled;  /* `back` is to be handed out next */

	struct work work;
	int fd; /* of the part that is read; -1: not open */
	size_t block_part;
	uint64_t block_offset;
	size_t block_size;
	struct str back;
	struct error err; /* code ERR_NONE: none */
};

struct body *
body_new(struct workers *workers)
{
	struct body *body = mem_new(struct body);

	body->owners = 1;
	body->workers = workers;
	body->fd = -1;
	str_init(&body->front);
	str_init(&body->back);
	return body;
}

struct body *
body_of_text(const char *text)
{
	struct body *body;

	if (!text)
		return NULL;
	body = body_new(NULL);
	body_add_text(body, text, strlen(text));
	return body;
}

struct body *
body_keep(struct body *body)
{
	if (body)
		body->owners++;
	return body;
}

static void
release(struct body *body)
{
	arr_each (part, &body->parts) {
		str_drop(&part->text);
		free(part->path);
	}
	arr_free(&body->parts);
	file_close(body->fd);
	str_drop(&body->front);
	str_drop(&body->back);
	free(body);
}

void
body_free(struct body *body)
{
	if (!body || --body->owners)
		return;
	body->dead = true;
	body->ready = NULL;
	if (!body->working)
		release(body);
}

/* -- putting it together -- */

void
body_add_text(struct body *body, const char *text, size_t n)
{
	struct part part = { .text = STR_INIT, .size = n };
	size_t parts = body->parts.n;

	if (parts && !body->parts.v[parts - 1].path) {
		struct part *last = &body->parts.v[parts - 1];

		str_add(&last->text, text, n);
		last->size = last->text.n;
		return;
	}
	str_add(&part.text, text, n);
	arr_push(&body->parts, part);
}

static void
add_file(struct body *body, const char *path, uint64_t offset, uint64_t size,
    bool base64)
{
	const struct part part = { .text = STR_INIT,
		.path = mem_strdup(path),
		.offset = offset,
		.size = size,
		.base64 = base64 };

	assert(body->workers);
	arr_push(&body->parts, part);
}

void
body_add_slice(
    struct body *body, const char *path, uint64_t offset, uint64_t size)
{
	add_file(body, path, offset, size, false);
}

void
body_add_base64(
    struct body *body, const char *path, uint64_t offset, uint64_t size)
{
	add_file(body, path, offset, size, true);
}

uint64_t
body_size(const struct body *body)
{
	uint64_t size = 0;

	arr_each (part, &body->parts)
		size += part->base64 ? base64_length(part->size) : part->size;
	return size;
}

void
body_on_ready(struct body *body, void (*ready)(void *context), void *context)
{
	body->ready = ready;
	body->ready_context = context;
}

/* -- on the pool -- */

static bool
read_block(struct body *body)
{
	const struct part *part = &body->parts.v[body->block_part];
	struct str raw = STR_INIT;
	size_t got = 0;
	bool ok;

	if (body->fd < 0)
		body->fd = file_open_regular(part->path, NULL, &body->err);
	str_reserve(&raw, body->block_size + 1);
	ok = body->fd >= 0 && file_read_at(body->fd, raw.v, body->block_size,
				  body->block_offset, &got, &body->err);
	raw.n = got;
	if (ok && got < body->block_size)
		ok = err_set(&body->err, ERR_CONFLICT,
		    "%s became shorter while it was sent", part->path);
	str_clear(&body->back);
	if (ok && part->base64)
		base64_add(&body->back, raw.v, raw.n);
	else if (ok)
		str_add(&body->back, raw.v, raw.n);
	str_fini(&raw);
	return ok;
}

static void
run(struct work *work)
{
	struct body *body = CONTAINER_OF(work, struct body, work);
	const struct part *part = &body->parts.v[body->block_part];

	if (!read_block(body) || body->block_offset + body->block_size ==
				     part->offset + part->size) {
		file_close(body->fd);
		body->fd = -1;
	}
}

/* -- on the loop -- */

static void
done(struct work *work)
{
	struct body *body = CONTAINER_OF(work, struct body, work);

	body->working = false;
	if (body->dead) {
		release(body);
		return;
	}
	body->filled = !body->stale;
	if (body->stale) {
		file_close(body->fd);
		body->fd = -1;
		body->err.code = ERR_NONE;
	}
	body->stale = false;
	if (!body->asked)
		return;
	body->asked = false;
	if (body->ready)
		body->ready(body->ready_context);
}

/* The pool ends, and nobody reads on. */
static void
drop(struct work *work)
{
	struct body *body = CONTAINER_OF(work, struct body, work);

	body->working = false;
	if (body->dead)
		release(body);
}

/* Has the pool read what comes next of this part, if anything does. */
static void
read_ahead(struct body *body)
{
	const struct part *part = &body->parts.v[body->part];
	uint64_t left = part->size - body->got;

	if (body->working || body->filled || !left ||
	    body->err.code != ERR_NONE)
		return;
	body->block_part = body->part;
	body->block_offset = part->offset + body->got;
	body->block_size = left < BLOCK ? (size_t)left : BLOCK;
	body->got += body->block_size;
	body->working = true;
	body->work = (struct work){ .run = run, .done = done, .drop = drop };
	workers_submit(body->workers, &body->work);
}

/* Whether `front` has bytes to hand out, of a file's part. */
static bool
is_at_hand(struct body *body)
{
	struct str empty;

	if (body->front_at < body->front.n)
		return true;
	if (!body->filled || body->err.code != ERR_NONE)
		return false;
	empty = body->front;
	body->front = body->back;
	body->back = empty;
	body->front_at = 0;
	body->filled = false;
	return true;
}

static size_t
copy(char *out, size_t room, const char *from, size_t n)
{
	n = n < room ? n : room;
	memcpy(out, from, n);
	return n;
}

/* Whether no byte of the part is left. */
static bool
is_over(const struct body *body, const struct part *part)
{
	if (!part->path)
		return body->at == part->size;
	return body->got == part->size && !body->working && !body->filled &&
	       body->front_at == body->front.n && body->err.code == ERR_NONE;
}

static void
begin_part(struct body *body, size_t part)
{
	body->part = part;
	body->at = body->got = 0;
	body->front_at = 0;
	str_clear(&body->front);
}

enum body_got
body_read(
    struct body *body, char *out, size_t room, size_t *n, struct error *err)
{
	const struct part *part;

	*n = 0;
	while (body->part < body->parts.n &&
	       is_over(body, &body->parts.v[body->part]))
		begin_part(body, body->part + 1);
	if (body->part == body->parts.n)
		return BODY_BYTES;
	part = &body->parts.v[body->part];
	if (!part->path) {
		*n = copy(out, room, part->text.v + body->at,
		    (size_t)(part->size - body->at));
		body->at += *n;
		return BODY_BYTES;
	}
	if (!is_at_hand(body)) {
		if (!body->working && body->err.code != ERR_NONE) {
			*err = body->err;
			return BODY_FAILED;
		}
		read_ahead(body);
		body->asked = true;
		return BODY_LATER;
	}
	read_ahead(body);
	*n = copy(out, room, body->front.v + body->front_at,
	    body->front.n - body->front_at);
	body->front_at += *n;
	return BODY_BYTES;
}

void
body_rewind(struct body *body)
{
	begin_part(body, 0);
	body->asked = body->filled = false;
	if (body->working) {
		body->stale = true;
		return;
	}
	file_close(body->fd);
	body->fd = -1;
	body->err.code = ERR_NONE;
}
