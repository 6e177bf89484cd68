#include "core/os/machine.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

uint64_t
machine_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);

	return pages > 0 && bytes > 0 ? (uint64_t)pages * (uint64_t)bytes : 0;
}

/* Once the file is deleted, by an update say, there is no path that leads to it. */
char *
machine_program(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	return access(path, X_OK) ? NULL : mem_strdup(path);
}

char *
machine_library(void)
{
#ifdef _CS_GNU_LIBC_VERSION
	char text[64]; /* "glibc 2.36" */
	size_t n = confstr(_CS_GNU_LIBC_VERSION, text, sizeof(text));
	char *blank = n && n <= sizeof(text) ? strchr(text, ' ') : NULL;

	if (blank) {
		memmove(blank, blank + 1, strlen(blank));
		return mem_strdup(text);
	}
#endif
	return NULL;
}
