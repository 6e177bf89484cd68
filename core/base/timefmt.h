/* timefmt.h: sizes, rates and durations as people read them. */
#ifndef CORE_BASE_TIMEFMT_H
#define CORE_BASE_TIMEFMT_H

#include <stdbool.h>
#include <stdint.h>

/* Enough for every text made here. */
#define TIMEFMT_MAX 32

/*
 * "0.0", "665.0", "8.1K", "1000.0K", "1.4G": decimal units, as the official
 * client prints them in tables.
 */
void fmt_size(char out[TIMEFMT_MAX], uint64_t bytes);

/* "25 B", "70.0 KB": the same in its listings of files. */
void fmt_listed(char out[TIMEFMT_MAX], uint64_t bytes);

/* "12.3 MB", for sentences. */
void fmt_bytes(char out[TIMEFMT_MAX], uint64_t bytes);

/*
 * Bytes from text as people write sizes: "665", "500K", "1.5 GB", "20MiB";
 * decimal units unless there is an "i". False if it is none.
 */
bool parse_size(const char *text, uint64_t *bytes);

/*
 * "a few seconds ago", "2 weeks ago": `seconds` before now, as the official
 * client says it; before release 1.33 it went on to larger units a little later
 * (`old`).
 */
void fmt_ago(char out[TIMEFMT_MAX], double seconds, bool old);

/* "0:07", "12:34", "1:02:03"; a day and more: "2d 03h". */
void fmt_duration(char out[TIMEFMT_MAX], uint64_t seconds);

#endif
