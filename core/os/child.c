#include "core/os/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"

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
spawn(char **words, const int in[2], const int out[2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	bool ok;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	ok = !posix_spawnp(pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ok;
}

/* It fits into the buffer: this never waits. */
static void
give(int fd, const char *input)
{
	if (input)
		(void)!send(fd, input, strlen(input), MSG_NOSIGNAL);
}

static void
take(int fd, struct str *out)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 ||
	       (n < 0 && errno == EINTR)) {
		if (n > 0 && out && out->n < CHILD_OUT_MAX)
			str_add(out, bytes, (size_t)n);
	}
}

bool
child_run(const char *const argv[], const char *input, struct str *out)
{
	int in[2], back[2], status = 1;
	char **words;
	pid_t pid;
	bool ok;

	/* Writing to a program that has ended must not end us. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in))
		return false;
	if (pipe2(back, O_CLOEXEC)) {
		close(in[0]);
		close(in[1]);
		return false;
	}
	words = copy_words(argv);
	ok = spawn(words, in, back, &pid);
	free_words(words);
	close(in[0]);
	close(back[1]);
	if (ok)
		give(in[1], input);
	close(in[1]);
	if (ok)
		take(back[0], out);
	close(back[0]);
	while (ok && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ok && WIFEXITED(status) && !WEXITSTATUS(status);
}
