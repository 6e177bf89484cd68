"""What the row's file holds, in the Repo screen's info pane, against the test Hub."""

import json
import os
import struct
import subprocess

import pytest

from fixtures import play, screens
from hub import Lfs


@pytest.fixture
def app(tmp_path, hub):
    """Runs a script of the app in front of the test Hub."""
    root = tmp_path / "hub"
    root.mkdir()

    def run(script, *options, env=None, **more):
        return play(root, "size 140x40\nwait idle\nkey 2\nkey A\ntext acme/zoo\nkey Enter\nwait idle\n" + script, *options,
                    env={"HF_ENDPOINT": hub.endpoint, "HUG_TIME_SCALE": "0.02", **(env or {})}, **more)
    run.root = root
    return run


REST = "wait 300\nwait idle\n"
HEADER = json.dumps({"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}).encode()
FILES = {
    "a.safetensors": Lfs(struct.pack("<Q", len(HEADER)) + HEADER + b"d" * 24),
    "b.json": b'{"model_type": "owl"}',
    "c.md": b"---\nlicense: mit\n---\n# heading\n",
    "d.bin": Lfs(bytes(range(256)) * 8000),
    "e.txt": b"red \x1b[31m text\n",
    "f.gguf": Lfs(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 20) + b"general.architecture"
                  + struct.pack("<IQ", 8, 5) + b"llama"),
    "g.txt": b"0123456789abcde\n" * 20000,
}


@pytest.fixture
def zoo(hub):
    repo = hub.add_repo("acme/zoo")
    repo.commit(FILES)
    return repo


def asked(hub):
    return [request for request in hub.requests if "/resolve/" in request.path]


def test_each_kind(app, hub, zoo):
    out = app("".join(f"key j\n{REST}dump {name}\n" for name in FILES))
    grids = screens(out)
    for name, text in {"a.safetensors": "a  F32 [2, 3]", "b.json": '"model_type": "owl"', "c.md": " heading", "d.bin": "00 01 02",
                       "e.txt": "red \\x1b[31m text", "f.gguf": "llama", "g.txt": "the first 65.5 kB of 320.0 kB"}.items():
        assert text in grids[name] and "what it holds (read " in grids[name], grids[name]
    assert "\x1b" not in out
    assert len(asked(hub)) == len(FILES)
    assert all("bytes=" in (request.headers.get("Range") or "bytes=") for request in asked(hub))


def test_card(app, hub):
    """A card is read without its marks; a link says where it leads, also where its text lies; long rows hang."""
    hub.add_repo("acme/zoo").commit({"README.md": b"""---
license: mit
---
# Owl
An [`owl` of the Hub](https://evil.example/x) is *not* <b>bold\x1b[31m</b>. <!-- nor
this --><img src="https://evil.example/pixel.png" alt="a pixel">

- a long item of a list, which needs more than one row of this pane
- [x] done

| task | score |
|:-|--:|
| QA | 1.5 |
| reading | 22 |
"""})
    grid = screens(app(f"size 140x60\nkey G\n{REST}dump card\n"))["card"]
    pane = [line.split("|", 1)[1].rstrip() for line in grid.splitlines() if line.count("|") == 1]
    at = next(i for i, line in enumerate(pane) if line.strip() == "Owl")
    assert [line[4:] for line in pane[at:at + 16]] == [
        "Owl", "", "An `owl` of the Hub <https://evil.example/x> is", "not bold\\x1b[31m. [image: a pixel]", "",
        "- a long item of a list, which needs more than", "  one row of this pane", "- [x] done", "",
        "task     score", "-------  -----", "QA         1.5", "reading     22", "", "", ""]
    assert "license    mit" in grid and len(asked(hub)) == 1


def test_index(app, hub):
    """An index is compared with the files of its folder, which cost no request."""
    index = {"metadata": {"total_size": 60}, "weight_map": {f"layer.{i}": f"m-0000{i % 2 + 1}-of-00002.safetensors" for i in range(3)}}
    zoo = hub.add_repo("acme/zoo")
    zoo.commit({"m-00002-of-00002.safetensors": b"s" * 40, "m-00001-of-00003.safetensors": b"o" * 30,
                "x/m-00001-of-00002.safetensors": b"e" * 30, "m.safetensors.index.json": json.dumps(index).encode()})
    grid = screens(app(f"size 140x60\nkey G\n{REST}dump index\n"))["index"]
    for text in ("missing    1 of 2 shards", "m-00002-of-00002.safetensors  1 tensor, 40 B",
                 "shards     2", "missing    m-00001-of-00002.safetensors  2", "not named  1 numbered file beside it", "layer.2  m-00001-of-00002.safetensors"):
        assert text in grid, grid
    assert [request.path for request in asked(hub)] == [f"/acme/zoo/resolve/{zoo.head()}/m.safetensors.index.json"]


def test_nothing_while_keys_are_held(app, hub, zoo):
    """Nothing is asked of a row that the cursor passes; one request when it rests; none when it comes back."""
    app("key j\n" * 6 + "key k\n" * 5 + "missing what it holds\n")
    assert not asked(hub)
    app("key j\n" * 3 + "key k\n" * 2 + f"{REST}expect what it holds\nkey j\nkey k\n{REST}expect what it holds\n")
    assert len(asked(hub)) == 1


def test_no_pane_asks_nothing(app, hub, zoo):
    app(f"size 80x24\nkey j\n{REST}missing what it holds\nkey i\n{REST}" + "key J\n" * 12 + "expect what it holds\n")
    assert len(asked(hub)) == 1


def test_going_on(app, hub, zoo):
    """An answer for a row that the cursor has left never shows."""
    hub.fault(path="a.safetensors", latency=0.6, times=1)
    app(f"key j\nwait 300\nexpect reading...\nkey j\n{REST}wait 700\nwait idle\nexpect model_type\nmissing F32\n")


def test_offline(app, hub, zoo):
    """From the cache nothing is asked; without a copy the pane says why."""
    subprocess.run([os.environ["HUG"], "download", "acme/zoo", "--cache-dir", app.root], check=True, capture_output=True, timeout=60,
                   env={**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(app.root.parent / "home")})
    for link in app.root.glob("*/snapshots/*/b.json"):
        link.resolve().unlink()
    before = len(asked(hub))
    app(f"key j\n{REST}expect read from the cache\nexpect F32\n")
    app(f"key j\n{REST}expect what it holds\nkey j\n{REST}expect ffline\n", env={"HF_HUB_OFFLINE": "1"})
    assert len(asked(hub)) == before


def test_linear(app, zoo):
    app(f"key j\n{REST}expect what it holds\nexpect a  F32 [2, 3]\n", "linear")


def test_find_and_the_end(app, hub, zoo):
    """With the focus in the details: / n N, and G to the end of what was read; Esc, and another file, forget the place."""
    zoo.commit({"a.txt": b"".join(b"line %d %s\n" % (i, b"Heron" if i % 40 == 7 else b"owl") for i in range(200))})
    out = screens(app(f"key n\nexpect the details show nothing\nkey j\nkey j\n{REST}expect line 0 owl\nkey n\nexpect Tab to the details, then / searches\nclock +9\n"
                      "key Tab\nkey /\nexpect find in the file:\ntext heron\nkey Enter\nexpect > line 7 Heron\nexpect find: heron, 1 of 5\n"
                      "key n\nkey n\ndump third\nkey N\nexpect > line 47 Heron\nexpect 2 of 5\nkey N\nkey N\nexpect > line 167 Heron\nexpect 5 of 5\n"
                      "key n\nexpect 1 of 5\nkey G\nexpect line 199 owl\nkey g\nexpect a.txt\nkey n\nexpect > line 47 Heron\n"
                      "key /\nkey Ctrl-U\ntext nowhere\nkey Enter\nexpect no line has 'nowhere'\nkey Esc\nmissing find:\nkey n\nexpect Tab to the details\n"
                      "key Tab\nkey /\nexpect filter:\nkey Esc\n"))
    assert "> line 87 Heron" in out["third"] and "3 of 5" in out["third"]
    app(f"key j\n{REST}key Tab\nkey /\ntext f32 [2\nkey Enter\nexpect > a  F32 [2, 3]\n", "linear")


def test_index_before_all_is_listed(app, hub):
    """It is read again once the files beside it are known."""
    index = {"weight_map": {"a": "m-00001-of-00002.safetensors"}}
    hub.add_repo("acme/zoo").commit({"m.safetensors.index.json": json.dumps(index).encode(), "x/a.txt": b"a"})
    hub.fault(path="recursive=true", latency=1.5, times=1)
    play(app.root, "size 140x40\nwait idle\nkey 2\nkey A\ntext acme/zoo\nkey Enter\nuntil m.safetensors.index\nkey G\nwait 300\nuntil unchecked\n"
         "missing 1 of 1\nuntil missing    1 of 1 shards\nmissing unchecked\n", env={"HF_ENDPOINT": hub.endpoint, "HUG_TIME_SCALE": "1"})


def test_last_commits(app, hub):
    """Which commit changed a file last: one question for all files in view, once the cursor rests; none while keys are held."""
    zoo = hub.add_repo("acme/zoo")
    zoo.commit({"a.txt": b"a", "sub/x.txt": b"x"}, title="Red \x1b[31m")
    last = zoo.commit({"b&c=d.txt": b"b", "c.txt": b"c"}, title="Add two")

    def questions():
        return [request for request in hub.requests if "paths-info" in request.path]
    app("key j\n" * 3 + "key k\n" * 2 + "missing changed\n")
    assert not questions()
    out = app(f"key G\n{REST}expect changed\ndump last\nkey k\nwait idle\nexpect Add two\nkey k\nwait idle\nexpect changed\ndump first\nkey k\nmissing changed\n")
    grids = screens(out)
    assert f"Add two ({str(last)[:8]})" in grids["last"] and "Red \\x1b[31m" in grids["first"] and "\x1b" not in out
    assert len(questions()) == 1 and b"b&c=d.txt" in questions()[0].body and b"sub" not in questions()[0].body
    assert f"/paths-info/{zoo.head()}" in questions()[0].path


def test_last_commits_are_not_needed(app, hub, zoo):
    """Where the Hub refuses, the details stand without them, and it is not asked again."""
    refused = hub.fault(path="paths-info", status=403, times=9)
    app(f"key j\n{REST}expect what it holds\nmissing changed\nkey j\n{REST}expect model_type\nkey k\n{REST}missing error\n")
    assert refused.hits == 1
