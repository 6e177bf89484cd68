/* multi.h: libcurl's transfers on our loop. */
#ifndef CORE_NET_MULTI_H
#define CORE_NET_MULTI_H

#include <curl/curl.h>

#include "core/run/loop.h"

/* Set `loop`, `ended`, `uses` and `context`; the rest {0}. */
struct multi {
	struct loop *loop;
	/* A handle's transfer has ended; it is still in the multi handle. */
	void (*ended)(void *context, CURL *easy, CURLcode code);
	/* A handle's transfer waits for a socket, its connection's. */
	void (*uses)(void *context, CURL *easy, int fd);
	void *context;

	CURLM *handle; /* for curl_multi_add_handle and remove_handle */
	struct loop_timer timer;
};

/* Makes the multi handle, whose sockets and timer are the loop's from then on. */
void multi_init(struct multi *multi);

/* Its handles must have been removed. */
void multi_fini(struct multi *multi);

#endif
