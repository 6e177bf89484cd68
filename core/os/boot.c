#include "core/os/boot.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/os/file.h"

void
boot_id(char id[BOOT_ID_MAX])
{
	struct str text = STR_INIT;
	struct error ignored;

	memset(id, 0, BOOT_ID_MAX);
	if (file_read_all("/proc/sys/kernel/random/boot_id", BOOT_ID_MAX - 1,
		&text, &ignored))
		memcpy(id, text.v, text.n);
	str_fini(&text);
}
