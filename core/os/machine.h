/* machine.h: the machine that this runs on. */
#ifndef CORE_OS_MACHINE_H
#define CORE_OS_MACHINE_H

#include <stdint.h>

/* Bytes of its memory; 0: not known. A container may allow less. */
uint64_t machine_memory(void);

/* The path of the program that runs, links resolved; the caller frees it. NULL: the
 * system does not tell. */
char *machine_program(void);

/* The C library and its release, "glibc2.36"; the caller frees it. NULL: the system
 * does not tell. */
char *machine_library(void);

#endif
