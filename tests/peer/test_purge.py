"""Deletions: the official client's on a copy of the same cache is the judge."""

import os
import random
import re
import shutil
import subprocess
import time

import pytest

import caches
from caches import A, B, C, HASH, STORES
from conftest import LENGTHS
from hub import Lfs
from test_scan import real, say


@pytest.fixture
def link(tmp_path):
    (tmp_path / "hf").symlink_to(os.environ["HUG"])
    return tmp_path / "hf"


def twins(maker, tmp_path):
    """Two caches that differ in nothing, times included."""
    now = time.time()
    return [caches.build(maker, tmp_path / side / "cache", now) for side in ("ours", "theirs")]


def tree(root):
    """Every entry below a folder, the locks aside."""
    found = {}
    for parent, folders, names in os.walk(root):
        if ".locks" in folders:
            folders.remove(".locks")
        for name in names + folders:
            path = os.path.join(parent, name)
            key = os.path.relpath(path, root)
            if os.path.islink(path):
                found[key] = "-> " + os.readlink(path).replace(str(root.parent), "")
            else:
                found[key] = os.path.getsize(path) if os.path.isfile(path) else "folder"
    return found


def bytes_of(root):
    return sum(v for v in tree(root).values() if isinstance(v, int))


def rm(link, root, *args):
    return say(link, "cache", "rm", "--cache-dir", root, *args, home=root.parent)


# Where 0.36 differs on purpose: it follows links to their end, does not know
# kernels, and gives up other repositories.
NEWER = STORES | {caches.kernels, caches.odd_types, caches.shared_marker_2,
                  caches.shared_no_marker, caches.dangling, caches.repo_is_a_link,
                  caches.revision_is_a_link, caches.loops, caches.hostile_names}


# Python takes a link of another revision along, for a blob, or fails at a link.
# Nothing is deleted through a folder that is a link: there Python goes on.
UNJUDGED = (caches.sizes, caches.link_out_of_the_cache, caches.links_to_links, caches.copies_by_two_names,
            caches.blobs_is_a_link)

JUDGED = [pytest.param(maker, version, id=f"{maker.__name__}-{version}")
          for version in ("2.4.0", "0.36.2") for maker in caches.ALL
          if maker not in UNJUDGED
          and (version == "2.4.0" or maker not in NEWER)]


@pytest.mark.parametrize("maker,version", JUDGED)
def test_each_revision(link, official, tmp_path, maker, version):
    """Every revision alone, and then all that are left."""
    peer = official(version)
    facts = peer.ask("facts", cache=caches.build(maker, tmp_path / "probe"))
    pairs = [(name, commit) for name, repo in facts["repos"].items()
             for commit in repo["revisions"] if re.fullmatch("[0-9a-f]{40}", commit)]
    hashes = [commit for _, commit in pairs]
    # A hash in two repositories means one of them to Python, and both to us.
    for commit in sorted({h for h in hashes if hashes.count(h) == 1}):
        ours, theirs = twins(maker, tmp_path / commit[:1])
        before = bytes_of(ours)
        done = rm(link, ours, commit, "-y", "-q")
        assert done[0] == 0, done
        freed = peer.ask("delete", cache=theirs, revisions=[commit])
        assert tree(ours) == tree(theirs)
        if maker not in STORES:
            assert before - bytes_of(ours) >= freed
    for name in sorted(facts["repos"]):
        ours, theirs = twins(maker, tmp_path / name.replace("/", "-"))
        commits = list(facts["repos"][name]["revisions"])
        if any(hashes.count(c) > 1 for c in commits) or not commits:
            continue
        assert rm(link, ours, name, "-y")[0] == 0
        peer.ask("delete", cache=theirs, revisions=commits)
        assert tree(ours) == tree(theirs)


RM = [["model/org/shared"], [A], [B, C], [A, B, C], ["MODEL/ORG/SHARED"], ["d" * 40],
      ["model/none", A], ["hf://org/shared/model.bin"], ["hf://models/org/shared"],
      ["hf://org/shared/nope"], ["hf://buckets/org/shared"], ["hf:///shared"], ["hf://org/shared@main"], ["hf://org/shared/README.md", A]]


