"""Repositories, branches, tags and files: ours and the real ones, each on a Hub of its own.

Each step's exit code, output and requests are compared, and what the Hub holds after it.
"""

import json
import os
import re
import subprocess

import pytest

from hub import Hub, Lfs
from test_scan import real

OLIVE, READER, FINE, NEMO = "hf_olive_write", "hf_olive_read", "hf_olive_fine", "hf_nemo_write"
# Where the answer is help, which is in our own words.
HELP = [["repos", "create"], ["repos"]]
BINARIES = {"huggingface-cli": "HUG_PEER_036", "hf": "HUG_PEER_24"}


def fill(hub):
    hub.add_user("olive", OLIVE, orgs=("acme", "zoo"), role="write", org_roles={"zoo": "read"})
    hub.add_user("olive", READER, orgs=("acme",), role="read")
    hub.add_user("olive", FINE, orgs=("acme",), role="fineGrained", scopes=("acme/owl",))
    hub.add_user("nemo", NEMO, role="write")
    owl = hub.add_repo("acme/owl")
    owl.commit({"README.md": b"# owl\n", "a.json": b"{}", "b.json": b"{}", ".gitattributes": b"*\n",
                "onnx/a.json": b"{}", "onnx/model.onnx": Lfs(b"x" * 1000), "w.bin": Lfs(b"y" * 50)})
    owl.tag("v1.0", owl.head())
    owl.branch("dev", owl.head())
    hub.add_repo("acme/songs", type="dataset").commit({"data/a.csv": b"a", "data/b.csv": b"b"})
    hub.add_repo("acme/hoot", type="space").commit({"app.py": b"pass"})
    hub.add_repo("acme/hidden", private=True).commit({"a.txt": b"a"})
    hub.add_repo("olive/mine").commit({"a.txt": b"a" * 5000})
    hub.add_repo("acme/off", disabled=True).commit({"a.txt": b"a"})


def state(hub):
    return {
        f"{repo.type}/{repo.id}": {
            "private": repo.private, "gated": repo.gated, "facts": repo.facts,
            "branches": {name: sorted(repo.commits[sha].files) for name, sha in repo.branches.items()},
            "titles": [(c.title, c.message) for c in repo.find("main").history()],
            "tags": sorted(repo.tags), "pulls": len(repo.pull_requests),
        }
        for repo in hub.repos()
    }


def body_of(request):
    """What a request says; 0.36 has other words for the same."""
    lines = [json.loads(line) for line in request.body.decode().splitlines()]
    for line in lines:
        if "private" in line:
            line["visibility"] = "private" if line.pop("private") else "public"
        if request.path == "/api/repos/create":
            line.setdefault("type", "model")
    return lines


def run(program, home, hub, args, env):
    own = dict(env)
    line = own.pop("stdin", None)
    for name, text in own.pop("files", {}).items():
        (home / name).write_text(text)
        (home / name).chmod(0o600)
    before = len(hub.requests)
    done = subprocess.run(
        [program, *args], input=line, stdin=None if line is not None else subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, cwd=home,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "HF_HOME": str(home / "hf"),
             "HF_ENDPOINT": hub.endpoint, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "100",
             "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_TOKEN": OLIVE,
             "HUG_TIME_SCALE": "0.02",
             **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}, **own})
    changes = [(r.method, r.path, body_of(r)) for r in hub.requests[before:] if r.method not in ("GET", "HEAD")]

    def mask(text):
        text = text.replace(hub.endpoint, "HUB").replace(str(home), "HOME")
        text = re.sub(r"Request ID: [^)]*", "Request ID: ID", text)
        text = re.sub(r"commit/[0-9a-f]{40}", "commit/ID", text)
        return re.sub(r"^(?:\w+\.)+(\w+Error)", r"\1", text, flags=re.M)

    out = "\n".join(t for t in done.stdout.splitlines() if "is deprecated. Use" not in t)
    err = [t for t in mask(done.stderr).splitlines()
           if t.strip() and not re.search(r"Warning:|warnings\.warn|For additional documentation", t)]
    assert "Sanitizer" not in done.stderr, done.stderr
    return done.returncode, mask(out), err, json.loads(mask(json.dumps(changes)))


def of_failure(name, err):
    """What counts of stderr: of a traceback its last line, of the rest all but lists of options."""
    text = "\n".join(err)
    if name != "hf" or text.startswith("Traceback"):
        return err[-1:]
    return re.sub(r"\nAvailable (options|commands) for '[^']*':\n(  .*\n)*", "\n", text)


