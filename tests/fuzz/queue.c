/* queue.c: lines of a queue's file. Whatever they say, what the list holds then can be
 * written, and read again as it was. */
#include "core/queue/record.h"

#include <string.h>

#include "core/base/repoid.h"
#include "core/queue/list.h"
#include "tests/fuzz/fuzz.h"

static void
take_all(struct queue_list *list, const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;

	while (data < end) {
		const uint8_t *stop = memchr(data, '\n', (size_t)(end - data));
		size_t n = (size_t)((stop ? stop : end) - data);
		struct str line = STR_INIT;
		struct record_done done;
		struct error err;

		str_add(&line, (const char *)data, n);
		if (!record_take(list, line.v, line.n, &done, &err))
			must(fuzz_is_shown(err.message));
		else if (done.made || done.same)
			must(queue_find(list, done.id) &&
			     done.made != done.same);
		str_fini(&line);
		data += n + 1;
	}
}

static void
check_job(const struct queue_job *job)
{
	struct str text = STR_INIT, again = STR_INIT;
	struct queue_list list;
	struct record_done done;
	struct error err;

	must(*job->root == '/' && (!job->folder || *job->folder == '/'));
	must(!job->commit || repo_is_commit(job->commit));
	if (job->error) {
		queue_job_failure(job, &err);
		must(fuzz_is_shown(job->error) && fuzz_is_shown(err.message));
	}
	queue_list_init(&list);
	record_add_job(&text, job);
	must(record_take(&list, text.v, text.n, &done, &err));
	must(done.made && list.jobs.n == 1);
	record_add_job(&again, list.jobs.v[0]);
	must(!strcmp(text.v, again.v) || !job->id);
	queue_list_fini(&list);
	str_fini(&text);
	str_fini(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct queue_list list;

	queue_list_init(&list);
	take_all(&list, data, size);
	must(list.settings.at_once >= 1);
	arr_each (job, &list.jobs)
		check_job(*job);
	queue_list_fini(&list);
	return 0;
}
