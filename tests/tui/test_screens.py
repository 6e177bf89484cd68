"""The full-screen program without a terminal: every screen and state as text."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time

import pytest

import caches
from conftest import LENGTHS
from fixtures import GB, MAIN, OLD, OLDER, pictures, play, repo, screens, sparse

GOLDEN = os.path.join(os.path.dirname(__file__), "golden")


@pytest.fixture
def root(tmp_path):
    return pictures(tmp_path / "hub")


def masked(grid):
    """Without what differs from machine to machine."""
    grid = re.sub(r" +[\d.]+ [kMGTP]?B free", "  N free", grid)
    grid = re.sub(r"(\[ 20GB \]).*[\d.]+ k?M?G?B \|.*", r"\1 N |", grid)  # depends on the disk
    grid = re.sub(r"n \d+\.\d s", "n T s", grid)  # "in", or what a cut left of it
    grid = re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", grid)
    grid = re.sub(r"\d{4}-\d\d-\d\d HH", "YYYY-MM-DD HH", grid)
    return re.sub(r"(?m)^   path  .*$", "   path       PATH", grid)


def golden(name, grid):
    """Compares with the file; HUG_GOLDEN=write makes it anew, to be looked at in the diff."""
    path = os.path.join(GOLDEN, name + ".txt")
    if os.environ.get("HUG_GOLDEN") == "write":
        with open(path, "w") as file:
            file.write(masked(grid))
    with open(path) as file:
        assert masked(grid) == file.read()


STATES = {
    "cache": "",
    "marked": "key j\nkey j\nkey j\nkey Enter\nkey j\nkey j\nkey Space\nkey Space\nkey g\n"
              "key Space\n",
    "question": "key j\nkey j\nkey j\nkey Space\nkey d\n",
    "plan": "key j\nkey j\nkey j\nkey Space\nkey D\n",
    "rules": "key m\n",
    "sort": "key s\n",
    "filter": "key /\ntext size>10GB\nkey Enter\n",
    "nothing-matches": "key /\ntext nothing-has-this-name\nkey Enter\n",
    "files": "key j\nkey j\nkey j\nkey Enter\nkey j\nkey Enter\n",
    "info": "key j\nkey j\nkey j\nkey Enter\nkey j\nkey j\nkey i\n",
    "copy": "key j\nkey j\nkey j\nkey y\n",
    "help": "key ?\n",
    "palette": "key :\ntext mark\n",
    "log": "key 7\n",
    "settings": "key ,\n",
    "marks-not-shown": "key j\nkey j\nkey Space\nkey Space\nkey /\ntext acme\nkey Enter\n",
    "question-about-them": "key j\nkey j\nkey Space\nkey Space\nkey /\ntext acme\nkey Enter\nkey d\n",
    "filter-that-is-none": "key /\ntext size>oops\nkey Enter\n",
    "palette-rules": "key :\ntext mark ol\n",
    "palette-nothing": "key :\ntext xyzzy\n",
    "quit": "key j\nkey Space\nkey q\n",
    "undo": "key j\nkey j\nkey j\nkey j\nkey Space\nkey k\n",
    "line-of-the-log": "key /\ntext size>oops\nkey Enter\nkey Esc\nkey 7\nkey Enter\nkey k\n",
}
LOOKS = {"plain": [], "unicode": ["unicode"], "linear": ["linear"]}
SIZES = ["80x24", "140x40", "60x20", "40x10", "200x60"]

# Every size in one look, and one size in every look; `./run full` looks at all of them. Builds that
# look for something else are shown one.
SHOWN = [(look, size) for look in LOOKS for size in SIZES
         if look == "plain" or size == "80x24" or "HUG_EVERY_STEP" in os.environ or os.environ.get("HUG_GOLDEN") == "write"]
if "HUG_ONE_LOOK" in os.environ:
    SHOWN = SHOWN[:1]


@pytest.mark.parametrize("look,size", SHOWN)
def test_golden(root, look, size):
    """All states in one file for each size and look."""
    columns, rows = map(int, size.split("x"))
    all_states = ""
    for state, keys in STATES.items():
        out = play(root, f"size {size}\nwait idle\n{keys}wait idle\ndump x\ncursor\n", *LOOKS[look],
                   env={"HF_HUB_CACHE": str(root)})
        grid = screens(out)["x"]
        lines = grid.splitlines()
        assert len(lines) == rows and max(map(len, lines)) <= columns
        if look == "linear":
            assert re.search(r"-- cursor \d+ \d+ 1", out)
            assert not re.search("---|[|#]", grid), grid
        all_states += f"== {state}\n{grid}\n"
    golden(f"{look}-{size}", all_states)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_names_that_differ_in_their_ends(tmp_path, look, size):
    """The owner is cut before the name, and the name keeps its end."""
    cache = tmp_path / "hub"
    names = ["an-organisation-of-some-length/fine-tuned-model-7b-Q4_K_M", "an-organisation-of-some-length/fine-tuned-model-7b-Q8_0"]
    for i, name in enumerate(names):
        repo(cache, name, "models", {f"{i + 16:02x}" * 20: (["main"], {"w.bin": (f"a{i}", 1, 2)})}, time.time())
    grid = screens(play(cache, f"size {size}\nwait idle\ndump x\n", *LOOKS[look]))["x"]
    rows = [line.split("GB")[0] for line in grid.splitlines() if "1.0 GB" in line and "on disk" not in line]
    assert len(rows) == 2 and rows[0].strip("> ") != rows[1].strip("> "), grid
    assert size == "40x10" or ("Q4_K_M" in grid and "Q8_0" in grid), grid


@pytest.mark.parametrize("size", ["40x10", "60x20", "200x60", "79x14", "120x30", "300x100"])
@pytest.mark.parametrize("look", [[], ["unicode"], ["linear"]], ids=lambda v: "".join(v) or "plain")
def test_sizes(root, size, look):
    """Nothing is cut off, the cursor is on its row, whatever the size and the look."""
    close = {name: "" if name in ("cache", "marked", "files", "info") else "key Esc\n"
             for name in list(STATES)[:15]}
    script = f"size {size}\nwait idle\n" + "".join(
        f"{keys}dump {name}\nroles {name}-roles\ncursor\n{close[name]}key g\n"
        for name, keys in list(STATES.items())[:15])
    out = play(root, script, *look)
    columns, rows = map(int, size.split("x"))
    seen = 0
    for name, grid in screens(out).items():
        if name.startswith("cursor"):
            x, y = map(int, name.split()[1:3])
            assert 0 <= x < columns and 0 <= y < rows
            continue
        lines = grid.splitlines()
        assert len(lines) == rows and max(map(len, lines)) <= columns
        if name.endswith("-roles"):
            seen += "C" in grid or "m" in grid
        else:
            assert "? help" in lines[-1]
    assert seen >= 13


def test_hostile_bytes(tmp_path):
    """No cell of any screen holds what steers a terminal."""
    caches.hostile_bytes(tmp_path / "evil")
    script = "size 200x60\nwait idle\n" + "".join(
        f"{keys}dump {name}\nkey Esc\nkey Esc\nkey g\n" for name, keys in STATES.items())
    for look in ([], ["unicode"], ["linear"]):
        found = screens(play(tmp_path / "evil", script, *look))
        assert len(found) >= len(STATES)
        for name, grid in found.items():
            assert not caches.UNSAFE.search(grid.replace("\n", "")), (name, ascii(grid))


def test_roles(root):
    grid = screens(play(root, "wait idle\nkey j\nkey Space\nroles x\n"))["x"]
    golden("roles-80x24", grid)


def test_too_small(root):
    out = play(root, "size 30x5\nwait idle\ndump a\nkey j\nkey d\nkey y\nsize 80x24\ndump b\n")
    assert "terminal too small: 30 x 5" in screens(out)["a"]
    assert "delete from" not in screens(out)["b"]


@pytest.mark.parametrize("maker", [caches.nothing, caches.only_warnings, caches.shared_loose,
                                   caches.dangling, caches.hostile_names, caches.empties],
                         ids=lambda m: m.__name__)
def test_other_caches(tmp_path, maker):
    root = caches.build(maker, tmp_path / "hub")
    out = play(root, "wait idle\ndump a\n" + "key j\nkey Enter\n" * 9 + "dump b\n")
    for grid in screens(out).values():
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", grid)


def test_missing_cache(tmp_path):
    out = play(tmp_path / "none", "wait idle\nexpect Nothing is cached yet\nkey d\nkey V\nkey m\n"
                                  "expect no cache to change\n")
    assert out == ""


@pytest.mark.parametrize("conf,keys", [("", "Ctrl-R"), ("key.reload = F8\n", "F8")])
def test_advice_of_the_screen(tmp_path, conf, keys):
    """What to do is said in keys, those that the user wants, and never in options of a command."""
    (tmp_path / "hub").write_text("a file")
    place = tmp_path / "conf/hug/hug.conf"
    place.parent.mkdir(parents=True)
    place.write_text(conf)
    out = play(tmp_path / "hub", f"size 200x30\nwait idle\nexpect Not a directory\n"
                                 f"expect move it, then try again with {keys}\ndump list\n"
                                 f"key 7\nexpect move it, then try again with {keys}\ndump log\n",
               "settings", env={"XDG_CONFIG_HOME": str(tmp_path / "conf")})
    for grid in screens(out).values():
        assert not re.search(r"(^|\s)--[a-z]", grid)


# -- figures --


@pytest.mark.parametrize("maker", [m for m in caches.ALL if m is not caches.sizes],
                         ids=lambda m: m.__name__)
def test_totals_are_those_of_the_command(hug, tmp_path, maker):
    root = caches.build(maker, tmp_path / "hub")
    said = json.loads(hug("scan-cache", "--dir", root, "--json", env=LENGTHS).stdout)
    out = play(root, "size 200x60\nwait idle\nfigures\n")
    size, repos, revisions, warnings = map(int, out.split())
    assert repos == len(said["repos"])
    assert revisions == sum(len(r["revisions"]) for r in said["repos"])
    assert warnings == len(said["warnings"])
    if not said["warnings"]:
        assert size == said["size"]


# -- deleting --

DELETE_OLD = "key j\nkey j\nkey j\nkey Enter\nkey j\nkey j\nkey Space\nkey Space\n"


def commits(root):
    return sorted(p.name for p in root.glob("models--quarry*/snapshots/*"))


def blobs(root):
    return {p.name: p.stat().st_size for p in root.glob("models--quarry*/blobs/*")}


def snapshot(root):
    """Every entry but the locks."""
    found = {}
    for parent, folders, names in os.walk(root):
        if ".locks" in folders:
            folders.remove(".locks")
        for name in names + folders:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, root)
            if os.path.islink(path):
                found[key] = os.readlink(path)
            elif os.path.isdir(path):
                found[key] = "folder"
            else:
                found[key] = (os.path.getsize(path), os.path.getmtime(path))
    return found


def test_delete_frees_what_was_said(root):
    before = blobs(root)
    out = play(root, f"size 140x40\nwait idle\n{DELETE_OLD}dump x\nkey d\nkey y\nwait idle\n"
                     "clock +31\nwait idle\n")
    said = re.search(r"will free +([\d.]+) GB", screens(out)["x"])
    gone = sum(before.values()) - sum(blobs(root).values())
    assert abs(gone - float(said[1]) * GB) < 0.05 * GB
    assert commits(root) == [MAIN]


KEYS_TO_FREED = ["m", "1", "a", "d", "Tab", "Tab", "Enter"]


def test_seven_keys_free_a_full_disk(tmp_path, hug):
    """As the README says, at 80x24; and in two commands."""
    for way in ("keys", "commands"):
        cache = tmp_path / way / "hub"
        now = time.time()
        for i in range(10):
            repo(cache, f"acme/model-{i}", "models", {
                f"{i:02x}" * 20: (["main"], {"w.bin": (f"a{i}", 25, 3)}),
                f"{i + 128:02x}" * 20: ([], {"w.bin": (f"b{i}", 25, 90)})}, now)
        if way == "keys":
            keys = "".join(f"key {key}\n" for key in KEYS_TO_FREED)
            play(cache, f"size 80x24\nwait idle\n{keys}wait idle\nexpect 250.0 GB freed\n")
        else:
            shown = hug("cache", "prune", "--cache-dir", cache, "--dry-run", env=LENGTHS)
            done = hug("cache", "prune", "--cache-dir", cache, "--yes", env=LENGTHS)
            assert "250.0G" in shown.stdout and done.returncode == 0, done.stderr
        assert len(list(cache.glob("models--*/snapshots/*"))) == 10


def test_undo_brings_all_back(root):
    before = snapshot(root)
    out = play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nfigures\nkey z\n"
                     "wait idle\nexpect restored\nfigures\n")
    figures = [line for line in out.splitlines() if line[:1].isdigit()]
    assert figures[0] != figures[1]
    assert snapshot(root) == before


def test_undo_of_everything(root):
    before = snapshot(root)
    play(root, "wait idle\nkey a\nkey d\nkey y\ntext 13\nkey Enter\nwait idle\nexpect press z to undo\n"
               "key z\nwait idle\n")
    assert snapshot(root) == before


def test_the_time_is_over(root):
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nclock +31\nwait idle\nkey z\n"
               "expect nothing to undo\n")
    assert commits(root) == [MAIN]
    assert not list(root.glob(".locks/.trash/*"))


# How the program ends with a deletion that can still be undone, and whether that frees it.
ENDINGS = {
    "hang-up": ("", False),
    "quit": ("key q\nexpect can still be undone\nkey y\n", False),
    "quit from the log": ("key 7\nkey Q\nexpect can still be undone\nkey y\n", False),
    "interrupt": ("key Ctrl-C\nexpect can still be undone\nkey y\n", False),
    "free": ("key q\nexpect Free it and quit\nkey Right\nkey Right\nkey Enter\n", True),
    "stay": ("key q\nkey n\nkey Q\nkey Esc\nkey Esc\nkey Esc\nkey Backspace\nexpect z to undo\n", False),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_undo_outlives_the_program(root, ending):
    """Only who was told so frees what could be undone; the next start offers the rest."""
    before = snapshot(root)
    keys, freed = ENDINGS[ending]
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\n{keys}")
    assert commits(root) == [MAIN]
    assert bool(list(root.glob(".locks/.trash/*"))) != freed
    if not freed:
        play(root, "wait idle\nexpect deleted, but not freed\nkey r\nwait idle\nexpect restored\n")
        assert snapshot(root) == before


@pytest.mark.parametrize("keys,ends", [
    ("key Esc\n", False), ("key Esc\nkey n\n", False), ("key Esc\nkey Esc\n", False),
    ("key Backspace\n", False), ("key Backspace\nkey Backspace\n", False),
    ("key q\nkey n\n", False), ("key q\nkey Esc\n", False), ("key q\nkey Enter\n", False),
    ("key Q\nkey n\n", False), ("key Ctrl-C\nkey n\n", False), ("key 7\nkey Esc\n", False),
    ("key 7\nkey q\n", False), ("key 7\nkey Backspace\nkey Backspace\n", False),
    ("key /\ntext quarry\nkey Enter\nkey Esc\nkey Esc\nkey n\nkey Esc\nkey n\n", False),
    ("key q\nkey y\n", True), ("key Q\nkey y\n", True), ("key Ctrl-C\nkey y\n", True),
], ids=str)
def test_marks_are_not_lost_by_one_key(root, keys, ends):
    out = play(root, f"wait idle\n{DELETE_OLD}{keys}wait idle\nkey 4\ndump x\n")
    assert ("-- ended" in out) == ends
    assert ends or "marked 2 revisions" in screens(out)["x"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("key", ["Esc", "q", "Backspace", "Ctrl-C", "Q"])
def test_marks_survive_a_key_in_any_state(root, state, key):
    """Whatever is open, one key and a No lose neither the marks nor a deletion that can be undone."""
    script = f"wait idle\n{DELETE_OLD}{STATES[state]}key {key}\nkey n\nkey Esc\nkey n\nkey Esc\nkey n\n"
    # Some states mark more, or unmark: what counts is that a key takes no mark away.
    plain = screens(play(root, f"wait idle\n{DELETE_OLD}{STATES[state]}key 4\nfigures\ndump x\n"))
    out = play(root, script + "key 4\ndump x\n")
    assert "-- ended" not in out
    assert re.search(r"marked \d+ ", screens(out)["x"]) or "marked" not in plain["x"]


def test_a_stopped_scan_leaves_the_list_as_it_was(root):
    sparse(root.parent / "home" / "xet" / "chunk", 5 * GB, 1, time.time())
    out = play(root, "wait idle\ndump before\nkey Ctrl-R\nkey x\nwait idle\nexpect the list is unchanged\ndump x\n")
    rows = [screens(out)[name].splitlines()[2:-3] for name in ("before", "x")]
    assert "5.0 GB" in "".join(rows[0]) and rows[0] == rows[1]


@pytest.mark.parametrize("keys", ["key Ctrl-R\nexpect reading...\n", "key j\nkey j\nkey V\nexpect verifying\n"])
def test_what_is_busy_is_not_lost(root, keys):
    assert "-- ended" in play(root, f"wait idle\n{keys}key q\nmissing quit?\n")


def test_esc_asks_before_it_drops_marks(root):
    play(root, f"wait idle\n{DELETE_OLD}key Esc\nexpect clear all marks\nkey y\n"
               "expect nothing is marked\nkey z\nexpect marked 2 revisions\n")


def test_quit_at_once_when_nothing_is_lost(root):
    for keys in ("key q\n", "key Q\n", "key Ctrl-C\n"):
        assert "-- ended" in play(root, f"wait idle\n{keys}ended\n")
    assert "-- ended" not in play(root, "wait idle\nkey Esc\nkey Esc\nkey Backspace\n")


def test_answers_go_to_the_screen_that_asked(root):
    """The question of the cache, answered while the Log is shown."""
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkill\n", ok=False)
    before = commits(root)
    play(root, "key 7\nwait idle\nexpect deleted, but not freed\nkey r\nwait idle\n")
    assert len(commits(root)) > len(before)


def test_no_question_opens_over_an_input(root):
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkill\n", ok=False)
    play(root, "key /\ntext acm\nwait idle\nmissing but not freed  \ntext e\nkey Enter\nwait idle\n"
               "expect acme/atlas\nexpect Restore\nkey Esc\n")


def test_two_deletions_are_undone_one_by_one(root):
    before = snapshot(root)
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkey /\ntext tern\nkey Enter\n"
               "key G\nkey d\nexpect tern/code-1b\nkey y\nwait idle\nclock +10\nkey z\nwait idle\n"
               "key z\nwait idle\n")
    assert snapshot(root) == before
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nclock +20\nkey /\ntext tern\nkey Enter\n"
               "key G\nkey d\nkey y\nwait idle\nclock +15\nwait idle\nkey z\nwait idle\n")
    assert commits(root) == [MAIN] and (root / "models--tern--code-1b").exists()


def test_the_question_whether_to_quit_keeps_its_promise(root, hug):
    """What can be undone as it is asked stays so until the answer, and waits for the next start."""
    before = snapshot(root)
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkey q\nexpect can still be undone\nclock +40\n"
               "wait idle\nexpect can still be undone\nkey y\n")
    assert hug("cache", "restore", "--cache-dir", root).returncode == 0 and snapshot(root) == before
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkey q\nclock +40\nkey n\nwait idle\n"
               "expect freed\n")
    assert commits(root) == [MAIN]


def test_no_undo_where_there_is_no_trash(root):
    """A question does not promise what cannot be: .locks is a file."""
    (root / ".locks").write_text("")
    play(root, f"wait idle\n{DELETE_OLD}key d\nexpect This cannot be undone\nmissing Free at once\n"
               "key y\nwait idle\nexpect freed\n")
    assert commits(root) == [MAIN]


@pytest.mark.parametrize("keys", [
    "key d\nkey Enter\n", "key d\nearly y\n", "key d\nearly y\nearly y\nkey n\n",
    "key d\npaste y\n", "paste dy\n", "key d\nkey Esc\nkey y\n", "text dy\n",
    "key d\ntext qqq\nkey q\n", "key d\nmouse click 40 12\n", "key a\nkey d\nkey y\nkey Enter\n",
    "key a\nkey d\nkey y\ntext 7\nkey Enter\n", "key a\nkey d\nkey y\nkey Esc\n",
    "key D\nkey Enter\nkey y\n",
])
def test_nothing_goes_by_accident(root, keys):
    before = snapshot(root)
    play(root, f"wait idle\n{DELETE_OLD}{keys}wait idle\nclock +40\nwait idle\n")
    assert snapshot(root) == before


def test_row_under_the_cursor(root):
    """d with nothing marked means the row; with No its mark is gone again."""
    play(root, "wait idle\nkey j\nkey j\nexpect fjord\nkey d\nexpect delete this row\n"
               "expect whole repo\nkey n\nmissing marked 1\nkey d\nkey y\nwait idle\n")
    assert not (root / "models--northlab--fjord-70b").exists()


def test_single_file(root):
    play(root, "wait idle\nkey j\nkey j\nkey j\nkey Enter\nkey j\nkey Enter\nkey j\nkey Space\n"
               "key d\nexpect revision incomplete\nkey y\nwait idle\nclock +31\nwait idle\n")
    left = sorted(p.name for p in root.glob(f"models--quarry*/snapshots/{MAIN}/*"))
    assert len(left) == 2 and set(commits(root)) == {MAIN, OLD, OLDER}


def test_leftovers(root):
    play(root, "wait idle\nkey Space\nkey Space\nexpect 7 loose files\nkey d\nkey y\nwait idle\n"
               "clock +31\nwait idle\nmissing incomplete downloads\n")
    assert sorted(blobs(root)) == sorted(b for b in blobs(root) if b[0] == "d")


def test_marks_survive_sort_filter_and_reload(root):
    play(root, f"wait idle\n{DELETE_OLD}expect marked 2 revisions\nkey s\nkey n\n"
               "expect marked 2 revisions\nkey /\ntext acme\nkey Enter\nexpect marked 2 revisions\n"
               "key Esc\nkey S\nexpect marked 2 revisions\nkey Ctrl-R\nwait idle\n"
               "expect marked 2 revisions\nexpect [-] v m quarry\nexpect 41bc0e12\n")


@pytest.mark.parametrize("rule,expected", [
    ("key 1\n", "2 revisions, 0 files"), ("key 2\nkey Enter\n", "revisions"),
    ("key 2\nkey Ctrl-U\ntext 300\nkey Enter\n", "1 revisions, 0 files: 27.2 GB"),
    ("key 3\nkey Enter\n", "3 revisions, 0 files"), ("key 4\n", "2 revisions"),
    ("key 6\nkey Enter\n", "0 revisions, 4 files: 6.3 GB"), ("key 8\n", "15 revisions"),
    ("key 9\nkey Ctrl-U\ntext 9000TB\nkey Enter\n", "15 revisions, 0 files"),
], ids=str)
def test_rules(root, rule, expected):
    out = play(root, f"wait idle\nkey m\n{rule}dump x\nkey a\ndump y\n")
    assert expected in screens(out)["x"]
    assert "marked" in screens(out)["y"]


def test_rule_only_and_drop(root):
    play(root, "wait idle\nkey a\nkey m\nkey 1\nkey o\nexpect marked 2 revisions\nkey m\nkey 1\n"
               "key d\nexpect nothing is marked\n")


def test_rule_with_nonsense(root):
    play(root, "wait idle\nkey m\nkey 3\nkey Ctrl-U\ntext lots\nkey Enter\nexpect is not a size\n")


FILTERS = [
    ("size>100GB", "2"), ("type=dataset", "1"), ("is:detached", "1"), ("acme", "2"),
    ("name=acme/*", "2"), ("not size>5GB", "2"), ("acme or tern", "3"), ("(acme or tern) atlas", "2"),
    ("refs=main size<3GB", "1"), ("accessed>300d", "1"), ("files>1", "1"), ("41bc", "1"),
    ("only>100GB", "1"), ("is:marked", "0"), ("is:partial", "1"), ("Size > 100GB", "2"), ("NOT size>5GiB", "2"),
]


@pytest.mark.parametrize("text,rows", FILTERS)
def test_filter(root, text, rows):
    out = play(root, f"wait idle\nkey /\ntext {text}\nkey Enter\ndump x\n")
    grid = screens(out)["x"]
    if rows == "0":
        assert "nothing matches" in grid
    else:
        assert f"of {rows} " in grid, grid


@pytest.mark.parametrize("text", ["size>", "is:purple", "(acme", "acme)", "size>10XB", "files>x", "Size>1 and", "zzz or", "()"])
def test_filter_that_is_none(root, text):
    """The prompt stays open, and what is wrong is named beside it and in the Log."""
    out = play(root, f"wait idle\nkey /\ntext {text}\nkey Enter\ndump x\nkey Esc\nkey 7\ndump log\n")
    assert f" filter {text} " in screens(out)["x"] and "warn  filter" in screens(out)["log"]


def test_pick(root):
    """hug delete-cache: the choice is handed over, nothing is deleted here."""
    before = snapshot(root)
    out = play(root, f"wait idle\n{DELETE_OLD}key d\nexpect deletes it after this screen closes\nkey y\n",
               "pick")
    assert "-- picked 2 revisions" in out and snapshot(root) == before
    assert "picked" not in play(root, f"wait idle\n{DELETE_OLD}key q\n", "pick")


def test_without_undo(root):
    play(root, f"wait idle\n{DELETE_OLD}key d\nexpect This cannot be undone\nkey y\nwait idle\nkey z\n"
               "expect nothing to undo\n", "no-undo")
    assert commits(root) == [MAIN]


def test_verify(tmp_path):
    root = caches.build(caches.basic, tmp_path / "hub")
    play(root, "wait idle\nkey V\nwait idle\nexpect 2 files match their checksums\n")
    (blob, *_) = (root / "models--org--name/blobs").iterdir()
    blob.write_bytes(b"spoiled")
    play(root, "wait idle\nkey V\nwait idle\nexpect damaged\nkey Enter\nkey 7\nexpect ERROR\n")


def test_what_verify_found_is_kept(tmp_path, hug):
    """From run to run, for both faces, until the file changes."""
    root = caches.build(caches.basic, tmp_path / "hub")
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    look = "size 140x40\nwait idle\nkey Enter\nkey j\nkey Enter\nkey j\ndump x\n"

    def seen():
        return screens(play(root, look, env=env))["x"]

    assert "not checked" in seen() and "ok" not in seen()
    play(root, "wait idle\nkey V\nwait idle\n", env=env)
    assert seen().count("seconds ago: ok") == 3  # of the file, and twice among the biggest
    known = (tmp_path / "state/hug/checked").read_text()
    assert known.startswith("hug-checked 1\n") and known.count(" ok ") == 2
    (tmp_path / "state/hug/checked").write_text(known.replace("\n", "\nbroken line\n\n"))
    assert seen().count("seconds ago: ok") == 3
    (blob, *_) = (root / "models--org--name/blobs").iterdir()
    blob.write_bytes(b"x" * blob.stat().st_size)
    assert "not checked" in seen()
    assert hug("cache", "verify", "--cache-dir", root, env=env).returncode == 1
    assert "DAMAGED" in seen() and " B " in seen()
    assert oct((tmp_path / "state/hug/checked").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.txt"])
def test_export(root, tmp_path, name):
    path = tmp_path / name
    play(root, f"wait idle\nkey E\nkey Ctrl-U\ntext {path}\nkey Enter\nexpect written\n")
    text = path.read_text()
    assert "northlab/fjord-70b" in text and str(141 * GB) in text
    if name.endswith(".json"):
        assert len(json.loads(text)) == 15


def test_help_is_there_to_be_read(root):
    """What only this screen has stands first, and Enter runs nothing before the cursor was moved or something typed."""
    out = screens(play(root, "wait idle\nkey Space\nkey g\nkey ?\ndump help\nkey Enter\nmissing help: Cache\nkey ?\nkey Down\nexpect > Delete the marked\n"
                       "key Down\nkey Enter\nexpect plan: would free\nkey Esc\nkey ?\nkey PageDown\nkey Enter\nmissing help: Cache\n"))["help"]
    assert out.index("THIS SCREEN") < out.index("IN LISTS") and "| > " not in out


def test_help_runs_what_is_chosen(root):
    play(root, "wait idle\nkey ?\ntext mark all\nkey Enter\nexpect marked 15 revisions\n")


def test_keys_without_effect_say_why(root):
    play(root, "wait idle\nkey z\nexpect undo: nothing to undo\nkey D\n"
               "expect plan: nothing is marked\nkey x\nexpect stop: nothing is running\nkey w\n"
               "expect w does nothing here\n")


MOUSE = {
    "row": ("mouse click 20 6\nmouse click 2 6\n", "marked 3 revisions"),
    "tab": ("mouse click 35 0\n", "log   level"),
    "tab back": ("key 7\nmouse click 25 0\n", "northlab/fjord-70b"),
    "hint": ("mouse click 26 23\n", "mark by rule "),
    "help": ("mouse click 78 23\n", "type to search"),
    "head": ("mouse click 70 2\n", "by last used"),
    "head twice": ("mouse click 70 2\nmouse click 70 2\n", "by last used, ascending"),
    "name": ("mouse click 10 2\n", "by name, ascending"),
    "fold mark": ("mouse click 5 6\n", "9d01f7aa main"),
    "double": ("mouse click 20 6\nmouse click 20 6\n", "9d01f7aa main"),
    "drag": ("mouse click 2 5\nmouse drag 2 8\nmouse drop 2 8\n", "marked 6 revisions in 4 repos"),
    "drag back": ("mouse click 2 8\nmouse drag 30 5\nmouse drop 2 5\n", "marked 6 revisions"),
    "dropped": ("mouse click 2 5\nmouse drop 2 5\nmouse drag 2 8\n", "marked 1 revision in"),
    "strip": ("mouse click 3 18\n", "row 3 of 15"),
    "wheel": ("mouse down 20 6\n", "row 1 of 15"),
    "menu of a row": ("mouse right 20 6\nkey Down\nkey Enter\n", "marked 3 revisions"),
    "thing in a menu": ("key s\nmouse click 40 11\n", "by modified"),
    "beside a menu": ("key s\nmouse click 2 2\nkey S\n", "by size, ascending"),
    "yes": (DELETE_OLD + "key d\nmouse click 32 15\nwait idle\n", "31.0 GB will be freed in 30 s; press z to undo"),
    "no": (DELETE_OLD + "key d\nmouse click 20 15\n", "marked 2 revisions"),
    "in another row of it": (DELETE_OLD + "key d\nmouse click 32 14\nkey n\n", "marked 2 revisions"),
}


@pytest.mark.parametrize("gesture", MOUSE)
def test_mouse(root, gesture):
    """What the mouse does at 80x24; a click right after a question came up is no answer."""
    script, expected = MOUSE[gesture]
    play(root, f"wait idle\n{script}expect {expected}\n")


def test_wheel_in_a_long_list(root):
    """It scrolls three rows; the cursor comes along only where it would leave."""
    out = play(root, "size 80x16\nwait idle\nkey j\nkey j\nkey j\nkey j\nmouse down 20 4\ndump a\n"
                     "mouse click 79 13\ndump b\nmouse drag 79 0\ndump c\nmouse drop 79 0\n")
    grids = screens(out)
    assert "row 5 of 15" in grids["a"] and "incomplete" not in grids["a"]
    assert "acme/atlas-1b" in grids["b"] and "incomplete" in grids["c"]


def test_a_click_with_the_focus_only_gives_the_focus(root):
    play(root, "wait idle\nfocus\nmouse click 2 6\nexpect nothing is marked\nwait 200\n"
               "mouse click 2 6\nexpect marked 3\n")


def test_undo_of_marks(root):
    play(root, f"wait idle\n{DELETE_OLD}expect marked 2 revisions\nkey z\nexpect marked 1 revision \n"
               "key z\nexpect nothing is marked\nkey z\nexpect nothing to undo\nkey Z\nkey Z\n"
               "expect marked 2 revisions\nkey Z\nexpect nothing to redo\nkey a\n"
               "expect marked 15 revisions\nkey a\nexpect z restores them\nkey z\n"
               "expect marked 15 revisions\nkey z\nexpect marked 2 revisions\nkey m\nkey 1\nkey d\n"
               "expect nothing is marked\nkey z\nexpect marked 2 revisions\n")


def test_undo_takes_what_was_done_last(root):
    """Marks that were made after a deletion come first, then the deletion."""
    before = blobs(root)
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkey g\nkey j\nkey Space\n"
               "expect marked 4 loose\nkey z\nexpect nothing is marked\nkey z\nwait idle\n"
               "expect restored\n")
    assert blobs(root) == before


def test_countdown(root):
    out = play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nclock +10\ndump a\n")
    assert re.search(r"z undoes the deletion of 31.0 GB for (20|19) s", screens(out)["a"])


def test_crash_while_it_can_be_undone(root, hug):
    """What a killed process left in the trash is counted, and goes when that is asked for."""
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkill\n", ok=False)
    assert list(root.glob(".locks/.trash/*"))
    said = json.loads(hug("scan-cache", "--dir", root, "--json", env=LENGTHS).stdout)
    assert said["leftovers"]["trash_size"] > 30 * GB
    assert "31.0G" in hug("cache", "restore", "--list", "--cache-dir", root, env=LENGTHS).stdout
    assert "31.0G" in hug("cache", "du", "--cache-dir", root, env=LENGTHS).stdout
    assert hug("cache", "rm", "model/tern/code-1b", "-y", "--cache-dir", root).returncode == 0
    assert list(root.glob(".locks/.trash/*"))
    done = hug("cache", "prune", "--leftovers", "-y", "--cache-dir", root, env=LENGTHS)
    assert "1 unfinished deletion(s)" in done.stdout and "freed 32.1G" in done.stdout, done.stdout
    assert not list(root.glob(".locks/.trash/*"))


@pytest.mark.parametrize("point", ["rename", "remove", "write", "sync"])
def test_broken_off_at_step(official, tmp_path, point):
    """Killed at any step of a deletion or its undo, the cache has no new warning."""
    peer = official("2.4.0")
    for n in range(1, 40):
        root = caches.build(caches.revisions, tmp_path / f"{point}{n}")
        out = play(root, "wait idle\nkey Enter\nkey j\nkey Space\nkey Space\nkey d\nkey y\n"
                         "wait idle\nkey z\nwait idle\nkey d\nkey y\nwait idle\nclock +31\n"
                         "wait idle\nsay done\n", ok=False,
                   env={"HUG_FAULT": f"{point}:{n}:kill"})
        assert peer.ask("facts", cache=root)["warnings"] == []
        for link in root.glob("models--*/snapshots/*/*"):
            assert link.exists(), link
        if "said done" in out:
            break
    else:
        pytest.fail("there are more steps than the test tries")
    assert n > 1


SEEDS = range(1, 21 if "HUG_EVERY_STEP" in os.environ else 3 if "HUG_ONE_LOOK" in os.environ else 6)


@pytest.mark.parametrize("seed", SEEDS)
def test_monkey(tmp_path, seed):
    steps = 10000 if "HUG_EVERY_STEP" in os.environ else 2000
    cache = caches.Cache(tmp_path / "hub")
    for maker in (caches.revisions, caches.partials, caches.blob_unreferenced, caches.dangling,
                  caches.hostile_names, caches.shared_loose, caches.kernels):
        maker(cache)
    root = cache.root
    assert play(root, f"wait idle\nmonkey {seed} {steps}\n", timeout=600) == "0 failures\n"


# Each reads what all of them left: the time grows with their square.
ROUNDS = 200 if "HUG_EVERY_STEP" in os.environ else 80


def test_two_deletions_around_the_end_of_undo(tmp_path):
    """The second is started just as the time of the first is over: one lane for both. (ASan, TSan.)"""
    cache = caches.Cache(tmp_path / "hub")
    for r in range(2 * ROUNDS):
        cache.repo(f"org/r{r:04}", {"a" * 40: {f"f{i}": b"%d %d" % (r, i) for i in range(12)}}, {"main": "a" * 40})
    script = "wait idle\nkey s\nkey n\nwait idle\n"
    for r in range(ROUNDS):
        # The last of each round is undone: it is the first of the next.
        script += ("key g\nkey j\nkey d\nkey y\nwait idle\nclock +29\nkey g\nkey j\nkey d\nkey y\nclock +2\n"
                   "wait idle\nkey z\nwait idle\n")
    play(cache.root, script + "clock +31\nwait idle\nsay done\n", timeout=900)
    left = len(list(cache.root.glob("models--*")))
    assert 0 < left < 2 * ROUNDS and not list(cache.root.glob(".locks/.trash/*"))
    for link in cache.root.glob("models--*/snapshots/*/*"):
        assert link.exists()


def test_a_deletion_while_another_ends(tmp_path):
    """A scan that ends meanwhile waits: the deletion uses the one that is shown. (ASan.)"""
    cache = caches.Cache(tmp_path / "hub")
    big = cache.repo("a/big", {"a" * 40: {f"f{i}": b"%d" % i for i in range(900)}, "b" * 40: {"x": b"keep"}},
                     {"main": "a" * 40, "other": "b" * 40})
    cache.repo("z/small", {"c" * 40: {"x": b"1"}, "d" * 40: {"x": b"2"}}, {"main": "c" * 40, "o": "d" * 40})
    start = ("wait idle\nkey /\ntext small\nkey Enter\nkey g\nkey d\nexpect z/small\nkey y\nwait idle\n"
             "key /\nkey Ctrl-U\ntext big\nkey Enter\n")
    for end in ("key d\nclock +31\nwait 40\nkey y\n", "key d\nclock +31\nwait idle\nkey y\n",
                "clock +31\nkey d\nkey y\n", "clock +31\nkey d\nkey n\n"):
        out = play(cache.root, start + "key g\n" + end + "wait idle\nkey z\nwait idle\nclock +31\nwait idle\n")
        assert out == "" and (big / "snapshots").is_dir()
        cache.repo("z/small", {"c" * 40: {"x": b"1"}, "d" * 40: {"x": b"2"}}, {"main": "c" * 40, "o": "d" * 40})


def test_undo_after_another_was_emptied(tmp_path):
    """Of two links into the shared store the first is gone for good: the second may still come back."""
    cache = caches.Cache(tmp_path / "hub")
    caches.shared(cache)
    play(cache.root, "wait idle\nkey /\ntext one\nkey Enter\nkey g\nkey d\nexpect whole repo\nkey y\nwait idle\n"
                     "clock +20\nkey /\nkey Ctrl-U\ntext two\nkey Enter\nkey g\nkey d\nexpect whole repo\nkey y\n"
                     "wait idle\nclock +15\nwait idle\nkey z\nwait idle\nexpect restored\n")
    data, = cache.root.glob("models--o--*/snapshots/*/w.bin")
    assert data.read_bytes() == b"shared" * 1000


@pytest.mark.parametrize("keys", ["key q\n", "key Space\nkey D\nkey q\n", "key a\nkey d\nkey y\nkey D\n",
                                  "key x\nkey D\nkey m\nwait idle\n"])
def test_while_it_is_first_read(tmp_path, keys):
    """Keys before all is read, and the end then. (ASan.)"""
    cache = caches.Cache(tmp_path / "hub")
    for r in range(60):
        cache.repo(f"org/r{r:04}", {"a" * 40: {f"f{i}": b"%d %d" % (r, i) for i in range(9)}}, {"main": "a" * 40})
    for before in ("", "wait 1\n", "wait 5\n", "wait 20\n"):
        play(cache.root, before + keys)
    assert len(list(cache.root.glob("models--*"))) == 60


def test_only_what_the_filter_shows_is_marked(tmp_path):
    """By rule, by a folded row, by a and by *: main is hidden, and stays unmarked."""
    cache = caches.Cache(tmp_path / "hub")
    for name in ("x/a", "x/b"):
        cache.repo(name, {"a" * 40: {"w": name.encode()}, "b" * 40: {"w": b"old" + name.encode()}}, {"main": "a" * 40})
    for keys in ("key m\nkey 8\nkey a\n", "key g\nkey Space\nkey j\nkey Space\n", "key a\n", "key *\n"):
        play(cache.root, f"wait idle\nkey /\ntext is:detached\nkey Enter\n{keys}"
                         "key d\nexpect 1 of 2 revisions\nmissing whole repo\nkey y\nwait idle\nkey z\nwait idle\n")
        play(cache.root, f"wait idle\nkey /\ntext is:detached\nkey Enter\n{keys}expect marked\n")


def test_marks_count_the_same_when_it_is_read_again(tmp_path):
    """Files with two names, and the steps of marks, outlive Ctrl-R."""
    cache = caches.Cache(tmp_path / "hub")
    one = cache.repo("x/a", {"a" * 40: {"w": b"w" * 5000}}, {"main": "a" * 40})
    two = cache.repo("x/b", {"a" * 40: {"v": b"v"}}, {"main": "a" * 40})
    blob, = (one / "blobs").iterdir()
    os.link(blob, two / "blobs" / blob.name)
    (two / "snapshots" / ("a" * 40) / "w").symlink_to(f"../../blobs/{blob.name}")
    out = play(cache.root, "wait idle\nkey a\ndump before\nkey Ctrl-R\nwait idle\ndump after\nkey z\n"
                           "expect nothing is marked\nkey Ctrl-R\nwait idle\nkey a\nkey a\nkey a\ndump again\n")
    said = [re.search(r"will free +([\d.]+ k?B)", grid)[1] for grid in screens(out).values()]
    assert len(said) == 3 and len(set(said)) == 1, said


# -- what is in use, what is damaged, what a crash left --


def test_open_in_a_program(root):
    """R is shown, asked about, and spared by rules; L the same of a held lock."""
    path = root / "models--quarry--stone-moe-8x7b/snapshots" / OLD / "c.bin"
    with open(path):
        out = play(root, "wait idle\nkey j\nkey j\nkey j\nkey Enter\ndump a\nkey m\nkey 1\nkey a\n"
                         "expect marked 1 revision\nkey j\nkey j\nkey Space\nkey d\n"
                         "expect is open in process\nkey n\nclock +5\nkey /\ntext is:open\nkey Enter\ndump b\n")
    assert re.search(r"R    41bc0e12", screens(out)["a"])
    assert "of 4 " in screens(out)["b"]


def test_being_downloaded(root):
    import fcntl
    lock = root / ".locks/models--quarry--stone-moe-8x7b" / ("e0" + "0" * 62 + ".lock")
    lock.parent.mkdir(parents=True)
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        out = play(root, "wait idle\ndump a\nkey m\nkey 1\nkey a\nexpect nothing is marked\n"
                         f"{DELETE_OLD}key d\nexpect is being downloaded\nkey n\n")
    assert re.search(r"L> m quarry|L.*quarry", screens(out)["a"])


def test_damaged_is_marked_by_rule(tmp_path):
    root = caches.build(caches.revisions, tmp_path / "hub")
    for blob in (root / "models--org--shared/blobs").iterdir():
        if blob.stat().st_size == 60_000:
            blob.write_bytes(b"x" * 60_000)
    play(root, "wait idle\nkey V\nwait idle\nexpect damaged\nkey Enter\nkey Enter\nexpect B\n"
               "key m\nkey 7\nkey a\nexpect marked 1 revision\nexpect cccccccc\n")


@pytest.mark.parametrize("key", ["r", "Right\nkey Right\nkey Enter", "Esc", "Enter"],
                         ids=["restore", "free", "esc", "leave"])
def test_after_a_crash(root, key):
    before = snapshot(root)
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkill\n", ok=False)
    assert snapshot(root) != before
    play(root, f"wait idle\nexpect deleted, but not freed\nexpect 31.0 GB\nkey {key}\nwait idle\n")
    assert (snapshot(root) == before) == (key == "r")
    assert bool(list(root.glob(".locks/.trash/*"))) == (key in ("Esc", "Enter"))


# -- settings --


def conf(tmp_path, text=None):
    path = tmp_path / "conf/hug/hug.conf"
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path


def test_settings_are_kept(root, tmp_path):
    """Turned on the screen, written to the file, its comments and odd lines kept."""
    path = conf(tmp_path, "# mine\nmouse = off\nodd line\n\nundo=60\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "conf")}
    play(root, "wait idle\nkey ,\nexpect undo        60\nexpect mouse       off\nkey j\nkey Enter\n"
               "expect undo        300\nkey j\nkey j\nkey j\nkey Enter\nexpect linear      on\n",
         "settings", env=env)
    assert path.read_text() == "# mine\nmouse = off\nodd line\n\nundo = 300\nlinear = on\n"
    assert path.stat().st_mode & 0o777 == 0o600
    out = play(root, "wait idle\ndump x\n", "settings", env=env)
    assert "---" not in screens(out)["x"]


def test_settings_that_are_none(root, tmp_path):
    conf(tmp_path, "theme = purple\nno-such-thing = 1\nundo = -1\n\x1b[2J\n")
    out = play(root, "wait idle\nkey ,\nexpect theme       auto\n", "settings",
               env={"XDG_CONFIG_HOME": str(tmp_path / "conf")})
    assert out.count("no such setting or value") == 3


def test_settings_without_a_place(root, tmp_path):
    """A folder that cannot be written to is told of; the setting holds until the end."""
    (tmp_path / "conf").write_text("a file")
    play(root, "wait idle\nkey ,\nkey j\nkey Enter\nexpect undo        60\nkey Esc\n"
               "expect cannot\n", "settings", env={"XDG_CONFIG_HOME": str(tmp_path / "conf")})


def test_own_keys(root, tmp_path):
    """Keys of hug.conf run the action, and are what hints and help show."""
    conf(tmp_path, "key.mark = x\nkey.stop = Space\nkey.cache.delete = Ctrl-X F8\n# key.quit = w\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "conf")}
    out = play(root, "wait idle\nexpect  x mark\nkey j\nkey j\nkey j\nkey x\nexpect marked 3\n"
                     "key Space\nexpect stop: nothing is running\nkey d\nexpect d does nothing here\n"
                     "key F8\nexpect whole repo\nkey n\nkey :\ntext delete\nexpect Ctrl-X F8\n",
               "settings", env=env)
    assert "hug.conf" not in out


@pytest.mark.parametrize("text,said", [
    ("key.mark = d", "hug.conf: d cannot be a key of mark: cache.delete already uses it"),
    ("key.mark = x\nkey.undo = x", "cannot be a key of"),
    ("key.nothing = x", "hug.conf: no action is called 'nothing'"),
    ("key.mark = Hyper-x", "hug.conf: 'Hyper-x' is not a list of keys"),
])
def test_keys_that_clash(root, tmp_path, text, said):
    conf(tmp_path, text + "\n")
    out = play(root, "wait idle\nkey j\nkey j\nkey Space\nexpect marked 1 revision\n", "settings",
               env={"XDG_CONFIG_HOME": str(tmp_path / "conf")})
    assert said in out


SENTENCES = [
    ("key Space", "marked, incomplete downloads, 6.3 GB, folded"), ("key z", "nothing is marked"),
    ("key Z", "marked 4 loose files: frees 6.3 GB"), ("key a", "marked 15 revisions in 13 repos"),
    ("key v", "range started"), ("key v", "range ended"), ("key S", "sorted by size, ascending"),
    ("key G", None), ("key Enter", "open, "), ("key h", "folded"), ("key t", "models, "),
    ("key Esc", "all kinds"), ("key 7", "Log"), ("key 4", "Cache"), ("key Ctrl-R", "read: 13 repositories"),
]


def test_linear_says_each_change_once(root):
    """One sentence a change, on the status line, and gone before the next."""
    script = "wait idle\nclock +10\nkey g\n"
    for i, (line, _) in enumerate(SENTENCES):
        script += f"clock +10\n{line}\nwait idle\ndump {i}\n"
    grids = screens(play(root, script, "linear"))
    for i, (line, said) in enumerate(SENTENCES):
        status = grids[str(i)].splitlines()[22].strip()
        if said:
            assert status.startswith(said) and "times" not in status, (line, status)
        else:
            assert status.startswith("row "), (line, status)


def test_plan_as_a_command(root, hug):
    """The command that the plan copies frees what the plan said."""
    out = play(root, f"wait idle\n{DELETE_OLD}key j\nkey Space\nkey D\nkey Enter\ncopied\n")
    command = re.search(r"-- copied\n(.*)", out)[1]
    words = shlex.split(command)
    assert words[:3] == ["hug", "cache", "rm"] and len(words) == 8 and words[6] == "--cache-dir"
    said = hug(*words[1:], "--dry-run", env=LENGTHS).stdout
    assert "58.2G" in said, said


def test_question_names_the_command(root, hug):
    """Where it fits; run as it stands it frees what the question says."""
    out = play(root, "wait idle\nkey G\nkey Space\nkey d\ndump x\n", env={"HF_HUB_CACHE": str(root)})
    command = re.search(r"same as  (hug cache rm .*?) +\|", out)[1]
    freed = re.search(r"will free +([\d.]+) GB", out)[1]
    said = hug(*shlex.split(command)[1:], "--dry-run", env={**LENGTHS, "HF_HUB_CACHE": str(root)}).stdout
    assert freed + "G" in said, said
    out = play(root, "size 80x24\nwait idle\nkey Space\nkey d\ndump x\n")
    assert "same as" not in out and "will free" in out  # no command takes these alone
    out = play(root, f"size 80x24\nwait idle\n{DELETE_OLD}key d\ndump x\n")
    assert "same as  a long command: Look at all can copy it" in out


A, B = "a" * 40, "b" * 40
PLAIN = {A: ([], {"x": ("11", 0.001, 2)}), B: (["main"], {"x": ("12", 0.001, 2), "d/y": ("13", 0.001, 2)})}

# Folders in the cache with their revisions; what is filtered, and marked; what the command names (None: there is none).
COMMANDS = {
    "repository": ({"acme/owl": PLAIN}, "acme/owl", "key Space\n", "model/acme/owl"),
    "revision": ({"acme/owl": PLAIN}, "acme/owl", "key Enter\nkey G\nkey Space\n", None),
    "same hash twice": ({"gpt2": PLAIN, "openai-community/gpt2": {A: (["main"], {"x": ("11", 0.001, 2)})}}, "id=gpt2",
                        "key Enter\nkey G\nkey Space\n", None),
    "organisation called dataset": ({"dataset/x": PLAIN}, "dataset", "key Enter\nkey G\nkey Space\n", None),
    "no organisation": ({"gpt2": PLAIN}, "gpt2", "key Enter\nkey G\nkey Space\n", None),
    "letter case": ({"acme/owl": PLAIN, "acme/Owl": PLAIN}, "acme/owl", "key G\nkey Space\n", None),
    "case of a hash": ({"acme/owl": {A: ([], {"x": ("11", 0.001, 2)}), A.upper(): (["main"], {"x": ("12", 0.001, 2)})}},
                       "acme/owl", "key Enter\nkey G\nkey Space\n", None),
    "escape": ({"x/\x1b[31mred": PLAIN}, "red", "key Space\n", None),
    "turned": ({"x/\u202eabc": PLAIN}, "abc", "key Space\n", None),
    "short name": ({"acme/owl": {"abc": ([], {"x": ("11", 0.001, 2)}), B: (["main"], {"x": ("12", 0.001, 2)})}}, "acme/owl",
                   "key Enter\nkey j\nkey Space\n", None),
    "dashes": ({"acme/owl": {"-y": ([], {"x": ("11", 0.001, 2)}), B: (["main"], {"x": ("12", 0.001, 2)})}}, "acme/owl",
               "key Enter\nkey j\nkey Space\n", None),
}


def folders(root):
    """Every revision and repository that is there."""
    return {os.path.relpath(os.path.join(folder, name), root) for folder, names, _ in os.walk(root)
            for name in names if ".locks" not in folder and (name.startswith("models--") or folder.endswith("/snapshots"))}


@pytest.mark.parametrize("case", COMMANDS)
def test_command_deletes_what_the_question_says(tmp_path, hug, case):
    """Run as it stands it deletes what Yes would, no more and no less; else none is shown."""
    repos, words, keys, _ = COMMANDS[case]
    gone = {}
    for way in ("yes", "command"):
        root = hug.home / way / "hub"
        for name, revisions in repos.items():
            repo(root, name, "models", revisions, time.time())
        before = folders(root)
        script = f"size 200x60\nwait idle\nkey /\ntext {words.removeprefix('id=')}\nkey Enter\n{keys}key d\ndump x\n"
        out = play(root, script + ("key y\nwait idle\n" if way == "yes" else "key n\n"), env={"HF_HUB_CACHE": str(root)})
        command = re.search(r"same as  (hug cache rm .*?) +\|", out)
        if way == "command":
            if not command:
                assert "same as" not in out
                return
            done = hug(*shlex.split(command[1])[1:], "-y", env={"HF_HUB_CACHE": str(root)})
            assert done.returncode == 0, (command[1], done.stderr)
        gone[way] = before - folders(root)
    assert gone["yes"] == gone["command"] and gone["yes"], gone


def test_command_is_none_of_a_file_or_a_loose_one(tmp_path, root):
    """What the copy menu offers is of the row itself."""
    out = play(root, "wait idle\nkey Enter\nkey j\nkey y\ndump loose\nkey Esc\nkey G\nkey y\nexpect command that deletes it\n"
                     "key Esc\nkey Enter\nkey j\nkey Enter\nkey j\nkey y\ndump file\n")
    grids = screens(out)
    assert "command that deletes it" not in grids["loose"] and "command that deletes it" not in grids["file"], grids


def test_panes_share_one_focus(root):
    """Tab goes to the next pane, which moving is for then; the list's cursor stays."""
    out = play(root, "size 120x40\nwait idle\nkey Tab\nmissing only one pane\n"
                     "size 80x24\nkey Tab\nexpect there is only one pane\nclock +60\nwait idle\n"
                     "key j\nkey j\nkey j\nkey i\nwait idle\ndump list\ncursor\n"
                     "key Tab\ndump info\nroles info-roles\ncursor\nkey j\nkey G\nexpect row 4 of\n"
                     "key S-Tab\nkey j\nexpect row 5 of\ncursor\n"
                     "key Tab\nkey i\nkey j\nexpect row 6 of\n")
    grids = screens(out)
    places = [tuple(map(int, m)) for m in re.findall(r"-- cursor (\d+) (\d+)", out)]
    line = grids["info"].splitlines()[places[1][1]]
    assert grids["list"] == grids["info"] and line[places[1][0]:].startswith("info ---"), line
    assert places[0][1] < places[1][1] > places[2][1]


