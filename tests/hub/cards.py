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
    open_brackets, block = "", False
    for line in lines:
        indented = line[0] in " \t"
        if block and indented:  # the lines of a text
            continue
        block = False
        if re.match(r" *\t", line):
            return "bad indentation: a tab"
        key = KEY.match(line.lstrip("- ") if indented or line.startswith("-") else line)
        if not indented and not open_brackets and not line.startswith("- ") and line != "-":
            if not key:
                return f"not a mapping: {line}"
            if key[1] == "license" and re.fullmatch(r"[\d.]+|true|false|null|~", key[2] or ""):
                return '"license" must be a string'
        value = key[2] or "" if key and not open_brackets else line.strip()
        block = bool(re.match(r"[|>][-+\d]*(\s+#.*)?$", value))
        open_brackets, wrong = _brackets(open_brackets, value)
        if wrong:
            return wrong
    return "unexpected end: a bracket is open" if open_brackets else ""


def _brackets(opened: str, value: str) -> tuple[str, str]:
    """The brackets that are open after a value, and what is wrong with it."""
    if not opened and value[:1] not in ("[", "{", '"', "'"):
        return "", ""  # in plain text, brackets and quotes stand for themselves
    value = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\'\'|[^\'])*\'', "", value).partition(" #")[0]
    if re.search(r"""(^|[\[{,:]\s*)["']""", value):
        return "", "unexpected end: a quote is open"
    for letter in value:
        if letter in "[{":
            opened += letter
        elif letter in "]}":
            if opened[-1:] != {"]": "[", "}": "{"}[letter]:
                return "", f"unexpected {letter}"
            opened = opened[:-1]
    return opened, ""
