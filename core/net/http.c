#include "core/net/http.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/net/body.h"
#include "core/net/failure.h"
#include "core/net/header.h"
#include "core/net/http_own.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/os/log.h"

/* As many as the official client follows. */
#define REDIRECTS_MAX 20

/* Heads before the one of the answer (103 Early Hints and the like). */
#define HEADS_MAX 32

/* The body of a redirect is of no use; a longer one is none. */
#define REDIRECT_BODY_MAX (1024 * 1024)

/* After a silence no new request trusts a connection that is shared. */
#define DISTRUST_MS 10000

/* Of the page that comes with an error; the rest says nothing. */
#define ERROR_BODY_MAX ((uint64_t)64 * 1024)

/* What is shorter may be anything. */
#define TOKEN_LEAST 8

/* Header lines together; more is no answer of the Hub's. */
#define HEAD_MAX (256 * 1024)

/*
 * An answer that unpacks to more than UNPACKED_FREE bytes must have come in at
 * least a UNPACKED_RATIO-th of them: long lists of the Hub shrink to a twentieth,
 * deflate at its worst to a thousandth.
 */
#define UNPACKED_FREE ((uint64_t)16 * 1024 * 1024)
#define UNPACKED_RATIO 100

/*
 * In each time of SLOW_SILENCES silences (60 s by default) an answer must bring
 * SLOW_BYTES, and at first its head: one that comes byte by byte never ends.
 */
#define SLOW_SILENCES 6
#define SLOW_BYTES ((uint64_t)64 * 1024)

/* Ends the call with an error of ours: libcurl only learns "abort". */
static bool
give_up(
    struct http_call *call, enum err_code code, bool passing, const char *why)
{
	char url[400];

	if (call->failure.code != ERR_NONE)
		return false;
	http_shown(url, sizeof(url), call->answer.url);
	err_set(&call->failure, code, "%s: %s", url, why);
	err_about(&call->failure, ERR_ABOUT_REACH, url, NULL);
	call->answer.passing = passing;
	return false;
}

/* Of what changes something only 307 and 308 mean "the same, over there". */
static bool
is_to_be_followed(const struct http_call *call)
{
	const char *method = call->request.method;
	int status = call->answer.status;

	if (status < 300 || status > 399 || status == 304)
		return false;
	return !strcmp(method, "GET") || !strcmp(method, "HEAD") ||
	       status == 307 || status == 308;
}

/* Where this answer sends us, if the request follows it there. */
static void
choose_redirect(struct http_call *call)
{
	struct span to = http_header(&call->answer, "Location");
	char *text, *url, *origin;
	const char *why;

	free(call->next_url);
	call->next_url = NULL;
	if (!to.n || !is_to_be_followed(call))
		return;
	text = mem_strndup(to.p, to.n);
	url = url_follow(call->answer.url, text, &why);
	origin = url ? url_origin(url) : NULL;
	if (call->request.follow == HTTP_FOLLOW_ORIGIN) {
		if (origin && !strcmp(origin, call->origin))
			call->next_url = mem_strdup(url);
	} else if (origin) {
		call->next_url = mem_strdup(url);
	} else {
		char words[120];

		snprintf(words, sizeof(words), "the redirect leads to %s", why);
		give_up(call, ERR_NETWORK, false, words);
	}
	free(text);
	free(url);
	free(origin);
}

/*
 * Overwrites the token in what a server or a proxy says: some quote the
 * credential that they refuse, and that ends up in messages and logs.
 */
static void
mask_token(const struct http_call *call, char *text, size_t n)
{
	size_t length = call->token ? strlen(call->token) : 0;

	if (length < TOKEN_LEAST)
		return;
	for (size_t i = 0; i + length <= n; i++) {
		if (memcmp(text + i, call->token, length) != 0)
			continue;
		memset(text + i, '*', length);
		i += length - 1;
	}
}

static bool
head_ended(struct http_call *call)
{
	int status = call->answer.status;

	if (status >= 100 && status < 200)
		return true;
	/* What was sent by now, it has: libcurl asks no more of a whole body. */
	http_moves(call);
	call->headed = true;
	mask_token(call, call->answer.head.v, call->answer.head.n);
	if (http_is_at_home(call))
		budget_note(&call->http->budget, budget_kind(call->answer.url),
		    http_header(&call->answer, "RateLimit"), clock_ms());
	choose_redirect(call);
	if (call->failure.code != ERR_NONE)
		return false;
	call->streaming =
	    call->request.data && (status == 200 || status == 206);
	if (call->streaming && call->request.head &&
	    !call->request.head(call->request.context, &call->answer))
		return err_set(&call->failure, ERR_CANCELLED, "stopped");
	return true;
}

