"""Content for the command line: ten repos of all types, the same bytes every time.

`fill` makes the repos as they are at first; `publish` adds the revisions that
their authors make later, so that what was downloaded before becomes detached.
"""

from __future__ import annotations

import json
import random
import struct

from .repos import Lfs

OWNER = "hug-demo"
README = """---
license: mit
library_name: transformers
pipeline_tag: text-generation
---

# {name}

{text}  It was made for demonstrations.
"""
ATTRIBUTES = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
F16 = 1  # a type of tensor in GGUF


def fill(hub) -> None:
    """Add the demo repos to a Hub."""
    _tiny_owl(_add(hub, "tiny-owl", downloads=48_210, pipeline="text-generation"))
    _gguf(_add(hub, "tiny-owl-GGUF", downloads=31_877, pipeline="text-generation"))
    for kind, downloads in (("Base", 5_120), ("Instruct", 9_604)):
        repo = _add(hub, f"barn-owl-7M-{kind}", downloads=downloads, pipeline="text-generation")
        _sharded(repo, kind, "v1")
    _embedding(_add(hub, "owl-embed-small", downloads=120_431, pipeline="feature-extraction"))
    _speech(_add(hub, "hoot-asr", downloads=2_318, pipeline="automatic-speech-recognition"))
    _songs(_add(hub, "songs", "dataset", downloads=6_025), shards=3)
    _add(hub, "nests", "dataset", downloads=311).commit(
        {"README.md": _card("nests", "Where owls nest."), "nests.csv": _table(400)}, title="Add nests")
    _recordings(_add(hub, "night-sounds", "dataset", downloads=1_280))
    _space(_add(hub, "hoot", "space"))


def publish(hub) -> None:
    """Add the revisions that come later, and move the branches there."""
    owl = hub.find_repo("model", f"{OWNER}/tiny-owl")
    owl.commit({"README.md": _card("tiny-owl", "A model that knows two words.")}, title="Correct the card")
    owl.commit({"model.safetensors": Lfs(_owl_weights("second"))}, title="Train for longer")
    owl.tag("v2.0", owl.head())
    for kind in ("Base", "Instruct"):
        _sharded(hub.find_repo("model", f"{OWNER}/barn-owl-7M-{kind}"), kind, "v2")
    songs = hub.find_repo("dataset", f"{OWNER}/songs")
    songs.commit({path: None for path in songs.find("main").files if path.startswith("data/")})
    _songs(songs, shards=4)


def noise(name: str, size: int) -> bytes:
    """Bytes that look random and depend on the name only."""
    return random.Random(name).randbytes(size)


def safetensors(shapes: dict[str, list[int]], seed: str = "") -> bytes:
    """A valid safetensors file of BF16 tensors filled with noise."""
    header, parts, end = {"__metadata__": {"format": "pt"}}, [], 0
    for name, shape in shapes.items():
        begin, end = end, end + 2 * shape[0] * shape[1]
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [begin, end]}
        parts.append(noise(seed + name, end - begin))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def gguf(name: str, size: int, part: int = 0, parts: int = 1) -> bytes:
    """A valid GGUF file of about that size: some facts, and one F16 tensor of noise."""
    facts = _text("general.architecture", "owl") + _text("general.name", name)
    facts += _number("split.no", part) + _number("split.count", parts)
    length = size // 2 // 32 * 32
    tensor = _string(f"blk.{part}.weight") + struct.pack("<IQIQ", 1, length, F16, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 4) + facts + tensor
    return head + bytes(-len(head) % 32) + noise(f"{name} {part}", 2 * length)


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _text(key: str, value: str) -> bytes:
    return _string(key) + struct.pack("<I", 8) + _string(value)


def _number(key: str, value: int) -> bytes:
    return _string(key) + struct.pack("<IH", 2, value)


def parquet(name: str, size: int) -> bytes:
    """A file with the magic bytes of Parquet at both ends."""
    return b"PAR1" + noise(name, size - 8) + b"PAR1"


def wave(name: str, seconds: int) -> bytes:
    """A WAV file of 8 kHz, 8 bits, one channel."""
    data = noise(name, 8000 * seconds)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data)) + data


def pretty(value) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _card(name: str, text: str) -> bytes:
    return README.format(name=name, text=text).encode()


def _table(rows: int) -> bytes:
    pick = random.Random("nests")
    lines = [f"{n},{pick.choice(('oak', 'barn', 'cliff'))},{pick.randint(1, 7)}" for n in range(rows)]
    return "\n".join(["nest,place,eggs", *lines, ""]).encode()


