"""The content of the Hub: repos, commits and git object ids.

Blob and tree ids are the ones git would compute, also for the pointer texts
that stand for large files.  Nothing here checks a path: a repo holds whatever
names a test wants a client to meet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property

# The commit clock: the nth commit of a repo is always n minutes after this.
EPOCH = datetime(2026, 3, 1, 10, 0, tzinfo=timezone.utc)


def git_id(kind: str, data: bytes) -> str:
    """The id git gives to an object of that kind."""
    digest = hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)))
    digest.update(data)
    return digest.hexdigest()


def stamp(moment: datetime) -> str:
    """A time as the JSON of the Hub shows it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Lfs:
    """Content kept in the store; git only holds a pointer to it.

    The digest is computed on first use and then kept, so that one object can
    be committed many times.  `sha256` and `size` make the Hub announce
    something else than the truth; `xet` is the name it says Xet storage has.
    """

    def __init__(self, data: bytes, *, sha256: str | None = None, size: int | None = None,
                 xet: str | None = None):
        self.data = data
        self.xet = xet
        self.size = len(data) if size is None else size
        self._announced = sha256

    @cached_property
    def sha256(self) -> str:
        return self._announced or hashlib.sha256(self.data).hexdigest()

    @cached_property
    def pointer(self) -> bytes:
        """The text that git keeps in place of the content."""
        return (
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{self.sha256}\nsize {self.size}\n"
        ).encode()


@dataclass(frozen=True)
class Blob:
    """One file: its bytes in git, and its Lfs content if it has one."""

    git_data: bytes
    oid: str
    lfs: Lfs | None = None

    @classmethod
    def of(cls, content: bytes | str | Lfs) -> Blob:
        if isinstance(content, Lfs):
            return cls(content.pointer, git_id("blob", content.pointer), content)
        if isinstance(content, str):
            content = content.encode()
        return cls(content, git_id("blob", content))

    @property
    def size(self) -> int:
        """The size of the file as a user sees it."""
        return self.lfs.size if self.lfs else len(self.git_data)

    @property
    def etag(self) -> str:
        """What identifies the content: the SHA-256 of a large file, else the git id."""
        return self.lfs.sha256 if self.lfs else self.oid


def folder_of(path: str) -> str | None:
    """The folder that holds a path; None is the root.

    The root is not "", because "/etc" lies in a folder whose name is empty.
    """
    head, slash, _ = path.rpartition("/")
    return head if slash else None


def name_of(path: str) -> str:
    return path.rpartition("/")[2]


class Tree:
    """The folders of a commit and their git tree ids.

    A commit changes few folders of many, so its tree begins as a copy of its
    parent's and computes the ids of changed folders only.
    """

    def __init__(self, parent: Tree | None = None):
        # Each folder's entries; the name of a subfolder ends in a slash, and that is how git sorts them.
        self._entries: dict[str | None, dict[bytes, str]] = dict(parent._entries) if parent else {None: {}}
        self._own: set[str | None] = set()
        self.ids: dict[str | None, str] = dict(parent.ids) if parent else {}

    def put(self, path: str, oid: str) -> None:
        self._folder(folder_of(path))[_key(path)] = oid

    def drop(self, path: str) -> None:
        """Take a file out, and the folders that are empty then."""
        folder = folder_of(path)
        entries = self._folder(folder)
        del entries[_key(path)]
        while not entries and folder is not None:
            for table in (self._entries, self.ids):
                table.pop(folder, None)
            self._own.discard(folder)
            key, folder = _key(folder) + b"/", folder_of(folder)
            entries = self._folder(folder)
            entries.pop(key, None)

    def _folder(self, folder: str | None) -> dict[bytes, str]:
        """The entries of a folder, for a change."""
        if folder not in self._own:
            self._own.add(folder)
            self._entries[folder] = dict(self._entries.get(folder, ()))
            if folder is not None:
                self._folder(folder_of(folder)).setdefault(_key(folder) + b"/", "")
        return self._entries[folder]

    def settle(self) -> str:
        """Compute the ids of what was changed; the id of the root."""
        self._own.add(None)
        for folder in sorted(self._own, key=lambda p: -1 if p is None else p.count("/"), reverse=True):
            self.ids[folder] = _tree_id(self._entries.setdefault(folder, {}))
            if folder is not None:
                self._entries[folder_of(folder)][_key(folder) + b"/"] = self.ids[folder]
        self._own.clear()
        return self.ids[None]


def _key(path: str) -> bytes:
    return name_of(path).encode("utf-8", "surrogatepass")


def _tree_id(entries: dict[bytes, str]) -> str:
    """Git sorts the entries of a tree as if folder names ended in a slash."""
    return git_id("tree", b"".join(
        (b"40000 %s\0" % key[:-1] if key.endswith(b"/") else b"100644 %s\0" % key) + bytes.fromhex(entries[key])
        for key in sorted(entries)))


@dataclass(frozen=True, eq=False)
class Commit:
    """A complete snapshot; `folders` maps each folder to its tree id, the root is None."""

    id: str
    parent: Commit | None
    title: str
    message: str
    date: datetime
    files: dict[str, Blob] = field(repr=False)
    tree: Tree = field(repr=False)

    @property
    def folders(self) -> dict[str | None, str]:
        return self.tree.ids

    def history(self):
        """This commit and its ancestors, newest first."""
        commit = self
        while commit:
            yield commit
            commit = commit.parent

    def oid_at(self, path: str) -> str | None:
        """The git id of a file or folder."""
        blob = self.files.get(path)
        return blob.oid if blob else self.folders.get(path)

    def last_change(self, path: str) -> Commit:
        """The newest commit that gave the path its present content."""
        oid = self.oid_at(path)
        found = self
        for commit in self.history():
            if commit.oid_at(path) != oid:
                break
            found = commit
        return found


