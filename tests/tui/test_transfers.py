"""The Transfers screen: downloads that run while one does something else, against the test Hub."""

import json
import os
import re
import time

import pytest

from conftest import BIG, TOKEN
from fixtures import play, screens
from hub import Lfs

@pytest.fixture
def root(tmp_path):
    root = tmp_path / "hub"
    root.mkdir()
    return root


@pytest.fixture
def app(root, hub):
    """Runs a script of the app in front of the test Hub."""
    def run(script, *options, env=None, **more):
        return play(root, "wait idle\nkey 3\n" + script, *options,
                    env={"HF_ENDPOINT": hub.endpoint, "HUG_TIME_SCALE": "0.02", **(env or {})}, **more)
    return run


def journal(root):
    return root.parent / "state/hug/queue.journal"


def jobs(root):
    """{id: what the journal says of it}"""
    found = {}
    for line in journal(root).read_text().splitlines():
        change = json.loads(line)
        if "job" in change:
            found.setdefault(change["job"], {}).update(change)
        found.pop(change.get("drop"), None)
    return found


def test_add_and_done(app, root, hub, owl):
    """By any name or address, with files or patterns; done it says where it is."""
    app("key A\ntext acme/owl *.json\nkey Enter\nuntil done: acme/owl\nuntil 100%\n"
        f"key A\ntext {hub.endpoint}/acme/owl/blob/main/README.md\nkey Enter\nuntil row 1 of 2\nuntil all have ended\n"
        "key j\nkey i\nexpect files\nexpect README.md\n"
        "key y\nexpect command that downloads it\nkey Down\nkey Down\nkey Enter\ncopied\n")
    done = jobs(root)
    assert [job["state"] for job in done.values()] == ["done", "done"]
    names = {os.path.relpath(os.path.join(folder, file), done[1]["path"])
             for folder, _, files in os.walk(done[1]["path"]) for file in files}
    assert names == {"config.json", "onnx/config.json", "README.md"}


def test_mistakes_keep_the_field(app, hub, owl):
    app("key A\ntext ../x\nkey Enter\nexpect download (\nexpect ../x\nkey Esc\nexpect no transfers\n")
    app("key A\ntext acme/none\nkey Enter\nuntil acme/none failed\nuntil failed\nkey r\nuntil acme/none failed\n")


@pytest.mark.parametrize("remedy, says", [
    ("free-space", "Free some space in the Cache (4); r tries again"), ("log-in", "Log in with hug login; r tries again"),
    ("ask-access", "Ask for access at https://hub.test/acme/owl; r tries"), ("check-patterns", "Add it again with other patterns (A)"),
    ("leave-out", ""), ("no such remedy", "")])
def test_what_can_be_done_is_kept(app, root, remedy, says):
    job = {"job": 1, "endpoint": "https://hub.test", "type": "model", "repo": "acme/owl", "revision": "main", "root": "/c",
           "state": "failed", "error": "it cannot be had, " + "very " * 15 + "long", "remedy": remedy}
    journal(root).parent.mkdir(parents=True)
    journal(root).write_text('{"hug-queue": 1}\n' + json.dumps(job) + "\n")
    out = screens(app("until failed\nkey i\nwait 100\ndump x\n"))["x"]
    assert "it cannot be had" in out and "very long" in out and says in out and ("advice" in out) == bool(says)


def test_runs_while_one_does_something_else(app, hub, big):
    """The tab and the status line of every screen say so; pausing keeps bytes, and nothing comes any more."""
    slow = hub.fault(path="big", server="store", rate=400_000)
    out = app("key A\ntext acme/big\nkey Enter\nuntil running\nkey 4\nuntil Transfers 1/1\nuntil kB/s\nexpect hub cache\ndump cache\n"
              "key P\nuntil Transfers 0/1\nkey 3\nuntil paused\ndump paused\nwait 600\ndump later\n"
              "key p\nuntil running\nkey x\nuntil stopped\nexpect r continues it\n")
    grids = screens(out)
    assert re.search(r"[\d.]+ [kM]B/s", grids["cache"].splitlines()[-2]), grids["cache"]
    part = [re.search(r"(\d+)%", grids[name])[1] for name in ("paused", "later")]
    assert part[0] == part[1]
    slow.what.clear()


