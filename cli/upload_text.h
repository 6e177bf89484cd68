/* upload_text.h: what an upload says: its plan, its news, its result. */
#ifndef CLI_UPLOAD_TEXT_H
#define CLI_UPLOAD_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "core/up/upload.h"

struct hub;
struct upload_place;

/* A line, or several, on stderr about what happened. */
void upload_text_news(
    const struct cli *cli, enum upload_news what, const char *text, uint64_t n);

/* As the official clients: data in what is no dataset is probably a mistake. */
void upload_text_data(
    const struct cli *cli, const struct upload *upload, enum repo_type type);

/* What a dry run found, on stdout. */
void upload_text_plan(const struct cli *cli, const struct upload *upload,
    const struct upload_result *result);

/* What was skipped while listing. */
void upload_text_skipped(const struct cli *cli, const struct upload *upload);

/* What was left as it is, and that nothing changed, before the result. */
void upload_text_counts(
    const struct cli *cli, const struct upload_counts *counts);

/* That a new model has no README, if it has none. */
void upload_text_card(const struct cli *cli, const struct upload *upload,
    const struct upload_result *result, enum repo_type type);

/* What goes beyond the Hub's limits: too many files in all or in a folder, files that
 * are too large (hub-docs, storage-limits; in 0.36's words). How many of those there
 * are. */
size_t upload_text_limits(
    const struct cli *cli, const struct selection *selection);

/* What looks wrong in what is to be sent; how much. */
size_t upload_text_doubts(const struct cli *cli, const struct upload *upload);

/* What the result's address depends on. */
struct upload_outcome {
	const struct hub *hub;
	struct repo repo;
	const char *revision; /* as it was given; NULL: main */
	const struct upload_place *place;
	const struct upload_result *result;
	const struct upload_counts *counts;
};

/* The address, as the name that was called prints it. */
void upload_text_result(
    const struct cli *cli, const struct upload_outcome *outcome);

#endif
