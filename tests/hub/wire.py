"""A listening port with one thread for each connection."""

from __future__ import annotations

import math
import socket
import socketserver
import sys
import threading
import time
import traceback

from .delivery import PORTIONS, Delivery
from .faults import FaultBoard, dress, keeps_from_peer, replacement
from .messages import (
    PIECE, Answer, BadRequest, Departed, Request, RequestLog, apply_range, read_body, read_head)

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
NONSENSE = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Port:
    """One of the two servers: accepts, logs, applies faults and answers.

    `handler` makes the answer to a request, `finish` adds the headers that
    every answer of this server carries.  `sink` may give an object whose `write`
    takes the body of a request piece by piece.
    """

    def __init__(self, name: str, handler, finish, log: RequestLog, faults: FaultBoard,
                 sink=lambda request: None):
        self.name, self.handler, self.finish, self.sink = name, handler, finish, sink
        self.log, self.faults = log, faults
        self.number = 0
        self.failures: list[str] = []
        self.stopping = threading.Event()
        self._busy = 0
        self._quiet = threading.Condition()
        self._server: _Listener | None = None

    def start(self, number: int | None = None) -> None:
        """Listen on the given port; by default the one of the last time, or any."""
        self.stopping.clear()
        self._server = _Listener(self.number if number is None else number, self)
        self.number = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_connections()
        self._server = None

    def exchange(self, sock: socket.socket, stream, request: Request) -> bool:
        """Read the body of a request and answer it; True if the connection stays open."""
        request.server = self.name
        with self._quiet:
            self._busy += 1
        self.log.append(request)
        try:
            what = self.faults.effects(request)
            delivery = Delivery(sock, request, what, self.stopping)
            try:
                self._receive(sock, stream, request, what)
            except Departed:
                request.cut = True
                if replacement(what) is None:
                    return delivery.leave()
            if what.get("latency") and self.stopping.wait(what["latency"]):
                return False
            answer = self._answer(request, what)
            if what.get("late") and self.stopping.wait(what["late"]):
                return False
            return delivery.send(answer)
        finally:
            request.sink = None
            with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def _receive(self, sock: socket.socket, stream, request: Request, what: dict) -> None:
        if request.headers.get("Expect", "").lower() == "100-continue":
            sock.sendall(GO_ON)
        request.sink = self.sink(request)
        rate, begun = what.get("take_rate"), time.monotonic()

        def pace(count: int) -> int:
            if not rate:
                return PIECE
            if self.stopping.wait(max(0, begun + count / rate - time.monotonic())):
                raise Departed
            return max(1, int(rate / PORTIONS))

        read_body(stream, request, what.get("take", math.inf), pace)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no answer is on its way."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._busy, timeout)

    def _answer(self, request: Request, what: dict) -> Answer:
        answer = replacement(what)
        if answer is None:
            try:
                answer = self.handler(request)
                if not keeps_from_peer(what):
                    answer.acknowledged()
            except Exception:
                answer = self._failed(request)
        if "status_after" in what:
            answer = Answer(what["status_after"])
        answer.whole = len(answer.body)
        if answer.ranges and not what.get("ignore_range"):
            answer = apply_range(request, answer)
        self.finish(request, answer)
        dress(answer, what)
        return answer

    def _failed(self, request: Request) -> Answer:
        """A mistake of the test Hub itself must not pass for a fault of the network."""
        report = f"test hub failed on {request!r}\n{traceback.format_exc()}"
        self.failures.append(report)
        print(report, file=sys.stderr)
        return Answer(500, [("X-Error-Message", "The test hub failed.")])


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, number: int, port: Port):
        self.port = port
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", number), _Connection)

    def track(self, sock: socket.socket, present: bool) -> None:
        with self._lock:
            (self._open.add if present else self._open.discard)(sock)

    def cut_connections(self) -> None:
        with self._lock:
            for sock in self._open:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def shutdown_request(self, request) -> None:
        """Close without the courtesy of a shutdown, which would defeat a reset."""
        self.close_request(request)

    def handle_error(self, request, client_address) -> None:
        """Errors other than a vanished peer are mistakes of the test Hub."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.port.failures.append(traceback.format_exc())
            super().handle_error(request, client_address)


class _Connection(socketserver.BaseRequestHandler):
    """Reads requests from one connection until either side has enough."""

    server: _Listener

    def handle(self) -> None:
        sock, port = self.request, self.server.port
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.track(sock, True)
        stream = sock.makefile("rb")
        try:
            while not port.stopping.is_set():
                request = read_head(stream)
                if request is None or not port.exchange(sock, stream, request):
                    break
        except BadRequest:
            sock.sendall(NONSENSE)
        finally:
            self.server.track(sock, False)
            stream.close()
