/*
 * http.h: HTTP requests on the loop, over libcurl's multi interface.
 *
 * A request is one exchange with the redirects it follows; repeating what
 * failed is the caller's (retry.h). Bounded are silence (a peer that neither
 * sends nor takes a byte for the request's time-out is given up), slowness (an answer that comes
 * byte by byte), its bytes, and how far it unpacks.
 *
 * No redirect leads from https to http: at the same host https is asked
 * instead, another host is refused.
 *
 * The token goes into requests to its own origin only, at every hop: a
 * redirect to another scheme, host or port never carries it.
 */
#ifndef CORE_NET_HTTP_H
#define CORE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/net/header.h"

struct body;
struct http;
struct http_call;
struct log;
struct loop;

enum http_follow {
	HTTP_FOLLOW,        /* any redirect, as long as it is http or https */
	HTTP_FOLLOW_ORIGIN, /* those that stay at the token's origin */
};

/* What a callback says about the bytes it got. */
enum http_take {
	HTTP_TAKEN,
	HTTP_PAUSE, /* not taken; they come again after http_resume */
	HTTP_STOP,  /* end the request; done gets ERR_CANCELLED */
};

/* As the type of a body: that of a form. */
#define HTTP_FORM "application/x-www-form-urlencoded"

/* All text is borrowed until http_start returns. */
struct http_request {
	const char *method; /* GET, HEAD, POST, PUT or DELETE */
	const char *url;
	const char *origin; /* the token's, from url_origin */
	const char *token;  /* NULL: none */
	const char *accept; /* value of Accept, a constant; NULL: anything */
	struct body *body;  /* NULL: none. The request keeps it, and sends it
			       anew when it is sent on to another address */
	const char *type;   /* of the body; NULL: JSON */
	uint64_t from;      /* first byte wanted */
	uint64_t to;        /* last byte wanted; 0: to the end. With both 0
			       no Range is sent */
	unsigned silence_ms;
	bool sips;       /* `data` is to get few bytes at once: its rate is
			       low, and it takes all or nothing */
	size_t body_max; /* bytes; a larger answer fails with ERR_LIMIT */
	enum http_follow follow;
	bool download; /* part of a download, which the Hub counts */
	bool small;    /* may share a connection with others (HTTP/2) */
	bool once;     /* not sent again, unasked, where a connection that was
			  kept turns out to be dead: it may have arrived */

	/*
	 * With `data` set the body of a 200 or 206 is streamed: `head` is
	 * called first and returns false to end the request. With `data_max`
	 * it is an answer of at most so many bytes that may come compressed,
	 * without, the bytes of a file, as many and as slow as they are.
	 */
	uint64_t data_max;
	bool (*head)(void *context, const struct http_answer *answer);
	enum http_take (*data)(void *context, const char *bytes, size_t n);
	/* The end, always called once unless http_cancel was. err is NULL if
	 * an answer came, whatever its status. */
	void (*done)(void *context, const struct http_answer *answer,
	    const struct error *err);
	/* How many bytes of the body have left so far, fewer than before when
	 * it begins anew; NULL: nobody asks. */
	void (*sent)(void *context, uint64_t bytes);
	/*
	 * Before bytes of the body are handed out: 0, and at most how many in
	 * `room`, or for how many milliseconds none may; NULL: as many as can.
	 */
	uint64_t (*gate)(void *context, size_t *room);
	void *context;
};

/*
 * Proxies and CA bundles come from the usual environment variables. `log` is
 * borrowed and outlives it.
 */
MUST_USE struct http *http_new(
    struct loop *loop, const struct log *log, struct error *err);

/* The libraries and their releases, for reports; the caller frees it. */
MUST_USE char *http_libraries(void);

/* Who is told, once a window, that requests wait for the Hub's rate limit. */
void http_on_wait(
    struct http *http, void (*wait)(void *context, uint64_t ms), void *context);

/* Whether requests wait for it now. */
bool http_waits(const struct http *http);

/* Nothing more is asked of the server of an address for so long: all requests
 * to it wait. For 429. */
void http_pause(struct http *http, const char *url, uint64_t ms);

/* Ends such pauses: what waits is sent now, unless the Hub has said that it would
 * be refused (RateLimit). */
void http_hurry(struct http *http);

/* Every call must have ended or been cancelled. */
void http_free(struct http *http);

/* The call is good until its done returns, or http_cancel. */
struct http_call *http_start(
    struct http *http, const struct http_request *request);

/* Ends it without done. Not to be called from head or data. */
void http_cancel(struct http_call *call);

/* Goes on after HTTP_PAUSE; data may be called before it returns. */
void http_resume(struct http_call *call);

#endif
