/*
 * answer.c: what the Hub, or whoever answers in its place, says to each kind of
 * question. This file stands for the network (core/net/http.h) and for the clock
 * of the loop (core/run/loop.h): a question gets the next answer of the input, a
 * wait is over at once.
 *
 * The first byte chooses the question. Answers are divided by lines "----". Each
 * is its status (none: the connection broke), lines of its head, an empty line,
 * and its body.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/show/pytext.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/down/cat.h"
#include "core/hub/call.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/hub/manage.h"
#include "core/hub/resolve.h"
#include "core/hub/revision.h"
#include "core/hub/tree.h"
#include "core/login/account.h"
#include "core/login/device.h"
#include "core/login/login.h"
#include "core/login/oauth.h"
#include "core/login/refresh.h"
#include "core/login/whoami.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/up/copy.h"
#include "tests/fuzz/fuzz.h"

/* More would only repeat itself. */
#define ANSWERS_MAX 16
#define BODY_MAX ((size_t)16 * 1024 * 1024)

static const char commit[] = "0123456789abcdef0123456789abcdef01234567";

/* -- the network -- */

struct http_call {
	struct list link;
	struct http_request request; /* its text is gone */
	bool ranged;
};

static struct list calls, timers;

/* What a pool would run, and whether it is quicker than the next answer. */
static struct list works, given;
static bool quick;

struct http *
http_new(struct loop *loop, const struct log *log, struct error *err)
{
	(void)loop;
	(void)log;
	err_set(err, ERR_INTERNAL, "no network here");
	return NULL;
}

char *
http_libraries(void)
{
	return mem_strdup("");
}

void
http_on_wait(
    struct http *http, void (*wait)(void *context, uint64_t ms), void *context)
{
	(void)http;
	(void)wait;
	(void)context;
}

bool
http_waits(const struct http *http)
{
	(void)http;
	return false;
}

void
http_free(struct http *http)
{
	(void)http;
}

struct http_call *
http_start(struct http *http, const struct http_request *request)
{
	struct http_call *call = mem_new(struct http_call);

	(void)http;
	must(request->url && request->done);
	call->request = *request;
	call->ranged = request->from || request->to;
	list_append(&calls, &call->link);
	return call;
}

void
http_cancel(struct http_call *call)
{
	if (!call)
		return;
	list_remove(&call->link);
	free(call);
}

void
http_resume(struct http_call *call)
{
	(void)call;
}

void
http_pause(struct http *http, const char *url, uint64_t ms)
{
	(void)http;
	must(url && ms);
}

/* -- the pool -- */

struct workers *
workers_new(struct loop *loop, unsigned count, struct error *err)
{
	(void)loop;
	(void)count;
	err_set(err, ERR_INTERNAL, "no pool here");
	return NULL;
}

void
workers_free(struct workers *workers)
{
	(void)workers;
}

void
workers_submit(struct workers *workers, struct work *work)
{
	must(workers);
	list_append(&works, &work->link);
}

void
workers_give_back(struct workers *workers, struct work *work)
{
	must(workers);
	list_append(&given, &work->link);
}

static void
end_work(struct list *item)
{
	struct work *work = CONTAINER_OF(item, struct work, link);

	list_remove(item);
	work->done(work);
}

static void
run_works(void)
{
	while (!list_empty(&works)) {
		struct work *work = CONTAINER_OF(works.next, struct work, link);

		list_remove(&work->link);
		work->run(work);
		list_append(&given, &work->link);
		while (!list_empty(&given))
			end_work(given.next);
	}
}

/* -- the loop -- */

struct loop *
loop_new(void)
{
	return NULL;
}

void
loop_free(struct loop *loop)
{
	(void)loop;
}

void
loop_run(struct loop *loop)
{
	(void)loop;
}

void
loop_stop(struct loop *loop)
{
	(void)loop;
}

void
loop_watch(struct loop *loop, int fd, unsigned events,
    void (*ready)(void *context, int fd, unsigned events), void *context)
{
	(void)loop;
	(void)fd;
	(void)events;
	(void)ready;
	(void)context;
}

