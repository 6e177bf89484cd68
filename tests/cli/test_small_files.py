"""Whatever stands in place of a file that is read: no command waits for it, and where it matters the
message says what it is.

A row names the file, the commands that read it, and whether they need it: then they say what they
found. `unreadable` is another user's; `unending` a link to /dev/zero; `oversized` all holes."""

import os
import signal
import socket
import stat
import time

import pytest

from fixtures import play

TOKEN = "hf_olive_1234567890"
HASH = "d4" + "0" * 62

# Nothing here takes as long.
SECONDS = 5


# -- what may stand there --


def fifo(path):
    os.mkfifo(path)


def sock(path):
    with socket.socket(socket.AF_UNIX) as listening:
        old = os.getcwd()
        os.chdir(path.parent)  # the names of sockets are short
        listening.bind(path.name)
        os.chdir(old)


def device(path):
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))


def folder(path):
    path.mkdir()


def unreadable(path):
    path.write_text("secret")
    path.chmod(0)


def unending(path):
    path.symlink_to("/dev/zero")


def oversized(path):
    with open(path, "wb") as file:
        file.truncate(1 << 40)


KINDS = {
    "FIFO": (fifo, "a FIFO"), "socket": (sock, "a socket"), "device": (device, "a device"),
    "folder": (folder, "a folder"), "unreadable": (unreadable, "Permission denied"),
    "unending": (unending, "a device"), "oversized": (oversized, "larger than"),
}


# -- the files --


def snapshot(run, name):
    (commit,) = os.listdir(run.repo() / "snapshots")
    return run.repo() / "snapshots" / commit / name


def blob(run):
    return snapshot(run, "config.json").resolve()


def listing(run):
    return next((run.repo() / "trees").glob("*.json"))


def beside(run, suffix):
    return run.home / "here/.cache/huggingface/download" / f"config.json{suffix}"


def lock_of_blob(run):
    """The blob itself is gone, so that it is fetched."""
    path = run.cache / ".locks/models--acme--owl" / f"{blob(run).name}.lock"
    blob(run).unlink()
    return path


def partial_of_blob(run):
    path = blob(run)
    path.unlink()
    return path.with_name(path.name + ".hug.incomplete")


def leftover_of_blob(run):
    """Of an official client."""
    path = blob(run)
    path.unlink()
    return path.with_name(path.name + ".incomplete")


def local_lock(run):
    (run.home / "here/config.json").unlink()
    return beside(run, ".lock")


def store(run, name):
    """The shared store of the newest official client, with a payload."""
    prefix = run.cache / "blobs" / HASH[:2]
    prefix.mkdir(parents=True)
    (run.cache / "blobs/.huggingface-shared-blobs").write_bytes(b"1\n")
    (prefix / HASH).write_bytes(b"payload")
    (prefix / (HASH + ".refs")).write_bytes(b"")
    return run.cache / "blobs" / name


def trash(run, name):
    """What a deletion that was killed has left."""
    done = run("cache", "rm", "acme/owl", "-y", env={"HUG_FAULT": "rename:2:kill"})
    assert done.returncode not in (0, 1), done.stderr
    (batch,) = (run.cache / ".locks/.trash").iterdir()
    return batch / name


def logged_in(run):
    (run.home / "stored_tokens").write_text(f"[x]\nhf_token = {TOKEN}\n\n")
    (run.home / "token").write_text(TOKEN)
    run.give(run.home)
    return run.home


class Row:
    """`told`: the commands whose output names what was found; of the others only the end counts."""

    def __init__(self, find, told=(), ends=(), env=None, words=None):
        self.find, self.told, self.ends, self.env = find, told, ends, env
        self.words = words or {}