@pytest.mark.parametrize("extra", [["-y"], ["--dry-run"], ["-y", "--json"], ["-y", "-q"],
                                   ["-y", "--format", "agent"], ["--json"], []],
                         ids=lambda e: " ".join(e) or "asked")
@pytest.mark.parametrize("targets", RM, ids=lambda t: " ".join(x[:24] for x in t))
def test_rm_texts(link, tmp_path, targets, extra):
    ours, theirs = twins(caches.revisions, tmp_path)
    a = rm(link, ours, *targets, *extra)
    b = say(real("hf", "HUG_PEER_24"), "cache", "rm", "--cache-dir", theirs, *targets, *extra,
            home=theirs.parent)
    assert a[:2] == b[:2]
    assert a[2][-1:] == b[2][-1:]
    assert tree(ours) == tree(theirs)


@pytest.mark.parametrize("extra", [["-y"], ["--dry-run"], ["-y", "--json"], ["--dry-run", "-q"]],
                         ids=" ".join)
@pytest.mark.parametrize("maker", [caches.revisions, caches.detached, caches.partials,
                                   caches.shared_loose, caches.nothing], ids=lambda m: m.__name__)
def test_prune_texts(link, tmp_path, maker, extra):
    ours, theirs = twins(maker, tmp_path)
    a = say(link, "cache", "prune", "--cache-dir", ours, *extra, home=ours.parent)
    b = say(real("hf", "HUG_PEER_24"), "cache", "prune", "--cache-dir", theirs, *extra,
            home=theirs.parent)
    assert a[:2] == b[:2]
    assert tree(ours) == tree(theirs)


def test_rm_of_an_empty_repository(link, tmp_path):
    """(Those with a revision share its hash here: Python may delete the other one.)"""
    ours, theirs = twins(caches.empties, tmp_path)
    a = rm(link, ours, "model/org/empty", "-y")
    b = say(real("hf", "HUG_PEER_24"), "cache", "rm", "--cache-dir", theirs, "model/org/empty",
            "-y", home=theirs.parent)
    assert a[:2] == b[:2]
    assert tree(ours) == tree(theirs)


def test_shared_payload_goes_with_its_last_link(link, tmp_path):
    root = caches.build(caches.shared, tmp_path / "cache")
    payload = root / "blobs" / HASH[:2] / HASH
    assert "totalling 5.0." in rm(link, root, "model/o/one", "-y")[1]
    assert payload.exists() and (root / "models--o--two/snapshots" / A / "w.bin").exists()
    assert "totalling 6.0K." in rm(link, root, "model/o/two", "-y")[1]
    assert not payload.exists() and not (payload.parent / (HASH + ".refs")).exists()
    assert (root / "blobs/.huggingface-shared-blobs").exists()


def test_old_name_of_duplicates(hug, tmp_path):
    """The repository that was announced is the one that goes."""
    root = caches.build(caches.same_hash_in_two, tmp_path / "cache")
    assert "model/org/first" in hug("cache", "rm", "model/org/first", "-y",
                                    "--cache-dir", root).stdout
    assert not (root / "models--org--first").exists()
    assert (root / "models--org--second/snapshots" / A / "a").exists()


def test_nobody_is_asked(hug, tmp_path):
    root = caches.build(caches.basic, tmp_path / "cache")
    before = tree(root)
    for args in (["rm", "model/org/name"], ["prune"]):
        if args == ["prune"]:
            os.remove(root / "models--org--name/refs/main")
            before = tree(root)
        done = hug("cache", *args, "--cache-dir", root)
        assert done.returncode == 1 and "add --yes" in done.stderr
    assert tree(root) == before


def whole(root):
    """Every snapshot entry of a cache leads to bytes."""
    for parent, _, names in os.walk(root):
        if "/snapshots/" in parent and "/.locks/" not in parent:
            for name in names:
                assert os.path.exists(os.path.join(parent, name)), os.path.join(parent, name)


