"""Which repos there are: lists by type, those of an account, templates."""

from __future__ import annotations

import re

from . import errors, listing
from .access import User
from .address import TYPES
from .messages import Answer, Request, json_answer
from .repos import Repo

ROUTE = re.compile(
    r"/api/(?P<type>models|datasets|spaces)"
    r"|/api/(?:organizations/(?P<org>[^/]+)/)?settings/repositories"
    r"|/api/spaces/(?P<templates>templates)"
)
PAGE = 1000

# What a list says of each repo unless asked for more.
SHORT = {
    "model": ("_id", "id", "modelId", "likes", "trendingScore", "private", "downloads", "tags",
              "pipeline_tag", "library_name", "createdAt"),
    "dataset": ("_id", "id", "author", "disabled", "gated", "lastModified", "likes", "private",
                "sha", "description", "downloads", "tags", "createdAt"),
    "space": ("_id", "id", "likes", "private", "sdk", "tags", "createdAt"),
}
SORTS = ("createdAt", "downloads", "lastModified", "likes", "trendingScore")
TEMPLATES = [
    {"name": "JupyterLab", "repoId": "SpacesExamples/jupyterlab", "sdk": "docker", "preferredPrivate": True},
    {"name": "chatbot", "repoId": "SpacesExamples/chatbot", "sdk": "gradio", "preferredPrivate": False},
]


def is_list(target: str) -> bool:
    return bool(ROUTE.fullmatch(target.partition("?")[0]))


def answer(hub, request: Request, user: User | None) -> Answer:
    route = ROUTE.fullmatch(request.local.partition("?")[0])
    if route["templates"]:
        return json_answer({"templates": TEMPLATES})
    if not route["type"]:
        return _owned(hub, request, user, route["org"])
    return _list(hub, request, user, TYPES[route["type"]])


def _facts(repo: Repo) -> dict:
    """What can be filtered and sorted by."""
    commit = repo.find("main")
    return {"createdAt": listing.stamp(repo.created), "downloads": 0, "likes": 0, "trendingScore": 0,
            "lastModified": listing.stamp(commit.date), "tags": [], **repo.facts}


def _list(hub, request: Request, user: User | None, type: str) -> Answer:
    repos = [r for r in hub.repos(type) if r.find("main") and _is_visible(user, r) and _matches(request, r)]
    sort = request.query.get("sort", "trendingScore")
    if sort not in SORTS or (type == "space" and sort == "downloads"):
        raise errors.refuse(400, f'"sort" must be one of {", ".join(SORTS)}')
    # Python's sort is stable, so equals stay in the order of their ids.
    repos.sort(key=lambda repo: repo.id)
    repos.sort(key=lambda repo: _facts(repo)[sort], reverse=True)

    def show(repo: Repo) -> dict:
        full = listing.info(repo, repo.find("main"), request)
        wanted = request.query_lists.get("expand", [])
        if wanted:
            return full
        return {key: value for key, value in full.items() if key in SHORT[type]}

    return listing.page(hub, request, repos, show, min(hub.page_size, PAGE))


def _is_visible(user: User | None, repo: Repo) -> bool:
    return not repo.private or bool(user and user.may_read(repo))


def _matches(request: Request, repo: Repo) -> bool:
    query, lists, facts = request.query, request.query_lists, _facts(repo)
    gated = {"true": True, "false": False}.get(query.get("gated", "").lower())
    least, most = _bounds(query.get("num_parameters", ""))
    providers = set(facts.get("providers", ()))
    return (
        all(text.lower() in repo.id.lower() for text in lists.get("search", []))
        and query.get("author", repo.id.partition("/")[0]) == repo.id.partition("/")[0]
        and set(lists.get("filter", [])) <= set(facts["tags"])
        and query.get("pipeline_tag", facts.get("pipeline_tag")) == facts.get("pipeline_tag")
        and (gated is None or bool(repo.gated) == gated)
        and set(lists.get("apps", [])) <= set(facts.get("apps", ()))
        and least <= facts.get("parameters", 0) <= most
        and ("inference" not in query or bool(providers))
        and set(lists.get("inference_provider", [])) <= providers
    )


def _bounds(text: str) -> tuple[float, float]:
    """"min:6B,max:128B" as numbers; either may be missing."""
    units = {"K": 1e3, "M": 1e6, "B": 1e9}
    found = dict(re.findall(r"(min|max):([\d.]+[KMB]?)", text))
    least, most = (found.get(name) for name in ("min", "max"))

    def number(shown: str) -> float:
        return float(shown.rstrip("KMB")) * units.get(shown[-1], 1)

    return number(least) if least else 0, number(most) if most else float("inf")


def _owned(hub, request: Request, user: User | None, org: str | None) -> Answer:
    """The repos of an account with what they take."""
    if user is None:
        raise errors.no_password()
    if org and org not in user.orgs:
        raise errors.refuse(404, "This organization does not exist")
    names = org or user.name
    repos = sorted((r for r in hub.repos() if r.id.partition("/")[0] == names), key=lambda r: r.id)
    sizes = {r.id: sum(blob.size for blob in r.find("main").files.values()) for r in repos}
    total = sum(sizes.values()) or 1

    def show(repo: Repo) -> dict:
        return {
            "id": repo.id, "type": repo.type, "updatedAt": listing.stamp(repo.find("main").date),
            "visibility": "private" if repo.private else "public", "storage": sizes[repo.id],
            "storagePercent": 100 * sizes[repo.id] / total,
        }

    return listing.page(hub, request, repos, show, min(hub.page_size, PAGE))
