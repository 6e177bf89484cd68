/* browser.h: the user's web browser. */
#ifndef CORE_OS_BROWSER_H
#define CORE_OS_BROWSER_H

#include <stdbool.h>

/*
 * Opens an address with $BROWSER, or what the desktop has for it; does not wait.
 * False if there is neither a browser nor a desktop to show one on.
 */
bool browser_open(const char *url);

#endif
