"""The vector index: the one door to Chroma, embedded in this process or on a server."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from re import sub
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from corpus.embedding import Vectors
from corpus.errors import LibraryDamaged, LibraryError, unwritable
from corpus.report import Chunk, ChunkId, Hit, ReportId

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

# `collection.get()` of everything fails past about 32k chunks (SQLite's variable limit); pages of this size do not.
_PAGE = 5000
# How many chunks a search looks at. The graph is drawn anew at each start, and at 200 two starts gave 3 of 344 questions another hundredth
# hit; at 1,000 libraries of so many chunks are searched exactly, and of 10,050 chunks 3 in 100 questions miss one of their best hundred
# instead of 37, for 1 ms more.
_SEARCHED = 1000


class VectorIndex:
    """Chunks by their vectors, nearest by cosine. Vectors are always handed over; Chroma never embeds by itself."""

    def __init__(self, client: "Client", embedder_name: str) -> None:
        self._client = client
        self._limit = client.get_max_batch_size()
        self._collection = client.get_or_create_collection(
            collection_name(embedder_name),
            embedding_function=None,
            # Vectors have length 1, so this is their cosine. Chroma's own "cosine" divides by the length once more and gives back
            # other last digits than it was given; libraries made with it keep it.
            configuration={"hnsw": {"space": "ip", "ef_search": _SEARCHED, "ef_construction": 200}},
        )

    @classmethod
    def open(cls, folder: Path, url: str | None, embedder_name: str) -> "VectorIndex":
        """A server where a url is given, else embedded at a folder. Raises LibraryError where the server cannot be reached."""
        client = _server(url) if url else _embedded(folder)
        return cls(cast("Client", client), embedder_name)

    def add(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Insert or replace; ``vectors`` has one row a chunk. Raises LibraryError where they cannot be written."""
        for batch in _slices(len(chunks), self._limit):
            with _told_in_words():
                self._collection.upsert(
                    ids=[chunk.id for chunk in chunks[batch]],
                    embeddings=vectors[batch],
                    metadatas=[{"report_id": chunk.report_id} for chunk in chunks[batch]],
                )

    def remove(self, chunk_ids: Iterable[ChunkId]) -> None:
        stale = list(chunk_ids)
        for batch in _slices(len(stale), self._limit):
            with _told_in_words():
                self._collection.delete(ids=stale[batch])

    def search(self, vector: Vectors, limit: int, report_ids: Sequence[ReportId] | None = None) -> list[Hit]:
        """Nearest chunks to a vector of shape (dimension,), by cosine similarity. Ties are ordered by chunk id."""
        if limit < 1:
            return []
        where: dict[str, Any] | None = None if report_ids is None else {"report_id": {"$in": list(report_ids)}}
        found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, where=where, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        hits = [Hit(chunk_id, 1.0 - float(distance)) for chunk_id, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))

    def close(self) -> None:
        """Release files or connections. Chroma's own close leaves its two HTTP sessions open, so they are closed here."""
        owners = (self._client, getattr(self._client, "_admin_client", None))
        sessions = [getattr(getattr(owner, "_server", None), "_session", None) for owner in owners]
        self._client.close()
        for session in filter(None, sessions):
            session.close()

    def count(self) -> int:
        return self._collection.count()

    def holds(self, chunk_ids: Sequence[ChunkId]) -> set[ChunkId]:
        """Those of the ids that have a vector of this embedder."""
        batches = (chunk_ids[batch] for batch in _slices(len(chunk_ids), min(self._limit, _PAGE)))
        return {held for batch in batches for held in self._collection.get(ids=list(batch), include=[])["ids"]}

    def ids(self) -> set[ChunkId]:
        found: set[ChunkId] = set()
        for offset in range(0, self.count(), _PAGE):
            found.update(self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"])
        return found

    def pages(self) -> Iterator[tuple[list[ChunkId], Vectors]]:
        """Every chunk with its vector, some thousands at a time, in the order in which they were added."""
        for offset in range(0, self.count(), _PAGE):
            page = self._collection.get(limit=_PAGE, offset=offset, include=["embeddings"])
            yield page["ids"], np.asarray(page["embeddings"], dtype=np.float32)


@contextmanager
def _told_in_words() -> Iterator[None]:
    """Chroma's errors for a full disk, a file that may not be written or a server that is gone, as one of ours."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        yield
    except (ChromaError, HTTPError) as error:
        raise unwritable("the vector index", error) from error


def collection_name(embedder_name: str) -> str:
    """A legal Chroma name that two embedders never share; the digest keeps long or odd names apart."""
    slug = sub(r"[^a-zA-Z0-9]+", "-", embedder_name).strip("-")[-40:].strip("-")
    return f"casebook-{slug}-{sha256(embedder_name.encode()).hexdigest()[:8]}"


def _embedded(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception as error:  # Chroma lets its Rust core's and SQLite's own errors through
        raise LibraryDamaged(
            f"{folder}: the vector index cannot be opened ({error}); make room where the disk is full, "
            "else delete it and run `casebook check --repair`"
        ) from error


def _server(url: str) -> "ClientAPI":
    from urllib.parse import urlsplit

    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        return chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if secure else 8000),
            ssl=secure,
            settings=Settings(anonymized_telemetry=False),
        )
    except ValueError as error:
        raise LibraryError(
            f"no Chroma server answers at {url}: {error}; start one with `chroma run` or unset CASEBOOK_CHROMA_URL"
        ) from error


def _slices(length: int, size: int) -> Iterator[slice]:
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))
