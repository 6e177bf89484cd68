"""hug upload: bad input, files that change, the journal, questions, and what leaves the machine."""

import glob
import json
import os
import pathlib
import random
import re
import socket
import stat
import threading
import time

import pexpect
import pytest

from conftest import TOKEN
from hub import Lfs
from test_upload_faults import EVERY, FILES, PART, RULES, changes, fill, folder, journals, line_of, repo, tree, writer  # noqa: F401

NEMO = "hf_nemo_nemo_nemo_nemo"


def odd_folder(place):
    """All that a folder can hold and a repository cannot."""
    (place / "d").mkdir(parents=True)
    (place / "a.txt").write_bytes(b"a")
    (place / "d/in.txt").write_bytes(b"in")
    os.mkfifo(place / "fifo")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(place / "sock"))
    for name, target in {"broken": "nowhere", "link.txt": "a.txt", "dlink": "d", "loop": "loop", "d/up": ".."}.items():
        os.symlink(target, place / name)
    for kept in (".git/config", "sub/.git/config", ".cache/huggingface/x"):
        (place / kept).parent.mkdir(parents=True)
        (place / kept).write_bytes(b"x")
    return place


# -- what is there --


def test_what_is_no_file(writer, repo, tmp_path, monkeypatch):
    """Links to files are followed, links to folders are not; the rest is named and skipped."""
    monkeypatch.chdir(tmp_path)
    place = odd_folder(pathlib.Path("odd"))
    done = writer("upload", repo.id, place)
    assert done.returncode == 0, done.stderr
    assert tree(repo) == {"a.txt": b"a", "d/in.txt": b"in", "link.txt": b"a"}
    skipped = {"broken": "a link that leads nowhere", "loop": "a link that leads nowhere", "fifo": "a FIFO",
               "sock": "a socket"}
    for name, why in skipped.items():
        assert f"skipped '{name}': {why}\n" in done.stderr
    assert done.stderr.count("skipped") == len(skipped)
    for name in (*skipped, "nothing"):
        assert writer.fails("upload", repo.id, place / name) == f"hug: No such file or directory: '{place / name}'."
    assert writer("upload", repo.id, place / "dlink", "linked").returncode == 0
    assert tree(repo)["linked/in.txt"] == b"in"


def test_names(writer, repo, tmp_path):
    """Any name that is UTF-8 arrives, and none writes to a terminal; what is not UTF-8 stops it, or is skipped."""
    files = {"line\nend.txt": b"1", "esc\x1b[31m.txt": b"2", "cr\r.txt": b"3", "\u202e.txt": b"4", "q\"'\\.txt": b"5",
             "-rf": b"6", "%s%n.txt": b"7"}
    place = fill(tmp_path / "names", files)
    for wanted in ("committed 7 changes", "nothing to do: 7 unchanged"):
        done = writer("upload", repo.id, place)
        assert done.returncode == 0 and wanted in done.stderr, done.stderr
        assert tree(repo) == files
    (place / "d").mkdir()
    with open(os.path.join(os.fsencode(place / "d"), b"bad\xff.txt"), "w"):
        pass
    (place / "new").write_bytes(b"new")
    line = writer.fails("upload", repo.id, place)
    assert "'d/bad\\xff.txt': its name is not UTF-8" in line and "Leave it out with --exclude" in line
    done = writer("upload", repo.id, place, "--skip-unreadable", "--format", "human")
    assert done.returncode == 0 and "skipped 'd/bad" in done.stderr and "\x1b" not in done.stderr
    assert tree(repo) == {**files, "new": b"new"}


@pytest.mark.parametrize("target", ["..", "../x", "a/../b", ".git", "a/.git/b", ".cache/x"])
@pytest.mark.parametrize("what", ["", "config.json"], ids=["folder", "file"])
def test_a_target_that_cannot_be(hub, writer, repo, folder, what, target):
    done = writer("upload", repo.id, folder / what, target)
    assert done.returncode == 2 and f"cannot be a {'file' if what else 'folder'} of a repository" in done.stderr
    assert not len(hub.requests)


