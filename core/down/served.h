/* served.h: whether what is here can serve a request, without the Hub. */
#ifndef CORE_DOWN_SERVED_H
#define CORE_DOWN_SERVED_H

#include <stdatomic.h>

#include "core/base/attr.h"

struct include;
struct place;

enum served {
	SERVED_NOT,
	SERVED_ALL,     /* all that is wanted is here */
	SERVED_PERHAPS, /* some of it is, and nothing says what all of it is */
};

/*
 * What is enough where names do not say what is wanted, and no listing says what
 * a commit holds, as in caches of older clients.
 */
enum served_by {
	SERVED_BY_LISTING, /* nothing is */
	SERVED_BY_FILES,   /* a wanted file: perhaps that is all */
	SERVED_BY_FOLDER,  /* a folder, empty or not, as the official clients */
};

/* What is asked. */
struct serving {
	const struct place *place;
	const char *commit; /* NULL: whichever the user's folder has */
	struct include *include;
	enum served_by by;
	const atomic_bool *cancelled; /* then the answer means nothing */
};

/*
 * Whether everything that is wanted of a commit is in the cache, or in the folder
 * of the user's, as the listing has it that was kept last. A snapshot that is
 * known to be a part of it, or has links that lead nowhere, is not enough. Reads
 * listings and folders, so not for the loop.
 */
MUST_USE enum served served_here(const struct serving *serving);

#endif
