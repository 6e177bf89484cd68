/* verify_text.h: what hug cache verify found, as lists for people. */
#ifndef CLI_VERIFY_TEXT_H
#define CLI_VERIFY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/census/check.h"
#include "core/census/unreadable.h"
#include "core/down/verify.h"

struct cli;

/* "<what>:" and a line each. */
void verify_print_list(
    const struct cli *cli, const char *what, const verify_paths *paths);

/* How many files have another checksum than they should; prints them. */
size_t verify_print_mismatches(const struct cli *cli, const check_files *files);

/*
 * How many files and folders cannot be read; prints them. They are named where
 * results are not for people, too: nothing else would say which they are.
 * `hidden` are files whose links lead to where this user may not look.
 */
size_t verify_print_unreadable(const struct cli *cli, const check_files *files,
    const unreadable_list *folders, const verify_paths *hidden);

/*
 * Tells the paths that one side has alone: all of them, and false, if that is to
 * `fail`; else how many, and which `option` tells more.
 */
bool verify_tell_onesided(const struct cli *cli, const verify_paths *paths,
    bool fail, const char *what, const char *warning, const char *option);

#endif
