/*
 * retry.h: which failures to repeat, when, and how often.
 *
 * Repeated are failures of the connection and the statuses 408, 429, 500, 502,
 * 503 and 504, five times, after about 1, 2, 4, 8 and 8 seconds: the figures of
 * the official client, with jitter so that many clients do not come back at
 * once. A Retry-After, or a RateLimit with nothing left, is waited out.
 *
 * With patience they are repeated until nothing has come for so long, after pauses
 * that grow to a minute.
 */
#ifndef CORE_NET_RETRY_H
#define CORE_NET_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_answer;

#define RETRY_TRIES 5

/* {0} is one that was never used. */
struct retry {
	unsigned used; /* waits that were granted since the last success */
	unsigned patience_s; /* 0: RETRY_TRIES count instead */
	uint64_t since_ms;   /* of the last success, or the first request */
};

/* A request begins: the patience lasts from here, unless it was begun before. */
void retry_begin(struct retry *retry);

/* Something came: all begins anew. */
void retry_succeeded(struct retry *retry);

/* How often it was tried, for a sentence: "2 of 5", with patience "2". */
void retry_tell(const struct retry *retry, char *out, size_t size);

/* Whether a failure is one of those, whatever was tried before. */
bool retry_helps(const struct http_answer *answer, bool failed);

/*
 * Whether to try again, and after how many milliseconds (already scaled by
 * clock_scaled). `failed` says that no whole answer came.
 */
bool retry_wait(struct retry *retry, const struct http_answer *answer,
    bool failed, uint64_t *ms);

#endif
