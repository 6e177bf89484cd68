"""Nothing that answers in the Hub's place can hang, crash or flood the program, or get the token."""

import contextlib
import gzip
import http.server
import json
import os
import re
import resource
import ssl
import subprocess
import threading
import time
import zlib

import pytest

from conftest import TOKEN
from hub import Lfs

MIB = 1 << 20

# What a plain build may use of memory; a sanitizer's own needs are not limited.
MEMORY = 1 << 30


def is_plain():
    with open(os.environ["HUG"], "rb") as file:
        text = file.read()
    return b"__asan_init" not in text and b"__tsan_init" not in text


PLAIN = is_plain()


def within_memory():
    if PLAIN:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


# -- answers that are too large, too deep, or do not end --

def packed(parts):
    """The parts as one gzip stream, packed as they come: the whole is never in memory."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*map(packer.compress, parts), packer.flush()])


def repeated(front, middle, count, back):
    block = middle * 10_000
    return [front, *[block] * (count // 10_000), back]


SHA = b'{"sha": "' + b"a" * 40 + b'", "x": '
ATTACKS = {
    # name: (parts of the body before packing, what the error says)
    "zeros": (repeated(b"[0", b",0", 60_000_000, b"]"), "unpacks to more than 100 times"),
    "object of zeros": (repeated(SHA + b"[0", b",0", 60_000_000, b"]}"), "unpacks to more than 100 times"),
    "a long string": (repeated(b'{"sha": "', b"a", 60_000_000, b'"}'),
                      "unpacks to more than 100 times|string of more than 4 MiB"),
    "blanks": (repeated(b"[", b" ", 60_000_000, b"]"), "unpacks to more than 100 times"),
    "deep": (repeated(b"", b"[", 1_000_000, b""), "levels deep"),
    "deep objects": (repeated(b"", b'{"a":', 1_000_000, b""), "levels deep"),
}
PACKED = {name: packed(parts) for name, (parts, _) in ATTACKS.items()}
# Larger than it may be without being packed more than lists are: the middle is noise.
NOISE = json.dumps(os.urandom(600_000).hex())[1:-1].encode()
LARGE = b'[{"x": "' + b'"},{"x": "'.join([NOISE] * 80) + b'"}]'
NODES = b"[" + b",".join([b"[0,1,2]"] * 800_000) + b"]"

COMMANDS = {
    # name: (arguments, the request that is answered so, whether it reads without holding it)
    "whoami": (["whoami"], "/api/whoami-v2", False),
    "download": (["download", "acme/owl"], "/revision/", True),
    "list": (["download", "acme/owl", "--include", "*.nothing"], "/tree/", False),
    "info": (["models", "info", "acme/owl"], "/api/models/acme/owl", False),
    "ls": (["ls", "acme/owl"], "/tree/", False),
    "ls -R": (["ls", "-R", "acme/owl", "--json"], "/tree/", False),
    "models": (["models", "ls"], "/api/models", False),
    "datasets": (["datasets", "ls", "--json"], "/api/datasets", False),
    "verify": (["cache", "verify", "acme/owl"], "/tree/", False),
}


@pytest.fixture
def bounded(hug, hub, owl):
    """hug, logged in, with something in the cache, within its memory."""
    hub.add_user("me", TOKEN)
    hug.ok("download", "acme/owl", "config.json")
    hub.requests.clear()
    hug.env["HF_TOKEN"] = TOKEN

    def run(*args, **options):
        return hug(*args, preexec_fn=within_memory, **options)

    return run


def refused(done, words):
    """It ended with an error that says so, and by itself."""
    assert done.returncode == 1, (done.returncode, done.stdout[:300], done.stderr[:600])
    assert re.search(words, done.stderr), done.stderr[:600]
    assert "not JSON" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_packed(bounded, hub, command, attack):
    args, path, _ = COMMANDS[command]
    hub.fault(path=path, body=PACKED[attack],
              set_headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})
    refused(bounded(*args), f"{ATTACKS[attack][1]}|larger than|is not a list|is no file|that is not a file")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("body", [LARGE, NODES], ids=["bytes", "values"])
def test_plainly_too_large(bounded, hub, command, body):
    args, path, streams = COMMANDS[command]
    hub.fault(path=path, body=body, set_headers={"Content-Type": "application/json"})
    done = bounded(*args)
    assert done.returncode == 1, done.stderr[:300]
    if streams:
        assert "names no commit" in done.stderr, done.stderr[:300]
    elif command in ("list", "verify") and body is NODES:
        assert "that is not a file" in done.stderr, done.stderr[:300]
    else:
        assert re.search("larger than|more than 2,000,000 values", done.stderr), done.stderr[:300]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["json", "array", "bytes", "headers"])
def test_endless(bounded, hub, command, kind):
    args, path, _ = COMMANDS[command]
    hub.fault(path=path, endless=kind)
    begun = time.monotonic()
    done = bounded(*args)
    assert done.returncode == 1 and len(done.stderr) < 6000, done.stderr[:300]
    assert time.monotonic() - begun < 50


def test_an_error_with_an_endless_page_is_that_error(bounded, hub):
    hub.fault(path="/revision/", status=404, endless="bytes")
    done = bounded("download", "acme/owl")
    assert done.returncode == 1
    assert "answered 404" in done.stderr, done.stderr


def entries(first, count):
    return [{"type": "file", "path": f"f{i:07}.txt", "size": 1, "oid": "c1b0730e0133447badcfd47fd144e254807b06e1"}
            for i in range(first, first + count)]


@contextlib.contextmanager
def serving(answer, context=None):
    """A server that answers each GET and HEAD with answer(path): status, headers, body."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            server.seen.append((self.path, dict(self.headers)))
            status, headers, body = answer(self.path)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_CONNECT = do_GET

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *args: None
    server.seen = []
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"{'https' if context else 'http'}://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


