"""Transfers that are queued: kept, run in their order, changed by a second process, and resumed."""

import json
import os
import random
import re
import shutil
import signal
import time

import pytest

from conftest import BIG, TOKEN, store_bytes
from test_upload_faults import noted_parts
from hub import Lfs

BIG_RATE = 1_500_000


def listed(hug):
    return json.loads(hug.ok("queue", "ls", "--json"))


def states(hug):
    return {job["id"]: job["state"] for job in listed(hug)}


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while not what():
        assert time.time() < end
        time.sleep(0.02)


def journal(hug):
    return hug.home / ".local/state/hug/queue.journal"


def test_queued_and_run(hug, hub, owl, big):
    """Of what is queued only cautions are asked; run, it is what `download` makes of the same words."""
    hug.ok("download", "acme/owl", "--queue", "--include", "*.json", "-q")
    assert not hub.requests
    hug.ok("queue", "add", "acme/big", "big.bin", "--local-dir", hug.home / "here")
    assert not [request for request in hub.requests if "/resolve/" in request.path]
    assert states(hug) == {1: "waiting", 2: "waiting"}
    done = hug("queue", "run")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == hug.ok("download", "acme/owl", "--include", "*.json")
    assert second == str(hug.home / "here/big.bin") and open(second, "rb").read() == BIG
    assert sorted(os.listdir(first)) == ["config.json", "onnx"]
    jobs = listed(hug)
    assert [job["state"] for job in jobs] == ["done", "done"] and jobs[0]["path"] == first
    assert first.endswith("/snapshots/" + jobs[0]["commit"])
    assert jobs[1]["bytes_done"] == len(BIG)
    assert (journal(hug).stat().st_mode & 0o777) == 0o600
    before = len(hub.requests)
    assert hug("queue", "run").returncode == 0 and len(hub.requests) == before


def test_one_that_fails_stops_no_other(hug, hub, owl):
    for repo in ("acme/none", "acme/owl"):
        hug.ok("queue", "add", repo)
    done = hug("queue", "run")
    assert done.returncode == 1 and "transfer 1, model/acme/none, has failed: " in done.stderr
    assert "Check the name and --repo-type" in done.stderr
    assert states(hug) == {1: "failed", 2: "done"}
    assert "acme/none" in hug("queue", "ls").stdout
    hub.add_repo("acme/none").commit({"a.txt": b"a"})
    hug.ok("queue", "go", "1")
    assert states(hug) == {1: "waiting", 2: "done"} and "error" in listed(hug)[0] and listed(hug)[0]["error"] is None
    assert hug("queue", "run").returncode == 0


def test_paused_waits_for_go(hug, hub, owl):
    hug.ok("queue", "add", "acme/owl", "--paused")
    hug.ok("queue", "add", "acme/owl", "config.json")
    assert hug("queue", "run").stdout.count("\n") == 1
    assert states(hug) == {1: "paused", 2: "done"}
    assert hug("queue", "pause", "2").returncode == 0
    for args in (("rm", "--all"),):
        assert hug("queue", *args).returncode == 0
    assert listed(hug) == []
    assert "no transfers are queued" in hug("queue", "ls").stderr


def test_cautions(hug, hub):
    """Notes after it was queued, of what is wanted; none for programs or offline, and without the Hub it is queued, too."""
    hub.add_repo("acme/risky").commit({"pytorch_model.bin": Lfs(b"p" * 99), "config.json": b'{"auto_map": {"AutoModel": "modeling.Owl"}}', "modeling.py": b"",
                                       "model.safetensors": Lfs(b"s")})
    done = hug("queue", "add", "acme/risky", "--exclude", "*.safetensors")
    assert done.returncode == 0 and "Queued as transfer 1" in done.stdout
    notes = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert notes == ["licence", "code", "pickle"] and "modeling.py" in done.stderr, done.stderr
    assert "pickle" not in hug("download", "--queue", "acme/risky", "*.safetensors").stderr
    before = len(hub.requests)
    assert not hug("queue", "add", "acme/risky", "a", "--json").stderr and not hug("queue", "add", "acme/risky", "b", env={"HF_HUB_OFFLINE": "1"}).stderr
    assert len(hub.requests) == before
    hub.fault(latency=2)
    done = hug("queue", "add", "acme/risky", "c")
    assert done.returncode == 0 and "cautions cannot be shown: the Hub did not answer in time" in done.stderr
    assert len(listed(hug)) == 5


