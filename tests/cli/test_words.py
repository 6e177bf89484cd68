"""What users name a repository by, and how results are written."""

import json

import pytest


@pytest.fixture
def songs(hub):
    repo = hub.add_repo("acme/songs", type="dataset")
    repo.commit({"README.md": b"# songs\n", "data/a.txt": b"a", "data/b.txt": b"b"})
    repo.tag("v1.0", repo.head("main"))
    repo.pull_request(1, repo.head("main"))
    return repo


@pytest.mark.parametrize("address,args,tail", [
    ("acme/owl@v1.0", [], "/snapshots/{c}"),
    ("acme/owl@v1.0", ["config.json"], "/snapshots/{c}/config.json"),
    ("hf://acme/owl", [], "/snapshots/{c}"),
    ("hf://acme/owl@v1.0/onnx/config.json", [], "/snapshots/{c}/onnx/config.json"),
    ("hf://models/acme/owl/onnx/", [], "/snapshots/{c}"),
    ("{hub}/acme/owl", [], "/snapshots/{c}"),
    ("{hub}/acme/owl/tree/main/onnx", [], "/snapshots/{c}"),
    ("{hub}/acme/owl/blob/v1.0/config.json", [], "/snapshots/{c}/config.json"),
    ("{hub}/acme/owl/resolve/main/onnx/config.json?download=true", [],
     "/snapshots/{c}/onnx/config.json"),
    ("https://huggingface.co/acme/owl/blob/main/config.json#L3", [],
     "/snapshots/{c}/config.json"),
])
def test_addresses(hug, hub, owl, address, args, tail):
    owl.tag("v1.0", owl.head("main"))
    path = hug.ok("download", address.format(hub=hub.endpoint), *args)
    assert path == str(hug.repo()) + tail.format(c=owl.head("main"))


@pytest.mark.parametrize("address", [
    "datasets/acme/songs", "datasets/acme/songs@v1.0", "hf://datasets/acme/songs@v1.0",
    "hf://datasets/acme/songs@refs/pr/1", "{hub}/datasets/acme/songs",
    "{hub}/datasets/acme/songs/tree/refs%2Fpr%2F1",
])
def test_addresses_of_datasets(hug, hub, songs, address):
    path = hug.ok("download", address.format(hub=hub.endpoint))
    assert f"/datasets--acme--songs/snapshots/{songs.head('main')}" in path


def test_folder_of_a_page(hug, hub, songs):
    path = hug.ok("download", f"{hub.endpoint}/datasets/acme/songs/tree/main/data")
    import os
    assert sorted(os.listdir(path)) == ["data"]


@pytest.mark.parametrize("address", ["hf://", "hf://x", "hf://acme/owl@", "hf://buckets/a/b",
                                     "{hub}/login", "acme/owl@"])
def test_no_addresses(hug, hub, owl, address):
    done = hug("download", address.format(hub=hub.endpoint))
    assert done.returncode in (1, 2) and done.stdout == ""
    assert len(hub.requests) == 0


def test_pattern_is_given_back(hug, owl):
    """hug download --include "*.json" acme/owl means what it says."""
    path = hug.ok("download", "--include", "*.json", "acme/owl")
    import os
    assert sorted(os.listdir(path)) == ["config.json", "onnx"]


def test_json(hug, owl):
    done = hug("download", "acme/owl", "--json")
    result = json.loads(done.stdout)
    commit = owl.head("main")
    assert result == {
        "path": f"{hug.repo()}/snapshots/{commit}", "repo_id": "acme/owl", "repo_type": "model",
        "revision": "main", "commit": commit, "bytes_fetched": 422429}
    assert done.stderr == ""
    again = json.loads(hug("download", "acme/owl", "--format", "json").stdout)
    assert again["bytes_fetched"] == 0


def test_quiet(hug, owl):
    done = hug("download", "acme/owl", "-q")
    assert done.stdout == f"{hug.repo()}/snapshots/{owl.head('main')}\n" and done.stderr == ""


def test_dry_run_json(hug, owl):
    done = hug("download", "acme/owl", "--dry-run", "--json", "--include", "*.json")
    assert json.loads(done.stdout) == [{"file": "config.json", "size": "21.0"},
                                       {"file": "onnx/config.json", "size": "2.0"}]


def test_progress_json(hug, hub, owl):
    hub.fault(server="store", rate=800_000)
    done = hug("download", "acme/owl", "--progress", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [e["event"] for e in events][-1] == "end" and events[-1]["state"] == "done"
    assert events[-1]["bytes_done"] == events[-1]["bytes_total"] == 422429
    numbers = [e["bytes_done"] for e in events if e["event"] != "note"]
    assert numbers == sorted(numbers) and len(numbers) > 3


@pytest.mark.parametrize("look,words", [("plain", "fetched"), ("none", ""), ("bar", "\x1b[")])
def test_progress_looks(hug, hub, owl, look, words):
    hub.fault(server="store", rate=800_000)
    done = hug("download", "acme/owl", "--progress", look)
    assert words in done.stderr and (words or done.stderr == "")


def test_offline_option(hug, hub, owl):
    hug.fails("download", "acme/owl", "--offline")
    assert len(hub.requests) == 0
    path = hug.ok("download", "acme/owl")
    hub.wait_idle()
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", "--offline") == path
    assert len(hub.requests) == 0


def test_agent_mode_of_hf(hug, owl, tmp_path):
    import os
    import subprocess
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    (hug.home / ".agent_harnesses.json").write_text(json.dumps(
        {"standardEnvVars": ["AI_AGENT"], "harnesses": {"x": {"envVars": {"X_TOOL": "1"}}}}))

    def out(**env):
        return subprocess.run([link, "download", "acme/owl", "config.json"],
                              env={**hug.env, **env}, capture_output=True, text=True).stdout

    path = f"{hug.repo()}/snapshots/{owl.head('main')}/config.json"
    assert out() == f"✓ Downloaded\n  path: {path}\n"
    assert out(AI_AGENT="some") == out(X_TOOL="1") == f"path={path}\n"
    assert out(X_TOOL="2") == out(AI_AGENT="") == out()