@pytest.mark.parametrize("point", ["rename", "remove"])
@pytest.mark.parametrize("targets", [[A], [A, B], ["model/org/shared"]], ids=len)
def test_broken_off_at_step(hug, official, tmp_path, point, targets):
    peer = official("2.4.0")
    for n in range(1, 40):
        root = caches.build(caches.revisions, tmp_path / f"{point}{n}")
        done = hug("cache", "rm", *targets, "-y", "--cache-dir", root,
                   env={"HUG_FAULT": f"{point}:{n}+:5"})
        assert peer.ask("facts", cache=root)["warnings"] == []
        whole(root)
        again = hug("cache", "rm", *targets, "-y", "--cache-dir", root)
        whole(root)
        assert not list(root.glob(".locks/.hug-removed.*")) or again.returncode
        if done.returncode == 0:
            break
    else:
        pytest.fail("there are more steps than the test tries")


@pytest.mark.parametrize("maker", [caches.revisions, caches.shared, caches.no_links],
                         ids=lambda m: m.__name__)
@pytest.mark.parametrize("point", ["rename", "remove"])
def test_killed_at_step(hug, official, tmp_path, point, maker):
    """kill -9 before each change of the disk, and once more by another run."""
    peer = official("2.4.0")
    probe = caches.build(maker, tmp_path / "probe")
    commits = sorted({p.name for p in probe.glob("*--*/snapshots/*")})[:2]
    expected = peer.ask("facts", cache=probe)["warnings"]
    for n in range(1, 40):
        root = caches.build(maker, tmp_path / f"{point}{n}")
        done = hug("cache", "rm", *commits[:1], "-y", "--cache-dir", root,
                   env={"HUG_FAULT": f"{point}:{n}:kill"})
        assert done.returncode in (0, 137)
        assert len(peer.ask("facts", cache=root)["warnings"]) == len(expected)
        whole(root)
        hug("cache", "rm", *commits, "-y", "--cache-dir", root)
        hug("cache", "prune", "-y", "--leftovers", "--cache-dir", root)
        whole(root)
        assert not list(root.glob(".locks/.hug-removed.*"))
        if done.returncode == 0:
            break
    else:
        pytest.fail("there are more steps than the test tries")
    assert n > 1


def test_hostile_store(hug, tmp_path):
    """Nothing outside of the cache goes, whatever manifests and payloads say."""
    root = caches.build(caches.shared_hostile, tmp_path / "cache")
    for args in (["cache", "rm", A, "-y"], ["cache", "prune", "-y"], ["cache", "du"],
                 ["cache", "verify"], ["scan-cache"]):
        hug(*args, "--dir" if args == ["scan-cache"] else "--cache-dir", root)
    assert (tmp_path / "outside.payload").read_bytes() == b"mine"
    assert os.path.exists("/etc/passwd")
    assert not list(root.glob("models--*"))


def test_names_with_escapes_are_shown_safely(hug, tmp_path):
    root = caches.build(caches.hostile_names, tmp_path / "cache")
    for args in (["scan-cache", "-v", "--dir"], ["cache", "ls", "--revisions", "--cache-dir"],
                 ["cache", "verify", "--cache-dir"], ["cache", "du", "--cache-dir"],
                 ["cache", "prune", "--dry-run", "--cache-dir"],
                 ["cache", "free", "1", "--dry-run", "--cache-dir"],
                 ["cache", "rm", A, "-y", "--cache-dir"]):
        done = hug(*args, root)
        for text in (done.stdout, done.stderr):
            assert "\x1b" not in text and "\u202e" not in text and "\x07" not in text


def random_cache(root, seed):
    dice = random.Random(seed)
    cache = caches.Cache(root)
    for r in range(dice.randint(1, 3)):
        pool = [b"%d-%d" % (r, i) * dice.randint(1, 400) for i in range(6)]
        commits = [f"{seed % 256:02x}{r}{i}" + "0" * 36 for i in range(dice.randint(1, 4))]
        cache.repo(f"org/r{r}", {
            c: {f"f{i}": dice.choice(pool) for i in range(dice.randint(0, 6))} for c in commits},
            {"main": commits[0]})
    return dice