def test_bars_never_run_back(app, hub, big):
    hub.fault(path="big", server="store", rate=1_000_000, cut=700_000, times=3)
    hub.fault(path="big", server="store", rate=1_000_000)
    out = app("key A\ntext acme/big big.bin\nkey Enter\n" + "".join(f"wait 60\ndump {i}\n" for i in range(60))
              + "until done: acme/big\n")
    shown = [int(m[1]) for grid in screens(out).values() if (m := re.search(r"acme/big .*?(\d+)%", grid))]
    assert len(shown) > 20 and shown == sorted(shown) and shown[-1] > shown[0]


def test_next_start_has_them_paused(app, root, hub, big):
    """After kill -9 too; nothing starts by itself, and what was kept is not fetched again."""
    slow = hub.fault(path="big", server="store", rate=600_000)
    play_kill = app("key A\ntext acme/big\nkey Enter\nuntil running\nwait 1500\nkill\n", ok=False)
    assert "not there" not in play_kill
    hub.wait_idle()
    before, sent = len(hub.requests), sum(r.sent for r in hub.requests if r.server == "store")
    assert sent > 100_000
    out = app("until 1 transfer from last time is paused\nexpect paused\nwait 300\ndump x\n")
    assert len(hub.requests) == before
    assert re.search(r"acme/big .*paused", screens(out)["x"])
    slow.what.clear()
    app("until paused\nkey P\nuntil done: acme/big\n")
    hub.wait_idle()
    assert sum(r.sent for r in hub.requests if r.server == "store") <= len(BIG) + 1_000_000
    assert open(jobs(root)[1]["path"] + "/big.bin", "rb").read() == BIG


def test_order_limits_and_removal(app, root, hub, owl, big):
    hub.fault(path="big", server="store", rate=150_000)
    app("key A\ntext acme/big\nkey Enter\nuntil running\nuntil 1 done\n"
        "key A\ntext acme/owl README.md\nkey Enter\nuntil 1 queued\nkey A\ntext acme/owl config.json\nkey Enter\nuntil 2 queued\n"
        "key G\nkey <\nuntil row 4 of 5\nkey >\nuntil row 5 of 5\nkey >\nexpect it is the last one\n"
        "key T\nexpect limit for all downloads\nkey a\ntext 03:00-03:01 2M, else 1M\nkey Enter\nuntil limit 1.0\n"
        "key T\nexpect 03:00-03:01\nkey n\nkey Ctrl-U\ntext 2\nkey Enter\nuntil done: acme/owl\nwait 500\n"
        "key T\nkey a\nkey Ctrl-U\ntext fast\nkey Enter\nexpect 'fast' is not a limit\nkey Esc\n"
        "key g\nkey d\nexpect Downloaded bytes stay\nkey n\nexpect acme/big\nkey m\nkey d\nexpect 2 marked\nkey d\n"
        "expect 2 transfers removed\nuntil row 1 of\nkey z\nexpect restored\nuntil acme/owl\n")
    found = jobs(root)
    assert {job["repo"] for job in found.values()} == {"acme/big", "acme/owl"}
    assert '"at_once": 2' in journal(root).read_text() and "else 1M" in journal(root).read_text()


def partials(root, repo="big"):
    return {path.name: path for path in (root / f"models--acme--{repo}/blobs").glob("*.incomplete")}


def test_discard(app, root, hub, big):
    """Its unfinished files go with it, paused or running, and nothing else; z restores the row, which begins anew."""
    slow = hub.fault(path="big", server="store", rate=300_000)
    add = "key A\ntext acme/big\nkey Enter\nuntil running\nuntil 1 done\nwait 400\n"
    out = app(add + "key P\nuntil paused\nkey d\nuntil unfinished in the cache: 1 file\ndump asked\nkey n\nexpect acme/big\n"
              "key d\nuntil unfinished in the cache: 1 file\nkey x\nuntil of unfinished files discarded\nuntil no transfers\nkey z\nuntil acme/big\nuntil paused\n")
    asked = screens(out)["asked"]
    assert re.search(r"unfinished in the cache: 1 file +[\d.]+ [kM]B", asked) and "which cannot be undone" in asked and "Discard too (x)" in asked
    assert not partials(root) and len(list((root / "models--acme--big/blobs").iterdir())) == 1
    journal(root).unlink()
    app(add + "key d\nuntil unfinished in the cache: 1 file\nkey x\nuntil of unfinished files discarded\nuntil no transfers\n")
    assert not partials(root) and jobs(root) == {}
    slow.what.clear()
    app("key A\ntext acme/big\nkey Enter\nuntil done: acme/big\nkey d\nexpect 1 transfer removed\n")
    assert (root / "models--acme--big/snapshots" / big.head() / "big.bin").read_bytes() == BIG


