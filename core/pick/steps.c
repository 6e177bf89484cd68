/* steps.c: changes that can be undone (pick.h). */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/pick/own.h"

static void
free_step(struct pick_step *step)
{
	arr_free(&step->hands);
	for (int side = 0; side < PICK_SIDES; side++)
		free(step->lines[side]);
}

static void
free_steps(pick_steps *steps)
{
	arr_each (step, steps)
		free_step(step);
	arr_free(steps);
}

void
pick_drop_steps(struct pick *pick)
{
	free_steps(&pick->undo);
	free_steps(&pick->redo);
	pick->stepping = false;
}

static bool
is_empty(const struct pick_step *step)
{
	return !step->hands.n && !step->lines[PICK_INCLUDE] &&
	       !step->lines[PICK_EXCLUDE];
}

void
pick_begin_step(struct pick *pick)
{
	const struct pick_step none = { .hands = { 0 } };

	free_steps(&pick->redo);
	if (!pick->undo.n || !is_empty(&pick->undo.v[pick->undo.n - 1]))
		arr_push(&pick->undo, none);
	pick->stepping = true;
}

void
pick_note_hand(struct pick *pick, uint32_t file)
{
	const unsigned by_hand =
	    pick->files.v[file].flags & (PICK_ON | PICK_OFF);
	const struct pick_hand hand = { file, (uint8_t)by_hand };

	if (pick->stepping)
		arr_push(&pick->undo.v[pick->undo.n - 1].hands, hand);
}

/* Each key of a line that is typed changes it: what counts is how it began. */
void
pick_note_line(struct pick *pick, enum pick_side side)
{
	const char *line = pick->globs[side].line;
	struct pick_step *step;

	if (!pick->stepping)
		return;
	step = &pick->undo.v[pick->undo.n - 1];
	if (!step->lines[side])
		step->lines[side] = mem_strdup(line ? line : "");
}

/* Makes the last step of `from` undone, and notes in `into` how it was. */
static bool
go(struct pick *pick, pick_steps *from, pick_steps *into)
{
	struct pick_step step, back = { .hands = { 0 } };
	struct error ignored;

	pick->stepping = false;
	while (from->n && is_empty(&from->v[from->n - 1]))
		free_step(&from->v[--from->n]);
	if (!from->n)
		return false;
	step = from->v[--from->n];
	/* The other way round, as a file may have changed twice. */
	for (size_t i = step.hands.n; i-- > 0;) {
		const struct pick_hand *hand = &step.hands.v[i];
		const unsigned by_hand =
		    pick->files.v[hand->file].flags & (PICK_ON | PICK_OFF);
		const struct pick_hand was = { hand->file, (uint8_t)by_hand };

		arr_push(&back.hands, was);
		pick_set_hand(pick, hand->file, hand->flags);
	}
	for (int side = 0; side < PICK_SIDES; side++) {
		const char *line = pick->globs[side].line;

		if (!step.lines[side])
			continue;
		back.lines[side] = mem_strdup(line ? line : "");
		MAY_FAIL(pick_set_globs(pick, (enum pick_side)side,
			     step.lines[side], &ignored),
		    "it was in force before");
	}
	free_step(&step);
	arr_push(into, back);
	return true;
}

bool
pick_undo(struct pick *pick)
{
	return go(pick, &pick->undo, &pick->redo);
}

bool
pick_redo(struct pick *pick)
{
	return go(pick, &pick->redo, &pick->undo);
}
