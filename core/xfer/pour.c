#include "core/xfer/pour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/run/loop.h"

#define ERROR_BODY_MAX ((size_t)64 * 1024)

struct pour {
	struct hub *hub;
	const struct repo *repo;
	const char *revision, *path;
	struct pour_taker taker;
	struct filemeta_call *asking;
	struct http_call *http;
	struct loop_timer timer;
	struct retry retry;
	struct filemeta meta;
	struct digest *digest;
	uint64_t taken; /* bytes that went out */
	uint64_t skip;  /* bytes that come although they are out already */
	bool came;      /* this request brought new ones */
	bool over;      /* more came than the file has */
	bool stopped;   /* the taker had enough */
	const char
	    *refused; /* why what comes cannot be the file; NULL: it can */
};

static void
finish(struct pour *p, const struct error *err)
{
	p->taker.done(p->taker.context, err);
}

static void
check_sum(struct pour *p)
{
	char sum[DIGEST_HEX_MAX];
	struct error err;

	digest_end(p->digest, sum);
	if (!strcmp(sum, p->meta.etag)) {
		finish(p, NULL);
		return;
	}
	err_set(&err, ERR_CORRUPT,
	    "%s: what came is not this file: its sum is %.12s..., not %.12s...",
	    p->path, sum, p->meta.etag);
	err_hint(&err, "Do not use these bytes; try again");
	finish(p, &err);
}

static bool
on_head(void *context, const struct http_answer *answer)
{
	struct pour *p = context;
	struct str how = STR_INIT;
	uint64_t first, total;

	p->refused = NULL;
	if (http_is_packed(answer, &how))
		p->refused = "the server, or a proxy, sends the file packed";
	else if (answer->status == 206 &&
		 (!http_content_range(answer, &first, &total) ||
		     first != p->taken))
		p->refused = "the server sends another part than was asked for";
	str_fini(&how);
	/* A server without ranges begins anew. */
	p->skip = answer->status == 200 ? p->taken : 0;
	return !p->refused;
}

static enum http_take
on_data(void *context, const char *bytes, size_t n)
{
	struct pour *p = context;

	if (p->skip >= n) {
		p->skip -= n;
		return HTTP_TAKEN;
	}
	bytes += p->skip;
	n -= p->skip;
	p->skip = 0;
	/* What comes behind its end is not the file. */
	p->over = p->meta.size_known && n > p->meta.size - p->taken;
	if (p->over)
		n = p->meta.size - p->taken;
	p->came |= n != 0;
	digest_add(p->digest, bytes, n);
	p->taken += n;
	p->stopped = n && !p->taker.take(p->taker.context, bytes, n);
	return p->stopped || p->over ? HTTP_STOP : HTTP_TAKEN;
}

static void send_request(void *context);

/* Says why it broke, and goes on later; false if that would not help. */
static bool
try_again(struct pour *p, const struct http_answer *answer,
    const struct error *err, bool short_of)
{
	struct http_answer judged = *answer;
	char text[600];
	uint64_t ms;

	if (p->came)
		p->retry.used = 0;
	judged.passing |= short_of;
	if (!retry_wait(&p->retry, &judged, err || short_of, &ms))
		return false;
	if (err)
		snprintf(text, sizeof(text), "%.400s", err->message);
	else
		snprintf(text, sizeof(text), "%s",
		    short_of ? "the connection ended early"
			     : "the Hub cannot answer now");
	if (!err && answer->status == 429)
		http_pause(p->hub->http, answer->url, ms);
	snprintf(text + strlen(text), sizeof(text) - strlen(text),
	    "; going on in %.1f s (%u of %u)", (double)ms / 1000, p->retry.used,
	    RETRY_TRIES);
	if (p->taker.note)
		p->taker.note(p->taker.context, text);
	loop_timer_start(p->hub->loop, &p->timer, ms, send_request, p);
	return true;
}

static void
on_done(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct pour *p = context;
	bool good = !err && (answer->status == 200 || answer->status == 206);
	bool short_of = good && p->meta.size_known && p->taken < p->meta.size;
	struct error own;

	p->http = NULL;
	if (p->stopped) {
		err_set(&own, ERR_CANCELLED, "stopped");
		finish(p, &own);
		return;
	}
	if (p->refused) {
		err_set(&own, ERR_NETWORK, "%s: %s", p->path, p->refused);
		finish(p, &own);
		return;
	}
	if (p->over || (good && !short_of)) {
		check_sum(p);
		return;
	}
	if (try_again(p, answer, err, short_of))
		return;
	if (err)
		own = *err;
	else if (short_of)
		err_set(&own, ERR_NETWORK, "%s: the connection ended early",
		    p->path);
	else
		hub_answer_error(
		    p->hub, answer, p->repo, p->revision, p->path, &own);
	own.of_file = true;
	finish(p, &own);
}

static void
send_request(void *context)
{
	struct pour *p = context;
	struct str url = STR_INIT;

	p->came = false;
	filemeta_url(&url, p->hub, p->repo,
	    p->meta.commit_known ? p->meta.commit : p->revision, p->path);
	p->http =
	    http_start(p->hub->http, &(struct http_request){ .method = "GET",
					 .url = url.v,
					 .origin = p->hub->origin,
					 .token = p->hub->token,
					 .from = p->taken,
					 .silence_ms = p->hub->body_ms,
					 .body_max = ERROR_BODY_MAX,
					 .follow = HTTP_FOLLOW,
					 .download = true,
					 .head = on_head,
					 .data = on_data,
					 .done = on_done,
					 .context = p });
	str_fini(&url);
}

static void
on_meta(void *context, const struct filemeta *meta, const struct error *err)
{
	struct pour *p = context;
	enum digest_kind kind = DIGEST_SHA256;

	p->asking = NULL;
	if (err) {
		finish(p, err);
		return;
	}
	p->meta = *meta;
	digest_kind_of(meta->etag, &kind);
	digest_start(p->digest, kind, meta->size);
	if (meta->size_known && !meta->size)
		check_sum(p);
	else
		send_request(p);
}

struct pour *
pour_start(struct hub *hub, const struct repo *repo, const char *revision,
    const char *path, const struct pour_taker *taker)
{
	struct pour *p = mem_new(struct pour);

	p->hub = hub;
	p->repo = repo;
	p->revision = revision;
	p->path = path;
	p->taker = *taker;
	p->digest = digest_new();
	p->asking = filemeta_ask(hub, repo, revision, path, true, on_meta, p);
	return p;
}

void
pour_free(struct pour *p)
{
	if (!p)
		return;
	filemeta_cancel(p->asking);
	if (p->http)
		http_cancel(p->http);
	loop_timer_stop(&p->timer);
	digest_free(p->digest);
	free(p);
}
