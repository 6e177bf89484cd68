/* boot.h: which boot of the system this is. */
#ifndef CORE_OS_BOOT_H
#define CORE_OS_BOOT_H

/* Bytes of a boot's id, with what pads it. */
#define BOOT_ID_MAX 40

/* Names the time since the system started; all zero if it has no name. */
void boot_id(char id[BOOT_ID_MAX]);

#endif
