#include "core/xfer/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/net/header.h"
#include "core/net/url.h"

/* Below this a file may share its connection with others. */
#define SMALL ((uint64_t)1024 * 1024)

/* For an address that a store does not know yet. */
#define FRESH_TRIES 2

/* An error page in the place of a file. */
#define ERROR_BODY_MAX ((size_t)64 * 1024)

/* What ended a request before the server did. */
enum verdict {
	VERDICT_NONE,
	VERDICT_REFUSED, /* by us, for what the headers say: `why` */
	VERDICT_CROWDED, /* one reader is enough */
	VERDICT_ENOUGH,  /* the reader wants no more */
	VERDICT_WRONG,   /* more comes than the file has */
};

struct source_call {
	struct source *source;
	struct source_reader reader;
	struct http_call *http;
	uint64_t at, end; /* of the file: the next byte, the first unwanted */
	uint64_t skip;    /* bytes that come before ours: there is no Range */
	bool direct;      /* the request goes where an earlier one was sent */
	enum verdict verdict;
	char why[160];
};

/* -- is it the file? -- */

static bool
is_right_part(const struct source_call *c, const struct http_answer *answer)
{
	uint64_t size = c->source->size;
	uint64_t first, total;

	return http_content_range(answer, &first, &total) && first == c->at &&
	       (total == HTTP_NO_TOTAL || size == SOURCE_NO_END ||
		   total == size);
}

/* Of an answer with the whole file; the length that it announces. */
static bool
is_right_length(const struct source_call *c, const struct http_answer *answer,
    uint64_t *length)
{
	uint64_t size = c->source->size;

	return size == SOURCE_NO_END ||
	       !span_u64(http_header(answer, "Content-Length"), length) ||
	       *length == size;
}

/*
 * What the headers announce is not our part: a sign-in page, a proxy's error,
 * another file. That says nothing of what is here already, and may pass.
 */
static bool
refuse(struct source_call *c, const char *why)
{
	c->verdict = VERDICT_REFUSED;
	snprintf(c->why, sizeof(c->why), "%s", why);
	free(c->source->store);
	c->source->store = NULL;
	return false;
}

static bool
refuse_packed(struct source_call *c, const char *how)
{
	char why[120];

	snprintf(why, sizeof(why),
	    "the server, or a proxy, sends the file packed (%.50s)", how);
	return refuse(c, why);
}

static bool
refuse_length(struct source_call *c, uint64_t length)
{
	char why[160];

	snprintf(why, sizeof(why),
	    "the server sends something else: %llu bytes, and the file has "
	    "%llu",
	    (unsigned long long)length, (unsigned long long)c->source->size);
	return refuse(c, why);
}

/* Remembers where a store has the file, for the requests that follow. */
static void
remember_store(struct source *source, const struct http_answer *answer)
{
	char *origin = url_origin(answer->url);

	if (origin && strcmp(origin, source->hub->origin)) {
		free(source->store);
		source->store = mem_strdup(answer->url);
	}
	free(origin);
}

/* Whether these are parts of one file, as far as the server tells. */
static bool
is_same_file(struct source *source, const struct http_answer *answer)
{
	struct span etag = http_header(answer, "ETag");

	if (!etag.n || (source->etag && span_is(etag, source->etag)))
		return true;
	/* If it stays so, the sum tells which of the two was right. */
	if (source->etag) {
		source_forget(source);
		return false;
	}
	source->etag = mem_strndup(etag.p, etag.n);
	return true;
}

/*
 * Some servers and proxies ignore a Range: all of it comes again. What is here
 * is passed over, by one reader; the others would only get the same.
 */
static bool
go_without_ranges(struct source_call *c)
{
	c->source->no_ranges = true;
	c->skip = c->at;
	if (c->source->readers > 1)
		c->verdict = VERDICT_CROWDED;
	return c->verdict == VERDICT_NONE;
}

