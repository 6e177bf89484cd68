/*
 * stream.c: one connection that fills pieces of a partial file.
 *
 *	claim -> request -> (bytes -> fill -> busy -> disk)* -> settle
 *	  ^                                                       |
 *	  +---- next piece, or the same again after a wait -------+
 *
 * Bytes collect in `fill` while `busy` is written; when both are full the
 * request pauses. `at` is the file offset of the next byte that comes, `end`
 * that of the first byte that is not ours.
 */
#include "core/xfer/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/limit.h"
#include "core/net/retry.h"
#include "core/net/url.h"
#include "core/run/loop.h"
#include "core/xfer/partial.h"

/* Two of these a stream are the memory that bytes take. */
#define BLOCK ((size_t)128 * 1024)

/* Below this a file may share its connection with others. */
#define SMALL ((uint64_t)1024 * 1024)

/* For an address that a store does not know yet. */
#define FRESH_TRIES 2

/* An error page in the place of a file. */
#define ERROR_BODY_MAX (64 * 1024)

struct stream {
	struct stream_scope *scope;
	unsigned number;    /* the owner's name for it */
	size_t first, last; /* pieces that are claimed, while `claims` */
	bool claims;
	uint64_t at, end;
	uint64_t skip; /* bytes that come before ours: there is no Range */
	struct http_call *http;
	struct loop_timer timer;
	struct str fill;
	struct partial_write busy;
	bool writing;
	bool direct;    /* the request goes where an earlier one was sent */
	bool paused;    /* the request waits for the disk */
	bool limited;   /* it waits for the rate limit */
	bool came;      /* bytes of this request did */
	bool whole;     /* it ended as if that were all */
	bool satisfied; /* we ended it: the rest is another's */
	bool wrong;     /* the bytes are */
	bool refused;   /* by us, for what the headers say */
	bool crowded;   /* one stream is enough: without ranges, or while the
			   file fails */
	bool cancelled;
	bool may_repeat; /* after repeat_ms */
	uint64_t repeat_ms;
	struct error failure; /* code ERR_NONE: none */
};

static void step_claim(void *context);
static void settle(struct stream *s);

static struct pieces *
pieces_of(const struct stream *s)
{
	return &s->scope->partial->pieces;
}

static void
drop_claims(struct stream *s)
{
	if (!s->claims)
		return;
	for (size_t i = s->first; i <= s->last; i++) {
		if (pieces_of(s)->v[i].claimed)
			pieces_drop(pieces_of(s), i);
	}
	s->claims = false;
}

static void
end(struct stream *s, const struct error *err)
{
	struct stream_scope *scope = s->scope;
	unsigned number = s->number;
	struct error copy;

	if (err)
		copy = *err;
	if (scope->waiting == s)
		scope->waiting = NULL;
	drop_claims(s);
	loop_timer_stop(&s->timer);
	str_fini(&s->fill);
	str_fini(&s->busy.bytes);
	free(s);
	scope->streams--;
	scope->ended(scope->context, number, err ? &copy : NULL);
}

/* -- to the disk -- */

static void
on_written(struct partial_write *write)
{
	struct stream *s = CONTAINER_OF(write, struct stream, busy);

	s->writing = false;
	if (write->err.code != ERR_NONE) {
		s->failure = write->err;
		s->may_repeat = false;
		http_cancel(s->http);
		s->http = NULL;
		str_clear(&s->fill);
	}
	s->scope->wrote(s->scope->context);
	settle(s);
}

/* Hands over what belongs to the first unfinished piece. */
static void
flush(struct stream *s)
{
	struct pieces *pieces = pieces_of(s);
	uint64_t room;
	size_t n = s->fill.n;

	if (s->writing || !n)
		return;
	while (s->first < s->last && pieces_is_full(pieces, s->first))
		s->first++;
	room = pieces_length(pieces, s->first) - pieces->v[s->first].have;
	if (n <= room) {
		struct str empty = s->busy.bytes;

		s->busy.bytes = s->fill;
		s->fill = empty;
	} else {
		n = (size_t)room;
		str_add(&s->busy.bytes, s->fill.v, n);
		memmove(s->fill.v, s->fill.v + n, s->fill.n - n);
		str_cut(&s->fill, s->fill.n - n);
	}
	s->writing = true;
	s->busy.done = on_written;
	partial_write(s->scope->partial, &s->busy, s->first);
}

/* -- from the network -- */

