/* socket.h: what the system knows of a connection. */
#ifndef CORE_OS_SOCKET_H
#define CORE_OS_SOCKET_H

#include <stdbool.h>

/* Bytes that were written and that the other side has not confirmed. False if
 * the system does not tell. */
bool socket_unsent(int fd, int *bytes);

#endif
