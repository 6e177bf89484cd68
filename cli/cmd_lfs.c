/* cmd_lfs.c: hug lfs-enable-largefiles, and hug lfs-multipart-upload, which git-lfs
 * starts then. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/os/child.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/os/machine.h"
#include "core/os/sig.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/up/lfsagent.h"

#define AGENT_COMMAND "lfs-multipart-upload"

/* Read parts ahead; several agents run at once. */
#define POOL_THREADS 2

/* -- lfs-enable-largefiles -- */

struct enable_args {
	const char *path;
};

static const struct arg enable_args[] = {
	{ "PATH", "Folder of the Git repository",
	    .offset = offsetof(struct enable_args, path), .required = true },
	{ .name = NULL },
};
static const struct opt no_opts[] = { { .name = NULL } };

/* As Python's os.path.abspath: links stay. */
static char *
absolute(const char *path)
{
	struct str out = STR_INIT;
	char here[PATH_MAX];

	if (*path != '/' && getcwd(here, sizeof(here)))
		str_addz(&out, here);
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && !strncmp(path, "..", 2)) {
			char *slash = strrchr(out.v, '/');

			str_cut(&out, slash ? (size_t)(slash - out.v) : 0);
		} else if (n && (n != 1 || *path != '.')) {
			str_addc(&out, '/');
			str_add(&out, path, n);
		}
		path += n + (path[n] == '/');
	}
	if (!out.n)
		str_addc(&out, '/');
	return str_steal(&out);
}

/* What git complains of, in a line. */
static void
name_failure(
    const char *folder, int status, struct str *said, struct error *err)
{
	const char *words = said->v;

	if (status < 0) {
		err_set(err, ERR_SYSTEM, "git cannot be run");
		err_hint(err, "Install Git and git-lfs");
		return;
	}
	str_cut(said, strcspn(said->v, "\n"));
	if (!strncmp(words, "fatal: ", 7))
		words += 7;
	err_set(err, ERR_SYSTEM,
	    "git cannot change the settings of the repository in %s%s%s",
	    folder, *words ? ": " : "", words);
	err_hint(err, "PATH is the folder of a Git repository on this machine");
}

/* The end of a Python traceback, as both official clients end. */
static void
tell_failure(const struct cli *cli, const char *const argv[], int status,
    struct str *said, const char *folder)
{
	struct error err;

	if (!cli->voice->text.lfs.program) {
		name_failure(folder, status, said, &err);
		out_error(cli, &err);
	} else if (status < 0) {
		out_tell("FileNotFoundError: [Errno 2] No such file or "
			 "directory: 'git'\n");
	} else {
		out_tell(said->v);
		out_tellf("subprocess.CalledProcessError: Command '['git', "
			  "'config', '%s', '%s']' returned non-zero exit "
			  "status %d.\n",
		    argv[4], argv[5], status);
	}
}

static bool
configure(const struct cli *cli, const char *folder, const char *name,
    const char *value)
{
	const char *const argv[] = { "git", "-C", folder, "config", name, value,
		NULL };
	struct str said = STR_INIT;
	int status = child_status(argv, &said);

	if (status)
		tell_failure(cli, argv, status, &said, folder);
	str_fini(&said);
	return !status;
}

/* The official clients are found along the PATH; so are we, where the system does
 * not tell what runs. */
static char *
own_program(const struct cli *cli)
{
	char *path;

	if (cli->voice->text.lfs.program)
		return mem_strdup(cli->voice->text.lfs.program);
	path = machine_program();
	return path ? path : mem_strdup(cli->name);
}

static enum exit_code
refuse_folder(const struct cli *cli, const char *folder)
{
	struct error err;

	if (cli->voice->policy.lfs.refuses_on_stdout) {
		out_line(cli->voice->text.lfs.no_repo);
		MAY_FAIL(out_finish(cli), "the command has failed already");
		return EXIT_NOT_ALL;
	}
	if (cli->voice->text.lfs.no_repo)
		err_set(
		    &err, ERR_NOT_FOUND, "%s", cli->voice->text.lfs.no_repo);
	else
		err_set(&err, ERR_NOT_FOUND, "%s is not a folder", folder);
	out_error(cli, &err);
	return EXIT_NOT_ALL;
}

