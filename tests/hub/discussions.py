"""Discussions and pull requests: opening one, the list, and what is known of one.

A pull request that a commit opens is "open", one opened here is a "draft".
Tests close or merge one by its status: repo.discussions[3].status = "merged".
"""

from __future__ import annotations

import json

from . import errors, listing
from .access import User
from .address import Address
from .messages import Answer, Request, json_answer
from .repos import Discussion, Repo, stamp

PAGE = 10
TITLES = range(3, 201)
DESCRIPTION_LIMIT = 65536
# What the statuses of a list stand for.
STATUSES = {"open": ("open", "draft"), "closed": ("closed", "merged")}


def answer(hub, request: Request, user: User | None, repo: Repo, address: Address) -> Answer:
    """The routes below /discussions."""
    if request.method == "POST" and not address.rest:
        return _open(hub, request, user, repo)
    if request.method != "GET" or len(address.rest) > 1:
        raise errors.no_such_page()
    if not address.rest:
        return _list(request, repo)
    number = address.rest[0]
    found = repo.discussions.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise errors.refuse(404, "Discussion not found")
    return json_answer(_details(repo, found, listing.flag(request, "diff")))


def _open(hub, request: Request, user: User | None, repo: Repo) -> Answer:
    if user is None:
        raise errors.no_password()
    try:
        body = json.loads(request.body)
        title, description = body["title"], body.get("description", "")
        if len(title) not in TITLES or len(description) > DESCRIPTION_LIMIT:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise errors.refuse(400, "Invalid title or description") from error
    if repo.find("main") is None:
        raise errors.revision_not_found("main")
    with hub.lock:
        number = repo.discuss(title, description, user.name, body.get("pullRequest") is True)
    shown = {"num": number, "url": f"{hub.page_of(repo)}/discussions/{number}"}
    return json_answer({**shown, "pullRequest": repo.discussions[number].is_pull_request})


def _list(request: Request, repo: Repo) -> Answer:
    query = request.query
    kind, status = query.get("type", "all"), query.get("status", "all")
    found = [
        item for item in sorted(repo.discussions.values(), key=lambda d: -d.num)
        if kind in ("all", "pull_request" if item.is_pull_request else "discussion")
        and (status == "all" or item.status in STATUSES.get(status, ()))
        and query.get("author", item.author) == item.author
        and query.get("search", "").lower() in item.title.lower()
    ]
    number = query.get("p", "0")
    start = PAGE * int(number) if number.isdecimal() else 0
    shown = [_entry(repo, item) for item in found[start : start + PAGE]]
    return json_answer({"discussions": shown, "count": len(found), "start": start})


def _entry(repo: Repo, item: Discussion) -> dict:
    return {
        "num": item.num,
        "title": item.title,
        "status": item.status,
        "isPullRequest": item.is_pull_request,
        "createdAt": stamp(item.created),
        "author": {"name": item.author, "type": "user"},
        "repo": {"name": repo.id, "type": repo.type},
        "numComments": 1,
        "pinned": False,
    }


def _details(repo: Repo, item: Discussion, diff: bool) -> dict:
    shown = {**_entry(repo, item), "events": _events(repo, item), "filesWithConflicts": []}
    if item.is_pull_request:
        shown["changes"] = {"base": f"refs/heads/{item.base}"}
        if item.status == "merged":
            shown["changes"]["mergeCommitId"] = repo.head(item.base)
        if diff:
            shown["diff"] = ""
    return shown


def _events(repo: Repo, item: Discussion) -> list[dict]:
    """The first comment, and each commit of a pull request."""
    author = {"name": item.author, "type": "user"}
    latest = {"raw": item.description, "html": "", "updatedAt": stamp(item.created), "author": author}
    comment = {"edited": False, "hidden": False, "latest": latest, "numEdits": 0}
    events = [("comment", f"{item.num}", item.created, comment)]
    if item.is_pull_request:
        base = {commit.id for commit in repo.find(item.base).history()} if repo.find(item.base) else set()
        own = [c for c in repo.commits[repo.pull_requests[item.num]].history() if c.id not in base]
        events += [("commit", c.id, c.date, {"subject": c.title, "oid": c.id}) for c in reversed(own)]
    return [
        {"id": listing.object_id(f"{repo.id} {item.num} {name}"), "author": author,
         "createdAt": stamp(when), "type": kind, "data": data}
        for kind, name, when, data in events
    ]