def test_what_cannot_be_read(hub, other_user):
    """It stops before anything is sent, and names the first; --skip-unreadable leaves it out, and says so."""
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES})
    other_user.env["HF_TOKEN"] = TOKEN
    place = fill(other_user.place / "closed", {"a.txt": b"a", "b.txt": b"b", "c/d.txt": b"d"})
    other_user.give(place)
    (place / "b.txt").chmod(0)
    (place / "c").chmod(0)
    line = other_user.fails("upload", repo.id, place)
    assert "2 files and folders, of which the first is" in line and "Permission denied" in line and "--exclude" in line
    assert not len(hub.requests)
    done = other_user("upload", repo.id, place, "--skip-unreadable")
    assert done.returncode == 0, done.stderr
    assert "skipped 'b.txt': Permission denied" in done.stderr and "skipped 'c': Permission denied" in done.stderr
    assert tree(repo) == {"a.txt": b"a"}
    assert "Permission denied" in other_user.fails("upload", repo.id, place / "b.txt")


@pytest.mark.parametrize("how", ["grows", "shrinks", "vanishes", "changes"])
@pytest.mark.parametrize("when", ["/preupload/", "/objects/batch", "/objects/verify"])
@pytest.mark.parametrize("name", ["long.txt", "whole.bin", "parts.bin"])
def test_a_file_that_changes(hub, writer, repo, folder, name, when, how):
    """Behind an answer of the Hub: it is left out and named, the rest arrives, and the next run puts it right."""
    content = FILES[name]
    new = {"grows": content + b"more", "shrinks": content[:-1], "vanishes": None, "changes": b"?" * len(content)}[how]
    seen = []

    def rewrite(request, answer):
        with hub.lock:
            if when in request.path and not seen:
                seen.append(request)
                (folder / name).unlink() if new is None else (folder / name).write_bytes(new)

    hub.rewrite = rewrite
    done = writer("upload", repo.id, folder)
    assert seen and done.returncode == 1
    assert f"'{name}'" in done.stderr and "changed or vanished" in done.stderr, done.stderr
    assert "Run the same command again" in done.stderr.splitlines()[-2] + done.stderr.splitlines()[-1]
    assert tree(repo) == {path: FILES[path] for path in FILES if path != name}
    assert writer("upload", repo.id, folder).returncode == 0
    assert tree(repo) == {path: new if path == name else FILES[path] for path in FILES if path != name or new is not None}


@pytest.mark.parametrize("how", ["changes", "grows", "shrinks"])
def test_a_file_that_changes_while_a_commit_is_sent(hub, writer, repo, tmp_path, how):
    """What of it is in the commit nobody knows: it is named, and the next run puts it right."""
    size = 9_000_000
    place = fill(tmp_path / "text", {"a.txt": b"a" * size, "b.txt": b"b"})
    new = {"changes": b"c" * size, "grows": b"c" * (size + 5), "shrinks": b"c" * 10}[how]
    writer.env["HUG_TIME_SCALE"] = "0.1"
    hub.fault("/commit/", times=1, take_rate=8e6)
    over = threading.Event()

    def change():
        while not over.wait(0.01):
            if any("/commit/" in request.path and request.received > 500_000 for request in hub.requests):
                (place / "a.txt").write_bytes(new)
                return

    thread = threading.Thread(target=change)
    thread.start()
    done = writer("upload", repo.id, place)
    over.set()
    thread.join()
    assert done.returncode == 1 and "'a.txt'" in done.stderr and "changed" in done.stderr, done.stderr
    assert writer("upload", repo.id, place).returncode == 0
    assert tree(repo) == {"a.txt": new, "b.txt": b"b"}


# -- who may --


def test_who_may_not(hub, writer, repo, folder):
    hub.add_user("nemo", NEMO, role="write")
    reader = "hf_olive_read_read_read"
    hub.add_user("olive", reader, orgs=("acme",), role="read")
    for token, words in {NEMO: "You don't have the rights", reader: "you must use a write token"}.items():
        line = writer.fails("upload", repo.id, folder, env={"HF_TOKEN": token})
        assert words in line and "Use a token that has the permission" in line
    repo.disabled = True
    assert "disabled access to model acme/nest" in writer.fails("upload", repo.id, folder)
    repo.disabled, repo.gated = False, "manual"
    assert "rights" in writer.fails("upload", repo.id, folder, env={"HF_TOKEN": NEMO})
    assert len(changes(repo)) == 0
    assert writer("upload", repo.id, folder).returncode == 0
    # Who may not write may propose.
    (folder / "new.txt").write_bytes(b"new")
    done = writer("upload", repo.id, folder, "--create-pr", env={"HF_TOKEN": NEMO})
    assert done.returncode == 0, done.stderr
    assert tree(repo, "refs/pr/1") == {**FILES, "new.txt": b"new"} and tree(repo) == FILES