FILES = {
    "token": Row(lambda run: run.home / "token",
                 ["whoami", "auth token", "logout", "env"],
                 ["download acme/owl --cache-dir NEW", "cat acme/owl/config.json", "auth list", "cache ls"]),
    "stored tokens": Row(lambda run: run.home / "stored_tokens",
                         ["auth list", "auth switch --token-name x", "whoami --as x", "logout"], ["whoami"]),
    "HF_TOKEN_PATH": Row(lambda run: run.home / "mine", ["whoami"], ["cache ls"], {"HF_TOKEN_PATH": "FILE"},
                         {"FIFO": "a FIFO that no program writes to", "device": "larger than", "unending": "larger than"}),
    "ref": Row(lambda run: run.repo() / "refs/main",
               ["download acme/owl --offline", "download acme/owl config.json --offline", "cache prune --dry-run",
                "cache verify acme/owl"],
               ["cache ls", "cache ls --revisions", "cache verify", "download acme/owl", "cache rm acme/owl -y"],
               words={"oversized": None, "folder": None}),
    "listing": Row(listing, [], ["download acme/owl --offline", "download acme/owl", "download acme/owl --include *.json",
                                 "cache ls", "cache verify acme/owl"]),
    "blob": Row(blob, ["cache verify", "cache verify acme/owl", "cache verify acme/owl --offline"],
                ["cache ls", "download acme/owl --offline", "download acme/owl", "cache rm acme/owl -y"],
                words={"oversized": None, "folder": None}),
    "pointer": Row(lambda run: snapshot(run, "config.json"), ["cache verify acme/owl"],
                   ["cache ls", "cache verify", "download acme/owl --offline", "download acme/owl", "cache rm acme/owl -y"],
                   words={"oversized": None, "folder": None}),
    "lock": Row(lock_of_blob, ["download acme/owl"], words={"oversized": None}),
    "partial": Row(partial_of_blob, [], ["download acme/owl --dry-run", "cache ls", "cache prune --dry-run", "download acme/owl"]),
    "leftover": Row(leftover_of_blob, [], ["download acme/owl --dry-run", "cache ls", "cache prune --dry-run",
                                           "download acme/owl"]),
    "tag": Row(lambda run: run.cache / "CACHEDIR.TAG", [], ["cache ls", "download acme/owl"]),
    "metadata": Row(lambda run: beside(run, ".metadata"), [],
                    ["download acme/owl --local-dir HERE --dry-run", "download acme/owl config.json --local-dir HERE --offline",
                     "cache verify acme/owl --local-dir HERE", "download acme/owl --local-dir HERE"]),
    "local file": Row(lambda run: run.home / "here/config.json", ["cache verify acme/owl --local-dir HERE"],
                      ["download acme/owl config.json --local-dir HERE --offline", "download acme/owl --local-dir HERE"],
                      words={"oversized": None, "folder": None}),
    "local lock": Row(local_lock, ["download acme/owl --local-dir HERE --cache-dir NEW"], words={"oversized": None}),
    "local listing": Row(lambda run: next((run.home / "here/.cache/huggingface/trees").glob("*.json")), [],
                         ["download acme/owl --local-dir HERE --offline", "download acme/owl --local-dir HERE"]),
    "store marker": Row(lambda run: store(run, ".huggingface-shared-blobs"), [],
                        ["cache ls", "cache prune --dry-run", "download acme/owl"]),
    "store manifest": Row(lambda run: store(run, f"{HASH[:2]}/{HASH}.refs"), [],
                          ["cache ls", "cache prune --dry-run", "cache rm acme/owl -y"]),
    "trash journal": Row(lambda run: trash(run, "journal"), [], ["cache restore --list", "cache ls", "cache restore"]),
    "trash owner": Row(lambda run: trash(run, "owner"), [], ["cache restore --list", "cache ls", "cache restore"]),
    "checked": Row(lambda run: run.home / ".local/state/hug/checked", [], ["cache verify", "cache ls"]),
    "agents": Row(lambda run: run.home / ".agent_harnesses.json", [], ["hf cache ls", "hf version"]),
    "git": Row(lambda run: logged_in(run) / ".gitconfig", [],
               ["auth switch --token-name x --add-to-git-credential", "huggingface-cli auth list", "logout"]),
    "git's own": Row(lambda run: logged_in(run) / ".git-credentials", [],
                     ["auth switch --token-name x --add-to-git-credential", "logout"],
                     {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": "store"}),
    "names": Row(lambda run: run.home / "names", ["download acme/owl --files-from FILE"],
                 words={"FIFO": "a FIFO that no program writes to", "device": "larger than", "unending": "larger than"}),
    "secrets": Row(lambda run: run.home / "secrets",
                   ["repo create s --type space --sdk static --secrets-file FILE"],
                   words={"FIFO": "a FIFO that no program writes to", "device": "larger than", "unending": "larger than"}),
}
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
    FILES[name] = Row(lambda run: run.home / "authorities", ["whoami", "download acme/owl"], ["cache ls"], {name: "FILE"},
                      {"folder": None, "unreadable": None, "oversized": "too large"})


def put(path, kind):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.exists():
        path.unlink()
    KINDS[kind][0](path)
    if kind == "unreadable":
        os.chown(path, 0, 0)


@pytest.fixture
def filled(other_user, hub, owl):
    """Run as a user who may not read everything."""
    run = other_user
    hub.add_user("olive", TOKEN)
    run.ok("download", "acme/owl")
    run.ok("download", "acme/owl", "--local-dir", run.home / "here")
    return run


def ask(run, line, places, env=None):
    """What a command line says and its code; one of another name begins with that."""
    words = [places.get(word, word) for word in line.split()]
    program = run.program
    if words[0] in ("hf", "huggingface-cli"):
        run.program = run.place / words.pop(0)
        run.program.symlink_to(program)
    done = run(*words, env=env, timeout=SECONDS)
    if run.program != program:
        run.program.unlink()
        run.program = program
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1, 2) and "Traceback" not in said, (line, done.returncode, said)
    return said, done.returncode


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("file", FILES)
def test_no_file_is_waited_for(filled, file, kind):
    row = FILES[file]
    path = row.find(filled)
    words = row.words.get(kind, KINDS[kind][1])
    put(path, kind)
    places = {"FILE": path, "HERE": filled.home / "here", "NEW": filled.home / "new"}
    env = {name: str(places.get(value, value)) for name, value in (row.env or {}).items()}
    for line in [*row.told, *row.ends]:
        # To sum a file takes as long as its size says.
        if kind == "oversized" and file in ("blob", "pointer", "local file") and "verify" in line:
            continue
        said, _ = ask(filled, line, places, env)
        assert line in row.ends or not words or words in said, (line, said)


OTHER_NAMES = {
    "token": ["hf auth whoami", "huggingface-cli whoami", "hf env", "huggingface-cli env"],
    "stored tokens": ["hf auth list", "huggingface-cli auth list"],
    "ref": ["hf cache ls", "huggingface-cli scan-cache", "hf cache verify acme/owl", "hf download acme/owl",
            "huggingface-cli download acme/owl", "huggingface-cli delete-cache --disable-tui"],
    "blob": ["hf cache ls", "huggingface-cli scan-cache", "hf cache verify acme/owl", "hf download acme/owl"],
    "lock": ["hf download acme/owl", "huggingface-cli download acme/owl"],
    "metadata": ["hf download acme/owl --local-dir HERE", "huggingface-cli download acme/owl --local-dir HERE"],
}


@pytest.mark.parametrize("kind", ["FIFO", "socket", "device", "folder", "unreadable", "unending"])
@pytest.mark.parametrize("file", OTHER_NAMES)
def test_under_the_other_names(filled, file, kind):
    path = FILES[file].find(filled)
    put(path, kind)
    for line in OTHER_NAMES[file]:
        ask(filled, line, {"HERE": filled.home / "here"})


# -- on the screen --


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "unreadable"])
def test_preferences(tmp_path, kind):
    """Told of, and what could not be read is not written over."""
    path = tmp_path / "conf/hug/hug.conf"
    put(path, kind)
    before = os.lstat(path)
    (tmp_path / "hub").mkdir()
    out = play(tmp_path / "hub", "wait idle\nkey ,\nkey j\nkey Enter\nexpect undo        60\n"
               "key Esc\nwait idle\n", "settings", env={"XDG_CONFIG_HOME": str(tmp_path / "conf")}, timeout=20)
    assert f"hug.conf is {KINDS[kind][1]}" in out
    after = os.lstat(path)
    assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)


