/* dispatch.h: the command line, from its words to an exit code. */
#ifndef CLI_DISPATCH_H
#define CLI_DISPATCH_H

struct screens;

/* `screens` (NULL: there are none) lives as long as the program. */
int cli_main(int argc, char **argv, const struct screens *screens);

#endif
