/*
 * body.c: what a request sends.
 *
 * The parts are written into blocks, one after the other, as many small ones as fit:
 * `front` is handed out while the pool fills `back`. Where that is, and what it reads
 * from, is the pool's while `working`; a rewind or the end in the meantime only marks
 * what comes back as not wanted. Without workers all is text, and the loop does it.
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

/* Handed out at once. */
#define BLOCK ((size_t)256 * 1024)

struct part {
	struct str text; /* of a part that is one */
	char *path;      /* of a file's; NULL: it is a text */
	uint64_t offset, size;
	bool base64;
};

struct body {
	unsigned owners;
	ARR(struct part) parts;
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
	int fd;          /* of the part that is read; -1: not open */
	size_t part;     /* that is written next */
	uint64_t offset; /* bytes of it that are written, before base64 */
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

/* -- writing a block, on the pool if there is one -- */

static bool
add_from_file(struct body *body, const struct part *part, size_t n)
{
	struct str raw = STR_INIT;
	size_t got = 0;
	bool ok;

	if (body->fd < 0)
		body->fd = file_open_regular(part->path, NULL, &body->err);
	str_reserve(&raw, n + 1);
	ok =
	    body->fd >= 0 && file_read_at(body->fd, raw.v, n,
				 part->offset + body->offset, &got, &body->err);
	if (ok && got < n)
		ok = err_set(&body->err, ERR_CONFLICT,
		    "%s became shorter while it was sent", part->path);
	raw.n = got;
	if (ok && part->base64)
		base64_add(&body->back, raw.v, raw.n);
	else if (ok)
		str_add(&body->back, raw.v, raw.n);
	str_fini(&raw);
	return ok;
}

/* Writes what fits of the part; false if nothing does, or it cannot be read. */
static bool
add_part(struct body *body, const struct part *part)
{
	size_t room = BLOCK - body->back.n;
	uint64_t left = part->size - body->offset;
	size_t n;

	/* Groups of three bytes, so that what follows fits behind. */
	if (part->base64)
		room = room / 4 * 3;
	n = left < room ? (size_t)left : room;
	if (left && !n)
		return false;
	if (!part->path)
		str_add(&body->back, part->text.v + body->offset, n);
	else if (n && !add_from_file(body, part, n))
		return false;
	body->offset += n;
	return true;
}

static void
write_block(struct body *body)
{
	str_clear(&body->back);
	while (body->part < body->parts.n) {
		const struct part *part = &body->parts.v[body->part];

		if (!add_part(body, part))
			break;
		if (body->offset < part->size)
			continue;
		file_close(body->fd);
		body->fd = -1;
		body->part++;
		body->offset = 0;
	}
}

static void
run(struct work *work)
{
	write_block(CONTAINER_OF(work, struct body, work));
}

/* -- on the loop -- */

/* What is written next is the first part's first byte. */
static void
start_again(struct body *body)
{
	file_close(body->fd);
	body->fd = -1;
	body->part = 0;
	body->offset = 0;
	body->err.code = ERR_NONE;
}

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
	if (body->stale)
		start_again(body);
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

/* Whether all is written. */
static bool
is_written(const struct body *body)
{
	return body->part == body->parts.n;
}

/* Has the next block written, if there is one and it is not there already. */
static void
write_ahead(struct body *body)
{
	if (body->working || body->filled || is_written(body) ||
	    body->err.code != ERR_NONE)
		return;
	if (!body->workers) {
		write_block(body);
		body->filled = true;
		return;
	}
	body->working = true;
	body->work = (struct work){ .run = run, .done = done, .drop = drop };
	workers_submit(body->workers, &body->work);
}

/* Whether `front` has bytes to hand out. */
static bool
is_at_hand(struct body *body)
{
	struct str empty;

	if (body->front_at < body->front.n)
		return true;
	if (!body->filled)
		return false;
	empty = body->front;
	body->front = body->back;
	body->back = empty;
	body->front_at = 0;
	body->filled = false;
	return body->front.n > 0;
}

enum body_got
body_read(
    struct body *body, char *out, size_t room, size_t *n, struct error *err)
{
	size_t left;

	*n = 0;
	if (!body->workers && !is_at_hand(body))
		write_ahead(body);
	if (!is_at_hand(body)) {
		if (!body->working && body->err.code != ERR_NONE) {
			*err = body->err;
			return BODY_FAILED;
		}
		if (!body->working && is_written(body))
			return BODY_BYTES;
		write_ahead(body);
		body->asked = true;
		return BODY_LATER;
	}
	write_ahead(body);
	left = body->front.n - body->front_at;
	*n = left < room ? left : room;
	memcpy(out, body->front.v + body->front_at, *n);
	body->front_at += *n;
	return BODY_BYTES;
}

void
body_rewind(struct body *body)
{
	body->front_at = 0;
	str_clear(&body->front);
	body->asked = body->filled = false;
	if (body->working) {
		body->stale = true;
		return;
	}
	start_again(body);
}
