"""The guide of huggingface-cli, command by command, in one home: ours beside the real 0.36.2, each on a Hub of its own.

After each command exit code, stdout, the last line of stderr and all files on disk are the same, and in the end what the Hubs
hold. Masked are addresses, times and what is random.
"""

import hashlib
import os
import re
import signal
import subprocess
import time

import pytest

from hub import Hub, Lfs
from test_scan import real
from test_uploads import state, words

NAME = "huggingface-cli"
TOKEN = "hf_olive_1234567890"
TRACKED = b"*.bin filter=lfs diff=lfs merge=lfs -text\n*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
NOTICE = "is deprecated. Use 'hf"
# What 0.36 logs while it works, and warnings of Python.
PROGRESS = ("Download complete.", "Downloading '", "Start hashing", "Finished hashing", "Consider using `hf_transfer`", "  warnings.warn(")
# What every name of ours leaves in a cache, as hf 2 does; the scan warns of the first, as 0.36 does where it finds one.
NEWER = ("CACHEDIR.TAG", "/trees/")
SCANNED = ("Got 1 warning(s) while scanning", "Repo path is not a directory: ")
INIT = '{"event": "init", "operation": "upload", "remote": "origin"}\n{"event": "terminate"}\n'

LOGIN = ["env", "whoami", f"login --token {TOKEN}", "whoami", f"login --token {TOKEN} --add-to-git-credential", "env"]
DOWNLOADS = [
    "download gpt2 config.json",
    "download acme/zephyr",
    "download gpt2 config.json model.safetensors",
    "download acme/diffusion --include *.safetensors --exclude *.fp16.*",
    "download acme/chat --repo-type dataset",
    "download acme/chat --repo-type space",
    "download acme/stack --repo-type dataset --revision v1.1",
    "download acme/fuyu model-00001-of-00002.safetensors --local-dir fuyu",
    "download acme/fuyu --cache-dir ./path/to/cache",
    f"download gpt2 config.json --token={TOKEN}",
    "download gpt2 --quiet",
]
UPLOADS = [
    "repo create my-cool-model",
    "repo create acme/space --repo-type space --space_sdk gradio --private",
    "upload my-cool-model ./models .",
    "upload my-cool-model ./curated/data /data/train",
    "upload my-cool-model ./models/model.safetensors",
    "upload my-cool-model ./models/model.safetensors /vae/model.safetensors",
    "upload olive/space-example site --repo-type=space --exclude=/logs/* --delete=* --commit-message=Sync",
    "upload olive/my-cool-dataset ./curated/data /train --repo-type=dataset",
    "upload acme/my-cool-model ./models .",
    "upload acme/stack curated . --repo-type dataset --revision refs/pr/1",
    "upload acme/stack curated . --repo-type dataset --create-pr",
    f"upload olive/my-cool-model ./models . --token={TOKEN}",
    "upload olive/my-cool-model ./models . --quiet",
]
CACHE = ["scan-cache", "scan-cache -v", "scan-cache -vvv", "scan-cache --dir ./path/to/cache"]
OUT = ["lfs-enable-largefiles clone", "lfs-enable-largefiles nowhere", "lfs-multipart-upload", "logout", "whoami",
       "upload acme/my-cool-model ./models ."]
# What CI does; ./run full does the others, too.
FEW = [*LOGIN[1:3], LOGIN[0], DOWNLOADS[0], DOWNLOADS[7], UPLOADS[0], UPLOADS[2], UPLOADS[6], CACHE[1], OUT[0], OUT[2], OUT[3]]


def fill(hub):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write", token_name="my token")
    gpt2 = hub.add_repo("gpt2")
    gpt2.commit({"config.json": b"{}", "README.md": b"# gpt2\n"})
    gpt2.commit({"model.safetensors": Lfs(b"w" * 5000)})
    hub.add_repo("acme/zephyr").commit({"config.json": b"{}", "sub/a.txt": b"a", "pytorch_model.bin": Lfs(b"z" * 3000)})
    hub.add_repo("acme/diffusion").commit({name: Lfs(name.encode() * 100) for name in (
        "vae/a.safetensors", "vae/a.fp16.safetensors", "b.fp16.bin", "c.safetensors")})
    hub.add_repo("acme/chat", type="dataset").commit({"data/a.parquet": Lfs(b"p" * 100), "README.md": b"# chat\n"})
    hub.add_repo("acme/chat", type="space").commit({"app.py": b"pass\n"})
    stack = hub.add_repo("acme/stack", type="dataset")
    stack.tag("v1.1", stack.commit({".gitattributes": TRACKED, "a.csv": b"1\n"}))
    stack.commit({"a.csv": b"2\n"})
    pull = stack.commit({"p.txt": b"p"}, branch="proposed")
    stack.pull_request(1, pull, "Proposed", author="olive")
    del stack.branches["proposed"]
    hub.add_repo("acme/fuyu").commit({"config.json": b"{}", **{f"model-{i:05}-of-00002.safetensors": Lfs(b"%d" % i * 900)
                                                               for i in (1, 2)}})
    example = hub.add_repo("olive/space-example", type="space")
    example.commit({".gitattributes": TRACKED, "app.py": b"old\n", "gone.txt": b"g"})
    example.facts["sdk"] = "gradio"


def put(work):
    files = {"models/model.safetensors": b"m" * 4000, "models/config.json": b"{}", "curated/data/a.csv": b"a\n", "site/app.py": b"new\n",
             "site/logs/1.log": b"l", "training-model/logs/events.txt": b"e\n"}
    for name, content in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(content)
    subprocess.run(["git", "init", "-q", work / "clone"], check=True)


