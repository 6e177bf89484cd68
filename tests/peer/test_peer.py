"""The official client as judge: each side reads what the other cached."""

import os

import pytest

from hub import Lfs
from peers import CLIENTS

@pytest.fixture(params=list(CLIENTS))
def peer(request, official):
    peer = official(request.param)
    assert peer.ask("version") == request.param
    return peer


def tree(folder):
    """Every entry below a folder: links by their text, files by their bytes."""
    entries = {}
    for parent, folders, names in os.walk(folder):
        for name in names + folders:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, folder)
            if os.path.islink(path):
                entries[key] = "-> " + os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    entries[key] = file.read()
    return entries


def common(entries):
    """Without what only some releases write, and what is none of the layout."""
    return {k: v for k, v in entries.items()
            if not k.startswith((".locks", "trees", "CACHEDIR")) and "/trees/" not in k}


@pytest.fixture
def rich(hub, owl):
    """acme/owl with a tag and a pull request, and a dataset."""
    first = owl.head("main")
    owl.tag("v1.0", first)
    owl.pull_request(1, first)
    owl.commit({"config.json": b"second", "new/deep/file.txt": b"n"})
    data = hub.add_repo("acme/songs", type="dataset")
    data.commit({"data/train.parquet": Lfs(b"p" * 5000), "README.md": b"# songs"})
    return owl


REQUESTS = [
    ("acme/owl", "model", "main"), ("acme/owl", "model", "v1.0"),
    ("acme/owl", "model", "refs/pr/1"), ("acme/songs", "dataset", "main"),
]


def fetch_all(hug, cache):
    return [hug.ok("download", id, "--repo-type", type, "--revision", rev, "--cache-dir", cache)
            for id, type, rev in REQUESTS]


def peer_fetch_all(peer, hub, cache):
    return [peer.ask("snapshot", repo_id=id, repo_type=type, revision=rev, cache_dir=cache,
                     endpoint=hub.endpoint) for id, type, rev in REQUESTS]


def test_same_files_on_disk(hug, hub, rich, peer, tmp_path):
    ours = fetch_all(hug, tmp_path / "ours")
    theirs = peer_fetch_all(peer, hub, tmp_path / "theirs")
    assert [os.path.relpath(p, tmp_path / "ours") for p in ours] == [
        os.path.relpath(p, tmp_path / "theirs") for p in theirs]
    assert common(tree(tmp_path / "ours")) == common(tree(tmp_path / "theirs"))


def test_newest_client_writes_the_same_extras(hug, hub, rich, official, tmp_path):
    peer = official("2.4.0")
    fetch_all(hug, tmp_path / "ours")
    peer_fetch_all(peer, hub, tmp_path / "theirs")
    ours, theirs = tree(tmp_path / "ours"), tree(tmp_path / "theirs")
    assert ours == theirs


def test_python_loads_ours_without_a_request(hug, hub, rich, peer, tmp_path):
    paths = fetch_all(hug, tmp_path)
    hub.wait_idle()
    hub.requests.clear()
    for (id, type, rev), path in zip(REQUESTS, paths):
        assert peer.ask("snapshot", repo_id=id, repo_type=type, revision=rev, cache_dir=tmp_path,
                        endpoint=hub.endpoint, local_files_only=True) == path
        name = "README.md"
        assert peer.ask("file", repo_id=id, repo_type=type, revision=rev, cache_dir=tmp_path,
                        endpoint=hub.endpoint, filename=name,
                        local_files_only=True) == path + "/" + name
    assert len(hub.requests) == 0


def test_python_transfers_nothing_again(hug, hub, rich, peer, tmp_path):
    fetch_all(hug, tmp_path)
    hub.wait_idle()
    hub.requests.clear()
    peer_fetch_all(peer, hub, tmp_path)
    assert not [r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]


def test_scan_agrees_and_warns_of_nothing(hug, hub, rich, peer, tmp_path):
    fetch_all(hug, tmp_path / "ours")
    peer_fetch_all(peer, hub, tmp_path / "theirs")
    ours = peer.ask("scan", cache=tmp_path / "ours")
    theirs = peer.ask("scan", cache=tmp_path / "theirs")
    ours["warnings"] = [w.replace("/ours", "/theirs") for w in ours["warnings"]]
    # 0.36 knows no CACHEDIR.TAG, and warns of the one that newer clients write.
    ours["warnings"] = [w for w in ours["warnings"] if "CACHEDIR.TAG" not in w]
    assert ours == theirs and len(ours["repos"]) == 2


