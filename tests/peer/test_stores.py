"""Caches without links, and the blobs that repositories share; Python reads what is left."""

import hashlib
import os

import pytest

from hub import Lfs

DATA = bytes(range(256)) * 700
SUM = hashlib.sha256(DATA).hexdigest()
XET = "d4" + "0" * 62


def no_links(hug, *args, **env):
    return hug("download", "acme/owl", *args, env={"HUG_FAULT": "link:1+:1", **env})


def files(path):
    return {name: open(f"{path}/{name}", "rb").read()
            for name in ("config.json", "weights.bin", "onnx/model.onnx", "empty.txt")}


@pytest.mark.parametrize("env", [{"HUG_FAULT": "link:1+:1"}, {"HF_HUB_DISABLE_SYMLINKS": "1"}])
def test_cache_without_links(hug, hub, owl, official, env):
    done = hug("download", "acme/owl", env=env)
    assert done.returncode == 0, done.stderr
    assert "no links can be made here" in done.stderr
    path = done.stdout.strip()
    assert not os.path.islink(path + "/weights.bin")
    assert files(path)["weights.bin"] == b"0123456789abcdef" * 20000
    # The blob was moved where nothing else needs it.
    assert not (hug.repo() / "blobs" / hashlib.sha256(files(path)["weights.bin"]).hexdigest()
                ).exists()
    hub.wait_idle()
    hub.requests.clear()
    again = hug("download", "acme/owl", env={**env, "HF_HUB_DISABLE_SYMLINKS_WARNING": "1"})
    assert again.stdout == done.stdout and again.stderr == ""
    for version in ("0.36.2", "2.4.0"):
        assert official(version).ask("snapshot", repo_id="acme/owl", cache_dir=hug.cache,
                                     endpoint=hub.endpoint) == path
    hub.wait_idle()
    assert not [r for r in hub.requests if r.method == "GET" and "/resolve/" in r.path]


def test_blob_is_copied_for_another_revision(hug, hub, owl):
    hug.ok("download", "acme/owl")
    owl.commit({"config.json": b"new"})
    path = no_links(hug).stdout.strip()
    assert not os.path.islink(path + "/weights.bin")
    assert files(path)["weights.bin"] == b"0123456789abcdef" * 20000
    assert (hug.repo() / "blobs").exists()


@pytest.fixture
def store(hug, hub):
    """A cache with a shared payload that no repository links to yet."""
    repo = hub.add_repo("acme/shared")
    repo.commit({"w.bin": Lfs(DATA, xet=XET), "a.json": b"{}"})
    folder = hug.cache / "blobs" / XET[:2]
    folder.mkdir(parents=True)
    (hug.cache / "blobs/.huggingface-shared-blobs").write_bytes(b"1\n")
    (folder / XET).write_bytes(DATA)
    (folder / (XET + ".refs")).write_bytes(b"")
    os.chmod(folder / XET, 0o444)
    return folder


def fetched(hub):
    hub.wait_idle()
    return [r for r in hub.requests if r.server == "store"]


@pytest.mark.parametrize("args", [[], ["w.bin"]])
def test_shared_blob_is_used(hug, hub, store, official, args):
    path = hug.ok("download", "acme/shared", *args)
    assert fetched(hub) == []
    blob = hug.cache / "models--acme--shared/blobs" / SUM
    assert os.readlink(blob) == f"../../blobs/d4/{XET}"
    assert (store / (XET + ".refs")).read_text() == f"models--acme--shared/blobs/{SUM}\n"
    assert open(path if args else path + "/w.bin", "rb").read() == DATA
    scan = official("2.4.0").ask("scan", cache=hug.cache)
    assert [w for w in scan["warnings"]] == []


@pytest.mark.parametrize("spoil", ["bytes", "size", "marker", "link", "off"])
def test_shared_blob_that_cannot_be_used(hug, hub, store, spoil):
    env = {}
    payload = store / XET
    if spoil == "off":
        env = {"HF_HUB_DISABLE_SHARED_BLOBS": "1"}
    elif spoil == "marker":
        (hug.cache / "blobs/.huggingface-shared-blobs").write_bytes(b"2\n")
    elif spoil == "link":
        os.remove(payload)
        os.symlink("/etc/passwd", payload)
    else:
        os.chmod(payload, 0o644)
        payload.write_bytes(DATA[:-1] + (b"?" if spoil == "bytes" else b""))
    before = None if spoil == "link" else payload.read_bytes()
    done = hug("download", "acme/shared", env=env)
    assert done.returncode == 0
    assert len(fetched(hub)) == 1
    with open(done.stdout.strip() + "/w.bin", "rb") as file:
        assert file.read() == DATA
    blob = hug.cache / "models--acme--shared/blobs" / SUM
    assert blob.is_file() and not blob.is_symlink()
    assert ("is damaged" in done.stderr) == (spoil == "bytes")
    assert before is None or payload.read_bytes() == before


def test_download_through_a_link_leaves_the_payload(hug, hub, store):
    """A forced download takes the link's place, never its target's."""
    hug.ok("download", "acme/shared")
    hug.ok("download", "acme/shared", "--force-download")
    assert (store / XET).read_bytes() == DATA
    assert not (hug.cache / "models--acme--shared/blobs" / SUM).is_symlink()
