/* tty.h: the terminal in place of standard input and output, where these are something
 * else: for a screen in front of a pipe. */
#ifndef WIDGETS_TTY_H
#define WIDGETS_TTY_H

#include "core/base/attr.h"

/* Where standard input and output were, -1: they are still there. */
struct tty {
	int in, out;
};

/* Puts the terminal there; without one nothing changes. tty_give_back in any case. */
void tty_take(struct tty *tty);
void tty_give_back(struct tty *tty);

#endif
