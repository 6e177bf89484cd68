#include "core/net/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/net/budget.h"
#include "core/net/header.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/run/loop.h"

/* As many as the official client follows. */
#define REDIRECTS_MAX 20

/* Heads before the one of the answer (103 Early Hints and the like). */
#define HEADS_MAX 32

/* The body of a redirect is of no use; a longer one is none. */
#define REDIRECT_BODY_MAX (1024 * 1024)

/* After a silence no new request trusts a connection that is shared. */
#define DISTRUST_MS 10000

/* Header lines together; more is no answer of the Hub's. */
#define HEAD_MAX (256 * 1024)

struct http {
	struct loop *loop;
	const struct log *log;
	CURLM *multi;
	struct loop_timer timer;
	char *agent;
	char *ca_file;   /* NULL: the system's */
	char *ca_folder; /* NULL: the system's */
	const char
	    *proxy; /* for http://, where libcurl reads lower case only */
	unsigned calls;
	struct budget budget; /* of the Hub that the tokens are for */
	void (*wait)(void *context, uint64_t ms);
	void *wait_context;
	uint64_t told_until_ms;      /* of the wait that was told */
	uint64_t distrusts_until_ms; /* the connections that are open */
};

struct http_call {
	struct http *http;
	CURL *easy;
	struct http_request request; /* its text is ours, below */
	char *origin, *token, *body, *type;
	struct curl_slist *lines;
	struct http_answer answer;
	char *next_url; /* where to go when this hop ends; NULL: nowhere */
	unsigned hops;
	unsigned heads;  /* of this hop */
	uint64_t unread; /* bytes of this hop's redirect */
	bool paused;
	CURLcode resumed; /* what going on after a pause came to */
	bool streaming;
	struct error failure; /* code other than ERR_NONE: why we stopped */
	struct loop_timer silence;
	uint64_t heard_ms;
	uint64_t begun_ms;
	char curl_text[CURL_ERROR_SIZE];
};

static void
shown(char *out, size_t size, const char *url)
{
	struct str safe = STR_INIT;
	struct str cut = STR_INIT;

	url_shown(&safe, url);
	utf8_fit(&cut, safe.v, 100);
	snprintf(out, size, "%s", cut.v);
	str_fini(&safe);
	str_fini(&cut);
}

/* Ends the call with an error of ours: libcurl only learns "abort". */
static bool
give_up(
    struct http_call *call, enum err_code code, bool passing, const char *why)
{
	char url[400];

	if (call->failure.code != ERR_NONE)
		return false;
	shown(url, sizeof(url), call->answer.url);
	err_set(&call->failure, code, "%s: %s", url, why);
	err_about(&call->failure, ERR_ABOUT_REACH, url, NULL);
	call->answer.passing = passing;
	return false;
}

/* Whether this hop goes to the origin that the token is for. */
static bool
is_at_home(const struct http_call *call)
{
	char *origin = url_origin(call->answer.url);
	bool home = origin && call->origin && !strcmp(origin, call->origin);

	free(origin);
	return home;
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

	free(call->next_url);
	call->next_url = NULL;
	if (!to.n || !is_to_be_followed(call))
		return;
	text = mem_strndup(to.p, to.n);
	url = url_resolve(call->answer.url, text);
	origin = url ? url_origin(url) : NULL;
	if (call->request.follow == HTTP_FOLLOW_ORIGIN) {
		if (origin && !strcmp(origin, call->origin))
			call->next_url = mem_strdup(url);
	} else if (origin) {
		call->next_url = mem_strdup(url);
	} else {
		give_up(call, ERR_NETWORK, false,
		    "the redirect leads to no http or https address");
	}
	free(text);
	free(url);
	free(origin);
}

