/*
 * send.c: one request to the Hub's interface, whose body is put together from
 * the command line:
 *
 *	send METHOD PATH once|repeatable [text:TEXT | slice:FILE:OFFSET:SIZE |
 *	    base64:FILE:OFFSET:SIZE]...
 *
 * Prints the answer's status and body, and how many bytes had left each time
 * when that was fewer than before, and in the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/header.h"
#include "core/os/log.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

struct sending {
	struct loop *loop;
	uint64_t sent;
	int code;
};

static void
on_sent(void *context, uint64_t bytes)
{
	struct sending *s = context;

	if (bytes < s->sent)
		printf("sent %llu\n", (unsigned long long)s->sent);
	s->sent = bytes;
}

static void
on_done(void *context, struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	struct sending *s = context;

	(void)call;
	printf("sent %llu\n", (unsigned long long)s->sent);
	if (err)
		printf("error: %s\n", err->message);
	else
		printf("%d %s\n", answer->status, answer->body.v);
	s->code = err != NULL;
	loop_stop(s->loop);
}

static void
keep(void *context)
{
	(void)context;
}

static void
add_part(struct body *body, char *text)
{
	char *rest = strchr(text, ':') + 1;
	char *size = strrchr(rest, ':'), *offset;

	if (!strncmp(text, "text:", 5)) {
		body_add_text(body, rest, strlen(rest));
		return;
	}
	*size++ = '\0';
	offset = strrchr(rest, ':');
	*offset++ = '\0';
	if (*text == 's')
		body_add_slice(body, rest, strtoull(offset, NULL, 10),
		    strtoull(size, NULL, 10));
	else
		body_add_base64(body, rest, strtoull(offset, NULL, 10),
		    strtoull(size, NULL, 10));
}

static bool
send(struct sending *s, struct workers *workers, char **args, struct error *err)
{
	const struct log log = LOG_OFF;
	struct hub *hub = hub_new(s->loop, &log,
	    &(struct hub_options){ .token = "hf_test", .source = "a test" },
	    err);
	struct body *body = body_new(workers);
	struct str url = STR_INIT;

	if (hub) {
		for (char **part = args + 3; *part; part++)
			add_part(body, *part);
		str_addf(&url, "%s%s", hub->base, args[1]);
		hub_call_start(
		    hub, &(struct hub_request){ .method = args[0],
			     .url = url.v,
			     .body = body,
			     .repeatable = !strcmp(args[2], "repeatable"),
			     .body_max = 65536,
			     .done = on_done,
			     .sent = on_sent,
			     .sender = s,
			     .context = s,
			     .release = keep });
		loop_run(s->loop);
	}
	body_free(body);
	hub_free(hub);
	str_fini(&url);
	return hub != NULL;
}

int
main(int argc, char **argv)
{
	struct sending s = { .loop = loop_new() };
	struct workers *workers;
	struct error err;

	if (argc < 4)
		return 2;
	workers = workers_new(s.loop, 1, &err);
	if (!workers || !send(&s, workers, argv + 1, &err)) {
		printf("error: %s\n", err.message);
		s.code = 1;
	}
	workers_free(workers);
	loop_free(s.loop);
	return s.code;
}
