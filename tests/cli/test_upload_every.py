"""Folders that are uploaded again and again: what changed and is written, and nothing else."""

import json
import os
import random
import signal
import subprocess
import time

import pytest

from conftest import TOKEN


@pytest.fixture
def out(hug, hub):
    hub.add_user("olive", TOKEN, role="write")
    hug.env["HF_TOKEN"] = TOKEN
    folder = hug.home / "out"
    folder.mkdir()
    return folder


def head(hub):
    repo = hub.find_repo("model", "olive/owl")
    return {} if repo is None else repo.find("main").files


def content(blob):
    return bytes(blob.lfs.data) if blob.lfs else blob.git_data


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, "nothing came of it"
        time.sleep(0.02)


def stop(process):
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    return said


@pytest.mark.parametrize("how", (["--watch"], ["--every", "0.05"]))
def test_what_changes_goes_up(hug, hub, out, how):
    """What is there at first, what comes later, what changes; each as a commit, and nothing while nothing changes."""
    (out / "a.json").write_text("1")
    process = hug.start("upload", "olive/owl", out, *how, "--exclude", "*.tmp")
    wait_for(lambda: "a.json" in head(hub))
    (out / "b.json").write_text("2")
    (out / "c.tmp").write_text("3")
    wait_for(lambda: "b.json" in head(hub))
    (out / "a.json").write_text("longer")
    wait_for(lambda: content(head(hub)["a.json"]) == b"longer")
    repo = hub.find_repo("model", "olive/owl")
    commits = len(repo.commits)
    # What is noted needs two seconds since its change; from then on nothing is asked.
    time.sleep(2.5)
    before = len(hub.requests)
    time.sleep(1)
    assert len(hub.requests) == before and len(repo.commits) == commits == 4
    said = stop(process)
    assert said[0].splitlines()[-1].endswith(f"/commit/{repo.head()}") and "stopped" in said[1]
    assert sorted(head(hub)) == [".gitattributes", "a.json", "b.json"]


@pytest.mark.parametrize("held_open", (False, True))
def test_a_file_that_is_being_written_waits(hug, hub, out, held_open):
    """A checkpoint that grows, or is held open for writing, is never seen in part; it comes once it is whole."""
    data = random.Random(1).randbytes(400_000)
    process = hug.start("upload", "olive/owl", out, "--watch", "--calm", "1", env={"HUG_TIME_SCALE": "0.3"})
    with open(out / "model.bin", "wb", buffering=0) as file:
        for at in range(0, len(data), 50_000):
            file.write(data[at:at + 50_000])
            time.sleep(0.1)
        if held_open:
            time.sleep(2)
            assert "model.bin" not in head(hub)
            file.write(b"end")
            data += b"end"
    wait_for(lambda: "model.bin" in head(hub))
    stop(process)
    repo = hub.find_repo("model", "olive/owl")
    seen = {commit.files["model.bin"].size for commit in repo.commits.values() if "model.bin" in commit.files}
    assert seen == {len(data)} and content(head(hub)["model.bin"]) == data


def test_a_log_is_sent_while_it_grows(hug, hub, out):
    """Whole lines up to some length, never bytes that were not there; also what --append names, and a log that is rotated."""
    process = hug.start("upload", "olive/owl", out, "--watch", "--append", "*.steps")
    lines = []
    with open(out / "train.log", "w") as log, open(out / "x.steps", "w") as steps:
        for i in range(60):
            lines.append(f"step {i}\n")
            for file in (log, steps):
                file.write(lines[-1])
                file.flush()
            time.sleep(0.05)
            if i == 30:
                wait_for(lambda: "train.log" in head(hub))
        wait_for(lambda: content(head(hub)["train.log"]) == content(head(hub)["x.steps"]) == "".join(lines).encode())
    os.rename(out / "train.log", out / "train.log.1")
    (out / "train.log").write_text("new\n")
    wait_for(lambda: content(head(hub)["train.log"]) == b"new\n" and "train.log.1" in head(hub))
    stop(process)
    repo = hub.find_repo("model", "olive/owl")
    for commit in repo.commits.values():
        text = content(commit.files["train.log"]) if "train.log" in commit.files else b""
        assert "".join(lines).encode().startswith(text) or text == b"new\n"