/* Of "HTTP/1.1" or "HTTP/2". */
static unsigned
version_of(struct span word)
{
	const char *digits = word.p + strlen("HTTP/");
	size_t n = word.n - strlen("HTTP/");
	unsigned version = 0;

	if (n && *digits >= '0' && *digits <= '9')
		version = (unsigned)(*digits - '0') * 10;
	if (n == 3 && digits[1] == '.' && digits[2] >= '0' && digits[2] <= '9')
		version += (unsigned)(digits[2] - '0');
	return version;
}

/* "HTTP/1.1 200 OK" begins the head of an answer; there may be several. */
static void
head_begins(struct http_call *call, struct span line)
{
	struct span word;
	uint64_t status = 0;

	str_clear(&call->answer.head);
	call->answer.version = 0;
	if (span_next(&line, ' ', &word)) {
		call->answer.version = version_of(word);
		if (span_next(&line, ' ', &word))
			span_u64(span_trim(word), &status);
	}
	call->answer.status = status <= 999 ? (int)status : 0;
}

size_t
http_on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	struct span line = { bytes, size * count };
	size_t taken = size * count;

	call->heard_ms = clock_ms();
	if (span_starts_nocase(line, "HTTP/")) {
		head_begins(call, line);
		if (++call->heads <= HEADS_MAX)
			return taken;
		give_up(call, ERR_LIMIT, false, "the answer does not begin");
		return 0;
	}
	line = span_trim(line);
	if (!line.n)
		return head_ended(call) ? taken : 0;
	str_add(&call->answer.head, line.p, line.n);
	str_addc(&call->answer.head, '\n');
	if (call->answer.head.n > HEAD_MAX) {
		give_up(call, ERR_LIMIT, false, "the headers are too long");
		return 0;
	}
	return taken;
}

/* Whether `n` more bytes are still within what the answer may have. */
static bool
is_within_limits(struct http_call *call, size_t n)
{
	const struct http_request *request = &call->request;
	uint64_t most =
	    call->streaming ? request->data_max : (uint64_t)request->body_max;
	uint64_t all = call->unpacked + n;
	curl_off_t came = 0;
	char why[120];

	if (all > most && (most || !call->streaming)) {
		snprintf(why, sizeof(why),
		    "the answer is larger than %llu KiB, the most that this "
		    "program reads of one",
		    (unsigned long long)most / 1024);
		return give_up(call, ERR_LIMIT, false, why);
	}
	if (all <= UNPACKED_FREE)
		return true;
	curl_easy_getinfo(call->easy, CURLINFO_SIZE_DOWNLOAD_T, &came);
	return all / UNPACKED_RATIO <= (uint64_t)came ||
	       give_up(call, ERR_LIMIT, false,
		   "the answer unpacks to more than 100 times what was sent");
}

/* Bytes for whoever takes them as they come. */
static size_t
hand_over(struct http_call *call, const char *bytes, size_t n)
{
	enum http_take take =
	    call->request.data(call->request.context, bytes, n);

	/* Whoever takes bytes may take long: that is not silence. */
	call->heard_ms = clock_ms();
	switch (take) {
	case HTTP_TAKEN:
		call->unpacked += n;
		return n;
	case HTTP_PAUSE:
		call->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	case HTTP_STOP:
		break;
	}
	err_set(&call->failure, ERR_CANCELLED, "stopped");
	return 0;
}

size_t
http_on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	size_t n = size * count;

	call->heard_ms = clock_ms();
	if (call->next_url) {
		call->unread += n;
		if (call->unread <= REDIRECT_BODY_MAX)
			return n;
		give_up(
		    call, ERR_LIMIT, false, "the redirect's body does not end");
		return 0;
	}
	/* Its status says what is wrong, however long its page is. */
	call->cut =
	    call->answer.status >= 400 && call->unpacked + n > ERROR_BODY_MAX;
	if (call->cut ||
	    (call->answer.status < 400 && !is_within_limits(call, n)))
		return 0;
	if (call->streaming)
		return hand_over(call, bytes, n);
	call->unpacked += n;
	str_add(&call->answer.body, bytes, n);
	return n;
}

/* Puts the end of a hop in words, unless we ended it ourselves. */
static void
explain(struct http_call *call, CURLcode code)
{
	char url[400];

	if (code == CURLE_OK || call->cut || call->failure.code != ERR_NONE)
		return;
	http_shown(url, sizeof(url), call->answer.url);
	call->answer.passing = failure_explain(
	    call->easy, code, call->curl_text, url, &call->failure);
}

static void hop_ended(struct http_call *call, CURLcode code);

static void
on_resume_failed(void *context)
{
	struct http_call *call = context;

	hop_ended(call, call->resumed);
}