def test_pane_that_is_longer_than_its_room(root):
    """What is known scrolls to its end and no further, by its own keys and with the focus."""
    opened = "key j\nkey j\nkey j\nkey Enter\nkey j\nkey j\nkey i\nwait idle\n"
    for keys in ("key Tab\nkey G\nkey j\n", "key J\n" * 40, "key Tab\nkey Ctrl-F\nkey Ctrl-F\nkey Ctrl-F\n"):
        out = play(root, f"size 80x18\nwait idle\n{opened}dump top\n{keys}dump end\n")
        grids = screens(out)
        assert "path" in grids["top"] and "only here" not in grids["top"], grids["top"]
        below = grids["end"].split("- info -")[1].split("\n----")[0]
        assert "biggest" in below or "GB" in below, grids["end"]
        assert below.rstrip().count("\n") >= 3, grids["end"]


def test_log_panes(root):
    out = play(root, "size 140x40\nwait idle\nkey /\ntext size>oops\nkey Enter\nkey Esc\nkey 7\nkey Tab\n"
                     "cursor\nkey g\nkey S-Tab\nkey g\nclock +60\nexpect line 1 of\ncursor\n")
    places = [int(m) for m in re.findall(r"-- cursor (\d+)", out)]
    assert places[0] > 80 > places[1]


