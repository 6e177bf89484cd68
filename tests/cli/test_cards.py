"""Cards, and the Parquet files of a dataset."""

import json
import os

import pexpect
import pytest

from conftest import TOKEN
from hub import Lfs

TEXT = "\n# Owl \u00e9\n\n---\nred: \x1b[31mno\n---\n"
HEAD = "---\nlicense: mit\ntags: [a, b]  # kept as it is\n---\n"


@pytest.fixture
def carded(hub):
    repo = hub.add_repo("acme/carded")
    repo.commit({"README.md": (HEAD + TEXT).encode()})
    repo.facts["cardData"] = {"license": "mit", "tags": ["a", "b"], "zeta": None}
    return repo


def said(hug, *args, **more):
    done = hug(*args, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_parts_of_a_card(hug, carded):
    assert said(hug, "models", "card", "acme/carded") == HEAD + TEXT
    assert said(hug, "models", "card", "acme/carded", "--text") == TEXT
    assert json.loads(said(hug, "models", "card", "acme/carded", "--metadata")) == {"license": "mit", "tags": ["a", "b"]}
    assert json.loads(said(hug, "models", "card", "acme/carded", "--json"))["card"] == HEAD + TEXT
    assert hug.fails("models", "card", "acme/carded", "--text", "--metadata", code=2)


def test_a_card_comes_from_the_cache(hug, carded, hub):
    said(hug, "models", "card", "acme/carded")
    done = hug("models", "card", "acme/carded", env={"HF_HUB_OFFLINE": "1"})
    assert done.returncode == 0 and done.stdout == HEAD + TEXT
    old = carded.head()
    carded.commit({"README.md": b"no line end"})
    assert said(hug, "models", "card", "acme/carded") == "no line end\n"
    assert said(hug, "models", "card", "acme/carded", "--revision", old) == HEAD + TEXT
    assert said(hug, "models", "card", f"{hub.endpoint}/acme/carded/tree/{old}") == HEAD + TEXT


@pytest.mark.parametrize("card,text", [
    ("---\r\na: 1\r\n---\r\nx\r\n", "x\r\n"), ("---\na: 1\n---", ""), ("\n ---\na: 1\n---  \nx", "x\n"),
    ("\ufeff---\na: 1\n---\nx\n", "x\n"), ("---\na: 1\n----\nx\n", "---\na: 1\n----\nx\n"), ("", ""),
    ("---\n---\nx\n", "---\n---\nx\n"), ("---\n\n---\nx\n", "x\n"), ("--- a\n---\nx\n", "--- a\n---\nx\n"),
], ids=["CRLF", "nothing else", "blanks", "BOM", "four dashes", "empty", "no lines", "an empty line", "no line end"])
def test_where_the_text_begins(hug, hub, card, text):
    hub.add_repo("acme/other", type="space").commit({"README.md": card.encode()})
    done = hug("spaces", "card", "acme/other", "--text")
    assert done.returncode == 0, done.stderr
    # Text mode made \n of \r\n.
    assert done.stdout == text.replace("\r\n", "\n")


def test_a_card_does_nothing_to_a_terminal(hug, carded):
    command = hug.command("models", "card", "acme/carded", "--text")
    child = pexpect.spawn(command[0], command[1:], env={**hug.env, "TERM": "xterm"}, timeout=20, encoding="utf-8")
    child.expect(pexpect.EOF)
    assert "red: " in child.before and "\x1b[31m" not in child.before


def test_no_card(hug, hub, owl):
    hub.add_repo("acme/bare", type="dataset").commit({"a": b"a"})
    hub.add_repo("acme/binary").commit({"README.md": b"a\0b"})
    assert "dataset acme/bare has no card" in hug.fails("datasets", "card", "acme/bare")
    assert "there is no model acme/none" in hug.fails("models", "card", "acme/none")
    assert "is not text" in hug.fails("models", "card", "acme/binary")


@pytest.fixture
def songs(hub):
    """acme/songs, with what the Hub makes of it."""
    repo = hub.add_repo("acme/songs", type="dataset")
    repo.commit({"data.csv": b"a"})
    repo.branch("refs/convert/parquet", repo.head())
    repo.commit({"data.csv": None, "default/train/0000.parquet": Lfs(b"x" * 1000), "default/train/0001.parquet": Lfs(b"y" * 10),
                 "default/test/0000.parquet": Lfs(b"z"), "big sub/partial-train/0000.parquet": Lfs(b"p" * 5),
                 ".gitattributes": b"*\n", "default/train/index.json": b"{}", "0000.parquet": b"stray"},
                branch="refs/convert/parquet")
    return repo


def test_parquet(hug, songs, hub):
    front = f"{hub.endpoint}/datasets/acme/songs/resolve/refs%2Fconvert%2Fparquet/"
    files = json.loads(said(hug, "datasets", "parquet", "acme/songs", "--json"))
    assert sorted((f["subset"], f["split"], f["url"].removeprefix(front), f["size"]) for f in files) == [
        ("big sub", "train", "big%20sub/partial-train/0000.parquet", 5), ("default", "test", "default/test/0000.parquet", 1),
        ("default", "train", "default/train/0000.parquet", 1000), ("default", "train", "default/train/0001.parquet", 10)]
    out = said(hug, "datasets", "parquet", "acme/songs", "--subset", "default", "--split", "train", "-q")
    assert out == f"{front}default/train/0000.parquet\n{front}default/train/0001.parquet\n"
    table = said(hug, "datasets", "parquet", "acme/songs", "--split", "test").splitlines()
    assert table[0].split() == ["SUBSET", "SPLIT", "URL", "SIZE"] and len(table) == 3
    assert table[2].split() == ["default", "test", f"{front}default/test/0000.parquet", "1"]
    assert said(hug, "datasets", "parquet", "acme/songs", "--split", "none", "--json") == "[]\n"
    assert hug("datasets", "parquet", "acme/songs", "--split", "none").stderr == "hug: nothing was found\n"


def test_no_parquet(hug, hub, owl):
    hub.add_repo("acme/new", type="dataset").commit({"a.csv": b"a"})
    assert "the Hub has no Parquet files of acme/new" in hug.fails("datasets", "parquet", "acme/new")
    assert "there is no dataset acme/none" in hug.fails("datasets", "parquet", "acme/none")


def test_the_token_stays_with_the_hub(hug, songs, hub):
    songs.private = True
    hub.add_user("olive", TOKEN, orgs=("acme",))
    assert said(hug, "datasets", "parquet", "acme/songs", "-q", env={"HF_TOKEN": TOKEN}).count("\n") == 4
    assert {r.headers.get("authorization") for r in hub.requests if "/tree/" in r.path} == {f"Bearer {TOKEN}"}
