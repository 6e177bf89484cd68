/* own.h: what the files of core/pick share. */
#ifndef CORE_PICK_OWN_H
#define CORE_PICK_OWN_H

#include "core/pick/pick.h"

/* A file was added: does what an earlier listing of the same path was told by hand. */
void pick_take_hand(struct pick *pick, uint32_t file, const char *path);

/* What was done by hand is kept by path, before the files are forgotten. */
void pick_keep_hands(struct pick *pick);
void pick_drop_hands(struct pick *pick);

/* The sums of ticked files as if there were none. */
void pick_clear_sums(struct pick *pick);

/* Notes what is about to change, for pick_undo (steps.c). */
void pick_note_hand(struct pick *pick, uint32_t file);
void pick_note_line(struct pick *pick, enum pick_side side);
void pick_drop_steps(struct pick *pick);

/* Gives a file these flags by hand (PICK_ON, PICK_OFF or neither). */
void pick_set_hand(struct pick *pick, uint32_t file, unsigned by_hand);

/* A ticked file's part of the sums comes, or goes. */
void pick_count(struct pick *pick, uint32_t file, bool comes);

#endif
