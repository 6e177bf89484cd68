"""GGUF models by type: hug quants, and hug download REPO:TYPE."""

import json
import os
import re
import signal
import struct
import subprocess
import time

import pytest

from hub import Lfs

PARTS = [f"Q8_0/owl-Q8_0-{n:05d}-of-00003.gguf" for n in (1, 2, 3)]
FILES = {"README.md": b"# owl\n", "owl-Q4_K_M.gguf": Lfs(b"q" * 4_000_000), "owl-IQ4_K_M.gguf": Lfs(b"i" * 5_000_000),
         **{path: Lfs(path.encode() * 90_000) for path in PARTS}, "mmproj-F16.gguf": Lfs(b"p" * 1000), "owl.imatrix": b"x"}


@pytest.fixture
def gguf(hub):
    repo = hub.add_repo("acme/owl-GGUF")
    repo.commit(FILES)
    repo.facts["gguf"] = {"total": 8_000_000, "architecture": "owl"}
    return repo


def fetched(folder):
    return sorted(os.path.relpath(os.path.join(at, file), folder) for at, _, files in os.walk(folder) for file in files)


def test_list(hug, gguf):
    out = [line.split() for line in hug("quants", "acme/owl-GGUF", env={"COLUMNS": "120"}).stdout.splitlines()]
    assert [line[0] for line in out[-5:]] == ["Q4_K_M", "IQ4_K_M", "Q8_0", "projector", "calibration"]
    assert out[-5] == ["Q4_K_M", "4.0", "4.0", "MB", "1", "fits", "owl-Q4_K_M"] and out[-3][-1] == "Q8_0/owl-Q8_0"
    data = json.loads(hug.ok("quants", "acme/owl-GGUF", "--json"))
    assert [(q["type"], q["bits"], q["parts"], q["complete"]) for q in data["quants"]] == [
        ("Q4_K_M", 4.0, 1, True), ("IQ4_K_M", 5.0, 1, True), ("Q8_0", pytest.approx(8, abs=2), 3, True)]
    assert data["quants"][2]["files"] == PARTS and data["projectors"] == ["mmproj-F16.gguf"]
    assert data["calibrations"] == ["owl.imatrix"]
    assert hug("quants", "acme/owl-GGUF", "-q").stdout.split() == ["Q4_K_M", "IQ4_K_M", "Q8_0"]


def test_parameters_are_not_needed(hug, hub, gguf):
    hub.fault(path=r"api/models/acme/owl-GGUF\?", status=500)
    assert json.loads(hug.ok("quants", "acme/owl-GGUF", "--json"))["quants"][0]["bits"] is None


def header(type, *tensors, keys=b""):
    """A file of llama.cpp's type, with so many values in each tensor, as a header and some data."""
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), 2)
    out += struct.pack("<Q", 17) + b"general.file_type" + struct.pack("<II", 4, type)
    out += struct.pack("<Q", 1) + b"k" + struct.pack("<IQ", 8, len(keys)) + keys
    for values in tensors:
        out += struct.pack("<Q", 1) + b"t" + struct.pack("<IQIQ", 1, values, 0, 0)
    return Lfs(out + b"d" * 1000)


