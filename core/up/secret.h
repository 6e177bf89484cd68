/* secret.h: files that are probably secret: private keys, passwords, tokens. */
#ifndef CORE_UP_SECRET_H
#define CORE_UP_SECRET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether a file is, by its name (".env", "id_rsa", ...), or because it begins as a
 * private key (*.pem, *.key) or a token of the Hub does. `path` is for its name,
 * `local` is opened where that does not tell; blocks.
 */
bool secret_is(const char *path, const char *local, uint64_t size);

#endif
