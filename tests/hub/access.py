"""Who may read what."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import errors
from .address import Address
from .messages import Answer, Request
from .repos import Commit, Repo


@dataclass
class User:
    """An account with one token.

    `access` holds the ids of repos that it may read besides its own and those
    of its organisations.  `role` says what the token may do: a fine-grained one
    may write what `scopes` names, namespaces or ids of repos.
    """

    name: str
    token: str
    access: set[str] = field(default_factory=set)
    orgs: tuple[str, ...] = ()
    role: str | None = "read"  # None: the token of an application
    token_name: str | None = None
    scopes: tuple[str, ...] = ()
    org_roles: dict[str, str] = field(default_factory=dict)  # "write" where none is named

    def may_read(self, repo: Repo) -> bool:
        return repo.id in self.access or self.belongs_to(repo.id.partition("/")[0])

    def belongs_to(self, namespace: str) -> bool:
        return namespace == self.name or namespace in self.orgs

    def may_write(self, id: str) -> bool:
        namespace = id.partition("/")[0]
        if self.role == "fineGrained":
            return id in self.scopes or namespace in self.scopes
        rank = self.org_roles.get(namespace, "write")
        return self.role == "write" and self.belongs_to(namespace) and rank != "read"


def caller(hub, request: Request) -> User | None:
    """The user behind a request; a wrong token is refused on every route."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    user = hub.user_of(token.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        raise errors.bad_token()
    return user


def open_repo(hub, user: User | None, address: Address) -> Repo:
    """The repo of an address, if the caller may know of it; old names are redirected."""
    repo = hub.find_repo(address.type, address.id)
    moved = None if repo else hub.find_renamed(address.type, address.id)
    known = repo or moved
    if known is None or (known.private and not (user and user.may_read(known))):
        raise errors.repo_not_found(user is not None)
    if moved:
        where = address.renamed(moved.id)
        text = f"Temporary Redirect. Redirecting to {where}".encode()
        kind = ("Content-Type", "text/plain; charset=utf-8")
        raise errors.Refused(Answer(307, [kind, ("Location", where)], text))
    if repo.disabled:
        raise errors.disabled()
    return repo


def require_content(user: User | None, repo: Repo) -> None:
    """Only the content of files is kept behind the gate; listings are open."""
    if repo.gated and not (user and user.may_read(repo)):
        raise errors.gated(repo.type, repo.id, user is not None)


def require_writing(user: User | None, id: str, what: str = "update this repository") -> User:
    """Changes need a token, one that may write, and somebody who may do it there."""
    if user is None:
        raise errors.no_password()
    if not user.may_write(id):
        raise errors.forbidden(user.role, id.partition("/")[0], what)
    return user


def open_commit(repo: Repo, revision: str) -> Commit:
    commit = repo.find(revision)
    if commit is None:
        raise errors.revision_not_found(revision)
    return commit
