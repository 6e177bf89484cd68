#include "core/up/lfsagent.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/lfs.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/run/loop.h"
#include "core/up/object.h"

/* A message with the addresses of 10,000 parts takes a few megabytes. */
#define LINE_MAX_BYTES ((size_t)32 * 1024 * 1024)

/* With the first and the last word on an object, at most ten in a second. */
#define WORDS_MS 125

/* Requests to the storage at once, of all agents that git-lfs starts. */
#define REQUESTS_MOST 16
#define SLOTS_LEAST 2
#define SLOTS_MOST 8

/* As in the example of git-lfs, and as the official clients have it. */
#define CODE_FAILED 2
#define CODE_WRONG_INIT 32

/* Digits of an object's name that tell it from others, in messages. */
#define NAME_DIGITS 12

struct lfs_agent {
	struct lfs_agent_request request;
	struct str in;  /* what came: lines that were not read yet */
	size_t from;    /* where the first of them begins */
	size_t scanned; /* no line ends before this */
	bool closed;    /* no more comes */
	bool begun;     /* the first message was good */
	bool ended;
	unsigned slots;

	/* The object that is being sent. */
	struct object *object;
	char oid[DIGEST_HEX_MAX];
	uint64_t size;
	uint64_t told; /* bytes that git-lfs knows of */
	uint64_t told_ms;
};

static void
end(struct lfs_agent *agent, enum lfs_agent_end how, const struct error *err)
{
	if (agent->ended)
		return;
	agent->ended = true;
	loop_unwatch(agent->request.hub->loop, agent->request.in);
	agent->request.done(agent->request.context, how, err);
}

/* -- answers -- */

static void
say(struct lfs_agent *agent, struct str *line)
{
	if (!agent->ended &&
	    !agent->request.say(agent->request.context, line->v))
		end(agent, LFS_AGENT_ALONE, NULL);
	str_fini(line);
}

static void
add_error(struct str *line, bool first, int code, const char *message)
{
	json_add_key(line, first, "error");
	str_addf(line, "{\"code\": %d", code);
	json_add_pair(line, false, "message", message);
	str_addc(line, '}');
}

/* An answer that is about no object. */
static void
complain(struct lfs_agent *agent, int code, const char *message)
{
	struct str line = STR_INIT;

	add_error(&line, true, code, message);
	str_addc(&line, '}');
	say(agent, &line);
}

static void
tell_progress(struct lfs_agent *agent, uint64_t so_far, uint64_t since)
{
	struct str line = STR_INIT;

	agent->told_ms = clock_ms();
	json_add_pair(&line, true, "event", "progress");
	json_add_pair(&line, false, "oid", agent->oid);
	str_addf(&line, ", \"bytesSoFar\": %llu, \"bytesSinceLast\": %llu}",
	    (unsigned long long)so_far, (unsigned long long)since);
	say(agent, &line);
}

/* A part that is sent anew makes it fewer bytes: git-lfs only counts on. */
static void
tell_bytes(struct lfs_agent *agent, uint64_t bytes)
{
	uint64_t since;

	if (bytes > agent->size)
		bytes = agent->size;
	if (bytes <= agent->told)
		return;
	since = bytes - agent->told;
	agent->told = bytes;
	tell_progress(agent, bytes, since);
}

/* The end of an object; `err` NULL: it is there. */
static void
tell_complete(struct lfs_agent *agent, const struct error *err)
{
	struct str line = STR_INIT;

	json_add_pair(&line, true, "event", "complete");
	json_add_pair(&line, false, "oid", agent->oid);
	if (err)
		add_error(&line, false, CODE_FAILED, err->message);
	str_addc(&line, '}');
	say(agent, &line);
}

/* -- an object -- */

static void pump(struct lfs_agent *agent);

static void
on_moved(void *context, uint64_t bytes)
{
	struct lfs_agent *agent = context;

	if (clock_ms() - agent->told_ms >= WORDS_MS)
		tell_bytes(agent, bytes);
}

