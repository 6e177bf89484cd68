"""Under the two old names: the real programs, run beside ours on the same Hub."""

import os
import re
import subprocess

import pytest

from hub import Lfs

REAL = {"huggingface-cli": "HUG_PEER_036", "hf": "HUG_PEER_24"}
NOTICE = "⚠️  Warning: 'huggingface-cli"


@pytest.fixture
def world(hub, owl):
    hub.add_repo("acme/songs", type="dataset").commit({"README.md": b"# songs\n"})
    hub.add_repo("acme/gated", gated=True).commit({"a.txt": b"a"})
    hub.add_repo("acme/private", private=True).commit({"a.txt": b"a"})
    hub.add_repo("acme/disabled", disabled=True).commit({"a.txt": b"a"})
    owl.tag("v1.0", owl.head("main"))
    return hub


@pytest.fixture
def both(hug, world, tmp_path):
    """both(name, args, env): what ours and the real one said, paths masked."""
    links = tmp_path / "names"
    links.mkdir()

    def run(program, side, args, env):
        home = tmp_path / side
        work = home / "work"
        work.mkdir(parents=True, exist_ok=True)
        full = {**hug.env, "HOME": str(home), "HF_HOME": str(home / "hf"), "NO_COLOR": "1",
                "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
                "HF_HUB_DISABLE_XET": "1", "COLUMNS": "80", **env}
        for fault in run.faults:
            world.fault(**fault)
        done = subprocess.run([program, *args], env=full, cwd=work, capture_output=True,
                              text=True, input=run.input, timeout=120)
        world.clear_faults()
        lines = [line for line in done.stdout.splitlines() if not line.startswith(NOTICE)]
        last = ([line for line in done.stderr.splitlines() if line.strip()] or [""])[-1]

        def mask(text):
            text = text.replace(str(home), "HOME").replace(world.endpoint, "HUB")
            # The name of an exception's class, with or without its module.
            text = re.sub(r"^(?:\w+\.)+(\w+Error: )", r"\1", text)
            return re.sub(r"Request ID: [^)]*", "Request ID: ID", text)

        return done.returncode, mask("\n".join(lines)), mask(last), done.stderr

    def get(name, args, env={}, faults=(), input=""):
        if REAL[name] not in os.environ:
            pytest.skip(f"{REAL[name]} names no official client")
        run.faults, run.input = faults, input
        link = links / name
        if not link.exists():
            link.symlink_to(os.environ["HUG"])
        real = os.path.join(os.path.dirname(os.environ[REAL[name]]), name)
        theirs = run(real, "theirs", args, env)
        ours = run(link, "ours", args, env)
        # Of a success stdout counts, of a failure the last line on stderr. Help
        # is in our own words.
        if theirs[0] == 0 and args != ["download"]:
            assert ours[:2] == theirs[:2], (ours, theirs)
        else:
            assert (ours[0], ours[2]) == (theirs[0], theirs[2]), (ours, theirs)
        return ours

    return get


OWL = ["download", "acme/owl"]

SUCCESS = [
    OWL, [*OWL, "config.json"], [*OWL, "onnx/model.onnx", "config.json"],
    [*OWL, "--quiet"], [*OWL, "config.json", "--revision", "v1.0"],
    ["download", "acme/songs", "--repo-type", "dataset"],
    ["download", "--repo-type=dataset", "acme/songs", "README.md"],
    [*OWL, "config.json", "--local-dir", "."], [*OWL, "onnx/model.onnx", "--local-dir", "./sub"],
    [*OWL, "--local-dir", "./all"], [*OWL, "config.json", "--cache-dir", "./cache"],
    [*OWL, "--cache-dir", "./cache", "--include", "*.json"],
    [*OWL, "--exclude", "*.bin"], [*OWL, "--max-workers", "3"], [*OWL, "--force-download"],
    [*OWL, "config.json", "--include", "*.bin"], [*OWL, "*.json", "nothing.txt"],
    [*OWL, "--include", "nothing*"], ["version"],
]

OLD_SUCCESS = [
    [*OWL, "--include", "*.json", "*.md"], ["download", "--include", "*.json", "--", "acme/owl"],
    [*OWL, "--incl", "*.json"], [*OWL, "config.json", "--resume-download"],
    [*OWL, "config.json", "--local-dir", "x", "--local-dir-use-symlinks", "False"],
    [*OWL, "--include"],
]

