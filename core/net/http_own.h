/* http_own.h: what http.c and http_send.c share. */
#ifndef CORE_NET_HTTP_OWN_H
#define CORE_NET_HTTP_OWN_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/list.h"
#include "core/net/budget.h"
#include "core/net/http.h"
#include "core/net/multi.h"
#include "core/net/pauses.h"
#include "core/net/route.h"
#include "core/run/loop.h"

struct http {
	struct loop *loop;
	const struct log *log;
	struct multi multi;
	char *agent;
	struct route route;
	unsigned calls;
	struct budget budget; /* of the Hub that the tokens are for */
	struct pauses pauses;
	struct list waiting; /* calls that wait for a window or a pause */
	void (*wait)(void *context, uint64_t ms);
	void *wait_context;
	uint64_t told_until_ms;      /* of the wait that was told */
	uint64_t distrusts_until_ms; /* the connections that are open */
};

struct http_call {
	struct http *http;
	struct list waits; /* in http->waiting */
	CURL *easy;
	struct http_request request; /* its text is ours, below */
	char *origin, *token, *type;
	struct body *body;      /* NULL: none */
	bool waits_to_send;     /* the body has no bytes at hand, or may not */
	struct loop_timer gate; /* until it may */
	int fd;                 /* of the connection; -1: not known */
	uint64_t left_bytes;    /* of the body, when it was last looked at */
	struct curl_slist *lines;
	struct http_answer answer;
	char *next_url; /* where to go when this hop ends; NULL: nowhere */
	unsigned hops;
	unsigned heads;    /* of this hop */
	bool headed;       /* its head is whole */
	bool cut;          /* the page of an error was too long */
	uint64_t unread;   /* bytes of this hop's redirect */
	uint64_t unpacked; /* of its body */
	uint64_t hop_ms;   /* when it began */
	bool paused;
	CURLcode resumed; /* what going on after a pause came to */
	bool streaming;
	struct error failure; /* code other than ERR_NONE: why we stopped */
	struct loop_timer silence;
	uint64_t heard_ms;
	uint64_t begun_ms;
	char curl_text[CURL_ERROR_SIZE];
};

/* An address as it may be shown, cut to fit. */
void http_shown(char *out, size_t size, const char *url);

/* Whether this hop goes to the origin that the token is for. */
bool http_is_at_home(const struct http_call *call);

/* What comes; callbacks of libcurl. */
size_t http_on_header(char *bytes, size_t size, size_t count, void *context);
size_t http_on_body(char *bytes, size_t size, size_t count, void *context);

/* Goes on after a pause of either direction. */
void http_go_on(struct http_call *call);

/* Sets what stays the same on all hops. */
void http_set_options(struct http_call *call);

/* Sets what belongs to this hop, and begins its body. */
void http_set_hop(struct http_call *call);

/* Frees the header lines: the token is in one of them. */
void http_drop_lines(struct http_call *call);

/*
 * Looks whether the other side took more of the body since the last look, which
 * a slow line does long after the last byte was handed over.
 */
bool http_moves(struct http_call *call);

#endif
