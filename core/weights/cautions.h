/*
 * cautions.h: what one should know of a repository before fetching it.
 *
 * It is told piece by piece: what the Hub's information says, each file of the
 * listing, and the text of some small files, which it names itself. There is no
 * network here, and memory stays bounded: of a listed file that does not matter
 * eight bytes remain.
 *
 *	cautions_init, cautions_take_info, cautions_add_file for each file,
 *	cautions_listed, cautions_add_text or cautions_no_text for each of `texts`,
 *	cautions_end, and the results; cautions_fini in any case
 *
 * Whatever could not be looked at is in `unchecked`: not to know is never "fine".
 */
#ifndef CORE_WEIGHTS_CAUTIONS_H
#define CORE_WEIGHTS_CAUTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/map.h"
#include "core/base/repoid.h"
#include "core/weights/format.h"
#include "core/weights/quants.h"
#include "core/weights/shards.h"

struct cJSON;

enum caution_kind {
	CAUTION_GATED,      /* access has to be asked for */
	CAUTION_LICENCE,    /* none is stated, or one of no common name */
	CAUTION_CODE,       /* a loader would run code of the repository */
	CAUTION_PICKLE,     /* weights that exist as pickles only */
	CAUTION_INCOMPLETE, /* files are named that are not there */
	CAUTIONS
};

/* "gated": of an option or of JSON. */
const char *caution_name(enum caution_kind kind);

/* Paths that are kept of one caution. */
#define CAUTION_PATHS_MAX 20

/* Texts are of the repository, so not safe to show as they are. */
struct caution {
	enum caution_kind kind;
	char *text;         /* a sentence without the stop at its end */
	ARR(char *) paths;  /* which it is about: the first of them */
	size_t paths_total; /* how many there are */
};

/* What could not be looked at, and for which kinds that matters. */
struct caution_unchecked {
	unsigned kinds; /* a bit each: 1 << CAUTION_CODE */
	char *what;     /* "config.json", "the list of files" */
	char *why;
};

/* At most so many small files are read, each of at most so many bytes. */
#define CAUTION_TEXTS_MAX 128
#define CAUTION_TEXT_BYTES_MAX ((uint64_t)16 * 1024 * 1024)

/* A small file that is to be read. */
struct caution_text {
	char *path;
	uint64_t size;
	unsigned kinds;
	bool wanted;
};

enum gated {
	GATED_UNKNOWN,
	GATED_NO,
	GATED_AUTO,   /* whoever asks gets access */
	GATED_MANUAL, /* the owner decides */
};

struct caution_folder;

/* Whether a file is asked for. */
typedef bool caution_wants(void *context, const char *path);

struct cautions {
	/* Results. After cautions_take_info: */
	enum gated gated;
	ARR(char *) licences; /* all that are stated */
	/* After cautions_listed: */
	ARR(struct caution_text) texts;
	uint64_t files, bytes;             /* of those that are wanted */
	uint64_t weights[WEIGHTS_FORMATS]; /* bytes of those */
	uint64_t smallest_gguf; /* bytes of the smallest model; 0: none */
	/* After cautions_end: */
	ARR(struct caution) list;
	ARR(struct caution_unchecked) unchecked;

	/* The rest is for cautions.c. */
	enum repo_type type;
	char *script; /* of a dataset of this name; NULL: of no dataset */
	caution_wants *wants;
	void *context;
	bool picked;
	ARR(uint64_t) known; /* hashes of all paths, in order once listed */
	ARR(struct caution_folder) folders;
	struct map folder_of;
	bool more_folders;
	struct shards shards;
	struct quants quants;
	size_t gguf_files;
	bool script_there;
	size_t texts_total; /* that are wanted */
	ARR(char *) lost;   /* that an index names, and is not there */
	struct map is_lost;
	struct map code_of; /* paths of code, each once */
	ARR(char *) code;
	ARR(char *) code_by; /* the files that name code */
	const struct caution_text *reading;
	bool index_is_meant;
};

/*
 * `wants` tells which files are asked for; NULL: all. `picked`: they were named or
 * described one by one, so that a pickle among them counts, whatever it holds.
 */
void cautions_init(struct cautions *c, const struct repo *repo,
    caution_wants *wants, void *context, bool picked);
void cautions_fini(struct cautions *c);

/* Takes "gated", "cardData" and "tags" of the Hub's information. */
void cautions_take_info(struct cautions *c, const struct cJSON *info);

/* Takes a file of the listing, whether it is wanted or not. */
void cautions_add_file(struct cautions *c, const char *path, uint64_t size);

/* After the last file: chooses the texts. */
void cautions_listed(struct cautions *c);

/* Takes the text of a file of `texts`; its `n` bytes are changed. */
void cautions_add_text(struct cautions *c, size_t i, char *text, size_t n);

/* Says why a text, or something else that matters for these kinds, is not there. */
void cautions_no_text(struct cautions *c, size_t i, const char *why);
void cautions_unknown(
    struct cautions *c, unsigned kinds, const char *what, const char *why);

/* After the last text. */
void cautions_end(struct cautions *c);

/* Whether the file, which is not listed yet, can matter for more than its bytes. */
bool cautions_care_for(const struct cautions *c, const char *path);

/* Bytes of weights that are loaded at once, at a guess: of the format that most
 * loaders take first, of GGUF the smallest model. 0: there are none. */
uint64_t cautions_weights(const struct cautions *c);

#endif
