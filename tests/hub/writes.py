"""Repos, branches, tags and files made, changed and removed."""

from __future__ import annotations

import base64
import json
import math
import time

from . import cards, errors, uploads
from .access import User, open_commit, require_writing
from .address import TYPES, Address, decoded
from .messages import Answer, Request, json_answer
from .patterns import TRACKED, Attributes, literal
from .repos import Commit, Lfs, Repo
from .uploads import REGULAR_LIMIT, SHA256, require_pushing

VISIBILITIES = ("public", "private", "protected")
SDKS = ("gradio", "docker", "static", "streamlit")
ATTRIBUTES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
HOUR = 3600
LFS_LIMIT = 25_000  # of a commit
PATH_LIMIT = 1000
COPIES_LIMIT = 1000


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
    if what == ("POST", "lfs-files") and name == "duplicate":
        return _copy_objects(hub, user, repo, _body(request))
    pull_request = request.query.get("create_pr") == "1"
    if user is None:
        raise errors.no_password()
    if what == ("POST", "commit"):
        if not pull_request:
            require_pushing(user, repo, name)
        with hub.lock:
            return _commit(hub, request, user, repo, name, pull_request)
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


def _copy_objects(hub, user: User | None, repo: Repo, body: dict) -> Answer:
    """Give large files to another repo, by what Xet storage calls them."""
    if user is None:
        raise errors.no_password()
    target, files = body.get("target"), body.get("files")
    if not isinstance(target, dict) or not isinstance(files, list) or not 0 < len(files) <= COPIES_LIMIT:
        raise errors.refuse(400, "Invalid body")
    there = hub.find_repo(_type(target), target.get("name", ""))
    if there is None:
        raise errors.repo_not_found(True)
    require_writing(user, there.id)
    failed = []
    for file in files:
        found = repo.objects.get(file["sha256"])
        if found is None or found.xet is None or found.xet != file["xetHash"]:
            failed.append({"xetHash": file["xetHash"], "sha256": file["sha256"], "error": "File not found"})
        else:
            there.objects[found.sha256] = found
    said = {"success": not failed, "processed": len(files), "succeeded": len(files) - len(failed), "failed": failed}
    return json_answer(said, 207 if failed else 200)


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


