#include "core/hub/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/net/url.h"
#include "core/run/loop.h"

/* A large repository is not moved or copied in a moment. */
#define CHANGE_MS 120000u

/* Of requests that somebody waits for, where nobody answers. */
#define BRIEF_TRIES 2

struct hub_call {
	struct hub *hub;
	struct hub_request request; /* its text is ours, below */
	char *url, *revision, *path, *type;
	struct http_call *http;
	struct retry retry;
	struct loop_timer timer;
	bool waits;           /* to ask again */
	struct error refused; /* by who takes the body; code ERR_NONE: not */
	bool telling; /* done is being called, and may ask for one of these: */
	bool again;   /* another address, or the same again */
	bool held;    /* to be kept until it goes on or is cancelled */
	uint64_t again_ms;
};

static void send_request(struct hub_call *call);

static void
call_free(struct hub_call *call)
{
	loop_timer_stop(&call->timer);
	free(call->url);
	free(call->revision);
	free(call->path);
	body_free(call->request.body);
	free(call->type);
	if (call->request.release)
		call->request.release(call->request.context);
	else
		free(call->request.context);
	free(call);
}

static void
on_retry(void *context)
{
	struct hub_call *call = context;

	call->waits = false;
	send_request(call);
}

static void
retry_after(struct hub_call *call, uint64_t ms)
{
	call->waits = true;
	loop_timer_start(call->hub->loop, &call->timer, ms, on_retry, call);
}

static void
go_on(struct hub_call *call)
{
	retry_succeeded(&call->retry);
	if (call->again_ms)
		retry_after(call, call->again_ms);
	else
		send_request(call);
}

static void
finish(struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	call->again = call->held = false;
	call->again_ms = 0;
	call->telling = true;
	call->request.done(call->request.context, call, answer, err);
	call->telling = false;
	if (call->again)
		go_on(call);
	else if (!call->held)
		call_free(call);
}

static void
note_wait(const struct hub_call *call, const struct http_answer *answer,
    const struct error *err, uint64_t ms)
{
	char text[700];
	char tries[40];

	if (!call->hub->note)
		return;
	if (err)
		snprintf(text, sizeof(text), "%.500s", err->message);
	else
		snprintf(
		    text, sizeof(text), "the Hub answered %d", answer->status);
	retry_tell(&call->retry, tries, sizeof(tries));
	snprintf(text + strlen(text), sizeof(text) - strlen(text),
	    "; trying again in %.1f s (%s)", (double)ms / 1000, tries);
	call->hub->note(call->hub->note_context, text);
}

/* What changes something may have happened although no answer came. */
static bool
is_change(const struct hub_call *call)
{
	return strcmp(call->request.method, "GET") != 0 &&
	       strcmp(call->request.method, "HEAD") != 0;
}

static bool
may_repeat(const struct hub_call *call)
{
	return !is_change(call) || call->request.repeatable;
}

/* Whether a change was refused as one too many. */
static bool
is_one_too_many(const struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	return call->request.waits_out && !err && answer->status == 429;
}

static unsigned
longest_silence(const struct hub_call *call)
{
	if (!strcmp(call->request.method, "HEAD"))
		return call->hub->head_ms;
	return is_change(call) && call->hub->body_ms < CHANGE_MS
	           ? CHANGE_MS
	           : call->hub->body_ms;
}

/* Whether somebody looks on while nobody listens there at all. */
static bool
is_in_vain(const struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	return err && !answer->status && call->hub->brief &&
	       call->retry.used >= BRIEF_TRIES;
}

static bool
try_again(struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	uint64_t ms;

	if (call->request.impatient ||
	    (!may_repeat(call) && !is_one_too_many(call, answer, err)) ||
	    is_in_vain(call, answer, err) ||
	    !retry_wait(&call->retry, answer, err != NULL, &ms))
		return false;
	/* So that what others ask meanwhile is not refused, too. */
	if (!err && answer->status == 429 && !call->request.waits_out)
		http_pause(call->hub->http, answer->url, ms);
	note_wait(call, answer, err, ms);
	retry_after(call, ms);
	return true;
}

