"""hf cp beside the official one, one command after the other, each on a Hub and in a folder of its own."""

import os
import re
import subprocess

from hub import Hub, Lfs
from test_scan import real

OLIVE = "hf_olive_write"
RULES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"
EVERY = "HUG_EVERY_STEP" in os.environ

# In this order: what one does the next one finds.
LINES = """
cp hf://acme/owl/config.json folder
cp hf://acme/owl/weights.bin -
cp hf://acme/owl/none.json
cp f.txt g.txt
cp f.txt hf://acme/bear/sub/
cp - hf://datasets/acme/songs/from.txt
cp hf://acme/owl/weights.bin hf://acme/bear/sub
cp hf://acme/owl/onnx hf://acme/bear/all
""".strip().splitlines()

MORE = """
cp hf://acme/owl/config.json
cp hf://acme/owl/onnx/a.json new/deep/ --json
cp hf://acme/owl/config.json f.txt
cp hf://acme/owl/onnx/
cp f.txt hf://acme/bear/sub/f.txt
cp hf://acme/owl/weights.bin hf://acme/owl/again.bin
repos cp hf://buckets/a/b/c .
cp hf://acme/owl/config.json folder -q
cp https://huggingface.co/acme/owl/blob/main/config.json page.json
cp hf://datasets/acme/songs@refs%2Fpr%2F1/x.csv
cp hf://acme/none/config.json
cp hf://acme/owl@nope/config.json
cp hf://acme/owl/onnx
cp hf://acme/owl
cp f.txt
cp hf://bad f.txt
cp - x
cp f.txt hf://acme/bear
cp f.txt hf://acme/bear/../x
cp f.txt hf://acme/bear@a%2Fb/f.txt
cp f.txt hf://acme/bear@dev/f.txt
cp f.txt hf://acme/none/f.txt
cp - hf://acme/bear/
cp none.txt hf://acme/bear/
cp folder hf://acme/bear/
cp hf://acme/owl/again.bin hf://acme/owl/weights.bin
cp hf://acme/owl/onnx hf://acme/bear/sub
cp hf://acme/owl/onnx/ hf://acme/bear/sub
cp hf://acme/owl/none hf://acme/bear/sub
cp hf://acme/owl/config.json hf://acme/none
cp hf://acme/none/config.json hf://acme/bear
repos cp hf://acme/owl/config.json repos.json
repos cp f.txt g.txt
""".strip().splitlines()


def content(blob):
    return bytes(blob.lfs.data) if blob.lfs else blob.git_data


def state(hub):
    """What each repo holds, and what its commits are called."""
    return {(repo.type, repo.id): ({path: content(blob) for path, blob in repo.find("main").files.items()},
                                   [commit.title for commit in repo.find("main").history()]) for repo in hub.repos()}


def files(folder):
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def session(program, home, lines):
    """What each line said, with the folder as it was behind it, and the Hub in the end."""
    work = home / "work"
    (work / "folder").mkdir(parents=True)
    (work / "f.txt").write_text("hello")
    said = []
    with Hub() as hub:
        hub.add_user("olive", OLIVE, orgs=("acme",), role="write")
        hub.add_repo("acme/owl").commit({".gitattributes": RULES, "config.json": b"{}", "onnx/a.json": b"1",
                                         "onnx/d/b.json": b"2", "weights.bin": Lfs(b"x" * 1000, xet="ab" * 32)})
        bear = hub.add_repo("acme/bear")
        bear.commit({".gitattributes": RULES, "a.txt": b"a"})
        bear.branch("a/b", bear.head())
        songs = hub.add_repo("acme/songs", type="dataset")
        songs.commit({"a.csv": b"1"})
        songs.propose({"x.csv": b"2"}, branch="main", title="More", message="", author="olive")
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home / "hf"), "HF_ENDPOINT": hub.endpoint,
               "HF_TOKEN": OLIVE, "LC_ALL": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1", "HF_HUB_DISABLE_XET": "1",
               "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        for line in lines:
            done = subprocess.run([program, *line.split()], cwd=work, env=env, input="from standard input", text=True,
                                  capture_output=True, timeout=60)
            error = re.sub(r"Request ID: [^)]*", "ID", done.stderr.replace(hub.endpoint, "HUB"))
            said.append((line, done.returncode, done.stdout.replace(hub.endpoint, "HUB"), error.splitlines(), files(work)))
        assert not hub.failures
        return said, state(hub)


def test_as_the_official_one(tmp_path):
    lines = LINES + MORE if EVERY else LINES
    os.symlink(os.environ["HUG"], tmp_path / "hf")
    theirs, their_hub = session(real("hf", "HUG_PEER_24"), tmp_path / "theirs", lines)
    ours, our_hub = session(str(tmp_path / "hf"), tmp_path / "ours", lines)
    for ours_line, theirs_line in zip(ours, theirs):
        assert ours_line == theirs_line
    assert our_hub == their_hub
