/* ticks.c: which files are ticked, and the sums of them (pick.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/pattern.h"
#include "core/base/sums.h"
#include "core/pick/own.h"

/* -- sums -- */

static void
add(struct pick_sum *sum, uint64_t bytes, bool comes)
{
	if (comes) {
		sum->files++;
		sum->bytes += bytes;
	} else {
		sum->files--;
		sum->bytes -= bytes;
	}
}

void
pick_see(struct pick *pick, uint32_t number)
{
	struct pick_file *file = &pick->files.v[number];

	if (file->flags & PICK_SEEN)
		return;
	file->flags |= PICK_SEEN;
	for (uint32_t at = file->folder;; at = pick->folders.v[at].parent) {
		pick->folders.v[at].seen += !(file->flags & PICK_BAD);
		pick->folders.v[at].seen_ticked +=
		    !!(file->flags & PICK_TICKED);
		if (!at)
			break;
	}
}

void
pick_see_none(struct pick *pick)
{
	arr_each (file, &pick->files)
		file->flags &= (uint8_t)~PICK_SEEN;
	arr_each (folder, &pick->folders)
		folder->seen = folder->seen_ticked = 0;
}

/* Bytes of a file that is here in part; rounded as the percentage is. */
static uint64_t
kept_bytes(const struct pick_file *file)
{
	return file->here == PICK_PART ? file->size / 100 * file->percent : 0;
}

void
pick_count(struct pick *pick, uint32_t number, bool comes)
{
	const struct pick_file *file = &pick->files.v[number];

	for (uint32_t at = file->folder;; at = pick->folders.v[at].parent) {
		add(&pick->folders.v[at].ticked, file->size, comes);
		if (file->flags & PICK_SEEN)
			pick->folders.v[at].seen_ticked +=
			    comes ? 1 : -(size_t)1;
		if (!at)
			break;
	}
	add(&pick->ticked[file->here], file->size, comes);
	if (comes)
		pick->kept += kept_bytes(file);
	else
		pick->kept -= kept_bytes(file);
}

void
pick_clear_sums(struct pick *pick)
{
	pick->matched = pick->by_hand = pick->apart = 0;
	pick->kept = 0;
	pick->in = pick->out = (struct pick_sum){ 0 };
	memset(pick->ticked, 0, sizeof(pick->ticked));
	arr_each (folder, &pick->folders) {
		folder->ticked = (struct pick_sum){ 0 };
		folder->seen_ticked = 0;
	}
}

struct pick_sum
pick_ticked(const struct pick *pick)
{
	struct pick_sum sum = { 0 };

	for (int here = 0; here < PICK_HERES; here++) {
		sum.files += pick->ticked[here].files;
		sum_add(&sum.bytes, pick->ticked[here].bytes);
	}
	return sum;
}

/* -- one file -- */

static bool
by_patterns(unsigned flags)
{
	return (flags & PICK_IN) && !(flags & PICK_OUT);
}

static bool
is_apart(unsigned flags)
{
	return (flags & PICK_ON && !by_patterns(flags)) ||
	       (flags & PICK_OFF && by_patterns(flags));
}

/* Gives a file these flags, and all sums what follows from them. */
static void
change(struct pick *pick, uint32_t number, unsigned flags)
{
	struct pick_file *file = &pick->files.v[number];
	unsigned before = file->flags;
	bool ticked =
	    flags & PICK_ON || (!(flags & PICK_OFF) && by_patterns(flags));

	ticked = ticked && !(flags & PICK_BAD);
	flags = (flags & ~(unsigned)PICK_TICKED) | (ticked ? PICK_TICKED : 0u);
	pick->apart += (size_t)is_apart(flags) - (size_t)is_apart(before);
	pick->by_hand += (size_t) !!(flags & (PICK_ON | PICK_OFF)) -
	                 (size_t) !!(before & (PICK_ON | PICK_OFF));
	file->flags = (uint8_t)flags;
	if (ticked != !!(before & PICK_TICKED))
		pick_count(pick, number, ticked);
}

void
pick_set_hand(struct pick *pick, uint32_t number, unsigned by_hand)
{
	unsigned flags = pick->files.v[number].flags;

	pick_note_hand(pick, number);
	flags &= ~(unsigned)(PICK_ON | PICK_OFF);
	change(pick, number, flags | by_hand);
}

void
pick_set(struct pick *pick, uint32_t number, bool on)
{
	if (!(pick->files.v[number].flags & PICK_BAD))
		pick_set_hand(pick, number, on ? PICK_ON : PICK_OFF);
}

void
pick_forget_hand(struct pick *pick)
{
	pick_drop_hands(pick);
	for (uint32_t i = 0; pick->by_hand && i < pick->files.n; i++) {
		if (pick->files.v[i].flags & (PICK_ON | PICK_OFF))
			pick_set_hand(pick, i, 0);
	}
}

/* -- patterns -- */

static void
free_globs(struct pick_globs *globs)
{
	arr_each (glob, &globs->list) {
		free(glob->text);
		pattern_free(glob->pattern);
	}
	arr_free(&globs->list);
	free(globs->line);
	globs->line = NULL;
}

/* The next word of a line, which is moved behind it; NULL at its end, or where a quote
 * is not closed: then `open`. The caller frees it. */
