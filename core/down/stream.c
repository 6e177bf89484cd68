/*
 * stream.c: one connection that fills pieces of a partial file.
 *
 *	claim -> request -> (bytes -> fill -> busy -> disk)* -> settle
 *	  ^                                                       |
 *	  +---- next piece, or the same again after a wait -------+
 *
 * Bytes collect in `fill` while `busy` is written; when both are full the
 * request pauses. What breaks, and when it is asked for again, is the source's
 * to decide (xfer/source.h). A connection that is slow breaks by our wish, and is
 * asked for again at once.
 */
#include "core/down/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rate.h"
#include "core/base/text.h"
#include "core/down/partial.h"
#include "core/down/view.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/run/loop.h"
#include "core/xfer/limit.h"
#include "core/xfer/slow.h"

/* Two of these a stream are the memory that bytes take. */
#define BLOCK ((size_t)128 * 1024)

struct stream {
	struct stream_scope *scope;
	unsigned number;    /* the owner's name for it */
	size_t first, last; /* pieces that are claimed, while `claims` */
	bool claims;
	struct source_call *call; /* NULL: nothing is asked for */
	struct loop_timer timer;
	struct str fill;
	struct partial_write busy;
	bool writing;
	bool paused;  /* the request waits for the disk */
	bool limited; /* it waits for the rate limit */
	bool waits;   /* to ask again */
	bool cancelled;
	struct source_end end; /* of the last request */

	struct slow slow;
	/* For who looks on. */
	uint64_t from, to, at; /* of the request; the next byte */
	uint64_t asked_ms;
	bool replaced; /* we closed its connection, which was slow */
	bool begun;    /* bytes of the request have come */
	uint64_t came; /* bytes from the network */
	struct rate rate;
	unsigned tries; /* requests since one came to its end */
	unsigned version;
	char host[VIEW_HOST_MAX];
	char event[VIEW_TEXT_MAX]; /* the last */
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
	source_leave(&scope->source, s);
	drop_claims(s);
	loop_timer_stop(&s->timer);
	str_fini(&s->fill);
	str_fini(&s->busy.bytes);
	free(s);
	scope->source.readers--;
	scope->ended(scope->context, number, err ? &copy : NULL);
}

/* -- to the disk -- */

