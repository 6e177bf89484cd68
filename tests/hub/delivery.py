"""How an answer goes over the socket, whole or damaged by a fault."""

from __future__ import annotations

import fcntl
import http.client
import itertools
import select
import socket
import struct
import termios
import threading
import time

from .messages import Answer, Request, json_bytes

SLICE = 1024 * 1024
# A throttled body goes out in this many portions a second.
PORTIONS = 20


class Delivery:
    """Sends one answer and decides whether the connection survives it."""

    def __init__(self, sock: socket.socket, request: Request, what: dict, stop: threading.Event):
        self.sock, self.request, self.what, self.stop = sock, request, what, stop

    def send(self, answer: Answer) -> bool:
        """Send the answer; True if the connection may serve another request."""
        if self.what.get("close") or self.what.get("lost") or (self.what.get("rst") and "cut" not in self.what):
            return self._hang_up()
        chunked = self._frame(answer)
        self._send_head(answer)
        if self.request.method == "HEAD" or answer.status in (204, 304):
            keep = True
        elif answer.endless:
            keep = self._send_endless(answer.endless, chunked)
        else:
            keep = self._send_body(answer)
        if "cut" in self.what or self.request.cut:
            return self._hang_up()
        return keep and answer.get("Connection") != "close"

    def leave(self) -> bool:
        """Reset the connection without an answer."""
        self.request.cut = True
        return self._hang_up()

    def _frame(self, answer: Answer) -> bool:
        """Add the headers that delimit the body; True if it goes out in chunks."""
        delimited = not self.what.get("no_length")
        chunked = bool(answer.endless) and delimited
        if chunked:
            answer.set_default("Transfer-Encoding", "chunked")
        elif delimited and "Content-Length" not in self._dropped():
            length = len(answer.body) + self.what.get("length", 0)
            answer.set_default("Content-Length", str(length))
        else:
            answer.drop("Content-Length")
        lies = answer.get("Content-Length") != str(len(answer.body))
        if self.request.wants_close() or (lies and not chunked):
            answer.set("Connection", "close")
        else:
            answer.set_default("Connection", "keep-alive")
        return chunked

    def _dropped(self) -> set[str]:
        return {name.title() for name in self.what.get("drop_headers", ())}

    def _send_head(self, answer: Answer) -> None:
        reason = http.client.responses.get(answer.status, "Unknown")
        lines = [f"HTTP/1.1 {answer.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.endless != "headers":
            lines.append("\r\n")
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        self.request.status = answer.status
        pause = self.what.get("drip")
        if not pause:
            self.sock.sendall(head)
            return
        for place in range(len(head)):
            self.sock.sendall(head[place : place + 1])
            if self.stop.wait(pause):
                raise ConnectionAbortedError("the hub stops")

    def _send_body(self, answer: Answer) -> bool:
        if "buffer" in self.what:
            # The system keeps no more than this for a peer that is slow to read, so that what was
            # sent is about what the peer has taken.
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.what["buffer"])
        body = memoryview(answer.body)
        limits = [self.what[name] for name in ("cut", "stall") if name in self.what]
        body = body[: min(limits, default=len(body))]
        spoilt = self.what.get("corrupt")
        if spoilt is not None:
            spoilt = (spoilt if spoilt >= 0 else spoilt + answer.whole) - answer.start
        for place, portion in self._portions(body):
            if spoilt is not None and place <= spoilt < place + len(portion):
                portion = flipped(portion, spoilt - place)
            self._send_all(portion)
        if "stall" in self.what:
            self._wait_for_departure()
            return False
        return True

    def _portions(self, body: memoryview):
        """Slices of the body with their places, at the pace of a throttle if there is one."""
        rate = self.what.get("rate")
        most = self.what.get("buffer", SLICE)
        size = max(1, min(most, int(rate / PORTIONS))) if rate else most
        begun = time.monotonic()
        for place in range(0, len(body), size):
            if rate and self.stop.wait(max(0, begun + place / rate - time.monotonic())):
                raise ConnectionAbortedError("the hub stops")
            yield place, body[place : place + size]

    def _send_all(self, portion: memoryview) -> None:
        """Send and count; unlike sendall this also counts what a broken peer accepted."""
        while portion:
            count = self.sock.send(portion)
            self.request.sent += count
            portion = portion[count:]

    def _send_endless(self, kind: str, chunked: bool) -> bool:
        for data in endless(kind):
            if self.stop.is_set():
                break
            if chunked and kind != "headers":
                data = b"%x\r\n%s\r\n" % (len(data), data)
            self._send_all(memoryview(data))
        return False

    def _wait_for_departure(self) -> None:
        """Stay silent until the peer closes or the Hub stops."""
        while not self.stop.is_set():
            readable, _, _ = select.select([self.sock], [], [], 0.1)
            if readable and not self.sock.recv(65536):
                return

    def _hang_up(self) -> bool:
        """Close at once, with a reset if the fault asks for one or the peer still sends."""
        if self.what.get("rst") or self.request.cut:
            self._flush()
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _flush(self) -> None:
        """Wait until the peer has acknowledged what was sent: a reset discards the rest."""
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            pending = fcntl.ioctl(self.sock, termios.TIOCOUTQ, struct.pack("i", 0))
            if not struct.unpack("i", pending)[0]:
                return
            time.sleep(0.005)


def flipped(portion: memoryview, place: int) -> memoryview:
    """A copy with one byte changed."""
    copy = bytearray(portion)
    copy[place] ^= 0xFF
    return memoryview(copy)


def endless(kind: str):
    """The parts of a body that never ends."""
    if kind == "json":
        return itertools.repeat(b"[" * 65536)
    if kind == "bytes":
        return itertools.repeat(bytes(65536))
    if kind == "headers":
        return (b"\r\nX-Endless-%d: %s" % (n, b"x" * 100) for n in itertools.count())
    return itertools.chain([b"["], map(_elements, itertools.count()))


def _elements(block: int) -> bytes:
    """A block of tree entries, each followed by a comma."""
    numbers = range(block * 500, block * 500 + 500)
    entries = ({"type": "file", "oid": f"{n:040x}", "size": n, "path": f"f/{n}"} for n in numbers)
    return b"".join(json_bytes(entry) + b"," for entry in entries)