def test_discard_leaves_what_others_need(app, root, hub, hug):
    """What another process writes, what another transfer of the list is of, files that only look like it, and what lies behind a link."""
    hub.add_repo("acme/two").commit({"a.bin": Lfs(BIG), "b.bin": Lfs(BIG[::-1])})
    slow = hub.fault(path=".bin", server="store", rate=200_000)
    other = hug.start("download", "acme/two", "a.bin", "--cache-dir", root)
    try:
        end = time.time() + 20
        while not partials(root, "two"):
            assert time.time() < end and other.poll() is None
            time.sleep(0.02)
        theirs = set(partials(root, "two"))
        (root / "models--acme--two/blobs/notes.incomplete").write_text("mine")
        out = app("key A\ntext acme/two b.bin\nkey Enter\nuntil running\nwait 500\nkey P\nuntil paused\n"
                  "key A\ntext acme/two b.bin a.bin\nkey Enter\nuntil locked\nkey P\nuntil 2 paused\nkey g\nkey d\nwait 300\ndump shared\nkey n\nkey G\nkey d\nkey y\nuntil row 1 of 1\n"
                  "key d\nuntil by another hug: 1 file, which stays\nexpect unfinished in the cache: 1 file\nkey x\nuntil is being downloaded stays\nuntil no transfers\n")
        assert "Discard" not in screens(out)["shared"]
        assert set(partials(root, "two")) == theirs | {"notes.incomplete"}
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()
    slow.what.clear()
    assert open(hug.ok("download", "acme/two", "a.bin", "--cache-dir", root), "rb").read() == BIG
    hub.fault(path="b.bin", server="store", rate=600_000)
    app("key A\ntext acme/two b.bin\nkey Enter\nuntil running\nwait 500\nkey P\nuntil paused\n")
    (root / "models--acme--two/blobs").rename(root.parent / "away")
    (root / "models--acme--two/blobs").symlink_to(root.parent / "away")
    before = sorted(os.listdir(root.parent / "away"))
    assert len(before) == 3
    app("until paused\nkey d\nwait 400\nmissing Discard\nkey x\nkey y\nuntil no transfers\n")
    assert sorted(os.listdir(root.parent / "away")) == before


def test_limit_holds_and_changes_while_running(app, hub, big):
    """Judged at the server; a limit of its own is kept with the transfer."""
    started = time.time()
    app("key T\nkey a\ntext 1M\nkey Enter\nuntil limit 1.0 MB/s\nkey A\ntext acme/big\nkey Enter\nuntil done: acme/big\n")
    assert 2.2 < time.time() - started < 8


def test_quit_asks_only_when_something_would_stop(app, hub, owl, big):
    assert "-- ended" in app("key A\ntext acme/owl\nkey Enter\nuntil done: acme/owl\nkey Q\nwait 10\n")
    hub.fault(path="big", server="store", rate=1_000_000)
    out = app("key A\ntext acme/big\nkey Enter\nuntil running\nkey Q\nexpect 1 transfer is running\nexpect stays in the list, paused\n"
              "dump q\nkey n\nexpect running\nkey Q\nkey Right\nkey Right\nkey Enter\nexpect hug quits when no transfer runs\n"
              "until never\n")
    assert "Quit when done" in screens(out)["q"] and "Leave the screen" in screens(out)["q"] and "-- ended" in out


def test_quit_when_done_waits_for_all(app, root, hub, owl, big):
    hub.fault(path="big", server="store", rate=1_500_000)
    out = app("key A\ntext acme/big\nkey Enter\nuntil running\nkey A\ntext acme/owl\nkey Enter\nuntil 1 queued\n"
              "key Q\nkey Right\nkey Right\nkey Enter\nuntil never\n")
    assert "-- ended" in out and [job["state"] for job in jobs(root).values()] == ["done", "done"]