def test_the_same_is_queued_once(hug, hub, owl, big):
    """In whatever words, paused or not, and where another process has the list; not once it has ended, and never something else."""
    hug.ok("queue", "add", "acme/owl", "config.json", "README.md", "-q")
    for args in (("README.md", "config.json"), ("config.json", "README.md", "--paused"), ("--revision", "main", "config.json", "README.md")):
        done = hug("queue", "add", f"{hub.endpoint}/acme/owl", *args)
        assert done.returncode == 0 and "already queued as #1: model/acme/owl\n" in done.stdout and not done.stderr
    assert json.loads(hug.ok("download", "--queue", "acme/owl", "config.json", "README.md", "--json"))["id"] == 1
    for args in (("config.json",), ("config.json", "README.md", "--force-download"), ("--include", "config.json", "README.md"),
                 ("config.json", "README.md", "--local-dir", hug.home / "here"), ("config.json", "README.md", "--cache-dir", hug.home / "other"),
                 ("config.json", "README.md", "--revision", owl.head())):
        assert "Queued as transfer" in hug("queue", "add", "acme/owl", *args).stdout
    assert len(listed(hug)) == 7
    hug.ok("queue", "rm", "--all")
    hug.ok("queue", "add", "acme/owl", "--paused")
    hug.ok("queue", "add", "acme/big")
    slow = hub.fault(path="big", server="store", rate=1_500_000)
    first = hug.start("queue", "run")
    try:
        wait_for(lambda: slow.hits and states(hug).get(9) == "running")
        assert "already queued as #9" in hug("queue", "add", "acme/big").stdout
        assert "already queued as #8: model/acme/owl (paused)" in hug("queue", "add", "acme/owl").stdout
        assert len(listed(hug)) == 2
        slow.what.clear()
        hug.ok("queue", "go", "8")
        assert first.wait(30) == 0
    finally:
        first.kill()
        first.communicate()
    assert "Queued as transfer 10" in hug("queue", "add", "acme/big").stdout


@pytest.mark.parametrize("args,what", [
    (("queue", "go"), "name the transfers, or pass --all"),
    (("queue", "rm", "7"), "there is no transfer '7'"),
    (("queue", "rm", "x"), "there is no transfer 'x'"),
    (("queue", "pause", "1", "--all"), "--all and numbers cannot be used together"),
    (("queue", "set", "--limit-down", "fast"), "'fast' is not a limit"),
    (("queue", "set", "--order", "odd"), "'odd' is not an order"),
    (("download", "acme/owl", "--queue", "--token", TOKEN[:9]), "--queue keeps no token"),
    (("download", "acme/owl", "--queue", "--dry-run"), "--queue and --dry-run cannot be used together"),
])
def test_mistakes(hug, args, what):
    done = hug(*args)
    assert done.returncode in (1, 2) and what in done.stderr and not done.stdout
    assert not journal(hug).exists() or '"job"' not in journal(hug).read_text()


def test_killed_at_any_moment(hug, hub, owl, big):
    """kill -9 again and again: the next run reads the list, goes on, and fetches nothing twice but what was in flight."""
    kills = min(int(os.environ.get("HUG_KILLS", "6")), 30)
    hub.fault(path="big", server="store", rate=BIG_RATE)
    for job in ("acme/big", "acme/owl"):
        hug.ok("queue", "add", job)
    hug.ok("queue", "set", "--at-once", "2")
    rest = random.Random(19)
    for n in range(kills):
        run = hug.start("queue", "run")
        time.sleep(rest.uniform(0.02, 2.0 * len(BIG) / BIG_RATE / kills + 0.3))
        run.kill()
        run.communicate()
        found = states(hug)
        assert set(found) == {1, 2} and set(found.values()) <= {"waiting", "running", "done"}
        assert "broken" not in " ".join(path.name for path in journal(hug).parent.iterdir())
    hub.clear_faults()
    hug("queue", "run")
    assert set(states(hug).values()) == {"done"}
    hub.wait_idle()
    assert store_bytes(hub) <= len(BIG) + 500_000 + kills * 600_000
    assert all(json.loads(line) for line in journal(hug).read_text().splitlines())
    before = store_bytes(hub)
    assert open(os.path.join(hug.ok("download", "acme/big").strip(), "big.bin"), "rb").read() == BIG
    assert store_bytes(hub) == before


