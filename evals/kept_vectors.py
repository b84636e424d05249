"""Vectors of texts that were embedded before, kept between evaluation runs.

A change of the code makes every evaluation library anew (``evals.library``); the chunks of most of them read as before, and only
embedding them takes long.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np

from corpus.embedding import Embedder, Vectors

# Several runs may write at once; none holds the file for longer than a batch takes to write.
_WAIT_S = 60.0
# SQLite's own limit on the values of one statement is 999 in old builds.
_LOOKED_UP = 500


class RememberingEmbedder:
    """Another embedder, asked for each text once. ``kind`` is what of the settings changes its vectors beside its name."""

    def __init__(self, inner: Embedder, path: Path, kind: str) -> None:
        self.name = inner.name
        self._inner = inner
        self._path = path
        self._kind = kind
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as kept, kept:
            kept.execute("PRAGMA journal_mode=WAL")
            kept.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the other embeds, shape (len(texts), dimension)."""
        if not texts:
            return self._inner.embed(texts)
        keys = [sha256(f"{self.name}\0{self._kind}\0{text}".encode()).digest() for text in texts]
        with closing(self._open()) as kept:
            found = self._found(kept, list(dict.fromkeys(keys)))
            if missing := {key: text for key, text in zip(keys, texts, strict=True) if key not in found}:
                made = self._inner.embed(list(missing.values())).astype(np.float32)
                found |= dict(zip(missing, made, strict=True))
                with kept:
                    rows = [(key, found[key].tobytes()) for key in missing]
                    kept.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.stack([found[key] for key in keys])

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_WAIT_S)

    @staticmethod
    def _found(kept: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _LOOKED_UP):
            some = keys[start : start + _LOOKED_UP]
            marks = ",".join("?" * len(some))
            for key, vector in kept.execute(f"SELECT text, vector FROM vectors WHERE text IN ({marks})", some):
                found[key] = np.frombuffer(vector, dtype=np.float32)
        return found
