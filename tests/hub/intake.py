"""What comes into the store: PUTs of objects and of parts, and objects put together.

A receiver takes the body of a PUT while it arrives, and answers it.  With
`hub.keep_bytes` the content is kept, in one buffer for each object; without
it only the hash and the size are, so that an object may be larger than memory.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import zlib

from .messages import PIECE, Answer
from .repos import Lfs

ZEROS = bytes(PIECE)


class Refusal:
    """Takes the body of a request that is refused: clients read no answer before they have sent it."""

    def __init__(self, answer: Answer):
        self._answer = answer

    def write(self, piece: bytes) -> None:
        pass

    def answer(self) -> Answer:
        return self._answer


class Whole:
    """Takes an object in one PUT."""

    def __init__(self, oid: str, size: int, length: int, keep: bool, done, refusal):
        self.oid, self.size, self.done, self.refusal = oid, size, done, refusal
        self.buffer = bytearray(size) if keep and size == length else None
        self.hash, self.count = hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        self.hash.update(piece)
        if self.buffer is not None:
            self.buffer[self.count : self.count + len(piece)] = piece
        self.count += len(piece)

    def answer(self) -> Answer:
        if self.count != self.size:
            return self.refusal(400, "BadRequest", f"Expected {self.size} bytes, got {self.count}")
        if self.hash.hexdigest() != self.oid:
            return self.refusal(400, "XAmzContentSHA256Mismatch", "The SHA-256 of the content differs")
        return self.done(made(self.oid, self.size, self.buffer), self.count)


def made(oid: str, size: int, buffer) -> Lfs:
    """A stored object; without a buffer its content is not known any more."""
    return Lfs(b"" if buffer is None else buffer, sha256=oid, size=size)


class Multipart:
    """One upload in parts.  Parts may come in any order, several times, and at once."""

    def __init__(self, oid: str, size: int, part_size: int, keep: bool):
        self.id = secrets.token_hex(16)
        self.oid, self.size, self.part_size = oid, size, part_size
        self.count = -(-size // part_size)
        self.etags: dict[int, str] = {}
        self.lock = threading.Lock()
        self._keep = keep
        self._buffer: bytearray | None = None  # made for the first part
        # Without a buffer: the hash of the first parts, how many these are, and what came before its turn.
        self._hash, self._hashed = hashlib.sha256(), 0
        self._early: dict[int, list[bytes | int]] = {}
        self._changed = False

    def length_of(self, number: int) -> int:
        return min(self.part_size, self.size - (number - 1) * self.part_size)

    def room(self, number: int):
        """Where part `number` goes, None without a buffer."""
        if not self._keep:
            return None
        with self.lock:
            if self._buffer is None:
                self._buffer = bytearray(self.size)
        start = (number - 1) * self.part_size
        return memoryview(self._buffer)[start : start + self.length_of(number)]

    def add(self, number: int, etag: str, pieces: list[bytes | int]) -> None:
        """Part `number` is complete."""
        with self.lock:
            before = self.etags.get(number)
            self.etags[number] = etag
            if self._keep:
                return
            if number <= self._hashed:
                self._changed = self._changed or before != etag
                return
            self._early[number] = pieces
            while self._hashed + 1 in self._early:
                self._hashed += 1
                for piece in self._early.pop(self._hashed):
                    _update(self._hash, piece)

    def fits(self) -> bool:
        """Whether all parts together have the hash that was announced."""
        with self.lock:
            if self._keep:
                return hashlib.sha256(self._buffer or b"").hexdigest() == self.oid
            return not self._changed and self._hashed == self.count and self._hash.hexdigest() == self.oid

    def object(self) -> Lfs:
        return made(self.oid, self.size, self._buffer if self._keep else None)


class Part:
    """Takes one part."""

    def __init__(self, upload: Multipart, number: int, done, refusal):
        self.upload, self.number, self.done, self.refusal = upload, number, done, refusal
        self.expected = upload.length_of(number)
        self.room = upload.room(number)
        self.pieces: list[bytes | int] = []
        self.count, self.sum = 0, 0

    def write(self, piece: bytes) -> None:
        self.sum = zlib.crc32(piece, self.sum)
        self.count += len(piece)
        if self.count > self.expected:
            return
        if self.room is not None:
            self.room[self.count - len(piece) : self.count] = piece
        else:
            self.pieces.append(len(piece) if piece == ZEROS[: len(piece)] else piece)

    def answer(self) -> Answer:
        if self.count != self.expected:
            return self.refusal(400, "BadRequest", f"Expected {self.expected} bytes, got {self.count}")
        text = f"{self.upload.id} {self.number} {self.count} {self.sum}"
        etag = f'"{hashlib.md5(text.encode()).hexdigest()}"'
        self.upload.add(self.number, etag, self.pieces)
        return self.done(self.upload.oid, self.number, self.count, etag)


def _update(hash, piece: bytes | int) -> None:
    """Hash a piece; a number stands for that many zeros."""
    hash.update(memoryview(ZEROS)[:piece] if isinstance(piece, int) else piece)
