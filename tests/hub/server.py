"""The class Hub: what it knows, its two servers, and the headers they always send."""

from __future__ import annotations

import secrets
import threading
from email.utils import formatdate

from . import api, cards, errors, resolve, search, uploads, writes
from .access import User, caller
from .address import WEB_VERBS, parse
from .faults import Fault, FaultBoard
from .messages import Answer, Request, RequestLog
from .oauth import OAuth
from .repos import Repo
from .store import Store
from .uploads import Uploads
from .wire import Port

# The quota of each bucket in a window of 300 seconds.
QUOTAS = {"api": 500, "resolvers": 3000, "pages": 100}


class Hub:
    """A Hub on two loopback ports; a context manager that starts and stops it.

    Settings that may change at any time:
    `page_size`           entries in a page of a tree
    `url_lifetime`        seconds that a signed URL is good for
    `relative_redirects`  whether small files answer a relative redirect first
    `multipart_above`     objects larger than this are uploaded in parts, if the client can do so
    `part_size`           bytes of a part
    `keep_bytes`          whether the store keeps the content of uploads, or only hash and size
    `complete_twice`      whether the completion of an upload may be repeated; if not it answers 404
    `commit_max_bytes`    a larger commit request is refused with 413; None: no limit
    `commits_an_hour`     more commits to a repo are refused with 429; None: no quota
    `rewrite`             called with each request and its answer, which it may change;
    `rewrite_store`       the same of the store
    """

    def __init__(self):
        self.page_size = 1000
        self.url_lifetime = 3600.0
        self.relative_redirects = False
        self.multipart_above = 100_000_000
        self.part_size = 16_000_000
        self.keep_bytes = True
        self.complete_twice = True
        self.commit_max_bytes: int | None = None
        self.commits_an_hour: int | None = None
        self.rewrite = self.rewrite_store = lambda request, answer: None
        self.requests = RequestLog()
        self.uploads = Uploads()
        self.lock = threading.RLock()  # held while a repo changes
        self.store = Store(self)
        self._faults = FaultBoard()
        self.oauth = OAuth(lambda: self.endpoint)
        self._users: dict[str, User] = {}
        self._repos: dict[tuple[str, str], Repo] = {}
        self._renamed: dict[tuple[str, str], Repo] = {}
        self._front = Port("hub", self._answer, self._finish, self.requests, self._faults)
        self._back = Port("store", self.store.answer, self._finish_store, self.requests, self._faults,
                          self.store.receiver)

    # Running

    def start(self, port: int | None = None) -> Hub:
        """Start both servers; after a stop they come back on the same ports."""
        self._front.start(port)
        self._back.start()
        return self

    def stop(self) -> None:
        """Stop both servers and cut every connection."""
        self._front.stop()
        self._back.stop()

    __enter__ = start

    def __exit__(self, *exc) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._front.number}"

    @property
    def store_endpoint(self) -> str:
        return f"http://127.0.0.1:{self._back.number}"

    @property
    def failures(self) -> list[str]:
        """Tracebacks of mistakes in the Hub itself; a test run ends with none."""
        return self._front.failures + self._back.failures

    def wait_idle(self, timeout: float = 5) -> bool:
        """Wait until no answer is on its way, so that the log is final."""
        return self._front.wait_idle(timeout) and self._back.wait_idle(timeout)

    # Content

    def add_user(self, name: str, token: str, access=(), **what) -> User:
        user = self._users[token] = User(name, token, set(access), **what)
        return user

    def add_repo(self, id: str, type="model", private=False, gated=False, disabled=False) -> Repo:
        """Create a repo; it has no revision before its first commit."""
        if (type, id) in self._repos:
            raise ValueError(f"{type} {id} exists already")
        repo = self._repos[type, id] = Repo(id, type, private, gated, disabled)
        return repo

    def rename(self, old: str, new: str, type: str | None = None) -> Repo:
        """Give a repo another id; the old one is redirected from now on."""
        key = next(k for k in self._repos if k[1] == old and type in (None, k[0]))
        repo = self._repos.pop(key)
        repo.id = new
        self._repos[repo.type, new] = self._renamed[key] = repo
        return repo

    def remove(self, repo: Repo) -> None:
        del self._repos[repo.type, repo.id]

    def adopt(self, repo: Repo) -> None:
        """Take in a repo that was made elsewhere."""
        self._repos[repo.type, repo.id] = repo

    def repos(self, type: str | None = None) -> list[Repo]:
        return [repo for repo in self._repos.values() if type in (None, repo.type)]

    def page_of(self, repo: Repo) -> str:
        """The address of a repo's page."""
        return f"{self.endpoint}/{'' if repo.type == 'model' else repo.type + 's/'}{repo.id}"

    def user_of(self, token: str) -> User | None:
        return self._users.get(token)

    def find_repo(self, type: str, id: str) -> Repo | None:
        """Look a repo up; case counts only if two ids differ in nothing else."""
        exact = self._repos.get((type, id))
        if exact or (type, id) in self._renamed:
            return exact
        repos = list(self._repos.items())
        return next((r for (t, i), r in repos if t == type and i.lower() == id.lower()), None)

    def find_renamed(self, type: str, id: str) -> Repo | None:
        return self._renamed.get((type, id))

    # Faults

    def fault(self, path: str = "", server=None, method=None, times=None, after=0, **what) -> Fault:
        """Harm the requests whose raw target matches the pattern; see faults.py."""
        return self._faults.add(Fault(path, server, method, times, after, **what))

    def clear_faults(self) -> None:
        self._faults.clear()

    # Answers

    def _answer(self, request: Request) -> Answer:
        try:
            return self._route(request)
        except errors.Refused as refused:
            return refused.answer

    def _route(self, request: Request) -> Answer:
        target = request.local
        if request.method == "POST" and target.startswith("/api/complete_multipart?"):
            return uploads.complete(self, request)
        user = caller(self, request)
        if request.method == "POST" and target == "/api/validate-yaml":
            return cards.answer(request)
        if target.partition("?")[0] == "/api/whoami-v2" and request.method in ("GET", "HEAD"):
            return api.whoami(user)
        if request.method == "POST" and target in ("/oauth/device", "/oauth/token"):
            return self.oauth.answer(request, target)
        if target.startswith("/api/repos/"):
            return writes.route(self, request, user, target.removeprefix("/api/repos/"))
        if request.method in ("GET", "HEAD") and search.is_list(target):
            return search.answer(self, request, user)
        address = parse(target)
        if address is None:
            raise errors.no_such_page()
        if address.verb in (*WEB_VERBS, "resolve-cache"):
            return resolve.answer(self, request, user, address)
        if address.verb == "lfs":
            return uploads.lfs(self, request, user, address)
        return api.answer(self, request, user, address)

    def _finish(self, request: Request, answer: Answer) -> None:
        """Add what every answer of the Hub carries, unless it is there already."""
        trace = request.headers.get("X-Amzn-Trace-Id") or request.headers.get("X-Request-Id")
        root = f"Root=1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
        bucket = _bucket(request.local)
        quota = QUOTAS[bucket]
        answer.set_default("Date", formatdate(usegmt=True))
        answer.set_default("X-Request-Id", f"{root};{trace}" if trace else root)
        answer.set_default("RateLimit", f'"{bucket}";r={quota - 1};t=300')
        answer.set_default("RateLimit-Policy", f'"fixed window";"{bucket}";q={quota};w=300')
        self.rewrite(request, answer)

    def _finish_store(self, request: Request, answer: Answer) -> None:
        answer.set_default("Date", formatdate(usegmt=True))
        answer.set_default("X-Amz-Request-Id", secrets.token_hex(8).upper())
        self.rewrite_store(request, answer)


def _bucket(target: str) -> str:
    """The quota that a target counts against."""
    if "/resolve/" in target or target.startswith("/api/resolve-cache/"):
        return "resolvers"
    return "api" if target.startswith("/api/") else "pages"
