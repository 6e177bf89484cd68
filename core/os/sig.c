#include "core/os/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A handler has no argument of ours: what it needs has to be static. */
static volatile sig_atomic_t write_end = -1;
static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (caught)
		_exit(128 + number);
	caught = 1;
	(void)!write(write_end, &byte, 1);
	errno = saved;
}

bool
sig_open(int *fd, struct error *err)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	int ends[2];

	if (pipe(ends))
		return err_errno(err, errno, "cannot make a pipe");
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	write_end = ends[1];
	*fd = ends[0];
	sigemptyset(&action.sa_mask);
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	return true;
}
