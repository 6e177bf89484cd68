/* test_net.c: addresses, headers, waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/net/url.h"
#include "core/os/clock.h"

static void
check_origin(const char *url, const char *wanted)
{
	char *origin = url_origin(url);

	if (wanted)
		assert_string_equal(origin, wanted);
	else
		assert_null(origin);
	free(origin);
}

/* Two addresses of one origin, and only they, give one text. */
static void
test_origin(void **state)
{
	(void)state;
	check_origin(
	    "https://huggingface.co/a?b", "https://huggingface.co:443");
	check_origin(
	    "HTTPS://HuggingFace.co:443", "https://huggingface.co:443");
	check_origin("http://huggingface.co", "http://huggingface.co:80");
	check_origin("http://127.0.0.1:8000/x", "http://127.0.0.1:8000");
	check_origin(
	    "http://127.0.0.1:8000@evil.example/", "http://evil.example:80");
	check_origin("http://u:p@h:1/", "http://h:1");
	check_origin("ftp://h/", NULL);
	check_origin("file:///etc/passwd", NULL);
	check_origin("h/x", NULL);
	check_origin("", NULL);
}

/* What follows, and how an answer of https is kept from coming by http. */
static void
test_follow(void **state)
{
	static const char *const rows[][3] = {
		{ "http://h:1/a/b?q", "c?d=1", "http://h:1/a/c?d=1" },
		{ "http://h:1/a/b", "/x", "http://h:1/x" },
		{ "http://h:1/a/b", "//g/x", "http://g/x" },
		{ "http://h:1/a/b", "https://g/x", "https://g/x" },
		{ "https://h/a/b", "//g/x", "https://g/x" },
		{ "https://h/a/b", "https://g/x", "https://g/x" },
		{ "https://h/a/b", "http://h/x?y=1", "https://h/x?y=1" },
		{ "https://h/a/b", "HTTP://H:80/x", "https://H/x" },
		{ "https://h/a/b", "http://h:8080/x", "https://h:8080/x" },
		{ "https://h/a/b", "http://g/x", NULL },
		{ "https://h/a/b", "http://h.evil/x", NULL },
		{ "https://h/a/b", "http://h@evil/x", NULL },
		{ "https://h/a/b", "ftp://h/x", NULL },
		{ "https://h/a/b", "file:///etc/passwd", NULL },
		{ "http://h/a/b", "gopher://h/x", NULL },
		{ "https://h/a/b", "http://", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why;
		char *url = url_follow(rows[i][0], rows[i][1], &why);

		if (rows[i][2])
			assert_string_equal(url, rows[i][2]);
		else
			assert_null(url);
		free(url);
	}
}

static void
test_escape(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	url_escape(
	    &out, "subfolder/to?/awful?filename%you:should,never.give", true);
	assert_string_equal(out.v,
	    "subfolder/to%3F/awful%3Ffilename%25you%3Ashould%2Cnever.give");
	str_clear(&out);
	url_escape(&out, "refs/pr/1", false);
	assert_string_equal(out.v, "refs%2Fpr%2F1");
	str_fini(&out);
}

static void
test_shown(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	url_shown(&out, "https://u:secret@h/a?X-Amz-Signature=secret#f");
	assert_string_equal(out.v, "https://h/a?...");
	str_fini(&out);
}

static struct http_answer
answer_of(int status, const char *head)
{
	struct http_answer answer = {
		.status = status, .head = STR_INIT, .body = STR_INIT
	};

	str_addz(&answer.head, head);
	return answer;
}

static void
test_next_link(void **state)
{
	static const char *const rows[][2] = {
		{ "Link: <http://h/a?x=1,2;3>; rel=\"next\"\n",
		    "http://h/a?x=1,2;3" },
		{ "link: <http://h/p>; rel=\"prev\", <http://h/n>; rel=next\n",
		    "http://h/n" },
		{ "Link: <http://h/p>; rel=\"prev\"\n", NULL },
		{ "Link: http://h/p; rel=\"next\"\n", NULL },
		{ "Link: <http://h/n> ; title=\"a, b; rel=prev\" ; "
		  "REL = \"last Next\"\n",
		    "http://h/n" },
		{ "Link: <http://h/p>; rel=\"nextish\"\n", NULL },
		{ "Link: <http://h/p>; title=\"rel=next\"\n", NULL },
		{ "Link: <http://h/p>; title=\"\\\"; rel=next\"\n", NULL },
		{ "Link: <http://h/p>; rel=\"next\n", NULL },
		{ "Link: <http://h/p; rel=next\n", NULL },
		{ "Link: <>; rel=next\n", "" },
		{ "Link: <http://h/a>x <http://h/b>; rel=next\n", NULL },
		{ "Link: ,;,<\n", NULL },
		{ "X: y\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_answer answer = answer_of(200, rows[i][0]);
		char *next = http_next_link(&answer);

		if (rows[i][1])
			assert_string_equal(next, rows[i][1]);
		else
			assert_null(next);
		free(next);
		str_fini(&answer.head);
	}
}

/* The figures of the official client, a quarter more or less. */
static void
test_back_off(void **state)
{
	static const uint64_t about[] = { 1000, 2000, 4000, 8000, 8000 };
	struct http_answer answer = answer_of(503, "");
	struct retry retry = { 0 };
	uint64_t ms;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(retry_wait(&retry, &answer, false, &ms));
		assert_true(ms >= about[i] * 3 / 4 && ms <= about[i] * 5 / 4);
	}
	assert_false(retry_wait(&retry, &answer, false, &ms));
}

/* With patience time counts, not tries, and pauses grow to a minute. */
static void
test_patience(void **state)
{
	static const uint64_t most[] = { 1000, 2000, 4000, 8000, 16000, 32000,
		60000, 60000, 60000 };
	struct http_answer answer = answer_of(503, "");
	struct http_answer refusal = answer_of(403, "");
	struct retry retry = { .patience_s = 43200 };
	char text[40];
	uint64_t ms;

	(void)state;
	retry_begin(&retry);
	for (size_t i = 0; i < sizeof(most) / sizeof(*most); i++) {
		assert_true(retry_wait(&retry, &answer, false, &ms));
		assert_true(ms >= most[i] * 3 / 4 && ms <= most[i]);
	}
	retry_tell(&retry, text, sizeof(text));
	assert_string_equal(text, "9");
	assert_false(retry_wait(&retry, &refusal, false, &ms));
	retry.patience_s = 60;
	retry.since_ms = clock_ms() - 50000;
	assert_true(retry_wait(&retry, &answer, false, &ms));
	retry.since_ms = clock_ms() - 61000;
	assert_false(retry_wait(&retry, &answer, false, &ms));
	retry_succeeded(&retry);
	assert_true(retry_wait(&retry, &answer, false, &ms));
	assert_true(ms <= 1000);
}

static void
test_server_wait(void **state)
{
	static const struct {
		int status;
		const char *head;
		uint64_t ms; /* 0: not repeated */
	} rows[] = {
		{ 429, "Retry-After: 7\n", 8000 },
		{ 503, "Retry-After: 2\n", 3000 },
		{ 429, "RateLimit: \"api\";r=0;t=12\nRetry-After: 99\n",
		    13000 },
		{ 503, "Retry-After: 100000\n", 0 },
		{ 404, "Retry-After: 1\n", 0 },
		{ 403, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_answer answer =
		    answer_of(rows[i].status, rows[i].head);
		struct retry retry = { 0 };
		uint64_t ms = 0;

		assert_int_equal(
		    retry_wait(&retry, &answer, false, &ms), rows[i].ms != 0);
		if (rows[i].ms)
			assert_int_equal(ms, rows[i].ms);
		str_fini(&answer.head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_next_link),
		cmocka_unit_test(test_back_off),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_server_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
