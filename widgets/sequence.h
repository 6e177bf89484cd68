/*
 * sequence.h: what the bytes of one key mean, once the decoder (key.c) knows
 * where they end. For key.c and keyname.c.
 */
#ifndef WIDGETS_SEQUENCE_H
#define WIDGETS_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/key.h"

/* Whether a character is one that a key types: no control. */
bool sequence_types(uint32_t point);

/* The key that a byte below 0x80 is. */
struct key sequence_ascii(unsigned char byte);

/*
 * Reads a whole sequence that begins with Esc [ or Esc O; false if it is none
 * that we know. A reply borrows the bytes. KEY_PASTE stands for the beginning
 * of a paste and has no text.
 */
bool sequence_key(const unsigned char *bytes, size_t n, struct key *key);

#endif
