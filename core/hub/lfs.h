/*
 * lfs.h: large files as objects of Git LFS: where they are sent, in parts or as a
 * whole, and that they came (the batch interface of git-lfs, with the Hub's
 * transfer "multipart": huggingface_hub 2.4.0, lfs.py).
 */
#ifndef CORE_HUB_LFS_H
#define CORE_HUB_LFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/str.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/* Objects asked about at once. */
#define LFS_OBJECTS 256

/* A question while it is put together: {STR_INIT} is an empty one. */
struct lfs_batch {
	struct str text;
};

/* `oid`: SHA-256 as hex; each one only once. */
void lfs_batch_add(struct lfs_batch *batch, const char *oid, uint64_t size);

/* Sends it and releases it. `branch` NULL: for a pull request, for which the branch
 * need not be one that may be written to. */
struct hub_call *lfs_batch_send(struct lfs_batch *batch, struct hub *hub,
    const struct repo *repo, const char *branch, struct asker asker);

/* Where an object is to be sent. Addresses are signed: no token goes there, and
 * they show up in no message. */
struct lfs_way {
	char *href;        /* of the object, or of what ends its parts */
	char *verify;      /* that it came; NULL: is not asked */
	uint64_t chunk;    /* bytes of each part but the last; 0: sent whole */
	ARR(char *) parts; /* an address each */
};

void lfs_way_fini(struct lfs_way *way);

/*
 * Reads the action "upload" of an object, its addresses as they are written. False
 * if it makes no sense. `way` is to be released in any case.
 */
MUST_USE bool lfs_way_read(
    const struct cJSON *upload, uint64_t size, struct lfs_way *way);

/* What the Hub says of an object. */
struct lfs_verdict {
	const char *oid;
	uint64_t size;
	const char *refused; /* in its words; NULL: it is not */
	bool stored;         /* it is there already */
	struct lfs_way way;  /* else; the taker's, who releases it */
};

/*
 * Calls `each` with every verdict of an answer. Addresses on the public Hub become
 * those of the Hub in use. False if the Hub does not answer so, or a way makes no sense.
 */
MUST_USE bool lfs_batch_read(const struct hub *hub, const struct cJSON *answer,
    void (*each)(void *context, struct lfs_verdict *verdict), void *context,
    struct error *err);

/*
 * Objects of one repository given to another, without a byte of them being moved
 * (huggingface_hub 2.4.0, hf_api.py: _duplicate_lfs_files). Only what Xet storage
 * has can be. {STR_INIT} is an empty question; at most LFS_COPIES in one, each sum
 * only once.
 */
struct lfs_copies {
	struct str text;
};

#define LFS_COPIES 500

void lfs_copy_add(struct lfs_copies *copies, const char *path, const char *oid,
    const char *xet);

/* Sends it and releases it. */
struct hub_call *lfs_copy_send(struct lfs_copies *copies, struct hub *hub,
    const struct repo *from, const struct repo *to, struct asker asker);

/* Whether all were; if not, `said` gets a line for each that was not, "  - " in
 * front, its sum, and why. */
MUST_USE bool lfs_copy_read(const struct cJSON *answer, struct str *said);

/* Ends an object whose parts, in their order, got these ETags (each as it came). */
struct hub_call *lfs_complete(struct hub *hub, const struct repo *repo,
    const char *href, const char *oid, char *const *etags, size_t n,
    struct asker asker);

/* Asks whether the object came, with this size. */
struct hub_call *lfs_verify(struct hub *hub, const struct repo *repo,
    const char *href, const char *oid, uint64_t size, struct asker asker);

#endif
