"""Bodies of requests: slow lines, redirects, repeats, files that change. Through tests/net/send, which is one request."""
import base64
import hashlib
import os
import socket
import subprocess
import threading

import pytest

SEND = os.path.abspath(os.path.join(os.path.dirname(os.environ.get("HUG", "")), "tests/net/send"))
SIZE = 3_000_017


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


class Line:
    """A server on a socket; `answers` is a list of functions, one a request: (head, rest, connection) -> bytes."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.bodies = []
        self.heads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.answers:
            connection, _ = self.listener.accept()
            with connection:
                self.one(connection)

    def one(self, connection):
        while self.answers:
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(65536)
                if not more:
                    return
                head += more
            head, rest = head.split(b"\r\n\r\n", 1)
            self.heads.append(head.decode())
            answer = self.answers.pop(0)(self, head, rest, connection)
            if answer is None:
                return
            connection.sendall(answer)

    def take(self, head, rest, connection, pause=lambda: None, block=65536, most=None):
        if b"100-continue" in head:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")))
        while len(rest) < min(length, most or length):
            pause()
            more = connection.recv(block)
            if not more:
                break
            rest += more
        self.bodies.append(rest)
        return rest


def answer(status, body=b"{}", headers=""):
    return (f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n{headers}\r\n").encode() + body


def whole(status, headers=""):
    def one(line, head, rest, connection):
        line.take(head, rest, connection)
        return answer(status, headers=headers)
    return one


def send(url, *args, scale="0.05", timeout=60):
    env = {"PATH": os.environ["PATH"], "HF_ENDPOINT": url, "HUG_TIME_SCALE": scale, "NO_PROXY": "*", "HF_HUB_DOWNLOAD_TIMEOUT": "10"}
    return subprocess.run([SEND, *args], env=env, capture_output=True, text=True, timeout=timeout)


def slice_of(path, offset=0, size=SIZE, kind="slice"):
    return f"{kind}:{path}:{offset}:{size}"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_parts_arrive_as_one(file, method):
    line = Line(whole(200))
    done = send(line.url, method, "/api/x", "once", "text:{front}\n", slice_of(file, 5, 1_000_000), "text:\n", slice_of(file, 0, SIZE, "base64"))
    data = file.read_bytes()
    assert done.returncode == 0, done.stdout
    want = b"{front}\n" + data[5:1_000_005] + b"\n" + base64.b64encode(data)
    assert line.bodies == [want]
    assert done.stdout.splitlines()[-2] == f"sent {len(want)}", done.stdout
    assert line.heads[0].startswith(f"{method} /api/x HTTP/1.1") and "Transfer-Encoding" not in line.heads[0]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_gets_all_of_it_again(file, status):
    line = Line(whole(status, "Location: /other\r\n"), whole(200))
    done = send(line.url, "POST", "/api/x", "once", slice_of(file))
    assert done.returncode == 0, done.stdout
    assert [hashlib.sha256(body).digest() for body in line.bodies] == [hashlib.sha256(file.read_bytes()).digest()] * 2
    assert line.heads[1].startswith("POST /other")
    assert done.stdout.startswith(f"sent {SIZE}\nsent {SIZE}\n200"), done.stdout


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
@pytest.mark.parametrize("often, times", [("once", 1), ("repeatable", 2)])
def test_only_what_may_be_repeated_is(file, status, often, times):
    line = Line(whole(status), whole(200))
    done = send(line.url, "POST", "/api/x", often, slice_of(file), "text:end")
    assert (done.returncode == 0) == (times == 2), done.stdout
    assert line.bodies == [file.read_bytes() + b"end"] * times


def test_a_connection_that_breaks_is_not_repeated_either(file):
    line = Line(lambda line, head, rest, connection: line.take(head, rest, connection, most=100_000) and None, whole(200))
    done = send(line.url, "POST", "/api/x", "once", slice_of(file))
    assert done.returncode == 1 and "error:" in done.stdout
    assert len(line.bodies) == 1


def test_a_slow_line_is_not_silence(file):
    """It takes bytes seldom and few, long after the system has them all. A silence is 1.2 s here."""
    slow = threading.Event()
    line = Line(lambda line, head, rest, connection: line.take(head, rest, connection, pause=lambda: slow.wait(0.1), block=60_000) and answer(200))
    line.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    done = send(line.url, "POST", "/api/x", "once", slice_of(file), scale="0.01")
    assert done.returncode == 0, done.stdout
    assert line.bodies == [file.read_bytes()]


def test_a_line_that_takes_nothing_is_given_up(file):
    """Of a change a silence is 120 s, here 1.2 s."""
    stop = threading.Event()
    line = Line(lambda line, head, rest, connection: stop.wait(30) and None)
    done = send(line.url, "POST", "/api/x", "once", slice_of(file), scale="0.01")
    stop.set()
    assert done.returncode == 1 and "nothing came for 120 seconds" in done.stdout, done.stdout


@pytest.mark.parametrize("kind", ["slice", "base64"])
def test_a_file_that_is_shorter_by_now(file, kind):
    line = Line(whole(200))
    os.truncate(file, SIZE - 1)
    done = send(line.url, "POST", "/api/x", "repeatable", slice_of(file, kind=kind))
    assert done.returncode == 1 and "became shorter while it was sent" in done.stdout, done.stdout


def test_a_refusal_before_the_body(file):
    """Of a large body the server is asked first, so that a refusal costs nothing."""
    line = Line(lambda line, head, rest, connection: line.bodies.append(rest) or answer(403, b'{"error": "no"}'))
    done = send(line.url, "POST", "/api/x", "once", slice_of(file))
    assert done.returncode == 1 and line.bodies == [b""], done.stdout
