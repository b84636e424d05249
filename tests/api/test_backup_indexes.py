"""Laws of the indexes in a backup: what comes back is what was there, and what no longer fits is built again."""

import io
import json
import tarfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api import backup_indexes
from api.backup import back_up, restore
from corpus import store
from corpus.embedding import Vectors
from corpus.errors import LibraryDamaged, LibraryLocked
from corpus.settings import Settings, load_settings
from corpus.store import Corpus, only_writer
from corpus.text import tokens
from tests.corpus.test_store import chroma_server
from tests.doubles import HashingEmbedder
from tests.library import REPORT_IDS, entries

__all__ = ["chroma_server"]


class Idle(HashingEmbedder):
    """Refuses to embed: whoever asks it has lost the vectors that were there."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} texts were embedded again")


class Other(HashingEmbedder):
    name = "another"


@pytest.fixture
def embedders(monkeypatch: pytest.MonkeyPatch) -> Callable[[HashingEmbedder], None]:
    """Chooses the embedder of the libraries that are opened from now on."""
    return lambda embedder: monkeypatch.setattr(store, "load_embedder", lambda _settings: embedder)


@pytest.fixture
def packed(settings: Settings, library: Corpus, tmp_path: Path) -> Path:
    """A backup of a library that was edited: its BM25 index still counts the words of what is gone."""
    library.remove([REPORT_IDS[0]])
    library.put(entries()[:1])
    target = tmp_path / "casebook.tgz"
    back_up(settings, target)
    return target


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "another" / "home")


def changed(packed: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """The backup with other members and manifest; the hashes are made to fit."""
    with tarfile.open(packed) as archive:
        members = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    manifest["sha256"] = {name: sha256(content).hexdigest() for name, content in members.items()}
    target = packed.with_name("changed.tgz")
    with tarfile.open(target, "w:gz") as archive:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target


def held(corpus: Corpus) -> dict[str, bytes]:
    """Each chunk's vector, to the last bit."""
    pages = list(corpus.vectors.pages())
    return {name: row.tobytes() for names, vectors in pages for name, row in zip(names, vectors, strict=True)}


def segments(home: Path) -> set[str]:
    """The files of the BM25 index; tantivy draws their names when it makes them."""
    return {path.name for path in (home / "bm25").glob("*.term")}


def scores(corpus: Corpus) -> list[tuple[str, float]]:
    weights = dict.fromkeys(tokens("calcinosis methotrexate elbows benefit"), 1.0)
    return [(hit.chunk_id, hit.score) for hit in corpus.lexical.search(weights, 10)]


def test_vectors_and_words_come_back_to_the_last_digit_and_nothing_is_embedded_again(
    packed: Path, library: Corpus, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    embedders(Idle())
    restore(packed, elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert held(restored) == held(library)
        assert scores(restored) == scores(library)
        assert restored.check() == []
        assert segments(elsewhere.home) == segments(library._home)


def test_vectors_on_a_chroma_server_come_along_too(
    tmp_path: Path, chroma_server: str, elsewhere: Settings, embedder: HashingEmbedder, embedders: Callable[[HashingEmbedder], None]
) -> None:
    shared = load_settings(home=tmp_path / "shared", chroma_url=chroma_server)
    with Corpus.open(shared, embedder) as corpus:
        corpus.put(entries())
        back_up(shared, tmp_path / "casebook.tgz")
    embedders(Idle())
    restore(tmp_path / "casebook.tgz", elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []


def test_another_embedder_starts_with_vectors_of_its_own(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    embedders(Other())
    restore(packed, elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []
        assert restored.vectors.search(Other().embed(["methotrexate"])[0], 1)


def test_words_made_by_other_rules_are_not_taken_over(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None], monkeypatch: pytest.MonkeyPatch, library: Corpus
) -> None:
    embedders(Idle())
    monkeypatch.setattr(backup_indexes, "tokens", lambda text: text.split())
    restore(packed, elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []
    assert not segments(elsewhere.home) & segments(library._home)


def test_words_that_todays_index_cannot_open_are_indexed_again(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    def break_bm25(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        members["bm25/meta.json"] = b"{}"

    embedders(Idle())
    restore(changed(packed, break_bm25), elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []
        assert scores(restored)


def test_a_backup_of_the_first_format_is_restored(packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]) -> None:
    def as_it_was(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        for name in [name for name in members if name.startswith(("bm25/", "vectors/"))]:
            del members[name]
        manifest["format"] = "casebook-backup/1"
        del manifest["embedder"], manifest["tokens"]

    embedders(HashingEmbedder())
    assert restore(changed(packed, as_it_was), elsewhere).reports == 3
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []
        assert scores(restored)


def test_a_vector_of_a_chunk_that_the_catalogue_does_not_know_stays_out(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    def add_one(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        page = io.BytesIO()
        np.savez(page, chunk_ids=np.array(["doi:10.9999/gone.1#c1"]), vectors=np.ones((1, 64), dtype=np.float32))
        members["vectors/00001.npz"] = page.getvalue()

    embedders(Idle())
    restore(changed(packed, add_one), elsewhere)
    with Corpus.open(elsewhere) as restored:
        assert restored.check() == []


def test_a_page_that_holds_no_vectors_is_told_in_words(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    def spoil(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        members["vectors/00000.npz"] = b"no arrays"

    embedders(HashingEmbedder())
    with pytest.raises(LibraryDamaged, match="check --repair"):
        restore(changed(packed, spoil), elsewhere)


def test_an_ingest_after_a_restore_trusts_what_came_back(
    packed: Path, elsewhere: Settings, embedders: Callable[[HashingEmbedder], None]
) -> None:
    embedders(Idle())
    restore(packed, elsewhere)
    assert not (elsewhere.home / "unfinished").exists()
    with Corpus.open(elsewhere) as restored:
        restored.put(entries())
        restored.mend()


def test_a_backup_waits_for_a_write_and_says_whose_turn_it_is(
    settings: Settings, library: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_WRITE_TIMEOUT_S", 0)
    assert library.catalog.count()
    with only_writer(settings.home), pytest.raises(LibraryLocked, match="being written to"):
        back_up(settings, tmp_path / "casebook.tgz")
    assert not (tmp_path / "casebook.tgz").exists()