COMMIT = "a" * 40
INFO = (200, {"Content-Type": "application/json"}, json.dumps({"sha": COMMIT}).encode())

PAGES = {
    # name: the cursor of the page behind that of a cursor, how many entries each has, words of the error
    "itself": (lambda cursor: cursor or "1", 2, "repeats a page"),
    "back and forth": (lambda cursor: "2" if cursor == "1" else "1", 2, "repeats a page"),
    "empty and new": (lambda cursor: str(int(cursor or 0) + 1), 0, "an empty page names a next one"),
    "large and new": (lambda cursor: str(int(cursor or 0) + 1), 100_000, "more than 512 MiB"),
}


LISTS = {
    "json": ["ls", "-R", "acme/owl", "--json"], "quiet": ["ls", "-R", "acme/owl", "-q"],
    "all": ["download", "acme/owl", "--dry-run"], "pattern": ["download", "acme/owl", "--include", "*.nothing"],
}


# 4,000,000 items one by one take a sanitizer too long.
@pytest.mark.parametrize("kind,how", [(kind, how) for kind in PAGES for how in LISTS
                                      if PLAIN or kind != "large and new" or LISTS[how][0] != "ls"])
def test_pages_without_end(hug, kind, how):
    args = LISTS[how]
    following, count, words = PAGES[kind]
    pages = {}

    def answer(path):
        if "/tree/" not in path:
            return INFO
        cursor = path.partition("cursor=")[2]
        next_cursor = following(cursor)
        if not pages.get("body"):
            pages["body"] = json.dumps(entries(0, count)).encode()
        link = f'<{server.url}/api/models/acme/owl/tree/{COMMIT}?recursive=true&cursor={next_cursor}>; rel="next"'
        return 200, {"Content-Type": "application/json", "Link": link}, pages["body"]

    with serving(answer) as server:
        done = subprocess.run(hug.command(*args), text=True,
                              # Real time: large pages take theirs where others are at work.
                              env={**hug.env, "HF_ENDPOINT": server.url, "HUG_TIME_SCALE": "1"},
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=110,
                              preexec_fn=within_memory)
        assert done.returncode == 1, done.stderr[-300:]
        assert words in done.stderr, done.stderr[-300:]
        assert len(server.seen) < 100


