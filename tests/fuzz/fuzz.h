/*
 * fuzz.h: what the targets share.
 *
 * A target is one file with an LLVMFuzzerTestOneInput: it feeds bytes to one
 * kind of reader and checks what a user would notice. Clang's libFuzzer calls
 * it, or replay.c where there is none.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"

struct error;
struct scan_repo;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the condition holds. */
#define must(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			fuzz_fail(__FILE__, __LINE__, #condition);             \
	} while (0)

NORETURN void fuzz_fail(const char *file, int line, const char *condition);

/* Bytes that a target has not used yet. */
struct fuzz {
	const uint8_t *p;
	size_t n;
};

/* The next byte; 0 at the end. */
unsigned fuzz_byte(struct fuzz *in);

/*
 * Text up to the next byte `end`, which is skipped, or to the end of the input;
 * the caller frees it. It stops at a zero byte, and its memory ends with it, so
 * that a sanitizer notices whoever reads on.
 */
MUST_USE char *fuzz_text(struct fuzz *in, int end);

/* All that is left, as such a text. */
MUST_USE char *fuzz_rest(struct fuzz *in);

/* Whether a terminal may get the text: UTF-8, and no character steers. */
bool fuzz_is_shown(const char *text);

/* Checks an error's texts: there is a message, and all may be shown. */
void fuzz_check_error(const struct error *err);

/*
 * A folder of this process, removed when it ends. Home and cache of the program
 * are in it from the first call on.
 */
const char *fuzz_folder(void);

/* Its path with `name` behind it; the caller frees it. */
MUST_USE char *fuzz_path(const char *name);

/* Makes a file there, and the folders above it. */
void fuzz_write(const char *name, const void *bytes, size_t n);

/* Removes what the name means, and all in it. */
void fuzz_remove(const char *name);

#endif
