"""A process that ingests in children and kills them on request: one child for each line of JSON on standard input.

``{"home": ..., "folder": ..., "after": seconds or null, "max_file_bytes": n or null}``; answered by ``killed``, ``done`` or ``failed: why``
and the seconds that the child lived. Everything is imported once, so that a kill hits the ingest and not the imports.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

import alembic.command
import chromadb  # noqa: F401
import markdown_it  # noqa: F401
import yaml  # noqa: F401

import ingest.pipeline
import ingest.reading_ahead
from corpus.errors import CasebookError
from corpus.settings import load_settings
from corpus.store import Corpus
from corpus.vocabulary import Vocabulary
from tests.doubles import HashingEmbedder

# Small batches: many moments at which a kill can fall between two writes.
BATCH_CHUNKS = 8


def run(home: Path, folder: Path, vocabulary: Vocabulary, max_file_bytes: int | None) -> None:
    ingest.pipeline._BATCH_CHUNKS = BATCH_CHUNKS
    if os.environ.get("READ_AHEAD"):
        ingest.reading_ahead._WORTH_BYTES = 1
    if max_file_bytes:  # no file grows beyond this: a disk that is full
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))
    with Corpus.open(settings := load_settings(home=home), HashingEmbedder()) as corpus:
        list(ingest.pipeline.Pipeline(corpus, settings, vocabulary).run([folder], prune=True))


def in_child(order: dict[str, str], vocabulary: Vocabulary, answer: int) -> None:
    try:
        run(Path(order["home"]), Path(order["folder"]), vocabulary, int(order["max_file_bytes"] or 0))
        os.write(answer, b"done")
    except CasebookError as error:
        os.write(answer, f"failed: {type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def obey(order: dict[str, str], vocabulary: Vocabulary) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        in_child(order, vocabulary, writing)
    os.close(writing)
    started = time.monotonic()
    if order["after"] is not None:
        time.sleep(float(order["after"]))
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode() or "killed"
    return json.dumps({"said": said, "seconds": time.monotonic() - started})


if __name__ == "__main__":
    assert alembic.command
    words = Vocabulary.load()
    print("ready", flush=True)
    for line in sys.stdin:
        print(obey(json.loads(line), words), flush=True)