# -- what never ends because it comes so slowly --

SLOW = [
    (["whoami"], "/api/whoami-v2"), (["download", "acme/owl"], "/revision/"), (["ls", "acme/owl"], "/tree/"),
    (["models", "ls"], "/api/models"), (["repo", "create", "me/new"], "/api/repos/create"),
]
# The bytes of a file may take their time, but not its head.
FILE = (["download", "acme/owl", "config.json"], "/resolve/")


@pytest.mark.parametrize("what,args,path", [
    *(({"drip": 0.05}, *row) for row in (*SLOW, FILE)), *(({"rate": 20}, *row) for row in SLOW),
])
def test_byte_by_byte(hug, hub, owl, what, args, path):
    hub.add_user("me", TOKEN, role="write")
    hug.env["HF_TOKEN"] = TOKEN
    hug.env["HUG_TIME_SCALE"] = "0.01"
    hub.fault(path=path, **what)
    # 10 s of silence are 0.1 s: a byte each 0.05 s is none, but a line of headers takes longer. 60 s in all are 0.6 s,
    # 720 s of a change 7.2 s.
    begun = time.monotonic()
    done = hug(*args)
    if done.returncode == 0:
        # It was short enough to come in time.
        assert time.monotonic() - begun < 8
        return
    assert ("has not come in" if "rate" in what else "nothing came for") in done.stderr, done.stderr
    assert time.monotonic() - begun < 15


# -- how often is asked --

ALL_FAIL = {
    # name: (the fault, requests for a file at most)
    "503": ({"status": 503}, 6),
    "503 and Retry-After": ({"status": 503, "set_headers": {"Retry-After": "1"}}, 6),
    "429": ({"status": 429}, 6),
    "429 and Retry-After": ({"status": 429, "set_headers": {"Retry-After": "2"}}, 6),
    "429 and RateLimit": ({"status": 429, "set_headers": {"RateLimit": '"resolvers";r=0;t=3'}}, 6),
    "HTML": ({"html": True}, 6),
    "empty": ({"body": b""}, 6),
    "cut": ({"cut": 0}, 6),
    # libcurl itself tries once more where a connection that was open before is reset.
    "reset": ({"rst": True}, 7),
    "404": ({"status": 404}, 1),
    # A store may know an address a moment after the Hub gave it.
    "403": ({"status": 403}, 3),
}


def gets(hub, path=""):
    hub.wait_idle()
    return [r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path and path in r.path]


@pytest.mark.parametrize("kind", ALL_FAIL)
@pytest.mark.parametrize("size", [21, 3 * MIB, 40 * MIB], ids=["small", "middle", "large"])
def test_requests_for_one_file(hug, hub, kind, size):
    what, most = ALL_FAIL[kind]
    hub.add_repo("acme/one").commit({"one.bin": b"x" * size if size < MIB else Lfs(b"y" * size)})
    # The place where the bytes are: the Hub itself for small files.
    server = "hub" if size < MIB else "store"
    hub.fault(path="/resolve/" if size < MIB else "", server=server, method="GET", **what)
    done = hug("download", "acme/one", "one.bin")
    assert done.returncode == 1, done.stderr
    hub.wait_idle()
    asked = [r for r in hub.requests if r.server == server and r.method == "GET"
             and (server == "store" or "/resolve/" in r.path)]
    assert 1 <= len(asked) <= most, (len(asked), done.stderr)
    if most > 3:
        assert done.stderr.count("going on in") == 5, done.stderr


@pytest.mark.parametrize("kind", ALL_FAIL)
def test_requests_for_many_files(hug, hub, kind):
    what, most = ALL_FAIL[kind]
    hub.add_repo("acme/many").commit({f"f{i:03}.txt": b"x%d" % i for i in range(200)})
    hub.fault(path="/resolve/", method="GET", **what)
    done = hug("download", "acme/many")
    assert done.returncode == 1, done.stderr
    counts = {}
    for request in gets(hub):
        counts[request.path] = counts.get(request.path, 0) + 1
    assert max(counts.values()) <= most, counts
    # The first file that is given up ends it, so that most were never asked for.
    assert kind == "404" or len(counts) <= 64, len(counts)


