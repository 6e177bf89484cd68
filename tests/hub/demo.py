"""Content for the command line: one repo of each type, the same bytes every time."""

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

# Tiny owl

A model that knows one word.  It was made for demonstrations.
"""


def fill(hub) -> None:
    """Add the demo repos to a Hub."""
    _model(hub.add_repo(f"{OWNER}/tiny-owl"))
    _dataset(hub.add_repo(f"{OWNER}/songs", type="dataset"))
    _space(hub.add_repo(f"{OWNER}/hoot", type="space"))


def noise(name: str, size: int) -> bytes:
    """Bytes that look random and depend on the name only."""
    return random.Random(name).randbytes(size)


def safetensors(shapes: dict[str, list[int]]) -> bytes:
    """A valid safetensors file of BF16 tensors filled with noise."""
    header, parts, end = {"__metadata__": {"format": "pt"}}, [], 0
    for name, shape in shapes.items():
        begin, end = end, end + 2 * shape[0] * shape[1]
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [begin, end]}
        parts.append(noise(name, end - begin))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def parquet(name: str, size: int) -> bytes:
    """A file with the magic bytes of Parquet at both ends."""
    return b"PAR1" + noise(name, size - 8) + b"PAR1"


def pretty(value) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _model(repo) -> None:
    repo.commit({".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"})
    vocabulary = {f"hoo{'o' * n}t": n for n in range(200)}
    first = repo.commit(
        {
            "README.md": README.encode(),
            "config.json": pretty({"model_type": "owl", "hidden_size": 512, "vocab_size": 200}),
            "tokenizer.json": pretty({"version": "1.0", "model": {"vocab": vocabulary}}),
        },
        title="Add card, configuration and tokenizer",
    )
    repo.tag("v0.1", first)
    layers = {f"model.layers.{n}.weight": [1024, 1024] for n in range(6)}
    repo.commit(
        {
            "model.safetensors": Lfs(safetensors({"embed.weight": [200, 512], **layers})),
            "onnx/model.onnx": Lfs(noise("onnx", 3_000_000)),
        },
        title="Add weights",
    )
    repo.tag("v1.0", repo.head())
    repo.branch("dev", first)


def _dataset(repo) -> None:
    shards = 3
    names = [f"data/train-{n:05d}-of-{shards:05d}.parquet" for n in range(shards)]
    files = {name: Lfs(parquet(name, 400_000 + 1000 * n)) for n, name in enumerate(names)}
    card = b"# Songs\n\nCalls of owls, written down.\n"
    repo.commit({"README.md": card, **files}, title="Add songs")


def _space(repo) -> None:
    card = b"---\ntitle: Hoot\nsdk: static\n---\n"
    page = b"<!doctype html>\n<title>Hoot</title>\n<p>Hoot!</p>\n"
    repo.commit({"README.md": card, "index.html": page, "style.css": b"p { color: brown }\n"})