def test_preferences_behind_a_link(tmp_path):
    """Who keeps them elsewhere finds them there."""
    kept = tmp_path / "kept"
    kept.write_text("undo = 60\n")
    path = tmp_path / "conf/hug/hug.conf"
    path.parent.mkdir(parents=True)
    path.symlink_to("../../kept")
    (tmp_path / "hub").mkdir()
    play(tmp_path / "hub", "wait idle\nkey ,\nexpect undo        60\nkey j\nkey Enter\nexpect undo        300\n",
         "settings", env={"XDG_CONFIG_HOME": str(tmp_path / "conf")})
    assert path.is_symlink() and kept.read_text() == "undo = 300\n"


# -- where a pipe is meant --


def test_a_fifo_with_a_writer(hug, owl, tmp_path):
    """Who comes a little later, and takes a while."""
    path = tmp_path / "names"
    os.mkfifo(path)
    process = hug.start("download", "acme/owl", "--files-from", path)
    time.sleep(0.5)
    with open(path, "w") as file:
        file.write("config")
        file.flush()
        time.sleep(2.5)
        file.write(".json\n")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and os.path.isfile(out.strip()), err


def test_a_pipe_without_a_byte_has_an_end(hug, owl):
    read, write = os.pipe()
    os.close(write)
    done = hug("download", "acme/owl", "--files-from", f"/dev/fd/{read}", pass_fds=[read], timeout=SECONDS)
    os.close(read)
    assert done.returncode == 2 and "--files-from contains no file name" in done.stderr