static char *
take_word(const char **line, bool *open)
{
	struct str word = STR_INIT;
	const char *p = *line + strspn(*line, " \t");
	char quote = 0;
	bool any = *p;

	for (; *p && (quote || (*p != ' ' && *p != '\t')); p++) {
		if (quote && *p == quote)
			quote = 0;
		else if (!quote && (*p == '\'' || *p == '"'))
			quote = *p;
		else
			str_addc(&word, *p);
	}
	*line = p;
	*open = quote;
	if (any && !quote)
		return str_steal(&word);
	str_fini(&word);
	return NULL;
}

static bool
read_globs(struct pick_globs *globs, const char *line, struct error *err)
{
	bool open = false;
	char *word;

	globs->line = mem_strdup(line);
	while ((word = take_word(&line, &open))) {
		struct pick_glob glob = { .text = word };

		if (*word)
			glob.pattern = pattern_new(word, err);
		else
			err_set(err, ERR_USAGE, "a pattern is empty");
		if (!glob.pattern) {
			free(word);
			return false;
		}
		arr_push(&globs->list, glob);
	}
	if (open)
		return err_set(err, ERR_USAGE, "a quote is not closed");
	return true;
}

bool
pick_set_globs(
    struct pick *pick, enum pick_side side, const char *line, struct error *err)
{
	struct pick_globs globs = { 0 };

	if (!read_globs(&globs, line, err)) {
		free_globs(&globs);
		return false;
	}
	pick_note_line(pick, side);
	free_globs(&pick->globs[side]);
	pick->globs[side] = globs;
	pick->matched = 0;
	pick->in = pick->out = (struct pick_sum){ 0 };
	for (int i = 0; i < PICK_SIDES; i++) {
		arr_each (glob, &pick->globs[i].list)
			glob->hits = 0;
	}
	return true;
}

/* Whether one matches; all that have not yet matched anything are tried. */
static bool
matches(struct pick_globs *globs, const char *path)
{
	bool any = false;

	arr_each (glob, &globs->list) {
		if ((any && glob->hits) || !pattern_match(glob->pattern, path))
			continue;
		glob->hits++;
		any = true;
	}
	return any;
}

bool
pick_match(struct pick *pick, size_t files)
{
	struct str path = STR_INIT;
	size_t end = pick->files.n - pick->matched > files
	                 ? pick->matched + files
	                 : pick->files.n;

	for (; pick->matched < end; pick->matched++) {
		uint32_t number = (uint32_t)pick->matched;
		struct pick_file *file = &pick->files.v[number];
		unsigned flags = file->flags & ~(unsigned)(PICK_IN | PICK_OUT);

		if (pick->globs[PICK_INCLUDE].list.n ||
		    pick->globs[PICK_EXCLUDE].list.n)
			pick_path(pick, number, &path);
		if (matches(&pick->globs[PICK_INCLUDE], path.v) ||
		    (!pick->globs[PICK_INCLUDE].list.n &&
			pick->globs[PICK_EXCLUDE].list.n))
			flags |= PICK_IN;
		if (matches(&pick->globs[PICK_EXCLUDE], path.v))
			flags |= PICK_OUT;
		if (flags & PICK_IN)
			add(&pick->in, file->size, true);
		if (flags & PICK_IN && flags & PICK_OUT)
			add(&pick->out, file->size, true);
		if (flags != file->flags)
			change(pick, number, flags);
	}
	str_fini(&path);
	return pick->matched < pick->files.n;
}

void
pick_add_word(struct str *line, const char *pattern)
{
	const char *quote = strpbrk(pattern, " \t\"") ? "'" : "";

	if (strchr(pattern, '\''))
		quote = "\"";
	str_addf(line, "%s%s%s%s", line->n ? " " : "", quote, pattern, quote);
}

/* -- by hand, over a change of revision -- */

void
pick_take_hand(struct pick *pick, uint32_t number, const char *path)
{
	size_t flags;

	if (pick->hands.n && map_find(&pick->hands, path, &flags))
		change(pick, number,
		    pick->files.v[number].flags | (unsigned)flags);
}

void
pick_keep_hands(struct pick *pick)
{
	struct str path = STR_INIT;
	struct map hands = MAP_INIT;
	ARR(char *) paths = { 0 };
	ARR(char *) gone = { 0 };

	/* Those of this listing say what was meant last. */
	for (uint32_t i = 0; pick->by_hand && i < pick->files.n; i++) {
		unsigned by_hand =
		    pick->files.v[i].flags & (PICK_ON | PICK_OFF);

		if (!by_hand)
			continue;
		pick_path(pick, i, &path);
		arr_push(&paths, str_steal(&path));
		map_add(&hands, paths.v[paths.n - 1], by_hand);
	}
	arr_each (kept, &pick->hand_paths) {
		size_t flags;

		if (map_find(&pick->hands, *kept, &flags) &&
		    map_add(&hands, *kept, flags))
			arr_push(&paths, *kept);
		else
			arr_push(&gone, *kept);
	}
	str_fini(&path);
	/* They were keys until here. */
	map_fini(&pick->hands);
	arr_each (path_gone, &gone)
		free(*path_gone);
	arr_free(&gone);
	arr_free(&pick->hand_paths);
	pick->hands = hands;
	pick->hand_paths.v = paths.v;
	pick->hand_paths.n = paths.n;
	pick->hand_paths.cap = paths.cap;
}

void
pick_drop_hands(struct pick *pick)
{
	map_fini(&pick->hands);
	arr_each (path, &pick->hand_paths)
		free(*path);
	arr_free(&pick->hand_paths);
}
