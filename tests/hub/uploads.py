"""What comes before a commit: how each file is to be sent, and large files on their way to the store.

    preupload    which files go to the store, which are ignored, and what is there
    batch        where the client is to PUT each object, whole or in parts
    completion   puts parts together; its address is signed, so it takes no token
    verify       whether the store has an object

How the mode of a file is chosen (the real rule is not published): a file goes
to the store if the root .gitattributes tracks it, if it is larger than
REGULAR_LIMIT, or if it is larger than BINARY_LIMIT and its sample has a NUL byte.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import Counter

from . import errors
from .access import User, open_commit, open_repo, require_writing
from .address import Address
from .messages import Answer, Request, json_answer
from .patterns import Attributes, Ignored
from .repos import Commit, Repo

REGULAR_LIMIT = 10 * 1024 * 1024
BINARY_LIMIT = 100_000
BASIC_LIMIT = 5 * 1024**3  # of one PUT
PREUPLOAD_LIMIT = BATCH_LIMIT = 1000
LFS_JSON = "application/vnd.git-lfs+json"
SHA256 = re.compile(r"[0-9a-f]{64}")


class Uploads:
    """A record of what clients have sent.

    `bytes`, `puts` and `parts` count the PUTs that the store took and that the
    client could learn of; `taken` also counts bytes whose answer was lost.  A
    PUT whose content was refused is in none of them.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.bytes = 0
        self.taken = 0
        self.puts: Counter[str] = Counter()  # by SHA-256: whole objects and parts
        self.parts: Counter[tuple[str, int]] = Counter()  # by SHA-256 and number of the part, from 1
        self.objects: Counter[str] = Counter()  # by SHA-256: how often the object was completed
        self.commits: list[tuple[str, str, int]] = []  # id of the repo, revision, number of files

    def take(self, oid: str, number: int, count: int):
        """The store has taken a PUT; call the result if its answer goes out.  Part 0 is a whole object."""
        with self._lock:
            self.taken += count

        def acknowledged() -> None:
            with self._lock:
                self.bytes += count
                self.puts[oid] += 1
                if number:
                    self.parts[oid, number] += 1

        return acknowledged

    def store(self, oid: str) -> None:
        with self._lock:
            self.objects[oid] += 1

    def commit(self, repo: Repo, revision: str, files: int) -> None:
        with self._lock:
            self.commits.append((repo.id, revision, files))


# Preupload


def preupload(request: Request, user: User | None, repo: Repo, revision: str) -> Answer:
    """Say of each file how it is to be sent."""
    if user is None:
        raise errors.no_password()
    if request.query.get("create_pr") != "1":
        require_pushing(user, repo, revision)
    commit = open_commit(repo, revision)
    body = _json(request)
    files = body.get("files")
    if not isinstance(files, list) or not 0 < len(files) <= PREUPLOAD_LIMIT:
        raise errors.refuse(422, f"files: expected 1 to {PREUPLOAD_LIMIT} files")
    rules = {name: body.get(name, text_of(commit, path))
             for name, path in (("gitAttributes", ".gitattributes"), ("gitIgnore", ".gitignore"))}
    if not all(isinstance(text, (str, bytes)) for text in rules.values()):
        raise errors.refuse(422, "gitIgnore: expected a text")
    attributes, ignored = Attributes(rules["gitAttributes"]), Ignored(rules["gitIgnore"])
    answer = [_file(commit, attributes, ignored, file) for file in files]
    return json_answer({"files": answer, "commitOid": commit.id})


