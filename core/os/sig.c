#include "core/os/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A handler has no argument of ours: what it needs has to be static. */
static volatile sig_atomic_t write_end = -1;
static volatile sig_atomic_t caught; /* the first that ends us; 0: none */

/* What ends a program; a second one ends it at once. */
static bool
is_end(int number)
{
	return number == SIGINT || number == SIGTERM || number == SIGHUP ||
	       number == SIGQUIT;
}

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (is_end(number) && caught)
		_exit(128 + number);
	if (is_end(number))
		caught = number;
	MAY_FAIL(write(write_end, &byte, 1),
	    "a full pipe has woken the loop already");
	errno = saved;
}

static bool
open_pipe(int *fd, struct error *err)
{
	int ends[2];

	if (pipe(ends))
		return err_errno(err, errno, "cannot make a pipe");
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	write_end = ends[1];
	*fd = ends[0];
	return true;
}

static void
handle(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void
handle_ends(void (*handler)(int))
{
	handle(SIGINT, handler);
	handle(SIGTERM, handler);
	handle(SIGHUP, handler);
}

void
sig_while_asking(bool open)
{
	if (write_end < 0)
		return;
	handle_ends(open ? SIG_DFL : on_signal);
	/* One that came when the question was shown was meant for it. */
	if (open && caught)
		raise(caught);
}

bool
sig_open(int *fd, struct error *err)
{
	if (!open_pipe(fd, err))
		return false;
	handle_ends(on_signal);
	handle(SIGPIPE, SIG_IGN);
	return true;
}

bool
sig_open_screen(int *fd, struct error *err)
{
	if (!sig_open(fd, err))
		return false;
	/* Nothing may end it that leaves the terminal as it is now. */
	handle(SIGQUIT, on_signal);
	handle(SIGWINCH, on_signal);
	handle(SIGTSTP, on_signal);
	handle(SIGCONT, on_signal);
	return true;
}

bool
sig_is_resize(unsigned char number)
{
	return number == SIGWINCH || number == SIGCONT;
}

bool
sig_is_stop(unsigned char number)
{
	return number == SIGTSTP;
}

bool
sig_is_end(unsigned char number)
{
	return is_end(number);
}

void
sig_freeze_self(void)
{
	raise(SIGSTOP);
}

void
sig_stop_self(void)
{
	sigset_t set;

	handle(SIGTSTP, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGTSTP);
	handle(SIGTSTP, on_signal);
}

static void (*on_crash)(void);

static void
crashed(int number)
{
	void (*restore)(void) = on_crash;

	on_crash = NULL;
	if (restore)
		restore();
	handle(number, SIG_DFL);
	raise(number);
}

void
sig_on_crash(void (*restore)(void))
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
		SIGABRT };

	on_crash = restore;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		handle(numbers[i], crashed);
}

void
sig_kill(long pid)
{
	kill((pid_t)pid, SIGKILL);
}
