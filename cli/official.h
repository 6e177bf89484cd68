/* official.h: what the official clients say, both or each in its own words. */
#ifndef CLI_OFFICIAL_H
#define CLI_OFFICIAL_H

#include "cli/cli.h"

struct error;

/* Of the texts of a voice (voice.h), those that both have. */
extern const char official_lfs_enabled[];
extern const char official_no_git_repo[];
extern const char official_not_in_git[];
extern const char official_no_helper[];
extern const char official_token_is_made_at[];
extern const char official_still_in[];
extern const char official_templates[];

/* A failure on stderr as huggingface-cli 0.36 has it: the end of the Python
 * traceback. */
void official_old(const struct cli *cli, const struct error *err);

/* The same as hf 2.4: "Error: ..." and a hint. */
void official_hf(const struct cli *cli, const struct error *err);

#endif
