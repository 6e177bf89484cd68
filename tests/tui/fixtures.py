"""A cache of sparse files, and scripts for the program without a
terminal."""

import os
import re
import subprocess
import time

import caches
from conftest import LENGTHS

GB = 10**9
DAY = 86400
MAIN, OLD, OLDER = "9d01f7aa" + "0" * 32, "41bc0e12" + "0" * 32, "0aa7d4c9" + "0" * 32
PLAY = os.path.abspath(os.path.join(os.path.dirname(os.environ.get("HUG", "")), "tests/tui/play"))

REPOS = [
    ("northlab/fjord-70b", "models", 141, 2), ("acme/atlas-8b-instruct", "models", 31.9, 0.25),
    ("delta/river-diffusion-3", "models", 27.2, 400), ("orchid/wiki-parquet", "datasets", 24.6, 4),
    ("sundial/clockwork-tts", "models", 10.4, 15), ("kestrel/vision-tower-xl", "models", 9.8, 22),
    ("harbor/demo", "spaces", 9.1, 35), ("sundial/clockwork-asr", "models", 9.0, 35),
    ("harbor/ocr-large", "models", 8.8, 65), ("willow/chat-3b", "models", 5.8, 65),
    ("tern/code-1b", "models", 4.4, 36), ("acme/atlas-1b", "models", 2.4, 0.25),
]


def sparse(path, size, days, now):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(int(size))
    os.utime(path, (now - days * DAY - 600, now - days * DAY - 600))


def repo(root, name, kind, revisions, now):
    """revisions: {commit: (refs, {file: (blob, GB, days)})}"""
    folder = root / f"{kind}--{name.replace('/', '--')}"
    (folder / "snapshots").mkdir(parents=True)
    for commit, (refs, files) in revisions.items():
        for path, (blob, size, days) in files.items():
            digest = (blob + "0" * 64)[:64]
            if not (folder / "blobs" / digest).exists():
                sparse(folder / "blobs" / digest, size * GB, days, now)
            link = folder / "snapshots" / commit / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(os.path.relpath(folder / "blobs" / digest, link.parent))
        for ref in refs:
            (folder / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
            (folder / "refs" / ref).write_text(commit)
    return folder


def pictures(root):
    now = time.time()
    for i, (name, kind, size, days) in enumerate(REPOS):
        commit = f"{i + 16:02x}" * 20
        repo(root, name, kind, {commit: (["main"], {"w.bin": (f"a{i:02x}", size, days)})}, now)
    stone = repo(root, "quarry/stone-moe-8x7b", "models", {
        MAIN: (["main"], {"a.bin": ("d1", 68.1, 95), "b.bin": ("d2", 6, 95),
                          "c.bin": ("d3", 12.95, 95)}),
        OLD: ([], {"a.bin": ("d1", 0, 0), "b.bin": ("d4", 6.8, 155), "c.bin": ("d5", 12.1, 155)}),
        OLDER: ([], {"b.bin": ("d4", 0, 0), "a.bin": ("d2", 0, 0), "c.bin": ("d6", 12.1, 155)}),
    }, now)
    for i, size in enumerate((3, 2, 0.8, 0.5)):
        sparse(stone / "blobs" / (f"e{i}" + "0" * 62 + ".incomplete"), size * GB, 9, now)
    for i, size in enumerate((0.6, 0.4, 0.1)):
        sparse(stone / "blobs" / (f"f{i}" + "0" * 62), size * GB, 20, now)
    return root


def play(root, script, *options, env=None, timeout=120, ok=True):
    """What the script printed; lines of `script` are commands."""
    done = subprocess.run([PLAY, root, *options], input=script, capture_output=True, text=True,
                          cwd=root.parent,
                          timeout=timeout, env={
                              "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC",
                              "HF_HOME": str(root.parent / "home"), "XDG_STATE_HOME": str(root.parent / "state"), **LENGTHS, **(env or {}),
                              **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}})
    assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
    assert not ok or done.returncode == 0, done.stdout[-6000:] + done.stderr
    return done.stdout


def screens(text):
    """{name: grid} of what "dump" printed."""
    found = {}
    for part in re.split("^-- ", text, flags=re.M)[1:]:
        name, _, grid = part.partition("\n")
        found[name] = grid
    return found


assert caches