# -- the journal --


def state(hug):
    return pathlib.Path(hug.home) / ".local/state"


def test_a_journal_is_for_its_user_and_its_target(hub, writer, repo, folder, tmp_path):
    """Nobody else can read it, and another repository, revision or folder of the repository has its own."""
    assert writer("upload", repo.id, folder).returncode == 0
    [journal] = journals(writer)
    assert stat.S_IMODE(os.stat(journal).st_mode) == 0o600
    other = hub.add_repo("acme/other")
    other.commit({".gitattributes": RULES})
    for args in (("acme/other", folder), (repo.id, folder, "below"), (repo.id, folder, "--revision", "side")):
        assert writer("upload", *args).returncode == 0
    below = {f"below/{path}": content for path, content in FILES.items()}
    assert tree(other) == FILES and tree(repo) == {**FILES, **below} == {**tree(repo, "side"), **below}
    assert len(journals(writer)) == 4
    # A folder that took the place of another is another.
    folder.rename(tmp_path / "away")
    fill(folder, {"config.json": b"[]"})
    assert writer("upload", repo.id, folder).returncode == 0
    assert tree(repo)["config.json"] == b"[]"


@pytest.mark.parametrize("keep_times", [False, True], ids=["written", "times put back"])
def test_a_change_of_the_same_size(writer, repo, tmp_path, keep_times):
    """Also within the same second, and with the old time of change put back: it is sent."""
    place = fill(tmp_path / "f", {f"{n}.txt": b"0" for n in range(20)})
    for content in (b"1", b"2", b"3", b"4"):
        assert writer("upload", repo.id, place).returncode == 0
        for file in place.iterdir():
            before = file.stat()
            file.write_bytes(content)
            if keep_times:
                os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert writer("upload", repo.id, place).returncode == 0
    assert set(tree(repo).values()) == {b"4"} and [len(paths) for paths in changes(repo)] == [20] * 5