static bool
is_right_part(const struct stream *s, const struct http_answer *answer)
{
	uint64_t size = s->scope->partial->size;
	uint64_t first, total;

	return http_content_range(answer, &first, &total) && first == s->at &&
	       (total == HTTP_NO_TOTAL || size == PIECE_NO_END ||
		   total == size);
}

/* Of an answer with the whole file; the length that it announces. */
static bool
is_right_length(
    const struct stream *s, const struct http_answer *answer, uint64_t *length)
{
	uint64_t size = s->scope->partial->size;

	return size == PIECE_NO_END ||
	       !span_u64(http_header(answer, "Content-Length"), length) ||
	       *length == size;
}

/*
 * What the headers announce is not our part: a sign-in page, a proxy's error,
 * another file. That says nothing of what is here already, and may pass.
 */
static bool
refuse(struct stream *s, const char *why)
{
	s->refused = true;
	free(s->scope->store);
	s->scope->store = NULL;
	return err_set(&s->failure, ERR_NETWORK, "%s", why);
}

/* Remembers where a store has the file, for the requests that follow. */
static void
remember_store(struct stream *s, const struct http_answer *answer)
{
	struct stream_scope *scope = s->scope;
	char *origin = url_origin(answer->url);

	if (origin && strcmp(origin, scope->hub->origin)) {
		free(scope->store);
		scope->store = mem_strdup(answer->url);
	}
	free(origin);
}

/* Whether these are parts of one file, as far as the server tells. */
static bool
is_same_file(struct stream *s, const struct http_answer *answer)
{
	struct span etag = http_header(answer, "ETag");

	if (!etag.n)
		return true;
	if (s->scope->etag && span_is(etag, s->scope->etag))
		return true;
	/* If it stays so, the sum tells which of the two was right. */
	if (s->scope->etag) {
		free(s->scope->etag);
		s->scope->etag = NULL;
		return false;
	}
	s->scope->etag = mem_strndup(etag.p, etag.n);
	return true;
}

/*
 * Some servers and proxies ignore a Range: all of it comes again. What is here
 * is passed over, by one stream; the others would only get the same.
 */
static bool
without_ranges(struct stream *s)
{
	s->scope->no_ranges = true;
	s->crowded = s->scope->streams > 1;
	s->skip = s->at;
	return !s->crowded;
}

static bool
refuse_packed(struct stream *s, struct str *how)
{
	char why[120];

	snprintf(why, sizeof(why),
	    "the server, or a proxy, sends the file packed (%.50s)", how->v);
	str_fini(how);
	return refuse(s, why);
}

static bool
refuse_length(struct stream *s, uint64_t length)
{
	char why[160];

	snprintf(why, sizeof(why),
	    "the server sends something else: %llu bytes, and the file has "
	    "%llu",
	    (unsigned long long)length,
	    (unsigned long long)s->scope->partial->size);
	return refuse(s, why);
}

/* Decides from the headers whether the bytes that follow are ours. */
static bool
on_head(void *context, const struct http_answer *answer)
{
	struct stream *s = context;
	uint64_t length = 0;
	struct str how = STR_INIT;

	if (http_is_packed(answer, &how))
		return refuse_packed(s, &how);
	if (answer->status == 206 && !is_right_part(s, answer))
		return refuse(
		    s, "the server sends another part than was asked for");
	/* Another length is another thing: a sign-in page, an error. */
	if (answer->status == 200 && !is_right_length(s, answer, &length))
		return refuse_length(s, length);
	if (!is_same_file(s, answer))
		return refuse(s, "the file changed while it was fetched");
	if (answer->status == 200 && s->at && !without_ranges(s))
		return false;
	/* It sends to the end, so that what is free there is ours too. */
	if (answer->status == 200)
		s->end = s->scope->partial->size;
	remember_store(s, answer);
	return true;
}

/* How many of `n` bytes at `at` are ours; claims what follows if it is free. */
static size_t
ours(struct stream *s, size_t n)
{
	struct pieces *pieces = pieces_of(s);
	uint64_t limit;

	if (pieces->size == PIECE_NO_END)
		return n;
	for (;;) {
		limit = pieces_start(pieces, s->last) +
		        pieces_length(pieces, s->last);
		if (s->at + n <= limit || s->last + 1 == pieces->n ||
		    pieces->v[s->last + 1].have ||
		    !pieces_claim_this(pieces, s->last + 1))
			break;
		s->last++;
	}
	return s->at + n <= limit ? n : (size_t)(limit - s->at);
}

static void
on_limit_over(void *context)
{
	struct stream *s = context;

	s->limited = false;
	if (s->http)
		http_resume(s->http);
}

