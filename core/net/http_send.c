/* http_send.c: how a request goes out: its head, its body, its options. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/net/body.h"
#include "core/net/http_own.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/os/log.h"
#include "core/os/socket.h"

/* Of a body, asked for at once. */
#define UPLOAD_BLOCK (256L * 1024)

/* Bytes at once where the rate is low. */
#define SIP (16L * 1024)

/* A body that may share a connection with other requests. */
#define BODY_SMALL ((uint64_t)64 * 1024)

void
http_shown(char *out, size_t size, const char *url)
{
	struct str safe = STR_INIT;
	struct str cut = STR_INIT;

	url_shown(&safe, url);
	utf8_fit(&cut, safe.v, 100);
	snprintf(out, size, "%s", cut.v);
	str_fini(&safe);
	str_fini(&cut);
}

bool
http_is_at_home(const struct http_call *call)
{
	char *origin = url_origin(call->answer.url);
	bool home = origin && call->origin && !strcmp(origin, call->origin);

	free(origin);
	return home;
}

/* -- the head -- */

void
http_drop_lines(struct http_call *call)
{
	for (struct curl_slist *line = call->lines; line; line = line->next)
		mem_wipe(line->data, strlen(line->data));
	curl_slist_free_all(call->lines);
	call->lines = NULL;
}

/* Room first: what grows would leave a copy of a secret behind. */
static void
add_line(struct http_call *call, const char *name, const char *before,
    const char *value)
{
	struct str line = STR_INIT;

	str_reserve(&line, strlen(name) + strlen(before) + strlen(value) + 64);
	str_addf(&line, "%s: %s%s", name, before, value);
	call->lines = curl_slist_append(call->lines, line.v);
	str_drop(&line);
}

/* Header lines of this hop: the token only where it belongs. */
static void
set_lines(struct http_call *call)
{
	bool trusted = call->token && http_is_at_home(call);
	char url[400];

	http_drop_lines(call);
	if (trusted)
		add_line(call, "Authorization", "Bearer ", call->token);
	if (call->request.download)
		add_line(call, "X-HF-Download-Counter", "", "1");
	if (call->request.accept)
		add_line(call, "Accept", "", call->request.accept);
	if (call->body)
		add_line(call, "Content-Type", "",
		    call->type ? call->type : "application/json");
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->lines);
	http_shown(url, sizeof(url), call->answer.url);
	log_line(call->http->log, "%s %s%s", call->request.method, url,
	    trusted ? " (authorization: <TOKEN>)" : "");
}

/*
 * Small answers share connections where the server can. Large bodies do better
 * on connections of their own: over HTTP/2 a paused one keeps its window's
 * bytes in memory. Without TLS, waiting to see whether a connection can be
 * shared would only make them wait for each other.
 */
