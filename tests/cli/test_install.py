"""What make install leaves, and whether the documents say what is true."""

import os
import re
import shlex
import shutil
import subprocess
import time

import pexpect
import pytest

from conftest import LENGTHS
from hub import Lfs

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.dirname(os.environ["HUG"])


def make(*args, build=BUILD):
    done = subprocess.run(["make", "-s", "-C", build, *args], capture_output=True, text=True,
                          env={**os.environ, "MAKEFLAGS": ""})
    assert done.returncode == 0, done.stderr


def tree(folder):
    return sorted(os.path.relpath(os.path.join(parent, name), folder)
                  for parent, _, names in os.walk(folder) for name in names)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    dest = tmp_path_factory.mktemp("dest")
    make("install", f"DESTDIR={dest}", "prefix=/usr")
    return dest


def pages():
    folder = os.path.join(TOP, "docs", "man")
    return sorted(os.path.join(folder, name) for name in os.listdir(folder))


def test_documents_are_not_stale(tmp_path):
    subprocess.run([os.path.join(BUILD, "docs", "generate"), tmp_path], check=True)
    docs = os.path.join(TOP, "docs")
    for name in tree(tmp_path):
        with open(tmp_path / name) as made, open(os.path.join(docs, name)) as kept:
            assert made.read() == kept.read(), f"make docs, and commit {name}"
    assert tree(tmp_path) == [n for n in tree(docs) if n.startswith(("man", "completions"))]


def test_installed_files(installed):
    assert tree(installed) == sorted([
        "usr/bin/hug", "usr/share/bash-completion/completions/hug",
        "usr/share/fish/vendor_completions.d/hug.fish", "usr/share/zsh/site-functions/_hug",
        *("usr/share/man/man1/" + os.path.basename(page) for page in pages())])


def test_uninstall(tmp_path):
    make("install", f"DESTDIR={tmp_path}", "prefix=/usr")
    make("uninstall", f"DESTDIR={tmp_path}", "prefix=/usr")
    assert tree(tmp_path) == []


def test_compat_names(tmp_path):
    """The links are made when they are asked for, and only then."""
    build = tmp_path / "build"
    build.mkdir()
    subprocess.run([os.path.join(TOP, "configure"), "-q", "--enable-compat-names"], cwd=build,
                   check=True, stdout=subprocess.DEVNULL)
    os.makedirs(tmp_path / "usr/bin")
    make("install-exec-hook", f"DESTDIR={tmp_path}", "prefix=/usr", build=str(build))
    for name in ("huggingface-cli", "hf"):
        assert os.readlink(tmp_path / "usr/bin" / name) == "hug"
    make("uninstall-hook", f"DESTDIR={tmp_path}", "prefix=/usr", build=str(build))
    assert os.listdir(tmp_path / "usr/bin") == []


@pytest.mark.parametrize("page", pages(), ids=os.path.basename)
def test_man_pages(page):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", "-ww", page], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert "NAME" in done.stdout and len(done.stdout.splitlines()) > 10
    assert re.search(r" \d{4}-\d\d-\d\d ", done.stdout.splitlines()[-1]), "no date"
    if shutil.which("mandoc"):
        linted = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True)
        assert linted.returncode == 0, linted.stdout


@pytest.fixture
def site(hub):
    model = hub.add_repo("openai-community/gpt2")
    model.commit({"config.json": b"{}", "README.md": b"# gpt2\n", "merges.txt": b"a b\n",
                  "onnx/config.json": b"{}", "model.safetensors": Lfs(b"w" * 50_000)})
    data = hub.add_repo("rajpurkar/squad", type="dataset")
    data.tag("v1.0", data.commit({"README.md": b"# squad\n"}))
    data.branch("refs/convert/parquet", data.head())
    data.commit({"plain_text/train/0000.parquet": b"PAR1"}, branch="refs/convert/parquet")
    owl = hub.add_repo("acme/tiny-owl")
    owl.commit({"a.json": b"{}", "old.bin": b"o", "onnx/a.json": b"{}"})
    owl.tag("v1.0", owl.head("main"))
    owl.commit({"b.json": b"{}"}, branch="dev")
    hub.add_repo("acme/tiny-owl-GGUF").commit({f"tiny-owl-{kind}.gguf": b"GGUF" + kind.encode() for kind in ("Q4_K_M", "Q8_0")})
    hub.add_repo("acme/songs", type="dataset").commit({"README.md": b"# songs\n"})
    hub.add_repo("openai/whisper", type="space").commit({"app.py": b"", "README.md": b"# Whisper\n"})
    hub.add_user("olive", "hf_olive", orgs=("acme", "zoo"), role="write")
    return hub


