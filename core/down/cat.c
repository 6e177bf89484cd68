#include "core/down/cat.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/run/loop.h"
#include "core/xfer/source.h"

struct cat {
	struct hub *hub;
	struct cat_taker taker;
	struct filemeta_call *asking;
	struct source source;
	struct source_call *call;
	struct loop_timer timer;
	struct filemeta meta;
	struct digest *digest;
	uint64_t taken; /* bytes that went out */
	bool stopped;   /* the taker had enough */
};

static void
finish(struct cat *p, const struct error *err)
{
	p->taker.done(p->taker.context, err);
}

static void
check_sum(struct cat *p)
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
	    p->source.path, sum, p->meta.etag);
	err_hint(&err, "Do not use these bytes; try again");
	finish(p, &err);
}

static size_t
take(void *context, uint64_t at, const char *bytes, size_t n, size_t passed)
{
	struct cat *p = context;

	(void)at;
	(void)passed;
	digest_add(p->digest, bytes, n);
	p->taken += n;
	p->stopped = n && !p->taker.take(p->taker.context, bytes, n);
	return p->stopped ? 0 : n;
}

static void send_request(void *context);

/* Says why it broke, and goes on later. */
static void
wait_and_repeat(struct cat *p, const struct source_end *end)
{
	char text[600];

	source_tell_wait(&p->source, end, text, sizeof(text));
	if (p->taker.note)
		p->taker.note(p->taker.context, text);
	loop_timer_start(
	    p->hub->loop, &p->timer, end->wait_ms, send_request, p);
}

static void
on_ended(void *context, const struct source_end *end)
{
	struct cat *p = context;
	struct error err;

	p->call = NULL;
	if (p->stopped) {
		err_set(&err, ERR_CANCELLED, "stopped");
		finish(p, &err);
		return;
	}
	switch (end->outcome) {
	case SOURCE_GOT:
	/* What comes behind its end is not the file; the sum tells of the
	 * rest. */
	case SOURCE_WRONG:
		check_sum(p);
		return;
	case SOURCE_AGAIN:
		wait_and_repeat(p, end);
		return;
	case SOURCE_CROWDED:
	case SOURCE_FAILED:
		break;
	}
	err = end->err;
	if (end->unnamed)
		err_wrap(&err, "%s", p->source.path);
	finish(p, &err);
}

static void
send_request(void *context)
{
	struct cat *p = context;

	p->call = source_start(&p->source, p->taken, SOURCE_NO_END,
	    &(struct source_reader){
		.take = take, .ended = on_ended, .context = p });
}

static void
on_meta(void *context, const struct filemeta *meta, const struct error *err)
{
	struct cat *p = context;
	enum digest_kind kind = DIGEST_SHA256;

	p->asking = NULL;
	if (err) {
		finish(p, err);
		return;
	}
	p->meta = *meta;
	if (meta->commit_known)
		p->source.revision = p->meta.commit;
	p->source.size = meta->size_known ? meta->size : SOURCE_NO_END;
	digest_kind_of(meta->etag, &kind);
	digest_start(p->digest, kind, meta->size);
	if (meta->size_known && !meta->size)
		check_sum(p);
	else
		send_request(p);
}

struct cat *
cat_start(struct hub *hub, const struct repo *repo, const char *revision,
    const char *path, const struct cat_taker *taker)
{
	struct cat *p = mem_new(struct cat);

	p->hub = hub;
	p->source = (struct source){ .hub = hub,
		.repo = repo,
		.revision = revision,
		.path = path,
		.counted = true,
		.readers = 1 };
	p->taker = *taker;
	p->digest = digest_new();
	p->asking = filemeta_ask(hub, repo, revision, path, true, on_meta, p);
	return p;
}

void
cat_free(struct cat *p)
{
	if (!p)
		return;
	filemeta_cancel(p->asking);
	source_cancel(p->call);
	source_fini(&p->source);
	loop_timer_stop(&p->timer);
	digest_free(p->digest);
	free(p);
}
