#include "cli/agent.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* The list has some dozens of short entries. */
#define LIST_MAX ((size_t)1024 * 1024)

static bool
any_is_set(const struct cJSON *names)
{
	json_each (name, names) {
		if (json_text(name) && env_get(json_text(name)))
			return true;
	}
	return false;
}

/* {"NAME": "*" or the exact value} */
static bool
any_matches(const struct cJSON *variables)
{
	json_each (variable, variables) {
		const char *value = env_get(json_key(variable));
		const char *wanted = json_text(variable);

		if (value && wanted &&
		    (!strcmp(wanted, "*") || !strcmp(wanted, value)))
			return true;
	}
	return false;
}

bool
agent_calls(void)
{
	char *home = env_hf_home();
	char *path = home ? path_join(home, ".agent_harnesses.json") : NULL;
	struct str text = STR_INIT;
	struct cJSON *root = NULL;
	struct error ignored;
	bool found;

	if (path && file_read_all(path, LIST_MAX, &text, &ignored))
		root = json_parse(text.v, text.n, &ignored);
	found = any_is_set(json_get(root, "standardEnvVars"));
	json_each (harness, json_get(root, "harnesses"))
		found = found || any_matches(json_get(harness, "envVars"));
	json_free(root);
	str_fini(&text);
	free(path);
	free(home);
	return found;
}