def test_we_reuse_what_python_cached(hug, hub, rich, peer, tmp_path):
    theirs = peer_fetch_all(peer, hub, tmp_path)
    hub.wait_idle()
    hub.requests.clear()
    assert fetch_all(hug, tmp_path) == theirs
    assert not [r for r in hub.requests if "/resolve/" in r.path]
    hub.requests.clear()
    assert hug.ok("download", "acme/owl", "config.json", "--cache-dir", tmp_path,
                  env={"HF_HUB_OFFLINE": "1"}) == theirs[0] + "/config.json"
    for (id, type, rev), path in zip(REQUESTS, theirs):
        assert hug.ok("download", id, "--repo-type", type, "--revision", rev, "--cache-dir",
                      tmp_path, env={"HF_HUB_OFFLINE": "1"}) == path
    assert len(hub.requests) == 0


def test_both_at_once(hug, hub, peer, tmp_path):
    repo = hub.add_repo("acme/both")
    files = {f"w{i}.bin": Lfs(bytes([i]) * 400_000) for i in range(6)}
    repo.commit({**files, "a.json": b"{}"})
    hub.fault(server="store", rate=1_500_000)
    process = hug.start("download", "acme/both", "--cache-dir", tmp_path)
    theirs = peer.ask("snapshot", repo_id="acme/both", cache_dir=tmp_path, endpoint=hub.endpoint)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert stdout.strip() == theirs
    for i in range(6):
        with open(f"{theirs}/w{i}.bin", "rb") as file:
            assert file.read() == bytes([i]) * 400_000
    blobs = list((tmp_path / "models--acme--both/blobs").iterdir())
    assert all(len(b.name) in (40, 64) for b in blobs), blobs


def test_python_ignores_our_partial_files(hug, hub, peer, tmp_path):
    """What we left half done is neither resumed from nor taken for a file by Python."""
    import hashlib

    data = b"z" * 300_000
    hub.add_repo("acme/half").commit({"z.bin": Lfs(data)})
    blobs = tmp_path / "models--acme--half/blobs"
    blobs.mkdir(parents=True)
    ours = blobs / (hashlib.sha256(data).hexdigest() + ".hug.incomplete")
    ours.write_bytes(b"wrong")
    path = peer.ask("snapshot", repo_id="acme/half", cache_dir=tmp_path, endpoint=hub.endpoint)
    with open(path + "/z.bin", "rb") as file:
        assert file.read() == data
    assert ours.read_bytes() == b"wrong"


@pytest.mark.parametrize("suffix", [".incomplete", ".0123abcd.incomplete"])
@pytest.mark.parametrize("right", [True, False])
def test_their_partial_files_are_adopted(hug, hub, tmp_path, suffix, right):
    """What a killed 0.x (or 2.x) client left is gone on from; its sum decides."""
    import hashlib

    data = bytes(range(256)) * 20_000
    hub.add_repo("acme/half").commit({"y.bin": Lfs(data)})
    blobs = tmp_path / "models--acme--half/blobs"
    blobs.mkdir(parents=True)
    (blobs / (hashlib.sha256(data).hexdigest() + suffix)).write_bytes(
        data[:4_000_000] if right else b"wrong" * 1000)
    path = hug.ok("download", "acme/half", "--cache-dir", tmp_path)
    with open(path + "/y.bin", "rb") as file:
        assert file.read() == data
    assert list(blobs.glob("*.incomplete")) == []
    hub.wait_idle()
    sent = sum(r.sent for r in hub.requests if r.server == "store")
    assert sent == len(data) - 4_000_000 if right else sent >= len(data)

def test_prune_of_the_newest_client_finds_our_partial_files(hug, hub, tmp_path):
    if "HUG_PEER_24" not in os.environ:
        pytest.skip("HUG_PEER_24 names no official client")
    import subprocess

    cache = hug.cache
    blobs = cache / "models--acme--half/blobs"
    (cache / "models--acme--half/snapshots").mkdir(parents=True)
    blobs.mkdir()
    ours = blobs / ("0" * 64 + ".hug.incomplete")
    ours.write_bytes(b"half")
    hf = os.path.join(os.path.dirname(os.environ["HUG_PEER_24"]), "hf")
    done = subprocess.run([hf, "cache", "prune", "-y"], capture_output=True, text=True,
                          env={**hug.env, "HF_HUB_DISABLE_UPDATE_CHECK": "1"})
    assert done.returncode == 0, done.stderr
    assert not ours.exists()