static bool
head_ended(struct http_call *call)
{
	int status = call->answer.status;

	if (status >= 100 && status < 200)
		return true;
	if (is_at_home(call))
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

/* "HTTP/1.1 200 OK" begins the head of an answer; there may be several. */
static void
head_begins(struct http_call *call, struct span line)
{
	struct span word;
	uint64_t status = 0;

	str_clear(&call->answer.head);
	if (span_next(&line, ' ', &word) && span_next(&line, ' ', &word))
		span_u64(span_trim(word), &status);
	call->answer.status = status <= 999 ? (int)status : 0;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *context)
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

static size_t
on_body(char *bytes, size_t size, size_t count, void *context)
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
	if (call->streaming) {
		enum http_take take =
		    call->request.data(call->request.context, bytes, n);

		/* Whoever takes bytes may take long: that is not silence. */
		call->heard_ms = clock_ms();
		switch (take) {
		case HTTP_TAKEN:
			return n;
		case HTTP_PAUSE:
			call->paused = true;
			return CURL_WRITEFUNC_PAUSE;
		case HTTP_STOP:
			err_set(&call->failure, ERR_CANCELLED, "stopped");
			return 0;
		}
	}
	if (call->answer.body.n + n > call->request.body_max) {
		give_up(call, ERR_LIMIT, false,
		    "the answer is larger than any this program asks for");
		return 0;
	}
	str_add(&call->answer.body, bytes, n);
	return n;
}

/* Failures that say nothing about the next try. */
static bool
is_passing(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return true;
	default:
		return false;
	}
}

static const char *
curl_hint(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		return "Check the connection, HF_ENDPOINT and the proxy "
		       "settings";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return "If a proxy or a private authority signs here, name "
		       "its certificates in SSL_CERT_FILE";
	default:
		return "";
	}
}

/* Puts the end of a hop in words, unless we ended it ourselves. */
static void
explain(struct http_call *call, CURLcode code)
{
	const char *text =
	    call->curl_text[0] ? call->curl_text : curl_easy_strerror(code);
	struct str safe = STR_INIT;
	char url[400];

	if (code == CURLE_OK || call->failure.code != ERR_NONE)
		return;
	shown(url, sizeof(url), call->answer.url);
	utf8_safe(&safe, text);
	err_set(&call->failure, ERR_NETWORK, "%s: %.300s", url, safe.v);
	err_about(&call->failure, ERR_ABOUT_REACH, url, NULL);
	err_hint(&call->failure, "%s", curl_hint(code));
	call->answer.passing = is_passing(code);
	str_fini(&safe);
}

static void start_hop(struct http_call *call);

/* The token is in one of them. */
static void
drop_lines(struct http_call *call)
{
	for (struct curl_slist *line = call->lines; line; line = line->next)
		mem_wipe(line->data, strlen(line->data));
	curl_slist_free_all(call->lines);
	call->lines = NULL;
}

static void
call_free(struct http_call *call)
{
	loop_timer_stop(&call->silence);
	curl_multi_remove_handle(call->http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	drop_lines(call);
	free(call->origin);
	mem_drop(call->token);
	mem_drop(call->body);
	free(call->type);
	free(call->next_url);
	free(call->answer.url);
	str_fini(&call->answer.head);
	str_fini(&call->answer.body);
	call->http->calls--;
	free(call);
}

static void
finish(struct http_call *call)
{
	char url[400];

	shown(url, sizeof(url), call->answer.url);
	log_line(call->http->log, "%s %s: %d, %llu ms%s%s",
	    call->request.method, url, call->answer.status,
	    (unsigned long long)(clock_ms() - call->begun_ms),
	    call->failure.code != ERR_NONE ? ", " : "",
	    call->failure.code != ERR_NONE ? call->failure.message : "");
	loop_timer_stop(&call->silence);
	curl_multi_remove_handle(call->http->multi, call->easy);
	call->request.done(call->request.context, &call->answer,
	    call->failure.code != ERR_NONE ? &call->failure : NULL);
	call_free(call);
}

static void
hop_ended(struct http_call *call, CURLcode code)
{
	explain(call, code);
	if (call->failure.code == ERR_NONE && call->next_url) {
		if (++call->hops > REDIRECTS_MAX) {
			give_up(call, ERR_NETWORK, false,
			    "redirected more than 20 times");
		} else {
			curl_multi_remove_handle(call->http->multi, call->easy);
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
collect(struct http *http)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left))) {
		struct http_call *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &call);
		hop_ended(call, message->data.result);
	}
}

