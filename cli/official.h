/* official.h: failures in the words of the official clients, on stderr. */
#ifndef CLI_OFFICIAL_H
#define CLI_OFFICIAL_H

#include "cli/cli.h"

struct error;

/* huggingface-cli 0.36: the end of the Python traceback. */
void official_old(const struct error *err);

/* hf 2.4: "Error: ..." and a hint. */
void official_hf(const struct cli *cli, const struct error *err);

#endif
