"""Large files in parts: parallel, resumed from the journal, right in the end."""

import hashlib
import os
import random
import re
import struct
import time

import pytest

from conftest import JOURNAL_HEAD
from hub import Lfs

MIB = 1 << 20
PIECE = 16 * MIB
DATA = random.Random(5).randbytes(MIB) * 69 + b"and a tail"
SUM = hashlib.sha256(DATA).hexdigest()
BOOT_AT, LISTS_AT = 24, JOURNAL_HEAD


@pytest.fixture
def large(hub):
    repo = hub.add_repo("acme/large")
    repo.commit({"large.bin": Lfs(DATA)})
    return repo


def check(path):
    with open(path, "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == SUM


def sent(hub):
    hub.wait_idle()
    return sum(r.sent for r in hub.requests if r.server == "store")


def ranges(hub):
    return [r.headers.get("range") for r in hub.requests if r.server == "store"]


def journal_at():
    return -(-len(DATA) // 4096) * 4096


def kept(hug):
    return hug.kept(len(DATA))


def test_parts_are_fetched_at_once(hug, hub, large):
    hub.fault(server="store", rate=60_000_000)
    check(hug.ok("download", "acme/large", "large.bin"))
    assert len(ranges(hub)) > 3
    # The first request may have been for all; what it sent too much is little.
    assert sent(hub) <= len(DATA) + 8 * MIB
    # One question to the Hub; its answer serves the other parts.
    hub_gets = [r for r in hub.requests if r.server == "hub" and r.method == "GET"]
    assert len(hub_gets) <= 3
    assert hug.partials() == []


def test_one_worker_makes_one_request(hug, hub, large):
    check(hug.ok("download", "acme/large", "large.bin", "--max-workers", "1"))
    assert ranges(hub) == [None]
    assert sent(hub) == len(DATA)


@pytest.mark.parametrize("workers", [[], ["--max-workers", "4"], ["--max-workers", "1"]])
def test_killed_again_and_again(hug, hub, large, workers):
    hub.fault(server="store", rate=30_000_000)
    moment = random.Random(len(workers))
    for _ in range(int(os.environ.get("HUG_KILLS", "10"))):
        before = kept(hug)
        process = hug.start("download", "acme/large", *workers)
        time.sleep(moment.uniform(0.05, 0.4))
        process.kill()
        process.communicate()
        if not hug.partials() and any(hug.cache.glob("*/blobs/*")):
            break
        assert kept(hug) >= before
    have = kept(hug) if hug.partials() else None
    hub.clear_faults()
    hub.wait_idle()
    hub.requests.clear()
    check(hug.ok("download", "acme/large", *workers) + "/large.bin")
    if have is not None and workers == ["--max-workers", "1"]:
        assert sent(hub) == len(DATA) - have
    elif have is not None:
        # Nothing that was on disk is asked for; a part that is taken over by
        # another connection may be sent a little further than it is read.
        assert len(DATA) - have <= sent(hub) <= len(DATA) - have + 8 * MIB
    assert hug.partials() == []


def test_everything_was_here_but_the_name(hug, hub, large):
    """Broken in the last rename: not a byte is fetched again."""
    hug.fails("download", "acme/large", "large.bin", env={"HUG_FAULT": "rename:2:5"})
    assert len(hug.partials()) == 1
    hub.wait_idle()
    hub.requests.clear()
    check(hug.ok("download", "acme/large", "large.bin"))
    assert sent(hub) == 0


def test_other_boot_trusts_only_what_was_synced(hug, hub, large):
    hub.fault(server="store", rate=20_000_000)
    process = hug.start("download", "acme/large", "large.bin")
    while kept(hug) < 4 * MIB:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (partial,) = hug.partials()
    with open(partial, "r+b") as file:
        # The power went: what was not synced may be anything.
        file.seek(0)
        file.write(b"garbage" * 1000)
        file.seek(journal_at() + BOOT_AT)
        file.write(b"another boot")
    hub.clear_faults()
    done = hug("download", "acme/large", "large.bin")
    assert done.returncode == 0
    assert "fetching it again" not in done.stderr
    check(done.stdout.strip())


@pytest.mark.parametrize("damage", [b"", b"\xff" * 64])
def test_damaged_journal(hug, hub, large, damage):
    blobs = hug.repo("acme/large") / "blobs"
    blobs.mkdir(parents=True)
    partial = blobs / (SUM + ".hug.incomplete")
    with open(partial, "wb") as file:
        file.write(b"garbage")
        file.seek(journal_at())
        file.write(damage or b"x")
    check(hug.ok("download", "acme/large", "large.bin"))


def test_lying_journal_costs_a_transfer(hug, hub, large):
    hub.fault(server="store", rate=20_000_000)
    process = hug.start("download", "acme/large", "large.bin")
    while kept(hug) < 4 * MIB:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (partial,) = hug.partials()
    with open(partial, "r+b") as file:
        file.seek(journal_at() + LISTS_AT)
        file.write(struct.pack("Q", PIECE))
    hub.clear_faults()
    done = hug("download", "acme/large", "large.bin")
    assert done.returncode == 0 and "fetching it again" in done.stderr
    check(done.stdout.strip())


def test_stalled_part_does_not_stop_the_others(hug, hub, large):
    hub.fault(server="store", rate=40_000_000)
    hub.fault(server="store", after=2, times=1, stall=1 * MIB)
    check(hug.ok("download", "acme/large", "large.bin", env={"HUG_TIME_SCALE": "0.1"}))


@pytest.mark.parametrize("what", [
    {"cut": 3 * MIB}, {"cut": 3 * MIB, "rst": True}, {"status": 503}, {"status": 403},
    {"close": True}, {"length": -5}, {"length": 5}, {"no_length": True}, {"corrupt": 20 * MIB},
])
def test_faults_on_some_parts(hug, hub, large, what):
    hub.fault(server="store", rate=60_000_000)
    hub.fault(server="store", after=1, times=3, **what)
    check(hug.ok("download", "acme/large", "large.bin"))
    assert hug.partials() == []


def test_server_without_ranges(hug, hub, large):
    hub.fault(server="store", ignore_range=True)
    hub.fault(server="store", rate=60_000_000)
    check(hug.ok("download", "acme/large", "large.bin"))


def test_server_without_ranges_that_breaks(hug, hub, large):
    hub.fault(server="store", ignore_range=True)
    hub.fault(server="store", times=1, cut=30 * MIB)
    check(hug.ok("download", "acme/large", "large.bin"))


def begin(hug, hub, least):
    """A run that is killed when it has `least` bytes; gives how many it had."""
    hub.fault(server="store", rate=20_000_000)
    process = hug.start("download", "acme/large", "large.bin")
    while kept(hug) < least:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    hub.clear_faults()
    hub.wait_idle()
    hub.requests.clear()
    return kept(hug)


@pytest.mark.parametrize("what", [
    {"html": True}, {"set_headers": {"Content-Range": "bytes 0-9/10"}}, {"status": 416},
    {"ignore_range": True, "cut": 100},
])
def test_wrong_answers_cost_no_byte_that_is_here(hug, hub, large, what):
    """A sign-in page says nothing about what an earlier run fetched."""
    had = begin(hug, hub, 8 * MIB)
    hub.fault(server="store", **what)
    hug.fails("download", "acme/large", "large.bin")
    assert kept(hug) >= had
    hub.clear_faults()
    check(hug.ok("download", "acme/large", "large.bin"))


def test_sign_in_page_between_parts(hug, hub, large):
    hub.fault(server="store", rate=60_000_000)
    hub.fault(server="store", after=1, times=3, html=True)
    done = hug("download", "acme/large", "large.bin")
    check(done.stdout.strip())
    assert "going on in" in done.stderr and "fetching it again" not in done.stderr


def test_kept_bytes_and_a_server_without_ranges(hug, hub, large):
    had = begin(hug, hub, 8 * MIB)
    hub.fault(server="store", ignore_range=True)
    done = hug("download", "acme/large", "large.bin")
    assert "fetching it again" not in done.stderr
    check(done.stdout.strip())
    assert had


def test_locks_that_bind_nobody(hug, hub, large):
    """Lustre without flock grants every lock: both fetch, neither spoils the other's."""
    hub.fault(server="store", rate=40_000_000)
    both = [hug.start("download", "acme/large", "large.bin", env={"HUG_FAULT": "flock:1+:0"})
            for _ in range(2)]
    for process in both:
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
        check(stdout.strip())
    assert hug.partials() == []


def test_file_changes_between_parts(hug, hub, large):
    """Another file behind the same address, and another ETag: never a mixture."""
    hub.fault(server="store", rate=60_000_000)
    hub.fault(server="store", after=1, times=2, set_headers={"ETag": '"other"'})
    done = hug("download", "acme/large", "large.bin")
    assert done.returncode == 0, done.stderr
    assert "changed" in done.stderr
    check(done.stdout.strip())


def test_limit_rate(hug, hub, large):
    began = time.monotonic()
    hub.add_repo("acme/medium").commit({"m.bin": Lfs(DATA[:3_000_000])})
    done = hug("download", "acme/medium", "m.bin", "--limit-rate", "1.5M")
    assert 1.5 < time.monotonic() - began < 10
    assert "limited by --limit-rate" in done.stderr


def test_slow_network_is_named(hug, hub, large):
    hub.fault(server="store", rate=1_500_000)
    hub.add_repo("acme/medium").commit({"m.bin": Lfs(DATA[:3_000_000])})
    done = hug("download", "acme/medium", "m.bin", "--max-workers", "1")
    assert "limited by the network" in done.stderr


def test_stuck_disk_is_said(hug, hub, large):
    done = hug("download", "acme/large", env={"HUG_FAULT": "stall:9:2", "HUG_TIME_SCALE": "0.1"})
    check(done.stdout.strip() + "/large.bin")
    assert "waiting for the disk, which has taken nothing for" in done.stderr


def test_verify_size(hug, hub, large):
    hub.fault(server="store", corrupt=MIB)
    path = hug.ok("download", "acme/large", "large.bin", "--verify", "size")
    assert os.path.getsize(path) == len(DATA)
    hug.fails("download", "acme/large", "large.bin", "--force-download")


def test_progress_tells_of_bytes_kept(hug, hub, large):
    hub.fault(server="store", rate=20_000_000)
    process = hug.start("download", "acme/large", "large.bin")
    while kept(hug) < 8 * MIB:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    have = kept(hug)
    hub.clear_faults()
    done = hug("download", "acme/large", "large.bin")
    told = re.search(r"fetched and checked ([\d.]+) MB", done.stderr)
    assert abs(float(told.group(1)) * 1e6 - (len(DATA) - have)) < 10e6


def test_no_stream_is_forgotten(hug, hub):
    """A stream whose bytes turn out to be another's while it is paused ends at once."""
    repo = hub.add_repo("acme/three")
    repo.commit({f"{name}.bin": Lfs(name.encode() * (40 * MIB)) for name in "abc"})
    began = time.monotonic()
    path = hug.ok("download", "acme/three", env={"HUG_TIME_SCALE": "1"})
    assert time.monotonic() - began < 9
    assert sorted(os.listdir(path))[-3:] == ["a.bin", "b.bin", "c.bin"]


def test_waiting_says_who_holds_the_lock(hug, hub, large):
    hub.fault(server="store", rate=10_000_000)
    first = hug.start("download", "acme/large")
    while not hug.partials():
        time.sleep(0.02)
    second = hug.start("download", "acme/large")
    _, stderr = second.communicate(timeout=60)
    first.communicate(timeout=60)
    assert second.returncode == 0 and first.returncode == 0
    assert f"waiting for process {first.pid}" in stderr
    assert sent(hub) <= len(DATA) + 8 * MIB