/* New addresses are git-lfs's to get: it asks for them when it pushes again. */
static void
on_object(void *context, enum object_end how, const struct error *err)
{
	struct lfs_agent *agent = context;
	struct error own;

	object_free(agent->object);
	agent->object = NULL;
	if (how == OBJECT_STORED)
		tell_bytes(agent, agent->size);
	if (how == OBJECT_RENEW) {
		err_set(&own, err->code,
		    "%.900s. Push again: git-lfs then gets new addresses",
		    err->message);
		err = &own;
	}
	tell_complete(agent, how == OBJECT_STORED ? NULL : err);
	pump(agent);
}

/* Reads a message into `out`, whose path is borrowed from it. */
static bool
read_object(const struct lfs_agent *agent, const struct cJSON *message,
    struct object_request *out, struct error *err)
{
	const char *path = json_str(message, "path", "");
	uint64_t there;
	int fd = file_open_regular(path, &there, err);

	if (fd < 0)
		return false;
	file_close(fd);
	out->local = path;
	/* The official agent asks for no size. */
	if (!json_u64(message, "size", &out->size))
		out->size = there;
	if (out->size != there)
		return err_set(err, ERR_CONFLICT,
		    "%s has %llu bytes, and the object has %llu", path,
		    (unsigned long long)there, (unsigned long long)out->size);
	if (!lfs_way_read(json_get(message, "action"), out->size, &out->way))
		return err_set(err, ERR_NETWORK,
		    "the addresses to send the object to are incomplete");
	if (agent->request.hub->offline) {
		hub_offline_error(out->way.href, err);
		return false;
	}
	return true;
}

static void
send(struct lfs_agent *agent, const struct cJSON *message)
{
	struct object_request request = { .hub = agent->request.hub,
		.workers = agent->request.workers,
		.slots = &agent->slots,
		.moved = on_moved,
		.done = on_object,
		.context = agent };
	char name[NAME_DIGITS + 1];
	struct error err;

	if (!read_object(agent, message, &request, &err)) {
		lfs_way_fini(&request.way);
		tell_complete(agent, &err);
		return;
	}
	/* Until something moves git-lfs lets the other agents wait. */
	tell_progress(agent, 1, 0);
	snprintf(name, sizeof(name), "%.*s", NAME_DIGITS, agent->oid);
	request.name = name;
	memcpy(request.sha, agent->oid, sizeof(request.sha));
	agent->size = request.size;
	agent->told = 0;
	agent->object = object_new(&request);
	object_pump(agent->object);
}

/* -- messages -- */

/* git-lfs says how many agents it starts, among which the network is shared. */
static void
begin(struct lfs_agent *agent, const struct cJSON *message)
{
	struct str line = STR_INIT;
	uint64_t agents = 1;

	if (strcmp(json_str(message, "event", ""), "init") != 0 ||
	    strcmp(json_str(message, "operation", ""), "upload") != 0) {
		complain(agent, CODE_WRONG_INIT, "Wrong lfs init operation");
		end(agent, LFS_AGENT_REFUSED, NULL);
		return;
	}
	if (json_bool(message, "concurrent", true) &&
	    (!json_u64(message, "concurrenttransfers", &agents) || !agents))
		agents = 1;
	agent->slots = agents < REQUESTS_MOST / SLOTS_LEAST
	                   ? REQUESTS_MOST / (unsigned)agents
	                   : SLOTS_LEAST;
	if (agent->slots > SLOTS_MOST)
		agent->slots = SLOTS_MOST;
	agent->begun = true;
	str_addz(&line, "{}");
	say(agent, &line);
}

static bool
is_word(const struct cJSON *message, const char *key, const char *word)
{
	return !strcmp(json_str(message, key, ""), word);
}

