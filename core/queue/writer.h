/*
 * writer.h: the queue's file, written on the pool, so that no slow disk holds up the
 * loop. What is handed over is written in this order, one batch after the other: what
 * comes while one is on its way makes the next.
 */
#ifndef CORE_QUEUE_WRITER_H
#define CORE_QUEUE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct workers;
struct writer;

/*
 * Writes to `fd`, which it takes over, behind `size` bytes; without one (-1) the first
 * is to be writer_replace. `told` comes on the loop after each batch: so many
 * (writer_handed) of all that was handed over were written, and are on the disk where
 * that was asked for, or `err` says why they are not. After an error only what replaces
 * the file is of use.
 */
MUST_USE struct writer *writer_new(struct workers *workers, const char *path,
    int fd, uint64_t size,
    void (*told)(void *context, uint64_t handed, const struct error *err),
    void *context);

/* Each takes the text over and leaves it empty: lines behind the others, synced or not;
 * or all that is to be in the file, which is synced. */
void writer_add(struct writer *writer, struct str *lines, bool sync);
void writer_replace(struct writer *writer, struct str *text);

/* How many were handed over. */
uint64_t writer_handed(const struct writer *writer);

/* Whether some were not told of yet. */
bool writer_is_busy(const struct writer *writer);

/* Writes what waits, now. What is on its way on the pool ends there, without `told`.
 * NULL is fine. */
void writer_free(struct writer *writer);

#endif
