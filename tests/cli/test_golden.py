"""Help and mistakes, word for word: what is read is what is kept in golden/.

HUG_GOLDEN=write makes the files anew, to be read in the diff. The old names' help never changes.
"""

import os
import re
import shlex
import subprocess

import pytest

from conftest import Run
from hub import Hub

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "golden")
TOP = os.path.dirname(os.path.dirname(HERE))
OLD = {"hf": "hf", "old": "huggingface-cli"}


def golden(name, got):
    path = os.path.join(GOLDEN, name)
    if os.environ.get("HUG_GOLDEN") == "write":
        with open(path, "w") as file:
            file.write(got)
    with open(path) as file:
        assert got == file.read()


def run(program, *args):
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([program, *args], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", (args, done.stderr)
    return done.stdout


def listed(overview):
    """The commands that an overview of an old name lists."""
    return re.findall(r"^  (\S+(?: \S+)*)(?:  .*)?$", overview.partition("Commands:\n")[2], re.M)


@pytest.mark.parametrize("name", OLD.values())
def test_help_of_the_old_names(name, tmp_path):
    program = tmp_path / name
    program.symlink_to(os.environ["HUG"])
    texts = [run(program, "--help")]
    names = listed(texts[0])
    assert len(names) > 10
    groups = sorted({command.rpartition(" ")[0] for command in names if " " in command})
    for words in [*names, *groups]:
        texts.append(f"$ {name} {words} --help\n" + run(program, *words.split(), "--help"))
    golden(f"help-{name}.txt", "\n".join(texts))


def commands_of_hug():
    """As its man page lists them."""
    with open(os.path.join(TOP, "docs/man/hug.1")) as file:
        return [line.replace("\\-", "-") for line in re.findall(r"^\.B hug (.*)$", file.read(), re.M)]


def test_help_of_hug():
    program = os.environ["HUG"]
    names = commands_of_hug()
    groups = sorted({command.rpartition(" ")[0] for command in names if " " in command})
    texts = ["$ hug --help\n" + run(program, "--help")]
    for words in [*groups, *names]:
        texts.append(f"$ hug {words} --help\n" + run(program, *words.split(), "--help"))
        assert run(program, "help", *words.split()) == run(program, *words.split(), "--help"), words
    golden("help-hug.txt", "\n".join(texts))


def test_help_fits_the_screen():
    overview = run(os.environ["HUG"], "--help")
    assert overview == run(os.environ["HUG"], "help")
    assert len(overview.splitlines()) < 24
    with open(os.path.join(GOLDEN, "help-hug.txt")) as file:
        lines = file.read().splitlines()
    assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []


@pytest.mark.parametrize("words", commands_of_hug())
def test_help_of_each_command(words):
    """A sentence with a verb at its front, no option twice, two or three examples."""
    text = run(os.environ["HUG"], *words.split(), "--help")
    first = text.splitlines()[0]
    assert re.match(r"(?:Choose|Compare|Copy|Change|Continue|Create|Delete|Download|Free|List|Log|Open|Pause|Print|Queue|Remove|Rename|Restore|Run|Set|Show|Switch|Upload|Verify)\b",
                    first) and first.endswith("."), first
    options = re.findall(r"^  ((?:-\w, )?--[\w-]+(?:, --[\w-]+)*)", text, re.M)
    names = [name for option in options for name in option.split(", ")]
    assert len(names) == len(set(names)), names
    examples = re.findall(r"^  (.*\bhug .*)$", text.partition("\nExamples:\n")[2], re.M)
    assert 2 <= len(examples) <= 3
    assert all(re.search(rf"\bhug\b.*{words.split()[0]}", example) for example in examples[:1])


# -- mistakes --

@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A Hub and a cache for all of them: nothing of it is changed."""
    with Hub() as hub:
        owl = hub.add_repo("acme/owl")
        owl.commit({"README.md": b"# owl\n", "config.json": b"{}", "onnx/config.json": b"{}", "onnx/model.onnx": b"o"})
        hub.add_repo("openai-community/gpt2").commit({"config.json": b"{}"})
        hub.add_repo("acme/songs", type="dataset").commit({"README.md": b"# songs\n", "data/a.txt": b"a"})
        hub.add_repo("acme/hoot", type="space").commit({"app.py": b""})
        home = tmp_path_factory.mktemp("mistakes")
        hug = Run(home, hub)
        assert hug("download", "acme/owl").returncode == 0
        yield hug
        hub.wait_idle()
        assert hub.failures == []


def plain(hug, text):
    """Without what differs from run to run."""
    text = text.replace(hug.hub.endpoint, "https://hub.example").replace(str(hug.home), "~")
    return re.sub(r" \(request Root=[\w-]+\)", "", text)


def test_mistakes(crowd):
    """Every line that begins with a dollar is run; what is below it is what hug says then."""
    with open(os.path.join(GOLDEN, "mistakes.txt")) as file:
        lines = file.read().splitlines()
    got, count = [], 0
    for line in lines:
        if line.startswith("#"):
            got += ["", line] if got and not got[-1].startswith("#") else [line]
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:].replace("HUB", crowd.hub.endpoint))
        assert words[0] == "hug", line
        done = crowd(*words[1:])
        got += ["", line, *plain(crowd, done.stderr).splitlines(), f"exit {done.returncode}"]
        count += 1
    assert count >= 120
    golden("mistakes.txt", "\n".join(got) + "\n")