/* True if the rate limit lets no byte through now. */
static bool
is_limited(struct stream *s)
{
	uint64_t ms;

	if (!s->scope->limit || limit_allows(s->scope->limit, &ms))
		return false;
	s->limited = true;
	loop_timer_start(s->scope->hub->loop, &s->timer, ms, on_limit_over, s);
	return true;
}

static enum http_take
on_data(void *context, const char *bytes, size_t n)
{
	struct stream *s = context;
	uint64_t size = s->scope->partial->size;
	size_t mine, passed;

	if (is_limited(s))
		return HTTP_PAUSE;
	if (s->fill.n && s->fill.n + n > BLOCK) {
		s->paused = s->writing;
		if (s->paused)
			return HTTP_PAUSE;
	}
	passed = n < s->skip ? n : (size_t)s->skip;
	s->skip -= passed;
	if (size != PIECE_NO_END && s->at + n - passed > size) {
		s->wrong = true;
		err_set(&s->failure, ERR_CORRUPT,
		    "more bytes come than the file has");
		return HTTP_STOP;
	}
	mine = ours(s, n - passed);
	str_add(&s->fill, bytes + passed, mine);
	s->at += mine;
	s->came = s->came || mine;
	if (mine)
		s->scope->retry.used = 0;
	if (s->scope->limit)
		limit_take(s->scope->limit, n);
	s->scope->came(s->scope->context, passed + mine, mine);
	flush(s);
	s->satisfied = mine < n - passed;
	return s->satisfied ? HTTP_STOP : HTTP_TAKEN;
}

/*
 * A store refuses a signed address that has run out; the Hub gives a new one.
 * One that the Hub has just given may be known there a moment later: asked for
 * FRESH_TRIES more times, then it is refused for good.
 */
static bool
is_expired(struct stream *s, const struct http_answer *answer)
{
	char *origin = url_origin(answer->url);
	bool foreign = origin && strcmp(origin, s->scope->hub->origin);
	bool refused = answer->status == 403 || answer->status == 401;

	free(origin);
	if (!foreign || !refused ||
	    (!s->direct && s->scope->retry.used >= FRESH_TRIES))
		return false;
	free(s->scope->store);
	s->scope->store = NULL;
	return true;
}

/* Whether all that was asked for is here or on its way to the disk. */
static bool
got_all(const struct stream *s)
{
	if (s->scope->partial->size == PIECE_NO_END)
		return s->whole;
	return s->satisfied || s->at >= s->end;
}

/* Words for the end of a request that did not bring all. */
static void
explain(
    struct stream *s, const struct http_answer *answer, const struct error *err)
{
	const struct stream_scope *scope = s->scope;

	if (err)
		s->failure = *err;
	else if (s->whole)
		err_set(&s->failure, ERR_NETWORK,
		    "the connection ended %llu bytes too soon",
		    (unsigned long long)(s->end - s->at));
	else
		hub_answer_error(scope->hub, answer, scope->repo, scope->commit,
		    scope->path, &s->failure);
	if (answer->status == 416)
		refuse(s, "the server has no such part of the file");
	s->failure.of_file = true;
}

/* Whether the file is to be asked for again, and by this stream. */
static bool
may_repeat(struct stream *s, const struct http_answer *answer, bool failed)
{
	struct stream_scope *scope = s->scope;

	if (got_all(s) || s->wrong || s->crowded)
		return false;
	if (scope->waiting && retry_helps(answer, failed)) {
		s->crowded = true;
		s->failure.code = ERR_NONE;
		return false;
	}
	if (!retry_wait(&scope->retry, answer, failed, &s->repeat_ms))
		return false;
	scope->waiting = s;
	return true;
}

static void
on_request_done(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct stream *s = context;
	struct http_answer judged = *answer;
	bool failed = err != NULL;
	bool limited = !err && answer->status == 429;

	s->http = NULL;
	s->paused = false;
	s->whole = !err && (answer->status == 200 || answer->status == 206);
	if (!got_all(s) && !s->wrong && !s->refused && !s->crowded)
		explain(s, answer, err);
	if (s->whole || s->refused || (!err && is_expired(s, answer)))
		judged.passing = failed = true;
	if (limited && s->scope->too_many)
		s->scope->too_many(s->scope->context);
	s->may_repeat = may_repeat(s, &judged, failed);
	if (limited && s->may_repeat)
		http_pause(s->scope->hub->http, answer->url, s->repeat_ms);
	settle(s);
}

