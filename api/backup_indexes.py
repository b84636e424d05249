"""The two indexes inside a backup: what comes back ranks to the last digit as it did, and nothing is embedded again.

Both are derived. What a backup does not hold, or what another embedder, other tokens or another tantivy made, is built from the catalogue.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from corpus.catalog import Catalog
from corpus.errors import LibraryDamaged
from corpus.lexical import LexicalIndex
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.text import tokens
from corpus.vectors import VectorIndex

VECTORS, BM25 = "vectors", "bm25"
# Where the store notes whose vectors every chunk has.
_EMBEDDED_BY = "embedder"
# Other rules for tokens show in so many chunks, or change next to nothing.
_SAMPLE = 500


def embedder_of(home: Path) -> str | None:
    """The embedder of a library's vectors; None where it was never whole."""
    noted = home / _EMBEDDED_BY
    return noted.read_text(encoding="utf-8") if noted.exists() else None


def copy_bm25(home: Path, staged: Path) -> Iterator[Path]:
    """Copies of the files of the BM25 index; tantivy's locks stay where they are."""
    (staged / BM25).mkdir()
    for path in sorted((home / BM25).glob("*")):
        if path.is_file() and path.suffix != ".lock":
            yield Path(shutil.copy2(path, staged / BM25))


def copy_vectors(settings: Settings, embedder: str, staged: Path) -> Iterator[Path]:
    """The vectors as pages of arrays. An embedded Chroma belongs to one process, maybe a running server: a copy of its files is read."""
    opened = staged / "chroma"
    if not settings.chroma_url:
        _copy_chroma(settings.home / VECTORS, opened)
    (staged / VECTORS).mkdir()
    with closing(VectorIndex.open(opened, settings.chroma_url, embedder)) as index:
        for number, (chunk_ids, vectors) in enumerate(index.pages()):
            page = staged / VECTORS / f"{number:05}.npz"
            np.savez(page, chunk_ids=np.array(chunk_ids), vectors=vectors)
            yield page


def _copy_chroma(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".sqlite3":
            copy_database(path, place)
        elif not path.name.endswith(("-wal", "-shm", "-journal")):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)


def copy_database(source: Path, target: Path) -> None:
    """A copy as of one moment, write-ahead log included. Raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


def tokens_digest(catalog: Path) -> str:
    """A digest of the tokens of some chunks: a BM25 index made of others than today's would not be found in."""
    digest = sha256()
    with closing(Catalog.open(catalog)) as opened:
        found = opened.chunks(islice(sorted(opened.all_chunk_ids()), _SAMPLE))
        for name in sorted(found):
            digest.update(" ".join(tokens(found[name].index_text)).encode())
    return digest.hexdigest()


def is_readable(bm25: Path) -> bool:
    """Whether the tantivy of today opens the files of a backup."""
    try:
        LexicalIndex(bm25).count()
    except LibraryDamaged:
        return False
    return True


def put_vectors_back(folder: Path, corpus: Corpus) -> None:
    """Hand the saved vectors to the index, for the chunks that the catalogue knows. Raises LibraryDamaged for what is no page of them."""
    for path in sorted(folder.glob("*")):
        try:
            with np.load(path, allow_pickle=False) as page:
                chunk_ids, vectors = [str(name) for name in page["chunk_ids"]], page["vectors"].astype(np.float32)
        except (ValueError, KeyError, OSError, BadZipFile) as error:
            raise LibraryDamaged(f"{path.name}: holds no vectors ({error}); `casebook check --repair` embeds the texts again") from error
        chunks = corpus.catalog.chunks(chunk_ids)
        known = [row for row, name in enumerate(chunk_ids) if name in chunks]
        corpus.vectors.add([chunks[chunk_ids[row]] for row in known], vectors[known])