def test_full_disk_pauses_all_that_write_there(app, hub, owl, big):
    app("key A\ntext acme/big\nkey Enter\nkey A\ntext acme/owl\nkey Enter\nuntil disk full\nuntil 2 paused\n",
        env={"HUG_FAULT": "write:5+:28"})


def paused(root, hub, n):
    journal(root).parent.mkdir(parents=True, exist_ok=True)
    journal(root).write_text('{"hug-queue": 1}\n' + "".join(
        json.dumps({"job": i + 1, "endpoint": hub.endpoint, "type": "model", "repo": f"acme/r{i}", "revision": "main", "root": "/c",
                    "state": "paused"}) + "\n" for i in range(n)))


def test_a_slow_disk_holds_no_key_up(app, root, hub):
    """Each change is seen at once, however long the disk takes to keep it; all are kept, in their order."""
    paused(root, hub, 6)
    started = time.time()
    out = app("until paused\n" + "key x\nuntil stopped\nkey j\n" + "key x\nkey j\n" * 5 + "wait 200\ndump all\nkey g\nkey >\nwait 250\nkey >\nwait 250\ndump moved\n",
              env={"HUG_FAULT": "slow:1+:1"})
    assert time.time() - started < 4
    assert len(re.findall(r"- stopped *$", screens(out)["all"], re.M)) == 6
    names = re.findall(r"acme/r\d", screens(out)["moved"])
    assert names == ["acme/r1", "acme/r2", "acme/r0", "acme/r3", "acme/r4", "acme/r5"]
    assert {job["state"] for job in jobs(root).values()} == {"stopped"} and journal(root).read_text().count('"move"') == 2
    assert re.findall(r"acme/r\d", screens(app("until stopped\ndump again\n"))["again"]) == names


def test_a_change_that_is_not_kept_is_told(app, root, hub):
    """Once; it holds meanwhile, and is kept with the next one."""
    paused(root, hub, 3)
    out = app("until paused\nkey x\nuntil stopped\nuntil transfers is not kept: cannot sync\nkey Esc\nkey 3\nuntil not kept when hug ends\nkey j\nkey x\nkey j\nwait 300\n"
              "missing not kept when hug ends\nkey 7\ndump log\n", env={"HUG_FAULT": "sync:1:5"})
    assert screens(out)["log"].count("list of transfers is") == 1
    assert [job["state"] for job in jobs(root).values()] == ["stopped", "stopped", "paused"]
    paused(root, hub, 3)
    out = app("until paused\nkey x\nuntil cannot\nkey j\nkey x\nwait 300\nkey j\nkey x\nwait 300\nkey 7\ndump log\n", env={"HUG_FAULT": "write:1+:28"})
    assert screens(out)["log"].count("list of transfers is") == 1
    assert [job["state"] for job in jobs(root).values()] == ["paused"] * 3