# What is typed at the question of a command, or on the screen.
KEYS = {
    "hug ui": "q", "hug ui acme/owl": "q", "hug ui --cache-dir /data/hub": "q", "hug ui --linear": "q", "hug delete-cache": "q",
    "hug download openai-community/gpt2 --pick": "f|y",
    "hug login": "hf_olive\r", "hug auth login": "hf_olive\r", "hug auth switch": "1\r",
    "hug repo delete acme/tiny-owl": "acme/tiny-owl\r", "hug repo branch delete acme/tiny-owl dev": "y\r",
    "hug repo tag delete acme/tiny-owl v1.0": "y\r", "hug tag acme/tiny-owl v1.0 --delete": "y\r",
    "hug repo delete-files acme/tiny-owl old.bin": "y\r",
    "hug cache rm hf://openai-community/gpt2/model.safetensors": "y\r",
    "hug repo delete-files acme/tiny-owl '*.bin' onnx/ --create-pr": "y\r",
}


def typed(hug, line, keys, env, cwd):
    """A command that wants a terminal, until it ends."""
    args = shlex.split(line.replace("/data/hub", str(hug.cache)))[1:]
    child = pexpect.spawn(os.environ["HUG"], args, env={**hug.env, "TERM": "xterm-256color", **env}, cwd=cwd, timeout=30,
                          encoding="utf-8", codec_errors="replace", dimensions=(24, 80))
    child.expect("Cache" if keys == "q" else r"row 1 of \d" if "|" in keys else "[?:>]")
    first, _, then = keys.partition("|")
    child.send(first)
    if then:
        child.expect(r"\(y\)")
        time.sleep(0.6)
        child.send(then)
    child.expect(pexpect.EOF)
    child.close()
    return child


def commands():
    """Every command of the README and the man pages."""
    with open(os.path.join(TOP, "README.md")) as file:
        lines = [line.strip().split("  #")[0] for line in file if line.startswith("    ")]
    for page in pages():
        with open(page) as file:
            text = re.sub(r"\\\(aq", "'", file.read().replace("\\-", "-"))
        after = text.partition(".SH EXAMPLES")[2]
        lines += [line[3:] for line in after.splitlines() if line.startswith(".B hug ")]
    lines = [line.replace("\\(ti", "~") for line in lines]
    return sorted({re.sub(r"^path=\$\((.*)\)$", r"\1", line) for line in lines
                   if re.match(r"(path=\$\()?hug ", line)})


@pytest.mark.parametrize("line", commands())
def test_commands_of_documents(hug, site, tmp_path, line):
    hug.cache.mkdir()
    if " rm " in line or " verify " in line:
        hug.ok("download", "openai-community/gpt2")
        hug.ok("download", "dataset/rajpurkar/squad")
    if " --local-dir gpt2 --repair" in line:
        hug.ok("download", "openai-community/gpt2", "--local-dir", tmp_path / "gpt2")
    if line.rstrip().endswith(" restore"):
        hug.ok("download", "openai-community/gpt2")
        hug("cache", "rm", "openai-community/gpt2", "-y", env={"HUG_FAULT": "rename:2:kill"})
    if " lfs-" in line:
        for folder in (tmp_path, tmp_path / "tiny-owl", hug.home / "tiny-owl"):
            subprocess.run(["git", "init", "-q", folder], check=True)
    if " upload " in line:
        for name in ("model.safetensors", "out/a.onnx", "out/logs/1", "data/a.csv"):
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_bytes(b"x")
        site.add_repo("acme/owls", type="dataset").commit({"README.md": b"# owls\n"})
    if " cp " in line:
        (tmp_path / "model.safetensors").write_bytes(b"x")
        site.find_repo("model", "acme/tiny-owl").commit({"config.json": b"{}", "model.safetensors": Lfs(b"y", xet="ab" * 32)})
        big = site.add_repo("acme/big-owl")
        big.branch("dev", big.commit({"a.txt": b"a"}))
    if " queue " in line:
        for name in ("config.json", "README.md", "merges.txt"):
            hug.ok("queue", "add", "openai-community/gpt2", name)
    # What is to be created is not there yet.
    owl = site.find_repo("model", "acme/tiny-owl")
    for word, made in (("dev", owl.branches), ("v1.0", owl.tags)):
        if re.search(rf"( create|hug tag) acme/tiny-owl {word}(?! --delete)", line):
            del made[word]
    if " free " in line:
        big = hug.cache / "models--org--big" / "snapshots" / ("a" * 40)
        big.mkdir(parents=True)
        (big / "w").write_bytes(b"w")
        os.truncate(big / "w", 300_000_000_000)
    stored = re.search(r"\b(auth|login|logout|whoami)\b", line)
    env = {"API_KEY": "k", **LENGTHS, **({} if stored else {"HF_TOKEN": "hf_olive"})}
    if stored and "login" not in line:
        (hug.home / "stored_tokens").write_text("[laptop]\nhf_token = hf_olive\n")
        (hug.home / "token").write_text("hf_olive")
    if line in KEYS:
        assert typed(hug, line, KEYS[line], env, tmp_path).exitstatus == 0
        return
    for folder in (".zfunc", ".config/fish/completions", "bin"):
        (hug.home / folder).mkdir(parents=True)
    (hug.home / "bin/hug").symlink_to(os.environ["HUG"])
    (tmp_path / "token.txt").write_text("hf_olive\n")
    if "browser" in line:
        site.oauth.answers = [{"access_token": "hf_olive", "expires_in": 9}]
    path = f"{hug.home}/bin:{os.environ['PATH']}"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, env={**hug.env, "PATH": path, **env}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout or ">" in line or stored or "nothing was found" in done.stderr