def test_a_cut_that_brings_something_is_no_failure(hug, hub):
    """The budget is one of failures in a row: what goes on is not given up."""
    hub.add_repo("acme/one").commit({"one.bin": Lfs(bytes(range(256)) * 4000)})
    hub.fault(server="store", cut=100_000)
    hug.ok("download", "acme/one", "one.bin")


def test_a_failing_file_does_not_stop_its_siblings_from_being_asked(hug, hub):
    hub.add_repo("acme/two").commit({"bad.txt": b"bad", "good.txt": b"good"})
    hub.fault(path="/bad.txt", method="GET", status=503)
    done = hug("download", "acme/two")
    assert done.returncode == 1
    assert len(gets(hub, "bad.txt")) == 6
    assert list(hug.cache.glob("**/good.txt"))


def test_a_pause_is_shared(hug, hub):
    """After the first 429 with a time nobody asks before it is over."""
    hub.add_repo("acme/many").commit({f"f{i:03}.txt": b"x%d" % i for i in range(100)})
    hub.fault(path="/resolve/", method="GET", times=1, status=429, set_headers={"Retry-After": "50"})
    done = hug("download", "acme/many")
    assert done.returncode == 0, done.stderr
    hub.wait_idle()
    times = [r.time for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]
    # 51 s at the scale of the tests are a second: but those that were on their way nobody starts in it.
    quiet = max(later - sooner for sooner, later in zip(times, times[1:]))
    assert quiet > 0.8, quiet
    assert "allows no more requests for now" in done.stderr or "going on in" in done.stderr


@pytest.mark.parametrize("name,args", [
    ("hug", ["whoami"]), ("huggingface-cli", ["whoami"]),
    *((name, args) for name in ("hug", "hf")
      for args in (["auth", "whoami"], ["models", "ls"], ["cache", "verify", "acme/owl"])),
])
@pytest.mark.parametrize("what", [{"status": 503}, {"status": 429, "set_headers": {"Retry-After": "5"}}],
                         ids=["503", "429"])
