/* cmd_quants.c: hug quants: in which types a repository has a model as GGUF. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/quants.h"
#include "cli/questions.h"
#include "cli/show/table.h"
#include "cli/target.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/os/machine.h"
#include "core/weights/gguf.h"

struct quants_args {
	const char *repo;
	const char *revision;
	const char *token;
	bool exact;
};

#define AT(member) .offset = offsetof(struct quants_args, member)

static const struct arg quants_args[] = {
	{ "REPO_ID", "Model, optionally with a revision: org/name@revision",
	    AT(repo), .required = true },
	{ .name = NULL },
};

static const struct opt quants_opts[] = {
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	{ "exact", 0, OPT_FLAG, NULL,
	    "Read type and bits from the headers of the files", AT(exact) },
	TARGET_TOKEN_OPT(offsetof(struct quants_args, token)),
	{ .name = NULL },
};

struct looking {
	struct questions ask;
	struct quants quants;
	struct quant_header *headers; /* of each in the list; NULL: not read */
	uint64_t parameters; /* of the model; 0: the Hub does not say */
	uint64_t memory;     /* of this machine */
};

/* What is in its header; NULL: it was not read. */
static const struct quant_header *
header_of(const struct looking *l, const struct quant *quant)
{
	return l->headers ? &l->headers[quant - l->quants.list.v] : NULL;
}

/* Bits that a parameter takes, or nothing. */
static void
add_bits(struct str *out, const struct looking *l, const struct quant *quant)
{
	const struct quant_header *header = header_of(l, quant);
	uint64_t parameters = header ? header->parameters : l->parameters;

	if (parameters)
		str_addf(
		    out, "%.1f", (double)quant->size * 8 / (double)parameters);
}

/* By its name, else by its header. */
static const char *
type_of(const struct looking *l, const struct quant *quant)
{
	const struct quant_header *header = header_of(l, quant);

	if (*quant->type)
		return quant->type;
	return header && header->type ? header->type : "-";
}

/* A name that says another type than the header does. */
static void
note_lies(const struct looking *l)
{
	arr_each (quant, &l->quants.list) {
		const struct quant_header *header = header_of(l, quant);

		if (header && header->type && gguf_is_type(quant->type) &&
		    strcmp(header->type, quant->type) != 0)
			out_note(l->ask.session.cli,
			    "%s: its header says %s, not %s", quant->name,
			    header->type, quant->type);
	}
}

static void
add_parts(struct str *out, const struct quant *quant)
{
	if (quant->whole || !quant->parts)
		str_addf(out, "%zu", quant->files.n);
	else
		str_addf(out, "%zu of %u", quant->files.n, quant->parts);
}

static void
add_size(struct table *table, uint64_t size)
{
	char text[TIMEFMT_MAX];

	fmt_bytes(text, size);
	table_add(table, text);
}

static void
add_file(struct table *table, const struct quant_file *file, const char *what)
{
	table_add(table, what);
	table_add(table, "-");
	add_size(table, file->size);
	table_add(table, "1");
	table_add(table, "-");
	table_add(table, file->path);
}

static void
print_table(const struct looking *l)
{
	static const struct column columns[] = { { "type", COLUMN_ID },
		{ "bits", COLUMN_RIGHT }, { "size", COLUMN_RIGHT },
		{ "parts", COLUMN_RIGHT }, { "memory", 0 }, { "name", 0 } };
	struct table table = { .columns = columns, .n = 6 };
	struct str text = STR_INIT;

	arr_each (quant, &l->quants.list) {
		table_add(&table, type_of(l, quant));
		str_clear(&text);
		add_bits(&text, l, quant);
		table_add(&table, text.n ? text.v : "-");
		add_size(&table, quant->size);
		str_clear(&text);
		add_parts(&text, quant);
		table_add(&table, text.v);
		table_add(&table, weights_fit(quant->size, l->memory));
		table_add(&table, quant->name);
	}
	if (l->ask.session.cli->format != FORMAT_QUIET) {
		arr_each (file, &l->quants.projectors)
			add_file(&table, file, "projector");
		arr_each (file, &l->quants.calibrations)
			add_file(&table, file, "calibration");
	}
	table_print(&table, l->ask.session.cli);
	table_fini(&table);
	str_fini(&text);
}

static void
add_number(struct str *out, const char *key, uint64_t number)
{
	json_add_key(out, false, key);
	str_addf(out, "%llu", (unsigned long long)number);
}

static void
add_paths(struct str *out, const char *key, const quant_files *files)
{
	json_add_key(out, false, key);
	str_addc(out, '[');
	for (size_t i = 0; i < files->n; i++) {
		str_addz(out, i ? ", " : "");
		json_add_string(out, files->v[i].path);
	}
	str_addc(out, ']');
}

static void
add_header(struct str *out, const struct quant_header *header)
{
	if (header->type) {
		json_add_pair(out, false, "header_type", header->type);
	} else {
		json_add_key(out, false, "header_type");
		str_addz(out, "null");
	}
	if (header->parameters) {
		add_number(out, "parameters", header->parameters);
	} else {
		json_add_key(out, false, "parameters");
		str_addz(out, "null");
	}
}