static void
on_socket_ready(void *context, int fd, unsigned events)
{
	struct http *http = context;
	int mask = (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
	           (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
	int running;

	curl_multi_socket_action(http->multi, fd, mask, &running);
	collect(http);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
	struct http *http = context;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE)
		loop_unwatch(http->loop, fd);
	else
		loop_watch(http->loop, fd,
		    (what & CURL_POLL_IN ? LOOP_READ : 0u) |
			(what & CURL_POLL_OUT ? LOOP_WRITE : 0u),
		    on_socket_ready, http);
	return 0;
}

static void
on_timeout(void *context)
{
	struct http *http = context;
	int running;

	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(http);
}

static int
on_timer(CURLM *multi, long ms, void *context)
{
	struct http *http = context;

	(void)multi;
	if (ms < 0)
		loop_timer_stop(&http->timer);
	else
		loop_timer_start(
		    http->loop, &http->timer, (uint64_t)ms, on_timeout, http);
	return 0;
}

/* Looks when the last byte came; a paused transfer is silent by our wish. */
static void
on_silence(void *context)
{
	struct http_call *call = context;
	uint64_t limit = clock_scaled(call->request.silence_ms);
	uint64_t quiet = clock_ms() - call->heard_ms;
	char why[80];

	if (call->paused)
		quiet = 0;
	if (quiet < limit) {
		loop_timer_start(call->http->loop, &call->silence,
		    limit - quiet, on_silence, call);
		return;
	}
	snprintf(why, sizeof(why), "nothing came for %u seconds",
	    call->request.silence_ms / 1000);
	call->http->distrusts_until_ms = clock_ms() + clock_scaled(DISTRUST_MS);
	give_up(call, ERR_NETWORK, true, why);
	err_hint(&call->failure, "%s", curl_hint(CURLE_OPERATION_TIMEDOUT));
	finish(call);
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
	bool trusted = call->token && is_at_home(call);
	char url[400];

	drop_lines(call);
	if (trusted)
		add_line(call, "Authorization", "Bearer ", call->token);
	if (call->request.download)
		add_line(call, "X-HF-Download-Counter", "", "1");
	if (call->body)
		add_line(call, "Content-Type", "",
		    call->type ? call->type : "application/json");
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->lines);
	shown(url, sizeof(url), call->answer.url);
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
	bool share =
	    call->request.small && !strncmp(call->answer.url, "https:", 6);

	curl_easy_setopt(call->easy, CURLOPT_HTTP_VERSION,
	    share ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(call->easy, CURLOPT_PIPEWAIT, share ? 1L : 0L);
	curl_easy_setopt(call->easy, CURLOPT_FRESH_CONNECT,
	    clock_ms() < call->http->distrusts_until_ms ? 1L : 0L);
}

static void
send_hop(struct http_call *call)
{
	str_clear(&call->answer.head);
	str_clear(&call->answer.body);
	call->answer.status = 0;
	call->heads = 0;
	call->unread = 0;
	call->curl_text[0] = '\0';
	call->heard_ms = clock_ms();
	set_lines(call);
	set_version(call);
	curl_easy_setopt(call->easy, CURLOPT_URL, call->answer.url);
	if (call->http->proxy && !strncmp(call->answer.url, "http://", 7))
		curl_easy_setopt(call->easy, CURLOPT_PROXY, call->http->proxy);
	else
		curl_easy_setopt(call->easy, CURLOPT_PROXY, NULL);
	curl_multi_add_handle(call->http->multi, call->easy);
}

static void
on_window(void *context)
{
	struct http_call *call = context;

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

/* Starts a hop, or waits with it until the Hub allows more requests. */
static void
start_hop(struct http_call *call)
{
	uint64_t ms = 0;

	if (is_at_home(call))
		ms = budget_spend(&call->http->budget,
		    budget_kind(call->answer.url), clock_ms());
	if (!ms) {
		loop_timer_start(call->http->loop, &call->silence,
		    clock_scaled(call->request.silence_ms), on_silence, call);
		send_hop(call);
		return;
	}
	tell_wait(call->http, ms);
	loop_timer_start(call->http->loop, &call->silence, ms, on_window, call);
}

static void
set_method(struct http_call *call)
{
	const char *method = call->request.method;

	if (!strcmp(method, "HEAD"))
		curl_easy_setopt(call->easy, CURLOPT_NOBODY, 1L);
	else if (call->body || !strcmp(method, "POST"))
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS,
		    call->body ? call->body : "");
	/* Else libcurl names the method itself: GET, HEAD or POST. */
	if (!strcmp(method, "PUT") || !strcmp(method, "DELETE"))
		curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, method);
}