void
http_go_on(struct http_call *call)
{
	call->resumed = curl_easy_pause(
	    call->easy, call->paused ? CURLPAUSE_RECV : CURLPAUSE_CONT);
	/* Bytes that waited are delivered inside that call. Where they are not
	 * wanted any more only its result tells, the multi handle does not. */
	if (call->resumed != CURLE_OK)
		loop_timer_start(call->http->loop, &call->silence, 0,
		    on_resume_failed, call);
}

static void start_hop(struct http_call *call);

static void
call_free(struct http_call *call)
{
	loop_timer_stop(&call->silence);
	loop_timer_stop(&call->gate);
	list_remove(&call->waits);
	curl_multi_remove_handle(call->http->multi.handle, call->easy);
	curl_easy_cleanup(call->easy);
	http_drop_lines(call);
	free(call->origin);
	mem_drop(call->token);
	if (call->body)
		body_on_ready(call->body, NULL, NULL);
	body_free(call->body);
	free(call->type);
	free(call->next_url);
	free(call->answer.url);
	str_fini(&call->answer.head);
	/* What answers a form may hold a token. */
	if (call->request.body)
		str_drop(&call->answer.body);
	else
		str_fini(&call->answer.body);
	call->http->calls--;
	free(call);
}

static void
finish(struct http_call *call)
{
	char url[400];

	http_shown(url, sizeof(url), call->answer.url);
	log_line(call->http->log, "%s %s: %d, %llu ms%s%s",
	    call->request.method, url, call->answer.status,
	    (unsigned long long)(clock_ms() - call->begun_ms),
	    call->failure.code != ERR_NONE ? ", " : "",
	    call->failure.code != ERR_NONE ? call->failure.message : "");
	loop_timer_stop(&call->silence);
	curl_multi_remove_handle(call->http->multi.handle, call->easy);
	if (call->answer.status >= 400)
		mask_token(call, call->answer.body.v, call->answer.body.n);
	call->request.done(call->request.context, &call->answer,
	    call->failure.code != ERR_NONE ? &call->failure : NULL);
	call_free(call);
}

static void
hop_ended(struct http_call *call, CURLcode code)
{
	explain(call, code);
	/* A block of the body that comes later is not for this connection. */
	call->waits_to_send = false;
	loop_timer_stop(&call->gate);
	if (call->failure.code == ERR_NONE && call->next_url) {
		if (++call->hops > REDIRECTS_MAX) {
			give_up(call, ERR_NETWORK, false,
			    "redirected more than 20 times");
		} else {
			curl_multi_remove_handle(
			    call->http->multi.handle, call->easy);
			free(call->answer.url);
			call->answer.url = call->next_url;
			call->next_url = NULL;
			start_hop(call);
			return;
		}
	}
	finish(call);
}

static void
on_ended(void *context, CURL *easy, CURLcode code)
{
	struct http_call *call = NULL;

	(void)context;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	hop_ended(call, code);
}

static void
on_uses(void *context, CURL *easy, int fd)
{
	struct http_call *call = NULL;

	(void)context;
	if (!curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call) && call)
		call->fd = fd;
}

/* Ends a call that waited for long enough. */
static void
give_up_waiting(struct http_call *call, bool passing, const char *why)
{
	call->http->distrusts_until_ms = clock_ms() + clock_scaled(DISTRUST_MS);
	give_up(call, ERR_NETWORK, passing, why);
	err_remedy(&call->failure, REMEDY_CHECK_CONNECTION);
	finish(call);
}

/*
 * Whether the answer comes so slowly that it never ends. The bytes of a file
 * are no answer: they may take as long as they do.
 */
static bool
is_too_slow(const struct http_call *call)
{
	uint64_t each =
	    clock_scaled((uint64_t)call->request.silence_ms * SLOW_SILENCES);
	uint64_t times = (clock_ms() - call->hop_ms) / each;

	if (call->headed && call->streaming && !call->request.data_max)
		return false;
	return call->headed ? call->unpacked + call->unread < times * SLOW_BYTES
	                    : times > 0;
}

/* Looks when the last byte came; a paused transfer is silent by our wish. */
static void
on_silence(void *context)
{
	struct http_call *call = context;
	unsigned seconds = call->request.silence_ms / 1000;
	uint64_t limit = clock_scaled(call->request.silence_ms);
	uint64_t quiet = clock_ms() - call->heard_ms;
	char why[80];

	if (quiet >= limit && http_moves(call))
		quiet = 0;
	if (call->waits_to_send)
		call->hop_ms = clock_ms();
	if (call->paused || call->waits_to_send)
		quiet = 0;
	if (quiet >= limit) {
		snprintf(
		    why, sizeof(why), "nothing came for %u seconds", seconds);
		give_up_waiting(call, true, why);
	} else if (is_too_slow(call)) {
		snprintf(why, sizeof(why),
		    "the answer has not come in %u seconds",
		    seconds * SLOW_SILENCES);
		give_up_waiting(call, false, why);
	} else {
		loop_timer_start(call->http->loop, &call->silence,
		    limit - quiet, on_silence, call);
	}
}