static void
on_written(struct partial_write *write)
{
	struct stream *s = CONTAINER_OF(write, struct stream, busy);

	s->writing = false;
	if (write->err.code != ERR_NONE) {
		s->end.outcome = SOURCE_FAILED;
		s->end.err = write->err;
		source_cancel(s->call);
		s->call = NULL;
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

/* How many of `n` bytes at `at` are ours; claims what follows if it is free. */
static size_t
ours(struct stream *s, uint64_t at, size_t n)
{
	struct pieces *pieces = pieces_of(s);
	uint64_t limit;

	if (pieces->size == PIECE_NO_END)
		return n;
	for (;;) {
		limit = pieces_start(pieces, s->last) +
		        pieces_length(pieces, s->last);
		if (at + n <= limit || s->last + 1 == pieces->n ||
		    pieces->v[s->last + 1].have ||
		    !pieces_claim_this(pieces, s->last + 1))
			break;
		s->last++;
	}
	return at + n <= limit ? n : (size_t)(limit - at);
}

static void
on_limit_over(void *context)
{
	struct stream *s = context;

	s->limited = false;
	if (s->call)
		source_resume(s->call);
}

/* True if the rate limit lets no byte through now. */
static bool
is_limited(struct stream *s)
{
	uint64_t ms;

	if (!s->scope->limit || limit_allows(s->scope->limit, &ms))
		return false;
	s->limited = s->slow.excused = true;
	loop_timer_start(
	    s->scope->source.hub->loop, &s->timer, ms, on_limit_over, s);
	return true;
}

static bool
is_full(void *context, size_t n)
{
	struct stream *s = context;

	if (is_limited(s))
		return true;
	s->paused = s->fill.n && s->fill.n + n > BLOCK && s->writing;
	s->slow.excused = s->slow.excused || s->paused;
	return s->paused;
}

/* Who sends, and that it does. What went wrong before says more than that. */
static void
head(void *context, const struct http_answer *answer)
{
	struct stream *s = context;
	char *origin = url_origin(answer->url);
	const char *host = origin ? strstr(origin, "://") : NULL;

	s->version = answer->version;
	text_copy(s->host, sizeof(s->host), host ? host + 3 : "");
	free(origin);
	if (s->tries == 1)
		snprintf(s->event, sizeof(s->event), "%d%s", answer->status,
		    answer->status == 206 ? " partial" : "");
}

static size_t
take(void *context, uint64_t at, const char *bytes, size_t n, size_t passed)
{
	struct stream *s = context;
	size_t mine = ours(s, at, n);

	str_add(&s->fill, bytes, mine);
	if (s->scope->limit)
		limit_take(s->scope->limit, n + passed);
	s->begun = true;
	s->at += mine;
	s->came += passed + n;
	s->slow.moved += passed + n;
	s->scope->came(s->scope->context, passed + n, mine);
	flush(s);
	return mine;
}

static void
too_many(void *context)
{
	const struct stream *s = context;

	s->scope->too_many(s->scope->context);
}

static void
on_ended(void *context, const struct source_end *end)
{
	struct stream *s = context;

	s->call = NULL;
	s->paused = s->limited = false;
	s->end = *end;
	s->slow.looks = 0;
	if (end->outcome == SOURCE_AGAIN || end->outcome == SOURCE_FAILED)
		text_copy(s->event, sizeof(s->event), end->err.message);
	settle(s);
}

static void
ask(struct stream *s, uint64_t from, uint64_t to)
{
	s->from = s->at = from;
	s->to = to;
	s->asked_ms = clock_ms();
	s->begun = false;
	s->tries++;
	s->slow.excused = true;
	s->scope->source.sips = limit_is_low(s->scope->limit);
	s->call = source_start(&s->scope->source, from, to,
	    &(struct source_reader){ .head = head,
		.is_full = is_full,
		.take = take,
		.too_many = too_many,
		.ended = on_ended,
		.context = s });
}

/*
 * A stream that is alone asks for all that is free behind its piece, and needs
 * one request for a whole file; those that share a file ask piece by piece.
 */
static void
step_claim(void *context)
{
	struct stream *s = context;
	struct source *source = &s->scope->source;
	struct pieces *pieces = pieces_of(s);
	uint64_t to = PIECE_NO_END;

	source_leave(source, s);
	s->paused = s->waits = false;
	s->end = (struct source_end){ .outcome = SOURCE_GOT };
	drop_claims(s);
	if (s->cancelled || !pieces_claim(pieces, &s->first)) {
		settle(s);
		return;
	}
	s->last = s->first;
	s->claims = true;
	if (pieces->size != PIECE_NO_END)
		to = source->readers == 1 ? pieces_run_end(pieces, s->first)
		                          : pieces_start(pieces, s->first) +
		                                pieces_length(pieces, s->first);
	ask(s, pieces_start(pieces, s->first) + pieces->v[s->first].have, to);
}

/* -- between two requests -- */

static void
wait_and_repeat(struct stream *s)
{
	char text[600];

	source_tell_wait(&s->scope->source, &s->end, text, sizeof(text));
	s->scope->note(s->scope->context, text);
	drop_claims(s);
	s->waits = true;
	loop_timer_start(s->scope->source.hub->loop, &s->timer, s->end.wait_ms,
	    step_claim, s);
}

/* Whether the pieces that are left are for this stream, too. */
static bool
goes_on(const struct stream *s)
{
	return s->claims && s->end.outcome == SOURCE_GOT &&
	       s->scope->partial->size != PIECE_NO_END;
}

/* Called whenever something ended: chooses what is next once all is. */
static void
settle(struct stream *s)
{
	struct error err;

	if (s->call) {
		if (s->paused && !s->writing) {
			s->paused = false;
			source_resume(s->call);
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
	} else if (s->end.outcome == SOURCE_AGAIN) {
		wait_and_repeat(s);
	} else if (s->end.outcome == SOURCE_FAILED ||
		   s->end.outcome == SOURCE_WRONG) {
		end(s, &s->end.err);
	} else if (goes_on(s)) {
		if (!s->replaced)
			s->tries = 0;
		s->replaced = false;
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
	rate_begin(&s->rate, 0, clock_ms());
	str_init(&s->fill);
	str_init(&s->busy.bytes);
	scope->source.readers++;
	loop_timer_start(scope->source.hub->loop, &s->timer, 0, step_claim, s);
	return s;
}

enum job_wait
stream_waits_for(const struct stream *stream)
{
	if (stream->limited)
		return JOB_WAIT_LIMIT;
	if (stream->paused || (!stream->call && stream->writing))
		return JOB_WAIT_DISK;
	if (stream->call && http_waits(stream->scope->source.hub->http))
		return JOB_WAIT_HUB;
	return JOB_WAIT_NETWORK;
}

void
stream_sample(struct stream *s)
{
	rate_sample(&s->rate, s->came, clock_ms());
}

void
stream_count(const struct stream *s, struct slow_field *field)
{
	slow_count(field, &s->slow);
}

/* From the loop: what settles may end all of this. */
static void
on_replaced(void *context)
{
	settle(context);
}

bool
stream_replace_slow(struct stream *s, const struct slow_field *field)
{
	const struct source *source = &s->scope->source;

	/* A stream that still waits for its answer has no rate to compare. */
	if (!s->call || !s->begun || source_fails(source))
		s->slow.excused = true;
	if (!slow_look(&s->slow, field))
		return false;
	/* Where it cannot go on from the middle, all would come again. */
	if (!s->call || source->no_ranges || s->limited || s->cancelled ||
	    s->scope->partial->size == PIECE_NO_END)
		return false;
	source_cancel(s->call);
	s->call = NULL;
	s->paused = false;
	s->replaced = true;
	s->end = (struct source_end){ .outcome = SOURCE_GOT };
	text_copy(s->event, sizeof(s->event), "replaced a slow connection");
	loop_timer_start(source->hub->loop, &s->timer, 0, on_replaced, s);
	return true;
}

void
stream_hurry(struct stream *s)
{
	if (s->waits)
		loop_timer_start(
		    s->scope->source.hub->loop, &s->timer, 0, step_claim, s);
}

void
stream_look(const struct stream *s, struct view_stream *view)
{
	*view = (struct view_stream){ .open = s->call != NULL,
		.begun = s->call && s->begun,
		.from = s->from,
		.to = s->to,
		.at = s->at,
		.rate = (uint64_t)s->rate.per_s,
		.age_ms = s->call ? clock_ms() - s->asked_ms : 0,
		.tries = s->tries,
		.again_ms = s->waits ? s->timer.due_ms : 0,
		.waits_for = stream_waits_for(s),
		.version = s->version };
	text_copy(view->host, sizeof(view->host), s->host);
	text_copy(view->last, sizeof(view->last), s->event);
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
	source_cancel(stream->call);
	stream->call = NULL;
	loop_timer_start(stream->scope->source.hub->loop, &stream->timer, 0,
	    on_cancelled, stream);
}