def test_exact(hug, hub):
    """Type and bits as the files themselves say: where the name says nothing, or something else; of all parts together."""
    files = {"plain.gguf": header(15, 4000), "owl-Q8_0.gguf": header(2, 1000, 1000), "UD-Q4_K_XL.gguf": header(15, 2000),
             "s-Q6_K-00001-of-00002.gguf": header(18), "s-Q6_K-00002-of-00002.gguf": header(18, 3000, keys=b"v" * 200_000), "bad-Q4_0.gguf": b"x" * 90}
    hub.add_repo("acme/owl-GGUF").commit(files)
    done = hug("quants", "acme/owl-GGUF", "--exact", "--json")
    rows = {q["files"][0]: q for q in json.loads(done.stdout)["quants"]}
    size = {name: len(getattr(data, "data", data)) for name, data in files.items()}
    assert {name: (row["header_type"], row["parameters"]) for name, row in rows.items()} == {
        "plain.gguf": ("Q4_K_M", 4000), "owl-Q8_0.gguf": ("Q4_0", 2000), "UD-Q4_K_XL.gguf": ("Q4_K_M", 2000),
        "s-Q6_K-00001-of-00002.gguf": ("Q6_K", 3000), "bad-Q4_0.gguf": (None, None)}
    assert rows["plain.gguf"]["bits"] == round(size["plain.gguf"] * 8 / 4000, 1) and rows["bad-Q4_0.gguf"]["bits"] is None
    assert done.stderr.count("its header says") == 1 and "owl-Q8_0: its header says Q4_0, not Q8_0" in done.stderr
    assert not [r for r in hub.requests if "expand=gguf" in r.path]
    out = hug("quants", "acme/owl-GGUF", "--exact", env={"COLUMNS": "120"}).stdout
    assert re.search(r"^Q4_K_M .* plain *$", out, re.M)
    assert "header_type" not in hug.ok("quants", "acme/owl-GGUF", "--json")


def test_exact_reads_the_front_only(hug, hub):
    """Of a large file only its header is asked for; what cannot be read is an error, not a guess."""
    big = header(15, 4000)
    hub.add_repo("acme/big").commit({"big-Q4_K_M.gguf": Lfs(big.data + b"d" * 3_000_000)})
    assert json.loads(hug.ok("quants", "acme/big", "--exact", "--json"))["quants"][0]["parameters"] == 4000
    assert {r.headers["Range"] for r in hub.requests if "/resolve/" in r.path} == {"bytes=0-65535"}
    hub.fault(path="/resolve/", status=404)
    done = hug("quants", "acme/big", "--exact")
    assert done.returncode == 1 and not done.stdout and "big-Q4_K_M.gguf" in done.stderr


@pytest.mark.parametrize("args, path", [
    (["quants", "acme/owl-GGUF", "--exact"], "/resolve/"), (["quants", "acme/owl-GGUF"], "/tree/"), (["quants", "acme/owl-GGUF"], r"api/models/acme/owl-GGUF\?"),
    (["download", "acme/owl-GGUF:Q4_K_M"], "/tree/")])
def test_stopped_while_it_asks(hug, hub, gguf, args, path):
    """Whichever question it is: no result, no success."""
    slow = hub.fault(path=path, latency=1.5)
    run = hug.start(*args)
    end = time.monotonic() + 10
    while not slow.hits and time.monotonic() < end:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=10)
    assert slow.hits and run.returncode == 130 and not out, err


@pytest.mark.parametrize("types, files", [
    ("Q4_K_M", ["owl-Q4_K_M.gguf"]), ("q8_0", PARTS), ("Q4_K_M,iq4_k_m", ["owl-IQ4_K_M.gguf", "owl-Q4_K_M.gguf"])])
def test_download(hug, gguf, types, files):
    """All parts, the one projector, and nothing else."""
    out = hug.ok("download", f"acme/owl-GGUF:{types}")
    assert fetched(out.strip()) == sorted([*files, "mmproj-F16.gguf"])


@pytest.mark.parametrize("address", ["acme/owl-GGUF@main:Q4_K_M", "model/acme/owl-GGUF:Q4_K_M", "hf://acme/owl-GGUF@main:Q4_K_M",
                                     "{endpoint}/acme/owl-GGUF:Q4_K_M"])
def test_any_address(hug, hub, gguf, address):
    out = hug("download", address.format(endpoint=hub.endpoint), "--dry-run").stdout
    assert "owl-Q4_K_M.gguf" in out and "IQ4" not in out and "Q8_0" not in out


def test_one_file_prints_its_path(hug, hub):
    hub.add_repo("acme/one").commit({"one-Q4_K_M.gguf": b"GGUF", "two-Q8_0.gguf": b"GGUF2"})
    assert hug.ok("download", "acme/one:q8_0").strip().endswith("/two-Q8_0.gguf")