void
loop_unwatch(struct loop *loop, int fd)
{
	(void)loop;
	(void)fd;
}

void
loop_timer_start(struct loop *loop, struct loop_timer *timer, uint64_t ms,
    void (*fire)(void *context), void *context)
{
	(void)loop;
	(void)ms;
	loop_timer_stop(timer);
	timer->fire = fire;
	timer->context = context;
	list_append(&timers, &timer->link);
}

void
loop_timer_stop(struct loop_timer *timer)
{
	if (timer->link.next)
		list_remove(&timer->link);
}

/* -- answers -- */

/* A line of the input, without its end. */
static struct span
take_line(struct fuzz *in)
{
	struct span all = { (const char *)in->p, in->n }, line = { "", 0 };

	if (in->n)
		(void)span_next(&all, '\n', &line);
	if (in->n)
		in->n = all.p ? all.n : 0;
	if (all.p)
		in->p = (const uint8_t *)all.p;
	return line;
}

static void
read_answer(struct fuzz *in, struct http_answer *answer)
{
	uint64_t status = 0;
	struct span line = take_line(in);
	bool head = true;

	if (!span_u64(line, &status) || status > 599)
		status = 0;
	answer->status = (int)status;
	answer->url = mem_strdup("https://hub.example/elsewhere?secret=x");
	while (in->n) {
		line = take_line(in);
		if (span_is(line, "----"))
			break;
		if (head && !line.n) {
			head = false;
			continue;
		}
		str_add(head ? &answer->head : &answer->body, line.p, line.n);
		str_addc(head ? &answer->head : &answer->body, '\n');
	}
}

/* Gives the body in two pieces; false if that ended it. */
static bool
stream(const struct http_request *request, struct http_answer *answer)
{
	size_t half = answer->body.n / 2;

	if (request->head && !request->head(request->context, answer))
		return false;
	if (half &&
	    request->data(request->context, answer->body.v, half) == HTTP_STOP)
		return false;
	return answer->body.n == half ||
	       request->data(request->context, answer->body.v + half,
		   answer->body.n - half) != HTTP_STOP;
}

static void
answer_call(struct http_call *call, struct fuzz *in)
{
	struct http_answer answer = { .head = STR_INIT, .body = STR_INIT };
	struct http_request request = call->request;
	struct error err = { .code = ERR_NONE };

	read_answer(in, &answer);
	if (!answer.status) {
		err_set(&err, ERR_NETWORK, "the connection broke");
		answer.passing = true;
	} else if (answer.body.n > request.body_max && !request.data) {
		err_set(&err, ERR_LIMIT, "the answer is too long");
	} else if (request.data &&
		   (answer.status == 200 || answer.status == 206)) {
		if (!stream(&request, &answer))
			err_set(&err, ERR_CANCELLED, "stopped");
		str_clear(&answer.body);
	}
	list_remove(&call->link);
	free(call);
	request.done(
	    request.context, &answer, err.code == ERR_NONE ? NULL : &err);
	free(answer.url);
	str_fini(&answer.head);
	str_fini(&answer.body);
}

/* Until nobody asks any more, or there is no answer left. */
static void
run(struct fuzz *in)
{
	for (unsigned i = 0; i < ANSWERS_MAX; i++) {
		if (quick || list_empty(&calls))
			run_works();
		while (list_empty(&calls) && !list_empty(&timers)) {
			struct loop_timer *timer =
			    CONTAINER_OF(timers.next, struct loop_timer, link);

			list_remove(&timer->link);
			timer->fire(timer->context);
		}
		if (list_empty(&calls) || !in->n)
			return;
		answer_call(
		    CONTAINER_OF(calls.next, struct http_call, link), in);
	}
}

/* -- questions -- */

struct asked {
	struct hub hub;
	bool pooled;
	unsigned ended; /* must become 1 */
	void *call;     /* NULL once it ended */
	struct digest *digest;
	uint64_t bytes;
};

static void
ended(struct asked *asked, const struct error *err)
{
	must(!asked->ended++);
	asked->call = NULL;
	if (err)
		fuzz_check_error(err);
}