class Changes:
    """What the lines of a commit request change; None stands for a file that goes."""

    def __init__(self, hub, repo: Repo, commit: Commit):
        self.hub, self.repo, self.there = hub, repo, commit
        self.header: dict | None = None
        self.files: dict[str, bytes | Lfs | None] = {}
        self._kinds = {"header": self._header, "file": self._file, "lfsFile": self._lfs_file,
                       "deletedFile": self._deleted_file, "deletedFolder": self._deleted_folder,
                       "deletedEntry": self._deleted_entry}

    def read(self, body: bytes) -> None:
        try:
            for line in body.splitlines():
                if line.strip():
                    entry = json.loads(line)
                    if entry["key"] not in self._kinds:
                        raise errors.refuse(400, f"Invalid key: {entry['key']}")
                    self._kinds[entry["key"]](entry["value"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise errors.refuse(400, "Invalid commit") from error
        if not self.header or not self.header.get("summary"):
            raise errors.refuse(400, "The commit has no summary")
        if sum(isinstance(content, Lfs) for content in self.files.values()) > LFS_LIMIT:
            raise errors.refuse(413, f"A commit has at most {LFS_LIMIT} LFS files")
        self._check_card()
        self._track()

    def _header(self, value: dict) -> None:
        self.header = value

    def _file(self, value: dict) -> None:
        path, coded, text = checked(value["path"]), value.get("encoding") == "base64", value["content"]
        self.files[path] = base64.b64decode(text, validate=True) if coded else text.encode()
        if len(self.files[path]) > REGULAR_LIMIT:
            raise errors.refuse(400, f"Your push was rejected because it contains files larger than 10 MiB. "
                                     f"Please use git-lfs to store them. Offending file: - {path}")

    def _lfs_file(self, value: dict) -> None:
        """A large file that the store has; without a size it is a copy of one in the repo."""
        path, oid = checked(value["path"]), value["oid"]
        if value.get("algo", "sha256") != "sha256" or not SHA256.fullmatch(oid):
            raise errors.refuse(400, f"Invalid LFS file: {path}")
        size, own = value.get("size"), self.repo.objects.get(oid)
        there = own if size is None else own or self.hub.store.find(oid)
        if there is None:
            raise errors.refuse(400, "Your push was rejected because an LFS pointer pointed to a file that "
                                     f"does not exist. Offending file: - {path}")
        if size not in (None, there.size):
            raise errors.refuse(400, f"The size of the LFS file differs. Offending file: - {path}")
        self.files[path] = there

    def _deleted_file(self, value: dict) -> None:
        if value["path"] not in self.there.files:
            raise no_such_file()
        self.files.setdefault(value["path"], None)

    def _deleted_folder(self, value: dict) -> None:
        front = value["path"].rstrip("/") + "/"
        for path in self.there.files:
            if path.startswith(front):
                self.files.setdefault(path, None)

    def _deleted_entry(self, value: dict) -> None:
        path = value["path"].rstrip("/")
        if path in self.there.files and path == value["path"]:
            self._deleted_file(value)
        elif path in self.there.folders:
            self._deleted_folder(value)
        else:
            raise no_such_file()

    def _check_card(self) -> None:
        card = self.files.get("README.md")
        wrong = cards.check(card.decode("utf-8", "replace"))[0] if isinstance(card, bytes) else []
        if wrong:
            raise errors.refuse(400, f"Invalid metadata in README.md: {wrong[0]}")

    def _track(self) -> None:
        """Add a rule for each large file that the repo's rules do not cover."""
        large = [path for path, content in self.files.items() if isinstance(content, Lfs)]
        if not large:
            return
        rules = self.files.get(".gitattributes", uploads.text_of(self.there, ".gitattributes")) or b""
        if isinstance(rules, Lfs):
            return
        attributes = Attributes(rules)
        missing = [path for path in large if not attributes.tracks(path)]
        if missing:
            lines = "".join(f"{literal(path)} {TRACKED}\n" for path in missing).encode()
            self.files[".gitattributes"] = rules + (b"" if not rules or rules.endswith(b"\n") else b"\n") + lines


def checked(path: str) -> str:
    """A path that git can hold."""
    parts = path.split("/")
    if not path or len(path) > PATH_LIMIT or "\0" in path or any(
            part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise errors.refuse(400, f"Invalid path: {path}")
    return path


def no_such_file() -> errors.Refused:
    return errors.refuse(404, "A file with this name doesn't exist", "EntryNotFound")


def _commit(hub, request: Request, user: User, repo: Repo, branch: str, pull_request: bool) -> Answer:
    if uploads.kind_of(request) != "application/x-ndjson":
        raise errors.refuse(415, "Expected application/x-ndjson")
    if hub.commit_max_bytes is not None and len(request.body) > hub.commit_max_bytes:
        raise errors.refuse(413, "The commit is too large")
    commit = repo.find(branch)
    if commit is None or (branch not in repo.branches and repo.number_of(branch) is None):
        raise errors.revision_not_found(branch)
    changes = Changes(hub, repo, commit)
    changes.read(request.body)
    header, files = changes.header, changes.files
    if header.get("parentCommit") not in (None, commit.id):
        raise errors.refuse(412, "A commit has happened since. Please refresh and try again.")
    _check_quota(hub, repo)
    said = {"success": True, "hookOutput": ""}
    words = {"branch": branch, "title": header["summary"], "message": header.get("description", "")}
    if pull_request:
        number = repo.propose(files, **words, author=user.name)
        branch = f"refs/pr/{number}"
        said["commitOid"] = repo.pull_requests[number]
        said["pullRequestUrl"] = f"{hub.page_of(repo)}/discussions/{number}"
    else:
        said["commitOid"] = repo.commit(files, **words)
    said["commitUrl"] = f"{hub.page_of(repo)}/commit/{said['commitOid']}"
    hub.uploads.commit(repo, branch, len(files))
    return json_answer(said)


def _check_quota(hub, repo: Repo) -> None:
    """Count this commit against the quota of the repo."""
    now = time.monotonic()
    repo.commit_times = [moment for moment in repo.commit_times if now - moment < HOUR]
    if hub.commits_an_hour is not None and len(repo.commit_times) >= hub.commits_an_hour:
        wait = HOUR - (now - repo.commit_times[0]) if repo.commit_times else HOUR
        raise errors.too_many_commits(hub.commits_an_hour, math.ceil(wait))
    repo.commit_times.append(now)