class Side:
    """A program with a home and a Hub of its own."""

    def __init__(self, program, home, hub):
        self.program, self.home, self.hub = program, home, hub
        self.work = home / "work"
        self.work.mkdir(parents=True)
        put(self.work)
        (home / ".gitconfig").write_text("[credential]\n\thelper = store\n")
        fill(hub)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "HF_ENDPOINT": hub.endpoint, "NO_COLOR": "1", "COLUMNS": "80",
                    "LC_ALL": "C.UTF-8", "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TMPDIR": str(home),
                    "HF_HUB_DISABLE_PROGRESS_BARS": "1", "PYTHONUNBUFFERED": "1",
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}

    def mask(self, text):
        text = text.replace(str(self.home), "HOME").replace(self.hub.endpoint, "HUB")
        text = text.replace(self.hub.endpoint.partition("//")[2], "HUB")
        text = re.sub(r"Request ID: [^)]*", "Request ID: ID", text)
        text = re.sub(r"\d+ \w+ ago|a few seconds ago", "AGO", text)
        text = re.sub(r"^(?:\w+\.)+(\w+Error: )", r"\1", text, flags=re.M)
        text = re.sub(r"Done in \d+\.\d+s", "Done", text)
        # Columns are as wide as what is in them.
        return re.sub(r"-{3,}", "---", re.sub(r" {2,}", " ", text))

    def said(self, done):
        out = [line for line in done[1].splitlines() if NOTICE not in line and not line.startswith(SCANNED)]
        err = [line for line in done[2].splitlines() if line.strip() and not line.startswith(PROGRESS) and
               "UserWarning: Cannot enable progress bars" not in line]
        return done[0], self.mask("\n".join(out)), self.mask(err[-1] if err else "")

    def start(self, line):
        return subprocess.Popen([self.program, *line.split()], cwd=self.work, env=self.env, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, line):
        process = self.start(line)
        out, err = process.communicate(INIT if line.startswith("lfs-multipart") else "", timeout=120)
        return self.said((process.returncode, out, err))

    def files(self):
        """Everything below the home, but what one of the two keeps for itself."""
        found = {}
        for path in sorted(self.home.rglob("*")):
            name = str(path.relative_to(self.home))
            if name.startswith(".local") or any(part in name for part in NEWER) or "/.git/" in name and not name.endswith("/config"):
                continue
            if path.is_symlink():
                found[name] = os.readlink(path)
            elif path.is_file():
                text = path.read_bytes().replace(self.hub.endpoint.encode(), b"HUB")
                text = text.replace(self.hub.endpoint.partition("//")[2].replace(":", "%3a").encode(), b"HUB")
                if name.endswith(".metadata"):
                    text = b"".join(text.splitlines(True)[:2])
                found[name] = text if len(text) < 200 else hashlib.sha256(text).hexdigest()
        return found


def delete(side):
    """delete-cache --disable-tui: a revision is chosen in the file, which is then read again."""
    process = side.start("delete-cache --disable-tui")
    out = ""
    while "(y/N) " not in out:
        part = process.stdout.read(1)
        assert part, process.stderr.read()
        out += part
    path = re.search(r"File to edit: (.*)", out)[1]
    with open(path) as file:
        text = file.read()
    commit = side.hub.find_repo("model", "gpt2").head()
    assert f"#    {commit}" in text
    with open(path, "w") as file:
        file.write(text.replace(f"#    {commit}", commit))
    rest, err = process.communicate("n\ny\n\n", timeout=60)
    return side.said((process.returncode, (out + rest).replace(path, "FILE"), err)), side.mask(text)


def schedule(side):
    """upload --every, until it says that it runs; 0.36 uploads nothing in its first minutes."""
    process = side.start("upload training-model training-model/logs/ --every=10")
    out = ""
    while "Scheduling commits" not in out:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        out += line
    time.sleep(1)  # theirs says so a moment before it minds the signal
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    return side.said((process.returncode, out + rest, ""))


# Lines of `env` that are about Python, or about us.
PYTHON = ("huggingface_hub version", "hug version", "Invoked as", "Python version", "Running in", "Libraries", "Token from", "FastAI", "Tensorflow",
          "Torch", "Jinja2", "Graphviz", "keras", "Pydot", "Pillow", "hf_transfer", "gradio", "tensorboard", "numpy", "pydantic",
          "aiohttp", "hf_xet")


def walk(program, home, lines):
    """What each line of the guide said, and all files behind it."""
    said = []
    with Hub() as hub:
        side = Side(program, home, hub)
        for line in lines:
            result = side.run(line) if isinstance(line, str) else line(side)
            if line == "env":
                kept = [row for row in result[1].splitlines() if not row.startswith(tuple(f"- {key}" for key in PYTHON))]
                result = result[0], "\n".join(kept), result[2]
            said.append((line, result, side.files()))
        assert not hub.failures
        return [said, *({id: what for id, what in all.items() if "training-model" not in id} for all in (state(hub), words(hub)))]


@pytest.fixture
def names(tmp_path):
    os.symlink(os.environ["HUG"], tmp_path / NAME)
    return real(NAME, "HUG_PEER_036"), str(tmp_path / NAME)


def test_the_guide(names, tmp_path):
    every = "HUG_EVERY_STEP" in os.environ
    lines = [*LOGIN, *DOWNLOADS, *UPLOADS, schedule, *CACHE, delete, *OUT] if every else [*FEW[:-3], schedule, delete, *FEW[-3:]]
    theirs, their_hub, their_words = walk(names[0], tmp_path / "theirs", lines)
    ours, our_hub, our_words = walk(names[1], tmp_path / "ours", lines)
    for one, other in zip(ours, theirs):
        assert one[1] == other[1], one[0]
        assert one[2] == other[2], one[0]
    assert our_hub == their_hub
    assert our_words == their_words
