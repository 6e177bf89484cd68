"""The shape of the JSON: repo information, tree entries, refs, commits and pages."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from urllib.parse import quote, urlencode

from . import errors
from .messages import Answer, Request, json_answer
from .repos import Blob, Commit, Repo, stamp

SAFE = {
    "status": "safe",
    "avScan": {"status": "safe", "version": "1.4"},
    "pickleImportScan": {"status": "unscanned"},
}


def flag(request: Request, name: str) -> bool:
    """A boolean of the query, in any of the spellings that clients use."""
    return request.query.get(name, "").lower() in ("true", "1")


def object_id(text: str) -> str:
    """A stable id of 24 hex digits, as the database of the Hub hands them out."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def info(repo: Repo, commit: Commit, request: Request) -> dict:
    """Everything about a repo, or the properties named by `expand`."""
    full = {
        "_id": object_id(f"{repo.type}/{repo.id}"),
        "id": repo.id,
        "author": repo.id.partition("/")[0],
        "sha": commit.id,
        "lastModified": stamp(commit.date),
        "createdAt": stamp(repo.created),
        "private": repo.private,
        "gated": repo.gated,
        "disabled": repo.disabled,
        "likes": 0,
        "tags": ["region:us"],
        "usedStorage": sum(blob.size for blob in commit.files.values()),
        "cardData": {},
        "siblings": siblings(commit, flag(request, "blobs")),
        **_extras(repo, commit),
        **repo.facts,
    }
    lists = request.query_lists
    wanted = lists.get("expand", []) + lists.get("expand[]", [])
    if not wanted:
        return full
    return {key: value for key, value in full.items() if key in ("_id", "id", *wanted)}


def _extras(repo: Repo, commit: Commit) -> dict:
    """What only one type of repo has."""
    if repo.type == "model":
        return {"modelId": repo.id, "downloads": 0, "spaces": []}
    if repo.type == "dataset":
        return {"downloads": 0, "description": ""}
    hardware = {"current": "cpu-basic", "requested": "cpu-basic"}
    return {
        "sdk": "static",
        "subdomain": repo.id.replace("/", "-").lower(),
        "models": [],
        "datasets": [],
        "runtime": {"stage": "RUNNING", "hardware": hardware, "storage": None, "sha": commit.id},
    }


def siblings(commit: Commit, blobs: bool) -> list[dict]:
    files = sorted(commit.files.items())
    if not blobs:
        return [{"rfilename": path} for path, _ in files]
    return [_sibling(path, blob) for path, blob in files]


def _sibling(path: str, blob: Blob) -> dict:
    entry = {"rfilename": path, "size": blob.size, "blobId": blob.oid}
    if blob.lfs:
        pointer = len(blob.lfs.pointer)
        entry["lfs"] = {"sha256": blob.lfs.sha256, "size": blob.size, "pointerSize": pointer}
    return entry


@lru_cache(maxsize=16)
def tree(commit: Commit, folder: str | None, recursive: bool) -> list[str]:
    """The paths below a folder, level by level, folders before files.

    Kept for the next page, because sorting a very large tree takes a while.
    """
    prefix = "" if folder is None else folder + "/"
    folders = [path for path in commit.folders if path and path.startswith(prefix)]
    marked = [(path, False) for path in folders] + [
        (path, True) for path in commit.files if path.startswith(prefix)
    ]
    if not recursive:
        marked = [(path, kind) for path, kind in marked if "/" not in path[len(prefix) :]]
    marked.sort(key=lambda item: (item[0].count("/"), item[1], item[0]))
    return list(dict.fromkeys(path for path, _ in marked))


def entry(commit: Commit, path: str, expand: bool) -> dict:
    """One file or folder as trees and paths-info show it."""
    blob = commit.files.get(path)
    if blob is None:
        shown = {"type": "directory", "oid": commit.folders[path], "size": 0, "path": path}
    else:
        shown = {"type": "file", "oid": blob.oid, "size": blob.size, "path": path}
        if blob.lfs:
            pointer = len(blob.lfs.pointer)
            shown["lfs"] = {"oid": blob.lfs.sha256, "size": blob.size, "pointerSize": pointer}
            if blob.lfs.xet:
                shown["xetHash"] = blob.lfs.xet
    if expand:
        last = commit.last_change(path)
        date = stamp(last.date)
        shown["lastCommit"] = {"id": last.id, "title": last.title, "date": date}
        if blob:
            shown["securityFileStatus"] = SAFE
    return shown


def refs(repo: Repo, pull_requests: bool) -> dict:
    def described(prefix: str, names: dict) -> list[dict]:
        return [
            {"name": str(name), "ref": f"{prefix}{name}", "targetCommit": sha}
            for name, sha in names.items()
        ]

    answer = {
        "branches": described("refs/heads/", repo.branches),
        "tags": described("refs/tags/", repo.tags),
        "converts": [],
    }
    if pull_requests:
        answer["pullRequests"] = described("refs/pr/", repo.pull_requests)
    return answer


def commit_entry(commit: Commit, formatted: bool) -> dict:
    shown = {
        "id": commit.id,
        "title": commit.title,
        "message": commit.message,
        "authors": [{"user": "hub", "avatar": "/avatars/hub.svg"}],
        "date": stamp(commit.date),
    }
    if formatted:
        shown["formatted"] = {"title": f"<p>{commit.title}</p>", "message": commit.message}
    return shown


def page(hub, request: Request, items: list, show, cap: int, headers=()) -> Answer:
    """One page of a list, with a link to the next one while there is more."""
    wanted = request.query.get("limit", str(cap))
    if not wanted.isdecimal() or not int(wanted):
        raise errors.refuse(400, "limit must be a positive number")
    size = min(int(wanted), cap)
    first = _place(request.query.get("cursor", ""))
    headers = list(headers)
    if first + size < len(items):
        headers.append(("Link", f'<{_next_page(hub, request, first + size)}>; rel="next"'))
    return json_answer([show(item) for item in items[first : first + size]], headers=headers)


def _next_page(hub, request: Request, place: int) -> str:
    query = {key: values for key, values in request.query_lists.items() if key != "cursor"}
    query["cursor"] = [base64.b64encode(b'{"place":%d}' % place).decode()]
    path = request.local.partition("?")[0]
    return f"{hub.endpoint}{path}?{urlencode(query, doseq=True, quote_via=quote)}"


def _place(cursor: str) -> int:
    """The place that a cursor stands for; clients must not look inside."""
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor, validate=True)
        return int(text.removeprefix(b'{"place":').removesuffix(b"}"))
    except ValueError as error:
        raise errors.refuse(400, "Invalid cursor") from error
