"""The metadata of a card: a plain reading of the YAML at the top of a README.md.

It finds the mistakes that people make (tabs, brackets and quotes left open,
lines that are no entry of a mapping), and reads no values but the license.
"""

from __future__ import annotations

import json
import re

from . import errors
from .messages import Answer, Request, json_answer

MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.S | re.M)
KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#&*!|>%@`"'\[\]{},:-][^:#]*?)\s*:(?:\s+(.*)|$)""")
EMPTY = "empty or missing yaml metadata in repo card"


def answer(request: Request) -> Answer:
    """Whether the metadata of a card are valid."""
    try:
        content = json.loads(request.body)["content"]
    except (ValueError, KeyError, TypeError) as error:
        raise errors.refuse(400, "Expected content") from error
    wrong, warnings = check(content)
    shown = {"errors": [{"message": text} for text in wrong],
             "warnings": [{"message": text} for text in warnings]}
    return json_answer(shown, 400 if wrong else 200)


def check(content: str) -> tuple[list[str], list[str]]:
    """The mistakes in a card, and the warnings."""
    found = MATTER.match(content.removeprefix("\ufeff"))
    lines = [line.rstrip() for line in (found[1] if found else "").splitlines()]
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return [], [EMPTY]
    wrong = _mistake(lines)
    return ([wrong] if wrong else []), []


def _mistake(lines: list[str]) -> str:
    """The first mistake of a mapping, or nothing."""
    opened, block = "", False
    if lines[0].startswith("-"):
        return f"not a mapping: {lines[0]}"
    for line in lines:
        indented = line[0] in " \t"
        if block and indented:  # the lines of a text
            continue
        block, value = False, line
        if not opened:
            if re.match(r" *\t", line):
                return "bad indentation: a tab"
            value = re.sub(r"^\s*(-\s+)*", "", line)
            key = KEY.match(value)
            if not key and not indented and not re.match(r"-(\s|$)", line):
                return f"not a mapping: {line}"
            value = (key[2] or "") if key else value
            if key and key[1] == "license" and re.fullmatch(r"[\d.]+|true|false|null|~", value):
                return '"license" must be a string'
            block = bool(re.match(r"[|>][-+\d]*(\s+#.*)?$", value))
            if value[:1] not in ("[", "{", '"', "'"):
                continue  # in plain text, brackets and quotes stand for themselves
        opened, wrong = _left_open(opened, value)
        if wrong:
            return wrong
    if opened:
        return f"unexpected end: a {'bracket' if opened[-1] in '[{' else 'quote'} is open"
    return ""


def _left_open(opened: str, value: str) -> tuple[str, str]:
    """The brackets and quotes that are open after a value, and what is wrong with it."""
    before, escaped = " ", False
    for letter in value:
        if opened[-1:] in ('"', "'"):
            if letter == opened[-1] and not escaped:
                opened = opened[:-1]
            escaped = letter == "\\" and opened[-1:] == '"' and not escaped
        elif letter == "#" and before == " ":
            break
        elif letter in "[{" or (letter in "\"'" and before in " [{,:\"'"):
            opened += letter
        elif letter in "]}":
            if opened[-1:] != {"]": "[", "}": "{"}[letter]:
                return "", f"unexpected {letter}"
            opened = opened[:-1]
        before = letter
    return opened, ""