def everything(root):
    return sum(p.lstat().st_size for p in root.glob("models--*/**/*")
               if p.is_file() and not p.is_symlink())


@pytest.mark.parametrize("seed", range(25))
def test_random_deletions(hug, tmp_path, seed):
    """What is left is whole, and as many bytes went as were promised."""
    root = tmp_path / "cache"
    dice = random_cache(root, seed)
    commits = sorted(p.name for p in root.glob("models--*/snapshots/*"))
    chosen = dice.sample(commits, dice.randint(1, len(commits)))
    kept = {p: p.read_bytes() for p in root.glob("models--*/snapshots/*/*")
            if p.parent.name not in chosen}
    before = everything(root)
    done = hug("cache", "rm", *chosen, "-y", "--json", "--cache-dir", root, env=LENGTHS)
    assert done.returncode == 0, done.stderr
    assert {p: p.read_bytes() for p in root.glob("models--*/snapshots/*/*")} == kept
    gone = before - everything(root)
    unit = re.search(r'"freed": "([\d.]+)(K?)"', done.stdout)
    assert abs(gone - float(unit[1]) * (1000 if unit[2] else 1)) <= (50 if unit[2] else 0)


def test_download_is_not_robbed(hug, hub, tmp_path):
    """What is being fetched stays, and the download ends well."""
    data = bytes(range(256)) * 20_000
    repo = hub.add_repo("acme/slow")
    repo.commit({"a.bin": Lfs(data), "b.txt": b"b"})
    hub.fault(server="store", rate=4_000_000)
    process = hug.start("download", "acme/slow")
    while not hug.partials():
        time.sleep(0.01)
    done = hug("cache", "rm", "model/acme/slow", "-y")
    pruned = hug("cache", "prune", "-y")
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    with open(stdout.strip() + "/a.bin", "rb") as file:
        assert file.read() == data
    assert "being downloaded" in done.stderr + pruned.stderr


