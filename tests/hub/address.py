"""Which repo and which question a request target names.

There are four URL families: the JSON API, file content, the inner route that
file content may redirect to, and git-lfs.

    /api/models/acme/owl/tree/main            verb "tree", rest ["main"]
    /datasets/acme/songs/resolve/main/a.csv   verb "resolve", rest ["main", "a.csv"]
    /api/resolve-cache/models/acme/owl/SHA/x  verb "resolve-cache", rest ["SHA", "x"]
    /acme/owl.git/info/lfs/objects/batch      verb "lfs", rest ["batch"]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

API_VERBS = ("revision", "tree", "paths-info", "refs", "commits", "auth-check",
             "settings", "branch", "tag", "commit", "duplicate", "lfs-files", "preupload", "discussions")
WEB_VERBS = ("resolve", "raw")
TYPES = {"models": "model", "datasets": "dataset", "spaces": "space"}
SHA = re.compile(r"[0-9a-f]{40}")
LFS = re.compile(r"(/(?:(datasets|spaces)/)?)([^/]+(?:/[^/]+)?)(\.git/info/lfs/objects/(batch|verify))")


@dataclass(frozen=True)
class Address:
    """A target taken apart; `before` and `after` surround the raw repo id."""

    type: str
    id: str
    verb: str
    rest: tuple[str, ...]
    before: str
    after: str
    query: str

    def renamed(self, id: str) -> str:
        """The same target for another repo id."""
        return self.before + id + self.after + (f"?{self.query}" if self.query else "")

    @property
    def revision(self) -> str:
        return decoded(self.rest[0]) if self.rest else ""

    @property
    def path(self) -> str:
        """What follows the revision: a file or a folder."""
        return decoded("/".join(self.rest[1:]))


def decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def parse(target: str) -> Address | None:
    """Take a target apart; None if it is of no known family."""
    path, _, query = target.partition("?")
    large = LFS.fullmatch(path)
    if large:
        before, type, id, after, word = large.groups()
        return Address(TYPES[type or "models"], decoded(id), "lfs", (word,), before, after, query)
    parts = path.split("/")[1:]
    if parts[:2] == ["api", "resolve-cache"] and len(parts) > 3 and parts[2] in TYPES:
        return _build(3, TYPES[parts[2]], parts, query, _cached_id_length(parts[3:]))
    if parts[0] == "api":
        if len(parts) < 3 or parts[1] not in TYPES or not parts[2]:
            return None
        return _build(2, TYPES[parts[1]], parts, query, _api_id_length(parts[2:]))
    skip = 1 if parts[0] in ("datasets", "spaces") else 0
    type = TYPES[parts[0]] if skip else "model"
    for length in (2, 1):
        if len(parts) > skip + length and parts[skip + length] in WEB_VERBS:
            return _build(skip, type, parts, query, length)
    return None


def _api_id_length(parts: list[str]) -> int:
    """1 for a repo without a namespace, 2 otherwise.

    A verb in second place tells the former, unless another verb follows it: a
    repo may be called "tree".
    """
    if len(parts) == 1:
        return 1
    return 1 if parts[1] in API_VERBS and not (len(parts) > 2 and parts[2] in API_VERBS) else 2


def _cached_id_length(parts: list[str]) -> int:
    return 1 if len(parts) > 1 and SHA.fullmatch(parts[1]) else 2


def _build(skip: int, type: str, parts: list[str], query: str, length: int) -> Address:
    end = skip + length
    tail = parts[end:]
    cached = parts[:2] == ["api", "resolve-cache"]
    return Address(
        type=type,
        id=decoded("/".join(parts[skip:end])),
        verb="resolve-cache" if cached else "".join(tail[:1]),
        rest=tuple(tail if cached else tail[1:]),
        before="/" + "".join(f"{part}/" for part in parts[:skip]),
        after="".join(f"/{part}" for part in tail),
        query=query,
    )
