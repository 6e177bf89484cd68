/* presets.c: patterns that are written for the user, who can change them (screen.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/timefmt.h"
#include "core/os/machine.h"
#include "core/queue/list.h"
#include "core/weights/quants.h"
#include "tui/repo/screen.h"

enum preset {
	PRESET_NONE,
	PRESET_NO_HAND,
	PRESET_ALL,
	PRESET_SAFETENSORS,
	PRESET_QUANT,
	PRESET_NO_HALF,
	PRESET_CONFIG,
	PRESET_CHANGED,
	PRESET_LAST,
	PRESET_KEEP,
	PRESET_SPLIT, /* and those behind it: one for each of `splits` */
	PRESET_SET = PRESET_SPLIT + 20, /* the same: saved sets */
};

/* What stands beside weights; of these only what there is is written. */
static const char *const beside[] = { "*.json", "*.txt", "*.model", "*.jinja",
	"tokenizer*", "vocab*", "merges*" };

/* Of more files it takes too long to see what there is. */
#define LOOK_MAX 50000

/* Weights in another format; of these only what there is is written. */
static const char *const others[] = { "*.bin", "*.pt", "*.pth", "*.ckpt",
	"*.h5", "*.msgpack", "*.onnx", "*.onnx_data", "*.ot", "*.gguf",
	"*.tflite", "original/", "onnx/" };

