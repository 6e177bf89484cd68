"""The Repo screen: which files of a repository are to be downloaded, against the test Hub."""

import hashlib
import os
import random
import re
import shlex
import subprocess
import time

import pexpect
import pytest

from fixtures import play, screens
from hub import Lfs
from peers import CLIENTS

EVERY = "HUG_EVERY_STEP" in os.environ
ROUNDS = 100 if EVERY else 2 if "HUG_ONE_LOOK" in os.environ else 8

# As the screens of test_screens are looked at.
LOOKS = [(look, size) for look in ("", "unicode", "linear") for size in ("80x24", "140x40", "60x20", "40x10", "200x60")
         if not look or size == "80x24" or EVERY or os.environ.get("HUG_GOLDEN") == "write"]
if "HUG_ONE_LOOK" in os.environ:
    LOOKS = LOOKS[:1]


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "hub"
    root.mkdir()
    return root


@pytest.fixture
def app(root, hub):
    """Runs a script of the app in front of the test Hub."""
    def run(script, *options, env=None, **more):
        return play(root, "wait idle\nkey 2\n" + script, *options,
                    env={"HF_ENDPOINT": hub.endpoint, "HUG_TIME_SCALE": "0.02", **(env or {})}, **more)
    return run


@pytest.fixture
def shell(root, hub):
    """Runs a command as it was copied, with the same cache."""
    def run(command, *more):
        env = {"PATH": os.path.dirname(os.environ["HUG"]) + ":" + os.environ["PATH"], "HF_ENDPOINT": hub.endpoint,
               "HF_HUB_CACHE": str(root), "HF_HOME": str(root.parent / "home"), "HUG_TIME_SCALE": "0.02", "LC_ALL": "C.UTF-8",
               **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
        done = subprocess.run(["bash", "-c", " ".join([command, *more])], env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (command, done.stderr)
        return done.stdout
    return run


def opened(name):
    return f"key A\ntext {name}\nkey Enter\nwait idle\n"


OPEN = opened("acme/owl")


def typed(key, text):
    return f"key {key}\ntext {text}\nkey Enter\nwait idle\n"


def test_nothing_is_open(app, hub):
    app("expect no repository is open\nkey f\nexpect no repository is open: A opens one\nkey D\nkey Space\nkey m\nkey +\nkey b\nkey s\n"
        "key o\nkey y\nkey a\nkey *\nkey G\nkey Enter\nkey h\nkey v\nkey i\nkey J\nkey Ctrl-R\nkey x\nkey r\nexpect no repository\n"
        "key A\ntext ../x\nkey Enter\nexpect repository: ../x\nkey Esc\nexpect no repository is open\n")
    assert not hub.requests


def test_counts_with_every_key(app, owl):
    out = screens(app(OPEN + "expect 6 files  422.4 kB\ndump list\nkey +\ntext *.json\nexpect 2 of 6 files       23 B\nexpect ticked 2 files  23 B\n"
                      "text  onnx/\nexpect 3 of 6 files   102.4 kB\nkey Esc\nexpect ticked 0 files\n" + typed("+", "*.json onnx/ nix*")
                      + "expect 0 for nix*\n" + typed("-", "onnx/m* 'no such'") + "expect takes out 1 of 3\nexpect 0 for no such\n"
                      "expect ticked 2 files  23 B\nexpect to fetch 2 files  23 B\ndump both\n"
                      "key -\ntext  'a\nexpect a quote is not closed\nexpect ticked 2 files\nkey Enter\nexpect a quote is not closed\nkey Esc\nexpect takes out 1 of 3\n"))
    assert re.search(r"^ \[ \]    > onnx/ .*102.4 kB +- 2 files$", out["list"], re.M)
    assert re.search(r"^ \[-\]    > onnx/", out["both"], re.M) and re.search(r"^ \[x\]      config.json .* config$", out["both"], re.M)


def test_by_hand(app, owl):
    """On top of patterns; a folder is all below it; a range, all, the other way round; and back."""
    out = screens(app(OPEN + typed("+", "*.json") + "key j\nkey Space\nexpect ticked 3 files  102.4 kB\nexpect 2 by hand\n"
                      "key G\nkey v\nkey k\nkey k\nkey v\nkey k\nexpect ticked 5 files\nexpect 5 by hand\ndump marks\n"
                      "key *\nexpect ticked 1 file \nkey a\nexpect ticked 6 files\nkey a\nexpect ticked 0 files\n"
                      "key m\nkey 0\nexpect ticked 2 files\nmissing by hand (m\nkey m\nkey n\nexpect ticked 0 files\nexpect (none: tick by hand\n"))
    assert re.search(r"^ \[x\]\*     weights.bin", out["marks"], re.M) and re.search(r"^>\[ \]      README.md", out["marks"], re.M)


def test_undo(app, owl):
    """Ticks, ranges, patterns and presets, one after the other, and again."""
    app(OPEN + "key z\nexpect nothing to undo\nkey G\nkey Space\nexpect ticked 1 file \n" + typed("+", "*.json")
        + "expect ticked 3 files\nkey m\nkey 1\nexpect ticked 6 files\nkey z\nexpect ticked 3 files\nexpect *.json\nkey z\nexpect ticked 1 file \nexpect (none: tick\n"
        "key z\nexpect ticked 0 files\nkey Z\nkey Z\nexpect ticked 3 files\nkey Z\nexpect ticked 6 files\nkey Z\nexpect nothing to redo\n"
        "key g\nkey v\nkey j\nkey j\nkey v\nkey z\nexpect ticked 6 files\nkey +\ntext  x\nkey Esc\nkey z\nexpect ticked 6 files\nkey z\nexpect ticked 3 files\n")


def test_filter_and_sort(app, owl):
    """They change what is seen, not what is ticked; what is ticked and not seen is said."""
    app(OPEN + typed("+", "*.bin") + "key /\ntext Onnx CONF\nexpect config.json\nmissing weights.bin\nexpect 1 outside the filter\nkey Enter\n"
        "key a\nexpect ticked 2 files\nkey Esc\nexpect weights.bin\nexpect ticked 2 files\nkey s\nkey s\nkey g\nkey j\nkey j\nexpect >[x]      weights.bin\n"
        "key S\nexpect >[x]      weights.bin\nkey s\nkey k\nkey s\nkey c\nkey s\nkey n\nexpect >[x]      weights.bin\nkey h\nexpect >[-]  v /\n"
        "key h\nexpect >[-]  > /\nmissing weights.bin\nkey Enter\nexpect weights.bin\nkey /\ntext none such\nexpect no path has these words\nkey Esc\nexpect weights.bin\n")


def test_what_is_here(app, shell, hub, root, owl):
    """Yes, of another revision, a part, no; and a folder by its files."""
    shell("hug download acme/owl onnx/config.json weights.bin README.md")
    owl.commit({"README.md": b"# another owl\n", "more.txt": b"more"})
    onnx = bytes(range(256)) * 400
    (root / f"models--acme--owl/blobs/{hashlib.sha256(onnx).hexdigest()}.hug.incomplete").write_bytes(onnx[:25600])
    out = screens(app(OPEN + "key j\nkey Enter\nwait idle\nkey a\ndump list\n"))["list"]
    assert re.search(r"config.json +2 B other rev config", out) and re.search(r"model.onnx +102.4 kB +25% onnx", out)
    assert re.search(r"weights.bin +320.0 kB other rev weights", out) and re.search(r"README.md +14 B +- card", out)
    assert "in cache 2 files  320.0 kB, partly 1" in out and "to fetch 5 files  76.8 kB" in out


def test_revisions(app, shell, hub, owl):
    """Ticks stay by path, patterns too; pull requests and conversions are there."""
    first = owl.head()
    owl.commit({"new.json": b"{}"})
    owl.tag("v1", first)
    owl.propose({"pr.txt": b"x"})
    out = screens(app(OPEN + typed("+", "*.json") + "key G\nkey Space\nexpect ticked 4 files\nkey b\nwait idle\ndump menu\ntext v1\nkey Enter\nwait idle\n"
                      f"expect v1 @ {first[:8]}\nexpect ticked 3 files\nexpect 1 by hand\nmissing new.json\n"
                      "key b\nwait idle\ntext main\nkey Enter\nwait idle\nexpect new.json\nexpect ticked 4 files\nexpect 1 by hand\n"))["menu"]
    for word in ("BRANCHES", "TAGS", "PULL REQUESTS", "refs/pr/1", "shown"):
        assert word in out
    assert re.search(r"HISTORY.*\n.*Commit 2 +shown", out) and not re.search("in cache  [0-9a-f]{8}", out)
    shell(f"hug download acme/owl config.json --revision {first}")
    out = app(OPEN + "key b\nwait idle\nexpect in cache  " + first[:8] + "\nkey Down\nkey Down\nkey Down\nkey Down\nkey Down\nkey Enter\nwait idle\n"
              f"expect model  {first[:8]}\nexpect yes\nkey 4\nkey Ctrl-R\nwait idle\nkey b\nwait idle\nexpect BRANCHES\nexpect HISTORY\n")


def test_one_listing(app, hub, owl):
    """Nothing is asked while keys are held, patterns typed, rows opened: only the root, so that it is seen at once, and all files."""
    app(OPEN + "key j\n" * 40 + "key k\n" * 40 + typed("+", "*.json *.bin") + typed("/", "o") + "key Esc\nkey j\nkey Enter\nkey i\nkey i\nkey a\n")
    tree = f"/api/models/acme/owl/tree/{owl.head()}"
    assert [request.path.replace("?expand=", "&expand=") for request in hub.requests][1:] == [
        f"{tree}?recursive={recursive}&expand=false" for recursive in ("false", "true")]


@pytest.mark.parametrize("page", [2, 1000])
def test_root_first(app, hub, page):
    """What lies in the root is seen while the rest is listed, and is there once; where there are no folders that was all."""
    hub.page_size = page
    files = {**{f"a/{n}.txt": b"x" for n in range(5)}, "root.bin": b"r" * 10, "root.txt": b"r", "z.json": b"{}", "zz.json": b"{}"}
    hub.add_repo("acme/deep").commit(files)
    hub.add_repo("acme/flat").commit({"one.txt": b"1", "two.txt": b"2"})
    hub.fault(path="recursive=true", latency=1.5, times=1)
    app("size 80x24\n" + opened("acme/deep").replace("wait idle\n", "wait 600\n") + ("missing a/\nexpect root.txt\n" if page > 2 else "")
        + "missing 9 files\nwait idle\nexpect a/\nexpect 9 files\nexpect 20 B\nexpect zz.json\n", env={"HUG_TIME_SCALE": "1"})
    hub.requests.clear()
    app(opened("acme/flat") + "expect 2 files\nexpect one.txt\nkey Ctrl-R\nwait idle\nexpect 2 files\n")
    assert not [request for request in hub.requests if "recursive=true" in request.path]


def copied(text):
    return text.split("-- copied\n")[1].splitlines()[0]


def files_below(folder):
    return {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}


def test_plan_and_fetch(app, shell, hub, root, owl):
    """What the plan says is what the command does; the transfer is of the listed commit, and main is that then."""
    listed = owl.head()
    out = app(OPEN + typed("+", "*.json") + "key D\nwait idle\nexpect what would be downloaded\nexpect 2 files\nexpect to download: 2 files\n"
              f"expect {listed} --include '*.json'\nmissing Start\nkey c\ncopied\n"
              "key f\nwait idle\nexpect Start (y)\nexpect to  the hub cache\ndump plan\nkey y\nkey 3\nuntil done: acme/owl\n"
              "key 2\nkey Ctrl-R\nwait idle\nexpect yes\nkey f\nwait idle\nexpect nothing to download: all of it is here\nkey n\n")
    assert (root / "models--acme--owl/refs/main").read_text() == listed
    assert files_below(root / "models--acme--owl/snapshots" / listed) == {"config.json", "onnx/config.json"}
    assert "Will download 0 files (out of 2)" in shell(copied(out), "--dry-run")


def test_moved_branch(app, hub, root, owl):
    """The plan pins what was listed, and says that there is something newer; fetched is what was shown."""
    listed = owl.head()
    # The branch moves when the plan's own question comes: the first was the listing's.
    late = hub.fault(path="revision/main", after=1, json={"sha": "f" * 40, "id": "acme/owl"}, status=200)
    app(OPEN + "key j\nkey j\nkey f\nwait idle\nexpect main is ffffffff by now: Ctrl-R lists that\nkey y\nkey 3\nuntil done: acme/owl\n")
    assert late.hits and files_below(root / "models--acme--owl/snapshots") == {f"{listed}/README.md"}


def test_why_it_takes_its_time(app, hub, owl):
    hub.fault(path="tree", times=1, status=429, headers={"Retry-After": "60"})
    app(OPEN.replace("wait idle", "until the Hub answered 429; trying again in") + "wait idle\nexpect 6 files\n")


def test_into_a_folder(app, hub, root, owl):
    folder = root.parent / "elsewhere"
    app(OPEN + f"key j\nkey j\nkey f\nwait idle\nkey o\nexpect into the folder:\ntext {folder}\nkey Enter\nwait idle\nexpect to  {folder}\n"
        "expect --local-dir\nkey y\nkey 3\nuntil done: acme/owl\nkey 2\nkey f\nwait idle\nexpect to  the hub cache\nkey n\n")
    assert (folder / "README.md").read_bytes() == b"# owl\n" and not (root / "models--acme--owl/snapshots").exists()


NAMES = ["a", "b c", "model", "[x]", "*", "q'q", 'd"q', "-n", "tokenizer", "0001-of-0002", "\u00e9", "x;y", "$(z)"]
ENDS = [".json", ".bin", ".safetensors", "", ".txt"]


def random_repo(dice, repo):
    files = {}
    for _ in range(dice.randrange(1, 25)):
        path = "/".join([dice.choice(NAMES) for _ in range(dice.randrange(2))] + [dice.choice(NAMES) + dice.choice(ENDS)])
        if not any(path.startswith(other + "/") or other.startswith(path + "/") for other in files):
            files[path] = dice.choice([os.urandom(dice.randrange(50)), Lfs(os.urandom(dice.randrange(1, 3000)))])
    repo.commit(files)
    return files


def random_keys(dice):
    script = ""
    for _ in range(dice.randrange(5)):
        script += dice.choice([typed("+", dice.choice(["*", "*.json *b*", "'b c*'", "[!a]* x*", "model/ *.bin", "*.txt"])),
                               typed("-", dice.choice(["*.bin", "a*", "model/", "[[]*", "*e"])),
                               "key G\n" + "key k\n" * dice.randrange(8) + "key Space\n", "key j\nkey Enter\nkey Space\n", "key *\n", "key a\n",
                               "key v\nkey j\nkey j\nkey v\n"])
    return script


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_plan_is_the_dry_run_of_its_command(app, shell, hub, root, seed):
    """Of a random repository, patterns and ticks; and the command fetches exactly that."""
    dice = random.Random(seed)
    repo = hub.add_repo("acme/dice")
    files = random_repo(dice, repo)
    for path in dice.sample(sorted(files), k=min(2, len(files))):
        if "'" not in path and path[0] != "-":
            shell(f"hug download acme/dice --include '{path.replace('[', '[[]').replace('*', '[*]')}' >/dev/null || true")
    out = app(opened("acme/dice") + random_keys(dice) + "wait idle\ndump list\nkey D\nwait idle\nsize 200x60\ndump plan\nkey c\nwait idle\ncopied\n")
    plan = screens(out)["plan"]
    if "nothing is ticked" in plan:
        assert re.search(r"ticked 0 files", screens(out)["list"])
        return
    wanted = int(re.search(r"\| (\d+) files? ", plan)[1])
    missing = int(m[1]) if (m := re.search(r"to download: (\d+)", plan)) else 0
    ticked = re.search(r"ticked (\d+) file", screens(out)["list"])[1]
    assert ticked in (str(wanted), "0")
    assert f"Will download {missing} files (out of {wanted})" in shell(copied(out), "--dry-run")
    shell(copied(out), "--local-dir", str(root.parent / "got"))
    got = {path for path in files_below(root.parent / "got") if not path.startswith(".cache/")}
    assert len(got) == wanted and all((root.parent / "got" / path).exists() for path in got)


def as_official(command, version):
    """What `hug download` gets in this command, as arguments of the official client's own."""
    pipe, _, rest = command.rpartition(" | ")
    words = shlex.split(rest)[2:]
    names, options = shlex.split(pipe)[2:], {}
    repo, option, *words = words[0].partition("/")[2], "names", *words[1:]
    for word in words:
        if word in ("--include", "--exclude", "--revision", "--files-from", "--"):
            option = word
        elif option == "names" or option == "--":
            names.append(word)
        else:
            options.setdefault(option, []).append(word)
            # A name may follow the value of an option; patterns go on to the next option.
            option = "names" if option in ("--revision", "--files-from") else option
    # Several names are patterns there, one is a name.
    if len(names) > 1:
        names = [re.sub(r"[\[*?]", r"[\g<0>]", name) for name in names]
    args = ["download", "--revision", *options["--revision"]]
    if names:
        return [*args, "--", repo, *names]
    args.append(repo)
    for option in ("--include", "--exclude"):
        values = options.get(option, [])
        args += [option, *values] * bool(values) if version == "0.36.2" else [word for value in values for word in (option, value)]
    return args


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_official_clients_fetch_what_the_command_fetches(app, shell, hub, root, seed):
    """Of a random repository: every other time of patterns alone, which stay patterns in the command."""
    dice = random.Random(1000 + seed)
    random_repo(dice, hub.add_repo("acme/dice"))
    keys = random_keys(dice) if seed % 2 else typed("+", dice.choice(["*", "*.json *b*", "[!a]* x*", "model/ *.bin tokenizer/", "'*[[]x*' *n*"])) \
        + typed("-", dice.choice(["*.bin", "a*", "model/ b*/", "[[]*", "*e", "*.txt '* *'"]))
    out = app(opened("acme/dice") + keys + "key D\nwait idle\nsize 200x60\ndump plan\nkey c\nwait idle\ncopied\n")
    if "nothing is ticked" in screens(out)["plan"]:
        return
    command = copied(out)
    shell(command)
    snapshots = "models--acme--dice/snapshots"
    ours = files_below(root / snapshots)
    assert ours
    for version in CLIENTS:
        if CLIENTS[version] not in os.environ:
            pytest.skip(f"{CLIENTS[version]} names no official client")
        home = root.parent / version
        done = subprocess.run([os.path.join(os.path.dirname(os.environ[CLIENTS[version]]), "hf" if version == "2.4.0" else "huggingface-cli"),
                               *as_official(command, version)],
                              env={"PATH": os.environ["PATH"], "HOME": str(home), "HF_HOME": str(home), "HF_ENDPOINT": hub.endpoint, "LC_ALL": "C.UTF-8",
                                   "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1", "HF_HUB_DISABLE_XET": "1"},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, (command, as_official(command, version), done.stderr)
        assert files_below(home / "hub" / snapshots) == ours, command


def on_terminal(hug, command):
    env = {**hug.env, "TERM": "xterm-256color", "PATH": os.path.dirname(os.environ["HUG"]) + ":" + hug.env["PATH"]}
    return pexpect.spawn("sh", ["-c", command], env=env, dimensions=(24, 80), timeout=20)


def test_pick_in_front_of_a_pipe(hug, hub, owl, tmp_path):
    """The screen is on the terminal, the path in the pipe; what was picked is what comes, of the commit that was listed."""
    listed = owl.head()
    app = on_terminal(hug, f"hug download acme/owl --pick --include '*.json' </dev/null 2>{tmp_path}/err | cat >{tmp_path}/out")
    app.expect("choose what to download")
    app.expect("ticked 2 files")
    owl.commit({"config.json": b"later"})
    app.send("-")
    time.sleep(0.2)
    app.send("onnx/\r")
    app.expect("1 file  21 B")
    app.send("f")
    app.expect(r"Download \(y\)")
    time.sleep(0.5)
    app.send("y")
    app.expect(pexpect.EOF)
    app.close()
    folder = (tmp_path / "out").read_text().strip()
    assert folder.endswith(f"snapshots/{listed}") and files_below(folder) == {"config.json"}, (tmp_path / "err").read_text()
    assert (hug.cache / "models--acme--owl/refs/main").read_text() == listed


@pytest.mark.parametrize("keys", ["q", "\x03"])
def test_pick_nothing(hug, hub, owl, tmp_path, keys):
    app = on_terminal(hug, f"hug download acme/owl --pick >{tmp_path}/out 2>{tmp_path}/err; echo code $?")
    app.expect("6 files")
    app.send(keys)
    app.expect("code 1")
    app.close()
    assert (tmp_path / "out").read_text() == "" and "no file was picked" in (tmp_path / "err").read_text()
    assert not hug.cache.exists()


def test_pick_without_a_terminal(hug, owl):
    """It says so, and asks nothing; nor can it go with what names files itself."""
    for more, says in ((), "files can only be picked on a terminal"), (("README.md",), "names of files"), (("--queue",), "--queue"), \
            (("--token", "hf_x"), "hug login"), (("--files-from", "-"), "names of files"):
        done = hug("download", "acme/owl", "--pick", *more, start_new_session=True)
        assert done.returncode == 2 and says in done.stderr and done.stdout == ""
    done = hug("download", "acme/owl:Q4_K_M", "--pick", start_new_session=True)
    assert done.returncode == 2 and "m chooses a quantisation" in done.stderr and done.stdout == ""


def test_states(app, hub, root, shell, owl):
    """Why there is no list, and what to do; what was kept serves without the Hub."""
    app(opened("acme/none") + "expect r  try again\nexpect acme/none\nkey f\nexpect no file is listed\nkey r\nwait idle\n" + OPEN + "expect 6 files\n")
    hub.add_repo("acme/terms", gated="auto").commit({"README.md": b"# t", "w.bin": b"w"})
    app(opened("acme/terms") + "expect 2 files\nkey a\nkey f\nwait idle\nexpect access to model acme/terms is restricted\nexpect ask for access there\nmissing Start\n")
    shell("hug download acme/owl")
    out = app(OPEN + "expect no network: as it was last listed\nexpect 6 files  422.4 kB\nexpect yes\nkey j\nkey f\nwait idle\ndump plan\n",
              env={"HF_HUB_OFFLINE": "1"})
    assert "6 files" in screens(out)["plan"] or "offline" in screens(out)["plan"]


def test_gated_before_the_plan(app, hub, root):
    """As the Hub's information says it, and as a file that was read or refused shows; nothing is asked for it."""
    files = {"README.md": b"# t", "w.bin": b"w"}
    hub.add_repo("acme/terms", gated="auto").commit(files)
    app(opened("acme/terms") + "expect gated: ask for access on its page\nexpect 2 files\nsize 60x20\nexpect gated  2 files\nmissing ask for access\n")
    assert [request.path.split("?")[0].split("/")[5] for request in hub.requests] == ["revision", "tree"]
    for user, says in (("member", "expect gated  2 files\nkey i\nkey j\nwait 300\nwait idle\nmissing gated  2 files\nmissing ask for access\n"),
                       ("stranger", "expect gated  2 files\nmissing ask for access\nkey a\nkey f\nwait idle\nkey n\nexpect gated: ask for access on its page\n")):
        hub.add_user(user, "hf_" + user, access={"acme/terms"} if user == "member" else ())
        app(opened("acme/terms") + says, env={"HF_TOKEN": "hf_" + user})
    hub.add_repo("acme/free").commit(files)
    app(opened("acme/terms") + opened("acme/free") + "missing gated\n")


def test_nothing_is_there_yet(app, hub):
    """A repository without a commit, and one without files; a revision that is missing is another matter."""
    hub.add_repo("acme/new")
    bare = hub.add_repo("acme/bare")
    bare.commit({"a": b""})
    bare.commit({"a": None})
    for name in ("acme/new", "acme/bare"):
        app(opened(name) + "expect This repository has no files yet.\nkey f\nexpect no file is listed\n")
    bare.commit({"a": b""})
    app(opened("acme/bare@v9") + "expect has no revision 'v9'\nmissing no files yet\n")
    hub.add_repo("acme/side").commit({"a": b""}, branch="dev")
    app(opened("acme/side") + "expect has no revision 'main'\n")


def test_a_private_repository(app, hub):
    """Nobody is told that it exists; what one can do is said, as the command line does."""
    hub.add_repo("acme/secret", private=True).commit({"a": b""})
    app(opened("acme/secret") + "expect there is no model acme/secret\nexpect is private, log in, then try again with r\n")
    hub.add_user("stranger", "hf_stranger")
    app(opened("acme/secret") + "expect may lack the permission\n", env={"HF_TOKEN": "hf_stranger"})


def test_stop_and_slow(app, hub, owl):
    """While it lists, what came is there; x stops it, Ctrl-R lists anew, and another repository can be opened meanwhile."""
    hub.page_size = 1000
    many = hub.add_repo("acme/many")
    many.commit({f"f{i:04}.bin": b"" for i in range(2500)})
    hub.fault(path="tree", after=1, latency=1.2, times=4)
    app(opened("acme/many").replace("wait idle", "until 1000+ files") + "expect listing...\nkey +\ntext *1.bin\nuntil ticked 100 files\nkey Enter\n"
        "key x\nuntil listing stopped\nexpect 1000+ files\nkey Ctrl-R\nuntil 1000+ files\n" + OPEN + "wait idle\nexpect 6 files  422.4 kB\nmissing f0001\n",
        env={"HUG_TIME_SCALE": "1"})
    out = screens(app(opened("acme/many") + "until 2500 files\nexpect (none\nkey a\nexpect ticked 2500 files\nkey G\ndump end\n"))["end"]
    assert "f2499.bin" in out and "row 2501 of 2501" in out


def test_names_from_outside(app, hub):
    """Escape bytes stay text; a name that cannot be a file here is shown, never ticked, and the rest is fetched."""
    repo = hub.add_repo("acme/evil")
    repo.commit({"ok.txt": b"ok", "a\x1b[31mb\u202ec.txt": b"x", "folder/..\\..\\x": b"y", ".git/config": b"z", "new\nline": b"n"})
    out = app(opened("acme/evil") + "key a\ndump list\nkey i\nkey j\nkey D\nwait idle\ndump plan\nkey c\ncopied\nkey 7\ndump log\n")
    assert "\x1b" not in out and "\u202e" not in out
    assert re.search(r"^ +! +.*\.git/", screens(out)["list"], re.M) or " ! " in screens(out)["list"] or "[x]    > .git/" not in screens(out)["list"]
    assert re.search(r"ticked [23] files", screens(out)["list"])


def test_presets(app, hub):
    files = {"config.json": b"{}", "README.md": b"", "model.safetensors": Lfs(b"a" * 90), "model.fp16.safetensors": Lfs(b"b" * 50),
             "pytorch_model.bin": Lfs(b"c" * 90), "onnx/model.onnx": Lfs(b"d" * 80), "tokenizer.json": b"{}"}
    hub.add_repo("acme/zoo").commit(files)
    app(opened("acme/zoo") + "key m\nexpect safetensors only\nmissing quantisation\nkey 2\nexpect *.bin *.onnx onnx/\nexpect ticked 4 files\nmissing 0 for\n"
        "key m\nkey 4\nexpect *.fp16.*\nexpect ticked 3 files\nkey m\nkey 5\nexpect ticked 2 files\nkey m\nkey 1\nexpect ticked 7 files\nkey m\nkey n\nexpect ticked 0 files\n")
    gguf = {f"owl-{kind}.gguf": Lfs(kind.encode() * size) for kind, size in (("Q2_K", 20), ("Q4_K_M", 40), ("IQ4_XS", 35), ("Q8_0", 80))}
    gguf |= {f"big/owl-BF16-0000{i}-of-00002.gguf": Lfs(b"%d" % i * 100) for i in (1, 2)}
    hub.add_repo("acme/quants").commit({**gguf, "mmproj-F16.gguf": Lfs(b"m" * 9), "imatrix.dat": b"i", "README.md": b""})
    out = screens(app("size 100x30\n" + opened("acme/quants") + "key m\nkey 3\ndump choice\nkey Down\nkey Down\nkey Down\nkey Enter\nwait idle\ndump chosen\n"))
    assert re.search(r"BF16 .* 2 parts", out["choice"]) and "calibration, left out" in out["choice"]
    assert "+ include  owl-Q4_K_M.gguf mmproj-F16.gguf" in out["chosen"] and "ticked 2 files" in out["chosen"]
    # Several at once, in the order of the list, and what goes with them once; in other ways, too.
    out = screens(app("size 100x30\n" + opened("acme/quants") + "key m\nkey 3\nkey Space\nkey Down\nkey Space\nkey Space\nkey Up\nkey Space\nkey Up\nkey Up\nkey Space\nkey Down\nkey Space\n"
                      "dump ticked\nkey Enter\nwait idle\ndump chosen\nkey m\nkey 3\nkey Space\nkey Esc\nexpect ticked 3 files\nkey z\nexpect ticked 0 files\n"))
    assert len(re.findall(r"\[x\] (Q2_K|Q8_0) ", out["ticked"])) == 2 == out["ticked"].count("[x]"), out["ticked"]
    assert "+ include  owl-Q2_K.gguf owl-Q8_0.gguf mmproj-F16.gguf" in out["chosen"] and "ticked 3 files" in out["chosen"]
    hub.add_repo("acme/songs", type="dataset").commit({"data/train-0.parquet": b"1", "data/test-0.parquet": b"2", "README.md": b""})
    app(opened("dataset/acme/songs") + "key m\nexpect the split 'train' only\nmissing 'dev'\nkey Esc\n")


def test_a_pasted_address_is_offered(app, hub, owl):
    """On every screen; other text goes into the field that is there for text."""
    app(f"key 4\npaste {hub.endpoint}/acme/owl/tree/main\nexpect open this repository?\nkey n\nmissing acme/owl\npaste  hf://models/acme/owl \nkey y\nwait idle\n"
        f"expect acme/owl  model  main\nkey 7\npaste hf://nothing\nmissing open this\nkey Esc\nkey 2\npaste {hub.endpoint}/acme/none\nkey y\nwait idle\nexpect there is no model\n")


def test_an_exclude_alone_means_all_the_rest(app, shell, owl):
    """As on the command line."""
    out = app(OPEN + typed("-", "onnx/ *.bin") + "expect (all but what is excluded)\nexpect takes out 3 of 6\nexpect ticked 3 files\nkey D\nwait idle\nexpect 3 files\n"
              "key c\ncopied\nkey -\nkey Ctrl-U\nkey Enter\n")
    assert "Will download 3 files (out of 3)" in shell(copied(out), "--dry-run")


def test_what_is_typed_stays_with_its_repository(app, hub, root, owl):
    """Patterns and the folder of one download do not go along to the next."""
    hub.add_repo("acme/other").commit({"x.json": b"{}", "y.bin": b""})
    app(OPEN + typed("+", "*.json") + f"key f\nwait idle\nkey o\ntext {root.parent}/one\nkey Enter\nwait idle\nexpect /one\nkey n\nkey f\nwait idle\nexpect to  the hub cache\n"
        f"key o\ntext {root.parent}/two\nkey Enter\nwait idle\nkey n\n" + opened("acme/other") + "expect (none: tick\nexpect ticked 0 files\nkey f\nwait idle\n"
        "expect download this row?\nexpect to  the hub cache\nkey n\nkey a\nkey a\nkey f\nexpect nothing is ticked\n" + typed("+", "y*")
        + "key +\ntext  nope\nkey Enter\nexpect no path matches nope: patterns are of whole paths\n")


@pytest.mark.parametrize("name", ["-rf", "--queue", "e\x1b[31mc", "z\u200bw", "r\u202el", "new\nline", "q'$(x)`", "*", "[a]", "caf\u00e9", "\U0001f469\u200d\U0001f4bb", "-n\n"])
def test_the_command_of_an_odd_name_is_exact(app, shell, hub, root, name):
    """What was copied downloads that file alone, and holds no control character."""
    hub.add_repo("acme/odd").commit({name: b"this", "zzz": b"o"})
    row = "key j\n" if name < "zzz" else "key j\nkey j\n"
    command = copied(app(opened("acme/odd") + row + "key f\nwait idle\nkey c\ncopied\n"))
    assert all(" " <= c < "\x7f" or c.isprintable() for c in command), command
    shell(command, "") if "--files-from" in command else shell(command.replace(" -- ", " --local-dir " + str(root.parent / "got") + " -- ") if " -- " in command
                                                             else command + " --local-dir " + str(root.parent / "got"))
    snapshots = root / "models--acme--odd/snapshots"
    folder = root.parent / "got" if (root.parent / "got").exists() else next(snapshots.iterdir())
    assert {path for path in files_below(folder) if not path.startswith(".cache/")} == {name}


def test_patterns_are_kept(app, hub, root, owl):
    """Those of the last fetch, of each repository; and sets with names, which all have. A file that makes no sense is none."""
    kept = root.parent / "state/hug/patterns"
    kept.parent.mkdir(parents=True)
    kept.write_text('nonsense\n{"set": 7}\n[]\n{"set": "old", "include": "*.bin", "exclude": ""}\n')
    app(OPEN + typed("+", "*.json 'a b'") + typed("-", "onnx/") + "key f\nwait idle\nkey p\nkey m\nkey 9\ntext small \"ones\"\nkey Enter\nexpect saved as small\n")
    hub.add_repo("acme/other").commit({"x.json": b"{}"})
    out = screens(app(opened("acme/other") + "key m\nmissing as last time\nexpect small \"ones\"\nkey Esc\n" + OPEN + "key m\nkey 8\nexpect *.json 'a b'\n"
                      "expect takes out 1 of 2\nkey m\nkey n\nkey m\ndump menu\n"))
    assert re.search(r"old +\*.bin", out["menu"]) and len(kept.read_text().splitlines()) == 3


def test_what_one_should_know_stands_in_the_plan(app, hub):
    """Of the whole repository, though only a part is wanted; without another listing."""
    repo = hub.add_repo("acme/risky")
    repo.commit({"config.json": b'{"auto_map": {"AutoModel": "modeling.Owl"}}', "modeling.py": b"", "pytorch_model.bin": Lfs(b"p" * 99),
                 "big/model.safetensors.index.json": b'{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}',
                 "big/model-00001-of-00002.safetensors": Lfs(b"s" * 50)})
    out = screens(app("size 120x50\n" + opened("acme/risky") + "key a\nkey f\nwait idle\ndump all\nkey n\nkey a\nkey /\ntext modeling\nkey Enter\nkey G\n"
                      "key f\nwait idle\ndump one\n"))
    for word in ("no licence is stated", "modeling.py", "pickle", "model-00002-of-00002.safetensors"):
        assert word in out["all"].partition("download these files?")[2], out["all"]
    assert "model-00002" not in out["one"].partition("download these files?")[2]
    assert sum("recursive=true" in request.path for request in hub.requests) == 1


def test_from_the_cache(app, shell, hub, owl):
    """F there opens the row's repository, of the row's revision."""
    shell("hug download acme/owl config.json")
    app("key 4\nkey Ctrl-R\nwait idle\nkey F\nwait idle\nexpect acme/owl  model  main @\nexpect 6 files\nexpect yes\n")


@pytest.mark.parametrize("look, size", LOOKS)
def test_golden(app, shell, hub, look, size):
    from test_screens import golden

    fjord = hub.add_repo("northlab/fjord")
    fjord.commit({"config.json": b"{}" * 300, "README.md": b"# fjord", "tokenizer.json": b"t" * 7000, "original/consolidated.pth": Lfs(b"p" * 9000),
                  "onnx/model.onnx": Lfs(b"o" * 5000), **{f"model-0000{i}-of-00004.safetensors": Lfs(b"%d" % i * 3000) for i in range(1, 5)}})
    shell("hug download northlab/fjord config.json model-00001-of-00004.safetensors")
    rest = "wait 300\nwait idle\n"
    states = {"none": "", "list": opened("northlab/fjord"), "ticks": "key +\ntext *.json *.safetensors\nkey Enter\nkey -\ntext onnx/ nix\nkey Enter\n"
              "key j\nkey Enter\nkey j\nkey Space\n" + rest, "info": "key i\n" + rest,
              "filter": "key i\nkey /\ntext mod\nkey Enter\n" + rest,
              "plan": "key Esc\nkey D\nwait idle\n", "presets": "key n\nkey m\n", "sort": "key Esc\nkey s\n", "copy": "key Esc\nkey y\n",
              "revisions": "key Esc\nkey b\nwait idle\n", "typing": "key Esc\nkey +\ntext  'un\n", "help": "key Esc\nkey ?\n"}
    out = app(f"size {size}\n" + "".join(f"{keys}clock +9\ndump {name}\n" for name, keys in states.items()), *[look] * bool(look))
    columns, lines = map(int, size.split("x"))
    text = ""
    for name, grid in screens(out).items():
        assert len(grid.splitlines()) == lines and max(map(len, grid.splitlines())) <= columns
        assert look != "linear" or not re.search("---|[|#]", grid), grid
        grid = re.sub(r"(free on the disk) +[0-9.]+ [kMGT]?B", r"\1 N", grid)
        text += f"== {name}\n{grid}\n"
    golden(f"repo-{look or 'plain'}-{size}", text)


@pytest.mark.parametrize("seed", range(5 if EVERY else 2))
def test_monkey(app, hub, owl, seed):
    """Sums equal a recount after every key, and rows those of the tree; nothing leaves the disk unasked."""
    hub.add_repo("acme/many").commit({f"{i % 7}/{i % 3}/f{i}.json": b"x" * (i % 5) for i in range(300)})
    steps = 40000 if EVERY else 1500
    assert app(OPEN + opened("acme/many") + f"monkey {seed} {steps}\n", timeout=600).endswith("0 failures\n")
