/*
 * lfsagent.c: what git-lfs, with addresses that a Hub chose, writes to the agent.
 *
 * The input is the whole conversation. Its first byte says how the agent takes what
 * it does not understand. The Hub is offline, so that nothing is sent.
 */
#include "core/up/lfsagent.h"

#include <string.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/hub/endpoint.h"
#include "core/os/log.h"
#include "core/run/loop.h"
#include "tests/fuzz/fuzz.h"

/* A pipe takes so many bytes although nobody reads yet. */
#define INPUT_MAX 60000u

static struct loop *loop;
static unsigned ends;

/* An answer is an object, on one line. */
static bool
on_say(void *context, const char *line)
{
	struct error err;
	struct cJSON *root = json_parse(line, strlen(line), &err);

	(void)context;
	must(!ends);
	must(json_is_object(root) && !strchr(line, '\n'));
	must(!json_str(root, "event", NULL) || *json_str(root, "oid", ""));
	json_free(root);
	return true;
}

static void
on_done(void *context, enum lfs_agent_end end, const struct error *err)
{
	(void)context;
	must(!ends);
	must((end == LFS_AGENT_BROKEN) == (err != NULL));
	must(end != LFS_AGENT_ALONE);
	if (err)
		fuzz_check_error(err);
	ends++;
	loop_stop(loop);
}

static struct hub *
hub_once(void)
{
	static const struct log log = LOG_OFF;
	static struct hub *hub;
	struct error err;

	if (!hub) {
		loop = loop_new();
		hub = hub_new(
		    loop, &log, &(struct hub_options){ .offline = true }, &err);
	}
	must(hub);
	return hub;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct lfs_agent_request request = { .hub = hub_once(),
		.answers_all = n && data[0] & 1,
		.say = on_say,
		.done = on_done };
	struct lfs_agent *agent;
	int ends_of[2];

	if (!n || n > INPUT_MAX)
		return 0;
	must(!pipe(ends_of));
	must(write(ends_of[1], data + 1, n - 1) == (ssize_t)(n - 1));
	close(ends_of[1]);
	request.in = ends_of[0];
	ends = 0;
	agent = lfs_agent_start(&request);
	loop_run(loop);
	must(ends == 1);
	lfs_agent_free(agent);
	close(ends_of[0]);
	return 0;
}