def test_paste_goes_into_the_filter(root):
    play(root, "wait idle\nkey /\ntext acme\nkey Enter\npaste  harbor/ocr\nexpect filter  harbor/ocr\n"
                     "key Enter\nexpect 1 of 13 repos\nkey 7\npaste hub\nexpect find hub\n")


def test_esc_takes_back_what_was_typed(root):
    play(root, "wait idle\nkey /\ntext acme\nkey Enter\nkey /\nkey Ctrl-U\ntext nothing-has-this\n"
               "expect nothing matches\nkey Esc\nexpect filter acme\nexpect atlas-8b\n"
               "key Esc\nmissing filter acme\nexpect fjord\nkey /\ntext nothing\nexpect Esc  clear\nkey Esc\nexpect fjord\n")


def test_plan_as_a_file(root, tmp_path):
    play(root, f"wait idle\n{DELETE_OLD}key D\nkey Down\nkey Enter\nexpect write the plan to\n"
               "key Ctrl-U\ntext there.txt\nkey Enter\nexpect written: there.txt\n")
    lines = (tmp_path / "there.txt").read_text().splitlines()
    assert lines[0].startswith("# would free 31000000000 bytes") and len(lines) == 1 + 2 + 6
    for line in lines[1:]:
        assert os.path.lexists(root / line.split(maxsplit=1)[1]), line


