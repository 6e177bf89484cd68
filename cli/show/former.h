/* former.h: what the old names' help says where hug's own words have changed. */
#ifndef CLI_SHOW_FORMER_H
#define CLI_SHOW_FORMER_H

/* A text of the command table as the old names have it. */
const char *former_text(const char *text);

#endif