def test_settings(hug):
    hug.ok("queue", "set", "--at-once", "3", "--limit-down", "08:00-18:00 2M, else off", "--order", "smallest")
    hug.ok("queue", "set", "--limit-up", "1M")
    assert json.loads(hug.ok("queue", "set", "--json")) == {
        "at_once": 3, "order": "smallest", "limit_down": "08:00-18:00 2M, else off", "limit_up": "1M"}
    hug.ok("queue", "set", "--limit-down", "off")
    assert json.loads(hug.ok("queue", "set", "--json"))["limit_down"] == "off"


def test_second_process(hug, hub, owl, big):
    """It reads the list, leaves changes for the first, and works nothing off itself."""
    slow = hub.fault(path="big", server="store", rate=200_000)
    hug.ok("queue", "add", "acme/big")
    first = hug.start("queue", "run")
    try:
        wait_for(lambda: slow.hits and states(hug).get(1) == "running")
        assert hug.fails("queue", "run").startswith(f"hug: process {first.pid} already runs the queue")
        assert "Queued as transfer 2" in hug("queue", "add", "acme/owl", "config.json").stdout
        hug.ok("queue", "add", "acme/owl", "--paused")
        hug.ok("queue", "rm", "3")
        assert states(hug) == {1: "running", 2: "waiting"}
        hug.ok("queue", "pause", "1")
        wait_for(lambda: states(hug) == {1: "paused", 2: "done"})
        out, err = first.communicate(timeout=20)
        assert first.returncode == 0 and out.count("\n") == 1, err
    finally:
        first.kill()
    kept = hug.kept(len(BIG))
    assert 0 < kept < len(BIG)
    before = store_bytes(hub)
    slow.what.clear()
    hug.ok("queue", "go", "--all")
    assert hug("queue", "run").returncode == 0
    assert store_bytes(hub) - before <= len(BIG) - kept + 100_000


def test_who_does_not_answer(hug, hub, owl, big):
    """A stopped process takes the change when it goes on."""
    slow = hub.fault(path="big", server="store", rate=500_000)
    hug.ok("queue", "add", "acme/big")
    first = hug.start("queue", "run")
    try:
        wait_for(lambda: slow.hits)
        first.send_signal(signal.SIGSTOP)
        done = hug("queue", "add", "acme/owl", "config.json")
        assert done.returncode == 0 and f"process {first.pid} owns the list of transfers and does not answer" in done.stderr
        first.send_signal(signal.SIGCONT)
        out, _ = first.communicate(timeout=30)
        assert first.returncode == 0 and out.count("\n") == 2
    finally:
        first.kill()


def test_a_change_is_on_disk_when_it_is_told(hug, hub, owl, big):
    """Also where the process that has the queue goes on meanwhile, as the disk is slow."""
    hub.fault(path="big", server="store", rate=1_000_000)
    hug.ok("queue", "add", "acme/big")
    first = hug.start("queue", "run", env={"HUG_FAULT": "slow:3+:1"})
    try:
        wait_for(lambda: states(hug).get(1) == "running")
        started = time.time()
        hug.ok("queue", "add", "acme/owl", "config.json", "--paused")
        assert time.time() - started > 0.9
        assert states(hug) == {1: "running", 2: "paused"}
        first.kill()
        first.communicate()
        assert not list((journal(hug).parent / "queue.inbox").iterdir()) and states(hug)[2] == "paused"
    finally:
        first.kill()
        first.communicate()


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_resumes(hug, hub, big, signal_):
    """Whatever ends it: the next run goes on from what was kept, and nothing is fetched twice."""
    slow = hub.fault(path="big", server="store", rate=1_500_000)
    hug.ok("queue", "add", "acme/big")
    moments = random.Random(3)
    for _ in range(3):
        first = hug.start("queue", "run")
        time.sleep(0.2 + moments.random() * 0.4)
        first.send_signal(signal_)
        first.wait(20)
        assert states(hug)[1] in ("waiting", "running")
    slow.what.clear()
    done = hug("queue", "run")
    assert done.returncode == 0, done.stderr
    assert open(done.stdout.strip() + "/big.bin", "rb").read() == BIG
    # What was in flight at each end, and no more.
    assert store_bytes(hub) <= len(BIG) + 3 * 1_000_000