@pytest.mark.parametrize("args, code, says", [
    (["acme/owl-GGUF:Q5_K_M"], 1, "no GGUF file of type Q5_K_M here; there is Q4_K_M, IQ4_K_M, Q8_0"),
    (["acme/owl-GGUF:Q5_K_M"], 1, "hug quants acme/owl-GGUF"),
    (["acme/two:Q4_0"], 1, "2 models here are of type Q4_0: a-Q4_0, b-Q4_0"),
    (["acme/cut:Q4_0"], 1, "has 1 of its 2 parts"),
    (["acme/owl:Q4_0"], 1, "no GGUF files with a type"),
    (["acme/none:Q4_0"], 1, "acme/none"),
    (["acme/owl-GGUF:Q4_K_M", "README.md"], 2, "cannot be combined"),
    (["acme/owl-GGUF:Q4_K_M", "--include", "*.md"], 2, "cannot be combined"),
    (["acme/owl-GGUF:Q4_K_M", "--queue"], 2, "names a quantisation, which cannot be chosen here"),
])
def test_mistakes(hug, hub, gguf, owl, args, code, says):
    """Nothing is fetched."""
    hub.add_repo("acme/two").commit({"a-Q4_0.gguf": b"1", "b-Q4_0.gguf": b"2"})
    hub.add_repo("acme/cut").commit({"a-Q4_0-00001-of-00002.gguf": b"1"})
    done = hug("download", *args)
    assert done.returncode == code and says in done.stderr and not done.stdout
    assert not [r for r in hub.requests if "/resolve/" in r.path or r.server == "store"]


def test_no_gguf(hug, owl):
    done = hug("quants", "acme/owl")
    assert done.returncode == 1 and "acme/owl has no GGUF files" in done.stderr and "hug ls -R acme/owl" in done.stderr


def test_several_projectors(hug, hub):
    hub.add_repo("acme/eye").commit({"m-Q4_0.gguf": b"1", "mmproj-F16.gguf": b"2", "mmproj-F32.gguf": b"3"})
    done = hug("download", "acme/eye:Q4_0")
    assert done.returncode == 0 and done.stdout.strip().endswith("m-Q4_0.gguf") and "2 projectors" in done.stderr


@pytest.mark.parametrize("name", ["hf", "huggingface-cli"])
def test_old_names_know_no_types(hug, hub, gguf, tmp_path, name):
    program = tmp_path / name
    program.symlink_to(os.environ["HUG"])
    done = subprocess.run([program, "download", "acme/owl-GGUF:Q4_K_M"], env=hug.env, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and not [r for r in hub.requests if r.server == "store"]


def test_names_from_outside(hug, hub):
    hub.add_repo("acme/odd").commit({"a\x1b[31m-Q4_0.gguf": b"1", "b-Q4_0.gguf": b"2", "c-Q8_0.gguf": b"3",
                                        "mmproj-\x1b[31mF16.gguf": b"4", "mmproj-F32.gguf": b"5"})
    for args in (["quants", "acme/odd"], ["quants", "acme/odd", "--json"], ["download", "acme/odd:Q4_0"], ["download", "acme/odd:Q8_0"]):
        done = hug(*args)
        assert "\x1b" not in done.stdout + done.stderr


def test_types_without_the_hub(hug, hub):
    """What is cached is found by its type; what is not cannot be had, and nothing is said to be there."""
    hub.add_repo("acme/off-GGUF").commit({f"off-{kind}.gguf": b"GGUF" + kind.encode() for kind in ("Q4_K_M", "Q8_0")})
    online = hug.ok("download", "acme/off-GGUF:Q4_K_M")
    done = hug("download", "acme/off-GGUF:q4_k_m", "--offline")
    assert done.returncode == 0 and done.stdout.strip() == online and "types as the cache has them" in done.stderr
    assert hug.fails("download", "acme/off-GGUF:Q8_0", "--offline") and hug.fails("download", "acme/other-GGUF:Q8_0", "--offline")
