#include "widgets/tty.h"

#include <fcntl.h>
#include <unistd.h>

/* Puts a descriptor to where `standard` is, which is kept. */
static int
replace(int standard, int with)
{
	int kept = fcntl(standard, F_DUPFD_CLOEXEC, 3);

	if (kept >= 0)
		dup2(with, standard);
	return kept;
}

void
tty_take(struct tty *tty)
{
	int terminal;

	*tty = (struct tty){ -1, -1 };
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return;
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (terminal < 0)
		return;
	if (!isatty(STDIN_FILENO))
		tty->in = replace(STDIN_FILENO, terminal);
	if (!isatty(STDOUT_FILENO))
		tty->out = replace(STDOUT_FILENO, terminal);
	close(terminal);
}

void
tty_give_back(struct tty *tty)
{
	if (tty->in >= 0) {
		dup2(tty->in, STDIN_FILENO);
		close(tty->in);
	}
	if (tty->out >= 0) {
		dup2(tty->out, STDOUT_FILENO);
		close(tty->out);
	}
	*tty = (struct tty){ -1, -1 };
}
