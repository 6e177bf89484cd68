#include "core/os/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/sig.h"

/* A helper that asks somebody for a password may take its time. */
#define CHILD_MS 60000

/* Words of our own: posix_spawnp wants them to be writable. */
static char **
copy_words(const char *const argv[])
{
	size_t n = 0;
	char **words;

	while (argv[n])
		n++;
	words = mem_zalloc((n + 1) * sizeof(*words));
	for (size_t i = 0; i < n; i++)
		words[i] = mem_strdup(argv[i]);
	return words;
}

static void
free_words(char **words)
{
	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	free(words);
}

static bool
spawn(char **words, const int in[2], const int out[2], bool both, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	bool ok;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	if (both)
		posix_spawn_file_actions_adddup2(&actions, out[1], 2);
	else
		posix_spawn_file_actions_addopen(
		    &actions, 2, "/dev/null", O_WRONLY, 0);
	ok = !posix_spawnp(pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ok;
}

/* It fits into the buffer: this never waits. */
static void
give(int fd, const char *input)
{
	if (input)
		MAY_FAIL(send(fd, input, strlen(input), MSG_NOSIGNAL),
		    "who reads nothing says so by its exit status");
}

/* To its end; false if that does not come: in time, or within so many bytes. */
static bool
take(int fd, struct str *out)
{
	uint64_t until = clock_ms() + clock_scaled(CHILD_MS);
	size_t seen = 0;
	char bytes[4096];

	while (clock_ms() < until && seen <= CHILD_OUT_MAX) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&wait, 1, (int)(until - clock_ms())) <= 0)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (!n || (n < 0 && errno != EINTR))
			return true;
		if (n > 0) {
			seen += (size_t)n;
			if (out)
				str_add(out, bytes, (size_t)n);
		}
	}
	return false;
}

/* With `both` what it complains of is taken, too. */
static int
run(const char *const argv[], const char *input, struct str *out, bool both)
{
	int in[2], back[2], status = 1;
	char **words;
	pid_t pid;
	bool ok;

	/* Writing to a program that has ended must not end us. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in))
		return -1;
	if (pipe2(back, O_CLOEXEC)) {
		close(in[0]);
		close(in[1]);
		return -1;
	}
	words = copy_words(argv);
	ok = spawn(words, in, back, both, &pid);
	free_words(words);
	close(in[0]);
	close(back[1]);
	if (ok)
		give(in[1], input);
	close(in[1]);
	if (ok && !take(back[0], out)) {
		sig_kill(pid);
		waitpid(pid, &status, 0);
		ok = false;
	}
	close(back[0]);
	while (ok && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ok && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool
child_run(const char *const argv[], const char *input, struct str *out)
{
	return !run(argv, input, out, false);
}

int
child_status(const char *const argv[], struct str *out)
{
	return run(argv, NULL, out, true);
}
