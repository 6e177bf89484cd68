/*
 * dotenv.h: names and values as .env files have them:
 *
 *	KEY=value   export KEY='a b'   KEY="a\nb" # why   KEY
 *
 * A name alone stands for its value in the environment. What is no such line is
 * passed over, as the official client does; the caller may tell of it.
 */
#ifndef CLI_DOTENV_H
#define CLI_DOTENV_H

#include "core/base/arr.h"

struct dotenv_pair {
	char *key, *value;
};

/* In the order they first came; a later value takes the place of an earlier. */
struct dotenv {
	ARR(struct dotenv_pair) pairs;
	const char *token; /* stands for HF_TOKEN; NULL: there is none */
};

/* Adds what the text holds; the first line that gave nothing, 0: all did. */
unsigned dotenv_read(struct dotenv *env, const char *text);

/* Wipes and frees it. */
void dotenv_fini(struct dotenv *env);

#endif
