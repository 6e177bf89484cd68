#include "core/net/retry.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/net/header.h"
#include "core/net/http.h"
#include "core/os/clock.h"
#include "core/os/file.h"

/* Longer than any window the Hub is known to have; then failing is kinder. */
#define SERVER_WAIT_MAX_S 3600

/* The longest pause that patience makes. */
#define PAUSE_MAX_MS 60000

static bool
is_repeatable(int status)
{
	switch (status) {
	case 408:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		return true;
	default:
		return false;
	}
}

/* Seconds to the reset in RateLimit ("api";r=0;t=12), if nothing is left. */
static bool
limit_reset(const struct http_answer *answer, uint64_t *seconds)
{
	struct span rest = http_header(answer, "RateLimit");
	struct span param;
	uint64_t left = 1;
	bool found = false;

	while (span_next(&rest, ';', &param)) {
		param = span_trim(param);
		if (span_starts_nocase(param, "r="))
			span_u64(
			    (struct span){ param.p + 2, param.n - 2 }, &left);
		else if (span_starts_nocase(param, "t="))
			found = span_u64(
			    (struct span){ param.p + 2, param.n - 2 }, seconds);
	}
	return found && left == 0;
}

/* What the server asks us to wait, if it does. */
static bool
server_wait(const struct http_answer *answer, uint64_t *seconds)
{
	if (answer->status == 429 && limit_reset(answer, seconds))
		return true;
	return span_u64(http_header(answer, "Retry-After"), seconds);
}

/* A random number below `bound`. */
static uint64_t
random_below(uint64_t bound)
{
	char hex[9];

	file_random_hex(hex, 8);
	return strtoul(hex, NULL, 16) % bound;
}

bool
retry_helps(const struct http_answer *answer, bool failed)
{
	return failed ? answer->passing : is_repeatable(answer->status);
}

void
retry_begin(struct retry *retry)
{
	if (!retry->since_ms)
		retry->since_ms = clock_ms();
}

void
retry_succeeded(struct retry *retry)
{
	retry->used = 0;
	retry->since_ms = clock_ms();
}

void
retry_tell(const struct retry *retry, char *out, size_t size)
{
	if (retry->patience_s)
		snprintf(out, size, "%u", retry->used);
	else
		snprintf(out, size, "%u of %u", retry->used, RETRY_TRIES);
}

static bool
is_used_up(const struct retry *retry)
{
	uint64_t most = clock_scaled((uint64_t)retry->patience_s * 1000);

	if (!retry->patience_s)
		return retry->used >= RETRY_TRIES;
	return clock_ms() - retry->since_ms >= most;
}

/* The pause that we choose ourselves. */
static uint64_t
own_pause(const struct retry *retry)
{
	static const unsigned waits_ms[RETRY_TRIES] = { 1000, 2000, 4000, 8000,
		8000 };
	uint64_t ms = PAUSE_MAX_MS;

	if (!retry->patience_s) {
		ms = waits_ms[retry->used];
		return ms * 3 / 4 + random_below(ms / 2);
	}
	if (retry->used < 6)
		ms = (uint64_t)1000 << retry->used;
	return ms * 3 / 4 + random_below(ms / 4);
}

bool
retry_wait(struct retry *retry, const struct http_answer *answer, bool failed,
    uint64_t *ms)
{
	uint64_t longest = SERVER_WAIT_MAX_S;
	uint64_t seconds;

	if (!retry_helps(answer, failed) || is_used_up(retry))
		return false;
	*ms = own_pause(retry);
	if (longest < retry->patience_s)
		longest = retry->patience_s;
	if (!failed && server_wait(answer, &seconds)) {
		if (seconds > longest)
			return false;
		*ms = (seconds + 1) * 1000;
	}
	*ms = clock_scaled(*ms);
	retry->used++;
	return true;
}
