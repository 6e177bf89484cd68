#include "core/os/socket.h"

#include <sys/ioctl.h>

bool
socket_unsent(int fd, int *bytes)
{
#ifdef TIOCOUTQ
	return !ioctl(fd, TIOCOUTQ, bytes) && *bytes >= 0;
#else
	(void)fd;
	(void)bytes;
	return false;
#endif
}