def test_small_files_first(hug, hub):
    """So that what configures a model is there early; some are asked for at once, in any order."""
    sizes = {f"f{i:02}.bin": 200_000 - i * 4_000 for i in range(48)}
    hub.add_repo("acme/sizes").commit({name: Lfs(os.urandom(size)) for name, size in sizes.items()})
    hug.ok("queue", "add", "acme/sizes")
    assert hug("queue", "run").returncode == 0
    asked = [os.path.basename(r.path) for r in hub.requests if r.server == "hub" and r.method == "GET" and "/resolve/" in r.path]
    order = list(dict.fromkeys(name for name in asked if name in sizes))
    assert len(order) == 48 and min(order[:8]) > max(order[-8:]), order


def test_full_disk_pauses(hug, hub, owl, big):
    """No transfer that writes there begins by itself. Which write it is that fails: one of the file's."""
    met = 0
    for nth in range(3, 12):
        for repo in ("acme/big", "acme/owl"):
            hug.ok("queue", "add", repo)
        done = hug("queue", "run", env={"HUG_FAULT": f"write:{nth}:28"})
        if "is paused: " in done.stderr:
            met += 1
            assert done.returncode == 1 and done.stdout.count("\n") < 2
            assert {"paused"} <= set(states(hug).values()) <= {"paused", "done"}
            hug.ok("queue", "go", "--all")
        assert hug("queue", "run").returncode == 0
        assert set(states(hug).values()) == {"done"}
        hug.ok("queue", "rm", "--all")
        shutil.rmtree(hug.cache)
    assert met


def test_account_is_named_and_token_is_not_kept(hug, hub, owl):
    (hug.home / "stored_tokens").write_text(f"[work]\nhf_token = {TOKEN}\n")
    hug("--as", "work", "queue", "add", "acme/owl", "config.json")
    asked = len(hub.requests)
    text = journal(hug).read_text()
    assert '"account": "work"' in text and TOKEN not in text
    (hug.home / "stored_tokens").unlink()
    assert hug("queue", "run").returncode == 1
    assert "no stored token is called 'work' any more" in listed(hug)[0]["error"]
    assert len(hub.requests) == asked


def test_another_hub(hug, hub, owl):
    """The token of this Hub goes to no other, and that of another not to this one."""
    hug.ok("queue", "add", "acme/owl", "-q")
    done = hug("queue", "run", env={"HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": TOKEN})
    assert done.returncode == 1 and "another Hub is set now" in done.stderr and not hub.requests


def test_broken_lines(hug, hub, owl):
    hug.ok("queue", "add", "acme/owl", "config.json")
    with open(journal(hug), "a") as file:
        file.write("nonsense \x1b[31m\n")
    whole = journal(hug).read_text()
    done = hug("queue", "run")
    assert done.returncode == 0 and "parts of the list of transfers could not be read" in done.stderr
    assert (journal(hug).parent / "queue.journal.broken").read_text() == whole
    assert states(hug) == {1: "done"}


@pytest.fixture
def writer(hug, hub):
    """Somebody who may write, whose token is stored: a queue keeps none."""
    hub.add_user("olive", TOKEN, role="write")
    (hug.home / "token").write_text(TOKEN)
    folder = hug.home / "out"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.json").write_text("{}")
    (folder / "sub/w.bin").write_bytes(random.Random(1).randbytes(3_000_000))
    return folder


