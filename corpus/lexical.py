"""The BM25 index (tantivy), fed with our own tokens. Derived from the catalogue; holds ids and tokens, no text."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import LibraryDamaged, unwritable
from corpus.report import Chunk, ChunkId, Hit, ReportId
from corpus.text import tokens

if TYPE_CHECKING:
    import tantivy

# tantivy asks for 15 MB a thread at least; one thread keeps segments few and leaves the second core to the embedder.
_WRITER_BYTES = 64_000_000
# tantivy's own; a term that a chunk repeats without end scores its rarity times (k1 + 1).
_K1 = 1.2


class LexicalIndex:
    """Chunks by their words. BM25 with tantivy's k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009)."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._counts: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("chunk_id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("report_id", tokenizer_name="raw", index_option="basic")
        schema.add_text_field("tokens", tokenizer_name="whitespace", index_option="freq")
        self._schema = schema.build()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (ValueError, OSError) as error:
            raise LibraryDamaged(
                f"{folder}: the BM25 index cannot be opened ({error}); make room where the disk is full, "
                "else delete it and run `casebook check --repair`"
            ) from error
        self._index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Insert or replace; visible to searches when this returns."""
        self._write(chunks, [chunk.id for chunk in chunks])

    def remove(self, chunk_ids: Iterable[ChunkId]) -> None:
        self._write([], list(chunk_ids))

    def _write(self, chunks: Sequence[Chunk], stale: Sequence[ChunkId]) -> None:
        if not stale:
            return
        documents = [
            self._tantivy.Document(chunk_id=chunk.id, report_id=chunk.report_id, tokens=" ".join(tokens(chunk.index_text)))
            for chunk in chunks
        ]
        try:
            self._commit(documents, stale)
        except (ValueError, OSError) as error:  # tantivy has no class of its own for a full disk
            raise unwritable("the BM25 index", error) from error
        self._index.reload()
        self._counts.clear()

    def _commit(self, documents: Sequence["tantivy.Document"], stale: Sequence[ChunkId]) -> None:
        writer = self._index.writer(_WRITER_BYTES, 1)
        for chunk_id in stale:
            writer.delete_documents_by_term("chunk_id", chunk_id)
        for document in documents:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def search(self, weights: Mapping[str, float], limit: int, report_ids: Sequence[ReportId] | None = None) -> list[Hit]:
        """The best chunks for weighted tokens (made by ``corpus.text.tokens``). Ties are ordered by chunk id."""
        if not weights or limit < 1:
            return []
        searcher = self._index.searcher()
        found = searcher.search(self._query(weights, report_ids), limit, count=False).hits
        hits = [Hit(searcher.doc(address)["chunk_id"][0], score) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))

    def _query(self, weights: Mapping[str, float], report_ids: Sequence[ReportId] | None) -> "tantivy.Query":
        kind, occur = self._tantivy.Query, self._tantivy.Occur
        terms = kind.boolean_query(
            [(occur.Should, kind.boost_query(kind.term_query(self._schema, "tokens", token), weight)) for token, weight in weights.items()]
        )
        if report_ids is None:
            return terms
        allowed = kind.const_score_query(kind.term_set_query(self._schema, "report_id", list(report_ids)), 0.0)
        return kind.boolean_query([(occur.Must, terms), (occur.Must, allowed)])

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def ceiling(self, weights: Mapping[str, float]) -> float:
        """What a search for these weighted tokens cannot score more than."""
        return (_K1 + 1) * sum(weight * self.rarity(token) for token, weight in weights.items())

    def rarity(self, token: str) -> float:
        """Inverse document frequency of a token as BM25 weighs it."""
        return inverse_document_frequency(self._count(token), self._index.searcher().num_docs)

    def knows(self, token: str) -> bool:
        """Whether any chunk holds the token."""
        return bool(self._count(token))

    def _count(self, token: str) -> int:
        """How many chunks hold the token. tantivy's own document frequency still counts what was deleted."""
        known = self._counts.get(token)
        if known is None:
            term = self._tantivy.Query.term_query(self._schema, "tokens", token)
            found = self._index.searcher().search(term, 1, count=True)
            known = self._counts[token] = int(found.count or 0)  # type: ignore[attr-defined]  # its stubs leave the count out
        return known

    def ids(self) -> set[ChunkId]:
        searcher = self._index.searcher()
        everything = searcher.search(self._tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
        return {searcher.doc(address)["chunk_id"][0] for _, address in everything}


def inverse_document_frequency(holders: int, total: int) -> float:
    """How much something weighs that ``holders`` of ``total`` have: ln(1 + (n - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (total - holders + 0.5) / (holders + 0.5))
