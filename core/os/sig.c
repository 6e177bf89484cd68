#include "core/os/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A handler has no argument of ours: what it needs has to be static. */
static volatile sig_atomic_t write_end = -1;
static volatile sig_atomic_t caught; /* the first that ends us; 0: none */
static void (*volatile on_leave)(void);

/* What ends a program; a second one ends it at once. */
static bool
is_end(int number)
{
	return number == SIGINT || number == SIGTERM || number == SIGHUP ||
	       number == SIGQUIT;
}

static void
take_leave(void)
{
	void (*leave)(void) = on_leave;

	if (leave)
		leave();
}

static void
on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (is_end(number) && caught) {
		take_leave();
		_exit(128 + number);
	}
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

void
sig_close_screen(void)
{
	handle(SIGQUIT, SIG_DFL);
	handle(SIGWINCH, SIG_DFL);
	handle(SIGTSTP, SIG_DFL);
	handle(SIGCONT, SIG_DFL);
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

/* As SIGTSTP does that nobody handles; returns when the process goes on. */
static void
stop(void (*after)(int))
{
	sigset_t set;

	handle(SIGTSTP, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(SIGTSTP);
	handle(SIGTSTP, after);
}

void
sig_stop_self(void)
{
	stop(on_signal);
}

static void
leave_and_stop(int number)
{
	int saved = errno;

	(void)number;
	take_leave();
	stop(leave_and_stop);
	errno = saved;
}

static void
leave_and_end(int number)
{
	take_leave();
	handle(number, SIG_DFL);
	raise(number);
}

/* Puts a handler in the place of another, where that is the one in use. */
static void
replace(int number, void (*old)(int), void (*handler)(int))
{
	struct sigaction now;

	if (!sigaction(number, NULL, &now) && now.sa_handler == old)
		handle(number, handler);
}

void
sig_on_leave(void (*leave)(void))
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	bool on = leave != NULL;

	on_leave = leave;
	for (unsigned i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		replace(ends[i], on ? SIG_DFL : leave_and_end,
		    on ? leave_and_end : SIG_DFL);
	replace(SIGTSTP, on ? SIG_DFL : leave_and_stop,
	    on ? leave_and_stop : SIG_DFL);
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
