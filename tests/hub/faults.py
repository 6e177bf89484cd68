"""Faults: which requests they meet, and what they put in place of an answer.

A fault is a pattern over requests and a set of effects.  Effects that replace
or dress the answer are applied here; those that concern the bytes on the wire
(`cut`, `rst`, `stall`, `rate`, `buffer`, `length`, `no_length`, `corrupt`,
`drip`, `close`, `lost`) are left to delivery.py, and `ignore_range`, `latency` and
those of the request's body to wire.py.

A request is not carried out if its answer is replaced.  It is if the answer
is spoilt or lost afterwards:

    status=503           not carried out
    status_after=503     carried out, then answered with this status and no body
    lost=True            carried out, then the connection is cut without a byte
    late=2.0             carried out, and answered after this many seconds (`latency` waits before the work)
    take=1000            1000 bytes of a longer body are read, then the connection is reset;
                         with an effect that replaces the answer, that answer is sent first
    take_rate=1e6        the body is read no faster than this, in bytes a second
"""

from __future__ import annotations

import re
import threading

from .messages import Answer, Request, json_answer

EFFECTS = frozenset(
    "status headers body json latency cut rst stall rate buffer length no_length corrupt ignore_range"
    " html endless drop_headers set_headers redirect close drip lost late status_after take take_rate".split()
)
ENDLESS = ("json", "array", "bytes", "headers")

PAGE = b"<!doctype html>\n<html><head><title>Please sign in</title></head><body>\n" + (
    b"<h1>Welcome to the hotel network</h1>\n<p>Please accept the terms.</p>\n</body></html>\n"
)


class Fault:
    """One fault; `hits` counts the requests that it has met."""

    def __init__(self, path, server=None, method=None, times=None, after=0, **what):
        unknown = set(what) - EFFECTS
        if unknown:
            raise TypeError(f"unknown effect: {', '.join(sorted(unknown))}")
        if what.get("endless") not in (None, *ENDLESS):
            raise ValueError(f"endless must be one of {', '.join(ENDLESS)}")
        self.path = re.compile(path)
        self.server, self.method = server, method
        self.times, self.after = times, after
        self.what = what
        self.hits = 0
        self._seen = 0

    def meets(self, request: Request) -> bool:
        """Count the request if it matches, and say whether it is to be harmed."""
        if self.server not in (None, request.server) or self.method not in (None, request.method):
            return False
        if self.spent() or not self.path.search(request.path):
            return False
        self._seen += 1
        if self._seen <= self.after:
            return False
        self.hits += 1
        return True

    def spent(self) -> bool:
        return self.times is not None and self.hits >= self.times


class FaultBoard:
    """The faults in force, in the order they were given."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def effects(self, request: Request) -> dict:
        """What is to happen to a request; of two faults the later one wins."""
        what: dict = {}
        with self._lock:
            for fault in self._faults:
                if fault.meets(request):
                    what.update(fault.what)
            self._faults = [fault for fault in self._faults if not fault.spent()]
        return what


def replacement(what: dict) -> Answer | None:
    """The answer that takes the place of the real one, if the fault has any."""
    status = what.get("status")
    if "redirect" in what:
        answer = Answer(status or 302, [("Location", what["redirect"])])
    elif what.get("html"):
        answer = Answer(status or 200, [("Content-Type", "text/html; charset=utf-8")], PAGE)
    elif "endless" in what:
        answer = Answer(status or 200, [("Content-Type", "application/json")])
        answer.endless = what["endless"]
    elif "json" in what:
        answer = json_answer(what["json"], status or 200)
    elif status or "body" in what:
        answer = Answer(status or 200, [], what.get("body", b""))
    else:
        return None
    for name, value in what.get("headers", {}).items():
        answer.set(name, value)
    return answer


def keeps_from_peer(what: dict) -> bool:
    """Whether the peer cannot learn how its request was answered."""
    return any(what.get(name) for name in ("lost", "close", "rst", "status_after"))


def dress(answer: Answer, what: dict) -> None:
    """Take away and replace headers, last of all."""
    for name in what.get("drop_headers", ()):
        answer.drop(name)
    for name, value in what.get("set_headers", {}).items():
        answer.set(name, value)