/* Decides from the headers whether the bytes that follow are ours. */
static bool
on_head(void *context, const struct http_answer *answer)
{
	struct source_call *c = context;
	uint64_t length = 0;
	struct str how = STR_INIT;

	if (http_is_packed(answer, &how)) {
		refuse_packed(c, how.v);
		str_fini(&how);
		return false;
	}
	if (answer->status == 206 && !is_right_part(c, answer))
		return refuse(
		    c, "the server sends another part than was asked for");
	/* Another length is another thing: a sign-in page, an error. */
	if (answer->status == 200 && !is_right_length(c, answer, &length))
		return refuse_length(c, length);
	if (!is_same_file(c->source, answer))
		return refuse(c, "the file changed while it was fetched");
	if (answer->status == 200 && c->at && !go_without_ranges(c))
		return false;
	/* It sends to the end, so that what is free there is ours too. */
	if (answer->status == 200)
		c->end = c->source->size;
	remember_store(c->source, answer);
	if (c->reader.head)
		c->reader.head(c->reader.context, answer);
	return true;
}

static enum http_take
on_data(void *context, const char *bytes, size_t n)
{
	struct source_call *c = context;
	uint64_t left = c->source->size - c->at;
	size_t passed, fit, taken;

	if (c->reader.is_full && c->reader.is_full(c->reader.context, n))
		return HTTP_PAUSE;
	passed = n < c->skip ? n : (size_t)c->skip;
	c->skip -= passed;
	fit = n - passed;
	if (c->source->size != SOURCE_NO_END && fit > left) {
		c->verdict = VERDICT_WRONG;
		fit = (size_t)left;
	}
	taken = c->reader.take(
	    c->reader.context, c->at, bytes + passed, fit, passed);
	c->at += taken;
	if (taken)
		retry_succeeded(&c->source->retry);
	if (c->verdict == VERDICT_NONE && taken < fit)
		c->verdict = VERDICT_ENOUGH;
	return c->verdict == VERDICT_NONE ? HTTP_TAKEN : HTTP_STOP;
}

/* -- what comes after it -- */

/*
 * A store refuses a signed address that has run out; the Hub gives a new one.
 * One that the Hub has just given may be known there a moment later: asked for
 * FRESH_TRIES more times, then it is refused for good.
 */
static bool
is_expired(struct source_call *c, const struct http_answer *answer)
{
	struct source *source = c->source;
	char *origin = url_origin(answer->url);
	bool foreign = origin && strcmp(origin, source->hub->origin);
	bool refused = answer->status == 403 || answer->status == 401;

	free(origin);
	if (!foreign || !refused ||
	    (!c->direct && source->retry.used >= FRESH_TRIES))
		return false;
	free(source->store);
	source->store = NULL;
	return true;
}

/* Words for the end of a request that did not bring all. */
static void
explain(struct source_call *c, const struct http_answer *answer,
    const struct error *err, bool whole, struct source_end *end)
{
	const struct source *source = c->source;

	if (c->verdict == VERDICT_NONE && answer->status == 416)
		refuse(c, "the server has no such part of the file");
	end->unnamed = true;
	if (c->verdict == VERDICT_REFUSED) {
		err_set(&end->err, ERR_NETWORK, "%s", c->why);
	} else if (err) {
		end->err = *err;
		end->unnamed = false;
	} else if (whole) {
		err_set(&end->err, ERR_NETWORK,
		    "the connection ended %llu bytes too soon",
		    (unsigned long long)(c->end - c->at));
	} else {
		hub_answer_error(source->hub, answer, source->repo,
		    source->revision, source->path, &end->err);
		end->unnamed = false;
	}
	end->err.of_file = true;
}

/* Whether it may pass; then all who read the file wait for this one. */
static void
judge(struct source_call *c, const struct http_answer *answer, bool failed,
    struct source_end *end)
{
	struct source *source = c->source;

