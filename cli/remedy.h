/* remedy.h: what can be done about a failure, in the words of a command line. */
#ifndef CLI_REMEDY_H
#define CLI_REMEDY_H

struct error;
struct str;

/* Appends what hug advises, without a dot at its end; nothing if it has no advice. */
void remedy_add(struct str *out, const struct error *err);

#endif
