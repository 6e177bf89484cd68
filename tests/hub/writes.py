"""Repos, branches, tags and files made, changed and removed."""

from __future__ import annotations

import base64
import json

from . import errors
from .access import User, open_commit, require_writing
from .address import TYPES, Address, decoded
from .messages import Answer, Request, json_answer
from .repos import Lfs, Repo

VISIBILITIES = ("public", "private", "protected")
SDKS = ("gradio", "docker", "static", "streamlit")
ATTRIBUTES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n*.safetensors filter=lfs diff=lfs merge=lfs -text\n"


def route(hub, request: Request, user: User | None, verb: str) -> Answer:
    """The routes that name their repo in the body."""
    body = _body(request)
    if (request.method, verb) == ("POST", "create"):
        return _create(hub, user, body)
    if (request.method, verb) == ("DELETE", "delete"):
        return _delete(hub, user, body)
    if (request.method, verb) == ("POST", "move"):
        return _move(hub, user, body)
    raise errors.no_such_page()


def answer(hub, request: Request, user: User | None, repo: Repo, address: Address) -> Answer:
    """The routes below a repo."""
    name = decoded("/".join(address.rest))
    what = (request.method, address.verb)
    if what == ("POST", "duplicate"):
        return _duplicate(hub, user, repo, _body(request))
    pull_request = request.query.get("create_pr") == "1"
    if user is None:
        raise errors.no_password()
    if not (what == ("POST", "commit") and pull_request):
        require_writing(user, repo.id)
    if what == ("PUT", "settings"):
        return _set(repo, _body(request))
    if what == ("POST", "branch"):
        return _create_branch(repo, name, _body(request))
    if what == ("DELETE", "branch"):
        return _delete_branch(repo, name)
    if what == ("POST", "tag"):
        return _create_tag(repo, name, _body(request))
    if what == ("DELETE", "tag"):
        return _delete_tag(repo, name)
    if what == ("POST", "commit"):
        return _commit(hub, request, repo, name, pull_request)
    raise errors.no_such_page()


def _body(request: Request) -> dict:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise errors.refuse(400, "Invalid JSON") from error
    if not isinstance(body, dict):
        raise errors.refuse(400, "Invalid body")
    return body


def _type(body: dict) -> str:
    type = body.get("type", "model")
    if type not in TYPES.values():
        raise errors.refuse(400, f"Invalid repo type: {type}")
    return type


def _named(user: User, body: dict) -> str:
    name = body.get("name")
    if not name or not isinstance(name, str):
        raise errors.refuse(400, '"name" is required')
    return f"{body.get('organization') or user.name}/{name}"


def _visibility(body: dict) -> bool:
    """Whether the repo is to be private."""
    wanted = body.get("visibility", "private" if body.get("private") else "public")
    if wanted not in VISIBILITIES:
        raise errors.refuse(400, f'"visibility" must be one of {", ".join(VISIBILITIES)}')
    return wanted == "private"


# Repos


def _create(hub, user: User | None, body: dict) -> Answer:
    if user is None:
        raise errors.no_password()
    type, id = _type(body), _named(user, body)
    require_writing(user, id, f"create a {type}")
    there = hub.find_repo(type, id)
    if there:
        raise errors.exists(f"You already created this {type} repo", hub.page_of(there))
    if type == "space" and body.get("sdk") not in SDKS:
        raise errors.refuse(400, '"sdk" is required for a Space')
    repo = hub.add_repo(id, type, private=_visibility(body))
    if type == "space":
        repo.facts["sdk"] = body["sdk"]
    repo.commit({".gitattributes": ATTRIBUTES}, title="initial commit")
    return json_answer({"url": hub.page_of(repo), "name": id, "id": "66aa00000000000000000001"})


def _delete(hub, user: User | None, body: dict) -> Answer:
    if user is None:
        raise errors.no_password()
    type, id = _type(body), _named(user, body)
    repo = hub.find_repo(type, id)
    if repo is None:
        raise errors.repo_not_found(True)
    require_writing(user, id, f"delete a {type}")
    hub.remove(repo)
    return Answer(200, [("Content-Type", "text/plain; charset=utf-8")], b"OK")


def _move(hub, user: User | None, body: dict) -> Answer:
    if user is None:
        raise errors.no_password()
    type = _type(body)
    old, new = body.get("fromRepo", ""), body.get("toRepo", "")
    repo = hub.find_repo(type, old)
    if repo is None:
        raise errors.repo_not_found(True)
    for id in (old, new):
        require_writing(user, id, f"move a {type}")
    if hub.find_repo(type, new):
        raise errors.exists("This repository name is taken")
    hub.rename(old, new, type)
    return Answer(200, [("Content-Type", "text/plain; charset=utf-8")], b"OK")