	end->outcome = SOURCE_FAILED;
	if (source->waiting && retry_helps(answer, failed)) {
		end->outcome = SOURCE_CROWDED;
	} else if (retry_wait(&source->retry, answer, failed, &end->wait_ms)) {
		source->waiting = c->reader.context;
		end->outcome = SOURCE_AGAIN;
	}
}

/* Whether nothing is missing of what was asked for. */
static bool
got_all(const struct source_call *c, bool whole)
{
	return c->verdict == VERDICT_ENOUGH ||
	       (c->source->size == SOURCE_NO_END ? whole : c->at >= c->end);
}

static void
on_done(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct source_call *c = context;
	struct source *source = c->source;
	const struct source_reader reader = c->reader;
	struct source_end end = { .outcome = SOURCE_GOT };
	bool whole = !err && (answer->status == 200 || answer->status == 206);
	bool limited = !err && answer->status == 429;
	struct http_answer judged = *answer;
	bool passes;

	if (limited && reader.too_many)
		reader.too_many(reader.context);
	if (c->verdict == VERDICT_WRONG) {
		end.outcome = SOURCE_WRONG;
		end.unnamed = true;
		err_set(
		    &end.err, ERR_CORRUPT, "more bytes come than the file has");
	} else if (c->verdict == VERDICT_CROWDED) {
		end.outcome = SOURCE_CROWDED;
	} else if (!got_all(c, whole)) {
		explain(c, answer, err, whole, &end);
		passes = whole || c->verdict == VERDICT_REFUSED ||
		         (!err && is_expired(c, answer));
		judged.passing = judged.passing || passes;
		judge(c, &judged, err || passes, &end);
		if (limited && end.outcome == SOURCE_AGAIN)
			http_pause(source->hub->http, answer->url, end.wait_ms);
	}
	free(c);
	reader.ended(reader.context, &end);
}

struct source_call *
source_start(struct source *source, uint64_t from, uint64_t end,
    const struct source_reader *reader)
{
	struct source_call *c = mem_new(struct source_call);
	struct hub *hub = source->hub;
	struct str url = STR_INIT;

	source_leave(source, reader->context);
	retry_begin(&source->retry);
	c->source = source;
	c->reader = *reader;
	c->at = from;
	c->end = end < source->size ? end : source->size;
	c->direct = source->store != NULL;
	if (c->direct)
		str_addz(&url, source->store);
	else
		filemeta_url(
		    &url, hub, source->repo, source->revision, source->path);
	c->http = http_start(
	    hub->http, &(struct http_request){ .method = "GET",
			   .url = url.v,
			   .origin = hub->origin,
			   .token = hub->token,
			   .from = from,
			   .to = c->end < source->size ? c->end - 1 : 0,
			   .silence_ms = hub->body_ms,
			   .sips = source->sips,
			   .body_max = ERROR_BODY_MAX,
			   .follow = HTTP_FOLLOW,
			   .download = source->counted,
			   .small = source->size < SMALL,
			   .head = on_head,
			   .data = on_data,
			   .done = on_done,
			   .context = c });
	str_fini(&url);
	return c;
}

void
source_resume(struct source_call *call)
{
	http_resume(call->http);
}

void
source_cancel(struct source_call *call)
{
	if (!call)
		return;
	http_cancel(call->http);
	free(call);
}

void
source_leave(struct source *source, const void *context)
{
	if (source->waiting == context)
		source->waiting = NULL;
}

bool
source_fails(const struct source *source)
{
	return source->waiting || source->retry.used;
}

void
source_tell_wait(const struct source *source, const struct source_end *end,
    char *text, size_t size)
{
	char tries[40];

	retry_tell(&source->retry, tries, sizeof(tries));
	snprintf(text, size, "%.400s; going on in %.1f s (%s)",
	    end->err.message, (double)end->wait_ms / 1000, tries);
}

void
source_forget(struct source *source)
{
	free(source->etag);
	source->etag = NULL;
}

void
source_fini(struct source *source)
{
	free(source->store);
	free(source->etag);
	source->store = source->etag = NULL;
}