static enum exit_code
enable_run(const struct cli *cli, const void *args)
{
	const struct enable_args *a = args;
	char *folder = absolute(a->path);
	char *program = own_program(cli);
	enum exit_code code = EXIT_NOT_ALL;

	if (file_kind(folder, NULL) != FILE_FOLDER) {
		code = refuse_folder(cli, folder);
	} else if (configure(cli, folder, "lfs.customtransfer.multipart.path",
		       program) &&
		   configure(cli, folder, "lfs.customtransfer.multipart.args",
		       AGENT_COMMAND)) {
		if (cli->voice->policy.lfs.tells_no_path)
			out_line(cli->voice->text.lfs.enabled);
		else
			out_result(
			    cli, cli->voice->text.lfs.enabled, "path", folder);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	free(program);
	free(folder);
	return code;
}

static const struct example enable_examples[] = {
	{ "hug lfs-enable-largefiles .",
	    "Set up the repository in this folder" },
	{ "hug lfs-enable-largefiles ~/tiny-owl", "Set up another one" },
	{ NULL, NULL },
};

const struct command cmd_lfs_enable_largefiles = {
	.name = "lfs-enable-largefiles",
	.summary = "Set up a Git repository to push files larger than 5 GB",
	.details =
	    "Changes the settings of this repository: git-lfs then runs hug, "
	    "which uploads large files in parts, several at once, and sends "
	    "again what fails. `hug upload` needs neither Git nor this.\n",
	.examples = enable_examples,
	.args = enable_args,
	.opts = no_opts,
	.args_size = sizeof(struct enable_args),
	.run = enable_run,
	.hidden = FACE_HF,
	.local = true,
};

/* -- lfs-multipart-upload -- */

/* One conversation. */
struct talk {
	const struct cli *cli;
	struct loop *loop;
	struct log log;
	int signals;
	int interrupted; /* the signal's number, 0: none */
	enum exit_code code;
};

static void
on_signal(void *context, int fd, unsigned events)
{
	struct talk *talk = context;
	unsigned char number;

	(void)events;
	if (read(fd, &number, 1) != 1)
		return;
	talk->code = talk->cli->voice->policy.errors.signal_is_code
	                 ? (enum exit_code)(128 + number)
	                 : EXIT_NOT_ALL;
	loop_stop(talk->loop);
}

static bool
on_say(void *context, const char *line)
{
	(void)context;
	out_exact(line);
	out_flush();
	return out_is_wanted();
}

static void
tell_broken(const struct cli *cli, const struct error *err)
{
	struct error own;

	if (cli->voice->text.lfs.no_json)
		err_lines(&own, ERR_USAGE, cli->voice->text.lfs.no_json);
	else if (err)
		own = *err;
	else
		err_set(&own, ERR_NETWORK,
		    "git-lfs ended without saying that it is done");
	out_error(cli, &own);
}

static void
on_end(void *context, enum lfs_agent_end end, const struct error *err)
{
	struct talk *talk = context;

	if (end == LFS_AGENT_DONE)
		talk->code = EXIT_ALL;
	else if (end == LFS_AGENT_BROKEN || end == LFS_AGENT_CLOSED)
		tell_broken(talk->cli, err);
	else if (end == LFS_AGENT_UNKNOWN)
		out_tell("Received unexpected message\n");
	loop_stop(talk->loop);
}

/* All but the loop may fail to come about. */
static bool
converse(struct talk *talk, struct error *err)
{
	struct lfs_agent_request request = { .in = STDIN_FILENO,
		.answers_all = talk->cli->voice->policy.lfs.answers_all,
		.say = on_say,
		.done = on_end,
		.context = talk };
	struct hub_options options = { .token = NULL };
	struct lfs_agent *agent;

	if (!sig_open(&talk->signals, err))
		return false;
	loop_watch(talk->loop, talk->signals, LOOP_READ, on_signal, talk);
	request.workers = workers_new(talk->loop, POOL_THREADS, err);
	if (request.workers)
		request.hub = hub_new(talk->loop, &talk->log, &options, err);
	if (request.hub) {
		agent = lfs_agent_start(&request);
		loop_run(talk->loop);
		workers_free(request.workers);
		lfs_agent_free(agent);
		hub_free(request.hub);
		return true;
	}
	workers_free(request.workers);
	return false;
}

/* Whoever types the command would wait for ever. */
static bool
is_typed(const struct cli *cli, struct error *err)
{
	if (!cli->voice->policy.lfs.answers_all || !isatty(STDIN_FILENO))
		return false;
	err_set(err, ERR_USAGE, "only git-lfs runs this command");
	err_hint(err,
	    "`hug lfs-enable-largefiles PATH` tells it to, for a repository");
	return true;
}

static enum exit_code
agent_run(const struct cli *cli, const void *args)
{
	struct talk talk = { .cli = cli, .log = LOG_OFF, .code = EXIT_NOT_ALL };
	struct error err;

	(void)args;
	if (is_typed(cli, &err)) {
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	if (env_flag("HF_DEBUG"))
		talk.log.fd = STDERR_FILENO;
	talk.loop = loop_new();
	if (!converse(&talk, &err))
		out_error(cli, &err);
	loop_free(talk.loop);
	return talk.code;
}

static const struct arg no_args[] = { { .name = NULL } };

static const struct example agent_examples[] = {
	{ "hug lfs-enable-largefiles .", "Let git-lfs run this command" },
	{ NULL, NULL },
};

const struct command cmd_lfs_multipart_upload = {
	.name = AGENT_COMMAND,
	.summary = "Upload large files for git-lfs, which runs this command",
	.details =
	    "Speaks the protocol of custom transfers of git-lfs on standard "
	    "input and output.\n",
	.examples = agent_examples,
	.args = no_args,
	.opts = no_opts,
	.run = agent_run,
	.hidden = FACE_HUG | FACE_OLD | FACE_HF,
	.local = true,
};
