/* header.c: the lines of an answer's head: values, the next page, waits. */
#include "core/net/header.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/net/url.h"
#include "tests/fuzz/fuzz.h"

/* Not longer than an hour, whatever the server says. */
static void
check_wait(const struct http_answer *answer)
{
	static const int statuses[] = { 200, 404, 408, 429, 500, 503 };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		struct http_answer one = *answer;
		struct retry retry = { 0 };
		unsigned waits = 0;
		uint64_t ms = 0;

		one.status = statuses[i];
		while (retry_wait(&retry, &one, false, &ms)) {
			must(ms <= 3601000);
			must(++waits <= RETRY_TRIES);
		}
		must(one.status > 400 || !waits);
	}
}

static void
check_value(const struct http_answer *answer, const char *name)
{
	struct span value = http_header(answer, name);

	if (!value.p)
		return;
	must(value.p >= answer->head.v);
	must(value.p + value.n <= answer->head.v + answer->head.n);
	must(!memchr(value.p, '\n', value.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_answer answer = { .status = 200, .head = STR_INIT };
	char *next, *resolved;
	const char *why;

	str_add(&answer.head, data, size);
	check_value(&answer, "ETag");
	check_value(&answer, "X-Repo-Commit");
	check_value(&answer, "Content-Range");
	check_value(&answer, "");
	check_wait(&answer);
	next = http_next_link(&answer);
	if (next) {
		must(!strpbrk(next, ">\n"));
		resolved =
		    url_follow("https://hub.example/api/models", next, &why);
		must(!resolved || !strncmp(resolved, "https://", 8));
		free(resolved);
	}
	free(next);
	str_fini(&answer.head);
	return 0;
}
