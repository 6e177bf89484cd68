"""Help and mistakes, word for word: what is read is what is kept in golden/.

HUG_GOLDEN=write makes the files anew, to be read in the diff. The old names' help never changes.
"""

import os
import re
import shlex
import subprocess

import pytest

from conftest import Run

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
