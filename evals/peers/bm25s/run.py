# mypy: ignore-errors
# Its packages are in an environment of its own, where this file runs as a script.
"""BM25 as its own library's first example does it (bm25s: Lucene's scoring, English stop words and stems), one paragraph a piece.

``python run.py FOLDER [--no-stems]`` in the environment of requirements.txt; FOLDER holds what ``python -m evals.peers export`` wrote.
A heading goes with the paragraph after it, so that an abstract is one piece with its title.
"""

import json
import re
import sys
from pathlib import Path

import bm25s
import Stemmer

PIECE = re.compile(r"(?:#.*\n\n)*\S.*(?:\n(?!\n).*)*")


def main(folder: Path, stemmer: "Stemmer.Stemmer | None") -> None:
    reports = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    depth = int((folder / "depth.txt").read_text(encoding="utf-8"))
    pieces = [(one["report_id"], found) for one in reports for found in PIECE.finditer(one["text"])]
    index = bm25s.BM25()
    index.index(bm25s.tokenize([found.group() for _, found in pieces], stopwords="en", stemmer=stemmer))
    asked = bm25s.tokenize([one["query"] for one in queries], stopwords="en", stemmer=stemmer)
    places, scores = index.retrieve(asked, k=min(depth, len(pieces)))
    with (folder / "run.bm25s.trec").open("w", encoding="utf-8") as run:
        for query, row, gained in zip(queries, places, scores, strict=True):
            for rank, (place, score) in enumerate(zip(row, gained, strict=True), start=1):
                report_id, found = pieces[place]
                span = f"{report_id}@{found.start()}-{found.end()}".replace(" ", "%20")
                run.write(f"{query['id']} Q0 {span} {rank} {score:.6f} bm25s\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), None if "--no-stems" in sys.argv[2:] else Stemmer.Stemmer("english"))
