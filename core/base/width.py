#!/usr/bin/python3
"""Writes width.h: which characters take two terminal cells, and which none.

    core/base/width.py >core/base/width.h

The Unicode version is that of the Python that runs this. Regional indicators
are narrow and unassigned code points are too, whatever block they are in.
"""
import sys
import unicodedata

# Format characters that are drawn: the soft hyphen, and signs that enclose
# the digits after them.
VISIBLE_FORMATS = {0xAD, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891,
                   0x8E2, 0x110BD, 0x110CD}

# Medial vowels and final consonants of Hangul join the syllable before them.
JAMO = {*range(0x1160, 0x1200), *range(0xD7B0, 0xD800)}

TOP = '''\
/*
 * width.h: characters that take two terminal cells, or none; for utf8.c.
 *
 * Unicode %s, written by width.py.
 */
#ifndef CORE_BASE_WIDTH_H
#define CORE_BASE_WIDTH_H

#include <stdint.h>

/* From the first to the last of them, in order. */
struct width_range {
	uint32_t first, last;
};
'''


def width(point):
    char = chr(point)
    category = unicodedata.category(char)
    if category == "Cn":
        return 1
    if (category in ("Mn", "Me") or point in JAMO
            or category == "Cf" and point not in VISIBLE_FORMATS):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def ranges(wanted):
    found = []
    for point in range(0x110000):
        if width(point) != wanted:
            continue
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def table(name, wanted):
    print(f"\nstatic const struct width_range {name}[] = {{")
    row = ""
    for first, last in ranges(wanted):
        item = f"{{ 0x{first:x}, 0x{last:x} }},"
        if len(row) + len(item) > 70:
            print("\t" + row.rstrip())
            row = ""
        row += item + " "
    print("\t" + row.rstrip())
    print("};")


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(__doc__)
    print(TOP % unicodedata.unidata_version, end="")
    print("\n/* clang-format off */", end="")
    table("width_none", 0)
    table("width_two", 2)
    print("/* clang-format on */\n\n#endif")
