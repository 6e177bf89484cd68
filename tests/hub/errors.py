"""Refusals as the Hub words them.

A client takes the kind of an error from X-Error-Code, the text from
X-Error-Message and from the JSON body.
"""

from __future__ import annotations

from urllib.parse import quote

from .messages import Answer, json_answer

BAD_TOKEN = "Invalid credentials in Authorization header"
NO_PASSWORD = "Invalid username or password."
DISABLED = "Access to this resource is disabled."


class Refused(Exception):
    """Ends the work on a request with a ready answer."""

    def __init__(self, answer: Answer):
        super().__init__(answer.status)
        self.answer = answer


def refuse(status: int, message: str, code: str = "", commit: str = "") -> Refused:
    """A refusal; the caller raises it."""
    safe = quote(message, safe=" !\"#$&'()*+,-./:;<=>?@[]^_`{|}~", errors="surrogateescape")
    headers = [("X-Error-Message", safe)]
    if code:
        headers.append(("X-Error-Code", code))
    if commit:
        headers.append(("X-Repo-Commit", commit))
    return Refused(json_answer({"error": message}, status, headers))


def bad_token() -> Refused:
    return refuse(401, BAD_TOKEN)


def no_password() -> Refused:
    return refuse(401, NO_PASSWORD)


def repo_not_found(has_token: bool) -> Refused:
    """Without a token the Hub does not tell a private repo from a missing one.

    The real 401 carries no code; clients infer its meaning on https only, so
    this plain-http Hub adds the code.
    """
    if has_token:
        return refuse(404, "Repository not found", "RepoNotFound")
    return refuse(401, NO_PASSWORD, "RepoNotFound")


def revision_not_found(revision: str) -> Refused:
    return refuse(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def entry_not_found(commit: str) -> Refused:
    return refuse(404, "Entry not found", "EntryNotFound", commit)


def gated(type: str, id: str, has_token: bool) -> Refused:
    if has_token:
        text = f"Access to {type} {id} is restricted and you are not in the authorized list."
        return refuse(403, f"{text} Visit the page of the {type} to ask for access.", "GatedRepo")
    text = f"Access to {type} {id} is restricted. You must have access to it"
    return refuse(401, f"{text} and be authenticated to access it. Please log in.", "GatedRepo")


def disabled() -> Refused:
    return refuse(403, DISABLED)


def forbidden(role: str | None, namespace: str, what: str) -> Refused:
    if role == "read":
        return refuse(403, "Forbidden: you must use a write token for this")
    return refuse(403, f'You don\'t have the rights to {what} under the namespace "{namespace}"')


def too_many_commits(quota: int, wait: int) -> Refused:
    text = f"You have exceeded the rate limit for repository commits ({quota} per hour)."
    refused = refuse(429, f"{text} Retry in {wait} seconds.")
    refused.answer.set("Retry-After", str(wait))
    return refused


def exists(message: str, url: str = "") -> Refused:
    body = {"error": message, **({"url": url} if url else {})}
    return Refused(json_answer(body, 409, [("X-Error-Message", message)]))


def no_such_page() -> Refused:
    return refuse(404, "Sorry, we can't find the page you are looking for.")
