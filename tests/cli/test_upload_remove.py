"""`hug upload --remove-local`: what the Hub has, by its own word, is deleted here, and nothing else."""

import json
import os
import signal
import subprocess
import time

import pexpect
import pytest

from conftest import TOKEN

RULES = b"*.gguf filter=lfs diff=lfs merge=lfs -text\n"
FILES = {"README.md": b"# Owl\n", "a.gguf": b"a" * 4000, "sub/b.gguf": b"b" * 5000, "sub/c.txt": b"c\n"}


@pytest.fixture
def writer(hub, hug):
    hub.add_user("olive", TOKEN, orgs=("acme",), role="write")
    hug.env["HF_TOKEN"] = TOKEN
    return hug


@pytest.fixture
def folder(tmp_path):
    for path, content in FILES.items():
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).write_bytes(content)
    return tmp_path / "out"


@pytest.fixture
def repo(hub):
    repo = hub.add_repo("acme/nest")
    repo.commit({".gitattributes": RULES})
    return repo


def left(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def there(repo):
    return {path: bytes(blob.lfs.data) if blob.lfs else blob.git_data
            for path, blob in repo.find("main").files.items() if path != ".gitattributes"}


def test_what_is_committed_goes(writer, repo, folder):
    done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 0, done.stderr
    assert there(repo) == FILES and left(folder) == set() and folder.is_dir()
    assert "deleted 4 files here, which the Hub has" in done.stderr


def test_one_file(writer, repo, folder):
    done = writer("upload", repo.id, folder / "a.gguf", "--remove-local", "-y")
    assert done.returncode == 0, done.stderr
    assert there(repo) == {"a.gguf": FILES["a.gguf"]} and left(folder) == set(FILES) - {"a.gguf"}


def test_what_was_there_goes_too(writer, repo, folder):
    """As after a run that was killed between its commit and the deletion."""
    assert writer("upload", repo.id, folder).returncode == 0
    head = repo.head()
    assert writer("upload", repo.id, folder, "--remove-local", "-y", "--exclude", "*.txt").returncode == 0
    assert repo.head() == head and left(folder) == {"sub/c.txt"}


def test_it_asks(writer, repo, folder):
    """Off a terminal it says how to answer before; on one it shows the files first."""
    done = writer("upload", repo.id, folder, "--remove-local")
    assert done.returncode == 1 and "-y" in done.stderr.splitlines()[-1], done.stderr
    assert there(repo) == {} and left(folder) == set(FILES)
    for answer, gone in (("n", False), ("y", True)):
        program, *args = writer.command("upload", repo.id, folder, "--remove-local")
        child = pexpect.spawn(program, args, env=writer.env, encoding="utf-8", timeout=30)
        child.expect("here once the Hub has them?")
        assert all(path in child.before for path in FILES)
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == (0 if gone else 1)
        assert left(folder) == (set() if gone else set(FILES))
        assert there(repo) == (FILES if gone else {})


def test_a_dry_run_deletes_nothing(writer, repo, folder):
    assert writer("upload", repo.id, folder, "--remove-local", "--dry-run").returncode == 0
    assert left(folder) == set(FILES) and there(repo) == {}


@pytest.mark.parametrize("args", [["--delete", "*"], ["--create-pr"], ["--every", "1"], ["--watch"], ["--queue"]], ids=lambda a: a[0])
def test_where_it_makes_no_sense(writer, repo, folder, args):
    done = writer("upload", repo.id, folder, "--remove-local", "-y", *args)
    assert done.returncode == 2 and "--remove-local" in done.stderr and left(folder) == set(FILES)


def lie(hub, change):
    """Changes what the Hub says it has."""
    def rewrite(request, answer):
        if "/paths-info/" in request.path:
            change(answer)
    hub.rewrite = rewrite


# What happens before the Hub is asked what it has, which files stay then, and what is said of it.
def replaced(text):
    def change(answer):
        entries = json.loads(answer.body)
        for entry in entries:
            if entry["path"] == "a.gguf":
                text(entry)
        answer.body = json.dumps(entries).encode()
    return change


LIES = {
    "another sum": lambda entry: entry["lfs"].update(oid="0" * 64),
    "another size": lambda entry: (entry.update(size=1), entry["lfs"].update(size=1)),
    "no object": lambda entry: entry.pop("lfs"),
    "another path": lambda entry: entry.update(path="../a.gguf"),
    "a folder": lambda entry: entry.update(type="directory"),
}


@pytest.mark.parametrize("what", LIES)
def test_the_hub_has_something_else(hub, writer, repo, folder, what):
    lie(hub, replaced(LIES[what]))
    done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 1, done.stderr
    assert "not deleted here: 'a.gguf': the Hub " in done.stderr and "1 file was not deleted here; all is uploaded" in done.stderr
    assert left(folder) == {"a.gguf"} and there(repo) == FILES


@pytest.mark.parametrize("effect", [{"status": 500}, {"status": 404}, {"html": True}, {"rst": True}], ids=str)
def test_the_hub_does_not_say(hub, writer, repo, folder, effect):
    hub.fault("/paths-info/", **effect)
    done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 1 and "nothing more is deleted here" in done.stderr, done.stderr
    assert left(folder) == set(FILES) and there(repo) == FILES
    hub.clear_faults()
    assert writer("upload", repo.id, folder, "--remove-local", "-y").returncode == 0 and left(folder) == set()


def before_the_answer(hub, what):
    done = []

    def rewrite(request, answer):
        if "/paths-info/" in request.path and not done:
            done.append(what())
    hub.rewrite = rewrite


def changed(folder):
    (folder / "a.gguf").write_bytes(b"A" * 4000)


def grown(folder):
    with open(folder / "a.gguf", "ab") as file:
        file.write(b"more")


def made_a_link(folder):
    os.rename(folder / "a.gguf", folder.parent / "precious")
    os.symlink(folder.parent / "precious", folder / "a.gguf")


def folder_made_a_link(folder):
    os.rename(folder / "sub", folder.parent / "precious")
    os.symlink(folder.parent / "precious", folder / "sub")


CHANGES = {changed: "a.gguf", grown: "a.gguf", made_a_link: "a.gguf", folder_made_a_link: "sub"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_what_changed_meanwhile_stays(hub, writer, repo, folder, change):
    before_the_answer(hub, lambda: change(folder))
    done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 1 and f"not deleted here: '{CHANGES[change]}" in done.stderr, done.stderr
    assert there(repo) == FILES and (folder / CHANGES[change]).exists()
    if change is folder_made_a_link:
        assert left(folder.parent / "precious") == {"b.gguf", "c.txt"}
    elif change is made_a_link:
        assert (folder.parent / "precious").read_bytes() == FILES["a.gguf"]


def test_a_link_stays_and_what_it_leads_to(writer, repo, folder):
    (folder.parent / "blob").write_bytes(b"a" * 4000)
    os.remove(folder / "a.gguf")
    os.symlink("../blob", folder / "a.gguf")
    done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 1 and "'a.gguf': it is a link" in done.stderr
    assert there(repo) == FILES and left(folder) == {"a.gguf"} and (folder.parent / "blob").stat().st_size == 4000


def test_what_is_open_for_writing_stays(writer, repo, folder):
    with open(folder / "a.gguf", "r+b"):
        done = writer("upload", repo.id, folder, "--remove-local", "-y")
    assert done.returncode == 1 and "'a.gguf': a process has it open for writing" in done.stderr
    assert left(folder) == {"a.gguf"}


@pytest.mark.parametrize("step", ["/commit/", "/paths-info/"])
def test_kill_between_commit_and_deletion(hub, writer, repo, folder, step):
    """Whatever is gone here is there."""
    process = []

    def rewrite(request, answer):
        if step in request.path and process:
            process[0].send_signal(signal.SIGKILL)
            time.sleep(0.05)

    hub.rewrite = rewrite
    process.append(writer.start("upload", repo.id, folder, "--remove-local", "-y", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    process[0].wait(timeout=30)
    hub.rewrite = lambda request, answer: None
    hub.wait_idle()
    assert set(FILES) - left(folder) <= set(there(repo))
    assert writer("upload", repo.id, folder, "--remove-local", "-y").returncode == 0
    assert left(folder) == set() and there(repo) == FILES
