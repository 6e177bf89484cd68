#include "core/up/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/run/loop.h"
#include "core/xfer/limit.h"

/* The page of an error. */
#define ANSWER_MAX ((size_t)64 * 1024)

/* The storage says nothing before it has written all of a part. */
#define SILENCE_MS 120000u

/* A part, while it is on its way. */
struct put {
	struct list link;
	struct object *object;
	size_t part;
	struct http_call *call; /* NULL: it waits to be sent again */
	struct retry retry;
	struct loop_timer again;
	uint64_t out; /* bytes of it */
};

struct object {
	struct object_request request; /* its texts are ours */
	char *local, *name;
	size_t parts, next; /* in all, and which was not begun yet */
	size_t there;       /* parts */
	uint64_t kept;      /* bytes of those */
	uint64_t before;    /* of them, when it began */
	struct list puts;
	struct hub_call *call; /* completion or verification */
};

/* -- parts -- */

static uint64_t
offset_of(const struct object *o, size_t part)
{
	return part * o->request.way.chunk;
}

static uint64_t
size_of(const struct object *o, size_t part)
{
	uint64_t chunk = o->request.way.chunk;
	uint64_t left = o->request.size - offset_of(o, part);

	return chunk && left > chunk ? chunk : left;
}

static void
tell(struct object *o)
{
	uint64_t bytes = o->kept;

	for (struct list *l = o->puts.next; l != &o->puts; l = l->next)
		bytes += CONTAINER_OF(l, struct put, link)->out;
	o->request.moved(o->request.context, bytes);
}

static void
put_free(struct put *put)
{
	loop_timer_stop(&put->again);
	http_cancel(put->call);
	list_remove(&put->link);
	(*put->object->request.slots)++;
	free(put);
}

static void
drop_puts(struct object *o)
{
	struct list *next;

	for (struct list *l = o->puts.next; l != &o->puts; l = next) {
		next = l->next;
		put_free(CONTAINER_OF(l, struct put, link));
	}
}

static void
end(struct object *o, enum object_end how, const struct error *err)
{
	drop_puts(o);
	o->request.done(o->request.context, how, err);
}

/* -- completion and verification -- */

static void
on_verified(void *context, struct cJSON *answer, const struct error *err)
{
	struct object *o = context;

	json_free(answer);
	o->call = NULL;
	if (!err)
		end(o, OBJECT_STORED, NULL);
	/* What it does not know of, it is asked about again: maybe it was sent to
	 * addresses that were no good any more. */
	else if (err->detail == 404 || err->detail == 422)
		end(o, OBJECT_RENEW, err);
	else
		end(o, OBJECT_FAILED, err);
}

static void
verify(struct object *o)
{
	const struct object_request *r = &o->request;

	if (!r->way.verify) {
		end(o, OBJECT_STORED, NULL);
		return;
	}
	o->call = lfs_verify(r->hub, r->repo, r->way.verify, r->sha, r->size,
	    (struct asker){ on_verified, o });
}

/* Whether it is of no use to ask the same again: parts of an earlier run that never
 * fit together must not be tried for ever. */
static bool
is_refused(const struct object *o, int status)
{
	return (status >= 400 && status < 500 && status != 429) ||
	       (o->request.old && status >= 500);
}

static void
on_complete(void *context, struct cJSON *answer, const struct error *err)
{
	struct object *o = context;

	json_free(answer);
	o->call = NULL;
	if (!err)
		verify(o);
	else
		end(o,
		    is_refused(o, err->detail) ? OBJECT_RENEW : OBJECT_FAILED,
		    err);
}

static void
complete(struct object *o)
{
	const struct object_request *r = &o->request;

	if (!r->way.chunk)
		verify(o);
	else
		o->call = lfs_complete(r->hub, r->repo, r->way.href, r->sha,
		    r->etags.v, r->etags.n, (struct asker){ on_complete, o });
}

/* -- sending -- */

static void send_part(struct put *put);

static void
on_again(void *context)
{
	send_part(context);
}

static void
on_sent(void *context, uint64_t bytes)
{
	struct put *put = context;
	uint64_t more = bytes > put->out ? bytes - put->out : 0;

	if (put->object->request.limit)
		limit_take(put->object->request.limit, more);
	put->out = bytes;
	tell(put->object);
}

static uint64_t
on_gate(void *context, size_t *room)
{
	const struct put *put = context;

	return limit_gate(put->object->request.limit, room);
}

/* The answer's own words: those of S3 stand between <Message> and its end. */
static void
refuse(
    const struct put *put, const struct http_answer *answer, struct error *err)
{
	const char *from = strstr(answer->body.v, "<Message>");
	const char *to = from ? strstr(from, "</Message>") : NULL;
	int n = to ? (int)(to - from - 9) : 0;

	err_set(err, ERR_NETWORK, "the storage refuses '%s' (status %d)%s%.*s",
	    put->object->name, answer->status, n ? ": " : "", n,
	    n ? from + 9 : "");
	err->detail = answer->status;
	err_remedy(err, REMEDY_RUN_AGAIN);
}

