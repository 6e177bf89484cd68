/* test_body.c: what requests send, from memory and from files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/base64.h"
#include "core/base/str.h"
#include "core/net/body.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

/* More than two blocks of body.c, and no multiple of anything. */
#define FILE_SIZE 500003u

struct at {
	struct loop *loop;
	struct workers *workers;
	char path[32];
	struct str bytes; /* of the file */
};

static void
on_ready(void *context)
{
	loop_stop(context);
}

/* Reads at most `most` bytes, `room` at a time. */
static enum body_got
read_some(struct at *at, struct body *body, size_t room, size_t most,
    struct str *out, struct error *err)
{
	char *block = malloc(room);
	enum body_got got = BODY_BYTES;
	size_t n = 1;

	body_on_ready(body, on_ready, at->loop);
	while (out->n < most && got != BODY_FAILED && n) {
		got = body_read(body, block, room, &n, err);
		if (got == BODY_BYTES)
			str_add(out, block, n);
		if (got == BODY_LATER) {
			loop_run(at->loop);
			n = 1;
		}
	}
	free(block);
	return got;
}

static void
check_all(struct at *at, struct body *body, size_t room, const struct str *want)
{
	struct str out = STR_INIT;
	struct error err;

	assert_int_equal(body_size(body), want->n);
	assert_int_equal(
	    read_some(at, body, room, SIZE_MAX, &out, &err), BODY_BYTES);
	assert_int_equal(out.n, want->n);
	assert_memory_equal(out.v, want->v, want->n);
	str_fini(&out);
}

/* RFC 4648, section 10. */
static void
test_base64(void **state)
{
	static const char *const rows[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str out = STR_INIT;

		base64_add(&out, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(out.v, rows[i][1]);
		assert_int_equal(base64_length(strlen(rows[i][0])), out.n);
		str_fini(&out);
	}
}

/* Texts, slices of any place and length, and base64 of them, twice. */
static void
test_parts(void **state)
{
	static const size_t rooms[] = { 1000, 65536, 1 << 20 };
	static const size_t slices[][2] = { { 0, FILE_SIZE }, { 0, 0 },
		{ 1, 1 }, { 7, 196608 }, { 196607, 196609 },
		{ FILE_SIZE - 1, 1 }, { FILE_SIZE, 0 }, { 3, 393216 } };
	struct at *at = *state;
	struct body *body = body_new(at->workers);
	struct str want = STR_INIT;

	body_add_text(body, "first", 5);
	body_add_text(body, "", 0);
	body_add_text(body, "second\n", 7);
	str_addz(&want, "firstsecond\n");
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		const char *bytes = at->bytes.v + slices[i][0];

		body_add_slice(body, at->path, slices[i][0], slices[i][1]);
		str_add(&want, bytes, slices[i][1]);
		body_add_text(body, "|", 1);
		str_addc(&want, '|');
		body_add_base64(body, at->path, slices[i][0], slices[i][1]);
		base64_add(&want, bytes, slices[i][1]);
	}
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		check_all(at, body, rooms[i], &want);
		body_rewind(body);
	}
	str_fini(&want);
	body_free(body);
}

/* At any point, while a thread reads too, it begins again from the front. */
static void
test_rewind(void **state)
{
	struct at *at = *state;
	struct body *body = body_new(at->workers);

	body_add_slice(body, at->path, 0, FILE_SIZE);
	for (size_t most = 1; most < FILE_SIZE; most += 30011) {
		struct str out = STR_INIT;
		struct error err;
		char byte;
		size_t n;

		read_some(at, body, 4096, most, &out, &err);
		assert_memory_equal(out.v, at->bytes.v, out.n);
		/* Asked for, and not waited for. */
		(void)body_read(body, &byte, 1, &n, &err);
		body_rewind(body);
		str_fini(&out);
	}
	check_all(at, body, 65536, &at->bytes);
	body_free(body);
}

/* A file that became shorter, is gone or is none, is an error that says which. */
static void
test_files_that_are_not_there(void **state)
{
	struct at *at = *state;
	const struct {
		const char *path, *words;
		uint64_t offset;
	} rows[] = {
		{ at->path, "became shorter while it was sent", FILE_SIZE - 9 },
		{ "/nonexistent/file", "/nonexistent/file", 0 },
		{ "/dev/null", "/dev/null", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct body *body = body_new(at->workers);
		struct str out = STR_INIT;
		struct error err;

		body_add_text(body, "front", 5);
		body_add_slice(body, rows[i].path, rows[i].offset, 10);
		assert_int_equal(read_some(at, body, 100, SIZE_MAX, &out, &err),
		    BODY_FAILED);
		assert_non_null(strstr(err.message, rows[i].words));
		assert_string_equal(out.v, "front");
		str_fini(&out);
		body_free(body);
	}
}

/* What a thread still reads for goes when it is back. */
static void
test_freed_meanwhile(void **state)
{
	struct at *at = *state;
	struct body *other = body_new(at->workers);
	struct body *body = body_new(at->workers);
	struct error err;
	char byte;
	size_t n;

	body_add_slice(body, at->path, 0, FILE_SIZE);
	assert_int_equal(body_read(body, &byte, 1, &n, &err), BODY_LATER);
	body_free(body_keep(body));
	body_free(body);
	/* One thread: when this one is back that one is. */
	body_add_slice(other, at->path, 0, FILE_SIZE);
	check_all(at, other, 65536, &at->bytes);
	body_free(other);
}

/* The loop does not run any more; a sanitizer would tell what stays. */
static void
test_freed_before_the_workers(void **state)
{
	struct at *at = *state;
	struct error err;
	struct workers *workers = workers_new(at->loop, 1, &err);
	struct body *before = body_new(workers), *after = body_new(workers);
	char byte;
	size_t n;

	body_add_slice(before, at->path, 0, FILE_SIZE);
	body_add_slice(after, at->path, 0, FILE_SIZE);
	assert_int_equal(body_read(before, &byte, 1, &n, &err), BODY_LATER);
	assert_int_equal(body_read(after, &byte, 1, &n, &err), BODY_LATER);
	body_free(before);
	workers_free(workers);
	body_free(after);
}

static int
set_up(void **state)
{
	struct at *at = calloc(1, sizeof(*at));
	struct error err;
	FILE *file;

	str_init(&at->bytes);
	for (unsigned i = 0; i < FILE_SIZE; i++)
		str_addc(&at->bytes, (char)(i * 2654435761u >> 24));
	strcpy(at->path, "/tmp/hug-body-XXXXXX");
	file = fdopen(mkstemp(at->path), "w");
	if (!file || fwrite(at->bytes.v, FILE_SIZE, 1, file) != 1)
		return -1;
	fclose(file);
	at->loop = loop_new();
	at->workers = workers_new(at->loop, 1, &err);
	*state = at;
	return at->workers ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct at *at = *state;

	workers_free(at->workers);
	loop_free(at->loop);
	unlink(at->path);
	str_fini(&at->bytes);
	free(at);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_rewind),
		cmocka_unit_test(test_files_that_are_not_there),
		cmocka_unit_test(test_freed_meanwhile),
		cmocka_unit_test(test_freed_before_the_workers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
