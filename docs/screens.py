#!/usr/bin/env python3
"""Screens as text and as SVG, from the program without a terminal, for README.md.

    docs/screens.py PLAY CACHE SCRIPT NAME    writes docs/screens/NAME.txt and NAME.svg

PLAY is build/.../tests/tui/play; SCRIPT is a text of its commands, parted by ";", which must end
with the state to show.
"""

import html
import os
import re
import subprocess
import sys

CELL, LINE, FONT = 8.4, 17, 14
# Letters of tests' role dumps, and how they look on a dark ground.
COLORS = {"d": "#8a8a8a", "T": "#eeeeee", "A": "#5fd7d7", "K": "#87d7d7", "o": "#87d787",
          "w": "#ffaf5f", "b": "#ff5f5f", "i": "#87afd7", "M": "#ff87ff", "D": "#5fafaf",
          "F": "#87afd7", "R": "#585858", "L": "#87d7ff", "B": "#585858"}


def render(rows, roles):
    """The grid as SVG; the cursor's row is drawn the other way round."""
    width, height = max(map(len, roles)) * CELL + 16, len(rows) * LINE + 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
           f'font-family="monospace" font-size="{FONT}">',
           '<rect width="100%" height="100%" rx="6" fill="#1c1c1c"/>']
    for y, line in enumerate(roles):
        text = (rows[y] if y < len(rows) else "").ljust(len(line))
        top = y * LINE + 8
        x = 0
        while x < len(line):
            end = x
            while end < len(line) and line[end] == line[x]:
                end += 1
            part, role = text[x:end], line[x]
            if role in "Cm":
                out.append(f'<rect x="{x * CELL + 8:.1f}" y="{top}" width="{(end - x) * CELL:.1f}" '
                           f'height="{LINE}" fill="#d0d0d0"/>')
            if part.strip():
                color = "#1c1c1c" if role in "Cm" else COLORS.get(role, "#d0d0d0")
                out.append(f'<text x="{x * CELL + 8:.1f}" y="{top + 13}" fill="{color}" '
                           f'xml:space="preserve" textLength="{len(part) * CELL:.1f}">'
                           f"{html.escape(part)}</text>")
            x = end
    return "\n".join([*out, "</svg>", ""])


def main():
    program, cache, script, name = sys.argv[1:]
    lines = [part.strip() for part in script.split(";")]
    done = subprocess.run([program, cache], text=True, capture_output=True, check=True,
                          input="\n".join([*lines, "dump text", "roles roles", ""]),
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    text, roles = re.split("^-- ", done.stdout, flags=re.M)[-2:]
    rows = text.splitlines()[1:]
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "screens")
    with open(os.path.join(folder, name + ".txt"), "w") as file:
        file.write("\n".join(rows) + "\n")
    with open(os.path.join(folder, name + ".svg"), "w") as file:
        file.write(render(rows, roles.splitlines()[1:]))


if __name__ == "__main__":
    main()