/* Takes in that a part is there; false if the answer does not say as what. */
static bool
take_part(struct put *put, const struct http_answer *answer, struct error *err)
{
	struct object *o = put->object;
	struct span etag = http_header(answer, "ETag");

	if (o->request.way.chunk) {
		if (!etag.n) {
			err_set(err, ERR_NETWORK,
			    "the storage gave no ETag for part %zu of '%s'",
			    put->part + 1, o->name);
			return err_remedy(err, REMEDY_CHECK_SETTINGS);
		}
		o->request.etags.v[put->part] = mem_strndup(etag.p, etag.n);
		if (o->request.journal)
			journal_part(o->request.journal, o->request.sha,
			    put->part, o->request.etags.v[put->part]);
	}
	o->kept += size_of(o, put->part);
	o->there++;
	return true;
}

/* Whether an answer says that the address is no good (any more), which that of
 * an earlier run may be for many reasons. */
static bool
is_no_address(const struct object *o, int status)
{
	if (status == 403 || status == 404 || status == 410)
		return true;
	return o->request.old && status >= 400 && status < 500 && status != 429;
}

static void
on_put(void *context, const struct http_answer *answer, const struct error *err)
{
	struct put *put = context;
	struct object *o = put->object;
	bool good = !err && answer->status >= 200 && answer->status < 300;
	struct error own;
	uint64_t ms;

	put->call = NULL;
	put->out = 0;
	if (good && take_part(put, answer, &own)) {
		put_free(put);
		tell(o);
		if (o->there == o->parts)
			complete(o);
		else
			object_pump(o);
		return;
	}
	if (!good && (!err || err->code != ERR_CONFLICT) &&
	    retry_wait(&put->retry, answer, err != NULL, &ms)) {
		loop_timer_start(
		    o->request.hub->loop, &put->again, ms, on_again, put);
		return;
	}
	if (!good && err)
		own = *err;
	else if (!good)
		refuse(put, answer, &own);
	end(o,
	    !err && is_no_address(o, answer->status) ? OBJECT_RENEW
						     : OBJECT_FAILED,
	    &own);
}

static void
send_part(struct put *put)
{
	struct object *o = put->object;
	const struct object_request *r = &o->request;
	struct body *body = body_new(r->workers);

	body_add_slice(
	    body, o->local, offset_of(o, put->part), size_of(o, put->part));
	put->call = http_start(r->hub->http,
	    &(struct http_request){ .method = "PUT",
		.url = r->way.chunk ? r->way.parts.v[put->part] : r->way.href,
		.body = body,
		.type = "application/octet-stream",
		.silence_ms = SILENCE_MS,
		.body_max = ANSWER_MAX,
		.done = on_put,
		.sent = on_sent,
		.gate = r->limit ? on_gate : NULL,
		.context = put });
	body_free(body);
}

void
object_pump(struct object *o)
{
	while (*o->request.slots && o->next < o->parts) {
		size_t part = o->next++;
		struct put *put;

		if (o->request.way.chunk && o->request.etags.v[part])
			continue;
		put = mem_new(struct put);
		put->object = o;
		put->part = part;
		list_append(&o->puts, &put->link);
		(*o->request.slots)--;
		retry_begin(&put->retry);
		send_part(put);
	}
	/* All parts were there before. */
	if (o->there == o->parts && list_empty(&o->puts) && !o->call)
		complete(o);
}

struct object *
object_new(const struct object_request *request)
{
	struct object *o = mem_new(struct object);

	o->request = *request;
	o->local = mem_strdup(request->local);
	o->name = mem_strdup(request->name);
	list_init(&o->puts);
	o->parts = request->way.chunk ? request->way.parts.n : 1;
	if (!request->way.chunk)
		return o;
	while (o->request.etags.n < o->parts)
		arr_push(&o->request.etags, NULL);
	for (size_t i = 0; i < o->parts; i++) {
		if (!o->request.etags.v[i])
			continue;
		o->there++;
		o->kept += size_of(o, i);
	}
	o->before = o->kept;
	return o;
}

uint64_t
object_kept(const struct object *o)
{
	return o->before;
}

void
object_free(struct object *o)
{
	if (!o)
		return;
	drop_puts(o);
	hub_call_cancel(o->call);
	lfs_way_fini(&o->request.way);
	arr_each (etag, &o->request.etags)
		free(*etag);
	arr_free(&o->request.etags);
	free(o->local);
	free(o->name);
	free(o);
}
