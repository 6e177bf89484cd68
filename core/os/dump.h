/* dump.h: what is in memory stays there when the program crashes. */
#ifndef CORE_OS_DUMP_H
#define CORE_OS_DUMP_H

/*
 * From now on the system writes no core dump of this process, and no other process
 * of the same user reads its memory; at its regular end that is over.
 */
void dump_forbid(void);

#endif