static void
set_version(struct http_call *call)
{
	/* How much of a large body has left can be told of a connection of its
	 * own only. */
	bool share = call->request.small &&
	             !strncmp(call->answer.url, "https:", 6) &&
	             (!call->body || body_size(call->body) <= BODY_SMALL);

	curl_easy_setopt(call->easy, CURLOPT_HTTP_VERSION,
	    share ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(call->easy, CURLOPT_PIPEWAIT, share ? 1L : 0L);
	/* A request on a kept connection that dies without an answer libcurl
	 * sends again, a POST too. */
	curl_easy_setopt(call->easy, CURLOPT_FRESH_CONNECT,
	    (call->request.once && !call->hops) ||
		    clock_ms() < call->http->distrusts_until_ms
		? 1L
		: 0L);
}

/* -- the body of the request -- */

/* Something of the body left: that is not silence, and before all of it has
 * left nobody owes an answer. */
static void
note_sent(struct http_call *call, uint64_t bytes)
{
	call->left_bytes = bytes;
	call->heard_ms = call->hop_ms = clock_ms();
	if (call->request.sent)
		call->request.sent(call->request.context, bytes);
}

/* Bytes of the body that the other side has. */
static uint64_t
bytes_there(const struct http_call *call)
{
	curl_off_t bytes = 0;
	int unsent = 0;

	curl_easy_getinfo(call->easy, CURLINFO_SIZE_UPLOAD_T, &bytes);
	/* What the system still holds has not left. */
	if (call->fd < 0 || !socket_unsent(call->fd, &unsent))
		unsent = 0;
	return bytes > unsent ? (uint64_t)(bytes - unsent) : 0;
}

static void
on_gate(void *context)
{
	struct http_call *call = context;

	call->waits_to_send = false;
	call->heard_ms = clock_ms();
	http_go_on(call);
}

/* Whether the user's limit lets bytes out now, and how many; else the transfer is
 * paused until it may. */
static bool
may_send(struct http_call *call, size_t *room)
{
	uint64_t ms;

	if (!call->request.gate)
		return true;
	ms = call->request.gate(call->request.context, room);
	if (!ms)
		return true;
	call->waits_to_send = true;
	loop_timer_start(call->http->loop, &call->gate, ms, on_gate, call);
	return false;
}

static size_t
on_read(char *out, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	struct error err;
	size_t room = size * count;
	size_t n;

	if (!may_send(call, &room))
		return CURL_READFUNC_PAUSE;
	switch (body_read(call->body, out, room, &n, &err)) {
	case BODY_BYTES:
		note_sent(call, bytes_there(call));
		return n;
	case BODY_LATER:
		call->waits_to_send = true;
		return CURL_READFUNC_PAUSE;
	case BODY_FAILED:
		break;
	}
	if (call->failure.code == ERR_NONE)
		call->failure = err;
	return CURL_READFUNC_ABORT;
}

/* libcurl sends a body again on another connection if the server closed the
 * first before it answered. */
static int
on_seek(void *context, curl_off_t offset, int origin)
{
	struct http_call *call = context;

	if (offset || origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	/* What was waited for is not wanted any more, and nobody says so: the
	 * silence that follows is the server's. */
	call->waits_to_send = false;
	loop_timer_stop(&call->gate);
	call->heard_ms = clock_ms();
	body_rewind(call->body);
	return CURL_SEEKFUNC_OK;
}

static void
on_body_ready(void *context)
{
	struct http_call *call = context;

	if (!call->waits_to_send)
		return;
	call->waits_to_send = false;
	call->heard_ms = clock_ms();
	http_go_on(call);
}

bool
http_moves(struct http_call *call)
{
	uint64_t there = call->body && !call->headed ? bytes_there(call) : 0;

	if (there <= call->left_bytes)
		return false;
	note_sent(call, there);
	return true;
}

/* -- options -- */

static void
set_body(struct http_call *call)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)body_size(call->body));
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, call);
	curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(easy, CURLOPT_SEEKDATA, call);
	curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BLOCK);
	body_on_ready(call->body, on_body_ready, call);
}

static void
set_method(struct http_call *call)
{
	const char *method = call->request.method;

	if (!strcmp(method, "HEAD"))
		curl_easy_setopt(call->easy, CURLOPT_NOBODY, 1L);
	else if (call->body)
		set_body(call);
	else if (!strcmp(method, "POST"))
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, "");
	/* Else libcurl names the method itself: GET, HEAD or POST. */
	if (!strcmp(method, "PUT") || !strcmp(method, "DELETE"))
		curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, method);
}

void
http_set_options(struct http_call *call)
{
	CURL *easy = call->easy;
	const struct http *http = call->http;
	uint64_t connect_ms = clock_scaled(call->request.silence_ms);
	char range[48];

	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_text);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* A thread that looks up a name must not hold up our end. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, http->agent);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	set_method(call);
	if ((!call->request.data || call->request.data_max) &&
	    strcmp(call->request.method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	else
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
	if (call->request.data)
		curl_easy_setopt(easy, CURLOPT_BUFFERSIZE,
		    call->request.sips ? SIP : 128L * 1024);
	if (call->request.to) {
		snprintf(range, sizeof(range), "%llu-%llu",
		    (unsigned long long)call->request.from,
		    (unsigned long long)call->request.to);
		curl_easy_setopt(easy, CURLOPT_RANGE, range);
	} else if (call->request.from) {
		snprintf(range, sizeof(range), "%llu-",
		    (unsigned long long)call->request.from);
		curl_easy_setopt(easy, CURLOPT_RANGE, range);
	}
}

void
http_set_hop(struct http_call *call)
{
	CURL *easy = call->easy;

	call->waits_to_send = false;
	loop_timer_stop(&call->gate);
	call->left_bytes = 0;
	call->fd = -1;
	if (call->body)
		body_rewind(call->body);
	set_lines(call);
	set_version(call);
	curl_easy_setopt(easy, CURLOPT_URL, call->answer.url);
	route_apply(&call->http->route, easy, call->answer.url);
}
