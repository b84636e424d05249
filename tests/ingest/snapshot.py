"""Everything a library holds, in a form that two libraries can be compared by."""

from typing import Any

from sqlalchemy import select

from corpus.store import Corpus
from corpus.tables import metadata


def snapshot(corpus: Corpus) -> dict[str, Any]:
    """Every row of the catalogue (ledger and cases among them), every vector, and the chunks that BM25 knows."""
    held = corpus.vectors._collection.get(include=["embeddings", "metadatas"])
    embeddings, owners = held["embeddings"], held["metadatas"]
    assert embeddings is not None
    assert owners is not None
    vectors = {name: (vector.tobytes(), owner["report_id"]) for name, vector, owner in zip(held["ids"], embeddings, owners, strict=True)}
    with corpus.catalog.reading() as connection:
        rows = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}
    return rows | {"vectors": vectors, "bm25": corpus.lexical.ids(), "problems": corpus.check()}