def test_waiting_is_announced(hug, hub, owl, tmp_path, name, args, what):
    """Before it waits, not afterwards."""
    hub.add_user("me", TOKEN)
    hug.ok("download", "acme/owl", "config.json")
    link = tmp_path / name
    link.symlink_to(os.environ["HUG"])
    hub.fault(path="/api/", **what)
    done = subprocess.run([str(link), *args], env={**hug.env, "HF_TOKEN": TOKEN}, text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 1
    assert "trying again in" in done.stderr, done.stderr


def test_nobody_listens(hug, tmp_path):
    """With the Hub down whoami says at once what it does."""
    hug.env.update(HF_ENDPOINT="http://127.0.0.1:9", HF_TOKEN=TOKEN)
    done = hug("whoami")
    assert done.returncode == 1 and "trying again in" in done.stderr, done.stderr


# -- where the token goes, and whose answers count --

@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.certificate = str(folder / "cert.pem")
    return context


NAMED = (200, {"Content-Type": "application/json"}, b'{"name": "me", "type": "user", "orgs": []}')
LIST = json.dumps([{"id": "acme/owl", "modelId": "acme/owl"}]).encode()


def hops(secure):
    """60 ways to lead away from the Hub: (where to, whether what is there may count)."""
    rows = []
    for status in (301, 302, 303, 307, 308):
        rows += [
            (status, "{other}/there", True), (status, "{plain}/there", not secure),
            (status, "{home}/there", True), (status, "/there", True), (status, "//localhost:{home_port}/there", True),
            (status, "there?x=1#y", True), (status, "{home_as_http}/there", secure or None),
            (status, "http://{home_host}@localhost:{plain_port}/there", not secure),
            (status, "ftp://localhost/there", False), (status, "file:///etc/passwd", False),
            (status, "javascript:alert(1)", False), (status, "http://[::1", False),
        ]
    return rows


def place(text, home, other, plain):
    return text.format(home=home.url, other=other.url, plain=plain.url.replace("localhost", "127.0.0.1"), home_port=home.server_port,
                       plain_port=plain.server_port, home_host=f"127.0.0.1:{home.server_port}",
                       home_as_http=home.url.replace("https:", "http:"))


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
@pytest.mark.parametrize("number", range(60))
def test_redirects(hug, tls, secure, number):
    status, target, counts = hops(secure)[number]

    def answer(path):
        if path.startswith("/api/whoami"):
            return status, {"Location": place(target, home, other, plain)}, b""
        return NAMED

    with serving(answer, tls if secure else None) as home, serving(lambda path: NAMED, tls) as other, \
            serving(lambda path: NAMED) as plain:
        done = hug("whoami", env={"HF_ENDPOINT": home.url, "HF_TOKEN": TOKEN, "SSL_CERT_FILE": tls.certificate})
        for server in (other, plain):
            assert not any(TOKEN in headers.get("Authorization", "") for _, headers in server.seen), server.seen
        for path, headers in home.seen:
            assert headers["Authorization"] == f"Bearer {TOKEN}"
    if counts is not None:
        assert (done.returncode == 0) == counts, (target, done.stdout, done.stderr)
    if secure and counts is False:
        assert not plain.seen


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
@pytest.mark.parametrize("target,counts", [
    ("{home}/api/models?cursor=2", True), ("/api/models?cursor=2", True), ("?cursor=2", True),
    ("{plain}/api/models?cursor=2", None), ("{other}/api/models?cursor=2", True),
    ("{home_as_http}/api/models?cursor=2", None), ("file:///etc/passwd", False), ("ftp://localhost/x", False),
    ("", None), ("http://[::1", False),
])
def test_next_pages(hug, tls, secure, target, counts):
    def answer(path):
        link = {"Link": f'<{place(target, home, other, plain)}>; rel="next"'} if "cursor" not in path else {}
        return 200, {"Content-Type": "application/json", **link}, LIST

    with serving(answer, tls if secure else None) as home, serving(answer, tls) as other, serving(answer) as plain:
        done = hug("models", "ls", "--limit", "5", "-q",
                   env={"HF_ENDPOINT": home.url, "HF_TOKEN": TOKEN, "SSL_CERT_FILE": tls.certificate})
        for server in (other, plain):
            assert not any(TOKEN in headers.get("Authorization", "") for _, headers in server.seen), server.seen
        if secure:
            assert not plain.seen
        if secure and "plain" in target:
            assert done.returncode == 1 and "by http, where https was asked" in done.stderr, done.stderr
        elif secure and "as_http" in target:
            assert done.returncode == 0 and len(home.seen) == 2, done.stderr
    if counts is not None:
        assert (done.returncode == 0) == counts, (done.stdout, done.stderr)
        assert not counts or done.stdout.split() == ["acme/owl"] * 2


# -- proxies --

def answers_as_proxy(status):
    return lambda path: (status, {"Proxy-Authenticate": "Basic"}, b"no")


@pytest.mark.parametrize("endpoint", ["http://localhost:9", "https://localhost:9"])
@pytest.mark.parametrize("args", [["whoami"], ["download", "acme/owl"], ["models", "ls"]])
def test_a_proxy_that_wants_a_login(hug, endpoint, args):
    with serving(answers_as_proxy(407)) as proxy:
        done = hug(*args, env={"HF_ENDPOINT": endpoint, "HF_TOKEN": TOKEN, "http_proxy": proxy.url,
                               "https_proxy": proxy.url})
        assert done.returncode == 1
        assert "proxy requires a login" in done.stderr and "USER:PASSWORD@HOST" in done.stderr, done.stderr
        assert "HF_ENDPOINT" not in done.stderr
        if endpoint.startswith("https"):
            assert not any(TOKEN in headers.get("Authorization", "") for _, headers in proxy.seen)


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize("value,direct", [
    ("localhost:{port}", True), ("example.org,localhost:{port}", True), (" localhost:{port} ", True),
    ("LOCALHOST:{port}", True), ("localhost", True), ("*", True), ("localhost:1", False), (":{port}", False),
    ("ocalhost:{port}", False), ("example.org", False), ("", False), ("a.localhost:{port}", False),
])
def test_no_proxy(hug, hub, variable, value, direct):
    hub.add_user("me", TOKEN)
    port = hub.endpoint.rpartition(":")[2]
    with serving(answers_as_proxy(502)) as proxy:
        done = hug("whoami", env={"HF_ENDPOINT": f"http://localhost:{port}", "HF_TOKEN": TOKEN,
                                  "http_proxy": proxy.url, variable: value.format(port=port)})
        assert (done.returncode == 0) == direct, done.stderr
        assert bool(proxy.seen) != direct


# -- HEAD, and what is on the way --

@pytest.mark.parametrize("what", [
    {"status": 405}, {"status": 403}, {"status": 501}, {"status": 400}, {"drop_headers": ["X-Repo-Commit"]},
    {"drop_headers": ["ETag", "X-Linked-Etag"]}, {"set_headers": {"ETag": '"odd"', "X-Linked-Etag": '"odd"'}},
], ids=["405", "403", "501", "400", "no commit", "no sum", "another sum"])
@pytest.mark.parametrize("name", ["config.json", "onnx/model.onnx", "weights.bin"])
@pytest.mark.parametrize("full", [False, True], ids=["branch", "commit"])
def test_head_is_not_needed(hug, hub, owl, what, name, full):
    hub.fault(path="/resolve/", method="HEAD", **what)
    revision = ["--revision", owl.head()] if full else []
    path = hug.ok("download", "acme/owl", name, *revision)
    assert path.endswith(name) and os.path.exists(path)
    poured = subprocess.run(hug.command("cat", f"acme/owl/{name}", *revision), env=hug.env, capture_output=True)
    with open(path, "rb") as file:
        assert poured.stdout == file.read(), poured.stderr


def test_head_is_not_needed_to_miss_a_file(hug, hub, owl):
    hub.fault(path="/resolve/", method="HEAD", status=405)
    for name in ("nothing.txt", "onnx/nothing.txt", "nowhere/nothing.txt"):
        assert "has no file" in hug.fails("download", "acme/owl", name)


def test_head_and_the_list_are_refused(hug, hub, owl):
    """The first refusal is told, not that of the way around it."""
    hub.fault(path="/resolve/", method="HEAD", status=405)
    hub.fault(path="/tree/", status=418)
    last = hug.fails("download", "acme/owl", "config.json")
    assert "405" in last and "418" not in last


@pytest.mark.parametrize("args", [["download", "acme/owl", "weights.bin"], ["cat", "acme/owl/weights.bin"]])
def test_a_file_that_comes_packed(hug, hub, owl, args):
    hub.fault(server="store", body=gzip.compress(b"0123456789abcdef" * 20000), set_headers={"Content-Encoding": "gzip"})
    done = hug(*args)
    assert done.returncode == 1 and "packed" in done.stderr, done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("args", [["download", "acme/owl", "weights.bin"], ["cat", "acme/owl/weights.bin"]])
@pytest.mark.parametrize("part", ["bytes 7-319999/320000", "bytes 0-1/2", "junk", ""])
def test_another_part(hug, hub, owl, args, part):
    """Where the connection broke another part goes on: no byte of it counts."""
    hub.fault(server="store", times=1, cut=100_000)
    hub.fault(server="store", after=1, status=206, body=b"x" * 220_000, set_headers={"Content-Range": part})
    done = hug(*args)
    assert done.returncode == 1 and "another part" in done.stderr, done.stderr
    assert "xx" not in done.stdout


def test_another_length(hug, hub, owl):
    hub.fault(server="store", body=b"x" * 77)
    done = hug("download", "acme/owl", "weights.bin")
    assert done.returncode == 1 and "77 bytes, and the file has 320000" in done.stderr, done.stderr


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "\x1b[31m", "é"])
def test_the_agent_is_one_line(hug, hub, owl, value):
    hug.ok("download", "acme/owl", "config.json", env={"HF_HUB_USER_AGENT_ORIGIN": value})
    for request in hub.requests:
        assert request.headers.get("x-evil") is None
        agent = request.headers["user-agent"]
        assert agent.startswith("hug/") and "; origin/" in agent and agent.isascii() and agent.isprintable()


