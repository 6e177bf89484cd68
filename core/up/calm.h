/*
 * calm.h: files that somebody may still be writing to, which are not to be sent yet.
 *
 * A file is calm once neither its content nor its times have changed for some
 * seconds, more for a large one, and no process that can be seen has it open for
 * writing. What only grows, as a log does, is sent as long as it was when it was
 * listed.
 */
#ifndef CORE_UP_CALM_H
#define CORE_UP_CALM_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/up/select.h"
#include "core/xfer/include.h"

/* Seconds without a change: of most files, from 100 MiB and from 10 GiB on. */
#define CALM_S 2
#define CALM_LARGE_S 10
#define CALM_HUGE_S 60

struct calm_rules {
	unsigned calm_s;   /* of most files; more for large ones. 0: CALM_S */
	struct texts grow; /* patterns of what only grows, besides the usual */
};

/*
 * Takes what is not calm yet out of `files`, into `held`, and marks what only grows.
 * What is known to be there is left alone. Blocks. False with `err` if a pattern
 * cannot be one.
 */
MUST_USE bool calm_hold(up_files *files, const struct calm_rules *rules,
    up_oddities *held, struct error *err);

#endif
