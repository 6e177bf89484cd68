"""hug cp: from the Hub, to the Hub, and from one place there to another."""

import json
import os
import random
import time

import pexpect
import pytest

from conftest import BIG, TOKEN, store_bytes
from hub import Lfs

RULES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"
XET = "ab" * 32
LARGE = random.Random(9).randbytes(200_000)
OLD = random.Random(10).randbytes(150_000)


@pytest.fixture
def writer(hub, hug, tmp_path, monkeypatch):
    """The program with a token that may write to acme, in a folder of its own; TMPDIR is one, too."""
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "work").mkdir()
    hug.env.update(HF_TOKEN=TOKEN, TMPDIR=str(tmp_path / "tmp"))
    hug.work = tmp_path / "work"
    monkeypatch.chdir(hug.work)
    yield hug
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.fixture
def nest(hub):
    """acme/nest: what is copied from."""
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES, "a.txt": b"a\n", "d/b.json": b"{}", "d/e/c.txt": b"c\n", "empty.txt": b"",
                 "d/large.bin": Lfs(LARGE, xet=XET), "old.bin": Lfs(OLD)})
    return repo


@pytest.fixture
def home(hub):
    """acme/home: what is copied to."""
    repo = hub.add_repo("acme/home")
    repo.commit({".gitattributes": RULES, "there/x.txt": b"x"})
    return repo


def tree(repo, revision="main"):
    files = {path: bytes(blob.lfs.data) if blob.lfs else blob.git_data
             for path, blob in repo.find(revision).files.items()}
    files.pop(".gitattributes")
    return files