def _file(commit: Commit, attributes: Attributes, ignored: Ignored, file: dict) -> dict:
    try:
        path, size, sample = file["path"], file["size"], base64.b64decode(file["sample"], validate=True)
        if not isinstance(path, str) or type(size) is not int or size < 0:
            raise TypeError
    except (ValueError, KeyError, TypeError) as error:
        raise errors.refuse(422, "files: expected path, size and sample") from error
    binary = b"\0" in sample and size > BINARY_LIMIT
    large = size > REGULAR_LIMIT or binary or attributes.tracks(path)
    shown = {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": path in ignored}
    there = commit.files.get(path)
    return {**shown, "oid": there.etag} if there else shown


def text_of(commit: Commit, path: str) -> bytes:
    """The content of a small file in git, empty if there is none."""
    blob = commit.files.get(path)
    return blob.git_data if blob else b""


def require_pushing(user: User, repo: Repo, revision: str) -> None:
    """A pull request may be changed by its author, too."""
    discussion = repo.discussions.get(repo.number_of(revision))
    if not (discussion and discussion.is_pull_request and discussion.author == user.name):
        require_writing(user, repo.id)


# Large files


def lfs(hub, request: Request, user: User | None, address: Address) -> Answer:
    """The routes of git-lfs."""
    repo = open_repo(hub, user, address)
    if request.method != "POST":
        raise errors.no_such_page()
    if user is None:
        raise errors.no_password()
    if address.rest == ("verify",):
        return _verify(hub, request)
    return _batch(hub, request, user, repo)


def _batch(hub, request: Request, user: User, repo: Repo) -> Answer:
    if kind_of(request) != LFS_JSON:
        raise errors.refuse(415, f"Expected {LFS_JSON}")
    if LFS_JSON not in request.headers.get("Accept", ""):
        raise errors.refuse(406, f"Expected to accept {LFS_JSON}")
    body = _json(request)
    objects, ref, transfers = body.get("objects"), body.get("ref") or {}, body.get("transfers") or ["basic"]
    typed = isinstance(objects, list) and isinstance(ref, dict) and isinstance(transfers, list)
    if body.get("operation") != "upload" or not typed or not objects:
        raise errors.refuse(422, "Expected the operation upload and objects")
    if len(objects) > BATCH_LIMIT:
        raise errors.refuse(413, f"Expected at most {BATCH_LIMIT} objects")
    if body.get("hash_algo", "sha256") not in ("sha256", "sha_256"):
        raise errors.refuse(409, "Expected the hash algorithm sha256")
    if ref:  # none for a new pull request
        require_pushing(user, repo, str(ref.get("name")).removeprefix("refs/heads/"))
    parted = "multipart" in transfers
    where = f"{hub.page_of(repo)}.git/info/lfs/objects/verify"
    shown = [_object(hub, item, parted, where) for item in objects]
    several = any("chunk_size" in item.get("actions", {}).get("upload", {}).get("header", {}) for item in shown)
    text = {"transfer": "multipart" if several else "basic", "objects": shown, "hash_algo": "sha256"}
    answer = json_answer(text)
    answer.set("Content-Type", LFS_JSON)
    return answer


def _object(hub, item: dict, parted: bool, verify: str) -> dict:
    """What is to be done for one object; nothing if the store has it."""
    try:
        oid, size = item["oid"], item["size"]
        wrong = not SHA256.fullmatch(oid) or type(size) is not int or size < 0
    except (KeyError, TypeError) as error:
        raise errors.refuse(422, "objects: expected oid and size") from error
    shown = {"oid": oid, "size": size}
    there = hub.store.find(oid)
    if wrong or (there and there.size != size):
        return {**shown, "error": {"code": 422, "message": "The oid or the size is wrong"}}
    if there:
        return shown
    large = size > hub.multipart_above
    if size > BASIC_LIMIT and not (large and parted):
        return {**shown, "error": {"code": 422, "message": "Files larger than 5 GB need the transfer multipart"}}
    if large and parted:
        upload, urls = hub.store.multipart(oid, size)
        header = {"chunk_size": str(upload.part_size)}
        header.update((f"{number:05}", url) for number, url in enumerate(urls, 1))
        put = {"href": hub.store.completion_url(upload), "header": header}
    else:
        put = {"href": hub.store.put_url(oid, size)}
    return {**shown, "authenticated": True, "actions": {"upload": put, "verify": {"href": verify, "header": {}}}}


def complete(hub, request: Request) -> Answer:
    """Put the parts of an object together; who has the address may."""
    if not re.fullmatch(r"application/(.*\+)?json", kind_of(request)):
        raise errors.refuse(415, f"Expected {LFS_JSON}")
    body = _json(request)
    try:
        parts = [(part["partNumber"], part["etag"]) for part in body["parts"]]
        oid = str(body["oid"])
    except (KeyError, TypeError) as error:
        raise errors.refuse(400, "Expected oid and parts") from error
    return hub.store.complete(request, oid, parts)


def _verify(hub, request: Request) -> Answer:
    body = _json(request)
    there = hub.store.find(str(body.get("oid")))
    if there is None:
        raise errors.refuse(404, "The object does not exist")
    if there.size != body.get("size"):
        raise errors.refuse(422, f"The size differs: the object has {there.size} bytes")
    return json_answer({})


def kind_of(request: Request) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _json(request: Request) -> dict:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise errors.refuse(400, "Invalid JSON") from error
    if not isinstance(body, dict):
        raise errors.refuse(400, "Invalid body")
    return body