def _set(repo: Repo, body: dict) -> Answer:
    if "gated" in body:
        if body["gated"] not in ("auto", "manual", False):
            raise errors.refuse(400, '"gated" must be one of auto, manual, false')
        repo.gated = body["gated"]
    if "visibility" in body or "private" in body:
        repo.private = _visibility(body)
    return json_answer({"private": repo.private, "gated": repo.gated})


def _duplicate(hub, user: User | None, repo: Repo, body: dict) -> Answer:
    if user is None:
        raise errors.no_password()
    id = body.get("repository", "")
    require_writing(user, id, f"create a {repo.type}")
    there = hub.find_repo(repo.type, id)
    if there:
        raise errors.exists(f"You already created this {repo.type} repo", hub.page_of(there))
    copy = repo.copy(id, _visibility(body))
    hub.adopt(copy)
    pending = any(blob.lfs for blob in repo.find("main").files.values())
    return json_answer({"url": hub.page_of(copy), **({"filesCopyPending": True} if pending else {})})


# Branches and tags


def _create_branch(repo: Repo, name: str, body: dict) -> Answer:
    if name.startswith("refs/"):
        raise errors.refuse(400, f"Invalid branch name: {name}")
    if name in repo.branches:
        raise errors.exists(f"Reference already exists: refs/heads/{name}")
    repo.branch(name, open_commit(repo, body.get("startingPoint", "main")).id)
    return json_answer({})


def _delete_branch(repo: Repo, name: str) -> Answer:
    if name not in repo.branches:
        raise errors.revision_not_found(name)
    if name == "main":
        raise errors.refuse(403, "Cannot delete the default branch")
    del repo.branches[name]
    return json_answer({})


def _create_tag(repo: Repo, revision: str, body: dict) -> Answer:
    name = body.get("tag")
    if not name or not isinstance(name, str):
        raise errors.refuse(400, '"tag" is required')
    commit = open_commit(repo, revision)
    if name in repo.tags:
        raise errors.exists(f"Tag reference exists already: refs/tags/{name}")
    repo.tag(name, commit.id)
    return json_answer({})


def _delete_tag(repo: Repo, name: str) -> Answer:
    if name not in repo.tags:
        raise errors.revision_not_found(name)
    del repo.tags[name]
    return json_answer({})


# Files


def _changes(request: Request, repo: Repo, branch: str) -> tuple[dict, dict]:
    """The header of a commit, and what it changes."""
    header, changes = None, {}
    files = repo.find(branch).files
    try:
        lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
        for line in lines:
            key, value = line["key"], line["value"]
            if key == "header":
                header = value
            elif key == "file":
                coded = value.get("encoding") == "base64"
                text = value["content"]
                changes[value["path"]] = base64.b64decode(text) if coded else text.encode()
            elif key == "lfsFile":
                changes[value["path"]] = Lfs(b"", sha256=value["oid"], size=value["size"])
            elif key == "deletedFile":
                if value["path"] not in files:
                    raise errors.refuse(404, "A file with this name doesn't exist", "EntryNotFound")
                changes[value["path"]] = None
            elif key == "deletedFolder":
                front = value["path"].rstrip("/") + "/"
                changes.update({path: None for path in files if path.startswith(front)})
            else:
                raise errors.refuse(400, f"Invalid key: {key}")
    except (ValueError, KeyError, TypeError) as error:
        raise errors.refuse(400, "Invalid commit") from error
    if not header or not header.get("summary"):
        raise errors.refuse(400, "The commit has no summary")
    return header, changes


def _commit(hub, request: Request, repo: Repo, branch: str, pull_request: bool) -> Answer:
    if request.headers.get("Content-Type") != "application/x-ndjson":
        raise errors.refuse(415, "Expected application/x-ndjson")
    if branch not in repo.branches:
        raise errors.revision_not_found(branch)
    header, changes = _changes(request, repo, branch)
    if header.get("parentCommit", repo.head(branch)) != repo.head(branch):
        raise errors.refuse(412, "A commit has happened since. Please refresh and try again.")
    said = {"success": True, "hookOutput": ""}
    words = {"branch": branch, "title": header["summary"], "message": header.get("description", "")}
    if pull_request:
        number = repo.propose(changes, **words)
        said["commitOid"] = repo.pull_requests[number]
        said["pullRequestUrl"] = f"{hub.page_of(repo)}/discussions/{number}"
    else:
        said["commitOid"] = repo.commit(changes, **words)
    said["commitUrl"] = f"{hub.page_of(repo)}/commit/{said['commitOid']}"
    return json_answer(said)