def test_plan_of_a_row_as_a_file(root, tmp_path):
    """The row's mark lasts until it is written; nothing is overwritten."""
    start = ("wait idle\nkey G\nkey d\nkey Right\nkey Right\nkey Right\nkey Enter\nkey Down\nkey Enter\n"
             "key Ctrl-U\ntext row.txt\nkey Enter\n")
    play(root, start + "expect written: row.txt\nexpect nothing is marked\n")
    plan = (tmp_path / "row.txt").read_text()
    assert not plan.startswith("# would free 0 bytes") and len(plan.splitlines()) > 1
    play(root, start + "expect already exists\n")
    assert (tmp_path / "row.txt").read_text() == plan


def test_plan_that_no_command_does(root):
    play(root, "wait idle\nkey Space\nkey D\nkey Enter\nexpect no command names these alone\n")


def test_trash_that_was_to_go(root):
    """What could not be freed before the end is shown, and freed when that is asked for."""
    play(root, f"wait idle\n{DELETE_OLD}key d\nkey y\nwait idle\nkill\n", ok=False)
    batch, = root.glob(".locks/.trash/*")
    (batch / "journal").rename(batch / "decided")
    play(root, "wait idle\nexpect deleted, but not freed\nmissing Restore\nkey Esc\n"
               "expect deleted, not freed yet\nkey Enter\nkey Right\nkey Enter\nwait idle\n"
               "expect 31.0 GB freed\nmissing deleted, not freed yet\n")
    assert not list(root.glob(".locks/.trash/*"))


