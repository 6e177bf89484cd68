/* test_queue.c: limits by time of day, and the file of a queue: each change is kept,
 * and cut at any byte it is the queue as it was before that change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/queue/queue.h"
#include "core/queue/record.h"
#include "core/xfer/schedule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- limits -- */

#define AT(hours, minutes) ((hours)*60 + (minutes))

static void
test_schedules(void **state)
{
	static const struct {
		const char *text;
		unsigned minute;
		uint64_t rate;
		unsigned left;
	} rows[] = {
		{ "", 0, 0, 0 },
		{ "off", 700, 0, 0 },
		{ "20M", 700, 20000000, 0 },
		{ "08:00-18:00 2M, else off", AT(7, 59), 0, 1 },
		{ "08:00-18:00 2M, else off", AT(8, 0), 2000000, 600 },
		{ "08:00-18:00 2M, else off", AT(17, 59), 2000000, 1 },
		{ "08:00-18:00 2M, else off", AT(18, 0), 0, 840 },
		{ "8:00-18:00 2M", AT(23, 59), 0, 481 },
		{ "22:00-06:00 off, else 500K", AT(23, 0), 0, 420 },
		{ "22:00-06:00 off, else 500K", AT(5, 59), 0, 1 },
		{ "22:00-06:00 off, else 500K", AT(6, 0), 500000, 960 },
		{ "22:00-24:00 1M, else off", AT(23, 59), 1000000, 1 },
		{ "22:00-24:00 1M, else off", AT(0, 0), 0, 1320 },
		{ "09:00-17:00 1M, 12:00-13:00 5M, else 2M", AT(12, 30),
		    1000000, 30 },
		{ "12:00-13:00 5M,09:00-17:00 1M,else 2M", AT(12, 30), 5000000,
		    30 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct schedule schedule;
		struct error err;
		unsigned left;

		assert_true(schedule_read(rows[i].text, &schedule, &err));
		assert_int_equal(schedule_at(&schedule, rows[i].minute, &left),
		    rows[i].rate);
		assert_int_equal(left, rows[i].left);
	}
}

static void
test_no_schedules(void **state)
{
	static const char *const texts[] = { "fast", "0", "-1", "08:00 2M",
		"08:00-18:00", "08:00-08:00 2M", "00:00-24:00 1M", "8-18 2M",
		"25:00-26:00 1M", "08:60-09:00 1M", "else", "else off, 20M",
		"20M, 30M", "08:00-18:00 2M, 20M off", ",", "08:00-18:00 2M,",
		"off off" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct schedule schedule;
		struct error err;

		if (schedule_read(texts[i], &schedule, &err))
			fail_msg("'%s' was taken for a limit", texts[i]);
		assert_int_equal(err.code, ERR_USAGE);
	}
}

/* -- the file -- */

static char place[] = "/tmp/hug-queue-XXXXXX";

static int
make_place(void **state)
{
	(void)state;
	if (!mkdtemp(place))
		return -1;
	return setenv("XDG_STATE_HOME", place, 1);
}

static int
clear_place(void **state)
{
	char *folder = queue_beside("");
	const char *const names[] = { "queue.journal", "queue.lock",
		"queue.journal.broken" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = queue_beside(names[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
	free(folder);
	return 0;
}

static void
mkdir_parent(void)
{
	char *path = queue_beside("x");
	struct error err;

	assert_true(dir_make_parent(path, &err));
	free(path);
}

static void
write_file(const char *bytes, size_t n)
{
	char *path = queue_beside("queue.journal");
	FILE *file;

	/* In place: who has it open sees it. */
	mkdir_parent();
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* What a queue is, as lines. */
static void
show(const struct queue *queue, struct str *out)
{
	str_clear(out);
	record_add_settings(out, &queue->list);
	arr_each (job, &queue->list.jobs)
		record_add_job(out, *job);
}

#define JOB                                                                    \
	"\"kind\": \"download\", \"endpoint\": \"http://x\", \"repo\": "       \
	"\"a/b\", "                                                            \
	"\"revision\": \"main\", \"root\": \"/c\""

static const char *const changes[] = {
	"{\"job\": 0, " JOB ", \"includes\": [\"*.json\", \"\\u00e9\"]}",
	"{\"job\": 0, " JOB ", \"type\": \"dataset\", \"state\": \"paused\"}",
	"{\"job\": 1, \"state\": \"failed\", \"error\": \"no \\u001b[31m "
	"way\"}",
	"{\"move\": 2, \"before\": 1}",
	"{\"settings\": {\"at_once\": 3, \"smallest\": true, \"down\": "
	"\"2M\"}}",
	"{\"job\": 2, \"state\": \"waiting\", \"rate\": 7}",
	"{\"job\": 2, \"state\": \"done\", \"path\": \"/c/snapshots\"}",
	"{\"job\": 0, " JOB ", \"folder\": \"/tmp\", \"files\": [\"a\"]}",
	"{\"drop\": 1}",
};

/* Each change, and after each the file cut anywhere behind the one before. */
static void
test_cut_anywhere(void **state)
{
	struct str before = STR_INIT, now = STR_INIT, file = STR_INIT;
	struct queue queue, again;
	struct error err;

	(void)state;
	/* No file is made before the first change. */
	assert_true(queue_open(&queue, &err));
	assert_false(file_entry_exists(queue.path));
	queue_close(&queue);
	write_file(RECORD_HEAD, strlen(RECORD_HEAD));
	assert_true(queue_open(&queue, &err));
	for (size_t i = 0; i < COUNT(changes); i++) {
		uint64_t whole = queue.size;

		show(&queue, &before);
		assert_true(queue_change(&queue, changes[i], NULL, &err));
		show(&queue, &now);
		str_clear(&file);
		assert_true(file_read_all(queue.path, SIZE_MAX, &file, &err));
		assert_int_equal(file.n, queue.size);
		for (size_t n = (size_t)whole; n <= file.n; n++) {
			struct str seen = STR_INIT;

			write_file(file.v, n);
			assert_true(queue_look(&again, &err));
			show(&again, &seen);
			assert_string_equal(
			    seen.v, n == file.n ? now.v : before.v);
			assert_null(again.trouble);
			queue_close(&again);
			str_fini(&seen);
		}
	}
	queue_close(&queue);
	str_fini(&before);
	str_fini(&now);
	str_fini(&file);
}

/* A start after such a cut goes on behind what is whole. */
static void
test_go_on_after_a_cut(void **state)
{
	struct str file = STR_INIT;
	struct queue queue;
	struct error err;

	(void)state;
	str_addz(&file, RECORD_HEAD "{\"job\": 4, " JOB "}\n{\"job\": 4, \"st");
	write_file(file.v, file.n);
	str_fini(&file);
	for (unsigned i = 5; i < 7; i++) {
		struct record_done done;

		assert_true(queue_open(&queue, &err));
		assert_null(queue.trouble);
		assert_int_equal(queue.list.jobs.n, i - 4);
		assert_true(
		    queue_change(&queue, changes[i == 5 ? 0 : 1], &done, &err));
		assert_int_equal(done.id, i);
		queue_close(&queue);
	}
}

static void
test_lines_that_make_no_sense(void **state)
{
	static const char *const lines[] = { "", "{}", "[]", "7", "nonsense",
		"{\"job\": -1}", "{\"job\": 9}", "{\"job\": 0}",
		"{\"drop\": 9}", "{\"move\": 1}",
		"{\"move\": 1, \"before\": 1}",
		"{\"job\": 1, \"state\": \"odd\"}",
		"{\"job\": 1, \"commit\": \"../x\"}",
		"{\"job\": 0, \"repo\": \"a/b\"}",
		("{\"job\": 0, \"kind\": \"odd\", \"endpoint\": \"x\", "
		 "\"repo\": "
		 "\"a/b\", \"revision\": \"main\", \"root\": \"/c\"}"),
		("{\"job\": 0, \"endpoint\": \"x\", \"repo\": \"a/b\", "
		 "\"revision\": \"main\", \"root\": \"below\"}") };
	struct str file = STR_INIT;
	struct queue queue;
	struct error err;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		str_clear(&file);
		str_addf(&file, RECORD_HEAD "{\"job\": 1, " JOB "}\n%s\n%s\n",
		    lines[i], "{\"job\": 1, \"state\": \"paused\"}");
		write_file(file.v, file.n);
		assert_true(queue_open(&queue, &err));
		/* The lines around it count, and it is told of. */
		assert_int_equal(queue.list.jobs.n, 1);
		assert_int_equal(queue.list.jobs.v[0]->state, QUEUE_PAUSED);
		assert_non_null(queue.trouble);
		if (*lines[i])
			assert_false(
			    queue_change(&queue, lines[i], NULL, &err));
		queue_close(&queue);
		assert_true(queue_open(&queue, &err));
		assert_null(queue.trouble);
		queue_close(&queue);
	}
	str_fini(&file);
}

/* One process at a time, here two of one. */
static void
test_one_owner(void **state)
{
	struct queue first, second;
	struct error err;

	(void)state;
	assert_true(queue_open(&first, &err));
	assert_int_equal(first.owner, 0);
	assert_true(queue_change(&first, changes[0], NULL, &err));
	assert_true(queue_open(&second, &err));
	assert_int_not_equal(second.owner, 0);
	assert_int_equal(second.list.jobs.n, first.list.jobs.n);
	queue_close(&second);
	queue_close(&first);
}

#define NEW(more) "{\"job\": 0, " more JOB "}"
#define COMMIT "\"commit\": \"0123456789012345678901234567890123456789\", "

/* What fetches the same is not added again; what differs in anything that counts is. */
static void
test_the_same_twice(void **state)
{
	static const struct {
		const char *line;
		bool same; /* as one before */
	} rows[] = {
		{ NEW(""), true },
		{ NEW("\"state\": \"paused\", \"rate\": 7, "), true },
		{ NEW(COMMIT), true },
		{ NEW("\"state\": \"done\", "), false },
		{ NEW("\"type\": \"dataset\", "), false },
		{ NEW("\"revision\": \"v1\", "), false },
		{ NEW("\"repo\": \"a/c\", "), false },
		{ NEW("\"root\": \"/d\", "), false },
		{ NEW("\"endpoint\": \"http://y\", "), false },
		{ NEW("\"account\": \"me\", "), false },
		{ NEW("\"force\": true, "), false },
		{ NEW("\"force\": true, " COMMIT), true },
		{ NEW("\"folder\": \"/f\", "), false },
		{ NEW("\"folder\": \"/f\", \"root\": \"/e\", "), true },
		{ NEW("\"includes\": [\"a*\", \"b*\"], "), false },
		{ NEW("\"includes\": [\"b*\", \"a*\"], "), true },
		{ NEW("\"includes\": [\"a*\", \"c*\"], "), false },
		{ NEW("\"excludes\": [\"a*\", \"b*\"], "), false },
		{ NEW("\"files\": [\"a\"], "), false },
		{ NEW("\"files\": [\"a\"], \"literal\": true, "), true },
		{ NEW("\"files\": [\"a*\"], "), false },
		{ NEW("\"files\": [\"a*\"], \"literal\": true, "), false },
	};
	struct record_done done;
	struct queue queue;
	struct error err;

	(void)state;
	write_file(RECORD_HEAD, strlen(RECORD_HEAD));
	assert_true(queue_open(&queue, &err));
	assert_true(queue_change(&queue, rows[0].line, &done, &err));
	assert_true(done.made && !done.same);
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t size = queue.size, changes_before = queue.changes;

		assert_true(queue_change(&queue, rows[i].line, &done, &err));
		if (done.same != rows[i].same)
			fail_msg("%s", rows[i].line);
		assert_int_equal(done.made, !rows[i].same);
		assert_int_equal(queue.size != size, !rows[i].same);
		assert_int_equal(
		    queue.changes != changes_before, !rows[i].same);
		assert_non_null(queue_find(&queue.list, done.id));
	}
	/* Once it has ended, it is another. */
	assert_true(queue_change(
	    &queue, "{\"job\": 1, \"state\": \"failed\"}", NULL, &err));
	assert_true(queue_change(&queue, rows[0].line, &done, &err));
	assert_true(done.made);
	queue_close(&queue);
}

/* Few of those that have ended are kept for good. */
static void
test_ended_are_forgotten(void **state)
{
	struct queue queue;
	struct error err;

	(void)state;
	write_file(RECORD_HEAD, strlen(RECORD_HEAD));
	assert_true(queue_open(&queue, &err));
	for (int i = 0; i < 300; i++)
		assert_true(queue_change(&queue,
		    "{\"job\": 0, " JOB ", \"state\": \"done\"}", NULL, &err));
	assert_true(queue_change(&queue, changes[0], NULL, &err));
	queue_close(&queue);
	assert_true(queue_open(&queue, &err));
	assert_int_equal(queue.list.jobs.n, 201);
	assert_int_equal(queue.list.jobs.v[200]->id, 301);
	assert_int_equal(queue.list.jobs.v[0]->id, 101);
	queue_close(&queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedules),
		cmocka_unit_test(test_no_schedules),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_go_on_after_a_cut),
		cmocka_unit_test(test_lines_that_make_no_sense),
		cmocka_unit_test(test_one_owner),
		cmocka_unit_test(test_the_same_twice),
		cmocka_unit_test(test_ended_are_forgotten),
	};

	return cmocka_run_group_tests(tests, make_place, clear_place);
}
