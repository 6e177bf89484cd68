"""Command lines: help, versions, mistakes."""

import os
import subprocess

import pytest


def test_version(hug):
    done = hug("version")
    assert done.returncode == 0 and done.stdout.startswith("hug ")
    assert hug("--version").stdout == done.stdout


def test_help(hug):
    for args in (["--help"], ["-h"], ["help"]):
        done = hug(*args)
        assert done.returncode == 0 and done.stderr == ""
        assert "download" in done.stdout and "version" in done.stdout


def test_help_of_commands(hug):
    done = hug("download", "--help")
    assert done.returncode == 0
    for word in ("usage: hug download REPO_ID [FILENAMES...]", "--repo-type, --type model|dataset|space",
                 "--revision", "--include", "--exclude", "--cache-dir", "--force-download",
                 "--token", "--quiet", "--max-workers", "--dry-run", "--files-from"):
        assert word in done.stdout
    assert all(len(line) <= 80 and line == line.rstrip() for line in done.stdout.splitlines())
    assert hug("version", "--help").returncode == 0


def test_no_command(hug):
    done = hug()
    assert done.returncode == 2 and done.stdout == "" and "hug help COMMAND" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("hug: the full-screen app cannot be shown here: ")


@pytest.mark.parametrize("args,words", [
    (["downlaod", "x"], ["downlaod", "Did you mean `hug download`"]),
    (["xyzzy"], ["xyzzy", "`hug help` lists"]),
    (["xy\x1bzzy"], ["xy\\x1bzzy"]),
    (["download"], ["REPO_ID is missing", "`hug download REPO_ID [FILENAMES...]`", "hug help download"]),
    (["download", "a/b", "--inclde", "x"], ["--inclde", "Did you mean --include?"]),
    (["download", "a/b", "--revision"], ["--revision needs a value"]),
    (["download", "a/b", "--repo-type", "modle"], ["model, dataset, space"]),
    (["download", "a/b", "--max-workers", "0"], ["--max-workers takes a whole number"]),
    (["download", "a/b", "--quiet=yes"], ["--quiet takes no value"]),
    (["version", "x"], ["'x' is one argument too many"]),
    (["download", "a/b", "--json", "-q"], ["'--json' and '-q' cannot be used together"]),
    (["download", "a/b", "--format", "xml"], ["--format takes one of human, json, quiet, not 'xml'"]),
    (["download", "hf://a/b", "--revision", "x"], ["cannot be used with an 'hf://' URI"]),
    (["download", "a/b@v1", "--revision", "x"], ["names a revision, and so does --revision"]),
    (["download", "datasets/a/b", "--repo-type", "model"], ["Ambiguous repo type"]),
])
def test_mistakes(hug, args, words):
    last = hug.fails(*args, code=2)
    for word in words:
        assert word in last


def test_files_from_missing(hug):
    assert "--files-from" in hug.fails("download", "a/b", "--files-from", "/nonexistent")


def test_a_list_beside_the_address_of_a_file(hug):
    for address in ("hf://a/b/c", "https://huggingface.co/a/b/blob/main/c"):
        said = hug.fails("download", address, "--files-from", "-", input="x\ny\n", code=2)
        assert "filenames ['x', 'y']" in said


def test_start_up_touches_nothing(hug, hub, tmp_path):
    done = subprocess.run(hug.command("version"), env={**hug.env, "HOME": str(tmp_path / "no")},
                          capture_output=True)
    assert done.returncode == 0
    assert list(hug.home.iterdir()) == [] and len(hub.requests) == 0


# -- dots in an address --

DOTTED = [".", "..", "../main", "refs/../..", "a/./b"]
REVISIONS = [
    "ls acme/owl --revision {}", "ls acme/owl@{}", "cat acme/owl/config.json --revision {}", "cat hf://acme/owl@{}/config.json",
    "download acme/owl --revision {}", "download acme/owl config.json --revision {}", "download acme/owl@{}",
    "download acme/owl --revision {} --local-dir HERE", "cache verify acme/owl --revision {} --local-dir HERE",
    "models info acme/owl --revision {}", "models ls acme/owl --revision {}",
    "repo branch create acme/owl {}", "repo branch create acme/owl x --revision {}", "repo branch delete acme/owl {}",
    "repo tag create acme/owl {}", "repo tag create acme/owl x --revision {}", "repo tag delete acme/owl {} -y",
    "repo delete-files acme/owl config.json --revision {} -y", "tag acme/owl {}", "tag acme/owl x --revision {}",
    "hf download acme/owl --revision {}", "hf models info acme/owl --revision {}", "hf repos tag create acme/owl {}",
    "hf repos branch create acme/owl x --revision {}", "hf repos delete-files acme/owl config.json --revision {}",
    "huggingface-cli download acme/owl --revision {}", "huggingface-cli tag acme/owl {}",
    "huggingface-cli repo-files acme/owl delete config.json --revision {}",
]
PATHS = [
    "ls acme/owl@main/{}", "ls acme/owl/{}", "cat acme/owl@main/{}", "download acme/owl {}", "download hf://acme/owl/{}",
    "hf download acme/owl {}", "huggingface-cli download acme/owl {}", "repo list --namespace {}",
]


@pytest.mark.parametrize("line", REVISIONS + PATHS)
def test_dots_do_not_change_an_address(hug, hub, owl, tmp_path, monkeypatch, line):
    """Whoever sends it takes "." and ".." out, and the rest is the address of something else."""
    here = tmp_path / "here"
    here.mkdir()
    name, _, rest = line.partition(" ")
    if name in ("hf", "huggingface-cli"):
        (tmp_path / name).symlink_to(os.environ["HUG"])
        monkeypatch.setenv("HUG", str(tmp_path / name))
        line = rest
    for dots in DOTTED:
        done = hug(*[str(here) if word == "HERE" else word.replace("{}", dots) for word in line.split()])
        assert done.returncode in (1, 2), (dots, done.stdout)
        said = done.stdout + done.stderr
        assert f"'{dots}" in said or "'." in said, said
    hub.wait_idle()
    assert not hub.requests and not list(here.iterdir())


def test_patterns_above_the_repository_match_nothing(hug, hub, owl):
    """And the folder that is listed for them is none of another repository."""
    for words in (["../*"], ["--include", "../../other/*"], ["./*"]):
        assert hug("download", "acme/owl", *words).returncode == 1
    hub.wait_idle()
    assert all("/acme/owl" in request.path for request in hub.requests)


def test_names_with_dots_in_them_are_names(hug, hub, owl):
    for name in ("v1.0", "...", "a..b", ".x"):
        last = hug.fails("ls", "acme/owl", "--revision", name)
        assert "is not a branch" not in last and hub.requests[-1].path.endswith(f"/tree/{name}?recursive=false&expand=false")