static const char *const splits[] = { "train", "validation", "test", "dev",
	"eval" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
ends(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcasecmp(text + n - m, end);
}

static bool
has_name_end(const struct pick *pick, const char *end)
{
	arr_each (file, &pick->files) {
		if (ends(file->name, end))
			return true;
	}
	return false;
}

static bool
has_folder(const struct pick *pick, const char *path)
{
	return map_find(&pick->places, path, NULL);
}

static void
write_both(struct repo_screen *s, struct app *app, const char *include,
    const char *exclude)
{
	(void)repo_set_globs(s, PICK_INCLUDE, include);
	(void)repo_set_globs(s, PICK_EXCLUDE, exclude);
	repo_tell_ticked(s, app);
}

static bool
has_match(const struct pick *pick, const char *text)
{
	struct error ignored;
	struct pattern *pattern = pattern_new(text, &ignored);
	struct str path = STR_INIT;
	bool found = pick->files.n > LOOK_MAX;

	for (uint32_t i = 0; !found && i < pick->files.n; i++) {
		pick_path(pick, i, &path);
		found = pattern && pattern_match(pattern, path.v);
	}
	pattern_free(pattern);
	str_fini(&path);
	return found;
}

static void
add_beside(struct str *line, const struct pick *pick)
{
	for (size_t i = 0; i < COUNT(beside); i++) {
		if (has_match(pick, beside[i]))
			pick_add_word(line, beside[i]);
	}
}

/* -- one format of weights -- */

static void
only_safetensors(struct repo_screen *s, struct app *app)
{
	const struct pick *pick = &s->m.pick;
	struct str in = STR_INIT;
	struct str out = STR_INIT;

	pick_add_word(&in, "*.safetensors");
	add_beside(&in, pick);
	for (size_t i = 0; i < COUNT(others); i++) {
		const char *other = others[i];
		size_t n = strlen(other);
		char *folder = mem_strndup(other, n - 1);

		if (other[n - 1] == '/' ? has_folder(pick, folder)
					: has_name_end(pick, other + 1))
			pick_add_word(&out, other);
		free(folder);
	}
	write_both(s, app, in.v, out.v);
	str_fini(&in);
	str_fini(&out);
}

/* -- halves -- */

#define HALVES "*.fp16.*"

/* A name with "fp16" in it, and the same without. */
static bool
is_half_of(const struct pick *pick, uint32_t number)
{
	const struct pick_file *file = &pick->files.v[number];
	const struct pick_folder *folder = &pick->folders.v[file->folder];
	const char *at = strstr(file->name, ".fp16");
	struct str full = STR_INIT;
	bool found = false;

	if (!at)
		return false;
	str_add(&full, file->name, (size_t)(at - file->name));
	str_addz(&full, at + 5);
	arr_each (other, &folder->files)
		found = found || !strcmp(pick->files.v[*other].name, full.v);
	str_fini(&full);
	return found;
}

static bool
has_halves(const struct pick *pick)
{
	for (uint32_t i = 0; i < pick->files.n; i++) {
		if (is_half_of(pick, i))
			return true;
	}
	return false;
}

/* Beside what is left out already. */
static void
leave_out_halves(struct repo_screen *s, struct app *app)
{
	const char *before = s->m.pick.globs[PICK_EXCLUDE].line;
	struct str line = STR_INIT;

	if (before)
		str_addz(&line, before);
	if (!strstr(line.v, HALVES))
		pick_add_word(&line, HALVES);
	(void)repo_set_globs(s, PICK_EXCLUDE, line.v);
	repo_tell_ticked(s, app);
	str_fini(&line);
}

/* -- what changed -- */

static void
tick_changed(struct repo_screen *s, struct app *app)
{
	struct pick *pick = &s->m.pick;
	size_t n = 0;

	for (uint32_t i = 0; i < pick->files.n; i++) {
		bool missing = pick->files.v[i].here == PICK_ABSENT ||
		               pick->files.v[i].here == PICK_PART;

		pick_set(pick, i, missing);
		n += missing;
	}
	app_say(app, TOAST_INFO, "ticks",
	    "%zu file%s not in the cache, whatever the revision: ticked", n,
	    n == 1 ? " is" : "s are");
}

/* -- quantisations -- */

void
repo_drop_quants(struct repo_screen *s)
{
	arr_each (line, &s->quants)
		free(*line);
	s->quants.n = 0;
}

static void
list_quants(const struct pick *pick, struct quants *quants)
{
	struct str path = STR_INIT;

	for (uint32_t i = 0; i < pick->files.n; i++) {
		if (!ends(pick->files.v[i].name, ".gguf") &&
		    !strstr(pick->files.v[i].name, "imatrix"))
			continue;
		pick_path(pick, i, &path);
		quants_add(quants, path.v, pick->files.v[i].size);
	}
	quants_end(quants);
	str_fini(&path);
}

/* Which of a model's bytes the cache has. */
static const char *
cached(const struct pick *pick, const struct quant *quant)
{
	size_t here = 0;
	struct str path = STR_INIT;

	for (uint32_t i = 0; i < pick->files.n; i++) {
		if (pick->files.v[i].here != PICK_HERE &&
		    pick->files.v[i].here != PICK_OTHER)
			continue;
		pick_path(pick, i, &path);
		arr_each (file, &quant->files)
			here += !strcmp(file->path, path.v);
	}
	str_fini(&path);
	return !here ? "-" : here == quant->files.n ? "yes" : "some";
}

static void
add_quant(struct repo_screen *s, struct menu *menu, const struct quant *quant)
{
	struct str label = STR_INIT;
	struct str right = STR_INIT;
	struct str line = STR_INIT;
	char size[TIMEFMT_MAX];

	fmt_bytes(size, quant->size);
	str_addf(
	    &label, "%-9s %9s", *quant->type ? quant->type : quant->name, size);
	str_addf(&right, "%s%zu part%s  cached %-4s  %-5s ~  disk %s",
	    quant->whole ? "" : "gap! ", quant->files.n,
	    quant->files.n == 1 ? "" : "s", cached(&s->m.pick, quant),
	    weights_fit(quant->size, machine_memory()),
	    !s->m.disk_known          ? "-"
	    : quant->size > s->m.disk ? "no"
				      : "ok");
	arr_each (file, &quant->files)
		pick_add_word(&line, file->path);
	menu_add(menu, 0, label.v, right.v, (int)s->quants.n);
	arr_push(&s->quants, str_steal(&line));
	str_fini(&label);
	str_fini(&right);
}

static void
add_beside_quants(
    struct menu *menu, const struct quant_file *file, const char *what)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s  (%s)", file->path, what);
	menu_add(menu, 0, text.v, NULL, MENU_HEADING);
	str_fini(&text);
}