/* Older releases of git-lfs say what a message is as its type (cli/lfs.py). */
static void
take(struct lfs_agent *agent, const struct cJSON *message)
{
	const char *oid = json_str(message, "oid", "");
	size_t n = strlen(oid);

	if (!agent->begun) {
		begin(agent, message);
	} else if (is_word(message, "event", "terminate") ||
		   is_word(message, "type", "terminate")) {
		end(agent, LFS_AGENT_DONE, NULL);
	} else if (!is_word(message, "event", "upload") &&
		   !is_word(message, "event", "download")) {
		if (agent->request.answers_all)
			complain(agent, CODE_WRONG_INIT,
			    "unknown event: only init, upload and terminate "
			    "are known");
		else
			end(agent, LFS_AGENT_UNKNOWN, NULL);
	} else if (!n || n >= sizeof(agent->oid)) {
		complain(agent, CODE_FAILED, "the message names no object");
	} else {
		memcpy(agent->oid, oid, n + 1);
		send(agent, message);
	}
}

/* -- lines -- */

static void
broken(struct lfs_agent *agent, const struct error *err)
{
	if (agent->request.answers_all)
		complain(agent, CODE_FAILED, err->message);
	end(agent, LFS_AGENT_BROKEN, err);
}

static void
take_line(struct lfs_agent *agent, char *line, size_t n)
{
	struct cJSON *message;
	struct error err;

	message = json_parse(line, n, &err);
	if (message) {
		take(agent, message);
	} else {
		err_wrap(&err, "a line from git-lfs");
		broken(agent, &err);
	}
	json_free(message);
}

/* The next line, its end replaced with a zero byte; NULL if it is not here yet. What
 * stands before the end of the input is a line, too. */
static char *
next_line(struct lfs_agent *agent, size_t *n)
{
	char *line = agent->in.v + agent->from;
	char *stop = memchr(
	    agent->in.v + agent->scanned, '\n', agent->in.n - agent->scanned);

	agent->scanned = agent->in.n;
	if (!stop && (!agent->closed || agent->from == agent->in.n))
		return NULL;
	if (!stop)
		stop = agent->in.v + agent->in.n;
	*n = (size_t)(stop - line);
	agent->from += *n + (*stop == '\n');
	agent->scanned = agent->from;
	*stop = '\0';
	return line;
}

static void
on_readable(void *context, int fd, unsigned events)
{
	struct lfs_agent *agent = context;
	char bytes[65536];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (agent->from == agent->in.n) {
		str_clear(&agent->in);
		agent->from = agent->scanned = 0;
	}
	if (n > 0)
		str_add(&agent->in, bytes, (size_t)n);
	else
		agent->closed = true;
	pump(agent);
}

/* Takes line after line; while an object is being sent git-lfs waits. */
static void
pump(struct lfs_agent *agent)
{
	struct loop *loop = agent->request.hub->loop;
	struct error err;
	char *line;
	size_t n;

	while (!agent->ended && !agent->object && (line = next_line(agent, &n)))
		take_line(agent, line, n);
	if (agent->ended)
		return;
	if (agent->object) {
		loop_unwatch(loop, agent->request.in);
	} else if (agent->closed) {
		end(agent, LFS_AGENT_CLOSED, NULL);
	} else if (agent->in.n - agent->from > LINE_MAX_BYTES) {
		err_set(
		    &err, ERR_LIMIT, "git-lfs sent a line of more than 32 MiB");
		broken(agent, &err);
	} else {
		loop_watch(
		    loop, agent->request.in, LOOP_READ, on_readable, agent);
	}
}

struct lfs_agent *
lfs_agent_start(const struct lfs_agent_request *request)
{
	struct lfs_agent *agent = mem_new(struct lfs_agent);

	agent->request = *request;
	str_init(&agent->in);
	loop_watch(
	    request->hub->loop, request->in, LOOP_READ, on_readable, agent);
	return agent;
}

void
lfs_agent_free(struct lfs_agent *agent)
{
	if (!agent)
		return;
	if (!agent->ended)
		loop_unwatch(agent->request.hub->loop, agent->request.in);
	object_free(agent->object);
	/* Signed addresses are in it. */
	str_drop(&agent->in);
	free(agent);
}
