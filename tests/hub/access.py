"""Who may read what."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import errors
from .address import Address
from .messages import Answer, Request
from .repos import Commit, Repo


@dataclass
class User:
    """An account with one token; `access` holds the ids of repos it may read."""

    name: str
    token: str
    access: set[str] = field(default_factory=set)
    orgs: tuple[str, ...] = ()
    role: str | None = "read"  # None: the token of an application
    token_name: str | None = None

    def may_read(self, repo: Repo) -> bool:
        return repo.id in self.access


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


def open_commit(repo: Repo, revision: str) -> Commit:
    commit = repo.find(revision)
    if commit is None:
        raise errors.revision_not_found(revision)
    return commit