HF_SUCCESS = [
    [*OWL, "--revision", "v1.0", "config.json"],
    [*OWL, "--include", "*.json", "--include", "*.md"], [*OWL, "--json"], [*OWL, "--format", "json"],
    [*OWL, "--format", "agent", "config.json"], [*OWL, "-q"], [*OWL, "--format=quiet"],
    [*OWL, "onnx/"], ["download", "hf://acme/owl"], ["download", "hf://acme/owl@v1.0/config.json"],
    ["download", "hf://datasets/acme/songs"], ["download", "datasets/acme/songs"],
    [*OWL, "--type", "model"], ["download", "acme/songs", "--type", "dataset"],
    [*OWL, "--dry-run"], [*OWL, "config.json", "--dry-run"], [*OWL, "--dry-run", "-q"],
    [*OWL, "--dry-run", "--json"], [*OWL, "--dry-run", "--format", "agent"],
    [*OWL, "--dry-run", "--include", "nothing"], [*OWL, "--no-dry-run", "--no-force-download"],
    ["--version"],
]

ERRORS = [
    ["download"], [*OWL, "--nope"], [*OWL, "--repo-type", "foo"], [*OWL, "--revision"],
    [*OWL, "--max-workers", "x"], [*OWL, "nope.txt"], [*OWL, "--revision", "nope"],
    [*OWL, "config.json", "--revision", "nope"], ["download", "acme/missing"],
    ["download", "acme/missing", "a.txt"], ["download", "acme/private"],
    ["download", "acme/private", "a.txt"], ["download", "acme/gated"],
    ["download", "acme/gated", "a.txt"], ["download", "acme/disabled"],
    ["download", "acme/disabled", "a.txt"], ["download", "bad--id"], ["download", "a/b/c"],
    ["downlod"], ["nope"],
]


INIT = '{"event": "init", "operation": "upload", "remote": "origin"}\n'


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("args", [
    ["lfs-enable-largefiles", "nowhere"], ["lfs-enable-largefiles", "."], ["lfs-enable-largefiles", "a", "b"],
    ["lfs-multipart-upload", "x"]], ids=" ".join)
def test_mistakes_with_git_lfs(both, name, args):
    assert both(name, args)[0] != 0


@pytest.mark.parametrize("args", [["lfs-enable-largefiles"], ["lfs-multipart-upload", "--help"]], ids=" ".join)
def test_old_mistakes_with_git_lfs(both, args):
    assert both("huggingface-cli", args)[0] == 2


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("said,code", [
    ("", 1), ("nonsense\n", 1), (INIT.replace("upload", "download"), 1), (INIT, 1), (INIT + "{}\n", 1),
    (INIT + '{"event": "terminate"}\n', 0), (INIT + '{"type": "terminate"}', 0)])
def test_git_lfs_is_answered(both, name, said, code):
    assert both(name, ["lfs-multipart-upload"], input=said)[0] == code


@pytest.mark.parametrize("name", REAL)
def test_a_clone_is_set_up(both, tmp_path, name):
    for side in ("theirs", "ours"):
        subprocess.run(["git", "init", "-q", tmp_path / side / "work/owl"], check=True)
    assert both(name, ["lfs-enable-largefiles", "owl/../owl/"])[0] == 0
    theirs, ours = ((tmp_path / side / "work/owl/.git/config").read_text() for side in ("theirs", "ours"))
    assert ours == theirs and f"path = {name}\n\targs = lfs-multipart-upload\n" in ours


@pytest.mark.parametrize("args", SUCCESS + OLD_SUCCESS, ids=" ".join)
def test_old_success(both, args):
    assert both("huggingface-cli", args)[0] == 0


@pytest.mark.parametrize("args", SUCCESS + HF_SUCCESS, ids=" ".join)
def test_hf_success(both, args):
    assert both("hf", args)[0] == 0


@pytest.mark.parametrize("args", [
    *ERRORS, [*OWL, "--repo-type", "model", "config.json"], ["download", "--include", "*", "acme/owl"],
    [*OWL, "--local-dir-use-symlinks", "maybe"],
], ids=" ".join)
def test_old_errors(both, args):
    assert both("huggingface-cli", args)[0] != 0