def _add(hub, name: str, type: str = "model", downloads: int = 0, pipeline: str | None = None):
    """A repo that the lists of the Hub show with these numbers."""
    repo = hub.add_repo(f"{OWNER}/{name}", type=type)
    if downloads:
        repo.facts |= {"downloads": downloads, "likes": downloads // 500}
    if pipeline:
        repo.facts |= {"pipeline_tag": pipeline, "library_name": "transformers"}
    return repo


def _owl_weights(seed: str) -> bytes:
    layers = {f"model.layers.{n}.weight": [1024, 1024] for n in range(6)}
    return safetensors({"embed.weight": [200, 512], **layers}, seed)


def _tiny_owl(repo) -> None:
    repo.commit({".gitattributes": ATTRIBUTES})
    vocabulary = {f"hoo{'o' * n}t": n for n in range(200)}
    first = repo.commit(
        {
            "README.md": _card("tiny-owl", "A model that knows one word."),
            "config.json": pretty({"model_type": "owl", "hidden_size": 512, "vocab_size": 200}),
            "tokenizer.json": pretty({"version": "1.0", "model": {"vocab": vocabulary}}),
        },
        title="Add card, configuration and tokenizer",
    )
    repo.tag("v0.1", first)
    repo.commit(
        {
            "model.safetensors": Lfs(_owl_weights("")),
            "onnx/model.onnx": Lfs(noise("onnx", 3_000_000)),
        },
        title="Add weights",
    )
    repo.tag("v1.0", repo.head())
    repo.branch("dev", first)


def _gguf(repo) -> None:
    """One model at several precisions; the largest is split as llama.cpp does it."""
    sizes = {"Q2_K": 1_600_000, "Q4_K_M": 2_400_000, "Q5_K_M": 2_900_000, "Q8_0": 4_300_000}
    files = {f"tiny-owl-{kind}.gguf": Lfs(gguf(f"tiny-owl {kind}", size)) for kind, size in sizes.items()}
    for part in range(2):
        path = f"F16/tiny-owl-F16-{part + 1:05d}-of-00002.gguf"
        files[path] = Lfs(gguf("tiny-owl F16", 4_000_000, part, 2))
    repo.commit({"README.md": _card("tiny-owl-GGUF", "tiny-owl for llama.cpp."), **files}, title="Add files")


def _sharded(repo, kind: str, version: str) -> None:
    """Weights in three parts; the second version leaves one of them as it was."""
    names = [f"model-{n + 1:05d}-of-00003.safetensors" for n in range(3)]
    seeds = [f"{kind} v1 0"] + [f"{kind} {version} {n}" for n in (1, 2)]
    shards = {name: Lfs(safetensors({f"layer.{n}": [1024, 900]}, seed))
              for n, (name, seed) in enumerate(zip(names, seeds))}
    index = {f"layer.{n}": name for n, name in enumerate(names)}
    texts = {
        "README.md": _card(repo.id, f"Version {version[1:]}."),
        "config.json": pretty({"model_type": "owl", "hidden_size": 1024}),
        "model.safetensors.index.json": pretty({"weight_map": index}),
    }
    repo.commit({**texts, **shards}, title=f"Add {version}")
    repo.tag(f"{version}.0", repo.head())


def _embedding(repo) -> None:
    repo.commit(
        {
            "README.md": _card("owl-embed-small", "Vectors of what owls say."),
            "config.json": pretty({"model_type": "bert", "hidden_size": 384}),
            "model.safetensors": Lfs(safetensors({"embeddings": [2048, 384]}, "embed")),
            "onnx/model.onnx": Lfs(noise("embed onnx", 1_600_000)),
            "onnx/model_quantized.onnx": Lfs(noise("embed onnx 8", 400_000)),
        },
        title="Add model",
    )


def _speech(repo) -> None:
    repo.commit(
        {
            "README.md": _card("hoot-asr", "Writes down what owls say."),
            "preprocessor_config.json": pretty({"sampling_rate": 8000}),
            "pytorch_model.bin": Lfs(noise("speech", 2_800_000)),
        },
        title="Add model",
    )
    repo.propose({"model.safetensors": Lfs(safetensors({"encoder": [1400, 1000]}, "speech"))},
                 title="Add safetensors")


def _songs(repo, shards: int) -> None:
    names = [f"data/train-{n:05d}-of-{shards:05d}.parquet" for n in range(shards)]
    files = {name: Lfs(parquet(name, 400_000 + 1000 * n)) for n, name in enumerate(names)}
    repo.commit({"README.md": b"# Songs\n\nCalls of owls, written down.\n", **files}, title="Add songs")


def _recordings(repo) -> None:
    names = [f"{place}/{n:03d}.wav" for place in ("barn", "forest") for n in range(12)]
    files = {name: Lfs(wave(name, 5 + n % 6)) for n, name in enumerate(names)}
    repo.commit({"README.md": _card("night-sounds", "What one hears at night."), **files}, title="Add recordings")


def _space(repo) -> None:
    card = b"---\ntitle: Hoot\nsdk: static\n---\n"
    page = b"<!doctype html>\n<title>Hoot</title>\n<p>Hoot!</p>\n"
    repo.commit({"README.md": card, "index.html": page, "style.css": b"p { color: brown }\n"})
