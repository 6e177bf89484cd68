"""Requests as they came in, answers before they go out, and byte ranges."""

from __future__ import annotations

import http.client
import json
import math
import re
import threading
import time
from dataclasses import dataclass, field
from email.message import Message
from typing import Callable
from urllib.parse import parse_qs, urlsplit

LINE_LIMIT = 256 * 1024
PIECE = 1024 * 1024  # a body is read in pieces of this size


class BadRequest(Exception):
    """The peer does not speak HTTP."""


class Departed(Exception):
    """The peer has gone, or is to be left, before its request was complete."""


@dataclass(eq=False)
class Request:
    """One request and what became of it.

    The record enters the log when its headers have arrived.  `received` grows
    while the body comes in; `body` is there when it is complete, or stays empty
    if a `sink` takes it.  `status` stays 0 until a status line is on its way
    (and for ever if there is none), and `sent` grows while the body goes out.
    """

    method: str
    path: str
    version: str
    headers: Message
    body: bytes = b""
    server: str = ""
    status: int = 0
    sent: int = 0
    received: int = 0
    sink: object = None
    cut: bool = False  # a fault left a part of the body unread
    time: float = field(default_factory=time.time)

    @property
    def local(self) -> str:
        """The target without scheme and host, which only a proxy receives."""
        if self.path.startswith("/"):
            return self.path
        parts = urlsplit(self.path)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def query_lists(self) -> dict[str, list[str]]:
        return parse_qs(self.local.partition("?")[2], keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The query with the last value of each key."""
        return {key: values[-1] for key, values in self.query_lists.items()}

    def wants_close(self) -> bool:
        connection = self.headers.get("Connection", "").lower()
        if self.version == "HTTP/1.0":
            return "keep-alive" not in connection
        return "close" in connection

    def __repr__(self) -> str:
        return f"<{self.server} {self.method} {self.path} {self.status} {self.sent}>"


class RequestLog:
    """A list of requests that many threads append to; reading takes a copy."""

    def __init__(self):
        self._lock = threading.Lock()
        self._items: list[Request] = []

    def append(self, request: Request) -> None:
        with self._lock:
            self._items.append(request)

    def clear(self) -> None:
        with self._lock:
            self._items.clear()

    def copy(self) -> list[Request]:
        with self._lock:
            return list(self._items)

    def __iter__(self):
        return iter(self.copy())

    def __len__(self) -> int:
        return len(self.copy())

    def __getitem__(self, index):
        return self.copy()[index]

    def __repr__(self) -> str:
        return repr(self.copy())


@dataclass
class Answer:
    """A complete answer; faults and ranges change it before it is sent.

    `ranges` marks the content of a file, which may be asked for in part.
    `start` is the place of `body` in the whole file and `whole` the size of
    that file.  `endless` names a body without end that replaces `body`.
    `acknowledged` is called if no fault keeps this answer from the peer.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | memoryview = b""
    ranges: bool = False
    start: int = 0
    whole: int = 0
    endless: str = ""
    acknowledged: Callable[[], None] = lambda: None

    def get(self, name: str) -> str | None:
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)

    def drop(self, name: str) -> None:
        wanted = name.lower()
        self.headers = [(k, v) for k, v in self.headers if k.lower() != wanted]

    def set(self, name: str, value: str) -> None:
        self.drop(name)
        self.headers.append((name, str(value)))

    def set_default(self, name: str, value: str) -> None:
        if self.get(name) is None:
            self.set(name, value)


def json_bytes(value) -> bytes:
    """JSON in UTF-8; escapes are used only where UTF-8 cannot hold the text."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def json_answer(value, status: int = 200, headers=()) -> Answer:
    kind = ("Content-Type", "application/json; charset=utf-8")
    return Answer(status, [kind, *headers], json_bytes(value))


def read_head(stream) -> Request | None:
    """Read one request up to its body; None when the peer has closed the connection."""
    line = stream.readline(LINE_LIMIT)
    while line in (b"\r\n", b"\n"):
        line = stream.readline(LINE_LIMIT)
    if not line:
        return None
    words = line.decode("latin-1").rstrip("\r\n").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest(line[:100])
    try:
        headers = http.client.parse_headers(stream)
    except http.client.HTTPException as error:
        raise BadRequest(str(error)) from error
    return Request(words[0], words[1], words[2], headers)


def read_body(stream, request: Request, most: float = math.inf, pace=lambda count: PIECE) -> None:
    """Read the body of a request into its sink, or into `body`.

    Departed is raised if the body ends early, and once `most` bytes have come
    and more would.  `pace` is given how many bytes have come; it says how many
    may come at once, and waits if none may.
    """
    kept: list[bytes] = []
    take = request.sink.write if request.sink else kept.append
    for size in _sizes(stream, request.headers):
        while size:
            count = min(size, PIECE, pace(request.received), most - request.received)
            piece = stream.read(count)
            take(piece)
            request.received += len(piece)
            size -= len(piece)
            if len(piece) < count or (size and request.received >= most):
                raise Departed
    request.body = b"".join(kept)


def _sizes(stream, headers: Message):
    """How many bytes of the body follow, once or for each chunk."""
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        length = headers.get("Content-Length", "0")
        if not length.isdecimal():
            raise BadRequest("Content-Length")
        yield int(length)
        return
    try:
        while size := int(stream.readline(LINE_LIMIT).partition(b";")[0], 16):
            yield size
            stream.readline(LINE_LIMIT)
        while stream.readline(LINE_LIMIT).strip():
            pass
    except ValueError as error:
        raise BadRequest("chunk size") from error


def apply_range(request: Request, answer: Answer) -> Answer:
    """Reduce a whole file to the one range that was asked for, if any.

    A range in a form that is not understood, and several ranges, are ignored
    as HTTP permits.
    """
    answer.whole = size = len(answer.body)
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", "").strip())
    if request.method != "GET" or not wanted or wanted.group() == "bytes=-":
        return answer
    guard = request.headers.get("If-Range")
    if guard is not None and guard not in (answer.get("ETag"), answer.get("Last-Modified")):
        return answer
    first, last = _bounds(wanted.group(1), wanted.group(2), size)
    if first > last or first >= size:
        if wanted.group(1) and wanted.group(2) and int(wanted.group(1)) > int(wanted.group(2)):
            return answer
        return Answer(416, [("Content-Range", f"bytes */{size}"), ("Accept-Ranges", "bytes")])
    answer.status, answer.start = 206, first
    answer.set("Content-Range", f"bytes {first}-{last}/{size}")
    answer.body = memoryview(answer.body)[first : last + 1]
    return answer


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), (size - 1 if int(last) else -1)
    return int(first), min(int(last), size - 1) if last else size - 1
