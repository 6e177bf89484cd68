/*
 * complete.h: words for the shells' completion, which they ask for by
 *
 *	hug __complete repos            ids of cached repositories
 *	hug __complete revisions ID     branches, tags and commits that are cached
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

/* Prints them, a line each; of what is not known, nothing. */
void complete(int argc, char **argv);

#endif
