"""Caches of all kinds, healthy and broken, as clients and accidents leave them."""

import hashlib
import os
import re

A, B, C, D = (c * 40 for c in "abcd")
HASH = "d4" + "1" * 62
LOOSE = "e5" + "2" * 62
NOW = 1_795_000_000


class Cache:
    def __init__(self, root):
        self.root = root
        root.mkdir(parents=True)

    def repo(self, name, snapshots, refs=(), kind="models"):
        """snapshots: {commit: {path: bytes}}; refs: {name: commit}."""
        folder = self.root / f"{kind}--{name.replace('/', '--')}"
        (folder / "blobs").mkdir(parents=True, exist_ok=True)
        (folder / "snapshots").mkdir(exist_ok=True)
        for commit, files in snapshots.items():
            (folder / "snapshots" / commit).mkdir(exist_ok=True)
            for path, data in files.items():
                blob = folder / "blobs" / hashlib.sha256(data).hexdigest()
                if not blob.exists():
                    blob.write_bytes(data)
                    at = NOW - len(data) * 1000
                    os.utime(blob, (at, at - 5000))
                link = folder / "snapshots" / commit / path
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(os.path.relpath(blob, link.parent))
        for ref, commit in dict(refs).items():
            (folder / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
            (folder / "refs" / ref).write_text(commit)
        return folder

    def store(self, marker=b"1\n"):
        """The shared store with one payload that two repositories link to."""
        blobs = self.root / "blobs"
        (blobs / HASH[:2]).mkdir(parents=True)
        (blobs / ".huggingface-shared-blobs").write_bytes(marker)
        (blobs / HASH[:2] / HASH).write_bytes(b"shared" * 1000)
        lines = []
        for name in ("o/one", "o/two"):
            folder = self.repo(name, {A: {"config.json": name.encode()}}, {"main": A})
            etag = "5" * 64
            (folder / "blobs" / etag).symlink_to(f"../../blobs/{HASH[:2]}/{HASH}")
            (folder / "snapshots" / A / "w.bin").symlink_to(f"../../blobs/{etag}")
            lines.append(f"{folder.name}/blobs/{etag}\n")
        (blobs / HASH[:2] / (HASH + ".refs")).write_text("".join(lines))
        return blobs


def basic(c):
    c.repo("org/name", {A: {"a.txt": b"a" * 10, "sub/b.txt": b"b" * 20}}, {"main": A})


def several(c):
    basic(c)
    c.repo("gpt2", {B: {"x": b"x" * 1999}}, {"main": B, "v1.0": B})
    c.repo("org/songs", {A: {"d.csv": b"1,2"}}, {"main": A}, kind="datasets")
    c.repo("org/space", {A: {"app.py": b"pass"}}, {"main": A}, kind="spaces")


def revisions(c):
    c.repo("org/shared", {
        A: {"model.bin": b"m" * 50_000, "README.md": b"r" * 100, ".gitattributes": b"g" * 9},
        B: {"model.bin": b"m" * 50_000, "README.md": b"R" * 200, ".gitattributes": b"g" * 9},
        C: {"model.bin": b"n" * 60_000, "README.md": b"R" * 200, ".gitattributes": b"g" * 9},
    }, {"refs/pr/1": B, "v1.0": B, "main": C})


def detached(c):
    c.repo("org/old", {A: {"a": b"1"}, B: {"a": b"2"}})


def many_refs(c):
    c.repo("org/refs", {A: {"a": b"1"}}, {
        "main": A, "refs/pr/1": A, "refs/pr/2": A, "deep/er/still": A, "Z": A, "a": A})


def ref_to_nothing(c):
    c.repo("org/lost", {A: {"a": b"1"}}, {"main": B})


def ref_with_newline(c):
    c.repo("org/newline", {A: {"a": b"1"}}, {"main": A + "\n"})


def dangling(c):
    folder = c.repo("org/broken", {A: {"a": b"1", "b": b"22"}}, {"main": A})
    os.remove(folder / "snapshots" / A / "a")
    (folder / "snapshots" / A / "a").symlink_to("../../blobs/" + "0" * 64)


def no_snapshots(c):
    folder = c.repo("org/none", {}, {"main": A})
    (folder / "snapshots").rmdir()


def snapshots_is_a_file(c):
    no_snapshots(c)
    (c.root / "models--org--none/snapshots").write_text("x")


def stray_file_in_snapshots(c):
    basic(c)
    (c.root / "models--org--name/snapshots/stray").write_text("x")


def refs_is_a_file(c):
    folder = c.repo("org/refs", {A: {"a": b"1"}})
    (folder / "refs").write_text(A)


def stray_entries(c):
    basic(c)
    (c.root / "version.txt").write_text("1")
    (c.root / "tmpabcdefgh").write_text("partial")
    (c.root / "some-folder").mkdir()
    (c.root / ".DS_Store").write_text("x")
    (c.root / "CACHEDIR.TAG").write_text("x")
    (c.root / ".locks").mkdir()


def odd_types(c):
    for name in ("foo--bar", "modelss--x", "model--x", "Models--x", "--x", "models--"):
        (c.root / name / "snapshots").mkdir(parents=True)


def kernels(c):
    c.repo("org/k", {A: {"a": b"1"}}, {"main": A}, kind="kernels")


def empties(c):
    c.repo("org/empty", {})
    c.repo("org/empty-revision", {A: {}}, {"main": A})
    folder = c.repo("org/empty-folder", {A: {"a": b"1"}}, {"main": A})
    (folder / "snapshots" / A / "nothing/in/it").mkdir(parents=True)


def no_exist_and_trees(c):
    folder = c.repo("org/more", {A: {"a": b"1"}}, {"main": A})
    (folder / ".no_exist" / A).mkdir(parents=True)
    (folder / ".no_exist" / A / "b").write_text("")
    (folder / "trees").mkdir()
    (folder / "trees" / f"{A}.json").write_text("{}")


def unicode_names(c):
    c.repo("org/names", {A: {"ünï code.txt": b"u", "日本語/x": b"j", "a b": b"ab"}}, {"main": A})


def partials(c):
    folder = c.repo("org/part", {A: {"a": b"1"}}, {"main": A})
    (folder / "blobs" / ("1" * 64 + ".incomplete")).write_bytes(b"p" * 1000)
    (folder / "blobs" / ("2" * 64 + ".hug.incomplete")).write_bytes(b"p" * 500)


def no_links(c):
    folder = c.repo("org/plain", {A: {}, B: {}}, {"main": A})
    for commit in (A, B):
        (folder / "snapshots" / commit / "w.bin").write_bytes(b"w" * 3000)
        os.utime(folder / "snapshots" / commit / "w.bin", (NOW, NOW))


def one_blob_two_paths(c):
    c.repo("org/twice", {A: {"a.txt": b"same", "b/c.txt": b"same"}}, {"main": A})


def blob_unreferenced(c):
    folder = c.repo("org/orphan", {A: {"a": b"1"}}, {"main": A})
    (folder / "blobs" / ("9" * 64)).write_bytes(b"nobody")


def link_to_a_folder(c):
    folder = c.repo("org/folder", {A: {"a/b": b"1"}}, {"main": A})
    (folder / "snapshots" / A / "link").symlink_to("a")


def link_out_of_the_cache(c):
    folder = c.repo("org/out", {A: {"a": b"1"}}, {"main": A})
    outside = c.root.parent / "outside.bin"
    outside.write_bytes(b"o" * 77)
    os.utime(outside, (NOW, NOW))
    (folder / "snapshots" / A / "o").symlink_to(outside)


def links_to_links(c):
    """Several ways from one snapshot to the same bytes."""
    folder = c.repo("org/ways", {A: {"a.txt": b"a" * 10, "sub/b.txt": b"b" * 200}, B: {"a.txt": b"a" * 10}}, {"main": A})
    snapshot = folder / "snapshots" / A
    (snapshot / "alias").symlink_to("a.txt")
    (snapshot / "sub/again").symlink_to("../alias")
    (snapshot / "folder").symlink_to("sub")
    (snapshot / "through").symlink_to("folder/b.txt")
    (snapshot / "absolute").symlink_to((snapshot / "a.txt").resolve())
    (snapshot / "other").symlink_to(f"../{B}/a.txt")


def blob_is_a_link(c):
    folder = c.repo("org/linked", {A: {"a": b"1" * 30, "b": b"2" * 40}}, {"main": A})
    (blob,) = [path for path in (folder / "blobs").iterdir() if path.stat().st_size == 30]
    (folder / "blobs" / ("3" * 40)).symlink_to(blob.name)
    (folder / "snapshots" / A / "c").symlink_to("../../blobs/" + "3" * 40)


def blobs_is_a_link(c):
    folder = c.repo("org/moved", {A: {"a": b"1" * 30, "b": b"2" * 40}}, {"main": A})
    (folder / "blobs").rename(folder / "elsewhere")
    (folder / "blobs").symlink_to("elsewhere")
    (folder / "snapshots" / A / "c").symlink_to(next((folder / "elsewhere").iterdir()))


def copies_by_two_names(c):
    no_links(c)
    (c.root / "models--org--plain/snapshots" / C).symlink_to(A)
    (c.root / "models--org--plain/snapshots" / A / "v.bin").symlink_to("w.bin")


def repo_is_no_folder(c):
    """Whatever its name is."""
    basic(c)
    for name in ("models--org--gone", "datasets--gone", "kernels--gone", "foo--gone"):
        (c.root / name).symlink_to("nowhere")
        (c.root / (name + "--file")).write_text("x")
        (c.root / (name + "--linked-file")).symlink_to("models--org--gone--file")


def repo_is_a_link(c):
    basic(c)
    (c.root / "models--org--other").symlink_to("models--org--name")


def revision_is_a_link(c):
    basic(c)
    (c.root / "models--org--name/snapshots" / B).symlink_to(A)


def odd_revision_names(c):
    c.repo("org/odd", {"main": {"a": b"1"}, A: {"a": b"2"}}, {"main": "main"})


def same_hash_in_two(c):
    c.repo("org/first", {A: {"a": b"1" * 11}}, {"main": A})
    c.repo("org/second", {A: {"a": b"1" * 11}}, {"main": A})


def only_warnings(c):
    (c.root / "x").write_text("")
    (c.root / "y").mkdir()


def nothing(c):
    pass


def ages(c):
    """Far from where the words change: two programs do not look at one moment."""
    for i, age in enumerate((0, 130, 1800, 7900, 104_000, 540_000, 665_000, 3_900_000, 29_000_000,
                             35_000_000, 320_000_000)):
        folder = c.repo(f"org/age{i}", {A: {"a": b"%d" % i}}, {"main": A})
        for blob in (folder / "blobs").iterdir():
            at = c.now - age
            os.utime(blob, (at, at))


def sizes(c):
    for i, size in enumerate((0, 3, 999, 1000, 999_949, 999_950, 7_500_000_000_000)):
        folder = c.repo(f"org/size{i}", {A: {"a": b"%d" % i}}, {"main": A})
        (blob,) = (folder / "blobs").iterdir()
        os.truncate(blob, size)
        os.utime(blob, (NOW, NOW))


def many(c):
    """More than one thread looks at."""
    for i in range(70):
        c.repo(f"org/r{i}", {A: {"a": b"%d" % i, "b/c": b"x" * i}, B: {"a": b"%d" % i}}, {"main": A})


def shared(c):
    c.store()


def shared_loose(c):
    blobs = c.store()
    (blobs / LOOSE[:2]).mkdir()
    (blobs / LOOSE[:2] / LOOSE).write_bytes(b"l" * 700)
    (blobs / LOOSE[:2] / (LOOSE + ".refs")).write_text("models--gone/blobs/x\n\n")


def shared_without_manifest(c):
    os.remove(c.store() / HASH[:2] / (HASH + ".refs"))


def shared_marker_2(c):
    c.store(b"2\n")


def shared_no_marker(c):
    os.remove(c.store() / ".huggingface-shared-blobs")


def shared_payload_gone(c):
    os.remove(c.store() / HASH[:2] / HASH)


def hostile_names(c):
    folder = c.repo("org/evil", {A: {"a\nb": b"1", "\x1b[2J": b"22", "c\td": b"333", "\u202etxt.exe": b"4444"}},
                    {"main": A, "re\nf": A})
    (folder / "blobs" / "\x1b]0;title\x07").write_bytes(b"x")


# What no name may do to a terminal, in one name; and what a terminal may not get.
EVIL_BYTES = b"\xc3\xa9\x1b[35mE\x07\r\nhug: fake\nError: fake\t\x9b31m\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\x7f\xff\xffb\xffr\xffu\xff0\xfe\x01"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]")


