"""Every variable that touches a download, a row each; and set-ups that are broken."""

import json
import os
import stat
import subprocess

import pytest

ME = "hf_abcdefabcdefabcdef"


def env_of(hug, **env):
    """What `hug env` says, with nothing but these set."""
    done = subprocess.run([os.environ["HUG"], "env", "--json"], capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "HOME": "/h", **env})
    assert done.returncode == 0, done.stderr
    assert ME not in done.stdout
    return json.loads(done.stdout)


@pytest.mark.parametrize("env,key,value", [
    ({}, "HF_HOME", "/h/.cache/huggingface"),
    ({}, "HF_HUB_CACHE", "/h/.cache/huggingface/hub"),
    ({}, "Token path ?", "/h/.cache/huggingface/token"),
    ({}, "ENDPOINT", "https://huggingface.co"),
    ({}, "HF_HUB_ETAG_TIMEOUT", "10"),
    ({"HOME": "/other"}, "HF_HOME", "/other/.cache/huggingface"),
    ({"XDG_CACHE_HOME": "/x"}, "HF_HOME", "/x/huggingface"),
    ({"HF_HOME": "~/hf", "XDG_CACHE_HOME": "/x"}, "HF_HOME", "/h/hf"),
    ({"HF_HOME": "$HOME/$HF_TEST/hf", "HF_TEST": "t"}, "HF_HOME", "/h/t/hf"),
    ({"HF_HOME": "/a"}, "HF_HUB_CACHE", "/a/hub"),
    ({"HF_HUB_CACHE": "/c", "HF_HOME": "/a"}, "HF_HUB_CACHE", "/c"),
    ({"HUGGINGFACE_HUB_CACHE": "/l"}, "HF_HUB_CACHE", "/l"),
    ({"HUGGINGFACE_HUB_CACHE": "/l", "HF_HUB_CACHE": "/c"}, "HF_HUB_CACHE", "/c"),
    ({"HF_TOKEN_PATH": "/t/token"}, "Token path ?", "/t/token"),
    ({"HF_TOKEN": ME}, "Token from", "HF_TOKEN"),
    ({"HUGGING_FACE_HUB_TOKEN": ME}, "Token from", "HUGGING_FACE_HUB_TOKEN"),
    ({"HF_TOKEN": ME, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, "Has saved token ?", "False"),
    ({"HF_ENDPOINT": "http://127.0.0.1:9/"}, "ENDPOINT", "http://127.0.0.1:9"),
    ({"HF_ENDPOINT": "http://u:secret@127.0.0.1:9"}, "ENDPOINT", "http://127.0.0.1:9"),
    ({"HUGGINGFACE_CO_STAGING": "1"}, "ENDPOINT", "https://hub-ci.huggingface.co"),
    ({"HF_HUB_ETAG_TIMEOUT": "3"}, "HF_HUB_ETAG_TIMEOUT", "3"),
    ({"HF_HUB_DOWNLOAD_TIMEOUT": "4"}, "HF_HUB_DOWNLOAD_TIMEOUT", "4"),
    *[({name: value}, name, shown) for name in (
        "HF_HUB_OFFLINE", "HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_SYMLINKS",
        "HF_HUB_DISABLE_SYMLINKS_WARNING", "HF_HUB_DISABLE_IMPLICIT_TOKEN",
        "HF_HUB_DISABLE_SHARED_BLOBS", "HF_HUB_DISABLE_XET",
    ) for value, shown in (("YES", "True"), ("on", "True"), ("2", "False"))],
])
def test_variables(hug, env, key, value):
    assert env_of(hug, **env)[key] == value


def asked(hub):
    hub.wait_idle()
    requests = list(hub.requests)
    hub.requests.clear()
    return requests


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline_variables(hug, hub, owl, name):
    path = hug.ok("download", "acme/owl")
    asked(hub)
    assert hug.ok("download", "acme/owl", env={name: "1"}) == path
    hug.fails("download", "acme/other", env={name: "1"})
    assert asked(hub) == []


def test_token_file_is_sent(hug, hub, owl):
    hub.add_user("olive", token=ME)
    (hug.home / "token").write_text(ME + "\n")
    hug.ok("download", "acme/owl", "config.json")
    assert {r.headers.get("authorization") for r in asked(hub)} == {f"Bearer {ME}"}
    hug.ok("download", "acme/owl", "README.md", env={"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"})
    assert {r.headers.get("authorization") for r in asked(hub)} == {None}


def test_progress_variable(hug, hub, owl):
    hub.fault(server="store", rate=400_000)
    done = hug("download", "acme/owl", "--progress", "auto",
               env={"HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    assert done.returncode == 0 and done.stderr == ""


def test_debug_variable(hug, owl):
    done = hug("download", "acme/owl", "config.json", env={"HF_DEBUG": "1"})
    assert "HEAD" in done.stderr


def test_columns_variable(hug, hub):
    hub.add_repo("acme/long").commit({"x" * 100 + ".txt": b"a"})
    narrow = hug("download", "acme/long", "--dry-run", env={"COLUMNS": "50"}).stdout.partition("\n\n")[0]
    wide = hug("download", "acme/long", "--dry-run", env={"COLUMNS": "150"}).stdout.partition("\n\n")[0]
    assert max(map(len, narrow.splitlines()[1:])) == 50 and "..." in narrow
    assert "x" * 100 + ".txt" in wide


@pytest.mark.parametrize("name", ["HF_HUB_VERBOSITY", "HF_HUB_LOCAL_DIR_AUTO_SYMLINK_THRESHOLD",
                                  "HF_HUB_ENABLE_HF_TRANSFER", "HF_XET_HIGH_PERFORMANCE",
                                  "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_UPDATE_CHECK"])
def test_variables_without_effect(hug, owl, name):
    done = hug("download", "acme/owl", "config.json", env={name: "1"})
    assert done.returncode == 0 and "Traceback" not in done.stderr


# -- broken set-ups --


def run(hug, *args, env=None, drop=(), **options):
    full = {k: v for k, v in {**hug.env, **(env or {})}.items() if k not in drop}
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([os.environ["HUG"], *args], env=full, stderr=subprocess.PIPE,
                          text=True, timeout=60, **options)


def test_no_home(hug, owl, tmp_path):
    """The account's own folder is used; here it may not be written to by a test."""
    done = run(hug, "download", "acme/owl", drop=("HOME",), stdout=subprocess.PIPE)
    assert done.returncode == 0
    done = run(hug, "env", drop=("HOME", "HF_HOME"), stdout=subprocess.PIPE)
    assert done.returncode == 0 and ".cache/huggingface" in done.stdout


@pytest.mark.parametrize("home", ["/proc/1/nothing", "/dev/null"])
def test_home_that_takes_nothing(hug, owl, home):
    last = hug.fails("download", "acme/owl", env={"HOME": home, "HF_HOME": home})
    assert "cannot make the folder" in last and home in last


@pytest.mark.parametrize("locale", ["", "C", "xx_XX.nothing"])
def test_any_locale(hug, hub, locale):
    hub.add_repo("acme/names").commit({"ünïcode.txt": b"u"})
    path = hug.ok("download", "acme/names", "ünïcode.txt", env={"LC_ALL": locale})
    assert os.path.exists(path)


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_descriptors(hug, owl, closed):
    def close():
        for fd in closed:
            os.close(fd)

    done = subprocess.run([os.environ["HUG"], "download", "acme/owl"], env=hug.env,
                          preexec_fn=close, timeout=60, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert done.returncode == (1 if 1 in closed else 0)
    assert os.path.getsize(hug.repo() / "refs/main") == 40


def test_full_device_as_stdout(hug, owl):
    with open("/dev/full", "w") as full:
        done = run(hug, "download", "acme/owl", "--json", stdout=full)
    assert done.returncode == 1 and "cannot write the result" in done.stderr


def test_reader_that_left(hug, owl):
    read, write = os.pipe()
    os.close(read)
    done = run(hug, "download", "acme/owl", stdout=write)
    os.close(write)
    assert done.returncode == 1 and "cannot write" not in done.stderr


@pytest.mark.parametrize("args", [["ls", "-R", "acme/many"], ["ls", "-R", "acme/many", "--json"], ["models", "ls", "--limit", "900", "-q"],
                                  ["models", "ls", "--limit", "900", "--json"], ["models", "ls", "acme/many", "-R"]])
def test_head_has_enough(hug, hub, args):
    """Nothing is said, and no page is asked for that nobody reads."""
    hub.page_size = 10
    hub.add_repo("acme/many").commit({f"f{i:05}.txt": b"x" for i in range(600)})
    if args[0] == "models":
        for i in range(600):
            hub.add_repo(f"acme/m{i:03}").commit({"a": b"a"})
    process = subprocess.Popen(hug.command(*args), env=hug.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 1
    assert process.stderr.read() == b""
    hub.wait_idle()
    assert len(hub.requests) < 40, len(hub.requests)


def test_private_umask(hug, owl):
    done = run(hug, "download", "acme/owl", stdout=subprocess.PIPE,
               preexec_fn=lambda: os.umask(0o077))
    assert done.returncode == 0
    (blob, *_) = [p for p in (hug.repo() / "blobs").iterdir()]
    assert stat.S_IMODE(blob.stat().st_mode) == 0o600
    assert stat.S_IMODE(hug.repo().stat().st_mode) == 0o700
    # Locks are for all who share the cache, whatever the umask.
    (lock, *_) = (hug.cache / ".locks/models--acme--owl").iterdir()
    assert stat.S_IMODE(lock.stat().st_mode) == 0o664


def test_cache_through_a_link(hug, owl, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    path = hug.ok("download", "acme/owl", "config.json", "--cache-dir", tmp_path / "link")
    assert open(path, "rb").read() == b'{"model_type": "owl"}'


@pytest.mark.parametrize("length", [200, 3800, 4000, 5000])
def test_long_paths(hug, owl, tmp_path, length):
    deep = str(tmp_path)
    while len(deep) < length:
        deep += "/" + "d" * min(200, max(1, length - len(deep) - 1))
    done = hug("download", "acme/owl", "--cache-dir", deep)
    if length == 200:
        assert done.returncode == 0
    else:
        assert done.returncode in (0, 1)
        assert done.returncode == 0 or "too long" in done.stderr


def test_local_dir_is_a_file(hug, owl, tmp_path):
    (tmp_path / "file").write_text("x")
    last = hug.fails("download", "acme/owl", "--local-dir", tmp_path / "file")
    assert "A file is in the place of a folder" in last
    assert (tmp_path / "file").read_text() == "x"


def test_local_dir_full(hug, owl, tmp_path):
    hug.fails("download", "acme/owl", "--local-dir", tmp_path / "f",
              env={"HUG_FAULT": "write:4+:28"})
    hug.ok("download", "acme/owl", "--local-dir", tmp_path / "f")
    assert (tmp_path / "f/weights.bin").read_bytes() == b"0123456789abcdef" * 20000