@pytest.fixture
def compare(tmp_path):
    def run_all(name, steps):
        program = real(name, BINARIES[name])
        link = tmp_path / name
        link.symlink_to(os.environ["HUG"])
        homes = [tmp_path / "theirs", tmp_path / "ours"]
        with Hub() as theirs, Hub() as ours:
            for hub, home in ((theirs, homes[0]), (ours, homes[1])):
                fill(hub)
                home.mkdir()
            for step in steps:
                args = step[0].split() if isinstance(step[0], str) else step[0]
                env = step[1] if len(step) > 1 else {}
                wanted = run(program, homes[0], theirs, args, env)
                got = run(str(link), homes[1], ours, args, env)
                assert got[0] == wanted[0], (args, got, wanted)
                if (wanted[0] == 0 or wanted[1]) and args not in HELP:
                    assert got[1] == wanted[1], (args, got, wanted)
                if wanted[0] and args not in HELP:
                    assert of_failure(name, got[2]) == of_failure(name, wanted[2]), (args, got, wanted)
                assert got[3] == wanted[3], (args, got[3], wanted[3])
                assert state(ours) == state(theirs), args
            assert theirs.failures == ours.failures == []

    return run_all


def each(face, *lines, **env):
    """Steps that stand alone."""
    return [pytest.param(face, [(line, env)], id=f"{face}-{line}") for line in lines]