@pytest.mark.parametrize("args", [
    *ERRORS, [*OWL, "--local-dir", "x", "--cache-dir", "y"], ["download", "hf://bad"],
    ["download", "hf://"], ["download", "hf://acme/owl@"], ["download", "hf://acme/owl", "--type", "model"],
    ["download", "hf://acme/owl/config.json", "README.md"], ["download", "hf://buckets/a/b"],
    ["download", "datasets/acme/songs", "--type", "dataset"], [*OWL, "--json", "-q"],
    [*OWL, "--format", "nope"], [*OWL, "--format"], ["--json", "version"],
    [*OWL, "onnx/", "--include", "*"], [*OWL, "../x"], [*OWL, "/etc/passwd"], [*OWL, "--inclde", "x"],
    [*OWL, "--local-dir"],
], ids=" ".join)
def test_hf_errors(both, args):
    code = both("hf", args)[0]
    # A leaf without any argument shows its help.
    assert code == 0 if args == ["download"] else code != 0


@pytest.mark.parametrize("name", list(REAL))
@pytest.mark.parametrize("args", [OWL, [*OWL, "config.json"]], ids=" ".join)
@pytest.mark.parametrize("env,faults", [
    ({"HF_HUB_OFFLINE": "1"}, []), ({"HF_ENDPOINT": "http://127.0.0.1:9"}, []),
], ids=["offline", "unreachable"])
def test_without_the_hub(both, name, args, env, faults):
    assert both(name, args, env, faults)[0] == 1


@pytest.mark.parametrize("name", list(REAL))
@pytest.mark.parametrize("status", [429, 500, 503])
def test_broken_hub(both, name, status):
    """Of a whole repository; a single file is tried for half a minute by the real ones."""
    assert both(name, OWL, faults=[{"path": "/api/models/acme/owl", "status": status}])[0] == 1


def test_second_list_of_patterns_is_not_silent(hug, owl, tmp_path):
    """0.36 takes the last --include alone; so do we, and say it."""
    link = tmp_path / "huggingface-cli"
    link.symlink_to(os.environ["HUG"])
    done = subprocess.run([link, *OWL, "--include", "*.json", "--include", "*.md"], env=hug.env,
                          capture_output=True, text=True)
    assert os.listdir(done.stdout.strip()) == ["README.md"]
    assert "--include was given twice" in done.stderr and "*.json" in done.stderr


def test_token_option_is_warned_of(hug, hub, owl, tmp_path):
    hub.add_user("olive", token="hf_abcdef")
    link = tmp_path / "hf"
    link.symlink_to(os.environ["HUG"])
    done = subprocess.run([link, *OWL, "--token", "hf_abcdef"], env=hug.env, capture_output=True,
                          text=True)
    assert done.returncode == 0
    assert "leaves your token in your shell history" in done.stderr
    assert "hf_abcdef" not in done.stderr


@pytest.mark.parametrize("name,args,env", [
    ("hf", [*OWL, "--force-download"], {"HF_HUB_OFFLINE": "1"}),
    ("hf", [*OWL, "config.json", "--force-download"], {"HF_HUB_OFFLINE": "1"}),
    ("huggingface-cli", [*OWL, "config.json", "--force-download"], {"HF_HUB_OFFLINE": "1"}),
    ("huggingface-cli", [*OWL, "config.json", "--force-download"],
     {"HF_ENDPOINT": "http://127.0.0.1:9"}),
    ("hf", [*OWL, "--dry-run"], {"HF_HUB_OFFLINE": "1"}),
    ("hf", [*OWL, "--dry-run"], {"HF_ENDPOINT": "http://127.0.0.1:9"}),
    ("hf", ["download", "acme/missing", "--dry-run"], {}),
    ("huggingface-cli", ["download", "acme/owl.git"], {}),
    ("huggingface-cli", ["download", "-x"], {}), ("huggingface-cli", [], {}),
    ("hf", ["download", "acme/owl.git"], {}), ("hf", ["download", "..", "x"], {}),
    ("hf", ["cache", "lss"], {}), ("hf", ["cache", "rm", "--nope"], {}),
    ("hf", [*OWL, "--quiet=1"], {}), ("hf", [*OWL, "--dry-run=1"], {}),
], ids=lambda v: " ".join(v) if isinstance(v, (list, dict)) else v)
def test_more_errors(both, name, args, env):
    assert both(name, args, env)[0] != 0