def test_an_upload_that_is_queued(hug, hub, writer):
    """It asks nothing before it runs, is not queued twice, and is what `upload` makes of the same words."""
    hug.ok("upload", "olive/owl", writer, "to", "--exclude", "*.tmp", "--queue", "--limit-rate", "100M")
    again = hug("upload", "olive/owl", writer, "to", "--exclude", "*.tmp", "--queue")
    assert "already queued as #1" in again.stdout and not hub.requests
    assert TOKEN not in journal(hug).read_text()
    assert re.search(r"1 +up +model/olive/owl/to/ +waiting", hug("queue", "ls").stdout)
    done = hug("queue", "run")
    assert done.returncode == 0, done.stderr
    repo = hub.find_repo("model", "olive/owl")
    assert done.stdout.splitlines()[-1].endswith(f"/commit/{repo.head()}")
    assert sorted(repo.find("main").files) == [".gitattributes", "to/a.json", "to/sub/w.bin"]
    assert states(hug) == {1: "done"} and listed(hug)[0]["bytes_done"] == 3_000_002
    assert hug.ok("upload", "olive/owl", writer, "to").endswith(f"/commit/{repo.head()}")


def test_directions_are_listed(hug, hub, owl, writer):
    """Where an upload is among them, of each row; a program always learns it, and where an upload goes."""
    hug.ok("queue", "add", "acme/owl", "--revision", "v1")
    assert "down" not in hug("queue", "ls").stdout and listed(hug)[0]["direction"] == "down"
    assert "path_in_repo" not in listed(hug)[0]
    hug.ok("upload", "olive/owl", writer / "a.json", "sub/b.json", "--revision", "dev", "--queue")
    hug.ok("upload", "olive/owl", writer, "--type", "dataset", "--queue")
    rows = [line.split() for line in hug("queue", "ls").stdout.splitlines()]
    assert [row[:3] for row in rows[-3:]] == [["1", "down", "model/acme/owl@v1"], ["2", "up", "model/olive/owl@dev/sub/b.json"],
                                             ["3", "up", "dataset/olive/owl"]]
    jobs = [(job["direction"], job.get("local_path"), job.get("path_in_repo")) for job in listed(hug)]
    assert jobs == [("down", None, None), ("up", str(writer / "a.json"), "sub/b.json"), ("up", str(writer), "")]


def test_a_queued_upload_asks_nobody(hug, hub, writer):
    """What a question would be about ends it, with the remedy, and sends nothing."""
    for option in ("--dry-run", "--one-commit", "--skip-unreadable", "--delete=*"):
        assert "--queue" in hug.fails("upload", "olive/owl", writer, "--queue", *option.split("="), code=2)
    (writer / ".env").write_text("KEY=1")
    hug.ok("upload", "olive/owl", writer, "--queue")
    done = hug("queue", "run")
    assert done.returncode == 1 and "--include-secrets" in done.stderr
    assert not hub.requests and states(hug) == {1: "failed"}
    hug.ok("upload", "olive/owl", writer, "--queue", "--include-secrets", "--delete", "*.old", "-y")
    assert hug("queue", "run").returncode == 0
    assert ".env" in hub.find_repo("model", "olive/owl").find("main").files


def test_a_queued_upload_goes_on_after_a_kill(hug, hub, writer):
    hub.multipart_above, hub.part_size = 500_000, 500_000
    os.utime(writer / "sub/w.bin", (1, 1))
    hug.ok("upload", "olive/owl", writer, "--queue", "--limit-rate", "1M")
    process = hug.start("queue", "run", env={"HUG_TIME_SCALE": "1"})
    # What the store has acknowledged a killed process may not have learnt: what it noted counts.
    wait_for(lambda: noted_parts(hug))
    process.kill()
    process.communicate()
    sent = noted_parts(hug)
    hug.ok("queue", "set", "--limit-up", "off")
    hug.ok("queue", "go", "1")
    assert hug("queue", "run", timeout=120).returncode == 0
    assert all(hub.uploads.parts[part] == 1 for part in sent)
    assert "sub/w.bin" in hub.find_repo("model", "olive/owl").find("main").files