def test_stdin_may_be_a_socket(hug, owl):
    """As under some servers; and it is read on from where it stands."""
    ours, theirs = socket.socketpair()
    ours.sendall(b"config.json\n")
    ours.close()
    done = hug("download", "acme/owl", "--files-from", "-", stdin=theirs)
    assert done.returncode == 0 and os.path.isfile(done.stdout.strip()), done.stderr


def test_stdin_is_read_from_where_it_stands(hug, owl, tmp_path):
    (tmp_path / "names").write_text("passed over\nconfig.json\n")
    with open(tmp_path / "names", "rb", buffering=0) as file:
        file.readline()
        done = hug("download", "acme/owl", "--files-from", "-", stdin=file)
    assert done.returncode == 0 and os.path.isfile(done.stdout.strip()), done.stderr


def test_waiting_for_names_can_be_stopped(hug, owl):
    read, write = os.pipe()
    process = hug.start("download", "acme/owl", "--files-from", f"/dev/fd/{read}", pass_fds=[read])
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=SECONDS)
    os.close(read)
    os.close(write)
    assert process.returncode == -signal.SIGINT


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to make a device")
@pytest.mark.parametrize("name", ["token", "stored_tokens"])
@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("kind", ["device", "fifo", "socket"])
def test_what_is_no_file_is_not_replaced(hug, hub, tmp_path, name, linked, kind):
    """A login writes through a link; where that leads to a device, the device stays one."""
    hub.add_user("me", TOKEN)
    odd = tmp_path / "odd" if linked else hug.home / name
    if kind == "device":
        os.mknod(odd, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    elif kind == "fifo":
        os.mkfifo(odd)
    else:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(odd))
        server.close()
    if linked:
        (hug.home / name).symlink_to(odd)
    done = hug("login", "--token", TOKEN, "--force", timeout=10)
    assert done.returncode == 1, done.stdout + done.stderr
    kinds = (stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK)
    assert stat.S_IFMT(os.lstat(odd).st_mode) in kinds
    if linked:
        hug("logout", timeout=10)
        assert stat.S_IFMT(os.lstat(odd).st_mode) in kinds
