#include "cli/input.h"

#include <string.h>

#include "core/os/file.h"
#include "core/os/sig.h"

bool
input_read(const char *name, size_t limit, struct str *out, struct error *err)
{
	bool ok;

	/* Nothing has begun that would have to be ended in order. */
	sig_while_asking(true);
	ok = file_read_input(
	    strcmp(name, "-") ? name : "/dev/stdin", limit, out, err);
	sig_while_asking(false);
	return ok;
}
