#include "core/census/stores.h"

#include <stdlib.h>
#include <string.h>

#include "core/os/env.h"

void
stores_look(struct store stores[STORES], const atomic_bool *cancelled)
{
	memset(stores, 0, STORES * sizeof(*stores));
	stores[0].name = "xet";
	stores[0].about = "chunks and logs of the Xet client";
	stores[0].path = env_xet_cache();
	stores[1].name = "assets";
	stores[1].about = "what libraries keep for themselves";
	stores[1].path = env_assets_cache();
	stores[2].name = "datasets";
	stores[2].about = "what the datasets library prepared";
	stores[2].path = env_datasets_cache();
	for (unsigned i = 0; i < STORES; i++)
		root_add_up_path(stores[i].path, cancelled, &stores[i].sum);
}

void
stores_fini(struct store stores[STORES])
{
	for (unsigned i = 0; i < STORES; i++)
		free(stores[i].path);
}
