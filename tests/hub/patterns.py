"""The patterns of .gitattributes and .gitignore, as far as repos on a Hub use them.

A pattern without an inner slash matches a name at any depth, others match a
whole path.  `*` and `?` stop at slashes, `**` does not.  The last rule that
matches decides.
"""

from __future__ import annotations

import re
from functools import lru_cache

CLASSES = {"[:space:]": r"\s", "[:digit:]": r"\d", "[:alpha:]": "a-zA-Z", "[:alnum:]": "a-zA-Z0-9",
           "[:upper:]": "A-Z", "[:lower:]": "a-z"}
SET = re.compile(r"\[(?P<no>[!^]?)(?P<items>\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]")
TRACKED = "filter=lfs diff=lfs merge=lfs -text"


@lru_cache(maxsize=65536)
def expression(pattern: str) -> re.Pattern:
    """What a pattern matches: whole paths."""
    anchored = "/" in pattern.rstrip("/")
    pattern = pattern.strip("/")
    text, place = ("" if anchored else "(?:.*/)?"), 0
    while place < len(pattern):
        found = SET.match(pattern, place)
        if pattern.startswith("**/", place) and (place == 0 or pattern[place - 1] == "/"):
            text, place = text + "(?:.*/)?", place + 3
        elif pattern.startswith("**", place) and pattern[place - 1 : place] == "/" and place + 2 == len(pattern):
            text, place = text + ".+", place + 2
        elif pattern[place] == "*":
            text, place = text + "[^/]*", place + 1
        elif pattern[place] == "?":
            text, place = text + "[^/]", place + 1
        elif found:
            text, place = text + _set(found), found.end()
        else:
            place += pattern[place] == "\\" and place + 1 < len(pattern)
            text, place = text + re.escape(pattern[place]), place + 1
    return re.compile(text, re.S)


def _set(found: re.Match) -> str:
    items = re.sub(r"\[:[a-z]+:\]|\[|\]|\^", lambda m: CLASSES.get(m.group(), "\\" + m.group()), found["items"])
    return f"(?!/)[{'^' if found['no'] else ''}{items}]"


def literal(path: str) -> str:
    """The pattern that matches this path alone, as git-lfs writes it."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", path).replace(" ", "[[:space:]]")


class Attributes:
    """Which paths a .gitattributes gives to large storage."""

    def __init__(self, text: bytes | str):
        self._rules: list[tuple[int, bool, re.Pattern]] = []  # the last one first
        self._plain: dict[str, tuple[int, bool]] = {}  # rules of one path or name, which are many
        for place, line in enumerate(_lines(text)):
            pattern, *attributes = line.split()
            filters = [a for a in attributes if re.fullmatch(r"[-!]?filter(=.*)?", a)]
            if not filters or pattern.startswith("#"):
                continue
            tracked = filters[-1] == "filter=lfs"
            if re.search(r"[*?\[\\]", pattern):
                self._rules.insert(0, (place, tracked, expression(pattern)))
            else:
                self._plain[pattern.removeprefix("/") if "/" in pattern[1:] else pattern] = place, tracked

    def tracks(self, path: str) -> bool:
        keys = [path, "/" + path] if "/" in path else ["/" + path]
        known = [self._plain.get(key, (-1, False)) for key in (*keys, path.rpartition("/")[2])]
        last, tracked = max(known)
        for place, says, pattern in self._rules:
            if place < last:
                break
            if pattern.fullmatch(path):
                return says
        return tracked


class Ignored:
    """Which paths a .gitignore leaves out; what lies in an ignored folder cannot be taken back."""

    def __init__(self, text: bytes | str):
        self._rules: list[tuple[re.Pattern, bool, bool]] = []
        for line in _lines(text):
            line = re.sub(r"(?<!\\)\s+$", "", line)
            if line and not line.startswith("#"):
                wanted = line.startswith("!")
                line = line[wanted:]
                self._rules.append((expression(line), line.endswith("/"), not wanted))

    def __contains__(self, path: str) -> bool:
        parts = path.split("/")
        folders = ["/".join(parts[:count]) for count in range(1, len(parts))]
        return any(self._leaves_out(folder, True) for folder in folders) or self._leaves_out(path, False)

    def _leaves_out(self, path: str, is_folder: bool) -> bool:
        out = False
        for pattern, folders_only, says in self._rules:
            if (is_folder or not folders_only) and pattern.fullmatch(path):
                out = says
        return out


def _lines(text: bytes | str) -> list[str]:
    if isinstance(text, (bytes, bytearray, memoryview)):
        text = bytes(text).decode("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip()]