# -- what somebody who tried to break it found --

@pytest.mark.parametrize("args", [["whoami"], ["download", "acme/owl"], ["models", "ls"], ["cat", "acme/owl/x"]])
@pytest.mark.parametrize("length", [10_000, 60_000])
def test_a_long_redirect(hug, args, length):
    """Time does not grow with the square of an address."""
    def answer(path):
        return 307, {"Location": f"http://127.0.0.1:1/{'a' * length}"}, b""

    with serving(answer) as server:
        begun = time.monotonic()
        done = hug(*args, env={"HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN})
        assert done.returncode == 1 and len(done.stderr) < 6000
        assert time.monotonic() - begun < 15


@pytest.mark.parametrize("args", [
    ["download", "acme/owl", "--revision", "A" * 60_000], ["ls", "acme/owl@" + "A" * 60_000], ["cat", "acme/owl/" + "A" * 60_000],
    ["download", "acme/owl", "e\u0301" * 30_000],
])
def test_long_arguments(hug, hub, owl, args):
    begun = time.monotonic()
    done = hug(*args)
    assert done.returncode in (1, 2) and len(done.stderr) < 6000, done.stderr[:300]
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("name", ["hug", "hf"])
@pytest.mark.parametrize("args", [["models", "ls", "--limit", "0"], ["datasets", "ls", "--limit", "30000"], ["repos", "list", "--limit", "0"]])
@pytest.mark.parametrize("columns", ["80", None])
def test_one_long_value(hug, tmp_path, name, args, columns):
    """It does not make all rows as long, nor is it measured again for each piece that is cut off."""
    rows = [{"id": f"a/b{i}", "name": f"a/b{i}", "type": "model"} for i in range(2000)]
    rows[700]["id"] = rows[700]["name"] = "a/" + "\U0001f600" * 300_000
    body = json.dumps(rows).encode()
    link = tmp_path / name
    link.symlink_to(os.environ["HUG"])
    with serving(lambda path: (200, {"Content-Type": "application/json"}, NAMED[2] if "whoami" in path else body)) as server:
        begun = time.monotonic()
        done = subprocess.run([str(link), *args], env={**hug.env, "HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN,
                                                       **({"COLUMNS": columns} if columns else {})},
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        assert len(done.stdout) < 20_000_000, len(done.stdout)
        assert time.monotonic() - begun < 30


def test_a_long_header_line(hug):
    def answer(path):
        return 200, {"X-A": "a" * 300_000}, b"{}"

    with serving(answer) as server:
        last = hug.fails("whoami", env={"HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN})
        assert "header line of the answer is too long" in last


@pytest.mark.parametrize("name", ["hug", "hf", "huggingface-cli"])
@pytest.mark.parametrize("debug", ["0", "1"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 407])
def test_a_server_that_quotes_the_token(hug, tmp_path, name, debug, status):
    def answer(path):
        said = f"bad token {TOKEN}!"
        return status, {"X-Error-Message": said, "X-Request-Id": TOKEN, "X-Error-Code": TOKEN, "Content-Type": "application/json",
                        "Location": f"/{TOKEN}"}, json.dumps({"error": said, "errors": [{"message": said}]}).encode()

    link = tmp_path / name
    link.symlink_to(os.environ["HUG"])
    with serving(answer) as server:
        for args in (["auth", "whoami"], ["whoami"], ["download", "acme/owl"], ["repo", "create", "acme/x"], ["models", "ls"]):
            done = subprocess.run([str(link), *args], env={**hug.env, "HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN, "HF_DEBUG": debug,
                                                           "HUG_TIME_SCALE": "0.001"},
                                  capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
            assert TOKEN.encode() not in done.stdout + done.stderr, done.stderr