static void
print_json(const struct looking *l)
{
	const struct quants *quants = &l->quants;
	struct str out = STR_INIT;

	json_add_key(&out, true, "quants");
	str_addc(&out, '[');
	for (size_t i = 0; i < quants->list.n; i++) {
		const struct quant *quant = &quants->list.v[i];
		size_t before;

		str_addz(&out, i ? ", " : "");
		json_add_pair(&out, true, "type", quant->type);
		json_add_key(&out, false, "bits");
		before = out.n;
		add_bits(&out, l, quant);
		if (out.n == before)
			str_addz(&out, "null");
		if (l->headers)
			add_header(&out, header_of(l, quant));
		add_number(&out, "size", quant->size);
		add_number(&out, "parts", quant->files.n);
		json_add_key(&out, false, "complete");
		str_addz(&out, quant->whole ? "true" : "false");
		add_number(&out, "memory", weights_memory(quant->size));
		add_paths(&out, "files", &quant->files);
		str_addc(&out, '}');
	}
	str_addc(&out, ']');
	add_paths(&out, "projectors", &quants->projectors);
	add_paths(&out, "calibrations", &quants->calibrations);
	str_addc(&out, '}');
	out_line(out.v);
	str_fini(&out);
}

/* Without an answer only the bits are not known. False if the user stopped it. */
static bool
ask_parameters(struct looking *l, const struct repo *repo, const char *revision,
    struct error *err)
{
	static const char *const gguf[] = { "gguf" };

	if (!questions_wait(&l->ask,
		catalog_info(l->ask.session.hub, repo, revision,
		    (struct catalog_texts){ gguf, 1 },
		    questions_asker(&l->ask)),
		err))
		return err->code != ERR_CANCELLED;
	MAY_FAIL(
	    json_u64(json_get(l->ask.answer, "gguf"), "total", &l->parameters),
	    "0 is not known");
	return true;
}

static bool
read_headers(struct looking *l, const struct repo *repo, const char *revision,
    struct error *err)
{
	bool ok = true;

	l->headers = mem_zalloc(l->quants.list.n * sizeof(*l->headers));
	for (size_t i = 0; ok && i < l->quants.list.n; i++)
		ok = quants_read(&l->ask.session, repo, revision,
		    &l->quants.list.v[i], &l->headers[i], err);
	return ok;
}

static bool
nothing_there(const struct repo *repo, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "%.200s has no GGUF files", repo->id);
	return err_hint(err, "`hug ls -R %.150s` lists what it has", repo->id);
}

static bool
look(struct looking *l, const struct quants_args *args, struct error *err)
{
	const char *revision = NULL, *listed;
	struct address address;
	struct repo repo;
	bool ok =
	    target_read_as(l->ask.session.cli, args->repo, REPO_MODEL,
		l->ask.session.hub->base, TARGET_REVISION, &address, err) &&
	    target_revision(args->revision, &address, &revision, err);

	listed = revision ? revision : "main";
	if (ok) {
		repo = target_repo(&address);
		ok = quants_list(
		    &l->ask.session, &repo, listed, &l->quants, err);
	}
	if (ok && l->quants.list.n && args->exact)
		ok = read_headers(l, &repo, listed, err);
	else if (ok && l->quants.list.n)
		ok = ask_parameters(l, &repo, revision, err);
	else if (ok && !l->quants.projectors.n && !l->quants.calibrations.n)
		ok = nothing_there(&repo, err);
	address_fini(&address);
	return ok;
}

static enum exit_code
quants_run(const struct cli *cli, const void *args)
{
	struct looking l = { .memory = machine_memory() };
	const struct quants_args *a = args;
	enum exit_code code;
	struct error err;

	if (questions_open(&l.ask, cli, a->token, &err) && look(&l, a, &err)) {
		if (cli->format == FORMAT_JSON)
			print_json(&l);
		else
			print_table(&l);
		note_lies(&l);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		code = questions_failed(&l.ask, &err);
	}
	free(l.headers);
	quants_fini(&l.quants);
	return questions_close(&l.ask, code);
}

static const struct example examples[] = {
	{ "hug quants acme/tiny-owl-GGUF",
	    "List the types that a model comes in, the smallest first" },
	{ "hug download acme/tiny-owl-GGUF:Q4_K_M",
	    "Download one of them, with all its parts" },
	{ NULL, NULL },
};

const struct command cmd_quants = {
	.name = "quants",
	.summary = "List the quantisations of a GGUF model",
	.details =
	    "A row is a model in one type, with all its parts; what "
	    "goes with it (a projector, calibration data) follows. "
	    "Types are read from the names of files and folders. "
	    "BITS is the size in bits over the number of parameters "
	    "that the Hub gives. With --exact both come from the headers, "
	    "of which it reads some MB for each file. MEMORY compares the size "
	    "and a "
	    "tenth with this machine's memory; it is an estimate.\n",
	.examples = examples,
	.args = quants_args,
	.opts = quants_opts,
	.args_size = sizeof(struct quants_args),
	.run = quants_run,
	.faces = FACE_HUG,
};