static void
set_options(struct http_call *call)
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
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	if (http->ca_file || http->ca_folder) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, http->ca_folder);
	}
	set_method(call);
	if (!call->request.data && strcmp(call->request.method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	else
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
	if (call->request.data)
		curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L * 1024);
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

struct http_call *
http_start(struct http *http, const struct http_request *request)
{
	struct http_call *call = mem_new(struct http_call);

	call->http = http;
	call->request = *request;
	call->origin = mem_strdup(request->origin);
	call->token = mem_strdup(request->token);
	call->body = mem_strdup(request->body);
	call->type = mem_strdup(request->type);
	call->answer.url = mem_strdup(request->url);
	str_init(&call->answer.head);
	str_init(&call->answer.body);
	call->begun_ms = clock_ms();
	call->easy = curl_easy_init();
	assert(call->easy);
	http->calls++;
	set_options(call);
	start_hop(call);
	return call;
}

void
http_cancel(struct http_call *call)
{
	if (call)
		call_free(call);
}

static void
on_resume_failed(void *context)
{
	struct http_call *call = context;

	hop_ended(call, call->resumed);
}

void
http_resume(struct http_call *call)
{
	call->paused = false;
	call->heard_ms = clock_ms();
	call->resumed = curl_easy_pause(call->easy, CURLPAUSE_CONT);
	/* Bytes that waited are delivered inside that call. Where they are not
	 * wanted any more only its result tells, the multi handle does not. */
	if (call->resumed != CURLE_OK)
		loop_timer_start(call->http->loop, &call->silence, 0,
		    on_resume_failed, call);
}

/*
 * The official client's variables in its order. libcurl trusts its bundle and
 * its folder together by default, and then parses the whole bundle at the first
 * connection; the hashed folder alone is quicker to start.
 */
static void
choose_authorities(struct http *http)
{
	static const char *const names[] = { "REQUESTS_CA_BUNDLE",
		"CURL_CA_BUNDLE", "SSL_CERT_FILE" };
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	const char *folder = env_get("SSL_CERT_DIR");

	for (unsigned i = 0; i < 3 && !http->ca_file; i++) {
		const char *value = env_get(names[i]);

		if (value && file_kind(value, NULL) == FILE_FOLDER)
			folder = value;
		else
			http->ca_file = mem_strdup(value);
	}
	if (!folder && !http->ca_file && info->capath &&
	    file_kind(info->capath, NULL) == FILE_FOLDER)
		folder = info->capath;
	http->ca_folder = mem_strdup(folder);
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
	http->multi = curl_multi_init();
	str_addf(&agent, "%s/%s", PACKAGE_NAME, PACKAGE_VERSION);
	if (origin)
		str_addf(&agent, "; origin/%s", origin);
	http->agent = str_steal(&agent);
	/* A CGI program gets HTTP_PROXY from its visitors' Proxy header. */
	if (!env_get("http_proxy") && !env_get("REQUEST_METHOD"))
		http->proxy = env_get("HTTP_PROXY");
	choose_authorities(http);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
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
	loop_timer_stop(&http->timer);
	curl_multi_cleanup(http->multi);
	free(http->agent);
	free(http->ca_file);
	free(http->ca_folder);
	free(http);
	curl_global_cleanup();
}

char *
http_libraries(void)
{
	return mem_strdup(curl_version());
}
