"""The plain way: what a LangChain quickstart does, without its text splitter and Chroma wrapper, which are not among our packages.

Splits of 1,000 characters that overlap by 200 and prefer to break at a paragraph, line or space (as RecursiveCharacterTextSplitter does),
the same embedder as ours, one in-memory Chroma collection, similarity search. No BM25, no filters, no citations.
"""

from collections.abc import Callable
from pathlib import Path

from corpus.embedding import Embedder, Vectors

_SIZE, _OVERLAP = 1000, 200
_BATCH = 256
_BREAKS = ("\n\n", "\n", " ")


def naive_search(folder: Path, embedder: Embedder) -> Callable[[str, int], list[str]]:
    """Index a folder's Markdown files; the function finds the texts nearest to a question."""
    pieces = [piece for path in sorted(folder.glob("*.md")) for piece in split(path.read_text(encoding="utf-8"))]
    add, search = plain_collection("baseline", embedder)
    for start in range(0, len(pieces), _BATCH):
        batch = pieces[start : start + _BATCH]
        ids = [str(start + number) for number in range(len(batch))]
        add(ids, embedder.embed(batch), batch)
    return search


def plain_collection(
    name: str, embedder: Embedder
) -> tuple[Callable[[list[str], Vectors, list[str]], None], Callable[[str, int], list[str]]]:
    """One in-memory Chroma collection with its own settings: how to add ids, vectors and texts, and how to search it."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(name, embedding_function=None)

    def add(ids: list[str], vectors: Vectors, texts: list[str]) -> None:
        collection.upsert(ids, embeddings=vectors, documents=texts)

    def search(question: str, limit: int) -> list[str]:
        found = collection.query(query_embeddings=embedder.embed([question]), n_results=limit, include=["documents"])
        return list((found["documents"] or [[]])[0])

    return add, search


def split(text: str) -> list[str]:
    """Pieces of at most 1,000 characters, each starting 200 before the end of the last."""
    pieces, start = list[str](), 0
    while start < len(text):
        end = min(len(text), start + _SIZE)
        if end < len(text):
            end = _break(text, start, end)
        pieces.append(text[start:end])
        start = len(text) if end == len(text) else end - _OVERLAP
    return pieces


def _break(text: str, start: int, end: int) -> int:
    """The last good place to end a piece in its second half."""
    found = (text.rfind(mark, start + _SIZE // 2, end) for mark in _BREAKS)
    return next((place for place in found if place > 0), end)
