/*
 * pick.h: the files of one commit as a tree, and which of them are ticked: by include
 * and exclude patterns, and then by hand.
 *
 *	ticked(f) = on(f) or ( not off(f) and include(f) and not exclude(f) )
 *
 * Files come one after the other, while a listing arrives; patterns are matched in
 * slices (pick_match), so that whoever waits for keys can do a bit at a time. All
 * sums are kept at each change, and are exact for what was matched. Without any
 * pattern nothing is ticked; with exclude patterns alone all the rest is, as on the
 * command line.
 */
#ifndef CORE_PICK_PICK_H
#define CORE_PICK_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/map.h"
#include "core/base/str.h"

struct pattern;

/* What the cache has of a file's bytes. */
enum pick_here {
	PICK_ABSENT,
	PICK_PART,  /* an earlier download's part */
	PICK_OTHER, /* all of it, but not as a file of this commit */
	PICK_HERE,
	PICK_HERES,
};

enum pick_flag {
	PICK_IN = 1 << 0,  /* an include pattern matches */
	PICK_OUT = 1 << 1, /* an exclude pattern does */
	PICK_ON = 1 << 2,  /* by hand */
	PICK_OFF = 1 << 3, /* by hand */
	PICK_TICKED = 1 << 4,
	PICK_SEEN = 1 << 6, /* who shows the files shows it (pick_see) */
	PICK_BAD = 1 << 5,  /* its name cannot be a file's here; never ticked */
};

struct pick_file {
	uint64_t size; /* bytes */
	const char
	    *name; /* behind it, how many bytes the etag has, and these */
	uint32_t folder;
	uint8_t here;    /* enum pick_here */
	uint8_t percent; /* that is here, of PICK_PART */
	uint8_t flags;   /* enum pick_flag */
};

struct pick_sum {
	size_t files;
	uint64_t bytes;
};

/* The root is the first folder, and has the name "". */
struct pick_folder {
	const char *name;
	char *path; /* without "/" at its end */
	uint32_t parent;
	struct pick_sum all, ticked; /* of all files below */
	size_t seen, seen_ticked; /* of those that are seen; the first without
					what can never be ticked */
	size_t here;              /* of these, in the cache as such */
	ARR(uint32_t) files;      /* directly in it, as they came */
	ARR(uint32_t) folders;
};

/* One pattern of a line. */
struct pick_glob {
	char *text;
	struct pattern *pattern;
	size_t hits; /* files, though not more are looked for than one */
};

struct pick_globs {
	char *line; /* as it was typed */
	ARR(struct pick_glob) list;
};

enum pick_side {
	PICK_INCLUDE,
	PICK_EXCLUDE,
	PICK_SIDES,
};

/* What one change of the user's did, so that it can be undone. */
struct pick_step {
	ARR(struct pick_hand {
		uint32_t file;
		uint8_t flags; /* PICK_ON and PICK_OFF, as they were */
	})
	hands;
	char *lines[PICK_SIDES]; /* of patterns, as they were; NULL: the same */
};

typedef ARR(struct pick_step) pick_steps;

/* Fields are for reading. */
struct pick {
	ARR(struct pick_file) files;
	ARR(struct pick_folder) folders;
	struct pick_globs globs[PICK_SIDES];
	size_t matched;      /* files that the patterns were tried on */
	struct pick_sum in;  /* that include patterns match, */
	struct pick_sum out; /* and exclude patterns take out again */
	struct pick_sum ticked[PICK_HERES]; /* by what the cache has of them */
	uint64_t kept;  /* bytes, of the ticked that are here in part */
	size_t by_hand; /* files */
	size_t apart;   /* of these, other than the patterns have them */

	pick_steps undo, redo;
	bool stepping;     /* what is changed belongs to the last step */
	struct map places; /* of folders, by path */
	uint32_t last;     /* folder that a file came to last */
	struct map hands;  /* by path: flags of files that are not listed */
	ARR(char *) hand_paths;
	ARR(char *) pages; /* of names and etags */
	size_t used, room; /* of the last page, bytes */
};

void pick_init(struct pick *pick);
void pick_fini(struct pick *pick);

/* Forgets all files; patterns stay, and so do ticks by hand, for files of the same
 * paths. */
void pick_restart(struct pick *pick);

/* Adds a file of a listing. All is copied; an etag that is not hex is left out. */
void pick_add(struct pick *pick, const char *path, uint64_t size,
    const char *etag, enum pick_here here, unsigned percent);

/* Says what the cache has of a file now. */
void pick_set_here(
    struct pick *pick, uint32_t file, enum pick_here here, unsigned percent);

/* Replaces `out` with a file's path. */
void pick_path(const struct pick *pick, uint32_t file, struct str *out);

/* A file's etag as the Hub has it, "" if it has none. */
void pick_etag(
    const struct pick *pick, uint32_t file, char etag[DIGEST_HEX_MAX]);

/*
 * Replaces the patterns of one side by those of a line: parted by blanks, in quotes
 * (' or ") where they hold blanks themselves. False with `err` if the line makes no
 * sense: then the last ones stay. What they match is only known after pick_match.
 */
MUST_USE bool pick_set_globs(struct pick *pick, enum pick_side side,
    const char *line, struct error *err);

/* Tries the patterns on so many more files; false once all are done. */
bool pick_match(struct pick *pick, size_t files);

/* Ticks one file by hand, or takes its tick away; or forgets all that was done by
 * hand. */
void pick_set(struct pick *pick, uint32_t file, bool on);
void pick_forget_hand(struct pick *pick);

/* Says that a file is seen, or that none is any more: folders count these apart. */
void pick_see(struct pick *pick, uint32_t file);
void pick_see_none(struct pick *pick);

/* From here on changes are one step, which pick_undo takes back and pick_redo makes
 * again; both false if there is no step. A new listing forgets all steps. */
void pick_begin_step(struct pick *pick);
bool pick_undo(struct pick *pick);
bool pick_redo(struct pick *pick);

/* All ticked files together. */
struct pick_sum pick_ticked(const struct pick *pick);

/* Appends a pattern as a line has it: in quotes where it needs them. */
void pick_add_word(struct str *line, const char *pattern);

#endif