def test_second_app_only_shows(root, app, hub, big):
    """With the process number; it takes over once the first has ended."""
    import subprocess
    from fixtures import PLAY
    hub.fault(path="big", server="store", rate=1_000_000)
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HF_HOME": str(root.parent / "home"),
           "XDG_STATE_HOME": str(root.parent / "state"), "HF_ENDPOINT": hub.endpoint}
    first = subprocess.Popen([PLAY, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
    first.stdin.write("wait idle\nkey 3\nkey A\ntext acme/big\nkey Enter\nuntil running\nuntil done: acme/big\n")
    first.stdin.flush()
    end = time.time() + 20
    while not journal(root).exists() or '"running": true' not in journal(root).read_text():
        assert first.poll() is None and time.time() < end
        time.sleep(0.05)
    out = app(f"until process {first.pid}\nuntil acme/big\nkey p\nexpect another hug has these transfers\nsay seen\n", ok=False)
    assert "not there" not in out
    first.stdin.close()
    assert first.wait(30) == 0
    app("until acme/big\nkey m\nkey d\nexpect 1 marked\n")


def test_an_upload_has_its_own_words(app, root, hub, hug, big):
    """The graph says which way it goes; below the row stand its phases, and what is being sent; beside a download each has its half
    and its totals."""
    hub.add_user("olive", TOKEN, role="write")
    folder = root.parent / "out"
    folder.mkdir()
    (folder / "a.json").write_text("{}")
    (folder / "w.bin").write_bytes(BIG[::-1] + BIG[5::-1] * 200_000)
    (root.parent / "home/token").write_text(TOKEN)
    hug.ok("upload", "olive/owl", folder, "--queue", "--limit-rate", "700K",
           env={"XDG_STATE_HOME": str(root.parent / "state"), "HF_HOME": str(root.parent / "home")})
    hub.fault(path="big.bin", server="store", rate=1_000_000)
    hub.fault(path="/commit/", latency=0.7)
    out = app("until paused\nkey P\nuntil w.bin\nuntil checksums 1 of 1\nuntil up, 0 to\nmissing down\nwait 900\ndump alone\nkey j\nkey j\nkey j\nkey i\nuntil MB sent\n"
              "key i\nkey T\nkey n\nkey Ctrl-U\ntext 2\nkey Enter\nkey T\nkey u\ntext 900k\nkey Enter\nuntil limit 900\nkey A\ntext acme/big\nkey Enter\n"
              "until down, 0 to\nwait 200\ndump both\nkey 4\nexpect up \nkey 3\nuntil committed 0 of 2\nuntil done: up: olive/owl\n"
              "until all have ended\n", env={"HUG_TIME_SCALE": "1"})
    grids = screens(out)
    alone, both = grids["alone"], grids["both"]
    assert re.search(r"checksums 1 of 1 .*100% +4.2 MB .*done", alone), alone
    assert re.search(r"sent 0 of 1 +#[#.: ]* +\d+%", alone) and re.search(r"  w.bin +#.* [kM]B/s", alone), alone
    assert re.search(r"^ up [\d.]+ [kM]B/s", alone, re.M) and re.search(r"^ *\d+ s ago +now", alone, re.M), alone
    assert " all  " in alone and re.search(r"up [\d.]+ [kM]B/s", alone.splitlines()[-2]), alone
    assert re.search(r"down  [\d.]+ \w+ of .*   up  ", both.splitlines()[1]), both
    assert re.search(r"- down, 0 to [\d.]+ \wB/s -+ up, 0 to [\d.]+ \wB/s -", both), both
    assert "limit off" in both and "limit 900" in both
    assert "w.bin" in hub.find_repo("model", "olive/owl").find("main").files


def test_token_is_in_no_journal(app, root, hub, owl):
    hub.add_user("olive", token=TOKEN)
    (root.parent / "home").mkdir()
    (root.parent / "home/token").write_text(TOKEN)
    out = app("key A\ntext acme/owl\nkey Enter\nuntil done: acme/owl\nkey 7\ndump log\n")
    assert TOKEN not in out and TOKEN not in journal(root).read_text()


def test_names_from_outside_stay_text(app, root, hub):
    journal(root).parent.mkdir(parents=True)
    job = {"job": 1, "kind": "download", "endpoint": hub.endpoint, "repo": "a/\u001b[31mb", "revision": "m\u001b]0;x\u0007",
           "root": "/\u001b[2J", "state": "failed", "error": "no\u001b[41m way"}
    journal(root).write_text('{"hug-queue": 1}\n' + json.dumps(job) + "\n")
    out = app("until failed\nkey i\nwait 100\ndump x\n")
    assert "\x1b" not in out and "\x07" not in out


def test_states_in_words(app, hub, big):
    """What it waits for, and how long; r skips the wait."""
    broken = hub.fault(path="big", server="store", status=503)
    script = "key A\ntext acme/big big.bin\nkey Enter\nuntil again \nuntil 503\nwait 500\nkey j\nuntil kept\ndump again\nsay now\n"
    out = app("size 140x40\n" + script, env={"HUG_TIME_SCALE": "1"})
    grid = screens(out)["again"]
    assert re.search(r"acme/big .* again \d+s", grid) and re.search(r"big.bin .* again \d+s", grid), grid
    broken.what.clear()
    started = time.time()
    app("until paused\nkey P\nuntil done: acme/big\n", env={"HUG_TIME_SCALE": "1"})
    assert time.time() - started < 20


@pytest.mark.parametrize("size", ["80x24", "140x40", "60x20", "40x10", "200x60"])
@pytest.mark.parametrize("look", [[], ["unicode"], ["linear"]], ids=lambda v: "".join(v) or "plain")
def test_golden(root, hub, app, size, look):
    """What does not move: transfers of every state, the questions, and an empty list."""
    from test_screens import golden
    now = int(time.time())
    journal(root).parent.mkdir(parents=True)
    base = {"kind": "download", "endpoint": hub.endpoint, "type": "model", "revision": "main", "root": "/data/hub"}
    rows = [
        {"repo": "northlab/fjord-70b", "state": "paused", "done": 76 * 10**9, "total": 121 * 10**9, "files_done": 16, "files_total": 29, "kept": 8 * 10**9},
        {"repo": "orchid/petal-embed-large-of-some-length", "state": "done", "done": 2100000000, "total": 2100000000, "ended": now - 130, "path": "/data/hub/x"},
        {"repo": "acme/notes", "type": "dataset", "state": "paused", "done": 10**10, "total": 88 * 10**9, "error": "cannot write /data: no space left on device"},
        {"repo": "kestrel/vision-tower-xl", "state": "failed", "done": 3 * 10**9, "total": 98 * 10**8, "ended": now - 7300,
         "error": "kestrel/vision-tower-xl: the Hub refuses access (403)"},
        {"repo": "harbor/ocr-base", "state": "stopped", "revision": "refs/pr/7", "includes": ["*.json", "*.safetensors"]},
        {"repo": "alice/fjord-lora", "kind": "upload", "state": "paused", "folder": "/data/out", "message": "Add it"},
    ]
    journal(root).write_text('{"hug-queue": 1}\n' + "".join(
        json.dumps({"job": i + 1, **base, **row}) + "\n" for i, row in enumerate(rows)))
    states = {"list": "", "info": "key i\n", "remove": "key i\nkey d\n", "limits": "key n\nkey T\n", "marks": "key Esc\nkey m\nkey f\n",
              "help": "key ?\n", "copy": "key Esc\nkey G\nkey k\nkey y\n", "add": "key Esc\nkey A\ntext acme/owl *.json\n"}
    out = app(f"size {size}\nuntil paused\nclock +60\n" + "".join(f"{keys}clock +9\ndump {name}\n" for name, keys in states.items()), *look)
    columns, lines = map(int, size.split("x"))
    text = ""
    for name, grid in screens(out).items():
        assert len(grid.splitlines()) == lines and max(map(len, grid.splitlines())) <= columns
        assert look != ["linear"] or not re.search("---|[|#]", grid), grid
        text += f"== {name}\n{grid}\n"
    golden(f"transfers-{''.join(look) or 'plain'}-{size}", text)


def test_what_a_row_would_download_cannot_be_said(app, root, hub, hug, owl):
    """Why, and what can be done; an answer that comes after it was closed opens nothing."""
    hug.ok("download", "acme/owl", "--cache-dir", root)
    key = "key 4\nkey Ctrl-R\nwait idle\nuntil acme/owl\nkey f\n"
    hub.fault(path="api/models/acme/owl", latency=0.5)
    app(key + "expect asking the Hub\nkey n\nwait 1200\nexpect acme/owl\nkey f\nkey Esc\nwait 300\nkey 3\nexpect no transfers\n")
    hub.clear_faults()
    hub.fault(path="api/models/acme/owl", status=403)
    out = screens(app(key + "until Back (n)\ndump why\nkey Enter\nkey 3\nexpect no transfers\n"))["why"]
    assert "to download" not in out and "Start" not in out and "try again with f" in out


def test_newest_revision_of_a_row(app, root, hub, hug, owl):
    """f of the Cache: what main is now; files that are there already are not fetched again, and a broken-off download is
    finished."""
    hug.ok("download", "acme/owl", "--cache-dir", root)
    owl.commit({"README.md": b"# newer\n"})
    before = len(hub.requests)
    app("key 4\nkey Ctrl-R\nwait idle\nuntil acme/owl\nkey f\nexpect download the newest revision?\nexpect model/acme/owl\nkey n\n"
        "key f\nuntil here already: 5 files\nuntil to download: 1 file\nkey y\nkey 3\nuntil done: acme/owl\nkey 4\nuntil 2 revisions\n")
    hub.wait_idle()
    assert not [r.path for r in hub.requests[before:] if r.server == "store"]
    path = jobs(root)[1]["path"]
    assert open(path + "/README.md").read() == "# newer\n" and len(list((root / "models--acme--owl/snapshots").iterdir())) == 2
    out = screens(app("key 4\nkey /\ntext owl\nkey Enter\nkey f\nuntil Start\ndump all\nkey Right\nkey Right\nkey Enter\nkey 3\nuntil paused\n"))
    assert "nothing to download: all of it is here" in out["all"] and f"which is {owl.branches['main'][:12]} now" in out["all"]


def test_what_one_should_know_of_the_newest_revision(app, root, hub, hug):
    """f of the Cache says it as the Repo screen does, of the files that it would fetch; the list is asked for once."""
    repo = hub.add_repo("acme/risky")
    repo.commit({"pytorch_model.bin": Lfs(b"p" * 99)})
    hug.ok("download", "acme/risky", "--cache-dir", root)
    repo.commit({"config.json": b'{"auto_map": {"AutoModel": "modeling.Owl"}}', "modeling.py": b""})
    hub.requests.clear()
    out = screens(app("size 120x50\nkey 4\nkey Ctrl-R\nwait idle\nuntil acme/risky\nkey f\nuntil ! no licence is stated\nwait idle\ndump all\nkey y\nkey 3\n"
                      "until done: acme/risky\n"))["all"]
    for word in ("modeling.py", "pickle", "Start (y)", "to download: 2 files"):
        assert word in out, out
    assert "asking what to know" not in out
    # For the plan, and for the transfer.
    assert sum("/tree/" in request.path for request in hub.requests) <= 2


def test_the_same_twice(app, root, hub, owl, big):
    """Wherever it is added: it is said, and the cursor is on the one that is there; what has ended is fetched again."""
    hub.fault(path="big", server="store", rate=300_000)
    app("key A\ntext acme/big\nkey Enter\nuntil running\nkey A\ntext acme/owl *.json\nkey Enter\nuntil acme/owl\n"
        "key G\nkey A\ntext acme/big\nkey Enter\nuntil already queued as #1: acme/big\nmissing 3 shows\nexpect >[ ] v acme/big\nkey A\ntext acme/owl *.json\nkey Enter\n"
        "until already queued as #2: acme/owl\nkey P\nuntil paused\n"
        "key 2\nkey A\ntext acme/owl\nkey Enter\nwait idle\nkey G\nkey f\nwait idle\nkey p\nuntil added: acme/owl; 3 shows it\n"
        "key f\nwait idle\nkey y\nuntil already queued as #3, paused: acme/owl; 3 shows it\n"
        "key +\ntext *.json\nkey Enter\nkey f\nwait idle\nkey y\nuntil already queued as #2, paused: acme/owl; 3 shows it\nkey 3\nexpect >[ ]   acme/owl\n")
    assert len(jobs(root)) == 3


def test_a_message_that_is_too_long(app, root, owl):
    """Where it went stands at its end: of the path the last part stays."""
    out = screens(app("size 80x24\nkey A\ntext acme/owl README.md\nkey Enter\nuntil done: acme/owl\ndump whole\nsize 60x20\ndump narrow\n"))
    assert f"done: acme/owl  ~/{owl.head()}/README.md" in out["whole"] and "done: acme/owl  ~/README.md" in out["narrow"]


EVERY = "HUG_EVERY_STEP" in os.environ


@pytest.mark.parametrize("seed", range(5 if EVERY else 2))
def test_monkey(app, root, hub, owl, big, seed):
    """No bar runs back, totals are those of the jobs, limits hold, and the list is what is kept of it, whatever is done meanwhile and
    whatever the network does."""
    hub.add_repo("acme/many").commit({f"{i % 3}/{i}.bin": Lfs(os.urandom(3000 * (1 + i % 9))) for i in range(60)})
    hub.add_repo("acme/huge").commit({"huge.bin": Lfs(BIG * 4)})
    hub.fault(path="big.bin", server="store", rate=500_000, cut=300_000, times=6)
    hub.fault(path="big.bin", server="store", rate=900_000)
    hub.fault(path="acme/many", status=500, times=9)
    out = app(f"transfers {seed} {20000 if EVERY else 750}\n", timeout=800)
    assert out.endswith("0 failures\n"), out[-3000:]