static void
on_meta(void *context, const struct filemeta *meta, const struct error *err)
{
	enum digest_kind kind;

	must(!meta->commit_known || repo_is_commit(meta->commit));
	must(err || (digest_kind_of(meta->etag, &kind) && meta->commit_known));
	must(strlen(meta->xet) < sizeof(meta->xet));
	ended(context, err);
}

static void
on_whoami(void *context, const struct whoami *whoami, const struct error *err)
{
	must(err || (whoami->name && whoami->token_name && whoami->role));
	ended(context, err);
}

static void
on_commit(void *context, const char *found, const struct error *err)
{
	must(err || repo_is_commit(found));
	ended(context, err);
}

static bool
on_entry(void *context, const struct treefile *entry)
{
	struct asked *asked = context;

	must(!asked->ended);
	must(entry->path && entry->oid && entry->size <= (uint64_t)1 << 53);
	return true;
}

static void
on_end(void *context, const struct error *err)
{
	ended(context, err);
}

static void
on_stopped(void *context)
{
	ended(context, NULL);
}

static bool
on_item(void *context, const struct cJSON *item, struct error *err)
{
	struct str out = STR_INIT;

	(void)context;
	(void)err;
	py_add_json(&out, item);
	must(out.n);
	str_fini(&out);
	return true;
}

static void
on_json(void *context, struct cJSON *answer, const struct error *err)
{
	struct asked *asked = context;
	struct error own;
	char *url = NULL, *id = NULL;

	if (!err && answer &&
	    manage_read_url(&asked->hub, answer, &url, &id, &own)) {
		must(repo_check_id(id, &own));
		must(fuzz_is_shown(url) && !strchr(url, ' '));
	}
	free(url);
	free(id);
	json_free(answer);
	ended(asked, err);
}

static void
on_code(void *context, const struct device_code *code)
{
	(void)context;
	must(code->url && code->code && code->expires_s <= 3600);
}

static void
on_token(
    void *context, const struct oauth_token *token, const struct error *err)
{
	must(err || (token->token && fuzz_is_shown(token->token)));
	ended(context, err);
}

/* Never more bytes than the file has, and no wrong ones without an error. */
static bool
on_bytes(void *context, const char *bytes, size_t n)
{
	struct asked *asked = context;

	digest_add(asked->digest, bytes, n);
	asked->bytes += n;
	return asked->bytes < 4096;
}

static const struct repo repo = { REPO_MODEL, "acme/owl" };

static void
ask_call(struct asked *asked, unsigned kind)
{
	struct hub *hub = &asked->hub;
	const struct pages_taker taker = {
		.item = on_item, .done = on_end, .context = asked
	};
	const struct asker asker = { on_json, asked };

	switch (kind) {
	case 1:
		asked->call = whoami_start(hub, on_whoami, asked);
		break;
	case 2:
		asked->call =
		    repo_resolve(hub, &repo, "main", true, on_commit, asked);
		break;
	case 3:
		asked->call = tree_list(hub,
		    &(struct tree_request){
			.repo = &repo, .revision = commit, .folder = "" },
		    &(struct tree_taker){ .take = on_entry,
			.workers = asked->pooled ? (void *)asked : NULL,
			.done = on_end,
			.stopped = on_stopped,
			.context = asked });
		break;
	case 4:
		asked->call = catalog_list(
		    hub, &(struct catalog_query){ .limit = 2 }, &taker);
		break;
	case 5:
		asked->call = revision_list(hub, &repo, true, asker);
		break;
	default:
		asked->call = manage_create(
		    hub, &repo, &(struct repo_settings){ 0 }, asker);
		break;
	}
}

/* By HEAD, else by the listing of the folder. */
static void
ask_meta(struct asked *asked, struct fuzz *in)
{
	asked->call = filemeta_ask(
	    &asked->hub, &repo, "main", "a/b.bin", true, on_meta, asked);
	run(in);
	filemeta_cancel(asked->call);
}

static void
ask_device(struct asked *asked, struct fuzz *in)
{
	const struct device_watch watch = {
		.shown = on_code, .done = on_token, .context = asked
	};
	struct device_login *login = device_start(&asked->hub, &watch);

	asked->call = login;
	run(in);
	if (asked->call)
		device_cancel(login);
}