def test_there_are_commands():
    assert len(commands()) > 15


def complete(shell, hug, installed, line):
    """What bash offers for the last word of a line."""
    words = line.split(" ")
    script = f"""
        . {installed}/usr/share/bash-completion/completions/hug
        COMP_WORDS=({' '.join(shlex.quote(w) for w in words)})
        COMP_CWORD={len(words) - 1}
        _hug; printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    path = f"{installed}/usr/bin:{os.environ['PATH']}"
    done = subprocess.run([shell, "-c", script], env={**hug.env, "PATH": path},
                          capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completion(hug, owl, hub, installed):
    owl.tag("v1.0", owl.head("main"))
    owl.pull_request(1, owl.head("main"))
    for revision in ("main", "v1.0", "refs/pr/1"):
        hug.ok("download", "acme/owl", "config.json", "--revision", revision)
    hub.add_repo("acme/songs", type="dataset").commit({"a.txt": b"a"})
    hug.ok("download", "acme/songs", "--repo-type", "dataset")

    def offers(line):
        return complete("bash", hug, installed, line)

    assert offers("hug do") == ["download"]
    assert offers("hug cac") == ["cache"]
    assert offers("hug repo t") == ["tag"]
    assert offers("hug repo tag ") == ["create", "list", "delete"]
    assert offers("hug repo tag list ac") == ["acme/owl"]
    assert offers("hug repo branch create --rev") == ["--revision"]
    assert offers("hug models ls --sort li") == ["likes"]
    assert offers("hug cache l") == ["ls"]
    assert offers("hug cache ls --sort si") == ["size", "size:asc", "size:desc"]
    assert offers("hug download ac") == ["acme/owl"]
    assert offers("hug download datasets/") == ["datasets/acme/songs"]
    assert sorted(offers("hug download acme/owl --revision ")) == sorted(
        ["main", "v1.0", "refs/pr/1", owl.head("main")])
    assert offers("hug download acme/owl --inc") == ["--include"]
    assert offers("hug download acme/owl --repo-type d") == ["dataset"]
    assert offers("hug download acme/owl --format ") == ["human", "json", "quiet"]


@pytest.mark.parametrize("shell,file", [
    ("zsh", "zsh/site-functions/_hug"), ("fish", "fish/vendor_completions.d/hug.fish"),
    ("bash", "bash-completion/completions/hug"),
])
def test_completions_parse(installed, shell, file):
    done = subprocess.run([shell, "-n", installed / "usr/share" / file], capture_output=True,
                          text=True)
    assert done.returncode == 0 and done.stderr == ""


def test_fish_completion(hug, owl, installed):
    hug.ok("download", "acme/owl", "config.json")
    path = f"{installed}/usr/bin:{os.environ['PATH']}"
    script = f"source {installed}/usr/share/fish/vendor_completions.d/hug.fish; " \
             "complete -C'hug download ac'; complete -C'hug download acme/owl --repo-type d'; complete -C'hug cache '; " \
             "complete -C'hug repo tag '; complete -C'hug repo branch create --revi'"
    done = subprocess.run(["fish", "--no-config", "-c", script], env={**hug.env, "PATH": path},
                          capture_output=True, text=True)
    for word in ("acme/owl", "dataset", "ls", "list", "--revision"):
        assert word in done.stdout.split(), done
