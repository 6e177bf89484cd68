/* similar.h: how alike two words are, to guess what was meant. */
#ifndef CLI_SIMILAR_H
#define CLI_SIMILAR_H

/* Words less alike than this are not guessed for each other. */
#define SIMILAR_LEAST 0.6

/*
 * From 0 to 1: twice the letters in common, by longest common runs, against
 * all letters (Ratcliff and Obershelp), as Python's difflib.
 */
double similarity(const char *a, const char *b);

#endif
