#include "core/os/dirwatch.h"

#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>

int
dirwatch_open(const char *folder)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd >= 0 && inotify_add_watch(fd, folder,
			   IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

#else

int
dirwatch_open(const char *folder)
{
	(void)folder;
	return -1;
}

#endif

void
dirwatch_take(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
}