static void
send_hop(struct http_call *call)
{
	str_clear(&call->answer.head);
	str_clear(&call->answer.body);
	call->answer.status = 0;
	call->heads = 0;
	call->headed = call->cut = false;
	call->unread = call->unpacked = 0;
	call->curl_text[0] = '\0';
	call->heard_ms = call->hop_ms = clock_ms();
	http_set_hop(call);
	curl_multi_add_handle(call->http->multi.handle, call->easy);
}

static void
on_window(void *context)
{
	struct http_call *call = context;

	list_remove(&call->waits);
	start_hop(call);
}

static void
tell_wait(struct http *http, uint64_t ms)
{
	uint64_t now = clock_ms();

	if (now < http->told_until_ms || !http->wait)
		return;
	http->told_until_ms = now + ms;
	http->wait(http->wait_context, ms);
}

void
http_pause(struct http *http, const char *url, uint64_t ms)
{
	pauses_add(&http->pauses, url, ms);
}

void
http_hurry(struct http *http)
{
	pauses_fini(&http->pauses);
	http->told_until_ms = 0;
	for (struct list *l = http->waiting.next; l != &http->waiting;
	     l = l->next) {
		struct http_call *call =
		    CONTAINER_OF(l, struct http_call, waits);

		loop_timer_start(
		    http->loop, &call->silence, 0, on_window, call);
	}
}

/* Starts a hop, or waits with it until the Hub allows more requests. */
static void
start_hop(struct http_call *call)
{
	uint64_t ms = pauses_left(&call->http->pauses, call->answer.url);

	if (!ms && http_is_at_home(call))
		ms = budget_spend(&call->http->budget,
		    budget_kind(call->answer.url), clock_ms());
	if (!ms) {
		loop_timer_start(call->http->loop, &call->silence,
		    clock_scaled(call->request.silence_ms), on_silence, call);
		send_hop(call);
		return;
	}
	tell_wait(call->http, ms);
	list_append(&call->http->waiting, &call->waits);
	loop_timer_start(call->http->loop, &call->silence, ms, on_window, call);
}

struct http_call *
http_start(struct http *http, const struct http_request *request)
{
	struct http_call *call = mem_new(struct http_call);

	call->http = http;
	list_init(&call->waits);
	call->request = *request;
	call->origin = mem_strdup(request->origin);
	call->token = mem_strdup(request->token);
	call->body = body_keep(request->body);
	call->type = mem_strdup(request->type);
	call->answer.url = mem_strdup(request->url);
	str_init(&call->answer.head);
	str_init(&call->answer.body);
	call->begun_ms = clock_ms();
	call->easy = curl_easy_init();
	assert(call->easy);
	http->calls++;
	http_set_options(call);
	start_hop(call);
	return call;
}

void
http_cancel(struct http_call *call)
{
	if (call)
		call_free(call);
}

void
http_resume(struct http_call *call)
{
	call->paused = false;
	call->heard_ms = clock_ms();
	http_go_on(call);
}

/* A line end would begin another header. */
static void
add_plain(struct str *out, const char *text)
{
	for (; *text; text++)
		str_addc(out, *text >= ' ' && *text <= '~' ? *text : '_');
}

struct http *
http_new(struct loop *loop, const struct log *log, struct error *err)
{
	struct http *http;
	struct str agent = STR_INIT;
	const char *origin = env_get("HF_HUB_USER_AGENT_ORIGIN");

	if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
		err_set(err, ERR_INTERNAL, "libcurl does not start");
		return NULL;
	}
	http = mem_new(struct http);
	http->loop = loop;
	http->log = log;
	list_init(&http->waiting);
	str_addf(&agent, "%s/%s", PACKAGE_NAME, PACKAGE_VERSION);
	if (origin) {
		str_addz(&agent, "; origin/");
		add_plain(&agent, origin);
	}
	http->agent = str_steal(&agent);
	route_init(&http->route);
	http->multi =
	    (struct multi){ .loop = loop, .ended = on_ended, .uses = on_uses };
	multi_init(&http->multi);
	return http;
}

void
http_on_wait(
    struct http *http, void (*wait)(void *context, uint64_t ms), void *context)
{
	http->wait = wait;
	http->wait_context = context;
}

bool
http_waits(const struct http *http)
{
	return clock_ms() < http->told_until_ms;
}

void
http_free(struct http *http)
{
	if (!http)
		return;
	assert(!http->calls);
	multi_fini(&http->multi);
	free(http->agent);
	route_fini(&http->route);
	pauses_fini(&http->pauses);
	free(http);
	curl_global_cleanup();
}

char *
http_libraries(void)
{
	return mem_strdup(curl_version());
}