static void
send_request(struct stream *s)
{
	const struct stream_scope *scope = s->scope;
	struct hub *hub = scope->hub;
	uint64_t size = scope->partial->size;
	struct str url = STR_INIT;

	s->direct = scope->store != NULL;
	if (s->direct)
		str_addz(&url, scope->store);
	else
		filemeta_url(
		    &url, hub, scope->repo, scope->commit, scope->path);
	s->http =
	    http_start(hub->http, &(struct http_request){ .method = "GET",
				      .url = url.v,
				      .origin = hub->origin,
				      .token = hub->token,
				      .from = s->at,
				      .to = s->end < size ? s->end - 1 : 0,
				      .silence_ms = hub->body_ms,
				      .body_max = ERROR_BODY_MAX,
				      .follow = HTTP_FOLLOW,
				      .download = hub->download,
				      .small = size < SMALL,
				      .head = on_head,
				      .data = on_data,
				      .done = on_request_done,
				      .context = s });
	str_fini(&url);
}

/*
 * A stream that is alone asks for all that is free behind its piece, and needs
 * one request for a whole file; those that share a file ask piece by piece.
 */
static void
step_claim(void *context)
{
	struct stream *s = context;
	struct pieces *pieces = pieces_of(s);

	if (s->scope->waiting == s)
		s->scope->waiting = NULL;
	s->came = s->whole = s->satisfied = s->paused = false;
	s->wrong = s->refused = s->crowded = false;
	s->skip = 0;
	s->failure.code = ERR_NONE;
	s->may_repeat = false;
	drop_claims(s);
	if (s->cancelled || !pieces_claim(pieces, &s->first)) {
		settle(s);
		return;
	}
	s->last = s->first;
	s->claims = true;
	s->at = pieces_start(pieces, s->first) + pieces->v[s->first].have;
	if (pieces->size == PIECE_NO_END)
		s->end = PIECE_NO_END;
	else if (s->scope->streams == 1)
		s->end = pieces_run_end(pieces, s->first);
	else
		s->end = pieces_start(pieces, s->first) +
		         pieces_length(pieces, s->first);
	send_request(s);
}

/* -- between two requests -- */

static void
wait_and_repeat(struct stream *s)
{
	char text[600];

	snprintf(text, sizeof(text), "%.400s; going on in %.1f s (%u of %u)",
	    s->failure.message, (double)s->repeat_ms / 1000,
	    s->scope->retry.used, RETRY_TRIES);
	s->scope->note(s->scope->context, text);
	drop_claims(s);
	loop_timer_start(
	    s->scope->hub->loop, &s->timer, s->repeat_ms, step_claim, s);
}

/* Called whenever something ended: chooses what is next once all is. */
static void
settle(struct stream *s)
{
	struct error err;

	if (s->http) {
		if (s->paused && !s->writing) {
			s->paused = false;
			http_resume(s->http);
		} else {
			flush(s);
		}
		return;
	}
	flush(s);
	if (s->writing)
		return;
	if (s->cancelled) {
		err_set(&err, ERR_CANCELLED, "stopped");
		end(s, &err);
	} else if (s->may_repeat) {
		wait_and_repeat(s);
	} else if (s->failure.code != ERR_NONE) {
		end(s, &s->failure);
	} else if (s->claims && !s->crowded &&
		   s->scope->partial->size != PIECE_NO_END) {
		step_claim(s);
	} else {
		end(s, NULL);
	}
}

struct stream *
stream_start(struct stream_scope *scope, unsigned number)
{
	struct stream *s = mem_new(struct stream);

	s->scope = scope;
	s->number = number;
	str_init(&s->fill);
	str_init(&s->busy.bytes);
	scope->streams++;
	loop_timer_start(scope->hub->loop, &s->timer, 0, step_claim, s);
	return s;
}

bool
stream_scope_fails(const struct stream_scope *scope)
{
	return scope->waiting || scope->retry.used;
}

enum job_holdup
stream_holdup(const struct stream *stream)
{
	if (stream->limited)
		return JOB_HOLDUP_LIMIT;
	if (stream->paused || (!stream->http && stream->writing))
		return JOB_HOLDUP_DISK;
	if (stream->http && http_waits(stream->scope->hub->http))
		return JOB_HOLDUP_HUB;
	return JOB_HOLDUP_NETWORK;
}

static void
on_cancelled(void *context)
{
	settle(context);
}

void
stream_cancel(struct stream *stream)
{
	if (stream->cancelled)
		return;
	stream->cancelled = true;
	http_cancel(stream->http);
	stream->http = NULL;
	loop_timer_start(
	    stream->scope->hub->loop, &stream->timer, 0, on_cancelled, stream);
}
