#include "cli/account_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/out.h"
#include "cli/session.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/os/sig.h"
#include "core/run/loop.h"

/* Characters of a token at most. */
#define TOKEN_MAX 4096

enum exit_code
account_nobody(const struct cli *cli)
{
	const char *text = cli->voice->text.accounts.nobody;

	if (cli->voice->policy.accounts.nobody_is_fine) {
		out_line(text);
		return EXIT_ALL;
	}
	out_tellf("%s\n", text);
	return EXIT_NOT_ALL;
}

static bool
is_environment(const char *source)
{
	return source && (!strcmp(source, "HF_TOKEN") ||
			     !strcmp(source, "HUGGING_FACE_HUB_TOKEN"));
}

/* -- asking the Hub -- */

struct asking {
	struct session base;
	struct hub_call *call;
	struct whoami *whoami;
	struct error *err;
	bool ok;
};

static void
on_whoami(void *context, const struct whoami *whoami, const struct error *err)
{
	struct asking *asking = context;

	asking->call = NULL;
	asking->ok = !err;
	if (err) {
		*asking->err = *err;
	} else {
		asking->whoami->name = mem_strdup(whoami->name);
		asking->whoami->token_name = mem_strdup(whoami->token_name);
		asking->whoami->role = mem_strdup(whoami->role);
		arr_each (org, &whoami->orgs)
			arr_push(&asking->whoami->orgs, mem_strdup(*org));
	}
	loop_stop(asking->base.loop);
}

static void
cancel(void *context)
{
	struct asking *asking = context;

	hub_call_cancel(asking->call);
	asking->call = NULL;
	err_set(asking->err, ERR_CANCELLED, "stopped");
	loop_stop(asking->base.loop);
}

/* A file that cannot be read does not mean that nobody has logged in. */
static void
say_no_token(const struct hub *hub, struct error *err)
{
	if (!hub->token_trouble) {
		err_set(err, ERR_AUTH, "there is no token");
		err_about(err, ERR_ABOUT_TOKEN, NULL, NULL);
		return;
	}
	err_set(err, ERR_SYSTEM, "%s", hub->token_trouble);
	err_remedy(err, REMEDY_MAKE_READABLE);
}

bool
account_ask(const struct cli *cli, const char *token, struct whoami *whoami,
    const char **source, struct error *err)
{
	struct asking asking = { .whoami = whoami, .err = err };
	const char *from = NULL;

	*whoami = (struct whoami){ .name = NULL };
	if (session_open(&asking.base, cli,
		&(struct session_options){
		    .token = token, .look = PROGRESS_NONE },
		err)) {
		asking.base.cancel = cancel;
		asking.base.context = &asking;
		from = asking.base.hub->token_source;
		if (from) {
			asking.call =
			    whoami_start(asking.base.hub, on_whoami, &asking);
			loop_run(asking.base.loop);
		} else {
			say_no_token(asking.base.hub, err);
		}
	}
	session_halt(&asking.base);
	session_close(&asking.base);
	if (source)
		*source = from;
	return asking.ok;
}

void
account_say_refused(
    const struct cli *cli, const char *source, const struct error *err)
{
	bool environment = is_environment(source);
	bool given = !source || !strncmp(source, "--", 2);
	const char *stored = cli->voice->text.accounts.stored_is_refused;
	struct error own = *err;

	if (err->about != ERR_ABOUT_TOKEN) {
		out_error(cli, err);
		return;
	}
	if (!stored) {
		char *site = hub_choose_site();
		bool from = source && strcmp(source, "--token") != 0;

		err_set(&own, ERR_AUTH, "the Hub does not know the token%s%s",
		    from ? " from " : "", from ? source : "");
		if (environment)
			err_hint(&own,
			    "Unset the variable, or give it another token");
		else
			err_hint(&own,
			    "Create one at %s/settings/tokens, then run `hug "
			    "login`",
			    site);
		free(site);
		out_error(cli, &own);
		return;
	}
	err_set(&own, ERR_AUTH, "Invalid user token.%s",
	    given         ? ""
	    : environment ? " The token from HF_TOKEN environment variable is "
			    "invalid. Note that HF_TOKEN takes precedence "
			    "over `hf auth login`."
			  : stored);
	if (!cli->voice->policy.accounts.refused_on_stdout)
		out_error(cli, &own);
	else if (given)
		out_tellf("requests.exceptions.HTTPError: %s\n", own.message);
	else {
		out_line(own.message);
		out_line(err->said);
	}
}

/* -- a token from the keyboard -- */

/* A character that was typed; false: the line is over or was broken off. */
static bool
take(struct str *token, char c, bool *ok)
{
	if (c == '\r' || c == '\n' || (c == 4 && !token->n) || c == 3) {
		*ok = c != 3 && c != 4;
		return false;
	}
	if (c == 0x7f || c == 8)
		str_cut(token, token->n ? token->n - 1 : 0);
	else if (c == 0x15)
		str_cut(token, 0);
	else if ((unsigned char)c >= 0x20 && token->n < TOKEN_MAX)
		str_addc(token, c);
	return true;
}

/* Waits for a key; a signal's number if one came first, else 0. */
static int
wait_key(int fd, int signals)
{
	struct pollfd both[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN } };
	unsigned char number;

	while (poll(both, signals < 0 ? 1 : 2, -1) < 0 && errno == EINTR)
		;
	if (both[1].revents && read(signals, &number, 1) == 1)
		return number;
	return 0;
}

/* Keys up to the end of the line; a signal's number if one ended it, else 0. */
static int
read_keys(int fd, struct str *token, bool *ok)
{
	struct error ignored;
	int signals = -1;
	int number;
	char c;

	if (!sig_open(&signals, &ignored))
		signals = -1;
	do
		number = wait_key(fd, signals);
	while (!number && read(fd, &c, 1) == 1 && take(token, c, ok));
	return number;
}

static bool
read_hidden(int fd, const char *prompt, struct str *token)
{
	struct termios before, raw;
	bool ok = false;
	int number;

	if (tcgetattr(fd, &before))
		return false;
	raw = before;
	/* Keys that would end us come as characters: echo is back then. */
	raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	raw.c_cc[VMIN] = 1;
	if (tcsetattr(fd, TCSADRAIN, &raw)) {
		out_tell("This terminal cannot hide a token: pipe it in\n");
		return false;
	}
	out_ask_on(fd, prompt);
	number = read_keys(fd, token, &ok);
	out_ask_on(fd, "\n");
	MAY_FAIL(tcsetattr(fd, TCSADRAIN, &before),
	    "the terminal is gone, or took the same call before");
	/* Nothing else is under way that would have to be ended. */
	if (number) {
		mem_wipe(token->v, token->n);
		exit(128 + number);
	}
	return ok;
}

static bool
read_line(struct str *token)
{
	int c;

	while ((c = getchar()) != EOF && c != '\n' && token->n < TOKEN_MAX)
		str_addc(token, (char)c);
	return c != EOF || token->n;
}

bool
account_prompt(const char *prompt, struct str *token)
{
	int fd =
	    isatty(STDIN_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
	bool ok;

	str_reserve(token, TOKEN_MAX);
	if (fd < 0)
		return read_line(token);
	ok = read_hidden(fd, prompt, token);
	close(fd);
	return ok;
}
