"""Turns that no text of ours may have: they have to be read twice. Official texts stay as they are."""
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]

BANNED = [
    r"(?<!there )(is|are) no (size|date|number|age|file|folder|repository|name|id|kind|type|token|revision|list|JSON)\b",
    r"\bis none\b", r"\bborne\b", r"\bthe like\b", r"\bof (its|their|your) own\b", r"\bstands? (in|before|behind|there|where)\b",
    r"\bwhat is (here|there|wanted|not there)\b", r"\bgo(es)? on (from|where)\b", r"\bbr(ings?|ought) (it|them|all|this|everything) back\b",
    r"\bnobody\b", r"\bwants? an? (token|login|name|answer)\b", r"\bthere already\b", r"\bis told\b", r"\bexclude each other\b",
    r"\bwas interrupted goes\b", r"\bcome along\b",
]
BANNED = re.compile("|".join(BANNED))

# The official clients' own texts, and what the compiler alone reads.
OFFICIAL = re.compile(r"cli/voice/(hf|old)\.c|cli/(show/former|official)\.c")
REASON = re.compile(r"MAY_FAIL\(.*?\);", re.S)

SOURCES = sorted(path for folder in ("cli", "core", "tui", "widgets") for path in (TOP / folder).rglob("*.c"))
PAGES = [TOP / "README.md", *sorted((TOP / "docs/man").glob("*.1"))]


def strings(text):
    """The literals of C, those that follow each other as one."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = REASON.sub("", text)
    text = re.sub(r'"\s*\n\s*"', "", text)
    return re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)


def test_a_turn_is_found():
    assert BANNED.search("'x' is no size") and not BANNED.search("there is no file 'x'")
    assert strings('f("a "\n  "b"); /* "c" */ MAY_FAIL(g(), "d");') == ["a b"]


def test_messages():
    bad = [(path.name, text) for path in SOURCES if not OFFICIAL.search(str(path))
           for text in strings(path.read_text()) if BANNED.search(text)]
    assert not bad


def test_pages():
    assert not [(path.name, line) for path in PAGES for line in path.read_text().splitlines() if BANNED.search(line)]
