"""Command lines: help, versions, mistakes."""

import datetime
import json
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
    (["download", "datasets/a/b", "--repo-type", "model"], ["--repo-type cannot be used with an address that begins with dataset/"]),
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


# -- first steps --

def test_version_in_short(hug):
    assert hug("-V").stdout == hug("version").stdout


@pytest.mark.parametrize("line", [
    "-q download acme/owl config.json", "--quiet --offline download acme/owl config.json", "--token hf_x download acme/owl config.json",
    "--token=hf_x --revision main download acme/owl config.json", "--format quiet download acme/owl config.json",
])
def test_options_before_the_command(hug, owl, line):
    path = hug.ok("download", "acme/owl", "config.json")
    assert hug.ok(*line.split()) == path


def test_options_before_a_command_of_a_group(hug, owl):
    hug.ok("download", "acme/owl")
    assert hug.ok("-q", "cache", "ls") == hug.ok("cache", "ls", "-q") == "model/acme/owl"
    assert "usage: hug cache rm" in hug("-q", "cache", "rm", "--help").stdout
    assert "usage: hug cache COMMAND" in hug("cache", "help").stdout


def test_completion_scripts(hug):
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for shell, name in (("bash", "hug"), ("zsh", "_hug"), ("fish", "hug.fish")):
        with open(os.path.join(top, "docs/completions", name)) as file:
            assert hug("completion", shell).stdout == file.read()


@pytest.mark.parametrize("args", [["download", "acme/songs"], ["ls", "acme/songs"], ["cat", "acme/songs/README.md"],
                                  ["models", "info", "acme/songs"], ["repo", "tag", "list", "acme/songs"]])
def test_the_other_kind_is_named(hug, hub, args):
    hub.add_repo("acme/songs", type="dataset").commit({"README.md": b"# songs\n"})
    said = hug(*args).stderr
    assert "There is a dataset acme/songs: use " in said
    hub.requests.clear()
    assert "There is" not in hug("download", "acme/songs", "--offline").stderr and not hub.requests


def test_guesses_cost_little(hug, hub, owl):
    """One request for a file, two for a repository; none under the old names, or where nothing was said of the name."""
    for args, more in ((["cat", "acme/owl/confg.json"], 1), (["ls", "acme/none"], 2)):
        hub.requests.clear()
        assert hug(*args).returncode == 1
        hub.wait_idle()
        assert len(hub.requests) <= 2 + more, [request.path for request in hub.requests]


@pytest.mark.parametrize("name", ["hf", "huggingface-cli"])
def test_old_names_do_not_guess(hug, hub, owl, tmp_path, monkeypatch, name):
    hub.add_repo("acme/songs", type="dataset").commit({"README.md": b"# songs\n"})
    (tmp_path / name).symlink_to(os.environ["HUG"])
    monkeypatch.setenv("HUG", str(tmp_path / name))
    for args in (["download", "acme/songs"], ["download", "acme/owl", "confg.json"], ["-q", "download", "acme/owl"], ["-V"],
                 ["help", "download"], ["completion", "bash"], ["auth", "switch", "laptop"]):
        hub.requests.clear()
        done = hug(*args)
        hub.wait_idle()
        assert done.returncode and "There is" not in done.stderr and "Did you mean config.json" not in done.stderr
        assert not [r for r in hub.requests if "/datasets/" in r.path or "/tree/" in r.path]


def test_a_folder_is_named(hug, owl):
    assert "onnx is a folder. Write onnx/ for all of it, or use --include 'onnx/*'" in hug.fails("download", "acme/owl", "onnx")
    assert "onnx is a folder. `hug ls acme/owl onnx` lists its files" in hug.fails("cat", "acme/owl/onnx")
    assert hug("download", "acme/owl", "onnx/").returncode == 0


def test_an_empty_cache(hug, owl):
    said = "Nothing is cached yet. `hug download ORG/NAME` downloads a model.\n"
    assert hug("cache", "ls").stdout == said
    hug.cache.mkdir()
    done = hug("cache", "ls")
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert hug("cache", "ls", "--json").stdout.strip() == "[]"
    assert hug("cache", "ls", "-q").stdout == ""
    hug.ok("download", "acme/owl")
    assert "Nothing is cached" not in hug("cache", "ls", "--filter", "size>1TB").stdout


def test_cache_rm_quiet(hug, owl):
    hug.ok("download", "acme/owl")
    commit = owl.head("main")
    for args, said in ((["model/acme/owl"], "model/acme/owl\n"), ([commit], "model/acme/owl\n"),
                       (["hf://acme/owl/config.json"], f"model/acme/owl@{commit}/config.json\n")):
        done = hug("cache", "rm", *args, "-q", "--dry-run")
        assert done.returncode == 0 and done.stdout in (said, f"{commit}\n"), done
    done = hug("cache", "rm", "acme/owl", "-q", "-y")
    assert (done.returncode, done.stdout, done.stderr) == (0, "model/acme/owl\n", "")
    assert not (hug.cache / "models--acme--owl").exists()


def test_dates_have_years(hug, hub, owl):
    done = hug("ls", "acme/owl", "-l")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.endswith(" README.md")]
    year = int(json.loads(hug("ls", "acme/owl", "-l", "--json").stdout)[0]["last_commit"]["date"][:4])
    now = datetime.datetime.now(datetime.timezone.utc).year
    assert (str(year) in lines[0]) == (year != now), lines


def test_login_says_one_line(hug, hub):
    hub.add_user("olive", "hf_olive", role="write")
    done = hug("login", "--token-stdin", "-q", input="hf_olive\n")
    assert done.returncode == 0 and done.stderr == "" and len(done.stdout.splitlines()) == 1
    name = done.stdout.strip()
    (hug.home / "stored_tokens").open("a").write("\n[other]\nhf_token = hf_other\n")
    assert hug("auth", "switch", "other").returncode == 0
    assert (hug.home / "token").read_text() == "hf_other"
    assert hug("auth", "switch", name).returncode == 0
    assert hug("logout", "other").returncode == 0
    assert hug("auth", "list", "-q").stdout.split() == [name]