@dataclass
class Discussion:
    """A discussion or pull request; the status is draft, open, closed or merged."""

    num: int
    title: str
    description: str
    author: str
    is_pull_request: bool
    status: str
    created: datetime
    base: str = "main"


class Repo:
    """A model, dataset or Space with its branches, tags and pull requests.

    `private`, `gated` (False, "auto" or "manual") and `disabled` may be
    changed at any time.
    """

    def __init__(self, id: str, type: str, private=False, gated=False, disabled=False):
        if type not in ("model", "dataset", "space"):
            raise ValueError(f"unknown repo type: {type}")
        self.id, self.type = id, type
        self.private, self.gated, self.disabled = private, gated, disabled
        self.commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.pull_requests: dict[int, str] = {}
        self.discussions: dict[int, Discussion] = {}  # pull requests are among them
        self.objects: dict[str, Lfs] = {}  # the large content that any commit has named
        self.facts: dict = {}  # what its information says besides, or instead
        self.created = EPOCH
        self.commit_times: list[float] = []  # of commits that clients made, for the quota
        # Commit ids keep depending on the first name of a renamed repo.
        self._seed = f"{type}/{id}"

    def commit(self, changes: dict, branch="main", title="", message="") -> str:
        """Commit on top of the branch head and return the commit id.

        A value of None deletes the file.  A branch that does not exist yet
        starts empty.  "refs/pr/N" names a pull request that exists.
        """
        number = self.number_of(branch)
        head = self.branches.get(branch, "") if number is None else self.pull_requests[number]
        commit = self._change(self.commits.get(head), changes, title, message)
        if number is None:
            self.branches[branch] = commit.id
        else:
            self.pull_requests[number] = commit.id
        return commit.id

    def propose(self, changes: dict, branch="main", title="", message="", author="hub") -> int:
        """The number of a pull request with these changes."""
        commit = self._change(self.commits[self.branches[branch]], changes, title, message)
        number = self._next_number()
        self.pull_request(number, commit.id, title, message, author, base=branch)
        return number

    def discuss(self, title: str, description: str, author: str, pull_request: bool) -> int:
        """The number of a new discussion, or of a pull request without changes so far."""
        number = self._next_number()
        if pull_request:
            self.pull_request(number, self.head(), title, description, author, "draft")
        else:
            self._discuss(number, title, description, author, False, "open")
        return number

    def _next_number(self) -> int:
        return max([*self.pull_requests, *self.discussions], default=0) + 1

    def _discuss(self, number: int, *what) -> None:
        self.discussions[number] = Discussion(number, *what[:5], self.created, *what[5:])

    @staticmethod
    def number_of(revision: str) -> int | None:
        """The number of the pull request that a revision names."""
        prefix, _, number = revision.rpartition("/")
        return int(number) if prefix == "refs/pr" and number.isdecimal() else None

    def _change(self, parent: Commit | None, changes: dict, title: str, message: str) -> Commit:
        files = dict(parent.files) if parent else {}
        tree = Tree(parent.tree if parent else None)
        for path, content in changes.items():
            if content is None:
                del files[path]
                tree.drop(path)
            else:
                blob = files[path] = Blob.of(content)
                tree.put(path, blob.oid)
                if blob.lfs:
                    self.objects[blob.lfs.sha256] = blob.lfs
        return self._record(parent, files, tree, title or f"Commit {len(self.commits) + 1}", message)

    def _record(self, parent: Commit | None, files: dict, tree: Tree, title: str, message: str) -> Commit:
        date = EPOCH + timedelta(minutes=len(self.commits) + 1)
        who = f"Hub <{self._seed}@hub.invalid> {int(date.timestamp())} +0000"
        text = f"tree {tree.settle()}\n" + (f"parent {parent.id}\n" if parent else "")
        text += f"author {who}\ncommitter {who}\n\n{title}\n{message}"
        oid = git_id("commit", text.encode("utf-8", "surrogatepass"))
        commit = Commit(oid, parent, title, message, date, files, tree)
        self.commits[oid] = commit
        return commit

    def branch(self, name: str, sha: str) -> None:
        """Create or move a branch."""
        self.branches[name] = self.commits[sha].id

    def tag(self, name: str, sha: str) -> None:
        """Create or move a tag."""
        self.tags[name] = self.commits[sha].id

    def copy(self, id: str, private: bool) -> Repo:
        """Another repo with the same history."""
        other = Repo(id, self.type, private)
        other.commits = dict(self.commits)
        other.branches, other.tags = dict(self.branches), dict(self.tags)
        other.facts, other.objects = dict(self.facts), dict(self.objects)
        return other

    def pull_request(self, number: int, sha: str, title="", description="", author="hub",
                     status="open", base="main") -> None:
        """Create or move refs/pr/NUMBER."""
        self.pull_requests[number] = self.commits[sha].id
        if number not in self.discussions:
            self._discuss(number, title, description, author, True, status, base)

    def head(self, branch: str = "main") -> str:
        number = self.number_of(branch)
        return self.branches[branch] if number is None else self.pull_requests[number]

    def find(self, revision: str) -> Commit | None:
        """The commit of a branch, tag, refs/pr/N or full commit id; no short ids."""
        sha = self.branches.get(revision) or self.tags.get(revision)
        number = self.number_of(revision)
        if not sha and number is not None:
            sha = self.pull_requests.get(number)
        return self.commits.get(sha or revision)