def test_python_download_is_not_robbed(hug, hub):
    """The official client fetches while we delete the repository, more than once."""
    data = bytes(range(256)) * 24_000
    hub.add_repo("acme/slow").commit({"a.bin": Lfs(data), "b.txt": b"b", "c.txt": b"c"})
    hub.fault(server="store", rate=2_000_000)
    process = subprocess.Popen(
        [real("hf", "HUG_PEER_24"), "download", "acme/slow", "-q"], text=True,
        env={**hug.env, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.time() + 30
    while not list(hug.cache.glob("*/blobs/*.incomplete")) and time.time() < end:
        time.sleep(0.02)
    said = ""
    # While it runs, and well before its end: what is done may be deleted again.
    for _ in range(3):
        said += hug("cache", "rm", "model/acme/slow", "-y").stderr
        said += hug("cache", "prune", "-y").stderr
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stderr
    assert "being downloaded" in said
    with open(stdout.strip() + "/a.bin", "rb") as file:
        assert file.read() == data


def test_never_outside_the_cache(hug, tmp_path):
    root = caches.build(caches.link_out_of_the_cache, tmp_path / "cache")
    assert hug("cache", "rm", "model/org/out", "-y", "--cache-dir", root).returncode == 0
    assert (tmp_path / "outside.bin").stat().st_size == 77
    evil = caches.Cache(tmp_path / "evil")
    folder = evil.repo("org/evil", {A: {"x": b"1"}, B: {"y": b"2"}}, {"main": B})
    (folder / "snapshots" / A / "up").symlink_to("../../../../outside.bin")
    (folder / "snapshots" / A / "down").symlink_to("../../blobs/../../../outside.bin")
    assert hug("cache", "rm", A, "-y", "--cache-dir", tmp_path / "evil").returncode == 0
    assert (tmp_path / "outside.bin").exists()


def test_folder_that_is_a_link_stays(hug, tmp_path):
    root = caches.build(caches.repo_is_a_link, tmp_path / "cache")
    done = hug("cache", "rm", "model/org/other", "-y", "--cache-dir", root)
    assert done.returncode == 1 and "its folder is a link to models--org--name" in done.stderr
    assert (root / "models--org--name/snapshots" / A / "a.txt").exists()


def test_copies_are_counted(hug, tmp_path):
    root = caches.build(caches.no_links, tmp_path / "cache")
    before = bytes_of(root)
    done = hug("cache", "rm", B, "-y", "--cache-dir", root, env=LENGTHS)
    assert "freed 3.0K" in done.stdout and before - bytes_of(root) == 3000
    shutil.rmtree(root)


def test_interrupted_by_kill(hug, official, tmp_path):
    cache = caches.Cache(tmp_path / "cache")
    for r in range(30):
        cache.repo(f"org/r{r}", {A: {f"f{i}": b"%d %d" % (r, i) for i in range(30)}}, {"main": A})
    process = subprocess.Popen([os.environ["HUG"], "cache", "rm", A, "-y", "--cache-dir",
                                tmp_path / "cache"], env=hug.env, stdout=subprocess.DEVNULL)
    time.sleep(0.05)
    process.kill()
    process.wait()
    assert official("2.4.0").ask("facts", cache=tmp_path / "cache")["warnings"] == []
    whole(tmp_path / "cache")


# -- rules of hug cache prune --


def of_ages(root, now):
    """One repository with three revisions used 1, 10 and 100 days ago, one with one of 400."""
    cache = caches.Cache(root)
    for name, ages in (("org/three", (1, 10, 100)), ("org/old", (400,))):
        for i, days in enumerate(ages):
            commit = f"{days:040d}"
            folder = cache.repo(name, {commit: {"w": b"%d" % days * 1000}}, {f"v{i}": commit})
            blob = folder / "snapshots" / commit / "w"
            os.utime(blob, (now - days * 86400, now - days * 86400))
    return root


@pytest.mark.parametrize("args,left", [
    (["--older-than", "30d"], [1, 10]), (["--older-than", "5d", "--keep-last", "1"], [1, 400]),
    (["--keep-last", "2"], [1, 10, 400]), (["--older-than", "1y"], [1, 10, 100]),
    (["--max-size", "3500"], [1, 10]), (["--max-size", "1M"], [1, 10, 100, 400]),
    (["--max-size", "1"], []), (["--max-size", "1", "--keep-last", "1"], [1, 400]),
    (["--detached"], [1, 10, 100, 400]), (["--incomplete"], [1, 10, 100, 400]),
], ids=str)
def test_prune_rules(hug, tmp_path, args, left):
    root = of_ages(tmp_path / "cache", time.time())
    blobs = root / "models--org--three/blobs"
    (blobs / ("1" * 64 + ".incomplete")).write_bytes(b"p" * 10)
    assert hug("cache", "prune", *args, "--cache-dir", root, "--dry-run").returncode == 0
    done = hug("cache", "prune", *args, "-y", "--cache-dir", root, env=LENGTHS)
    assert done.returncode == 0, done.stderr
    assert sorted(int(p.name) for p in root.glob("models--*/snapshots/*")) == left
    assert bool(list(blobs.glob("*.incomplete"))) == (args != ["--incomplete"] and blobs.exists())
    whole(root)


def test_prune_rules_that_are_none(hug, tmp_path):
    root = of_ages(tmp_path / "cache", time.time())
    before = tree(root)
    for args in (["--max-size", "x"], ["--keep-last", "0"]):
        assert hug("cache", "prune", *args, "-y", "--cache-dir", root).returncode == 2
    assert tree(root) == before


@pytest.mark.parametrize("age,why", [
    ("5", "has no unit"), ("0", "has no unit"), ("30000000", "has no unit"), ("soon", "is not a duration"), ("d", "is not a duration"),
    ("5 d", "is not a duration"), ("-5d", "is not a duration"), ("1.5y", "is not a duration"), ("5days", "is not a duration"),
    ("5\x1b[2J", "is not a duration"),
])
def test_ages_that_are_none(hug, tmp_path, age, why):
    """Least of all seconds: 5 of them are the age of the whole cache."""
    root = of_ages(tmp_path / "cache", time.time())
    before = tree(root)
    last = hug.fails("cache", "prune", "--older-than=" + age, "-y", "--cache-dir", root, code=2)
    shown = age.replace("\x1b", "\\x1b")
    assert last == f"hug: --older-than: '{shown}' {why}; use for example 12h, 30d or 6mo"
    assert tree(root) == before


def test_a_filter_counts_seconds(hug, tmp_path):
    """As the official client has it."""
    root = of_ages(tmp_path / "cache", time.time())
    for age, there in (("5", True), ("5s", True), ("40000000", False)):
        done = hug("cache", "ls", "--filter", f"accessed>{age}", "--cache-dir", root)
        assert done.returncode == 0 and ("org/old" in done.stdout) == there


# -- delete-cache --

FOUND = re.compile(r"File to edit: (\S+)")


def edit_flow(program, root, answers, edit, *args):
    """Runs delete-cache --disable-tui; `edit` changes the file's text."""
    home = root.parent
    process = subprocess.Popen(
        [program, "delete-cache", "--disable-tui", "--dir", root, *args], cwd=home, bufsize=0,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1", "TMPDIR": str(home),
             "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = b""
    # Until it asks: the file was read by then, as it was made.
    while b"(y/N) " not in out:
        part = process.stdout.read(1)
        out += part
        assert part, process.stderr.read()
    path = FOUND.search(out.decode())[1]
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(edit(text))
    rest, _ = process.communicate("".join(a + "\n" for a in answers).encode(), timeout=60)
    out = (out + rest).decode().replace(path, "FILE")
    assert not os.path.exists(path)
    lines = [line for line in out.splitlines() if "is deprecated. Use" not in line]
    return process.returncode, "\n".join(lines), text.replace(str(home), "HOME")


def choose(*hashes):
    def edit(text):
        for commit in hashes:
            text = text.replace("#    " + commit, "     " + commit)
        return text
    return edit


def different_ages(c):
    """As `revisions`, but none of them is as old as another: Python has no order then."""
    c.repo("org/shared", {
        A: {"model.bin": b"m" * 50_000, "README.md": b"r" * 100},
        B: {"model.bin": b"m" * 50_000, "README.md": b"R" * 200},
        C: {"model.bin": b"n" * 60_000, "README.md": b"Q" * 300},
    }, {"refs/pr/1": B, "v1.0": B, "main": C})


@pytest.mark.parametrize("args", [[], ["--sort", "size"], ["--sort", "alphabetical"],
                                  ["--sort", "lastUsed"], ["--sort", "lastUpdated"]], ids=" ".join)
@pytest.mark.parametrize("answers,edit", [
    (["", "y", "y"], choose(A)), (["n", "maybe", "y", ""], choose(A, B)),
    (["", "y", "n"], choose(B)), (["y"], choose()),
    (["", "y"], lambda t: choose(A)(t).replace("# CANCEL_DELETION", "CANCEL_DELETION")),
    (["", "y", "y"], choose(A, B, C)),
], ids=["one", "two", "no", "none", "cancel", "all"])
def test_delete_cache_in_a_file(tmp_path, answers, edit, args):
    (tmp_path / "huggingface-cli").symlink_to(os.environ["HUG"])
    ours, theirs = twins(different_ages, tmp_path)
    for root in (ours, theirs):
        other = type("C", (), {"repo": caches.Cache.repo, "root": root})()
        other.repo("org/name", {"d" * 40: {"a.txt": b"a" * 10}}, {"main": "d" * 40})
    a = edit_flow(tmp_path / "huggingface-cli", ours, answers, edit, *args)
    b = edit_flow(real("huggingface-cli", "HUG_PEER_036"), theirs, answers, edit, *args)
    assert a == b
    assert tree(ours) == tree(theirs)


def test_delete_cache_by_options(hug, tmp_path):
    root = caches.build(caches.revisions, tmp_path / "cache")
    done = hug("delete-cache", "--dir", root)
    assert done.returncode == 1 and "no terminal" in done.stderr
    done = hug("delete-cache", "--dir", root, "--revisions", A)
    assert done.returncode == 1 and "add --yes" in done.stderr
    before = tree(root)
    assert "1 revision(s)" in hug("delete-cache", "--dir", root, "--revisions", A,
                                  "--dry-run").stdout
    assert tree(root) == before
    done = hug("delete-cache", "--dir", root, "--revisions", A, "-y", env=LENGTHS)
    assert done.stdout.endswith("Done. Deleted 0 repo(s) and 1 revision(s) for a total of 100.0.\n")
    done = hug("delete-cache", "--dir", root, "--filter", "refs=main", "-y")
    assert done.returncode == 0 and not (root / "models--org--shared/snapshots" / C).exists()


NONE = "e" * 40


@pytest.mark.parametrize("command", [["cache", "rm", "--cache-dir"], ["delete-cache", "--dir"]], ids=lambda c: c[0])
@pytest.mark.parametrize("hashes,left,code", [
    ([NONE], [A, B, C], 1), ([NONE, "x\x1b[2J"], [A, B, C], 1), ([A, NONE], [B, C], 1), ([NONE, B, "f" * 40, A], [C], 1), ([A], [B, C], 0),
    ([A, A], [B, C], 0), ([A.upper()], [B, C], 0),
], ids=str)
def test_revisions_that_are_not_there(hug, tmp_path, command, hashes, left, code):
    """Both commands: what is there goes, what is not is named, and that is a failure."""
    options = ["--revisions"] if command[0] == "delete-cache" else []
    for extra in (["--dry-run"], ["-y"]):
        root = caches.build(caches.revisions, tmp_path / extra[0])
        done = hug(*command, root, *extra, *options, *hashes)
        assert done.returncode == code, done.stderr
        for name in hashes:
            there = name.lower() in (A, B)
            assert there or name.replace("\x1b", "\\x1b") in done.stderr
        assert ("Nothing to delete." in done.stdout) == (len(left) == 3)
        assert "cancelled" not in done.stdout and "\x1b" not in done.stdout + done.stderr
        there = sorted(p.name for p in root.glob("models--*/snapshots/*"))
        assert there == (left if extra == ["-y"] else [A, B, C])


@pytest.mark.parametrize("args,code", [
    (["--filter", "size>1TB"], 0), (["--filter", "refs=nope"], 0), (["--filter", "refs=nope", "--revisions", NONE], 1),
], ids=str)
def test_a_filter_that_nothing_matches(hug, tmp_path, args, code):
    root = caches.build(caches.revisions, tmp_path / "cache")
    for extra in (["-y"], ["--dry-run"]):
        done = hug("delete-cache", "--dir", root, *args, *extra)
        assert done.returncode == code
        assert done.stdout == ("Nothing to delete.\n" if code else "No revision matches the filter. Nothing to delete.\n")


def test_hash_that_two_repositories_have(hug, tmp_path):
    """What stands below one of them means that one, whatever else has the hash."""
    (tmp_path / "huggingface-cli").symlink_to(os.environ["HUG"])
    root = caches.build(caches.same_hash_in_two, tmp_path / "cache" / "hub")

    def second(text):
        at = text.index("# Model org/second")
        return text[:at] + choose(A)(text[at:])

    done = edit_flow(tmp_path / "huggingface-cli", root, ["", "y", "y"], second)
    assert done[1].endswith("Deleted 1 repo(s) and 0 revision(s) for a total of 11.0.")
    assert (root / "models--org--first/snapshots" / A / "a").exists()
    assert not (root / "models--org--second").exists()