static void
ask_quant(struct repo_screen *s, struct app *app)
{
	struct quants quants = { .known = MAP_INIT };
	struct str more = STR_INIT;
	struct menu *menu;

	repo_drop_quants(s);
	list_quants(&s->m.pick, &quants);
	if (!quants.list.n) {
		quants_fini(&quants);
		app_say(app, TOAST_INFO, "preset",
		    "this revision has no GGUF models");
		return;
	}
	menu = app_choose(app, &s->base, REPO_ASK_QUANT,
	    "which quantisation?   (memory is an estimate)", false);
	menu_with_ticks(menu);
	menu_add(menu, 0, "    TYPE           SIZE", NULL, MENU_HEADING);
	arr_each (quant, &quants.list)
		add_quant(s, menu, quant);
	if (quants.projectors.n == 1) {
		pick_add_word(&more, quants.projectors.v[0].path);
		add_beside_quants(
		    menu, &quants.projectors.v[0], "comes with it");
	}
	arr_push(&s->quants, str_steal(&more));
	arr_each (file, &quants.calibrations)
		add_beside_quants(menu, file, "calibration, left out");
	menu_add(menu, 0, "Space ticks several, Enter writes them", NULL,
	    MENU_HEADING);
	quants_fini(&quants);
}

/* A name that means more than itself as a pattern is made to mean only that. */
static void
add_exact(struct str *line, const char *words)
{
	for (const char *p = words; *p; p++) {
		if (*p == '[')
			str_addz(line, "[[]");
		else if (*p == '*' || *p == '?')
			str_addf(line, "[%c]", *p);
		else
			str_addc(line, *p);
	}
}

/* One of the choices, or what goes with all. */
static void
add_choice(struct str *line, const struct repo_screen *s, size_t choice)
{
	if (line->n && *s->quants.v[choice])
		str_addc(line, ' ');
	add_exact(line, s->quants.v[choice]);
}

void
repo_answer_quant(struct repo_screen *s, struct app *app, int answer)
{
	struct str line = STR_INIT;

	pick_begin_step(&s->m.pick);
	if (answer >= 0 && (size_t)answer + 1 < s->quants.n) {
		arr_each (ticked, &app->ticked)
			add_choice(&line, s, (size_t)*ticked);
		if (!app->ticked.n)
			add_choice(&line, s, (size_t)answer);
		add_choice(&line, s, s->quants.n - 1);
		write_both(s, app, line.v, "");
	}
	str_fini(&line);
	repo_drop_quants(s);
}

/* -- the menu -- */

static bool
has_word(const struct pick *pick, const char *word)
{
	arr_each (file, &pick->files) {
		if (strstr(file->name, word))
			return true;
	}
	arr_each (folder, &pick->folders) {
		if (strstr(folder->name, word))
			return true;
	}
	return false;
}

/* "model/acme/owl" */
static void
add_repo_name(struct str *out, const struct queue_job *job)
{
	str_addf(out, "%s/%s", repo_type_name(job->type), job->repo);
}

void
repo_keep_patterns(struct repo_screen *s, struct app *app, const char *set)
{
	const struct pick_globs *globs = s->m.pick.globs;
	struct str name = STR_INIT;
	struct saved_patterns patterns = { .is_set = set };
	struct error err;

	if (!globs[PICK_INCLUDE].list.n)
		return;
	if (set)
		str_set(&name, set);
	else
		add_repo_name(&name, s->m.job);
	patterns.name = name.v;
	patterns.include = globs[PICK_INCLUDE].line;
	patterns.exclude =
	    globs[PICK_EXCLUDE].line ? globs[PICK_EXCLUDE].line : str_empty;
	if (!saved_keep(&patterns, &err))
		app_fail(app, TOAST_WARN, "patterns", &err);
	else if (set)
		app_say(app, TOAST_INFO, "patterns",
		    "saved as %.60s: m shows it in every repository", set);
	str_fini(&name);
}

/* Those of the last time, and the user's own sets. */
static void
add_saved(struct repo_screen *s, struct menu *menu)
{
	const struct saved_patterns *last;
	struct str name = STR_INIT;

	saved_fini(&s->saved);
	saved_load(&s->saved);
	add_repo_name(&name, s->m.job);
	last = saved_find(&s->saved, false, name.v);
	if (last)
		menu_add(
		    menu, '8', "as last time here", last->include, PRESET_LAST);
	for (size_t i = 0; i < s->saved.list.n; i++) {
		if (s->saved.list.v[i].is_set)
			menu_add(menu, 0, s->saved.list.v[i].name,
			    s->saved.list.v[i].include, PRESET_SET + (int)i);
	}
	if (s->m.pick.globs[PICK_INCLUDE].list.n)
		menu_add(menu, '9', "save these patterns as a set", NULL,
		    PRESET_KEEP);
	str_fini(&name);
}

