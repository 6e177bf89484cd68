/*
 * request.c: what a download is asked for. The first byte says under which name,
 * then come the address, the revision and the folder, a line each (empty: none),
 * and the list of --files-from.
 */
#include "cli/request.h"

#include <stdlib.h>
#include <string.h>

#include "core/hub/endpoint.h"
#include "core/os/env.h"
#include "tests/fuzz/fuzz.h"

static void
check_request(const struct download_request *request)
{
	struct include include;
	struct error err;

	must(request->repo.id && request->revision && request->root);
	must(*request->root == '/');
	must(!request->folder || *request->folder == '/');
	for (size_t i = 0; i < request->files.n; i++)
		must(
		    *request->files.v[i] && !strchr(request->files.v[i], '\n'));
	if (include_init(&include, request->files, request->literal,
		request->includes, request->excludes, &err))
		include_fini(&include);
	else
		fuzz_check_error(&err);
}

/* A path without anything to expand stays what it is. */
static void
check_expanded(const char *text)
{
	char *path = env_expand(text);

	must(path);
	must(strpbrk(text, "~$") || !strcmp(path, text));
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char base[] = "https://hub.example";
	const struct hub hub = { .base = base, .site = base };
	static const char *const names[] = { "hug", "hf", "huggingface-cli" };
	struct fuzz in = { data, size };
	unsigned shape = fuzz_byte(&in);
	char *repo = fuzz_text(&in, '\n'), *revision = fuzz_text(&in, '\n');
	char *folder = fuzz_text(&in, '\n'), *list = fuzz_path("list");
	struct download_args args = { .repo = repo,
		.type = shape & 4 ? 1 : TYPE_NONE,
		.revision = *revision ? revision : NULL,
		.local_dir = *folder ? folder : NULL,
		.files_from = in.n ? list : NULL };
	struct download_request request;
	struct request_texts texts;
	struct error err;
	struct cli cli;

	cli_init(&cli, names[(shape & 3) % 3]);
	fuzz_write("list", in.p, in.n);
	if (request_read(&texts, &cli, &args, &hub, &request, &err))
		check_request(&request);
	else
		fuzz_check_error(&err);
	request_fini(&texts);
	check_expanded(repo);
	free(repo);
	free(revision);
	free(folder);
	free(list);
	return 0;
}