static void
on_done(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct hub_call *call = context;
	bool good = answer->status >= 200 &&
	            answer->status < (call->request.stay ? 400 : 300);
	struct error own;

	call->http = NULL;
	if (call->refused.code != ERR_NONE) {
		finish(call, answer, &call->refused);
		return;
	}
	if (!err && good) {
		finish(call, answer, NULL);
		return;
	}
	if (try_again(call, answer, err))
		return;
	if (err)
		own = *err;
	else
		hub_answer_error(call->hub, answer, call->request.repo,
		    call->revision, call->path, &own);
	finish(call, answer, &own);
}

static bool
on_head(void *context, const struct http_answer *answer)
{
	struct hub_call *call = context;

	(void)answer;
	call->request.begin(call->request.context);
	return true;
}

static enum http_take
on_data(void *context, const char *bytes, size_t n)
{
	struct hub_call *call = context;

	return call->request.take(
		   call->request.context, bytes, n, &call->refused)
	           ? HTTP_TAKEN
	           : HTTP_STOP;
}

static void
on_sent(void *context, uint64_t bytes)
{
	const struct hub_call *call = context;

	call->request.sent(call->request.sender, bytes);
}

static uint64_t
on_gate(void *context, size_t *room)
{
	const struct hub_call *call = context;

	return call->request.gate(call->request.sender, room);
}

static void
on_offline(void *context)
{
	struct hub_call *call = context;
	struct error err;

	hub_offline_error(call->url, &err);
	finish(call, NULL, &err);
}

static void
send_request(struct hub_call *call)
{
	struct hub *hub = call->hub;

	if (hub->offline) {
		loop_timer_start(hub->loop, &call->timer, 0, on_offline, call);
		return;
	}
	call->refused.code = ERR_NONE;
	/* What a change says, secrets too, is for the Hub alone. */
	call->http = http_start(
	    hub->http, &(struct http_request){ .method = call->request.method,
			   .url = call->url,
			   .origin = hub->origin,
			   .token = hub->token,
			   .body = call->request.body,
			   .type = call->type,
			   .accept = call->request.accept,
			   .silence_ms = longest_silence(call),
			   .body_max = call->request.body_max,
			   .follow = call->request.stay || is_change(call)
	                                 ? HTTP_FOLLOW_ORIGIN
	                                 : HTTP_FOLLOW,
			   .download = hub->download,
			   .small = true,
			   .once = !may_repeat(call),
			   .data_max = call->request.take_max,
			   .head = call->request.take ? on_head : NULL,
			   .data = call->request.take ? on_data : NULL,
			   .done = on_done,
			   .sent = call->request.sent ? on_sent : NULL,
			   .gate = call->request.gate ? on_gate : NULL,
			   .context = call });
}

struct hub_call *
hub_call_start(struct hub *hub, const struct hub_request *request)
{
	struct hub_call *call = mem_new(struct hub_call);

	call->hub = hub;
	call->request = *request;
	call->url = mem_strdup(request->url);
	call->revision = mem_strdup(request->revision);
	call->path = mem_strdup(request->path);
	body_keep(call->request.body);
	call->type = mem_strdup(request->type);
	call->retry.patience_s = hub->patience_s;
	retry_begin(&call->retry);
	send_request(call);
	return call;
}

bool
hub_call_continue(struct hub_call *call, const struct http_answer *answer,
    const char *url, struct error *err)
{
	const char *why;
	char *next = url_follow(answer->url, url, &why);

	if (!next)
		return err_set(err, ERR_NETWORK, "the next page is at %s", why);
	free(call->url);
	call->url = next;
	call->again = true;
	if (!call->telling)
		go_on(call);
	return true;
}

void
hub_call_hold(struct hub_call *call)
{
	call->held = true;
}

void
hub_call_repeat(struct hub_call *call, uint64_t ms)
{
	call->again = true;
	call->again_ms = ms;
}

void
hub_call_hurry(struct hub_call *call)
{
	if (call && call->waits)
		retry_after(call, 0);
}

uint64_t
hub_call_waits(const struct hub_call *call)
{
	return call && call->waits ? call->timer.due_ms : 0;
}

void
hub_call_cancel(struct hub_call *call)
{
	if (!call)
		return;
	if (call->telling) {
		call->again = call->held = false;
		return;
	}
	http_cancel(call->http);
	call_free(call);
}