static void
write_saved(struct repo_screen *s, struct app *app, int answer)
{
	const struct saved_patterns *found = NULL;
	struct str name = STR_INIT;

	add_repo_name(&name, s->m.job);
	if (answer == PRESET_LAST)
		found = saved_find(&s->saved, false, name.v);
	else if ((size_t)(answer - PRESET_SET) < s->saved.list.n)
		found = &s->saved.list.v[answer - PRESET_SET];
	if (found)
		write_both(s, app, found->include, found->exclude);
	str_fini(&name);
}

void
repo_ask_preset(struct repo_screen *s, struct app *app)
{
	const struct pick *pick = &s->m.pick;
	struct menu *menu =
	    app_choose(app, &s->base, REPO_ASK_PRESET, "write patterns", false);

	menu_add(menu, '1', "everything", "+ *", PRESET_ALL);
	if (has_name_end(pick, ".safetensors"))
		menu_add(menu, '2', "safetensors only", "+ *.safetensors ...",
		    PRESET_SAFETENSORS);
	if (has_name_end(pick, ".gguf"))
		menu_add(
		    menu, '3', "choose a quantisation", "GGUF", PRESET_QUANT);
	if (has_halves(pick))
		menu_add(menu, '4', "no half-precision doubles", "- *.fp16.*",
		    PRESET_NO_HALF);
	menu_add(menu, '5', "config and tokenizer only", "+ *.json ...",
	    PRESET_CONFIG);
	if (pick->folders.v[0].here)
		menu_add(menu, '6', "what the cache does not have yet",
		    "ticks by hand", PRESET_CHANGED);
	for (size_t i = 0; s->m.job->type == REPO_DATASET && i < COUNT(splits);
	     i++) {
		struct str label = STR_INIT;

		str_addf(&label, "the split '%s' only", splits[i]);
		if (has_word(pick, splits[i]))
			menu_add(menu, 0, label.v, NULL, PRESET_SPLIT + (int)i);
		str_fini(&label);
	}
	add_saved(s, menu);
	if (pick->by_hand)
		menu_add(menu, '0', "no ticks by hand: the patterns alone",
		    NULL, PRESET_NO_HAND);
	menu_add(menu, 'n', "nothing: no patterns, no ticks by hand", NULL,
	    PRESET_NONE);
}

void
repo_answer_preset(struct repo_screen *s, struct app *app, int answer)
{
	struct str line = STR_INIT;

	pick_begin_step(&s->m.pick);
	switch (answer) {
	case PRESET_NO_HAND:
		pick_forget_hand(&s->m.pick);
		repo_tell_ticked(s, app);
		return;
	case PRESET_NONE:
		pick_forget_hand(&s->m.pick);
		write_both(s, app, "", "");
		return;
	case PRESET_ALL:
		write_both(s, app, "*", "");
		return;
	case PRESET_SAFETENSORS:
		only_safetensors(s, app);
		return;
	case PRESET_QUANT:
		ask_quant(s, app);
		return;
	case PRESET_NO_HALF:
		leave_out_halves(s, app);
		return;
	case PRESET_CONFIG:
		add_beside(&line, &s->m.pick);
		write_both(s, app, line.v,
		    has_match(&s->m.pick, "*.index.json") ? "*.index.json"
							  : "");
		str_fini(&line);
		return;
	case PRESET_CHANGED:
		tick_changed(s, app);
		return;
	case PRESET_KEEP:
		app_type(app, &s->base, REPO_ASK_SET, "name of the set:", "");
		return;
	default:
		break;
	}
	if (answer == PRESET_LAST || answer >= PRESET_SET) {
		write_saved(s, app, answer);
		return;
	}
	if (answer < PRESET_SPLIT ||
	    (size_t)answer >= PRESET_SPLIT + COUNT(splits))
		return;
	str_addf(&line, "*%s* README.md", splits[answer - PRESET_SPLIT]);
	write_both(s, app, line.v, "");
	str_fini(&line);
}