def test_page(root, tmp_path):
    """It is opened in the browser, of which nothing is waited for; without one it is said."""
    script = "wait idle\nkey j\nkey j\nkey j\nkey Enter\nkey j\nkey Enter\nkey j\nkey o\n"
    address = f"/quarry/stone-moe-8x7b/blob/{MAIN}/a.bin"
    env = {"HF_ENDPOINT": "https://user:secret@hub.example/"}
    play(root, f"size 140x40\n{script}expect no browser can be opened; the address is https://hub.example{address}\n"
               "missing secret\n", env=env)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\nsleep 5\n')
    browser.chmod(0o755)
    began = time.time()
    play(root, script + "expect opened\nwait 300\n", env={"BROWSER": str(browser)})
    assert time.time() - began < 4
    assert (tmp_path / "opened").read_text() == f"https://huggingface.co{address}\n"


def test_copied_commands_are_safe_to_paste(tmp_path):
    """A folder of a cache may be called anything: what no shell and no command reads as it is, no command is shown for."""
    for trap in ("models--org--x;touch$IFS'evil'`touch evil`", "models--org--x y", "models----y", "models--org--\x1b[31mx"):
        root = tmp_path / "hub"
        snapshot = root / trap / "snapshots" / ("a" * 40)
        snapshot.mkdir(parents=True)
        (snapshot / "f").write_text("x")
        out = play(root, "wait idle\nkey y\nmissing command that deletes it\nkey Esc\nkey Space\nkey D\nkey Enter\n"
                         "expect no command names these alone\ncopied\n")
        assert re.search(r"-- copied\n\n", out), out
        shutil.rmtree(root)