def write(path, content=b""):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def hostile_bytes(root):
    """A cache in which every name, and all that is read, is hostile."""
    root, evil, commit = os.fsencode(root), EVIL_BYTES, b"a" * 40
    sound = root + b"/models--acme--owl"
    for repo in (sound, root + b"/models--acme--" + evil, root + b"/datasets--" + evil + b"--x"):
        write(repo + b"/blobs/" + b"b" * 64, b"x" * 100)
        write(repo + b"/blobs/" + evil, b"y" * 100)
        write(repo + b"/blobs/" + b"c" * 64 + b".incomplete", b"y" * 100)
        write(repo + b"/blobs/" + evil + b".incomplete", b"y" * 100)
        for revision in (commit, evil):
            folder = repo + b"/snapshots/" + revision
            os.makedirs(folder + b"/" + evil)
            os.symlink(b"../../blobs/" + b"b" * 64, folder + b"/config.json")
            os.symlink(b"../../../blobs/" + b"b" * 64, folder + b"/" + evil + b"/" + evil)
            os.symlink(b"../../blobs/" + evil, folder + b"/" + evil + b".bin")
            os.symlink(b"nowhere/" + evil, folder + b"/lost" + evil)
            write(folder + b"/plain" + evil, b"z")
        write(repo + b"/refs/main", commit)
        write(repo + b"/refs/" + evil, evil)
        write(repo + b"/refs/pr/" + evil, commit)
    write(sound + b"/refs/dev", evil)
    write(root + b"/models--a--b/refs/main", evil)
    write(root + b"/" + evil, b"")
    write(root + b"/kind" + evil + b"--x--y/snapshots/" + commit + b"/x", b"")
    write(root + b"/models--" + evil, b"")
    os.makedirs(root + b"/models--empty--" + evil)
    write(root + b"/.locks/.trash/" + evil + b"/journal", b"hug\n" + evil)
    write(root + b"/.locks/.trash/20260101T000000-1/journal", evil)
    write(root + b"/.locks/models--acme--owl/" + evil, b"")
    return root


