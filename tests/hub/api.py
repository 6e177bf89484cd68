"""The JSON routes below /api."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from . import discussions, errors, listing, uploads, writes
from .access import User, open_commit, open_repo, require_content
from .address import Address
from .messages import Answer, Request, json_answer
from .repos import Commit, Repo

# The sizes of pages that the Hub makes unless told otherwise.
EXPANDED_PAGE = 100
COMMITS_PAGE = 50
PATHS_LIMIT = 2000


def answer(hub, request: Request, user: User | None, address: Address) -> Answer:
    """Answer one question about a repo."""
    repo = open_repo(hub, user, address)
    reading = request.method in ("GET", "HEAD")
    places = len(address.rest)
    if reading and address.verb in ("", "revision") and places == (address.verb == "revision"):
        commit = open_commit(repo, address.revision or "main")
        return json_answer(listing.info(repo, commit, request))
    if reading and address.verb == "tree" and places:
        return _tree(hub, request, open_commit(repo, address.revision), address.path)
    if request.method == "POST" and address.verb == "paths-info" and places == 1:
        return _paths_info(request, open_commit(repo, address.revision))
    if reading and address.verb == "refs" and not places:
        return json_answer(listing.refs(repo, listing.flag(request, "include_prs")))
    if reading and address.verb == "commits" and places == 1:
        return _commits(hub, request, open_commit(repo, address.revision))
    if reading and address.verb == "auth-check" and not places:
        return _auth_check(user, repo)
    if request.method == "POST" and address.verb == "preupload" and places == 1:
        return uploads.preupload(request, user, repo, address.revision)
    if address.verb == "discussions":
        return discussions.answer(hub, request, user, repo, address)
    if not reading:
        return writes.answer(hub, request, user, repo, address)
    raise errors.no_such_page()


def _auth_check(user: User | None, repo: Repo) -> Answer:
    require_content(user, repo)
    return json_answer({"status": "ok"})


def _tree(hub, request: Request, commit: Commit, path: str) -> Answer:
    """The entries of a folder; a file or a missing path is refused."""
    folder = path.removesuffix("/") or None
    if folder not in commit.folders:
        raise errors.entry_not_found(commit.id)
    expand = listing.flag(request, "expand")
    paths = listing.tree(commit, folder, listing.flag(request, "recursive"))
    cap = min(hub.page_size, EXPANDED_PAGE) if expand else hub.page_size
    return listing.page(hub, request, paths, lambda p: listing.entry(commit, p, expand), cap)


def _paths_info(request: Request, commit: Commit) -> Answer:
    """The entries of the paths that exist, in the order of the question."""
    paths, expand = _paths_form(request)
    if not paths:
        raise errors.refuse(400, "paths must not be empty")
    if len(paths) > PATHS_LIMIT:
        raise errors.refuse(413, "too many parameters")
    present = [path for path in paths if path and commit.oid_at(path)]
    return json_answer([listing.entry(commit, path, expand) for path in present])


def _paths_form(request: Request) -> tuple[list[str], bool]:
    """The paths asked for, from a JSON body or from a form."""
    try:
        if "json" in request.headers.get("Content-Type", ""):
            value = json.loads(request.body)
            paths, expand = value.get("paths", []), value.get("expand", False)
        else:
            form = parse_qs(request.body.decode(), keep_blank_values=True)
            paths = form.get("paths", []) + form.get("paths[]", [])
            expand = form.get("expand", ["false"])[-1].lower() in ("true", "1")
    except (ValueError, AttributeError) as error:
        raise errors.refuse(400, "Invalid body") from error
    if isinstance(paths, str):
        paths = [paths]
    return paths, expand is True


def _commits(hub, request: Request, commit: Commit) -> Answer:
    """The history of a revision; pages are numbered from 0 by `p`."""
    query = request.query
    formatted = "formatted" in request.query_lists.get("expand[]", [])
    limit, number = query.get("limit", str(COMMITS_PAGE)), query.get("p", "0")
    if not (limit.isdecimal() and 1 <= int(limit) <= 1000 and number.isdecimal()):
        raise errors.refuse(400, "limit must be between 1 and 1000")
    history = list(commit.history())
    first, size = int(number) * int(limit), int(limit)
    headers = [("X-Total-Count", str(len(history)))]
    if first + size < len(history):
        path = request.local.partition("?")[0]
        rest = f"p={int(number) + 1}&limit={size}"
        rest += "&expand%5B%5D=formatted" if formatted else ""
        headers.append(("Link", f'<{hub.endpoint}{path}?{rest}>; rel="next"'))
    shown = [listing.commit_entry(c, formatted) for c in history[first : first + size]]
    return json_answer(shown, headers=headers)


def _org(name: str, role: str) -> dict:
    return {
        "type": "org",
        "id": listing.object_id(f"org/{name}"),
        "name": name,
        "fullname": name.title(),
        "email": None,
        "canPay": False,
        "billingMode": "postpaid",
        "periodEnd": None,
        "avatarUrl": f"/avatars/{name}.svg",
        "roleInOrg": role,
    }


def whoami(user: User | None) -> Answer:
    """The account behind the token."""
    if user is None:
        raise errors.no_password()
    token = {"displayName": user.token_name or f"{user.name}-token", "role": user.role}
    token["createdAt"] = "2026-01-02T03:04:05.000Z"
    if user.role == "fineGrained":
        token["fineGrained"] = {"canReadGatedRepos": False, "global": [], "scoped": [
            {"entity": {"type": "org", "name": name}, "permissions": ["repo.write"]}
            for name in user.scopes]}
    return json_answer(
        {
            "type": "user",
            "id": listing.object_id(f"user/{user.name}"),
            "name": user.name,
            "fullname": user.name.title(),
            "email": f"{user.name}@hub.invalid",
            "emailVerified": True,
            "canPay": False,
            "billingMode": "prepaid",
            "periodEnd": None,
            "isPro": False,
            "avatarUrl": f"/avatars/{user.name}.svg",
            "orgs": [_org(name, user.org_roles.get(name, "write")) for name in user.orgs],
            "auth": {"type": "access_token", "accessToken": token} if user.role else {"type": "oauth"},
        }
    )