static void
ask_cat(struct asked *asked, struct fuzz *in)
{
	const struct cat_taker taker = {
		.take = on_bytes, .done = on_end, .context = asked
	};
	struct cat *cat =
	    cat_start(&asked->hub, &repo, "main", "a/b.bin", &taker);

	asked->digest = digest_new();
	digest_start(asked->digest, DIGEST_SHA256, 0);
	run(in);
	cat_free(cat);
	digest_free(asked->digest);
}

static void
on_copied(void *context, const char *url, const struct error *err)
{
	must(!url || !err);
	ended(context, err);
}

/* Whatever the Hub says is where, what is copied stays below its target. */
static void
ask_copy(struct asked *asked, struct fuzz *in)
{
	const struct repo other = { REPO_DATASET, "acme/songs" };
	const char *to = NULL, *path;
	struct copy *copy = copy_start(
	    &asked->hub, &(struct copy_request){ .from = { repo, NULL, "a" },
			     .to = { other, "dev", "b" },
			     .message = "Copy",
			     .done = on_copied,
			     .context = asked });

	run(in);
	path = copy_unmoved(copy, &to);
	must(!path || asked->ended);
	must(!to || (!strncmp(to, "b", 1) && !strstr(to, "..")));
	copy_free(copy);
	asked->call = NULL;
}

static void
on_refreshed(void *context, const struct refresh_end *end)
{
	must(!end || fuzz_is_shown(end->name));
	must(!end || !end->why || fuzz_is_shown(end->why));
	ended(context, NULL);
}

/* Whatever came, what is in use and in both files is a token, and the same. */
static void
ask_refresh(struct asked *asked, struct fuzz *in)
{
	static const char stored[] =
	    "[laptop]\nhf_token = hf_secret\nrefresh_token = r\n"
	    "expires_at = 1\n";
	struct refresh *refresh;
	struct accounts accounts;
	struct error err;
	char *active;

	fuzz_write("stored_tokens", stored, sizeof(stored) - 1);
	fuzz_write("token", "hf_secret", 9);
	asked->hub.token_source = LOGIN_TOKEN_FILE;
	asked->hub.token = mem_strdup("hf_secret");
	refresh = refresh_start(&asked->hub, on_refreshed, asked);
	must(refresh);
	run(in);
	refresh_free(refresh);
	must(account_active(&active, &err) && active);
	must(!strcmp(active, asked->hub.token));
	must(account_check(active, "", &err));
	must(accounts_load(&accounts, &err) && accounts.list.n == 1);
	must(!strcmp(accounts.list.v[0].token, active));
	accounts_fini(&accounts);
	mem_drop(active);
	mem_drop(asked->hub.token);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char base[] = "https://hub.example", secret[] = "hf_secret";
	struct fuzz in = { data, size };
	unsigned shape = fuzz_byte(&in), kind = shape % 16;
	struct asked asked = { .hub = { .base = base,
				   .site = base,
				   .token = kind & 8 ? secret : NULL,
				   .token_source = "HF_TOKEN" } };

	(void)fuzz_folder();
	list_init(&calls);
	list_init(&timers);
	list_init(&works);
	list_init(&given);
	asked.pooled = shape & 0x20;
	quick = shape & 0x40;
	asked.hub.origin = url_origin(base);
	if (kind == 15 && shape & 0x40)
		ask_refresh(&asked, &in);
	else if (kind == 15)
		ask_device(&asked, &in);
	else if (kind == 8 && shape & 0x80)
		ask_copy(&asked, &in);
	else if (kind % 8 == 7)
		ask_cat(&asked, &in);
	else if (kind % 8 == 0)
		ask_meta(&asked, &in);
	else
		ask_call(&asked, kind % 8);
	run(&in);
	if (kind % 8 != 7 && kind % 8 != 0 && asked.call)
		hub_call_cancel(asked.call);
	run_works();
	must(kind % 8 != 3 || asked.ended == 1);
	must(list_empty(&calls) && list_empty(&timers));
	free(asked.hub.origin);
	return 0;
}