def loops(c):
    folder = c.repo("org/loop", {A: {"a": b"1"}}, {"main": A})
    (folder / "snapshots" / A / "up").symlink_to("..")
    (folder / "snapshots" / A / "self").symlink_to(".")


def huge_folder(c):
    c.repo("org/huge", {A: {f"f{i:05}": b"%d" % (i % 50) for i in range(4000)},
                        B: {f"f{i:05}": b"%d" % (i % 60) for i in range(4000)}}, {"main": A})


def shared_hostile(c):
    """A store whose manifests and payloads lead out of the cache."""
    blobs = c.store()
    outside = c.root.parent / "outside.payload"
    outside.write_bytes(b"mine")
    os.utime(outside, (NOW, NOW))
    (blobs / LOOSE[:2]).mkdir()
    (blobs / LOOSE[:2] / LOOSE).symlink_to(outside)
    (blobs / LOOSE[:2] / (LOOSE + ".refs")).write_text("")
    with open(blobs / HASH[:2] / (HASH + ".refs"), "a") as file:
        file.write("../../etc/passwd\n/etc/passwd\nmodels--x/blobs/../../y\nmodels--x\n\x1b[2J\n")


def shared_odd_lines(c):
    blobs = c.store()
    path = blobs / HASH[:2] / (HASH + ".refs")
    text = path.read_text()
    path.write_text(text.replace("\n", "\r\n") + text + "models--gone/blobs/x\n\n")


ALL = [value for name, value in list(globals().items())
       if callable(value) and getattr(value, "__code__", None)
       and value.__code__.co_varnames[:1] == ("c",) and value.__module__ == __name__]
STORES = {shared, shared_loose, shared_without_manifest, shared_payload_gone, shared_hostile,
          shared_odd_lines}


def build(maker, root, now=NOW):
    cache = Cache(root)
    cache.now = now
    maker(cache)
    return root