def test_a_damaged_journal(hub, writer, repo, tmp_path):
    """Cut anywhere, or with bytes changed: never a wrong tree."""
    files = {path: FILES[path] for path in ("config.json", "notes/a.txt", "parts.bin")}
    folder = fill(tmp_path / "few", files)
    time.sleep(2.1)  # what was changed just now is not noted
    hub.fault("/complete_multipart", times=1, status=400)
    assert writer("upload", repo.id, folder).returncode == 0
    [journal] = journals(writer)
    good = pathlib.Path(journal).read_bytes()
    assert good.count(b" f ") == len(files) and b" k " in good and b" w " in good
    head = repo.head()
    draw = random.Random(4)
    every = 1 if EVERY else max(1, len(good) // 30)
    cuts = [good[:n] for n in range(0, len(good), every)]
    flips = []
    for _ in range(len(good) if EVERY else 30):
        bad = bytearray(good)
        for _ in range(draw.choice((1, 1, 2, 8))):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        flips.append(bytes(bad))
    for number, bad in enumerate(cuts + flips):
        pathlib.Path(journal).write_bytes(bad)
        # Every other time the repository has lost a file, which nothing in the journal must hide.
        lost = number % 2 and sorted(files)[number // 2 % len(files)]
        if lost:
            repo.commit({lost: None})
        done = writer("upload", repo.id, folder)
        assert done.returncode == 0, (bad, done.stderr)
        assert tree(repo) == files, bad
        assert (repo.head() == head) == (not lost), bad
        head = repo.head()


def test_a_journal_that_tells_of_another_state(writer, repo, folder):
    """Facts of a branch that has moved since are not used, whatever came later."""
    time.sleep(2.1)
    assert writer("upload", repo.id, folder).returncode == 0
    [journal] = journals(writer)
    text = pathlib.Path(journal).read_text()
    repo.commit({"notes/a.txt": b"theirs"})
    # As if the line that told of it had been damaged: a commit of ours came behind it.
    pathlib.Path(journal).write_text(text + f"00000000 h {repo.head()}\n" + line_of(f"H {repo.head()}"))
    assert writer("upload", repo.id, folder).returncode == 0
    assert tree(repo) == FILES


def no_place(kind, place, writer):
    if kind == "a file":
        place.parent.mkdir(parents=True)
        place.write_bytes(b"")
    elif kind == "a broken link":
        place.parent.mkdir(parents=True)
        place.symlink_to("/nowhere/at/all")
    elif kind == "no home":
        writer.env.pop("HOME")
        writer.env["XDG_STATE_HOME"] = ""
    elif kind == "a full disk":
        writer.env["HUG_FAULT"] = "write:1+:28"


@pytest.mark.parametrize("kind", ["a file", "a broken link", "a full disk", "no home"])
def test_no_place_for_a_journal(writer, repo, folder, kind):
    """The upload goes on, and says that it could not be resumed."""
    no_place(kind, state(writer) / "hug", writer)
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0, done.stderr
    assert tree(repo) == FILES
    assert kind == "no home" or "is not noted" in done.stderr, done.stderr


def test_a_state_folder_that_is_a_link(writer, repo, folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    state(writer).parent.mkdir(parents=True)
    state(writer).symlink_to(tmp_path / "elsewhere")
    assert writer("upload", repo.id, folder).returncode == 0
    assert len(glob.glob(f"{tmp_path}/elsewhere/hug/uploads/*")) == 2


def test_a_journal_that_is_a_link(writer, repo, folder, tmp_path):
    """Somebody's link in the place of a journal is replaced, not written through."""
    assert writer("upload", repo.id, folder).returncode == 0
    [journal] = journals(writer)
    (tmp_path / "precious").write_bytes(b"precious")
    os.unlink(journal)
    os.symlink(tmp_path / "precious", journal)
    assert writer("upload", repo.id, folder).returncode == 0
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_somebody_elses_state_folder(hub, other_user):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES})
    other_user.env["HF_TOKEN"] = TOKEN
    place = fill(other_user.place / "f", {"a.txt": b"a"})
    (other_user.home / ".local/state/hug").mkdir(parents=True)
    done = other_user("upload", repo.id, place)
    assert done.returncode == 0 and "is not noted" in done.stderr, done.stderr
    assert tree(repo) == {"a.txt": b"a"}


def test_two_at_once(hub, writer, repo, folder):
    """The second says who is at it; another target does not have to wait."""
    hub.add_repo("acme/other").commit({".gitattributes": RULES})
    hub.fault("/preupload/main", times=1, latency=1.0)
    writer.env["HUG_TIME_SCALE"] = "0.5"
    first = writer.start("upload", repo.id, folder)
    while not any("/preupload/" in request.path for request in hub.requests):
        assert first.poll() is None
        time.sleep(0.01)
    line = writer.fails("upload", repo.id, folder)
    assert f"another process uploads this folder to the same place. Wait for process {first.pid}" in line
    assert writer("upload", "acme/other", folder).returncode == 0
    first.communicate()
    assert first.returncode == 0 and tree(repo) == FILES and len(changes(repo)) == 1


# -- questions --


def on_terminal(hug, *args, answers=()):
    """Its exit code and all that it printed."""
    child = pexpect.spawn(hug.command(*args)[0], hug.command(*args)[1:], env=hug.env, encoding="utf-8", timeout=30,
                          dimensions=(24, 200))
    text = ""
    for expected, answer in answers:
        child.expect(expected)
        text += child.before + child.after
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, text + child.before


def test_deletions_are_asked_for(writer, repo, folder):
    repo.commit({"old/1.txt": b"1", "old/2.txt": b"2", "keep.txt": b"k"})
    kept = {"old/1.txt": b"1", "old/2.txt": b"2", "keep.txt": b"k"}
    args = ("upload", repo.id, folder, "--delete", "old/*")
    # Off a terminal nobody can agree.
    done = writer(*args)
    assert done.returncode == 1 and "old/1.txt" in done.stderr and "old/2.txt" in done.stderr and tree(repo) == kept
    code, text = on_terminal(writer, *args, answers=[("Delete 2 files", "n")])
    assert code == 1 and "- old/1.txt" in text and tree(repo) == kept
    code, text = on_terminal(writer, *args, answers=[("Delete 2 files", "y")])
    assert code == 0 and tree(repo) == {**FILES, "keep.txt": b"k"}, text
    assert len(changes(repo)) == 2


def test_everything_else_is_deleted(writer, repo, folder):
    """--delete '*': .gitattributes stays, and what is uploaded, too; a file makes way for a folder."""
    repo.commit({"old.txt": b"o", "notes": b"a file", "config.json/x": b"a folder"})
    done = writer("upload", repo.id, folder, "--delete", "*", "--yes")
    assert done.returncode == 0, done.stderr
    assert tree(repo) == FILES and len(changes(repo)) == 2


SECRETS = {".env": b"KEY=1", "deep/id_rsa": b"x", "cert.pem": b"-----BEGIN PRIVATE KEY-----\nx\n", ".netrc": b"machine",
           "my.token": b"hf_" + b"a" * 34}
OPEN = {".env.example": b"KEY=", "id_rsa.pub": b"ssh-rsa", "chain.pem": b"-----BEGIN CERTIFICATE-----\n",
        "tokenizer.json": b"{}", "tokenizer_config.json": b"{}", "about.txt": b"hf_ is how they begin"}


def test_secrets(hub, writer, repo, tmp_path):
    place = fill(tmp_path / "secrets", {**SECRETS, **OPEN})
    done = writer("upload", repo.id, place)
    assert done.returncode == 1 and "--include-secrets" in done.stderr and "--exclude" in done.stderr
    named = set(re.findall(r"^  - (.*)$", done.stderr, re.M))
    assert named == set(SECRETS) and not [r for r in hub.requests if r.method == "POST"]
    args = ("upload", repo.id, place)
    code, text = on_terminal(writer, *args, answers=[("Upload them too", "n")])
    assert code == 0 and tree(repo) == OPEN, text
    (place / "chain.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nnew")
    code, text = on_terminal(writer, *args, "--exclude", ".env", "id_rsa*", "*/id_rsa", ".netrc", "*.token",
                             answers=[("Upload it too", "y")])
    assert code == 0 and set(tree(repo)) == {*OPEN, "cert.pem"}, text
    assert writer("upload", repo.id, place, "--include-secrets").returncode == 0
    assert set(tree(repo)) == {*OPEN, *SECRETS}
    # What is there already is no secret any more.
    assert writer("upload", repo.id, place).returncode in (0, 1)


# -- how much, and how --


def test_dry_run(hub, writer, repo, folder):
    """It asks only, and says what would be: the real run then does just that."""
    repo.commit({"config.json": b"other", "notes/a.txt": FILES["notes/a.txt"], "old.txt": b"o"})
    head = repo.head()
    args = ("upload", repo.id, folder, "--delete", "old*")
    plan = json.loads(writer.ok(*args, "--dry-run", "--json"))
    assert repo.head() == head and not [r for r in hub.requests if r.method == "PUT" or "/commit/" in r.path
                                        or "/repos/create" in r.path or "/batch" in r.path]
    assert {file["path"]: file["state"] for file in plan["files"]} == {
        path: {"config.json": "changed", "notes/a.txt": "same"}.get(path, "new") for path in FILES}
    assert plan["deleted"] == ["old.txt"] and (plan["new"], plan["changed"], plan["same"], plan["commits"]) == (4, 1, 1, 1)
    assert plan["bytes"] == sum(len(FILES[path]) for path in FILES if path != "notes/a.txt")
    assert {file["path"] for file in plan["files"] if file["lfs"]} == {"parts.bin", "whole.bin"}
    done = json.loads(writer.ok(*args, "-y", "--json"))
    assert all(done[key] == plan[key] for key in ("new", "changed", "same", "commits")) and done["deleted"] == 1
    assert tree(repo) == FILES
    plan = json.loads(writer.ok("upload", "acme/none", folder, "--dry-run", "--json"))
    assert plan["new"] == len(FILES) and hub.find_repo("model", "acme/none") is None


def test_files_from(writer, repo, folder):
    names = "config.json\nnotes/a.txt\n"
    assert writer("upload", repo.id, folder, "--files-from", "-", input=names).returncode == 0
    assert set(tree(repo)) == {"config.json", "notes/a.txt"}
    line = writer.fails("upload", repo.id, folder, "--files-from", "-", input="config.json\nnot/there\n")
    assert "there is no file 'not/there' to upload" in line
    for outside in ("../folder/long.txt", "/etc/passwd", str(folder / "long.txt")):
        assert writer("upload", repo.id, folder, "--files-from", "-", input=outside + "\n").returncode != 0
    assert set(tree(repo)) == {"config.json", "notes/a.txt"}


def test_one_commit_or_none(hub, writer, repo, tmp_path):
    files = {f"{n:04}.txt": b"%d" % n for n in range(700)}
    place = fill(tmp_path / "many", files)
    hub.commit_max_bytes = 30_000
    done = writer("upload", repo.id, place, "--one-commit")
    assert done.returncode == 1 and len(changes(repo)) == 0 and "413" in done.stderr
    # Without it a commit that is too large is halved until it fits, down to single files.
    done = writer("upload", repo.id, place)
    assert done.returncode == 0 and "Retrying in smaller chunks" in done.stderr, done.stderr
    assert tree(repo) == files and sum(len(paths) for paths in changes(repo)) == 700
    hub.commit_max_bytes = None
    for path in files:
        (place / path).write_bytes(b"new" + files[path])
    assert writer("upload", repo.id, place, "--one-commit").returncode == 0
    assert len(changes(repo)[-1]) == 700


def test_few_files_that_are_too_much(hub, writer, repo, tmp_path):
    """Also a commit of few large files is halved; one that is too large by itself is named."""
    files = {f"{n}.txt": b"%d" % n * 30_000 for n in range(6)}
    place = fill(tmp_path / "large", files)
    hub.commit_max_bytes = 100_000
    assert writer("upload", repo.id, place).returncode == 0
    assert tree(repo) == files
    (place / "huge.txt").write_bytes(b"h" * 90_000)
    done = writer("upload", repo.id, place)
    assert done.returncode == 1 and "Leave it out with --exclude 'huge.txt'" in done.stderr, done.stderr


def test_the_rate_is_limited(hub, writer, repo, tmp_path):
    """1.2 MB at 600 kB/s take about two seconds, in an object and in a commit."""
    place = fill(tmp_path / "rate", {"a.bin": random.Random(1).randbytes(600_000), "a.txt": b"a" * 600_000})
    hub.multipart_above = 10**9
    began = time.monotonic()
    done = writer("upload", repo.id, place, "--limit-rate", "600K", env={"HUG_TIME_SCALE": "1"})
    took = time.monotonic() - began
    assert done.returncode == 0 and took > 1.2, (took, done.stderr)


def test_where_the_token_goes(hub, writer, repo, folder):
    """Not to the storage (the fixture hub looks at that), not to the journal, not to a log, to no address."""
    done = writer("upload", repo.id, folder, "--debug", env={"HUG_TIME_SCALE": "0.02"})
    assert done.returncode == 0 and "POST" in done.stderr
    assert TOKEN not in pathlib.Path(journals(writer)[0]).read_text()
    assert "Signature" not in done.stderr
    assert all(TOKEN not in request.path for request in hub.requests)
    completed = [r for r in hub.requests if "complete_multipart" in r.path]
    assert completed and hub.uploads.parts
    assert not any(TOKEN in open(path, errors="replace").read() for path in glob.glob(f"{writer.home}/**/*", recursive=True)
                   if os.path.isfile(path))


# -- a Hub that is not one --

EVIL = "\x1b]0;evil\x07\x1b[31m"


def spoil(hub, part, change):
    """Changes the JSON of answers whose path has `part`."""
    def rewrite(request, answer):
        if part in request.path and answer.body and answer.status == 200:
            text = change(json.loads(bytes(answer.body)))
            answer.body = text if isinstance(text, bytes) else json.dumps(text).encode()
            answer.whole = len(answer.body)

    hub.rewrite = rewrite


def each_object(change):
    def act(answer):
        for item in answer["objects"]:
            change(item)
        return answer
    return act


def header(**more):
    def act(item):
        item["actions"]["upload"].setdefault("header", {}).update(more)
    return each_object(act)


def href(text):
    def act(item):
        item["actions"]["upload"]["href"] = text
        item["actions"]["upload"].pop("header", None)
    return each_object(act)


BATCHES = {
    "no address": href(""),
    "words": href("no address at all"),
    "a file": href("file:///etc/passwd"),
    "another protocol": href("gopher://127.0.0.1/x"),
    "line ends": href("http://127.0.0.1:1/\r\nX-Evil: 1"),
    "a long one": href("http://127.0.0.1:1/" + "x" * 2_000_000),
    "chunks of 0": header(chunk_size="0"),
    "chunks of 0, a number": header(chunk_size=0),
    "chunks of -1": header(chunk_size="-1"),
    "chunks of -1, a number": header(chunk_size=-1),
    "chunks of 1e300": header(chunk_size=1e300),
    "chunks of a list": header(chunk_size=[1]),
    "chunks that are huge": header(chunk_size="99999999999999999999"),
    "a part too many": header(**{"chunk_size": "30000", "00099": "http://127.0.0.1:1/"}),
    "a part too few": header(chunk_size="3"),
    "no list": lambda answer: {"objects": {}},
    "nothing asked": lambda answer: {"objects": []},
    "others": each_object(lambda item: item.update(oid="0" * 64)),
    "no oids": each_object(lambda item: item.update(oid=5)),
    "other sizes": each_object(lambda item: item.update(size=7)),
    "sizes below 0": each_object(lambda item: item.update(size=-7)),
    "refused in colours": each_object(lambda item: item.update(error={"code": 1, "message": EVIL})),
    "no JSON": lambda answer: b"{" * 100_000,
}


def check_failure(done):
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert done.stderr.splitlines()[-1].startswith("hug: ") and "\x1b" not in done.stderr + done.stdout


@pytest.mark.parametrize("what", BATCHES)
def test_a_batch_that_makes_no_sense(hub, writer, repo, folder, what):
    spoil(hub, "/objects/batch", BATCHES[what])
    done = writer("upload", repo.id, folder)
    check_failure(done)
    hub.rewrite = lambda request, answer: None
    assert writer("upload", repo.id, folder).returncode == 0 and tree(repo) == FILES


def test_a_batch_says_all_twice(hub, writer, repo, folder):
    """And what was not asked, in each answer: everything is sent once."""
    said = []

    def twice(answer):
        said.extend(answer["objects"])
        return {**answer, "objects": answer["objects"] * 3 + said + said}

    spoil(hub, "/objects/batch", twice)
    for n in range(40):
        (folder / f"more{n}.bin").write_bytes(random.Random(n).randbytes(2000))
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0, done.stderr
    assert len(tree(repo)) == len(FILES) + 40 and set(hub.uploads.objects.values()) == {1}


def test_many_parts(hub, writer, repo, tmp_path):
    """An answer with 100,000 parts is taken, one with more is not."""
    place = fill(tmp_path / "f", {"x.bin": b"x" * 100_001})
    for parts in (100_000, 100_001):
        (place / "x.bin").write_bytes(b"x" * parts)
        urls = {f"{n:05}": "http://127.0.0.1:1/" for n in range(1, parts + 1)}
        spoil(hub, "/objects/batch", header(chunk_size="1", **urls))
        done = writer("upload", repo.id, place)
        check_failure(done)
        assert ("makes no sense" in done.stderr) == (parts > 100_000), done.stderr


@pytest.mark.parametrize("etag", ['"a\tb"', '"q\\"uote"', "'", "x" * 20_000, EVIL, "\u20ac"], ids=range(6))
def test_odd_etags(hub, writer, repo, folder, etag):
    """They come back as they came, or the upload fails; what is noted of them does no harm."""
    hub.fault("partNumber", times=2, set_headers={"ETag": etag})
    done = writer("upload", repo.id, folder)
    assert done.returncode in (0, 1) and "\x1b" not in done.stderr, done.stderr
    assert writer("upload", repo.id, folder).returncode == 0 and tree(repo) == FILES


@pytest.mark.parametrize("kind", ["json", "array", "bytes", "headers"] if EVERY else ["json", "headers"])
@pytest.mark.parametrize("step", ["/repos/create", "/preupload/", "/objects/batch", "partNumber", "/commit/"])
def test_endless_answers(hub, writer, repo, folder, step, kind):
    hub.fault(step, times=1, endless=kind)
    done = writer("upload", repo.id, folder)
    if done.returncode:
        check_failure(done)
    hub.clear_faults()
    assert writer("upload", repo.id, folder).returncode == 0 and tree(repo) == FILES


@pytest.mark.parametrize("url", [EVIL, "http://x/" + EVIL, "javascript:alert(1)", "x" * 100_000, "http://x/\n\rnew"],
                         ids=range(5))
def test_the_address_of_a_commit(hub, writer, repo, folder, url):
    spoil(hub, "/commit/", lambda answer: {**answer, "commitUrl": url})
    done = writer("upload", repo.id, folder)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stdout == f"{hub.endpoint}/acme/nest/commit/{repo.head()}\n"


@pytest.mark.parametrize("number", [0, -1, 10**19, 10**20, "5", None, 1.5, [1]], ids=str)
@pytest.mark.parametrize("way", ["discussion", "commit"])
def test_the_number_of_a_pull_request(hub, writer, repo, folder, way, number):
    """An old name opens one with its commit, hug before it."""
    if way == "discussion":
        spoil(hub, "/discussions", lambda answer: {**answer, "num": number})
        done = writer("upload", repo.id, folder, "--create-pr")
    else:
        spoil(hub, "/commit/", lambda answer: {**answer, "pullRequestUrl": f"{hub.endpoint}/acme/nest/discussions/{number}"})
        done = writer("upload", repo.id, folder, "--create-pr", "--one-commit")
    if way == "commit" and number == "5" or done.returncode == 0:
        return
    check_failure(done)
    assert "which pull request was opened" in done.stderr, done.stderr


@pytest.mark.parametrize("url", ["http://evil.invalid/acme/nest", "{}/acme/other", "{}/datasets/acme/nest", "{}/../etc", EVIL],
                         ids=range(5))
def test_the_address_of_a_new_repository(hub, writer, folder, url):
    """Of another host, repository or type: nothing is sent there."""
    other = hub.add_repo("acme/other")
    other.commit({".gitattributes": RULES})
    head = other.head()
    spoil(hub, "/repos/create", lambda answer: {**answer, "url": url.format(hub.endpoint)})
    done = writer("upload", "acme/nest", folder)
    check_failure(done)
    assert other.head() == head and not hub.uploads.taken


def test_private_changes_nothing_where_the_repository_exists(hub, writer, repo, folder):
    """It is said before files are sent, as what was to be hidden is public."""
    done = writer("upload", repo.id, folder, "--private")
    assert done.returncode == 0 and "--private changes nothing" in done.stderr and not repo.private
    made = writer("upload", repo.id + "-new", folder, "--private")
    assert made.returncode == 0 and "changes nothing" not in made.stderr
    assert hub.find_repo("model", repo.id + "-new").private


def test_a_large_file_is_summed_first(hub, writer, repo, tmp_path):
    """How far that is one sees, as nothing is sent before it is known."""
    with open(tmp_path / "large.bin", "wb") as file:
        file.truncate(400 << 20)
    hub.fault("/objects/batch", status=403)
    done = writer("upload", repo.id, tmp_path / "large.bin", "--progress", "plain", env={"HUG_TIME_SCALE": "0.005"})
    assert done.returncode == 1
    shown = re.findall(r", summing large.bin: [\d.]+ [kM]?B of [\d.]+ MB \((\d+)%\)", done.stderr)
    assert shown and [int(n) for n in shown] == sorted(map(int, shown)), done.stderr


def test_progress_as_json(hub, writer, repo, folder):
    done = writer("upload", repo.id, folder, "--progress", "json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 0 and done.stdout.startswith("http")
    assert lines[-1]["event"] == "end" and lines[-1]["state"] == "done"
    assert lines[-1]["bytes_sent"] == lines[-1]["bytes_total"] == sum(map(len, FILES.values()))
    assert lines[-1]["files_done"] == len(FILES)
    [note] = [line["text"] for line in lines if line["event"] == "note"]
    assert re.fullmatch(rf"committed {len(FILES)} changes: http://\S+/commit/[0-9a-f]{{40}}", note)
