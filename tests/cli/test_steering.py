"""Downloads side by side that are steered and looked at while they run. Through tests/net/fetch, which prints how they stand."""

import fcntl
import hashlib
import json
import os
import random
import shutil
import subprocess
import threading
import time

import pytest

from hub import Lfs

FETCH = os.path.join(os.path.dirname(os.environ.get("HUG", "")), "tests/net/fetch")


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


class Fetch:
    """The running program; its lines are read as they come."""

    def __init__(self, hug, *args, scale="1"):
        self.cache = hug.cache
        self.process = subprocess.Popen(
            [FETCH, str(self.cache), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**hug.env, "HUG_TIME_SCALE": scale},
        )
        self.lines = []
        self.came = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.came:
                self.lines.append(json.loads(line))
                self.came.notify_all()
        with self.came:
            self.lines.append({"over": True})
            self.came.notify_all()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def views(self):
        """All that were printed so far: of each time a view a download."""
        return [line["views"] for line in list(self.lines) if "views" in line]

    def files(self):
        """Each time's files of all downloads."""
        return [[f for view in views for f in view["files"]] for views in self.views()]

    def wait(self, what, timeout=20):
        """Waits for a line of which `what` is true, and gives it."""
        deadline = time.monotonic() + timeout
        seen = 0
        with self.came:
            while True:
                for line in self.lines[seen:]:
                    if what(line):
                        return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                over = self.lines and "over" in self.lines[-1]
                assert not over and left > 0 and self.came.wait(left), self.lines[-4:]

    def wait_file(self, what, timeout=20):
        def has(line):
            return any(what(f) for v in line.get("views", ()) for f in v["files"])

        return self.wait(has, timeout)

    def end(self, timeout=60):
        """Waits for the end; the path or error of each download."""
        self.process.wait(timeout)
        self.wait(lambda line: "over" in line)
        errors = self.process.stderr.read()
        assert "Sanitizer" not in errors and "runtime error" not in errors, errors
        return {
            line["download"]: line.get("path") or line["error"]
            for line in self.lines
            if "path" in line or ("error" in line and "download" in line)
        }

    def notes(self):
        return [line["note"] for line in self.lines if "note" in line]