def here(folder):
    """All that a folder holds; what begins with a dot, too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wait_for(fault):
    end = time.monotonic() + 20
    while not fault.hits and time.monotonic() < end:
        time.sleep(0.01)
    assert fault.hits


# -- from the Hub --


def test_where_a_file_goes(writer, nest):
    os.mkdir("there")
    goes = {(): "b.json", (".",): "./b.json", ("there",): "there/b.json", ("there/x.json",): "there/x.json",
            ("new/deep/",): "new/deep/b.json", (writer.work / "abs.json",): str(writer.work / "abs.json")}
    for to, path in goes.items():
        assert writer.ok("cp", "hf://acme/nest/d/b.json", *to, "-y") == path
    assert here(writer.work) == {os.path.relpath(path): b"{}" for path in goes.values()}
    page = f"{writer.hub.endpoint}/acme/nest/blob/main/d/large.bin"
    done = writer("cp", page, "large", "--json")
    assert json.loads(done.stdout) == {"src": page, "dst": "large"}
    assert here(writer.work)["large"] == LARGE
    assert not writer.cache.exists()


def test_a_file_is_replaced_only_if_that_is_meant(writer, nest):
    with open("a.txt", "w") as file:
        file.write("mine")
    assert writer.fails("cp", "hf://acme/nest/a.txt") == \
        "hug: Replace a.txt? There is no terminal to ask on; add --yes to go ahead"
    assert here(writer.work) == {"a.txt": b"mine"}
    for answer, kept in (("n", b"mine"), ("y", b"a\n")):
        command = writer.command("cp", "hf://acme/nest/a.txt")
        child = pexpect.spawn(command[0], command[1:], env=writer.env, timeout=20, encoding="utf-8")
        child.expect_exact("Replace a.txt? [y/N]: ")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == (answer == "n")
        assert here(writer.work) == {"a.txt": kept}
    os.mkdir("folder")
    os.mkdir("folder/a.txt")
    assert "it is a folder" in writer.fails("cp", "hf://acme/nest/a.txt", "folder")
    assert "is a device, not a file" in writer.fails("cp", "hf://acme/nest/a.txt", "/dev/null", "-y")
    assert writer.fails("cp", "hf://acme/nest/a.txt", "") == "hug: DST is empty"


def test_what_comes_meanwhile_is_not_replaced(writer, nest, hub):
    """Nobody was asked about a file that was not there when the download began; with -y, or under hf, it is replaced."""
    for name, options, kept in (("x.bin", [], True), ("z.bin", ["-y"], False)):
        slow = hub.fault(server="store", latency=0.7)
        process = writer.start("cp", "hf://acme/nest/d/large.bin", name, *options, env={"HUG_TIME_SCALE": "1"})
        wait_for(slow)
        with open(name, "w") as file:
            file.write("mine")
        said = process.communicate()
        hub.clear_faults()
        assert process.returncode == kept, said
        assert (here(writer.work)[name] == b"mine") == kept
        assert not kept or "x.bin was made by somebody else meanwhile, and is left as it is. Run the command again, with -y" in said[1]
    # What was fetched is kept, as it was verified.
    assert len([name for name in os.listdir() if name.startswith(".hug-cp-")]) == 1
    before = store_bytes(hub)
    assert writer.ok("cp", "hf://acme/nest/d/large.bin", "x.bin", "-y") == "x.bin" and store_bytes(hub) == before
    assert [name for name in os.listdir() if name.startswith(".hug-cp-")] == [] and here(writer.work)["x.bin"] != b"mine"


def test_what_a_killed_copy_leaves_is_not_uploaded(writer, nest, hub, big):
    slow = hub.fault(server="store", rate=1_000_000)
    process = writer.start("cp", "hf://acme/big/big.bin", "x.bin")
    wait_for(slow)
    process.kill()
    process.communicate()
    hub.clear_faults()
    assert any(name.startswith(".hug-cp-") for name in os.listdir())
    with open("y.txt", "w") as file:
        file.write("y")
    plan = json.loads(writer.ok("upload", "acme/home", ".", "--dry-run", "--json"))
    assert [file["path"] for file in plan["files"]] == ["y.txt"]


def test_wrong_bytes_get_no_name(writer, nest, hub):
    with open("x.bin", "w") as file:
        file.write("mine")
    hub.fault(server="store", corrupt=100)
    assert "large.bin" in writer.fails("cp", "hf://acme/nest/d/large.bin", "x.bin", "-y")
    assert here(writer.work) == {"x.bin": b"mine"}
    done = writer("cp", "hf://acme/nest/d/large.bin", "-")
    assert done.returncode == 1 and "Do not use these bytes" in done.stderr


def test_killed_it_goes_on(writer, big, hub):
    """Nothing has the name until it is whole; the same command fetches only what is missing."""
    slow = hub.fault(server="store", rate=1_000_000)
    process = writer.start("cp", "hf://acme/big/big.bin", "x.bin")
    wait_for(slow)
    time.sleep(1.2)
    assert not os.path.exists("x.bin")
    process.kill()
    process.communicate()
    before = store_bytes(hub)
    assert before > 400_000 and not os.path.exists("x.bin")
    hub.clear_faults()
    assert writer.ok("cp", "hf://acme/big/big.bin", "x.bin") == "x.bin"
    assert here(writer.work) == {"x.bin": BIG}
    assert store_bytes(hub) - before < len(BIG) - 200_000


def test_standard_output(writer, nest):
    with open("out", "wb") as file:
        process = writer.start("cp", "hf://acme/nest/d/large.bin", "-", stdout=file)
        assert process.wait(30) == 0 and process.stderr.read() == ""
    assert here(writer.work) == {"out": LARGE}
    assert writer("cp", "hf://acme/nest/none", "-").stdout == ""
    command = writer.command("cp", "hf://acme/nest/d/large.bin", "-")
    child = pexpect.spawn(command[0], command[1:], env=writer.env, timeout=20, encoding="utf-8")
    child.expect("this is not text, and stdout is a terminal")
    child.expect(pexpect.EOF)


# -- to the Hub --


def test_where_an_upload_goes(writer, home):
    with open("f.txt", "w") as file:
        file.write("hello")
    for to in ("", "/", "/new/", "/g.txt"):
        url = writer.ok("cp", "f.txt", f"hf://acme/home{to}")
        assert url == f"{writer.hub.endpoint}/acme/home/commit/{home.head()}" or to == "/"
    assert tree(home) == {"there/x.txt": b"x", "f.txt": b"hello", "new/f.txt": b"hello", "g.txt": b"hello"}
    assert home.find("main").title == "Upload g.txt with hug"
    writer.ok("cp", "f.txt", "hf://acme/home/h.txt", "--commit-message", "Words")
    assert home.find("main").title == "Words"
    head = home.head()
    done = writer("cp", "f.txt", "hf://acme/home/h.txt")
    assert done.returncode == 0 and home.head() == head and "nothing to do: 1 unchanged" in done.stderr


def test_standard_input(writer, home, hub):
    hub.multipart_above = hub.part_size = 60_000
    with open("large", "wb") as file:
        file.write(LARGE)
    for path, file, content in (("w.bin", "large", LARGE), ("e.txt", "/dev/null", b"")):
        with open(file, "rb") as stdin:
            process = writer.start("cp", "-", f"hf://acme/home/{path}", "--json", stdin=stdin)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["dst"] == f"hf://models/acme/home/{path}"
        assert tree(home)[path] == content
    assert home.find("main").files["w.bin"].lfs


def test_the_file_without_a_name(writer, home, tmp_path):
    """Also where the system makes none such; a full disk and a folder that is not there say what to do."""

    def upload(**env):
        with open("large", "rb") as stdin:
            return writer("cp", "-", "hf://acme/home/w.bin", env=env, stdin=stdin)

    with open("large", "wb") as file:
        file.write(LARGE)
    done = upload(HUG_FAULT="tmpfile:1:95")
    assert done.returncode == 0 and tree(home)["w.bin"] == LARGE, done.stderr
    done = upload(HUG_FAULT="write:1:28")
    assert done.stderr == "hug: cannot write: No space left on device. Set TMPDIR to a folder with more free space\n"
    done = upload(TMPDIR=str(tmp_path / "none"))
    assert done.returncode == 1 and "none: No such file or directory. Set TMPDIR to another folder" in done.stderr


def test_nothing_is_made_for_it(writer, home, hub):
    with open("f.txt", "w") as file:
        file.write("hello")
    assert "there is no model acme/none" in writer.fails("cp", "f.txt", "hf://acme/none/f.txt")
    assert "has no revision 'dev'" in writer.fails("cp", "f.txt", "hf://acme/home@dev/f.txt")
    assert hub.find_repo("model", "acme/none") is None and list(home.branches) == ["main"]
    home.branch("a/b", home.head())
    writer.ok("cp", "f.txt", "hf://acme/home@a%2Fb/f.txt")
    assert "f.txt" in tree(home, "a/b") and "f.txt" not in tree(home)


def test_what_looks_secret(writer, home):
    with open(".env", "w") as file:
        file.write("KEY=1")
    last = writer.fails("cp", ".env", "hf://acme/home/")
    assert last == "hug: .env seems to be secret. Upload it? There is no terminal to ask on; add --yes to go ahead"
    assert ".env" not in tree(home)
    writer.ok("cp", ".env", "hf://acme/home/", "-y")
    assert tree(home)[".env"] == b"KEY=1"


# -- between --


def bodies(hub, part):
    return [r.body for r in hub.requests if r.method == "POST" and part in r.path]


def test_a_large_file_moves_no_bytes(writer, nest, home, hub):
    url = writer.ok("cp", "hf://acme/nest/d/large.bin", "hf://acme/home/there")
    assert url == f"{hub.endpoint}/acme/home/commit/{home.head()}"
    assert tree(home)["there/large.bin"] == LARGE and home.find("main").title == "Copy files from models/acme/nest"
    writer.ok("cp", "hf://acme/nest/d/large.bin", "hf://acme/nest@main/again.bin")
    assert tree(nest)["again.bin"] == LARGE and nest.find("main").files["again.bin"].lfs.xet == XET
    assert store_bytes(hub) == 0 and hub.uploads.bytes == 0
    assert [json.loads(body)["files"][0]["filename"] for body in bodies(hub, "/lfs-files/duplicate")] == ["d/large.bin"]


def test_folders(writer, nest, home, hub):
    """As cp -r does it: into a folder that is there, as one that is not; "/" means what is in it."""
    files = {"b.json": b"{}", "e/c.txt": b"c\n", "large.bin": LARGE}
    for source, target, below in (("d", "there", "there/d"), ("d/", "there", "there"), ("d", "new", "new"),
                                  ("d", "other/", "other")):
        before = tree(home)
        writer.ok("cp", f"hf://acme/nest/{source}", f"hf://acme/home/{target}")
        assert tree(home) == {**before, **{f"{below}/{path}": content for path, content in files.items()}}
    head = home.head()
    done = writer("cp", "hf://acme/nest/d", "hf://acme/home/new/")
    # It is there by now, so that it goes into it.
    assert done.returncode == 0 and home.head() != head
    head = home.head()
    done = writer("cp", "hf://acme/nest/d/", "hf://acme/home/new/")
    assert done.returncode == 0 and home.head() == head and "nothing to do: 3 unchanged" in done.stderr
    done = writer("cp", "hf://acme/nest/d/", "hf://acme/home/new/", "--json")
    assert json.loads(done.stdout) == {"src": "hf://acme/nest/d/", "dst": "hf://acme/home/new/"}
    songs = hub.add_repo("acme/songs", type="dataset")
    songs.commit({".gitattributes": RULES})
    nest.commit({"old.bin": None}, title="without what only comes through here")
    writer.ok("cp", "hf://acme/nest", "hf://datasets/acme/songs/all")
    assert tree(songs) == {"all/.gitattributes": RULES, **{f"all/{path}": content for path, content in tree(nest).items()}}


def test_many_small_files(writer, nest, home):
    """More than are asked about at once."""
    files = {f"many/{i}.txt": b"%d" % i for i in range(700)}
    nest.commit(files)
    writer.ok("cp", "hf://acme/nest/many", "hf://acme/home/many")
    assert {path: content for path, content in tree(home).items() if path.startswith("many/")} == files


def test_what_the_hub_cannot_copy_comes_through(writer, nest, home, hub):
    writer.ok("cp", "hf://acme/nest/old.bin", "hf://acme/home/there/")
    assert tree(home)["there/old.bin"] == OLD and store_bytes(hub) == len(OLD)
    assert here(writer.work) == {}
    last = writer.fails("cp", "hf://acme/nest/", "hf://acme/home/all")
    assert last.startswith("hug: the Hub cannot copy old.bin: it is not in Xet storage. Copy the folder's files one by one")
    assert "all/a.txt" not in tree(home)
    slow = hub.fault(server="store", method="GET", rate=50_000)
    process = writer.start("cp", "hf://acme/nest/old.bin", "hf://acme/home/once.bin")
    wait_for(slow)
    time.sleep(0.3)
    # Killed in the middle it leaves nothing: the fixture looks into TMPDIR.
    process.kill()
    process.communicate()
    hub.clear_faults()
    assert here(writer.work) == {} and "once.bin" not in tree(home)


def test_refusals(writer, nest, home, hub):
    head = home.head()
    hub.fault(r"/lfs-files/duplicate", times=1, status=207,
              json={"success": False, "failed": [{"sha256": "12ab", "error": "another region\x1b[31m"}]})
    done = writer("cp", "hf://acme/nest/d/large.bin", "hf://acme/home/")
    assert done.returncode == 1 and "12ab: another region" in done.stderr and "\x1b" not in done.stderr
    assert "has no file 'none'" in writer.fails("cp", "hf://acme/nest/none", "hf://acme/home/")
    assert "there is no model acme/none" in writer.fails("cp", "hf://acme/nest/a.txt", "hf://acme/none/")
    hub.fault(r"/resolve/", corrupt=0, times=1)
    assert "what came is not this file" in writer.fails("cp", "hf://acme/nest/a.txt", "hf://acme/home/")
    hub.fault(r"/lfs-files/duplicate", status=200, body=b"<p>Welcome</p>", times=1)
    assert "does not say whether files were copied" in writer.fails("cp", "hf://acme/nest/d/large.bin", "hf://acme/home/")
    hub.fault(r"/paths-info/", status=200, json={"error": "no list"}, times=1)
    assert "does not say which files there are" in writer.fails("cp", "hf://acme/nest/a.txt", "hf://acme/home/x")
    assert home.head() == head
