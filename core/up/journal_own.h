/* journal_own.h: what the reading and the noting of a journal share. */
#ifndef CORE_UP_JOURNAL_OWN_H
#define CORE_UP_JOURNAL_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/str.h"
#include "core/up/journal.h"

#define JOURNAL_HEAD "hug-upload 2\n"
#define JOURNAL_HEAD_BYTES (sizeof(JOURNAL_HEAD) - 1)

/* Hex digits of a line's checksum, and a blank. */
#define JOURNAL_SUM_DIGITS 8

/* An object that is being sent. */
struct sending {
	char sha[DIGEST_HEX_MAX];
	struct lfs_way way;
	journal_etags etags;
	bool done;
};

struct journal {
	char *path; /* NULL: there is no place for one */
	int lock, fd;
	struct str news; /* not written yet */
	size_t line;     /* of which: where the one that is noted begins */
	bool failed;
	char trouble[200];
	int64_t listed_ns;
	unsigned lines; /* of files: the number of the next */
	char head[COMMIT_MAX];
	unsigned long pull;
	bool opens;
	unsigned long after; /* of the pull request that is being opened */
	ARR(struct sending) sending;
};

/* What reading goes by: files by their paths, and which line is which. */
struct journal_reading {
	struct journal *journal;
	up_files *files;
	struct map paths;
	ARR(unsigned) of_line; /* index of the file, or NOBODY */
	size_t most;           /* lines that there can be */
	size_t stale; /* lines that say nothing of a file that is here */
	bool damaged;
};

/* The checksum of a line. */
uint32_t journal_sum(const char *text, size_t n);

/* Reads the file a block at a time; false if it is no journal, or damaged, or its last
 * line was torn. */
bool journal_read(struct journal_reading *r, int fd);

struct sending *journal_sending(struct journal *journal, const char *sha);
void journal_sending_clear(struct sending *sending);

#endif