def test_a_hub_that_is_down_for_a_while(hug, hub, out):
    (out / "a.json").write_text("1")
    process = hug.start("upload", "olive/owl", out, "--every", "0.05")
    wait_for(lambda: "a.json" in head(hub))
    fault = hub.fault("/api/", status=503)
    (out / "b.json").write_text("2")
    wait_for(lambda: fault.hits > 20, 40)
    hub.clear_faults()
    wait_for(lambda: "b.json" in head(hub))
    said = stop(process)
    assert "Error while pushing to Hub" in said[1]


def test_secrets_stay_here(hug, hub, out):
    (out / ".env").write_text("KEY=1")
    (out / "a.json").write_text("1")
    process = hug.start("upload", "olive/owl", out, "--watch")
    wait_for(lambda: "a.json" in head(hub))
    said = stop(process)
    assert ".env" not in head(hub) and "'.env'" in said[1]


@pytest.mark.parametrize("args, says", [
    (["--every", "0"], "above 0"), (["--every=-1"], "above 0"), (["--every", "x"], "a number of minutes"),
    (["--every", "nan"], "a number of minutes"), (["--every", "1", "--watch"], "cannot be used together"),
    (["--watch", "--dry-run"], "cannot be used"), (["--watch", "--delete", "*", "-y"], "cannot be used")])
def test_mistakes(hug, out, args, says):
    assert says in hug.fails("upload", "olive/owl", out, *args, code=2)


@pytest.mark.parametrize("phase", ("/preupload/", "/commit/", "/objects/batch", "/lfs/"))
def test_stopped_in_each_phase(hug, hub, out, phase):
    """It ends at once and well, whatever is under way; the next run has what is missing."""
    (out / "w.bin").write_bytes(bytes(range(256)) * 2000)
    hub.fault(phase, latency=3, times=1)
    process = hug.start("upload", "olive/owl", out, "--watch", env={"HUG_TIME_SCALE": "0.3"})
    wait_for(lambda: any(phase in request.path for request in hub.requests))
    stop(process)
    hub.wait_idle(10)
    hug.ok("upload", "olive/owl", out)
    assert content(head(hub)["w.bin"]) == bytes(range(256)) * 2000


def test_notes_for_a_program(hug, hub, out):
    """With --progress json all that is said is an object a line."""
    (out / "a.json").write_text("1")
    process = hug.start("upload", "olive/owl", out, "--watch", "--progress", "json")
    wait_for(lambda: "a.json" in head(hub))
    said = stop(process)[1].splitlines()
    notes = [json.loads(line)["text"] for line in said if json.loads(line)["event"] == "note"]
    assert notes[0].startswith("watching ") and notes[-1] == "stopped"


@pytest.mark.parametrize("args, where", [
    (["--revision", "side"], lambda hub: hub.find_repo("model", "olive/owl").find("side")),
    (["--repo-type", "space"], lambda hub: hub.find_repo("space", "olive/owl").find("main")),
    (["--create-pr"], lambda hub: hub.find_repo("model", "olive/owl").find("refs/pr/1")),
], ids=["branch", "space", "pull-request"])
def test_where_it_goes(hug, hub, out, args, where):
    """Every push goes to the same place: there is one branch, one pull request."""
    (out / "a.json").write_text("1")
    process = hug.start("upload", "olive/owl", out, "--watch", *args)

    def has(name):
        try:
            return name in where(hub).files
        except (AttributeError, KeyError):
            return False

    wait_for(lambda: has("a.json"))
    (out / "b.json").write_text("2")
    wait_for(lambda: has("b.json"))
    stop(process)
    repo = hub.find_repo("space" if "space" in args else "model", "olive/owl")
    assert len(repo.pull_requests) == ("--create-pr" in args)
    if "space" not in args:
        assert "a.json" not in repo.find("main").files