HF_STORIES = {
    "create": [
        ("repos create tiny",), ("repos create tiny",), ("repos create tiny --exist-ok",),
        ("repos create acme/new --private",), ("repos create acme/set --type dataset --public",),
        ("repos create datasets/acme/pre",), ("repos create tiny2 -q",), ("repos create tiny3 --json",),
        ("repos create tiny4 --format agent --no-private --no-exist-ok",),
        ("repos create acme/owl --exist-ok --repo-type model",),
        ("repos create zoo/x",), ("repos create nemo/x",), ("repos create zoo/x --exist-ok",),
        ("repos create acme/owl --exist-ok", {"HF_TOKEN": READER}), ("repos create x", {"HF_TOKEN": READER}),
        ("repos create x", {"HF_TOKEN": ""}), ("repos create x", {"HF_TOKEN": "hf_wrong"}),
        ("repos create acme/owl", {"HF_TOKEN": FINE}), ("repos create acme/other", {"HF_TOKEN": FINE}),
        ("repos create acme/g --resource-group-id 66aa --region us",), ("repos create p --protected",),
        ("repos create p --private --public",), ("repos create datasets/acme/p --protected",),
    ],
    "spaces": [
        ("repos create s --type space",), ("repos create s --type space --sdk nope",),
        ("repos create s --type space --sdk gradio --flavor t4-small --sleep-time 300",),
        ("repos create s2 --type space --space-sdk docker --sleep-time -1 -e A=1 -e B= -s X -e X -e HOME2",
         {"X": "secret"}),
        ("repos create s3 --repo-type space --sdk static --secrets-file sec --env-file env -e A=over",
         {"files": {"sec": "\n# no\nexport K = 'it''s' \nL=\"a\\nb\\$\" # why\nM=plain # c\nN=a#b\nbad line\nHF_TOKEN\n",
                    "env": "A=one\r\nB='#x'  \nC=#y\nD= # z\nE=\"open\nF='a\\'b'\n"}}),
        ("repos create s4 --type space --sdk gradio --env-file -", {"stdin": "P=1\nQ='2'\n"}),
        (["repos", "create", "s5", "--type", "space", "--sdk", "gradio", "-v", "hf://acme/owl:/m", "-v",
          "hf://datasets/acme/songs@v1/data:/d:ro", "-v", "hf://buckets/acme/b/sub/x:/b:rw"],),
        ("repos create s6 --type space --sdk gradio -v hf://acme/owl",),
        ("repos create s6 --type space --sdk gradio -v acme/owl:/m",),
        ("repos create s6 --type space --sdk gradio -v hf://acme/owl:/",),
        ("repos create s7 --type space --template chatbot",), ("repos create s8 --type space --template SpacesExamples/jupyterlab",),
        ("repos create s9 --type space --template nope",), ("repos create s10 --template chatbot",),
        ("repos create m --sdk gradio --flavor x -e A=1 --sleep-time 4",),
        ("repos create sp --type space --sdk static --protected",),
    ],
    "duplicate": [
        ("repos duplicate acme/owl",), ("repos duplicate acme/owl",), ("repos duplicate acme/owl --exist-ok",),
        ("repos duplicate acme/owl acme/owl2 --private",), ("repos duplicate acme/songs songs2 --type dataset",),
        ("repos duplicate datasets/acme/songs datasets/acme/s3 --json",), ("repos duplicate acme/owl acme/q -q",),
        ("repos duplicate spaces/acme/hoot datasets/acme/x",), ("repos duplicate acme/none",),
        ("repos duplicate acme/hoot acme/hoot2 --type space --flavor t4 -e A=1",),
        ("repos duplicate acme/owl nemo/owl",), ("repos duplicate acme/owl datasets/acme/o",),
        ("repos duplicate acme/owl acme/o9 --protected",),
    ],
    "delete": [
        ("repos delete acme/owl --yes",), ("repos delete acme/owl -y",), ("repos delete acme/owl -y --missing-ok",),
        ("repos delete acme/songs -y",), ("repos delete datasets/acme/songs -y",),
        ("repos delete acme/hidden", {"stdin": "n\n"}), ("repos delete acme/hidden", {"stdin": ""}),
        ("repos delete acme/hidden", {"stdin": "maybe\ny\n"}), ("repos delete mine --json",),
        ("repos delete mine -q -y",), ("repos delete acme/hoot --type space -y", {"HF_TOKEN": READER}),
    ],
    "move": [
        ("repos move acme/owl acme/hawk",), ("repos move acme/owl acme/eagle",), ("repos move mine acme/x",),
        ("repos move olive/mine x",), ("repos move acme/hawk nemo/hawk",),
        ("repos move datasets/acme/songs datasets/acme/calls",), ("repos move acme/none acme/x",),
        ("repos move acme/hawk acme/hidden",), ("repos move olive/mine olive/thine --json",),
        ("repos move acme/hawk datasets/acme/hawk2",), ("repos move datasets/acme/calls acme/calls2",),
    ],
    "settings": [
        ("repos settings acme/owl",), ("repos settings acme/owl --private",), ("repos settings acme/owl --public -q",),
        ("repos settings acme/owl --gated auto",), ("repos settings acme/owl --gated false --json",),
        ("repos settings acme/owl --gated maybe",), ("repos settings acme/none --private",),
        ("repos settings acme/hoot --protected --type space",), ("repos settings acme/owl --private", {"HF_TOKEN": READER}),
        ("repos settings acme/owl --private", {"HF_TOKEN": ""}), ("repos settings acme/owl --protected",),
        ("repos settings datasets/acme/songs --protected",), ("repos settings acme/owl --private --public",),
    ],
    "branches": [
        ("repos branch create acme/owl new",), ("repos branch create acme/owl new",),
        ("repos branch create acme/owl new --exist-ok --json",), ("repos branch create acme/owl a/b --revision v1.0",),
        ("repos branch create acme/owl x --revision nope",), ("repos branch create acme/owl refs/pr/5",),
        ("repos branch create acme/none x",), ("repos branch delete acme/owl a/b",), ("repos branch delete acme/owl a/b",),
        ("repos branch delete acme/owl main",), ("repos branch create acme/owl dev --exist-ok", {"HF_TOKEN": READER}),
        ("repos branch create acme/owl dev2 --exist-ok", {"HF_TOKEN": READER}),
        ("repos branch create acme/songs x --type dataset -q",), ("repos branch create datasets/acme/songs y",),
    ],
    "tags": [
        ("repos tag ls acme/owl",), ("repos tag list acme/songs --type dataset",), ("repos tag create acme/owl v2",),
        ("repos tag create acme/owl v2",), (["repos", "tag", "create", "acme/owl", "v3", "-m", "Third é", "--revision", "dev"],),
        ("repos tag create acme/owl v4 --revision nope",), ("repos tag create acme/none v4",),
        ("repos tag create acme/owl v5", {"HF_TOKEN": READER}), ("repos tag ls acme/owl --json",), ("repos tag ls acme/owl -q",),
        ("repos tag ls acme/owl --format agent",), ("repos tag ls acme/none",), ("repos tag delete acme/owl v2 -y",),
        ("repos tag delete acme/owl v2 -y",), ("repos tag delete acme/owl v3", {"stdin": "y\n"}),
        ("repos tag delete acme/owl v1.0", {"stdin": "\n"}), ("repos tag delete acme/owl v1.0 --json",),
        ("repos tag delete acme/none v1 -y",), ("repos tag create acme/owl é/x",),
        (["repos", "tag", "create", "acme/owl", "w1", "-m", ""],),
    ],
    "files": [
        (["repos", "delete-files", "acme/owl", "*.json"],), (["repos", "delete-files", "acme/owl", "*.json"],),
        ("repos delete-files acme/owl onnx/ --commit-message gone --commit-description why",),
        ("repos delete-files acme/owl w.bin --revision dev --json",), ("repos delete-files acme/owl README.md --create-pr",),
        ("repos delete-files acme/songs data/ --type dataset -q",), (["repos", "delete-files", "acme/owl", "*"],),
        ("repos delete-files acme/owl x --revision nope",), ("repos delete-files acme/none x",),
        ("repos delete-files acme/hidden a.txt", {"HF_TOKEN": READER}),
    ],
    "list": [
        ("repos ls",), ("repos ls --namespace acme",), ("repos list --namespace acme --limit 2",),
        ("repos ls --namespace acme --type dataset",), ("repos ls --namespace acme --search OW --json",),
        ("repos ls --namespace acme -q",), ("repos ls --namespace acme --format agent --limit 0",),
        ("repos ls --namespace nobody",), ("repos ls --search zzz",), ("repos ls", {"HF_TOKEN": ""}),
        ("repos ls --namespace acme --limit 1 -q",), ("repos ls --type nope",), ("repos ls --limit x",),
        (["repos", "ls", "--namespace", "acme", "--search", ""],),
    ],
    "usage": [
        ("repos create",), ("repos",), ("repos nope",), ("repos tag nope",), ("repos create a b",), ("repos create x --nope",),
        ("repos create x --type nope",), ("repos create datasets/acme/x --type model",), ("repos create bad--id",),
        ("repos create a/b/c",), ("repos delete acme/owl.git -y",), ("repos delete-files acme/owl",),
        ("repos create x --sleep-time x",), ("repos create x --region mars",), ("repo create x",), ("tag acme/owl v1",),
    ],
}

