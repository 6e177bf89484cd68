"""File content: /{id}/resolve/{rev}/{path} and the routes behind it.

Small files come from the Hub itself, directly or after a relative redirect to
/api/resolve-cache; large files are a redirect to a signed URL of the store.
"""

from __future__ import annotations

from urllib.parse import quote

from . import errors
from .access import User, open_commit, open_repo, require_content
from .address import Address
from .messages import Answer, Request
from .repos import Blob, Commit, Repo, name_of

TEXT = "text/plain; charset=utf-8"


def answer(hub, request: Request, user: User | None, address: Address) -> Answer:
    """Answer a request for one file."""
    if request.method not in ("GET", "HEAD") or len(address.rest) < 2:
        raise errors.no_such_page()
    repo = open_repo(hub, user, address)
    require_content(user, repo)
    commit = open_commit(repo, address.revision)
    blob = commit.files.get(address.path)
    if blob is None:
        raise errors.entry_not_found(commit.id)
    if address.verb == "raw":
        return _from_git(commit, address.path, blob)
    if blob.lfs:
        return _to_store(hub, commit, address.path, blob)
    if hub.relative_redirects and address.verb == "resolve":
        return _to_cache(request, repo, commit, address.path, blob)
    return _from_git(commit, address.path, blob)


def disposition(path: str) -> str:
    """The file name for a browser; what a header cannot hold is replaced."""
    name = name_of(path)
    plain = "".join(c if " " <= c <= "~" and c not in '"\\;' else "_" for c in name)
    encoded = quote(name, safe="", errors="surrogatepass")
    return f"inline; filename*=UTF-8''{encoded}; filename=\"{plain}\";"


def _from_git(commit: Commit, path: str, blob: Blob) -> Answer:
    headers = [
        ("Content-Type", TEXT),
        ("ETag", f'"{blob.oid}"'),
        ("X-Repo-Commit", commit.id),
        ("Accept-Ranges", "bytes"),
        ("Content-Disposition", disposition(path)),
    ]
    return Answer(200, headers, blob.git_data, ranges=True)


def _to_store(hub, commit: Commit, path: str, blob: Blob) -> Answer:
    location = hub.store.signed_url(blob.lfs, disposition(path))
    headers = [
        ("Content-Type", TEXT),
        ("Location", location),
        ("ETag", f'"{blob.lfs.sha256}"'),
        ("X-Linked-ETag", f'"{blob.lfs.sha256}"'),
        ("X-Linked-Size", str(blob.size)),
        ("X-Repo-Commit", commit.id),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "no-store"),
    ]
    if blob.lfs.xet:
        headers.append(("X-Xet-Hash", blob.lfs.xet))
    return Answer(302, headers, f"Found. Redirecting to {location}".encode())


def _to_cache(request: Request, repo: Repo, commit: Commit, path: str, blob: Blob) -> Answer:
    """A redirect without host; its query matters to nobody, as some clients drop it."""
    place = quote(path, errors="surrogatepass")
    query = f"{quote(request.local.partition('?')[0], safe='')}=&etag=%22{blob.oid}%22"
    location = f"/api/resolve-cache/{repo.type}s/{repo.id}/{commit.id}/{place}?{query}"
    headers = [
        ("Content-Type", TEXT),
        ("Location", location),
        ("X-Repo-Commit", commit.id),
        ("X-Linked-ETag", f'"{blob.oid}"'),
    ]
    return Answer(307, headers, f"Temporary Redirect. Redirecting to {location}".encode())