@pytest.fixture
def fetch(hub, hug):
    hub.add_user("tester", "hf_test")
    running = []

    def start(*args, **options):
        running.append(Fetch(hug, *args, **options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.wait()


def sent(hub):
    return sum(r.sent for r in hub.requests if r.server == "store")


def check(path, files):
    for name, data in files.items():
        with open(os.path.join(path, name), "rb") as file:
            assert hashlib.sha256(file.read()).digest() == hashlib.sha256(data).digest(), name


# -- limits --


def client_bytes(fetch):
    """When, in seconds, and how many bytes had come from the network by then."""
    line = [line for line in list(fetch.lines) if "views" in line][-1]
    return line["now_ms"] / 1000, sum(v["came"] for v in line["views"])


def test_a_shared_limit_holds_and_changes_at_once(hub, fetch):
    files = {f"f{i}.bin": noise(5_000_000, i) for i in range(4)}
    for name in "ab":
        hub.add_repo(f"acme/{name}").commit({n: Lfs(d + name.encode()) for n, d in files.items()})
    hub.fault(server="store", buffer=16384)
    run = fetch("limit=1500000", "acme/a", "acme/b")
    # At first every connection's window is filled, by whatever limit.
    run.wait(lambda line: sum(v["came"] for v in line.get("views", ())) > 2_000_000)
    began, before = time.monotonic(), sent(hub)
    time.sleep(10)
    rate = (sent(hub) - before) / (time.monotonic() - began)
    assert 1_350_000 < rate < 1_650_000
    run.say("limit 200000")
    time.sleep(1)
    began, before = client_bytes(run)
    time.sleep(2)
    ended, after = client_bytes(run)
    assert 140_000 < (after - before) / (ended - began) < 260_000
    run.say("limit 1000")
    time.sleep(1)
    before = client_bytes(run)[1]
    time.sleep(0.5)
    assert client_bytes(run)[1] - before < 40_000
    began = time.monotonic()
    run.say("limit 0")
    run.wait(lambda line: "path" in line)
    assert len(run.end()) == 2 and time.monotonic() - began < 6
    for number, path in run.end().items():
        check(path, {n: d + "ab"[number].encode() for n, d in files.items()})


def test_each_has_a_rate_of_its_own_below_the_limit(hub, fetch):
    hub.add_repo("acme/a").commit({"f.bin": Lfs(noise(2_000_000))})
    run = fetch("limit=100000000", "rate=100000", "acme/a")
    run.wait_file(lambda f: f["came"] > 150_000)
    began, before = client_bytes(run)
    time.sleep(2)
    ended, after = client_bytes(run)
    assert 70_000 < (after - before) / (ended - began) < 130_000
    waits = [f["streams"][0]["waits_for"] for files in run.files()[-10:] for f in files]
    assert "limit" in waits
    run.say("rate 0")
    began = time.monotonic()
    run.end()
    assert time.monotonic() - began < 5


# -- patience --


@pytest.fixture
def big(hub):
    data = noise(3_000_000)
    hub.add_repo("acme/big").commit({"big.bin": Lfs(data), "small.txt": b"small"})
    return {"big.bin": data, "small.txt": b"small"}


def test_patience_outlives_an_outage(hub, fetch, big):
    """Five tries are over after half a second here."""
    hub.fault(server="store", rate=1_000_000)
    run = fetch("patience=1000", "acme/big", scale="0.02")
    run.wait_file(lambda f: f["kept"] > 500_000)
    hub.stop()
    run.wait_file(lambda f: f["phase"] == "again")
    time.sleep(2)
    last = run.views()[-1][0]
    assert last["files"][0]["again_ms"] and last["again_ms"] and "127.0.0.1" in last["why"]
    hub.clear_faults()
    hub.start()
    check(run.end()[0], big)
    assert sent(hub) < 4_500_000
    kept = [f["kept"] for files in run.files() for f in files if f["path"] == "big.bin"]
    assert kept == sorted(kept)


def test_without_patience_it_does_not(hub, fetch, big):
    hub.fault(server="store", rate=1_000_000)
    run = fetch("acme/big", scale="0.02")
    run.wait_file(lambda f: f["kept"] > 500_000)
    hub.stop()
    assert "127.0.0.1" in run.end()[0] and run.process.returncode == 1
    hub.start()


def test_patience_before_the_first_answer_and_its_end(hub, fetch, big):
    hub.stop()
    run = fetch("patience=60", "acme/big", scale="0.05")
    waits = run.wait(lambda line: line.get("views") and line["views"][0]["again_ms"])["views"][0]
    assert waits["stage"] == "find" and "trying again in" in waits["why"]
    run.wait(lambda line: line.get("t", 0) > 1500)
    hub.start()
    check(run.end()[0], big)
    hub.stop()
    began = time.monotonic()
    run = fetch("patience=30", "acme/other", scale="0.05")
    assert "127.0.0.1" in run.end()[0]
    assert 1.2 < time.monotonic() - began < 10
    hub.start()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_cannot_improve_is_not_repeated(hub, fetch, big, status):
    fault = hub.fault(path="/resolve/", method="GET", status=status)
    run = fetch("patience=1000", "workers=1", "acme/big", scale="0.02")
    assert "acme/big" in run.end()[0] and fault.hits <= 2
    assert run.notes() == []


def test_wrong_bytes_are_fetched_twice_and_no_more(hub, fetch, big):
    hub.fault(path="big", server="store", corrupt=1000, rate=4_000_000)
    run = fetch("patience=1000", "acme/big", scale="0.02")
    assert "have the sum" in run.end()[0]
    assert len([r for r in hub.requests if r.server == "store"]) == 2
    # It begins anew once, and what came before that came for nothing.
    kept = [f["kept"] for files in run.files() for f in files if f["path"] == "big.bin"]
    assert len([1 for a, b in zip(kept, kept[1:]) if b < a]) == 1
    assert max(f["twice"] for files in run.files() for f in files) >= 3_000_000


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("path", ["/revision/", "big.bin"])
def test_retry_now(hub, fetch, big, path, status):
    hub.fault(path=path, times=1, status=status, headers={"Retry-After": "1000"})
    run = fetch("acme/big")
    run.wait(lambda line: line.get("views") and line["views"][0]["again_ms"])
    run.say("retry")
    began = time.monotonic()
    check(run.end()[0], big)
    assert time.monotonic() - began < 10


# -- slow connections --


def test_a_slow_connection_is_replaced(hub, fetch):
    """One of eight would take 80 seconds for its file."""
    files = {f"f{i}.bin": noise(4_000_000, i) for i in range(8)}
    hub.add_repo("acme/a").commit({n: Lfs(d) for n, d in files.items()})
    hub.fault(server="store", rate=1_500_000, buffer=16384)
    hub.fault(server="store", rate=50_000, times=1)
    began = time.monotonic()
    run = fetch("acme/a", scale="0.1")
    check(run.end()[0], files)
    assert time.monotonic() - began < 30
    asked = [r for r in hub.requests if r.server == "store"]
    assert len(asked) == 9 and "bytes=" in asked[-1].headers["range"]
    events = {s["last"] for files in run.files() for f in files for s in f["streams"]}
    assert "replaced a slow connection" in events
    assert run.notes() == []
    # What was on its way is all that came twice.
    assert sent(hub) < 8 * 4_000_000 + 1_000_000


def test_a_slow_connection_costs_little(hub, hug, fetch):
    """One of eight at a fortieth; both runs in turns, the quickest of two each."""
    timed = "HUG_TIMES" in os.environ
    data = b"".join(noise(16 * 1024 * 1024, seed) for seed in range(16 if timed else 4))
    hub.add_repo("acme/a").commit({"f.bin": Lfs(data)})
    took = {False: [], True: []}
    for slow in (False, True, False, True) if timed else (True,):
        shutil.rmtree(hug.cache, ignore_errors=True)
        hub.clear_faults()
        hub.requests.clear()
        hub.fault(server="store", rate=4_000_000, buffer=65536)
        if slow:
            hub.fault(server="store", rate=100_000, times=1, after=3)
        began = time.monotonic()
        run = fetch("workers=8", "acme/a", scale="0.05")
        check(run.end()[0], {"f.bin": data})
        took[slow].append(time.monotonic() - began)
        assert sent(hub) < len(data) + 1_000_000
    print(took)
    assert not timed or min(took[True]) < 1.15 * min(took[False])


# -- views --


def test_views_tell_what_happens(hub, fetch, big):
    hub.fault(server="store", rate=2_000_000)
    run = fetch("acme/big")
    check(run.end()[0], big)
    files = [f for files in run.files() for f in files if f["path"] == "big.bin"]
    assert {"run"} <= {f["phase"] for f in files} <= {"connect", "run", "verify", "link"}
    for f in files:
        assert f["kept"] + f["flying"] <= f["size"] == 3_000_000
        assert f["summed"] <= f["kept"] and f["twice"] == 0
    streams = [s for f in files for s in f["streams"] if s["at"]]
    assert streams[-1]["host"] == hub.store_endpoint.split("/")[-1]
    assert streams[-1]["version"] == 11 and streams[-1]["last"] == "200"
    assert 1_000_000 < streams[-1]["rate"] < 4_000_000
    for line in run.lines:
        assert "hf_test" not in json.dumps(line) and "?" not in json.dumps(line)


def test_silence_is_seen(hub, hug, fetch, big):
    hub.fault(server="store", rate=2_000_000)
    hub.fault(path="big", server="store", times=1, stall=1_000_000)
    hug.env["HF_HUB_DOWNLOAD_TIMEOUT"] = "60"
    run = fetch("acme/big", scale="0.05")
    run.wait_file(lambda f: f["phase"] == "stalled" and f["quiet_ms"] >= 500)
    again = run.wait_file(lambda f: any(s["tries"] == 2 for s in f["streams"]))
    assert "nothing came for 60 seconds" in json.dumps(again)
    check(run.end()[0], big)


def test_a_lock_is_seen(hub, hug, fetch, big):
    digest = hashlib.sha256(big["big.bin"]).hexdigest()
    lock = hug.cache / ".locks" / "models--acme--big" / f"{digest}.lock"
    lock.parent.mkdir(parents=True)
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run = fetch("acme/big")
        seen = run.wait_file(lambda f: f["phase"] == "lock")
        assert "another download" in json.dumps(seen)
    check(run.end()[0], big)


def test_two_that_want_the_same_share_it(hub, fetch, big):
    """One loop, one process: the lock is for them, too."""
    hub.fault(server="store", rate=6_000_000)
    run = fetch("acme/big", "acme/big")
    paths = run.end()
    assert paths[0] == paths[1]
    check(paths[0], big)
    assert len([r for r in hub.requests if r.server == "store"]) == 1


def test_cancel(hub, fetch, big):
    hub.fault(server="store", rate=500_000)
    run = fetch("patience=1000", "acme/big")
    run.wait_file(lambda f: f["kept"] > 100_000)
    run.say("cancel")
    assert "stopped" in run.end(10)[0]