OLD_STORIES = {
    "create": [
        ("repo create tiny",), ("repo create tiny",), ("repo create tiny --exist-ok",), ("repo create acme/new --private",),
        ("repo create set --repo-type dataset",), ("repo create set2 --type dataset",), ("repo create o --organization acme -y",),
        ("repo create acme/o --organization acme",), ("repo create s --repo-type space",),
        ("repo create s --repo-type space --space_sdk static",), ("repo create x --repo-type nope",),
        ("repo create zoo/x",), ("repo create x", {"HF_TOKEN": READER}), ("repo create x", {"HF_TOKEN": ""}),
        ("repo create acme/owl --exist-ok", {"HF_TOKEN": READER}), ("repo create x --resource-group-id 66aa",),
        ("repo create bad--id",), ("repo create x --space_sdk nope",), ("repo create",), ("repo nope",),
        ("repo create x", {"HF_TOKEN": "hf_wrong"}),
    ],
    "tags": [
        ("tag acme/owl v2",), ("tag acme/owl v2",), ("tag -l acme/owl",), ("tag acme/songs --list --repo-type dataset",),
        (["tag", "acme/owl", "v3", "-m", "words", "--revision", "dev"],), ("tag acme/owl v4 --revision nope",),
        ("tag acme/none v1",), ("tag -l acme/none",), ("tag -d acme/owl v2 -y",), ("tag -d acme/owl v2 -y",),
        ("tag -d acme/owl v3", {"stdin": "\n"}), ("tag -d acme/owl v1.0", {"stdin": "no\n"}), ("tag -d acme/owl v1.0", {"stdin": ""}),
        ("tag acme/owl v5", {"HF_TOKEN": READER}), ("tag",), ("tag acme/owl v1 --repo-type x",), 
    ],
    "files": [
        (["repo-files", "acme/owl", "delete", "*.json"],), (["repo-files", "acme/owl", "delete", "*.json"],),
        ("repo-files acme/owl delete onnx/ w.bin --commit-message gone",), ("repo-files acme/songs delete data/a.csv --repo-type dataset",),
        ("repo-files acme/owl delete README.md --create-pr --commit-description why",), ("repo-files acme/none delete x",),
        ("repo-files acme/owl delete x --revision nope",), ("repo-files",), ("repo-files acme/owl",), ("repo-files acme/owl nope",),
        ("repo-files acme/owl delete",), ("repo-files acme/owl delete x --repo-type nope",),
        ("repo-files acme/hidden delete a.txt", {"HF_TOKEN": READER}),
    ],
}


@pytest.mark.parametrize("story", HF_STORIES)
def test_as_hf(compare, story):
    compare("hf", HF_STORIES[story])


@pytest.mark.parametrize("story", OLD_STORIES)
def test_as_huggingface_cli(compare, story):
    compare("huggingface-cli", OLD_STORIES[story])
