"""The store's contract, on embedded Chroma and on a real Chroma server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.catalog import Entry
from corpus.errors import LibraryDamaged, LibraryError, LibraryLocked, NotFound
from corpus.report import Filter
from corpus.settings import Settings, load_settings
from corpus.store import Corpus
from corpus.text import tokens
from tests.doubles import HashingEmbedder
from tests.library import REPORT_IDS, entries
from tests.patience import PATIENCE_S


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`chroma run` of the installed package, on a port of its own."""
    port, folder = _free_port(), tmp_path_factory.mktemp("chroma")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"ANONYMIZED_TELEMETRY": "False"}
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/api/v2/heartbeat", server)
        yield url
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert server.poll() is None, "the Chroma server ended at once"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the Chroma server did not answer")


@pytest.fixture(params=["embedded", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Corpus]:
    url = request.getfixturevalue("chroma_server") if request.param == "server" else None
    # On the shared server every test has a collection of its own, because its embedder has a name of its own.
    embedder = HashingEmbedder()
    embedder.name = f"hashing-{tmp_path.name}"
    with Corpus.open(load_settings(home=tmp_path / "home", chroma_url=url), embedder) as corpus:
        yield corpus


def _found_by_words(corpus: Corpus, words: str) -> set[str]:
    hits = corpus.lexical.search(dict.fromkeys(tokens(words), 1.0), 50)
    return {chunk.report_id for chunk in corpus.catalog.chunks(hit.chunk_id for hit in hits).values()}


def _nearest(corpus: Corpus, words: str) -> list[str]:
    return [hit.chunk_id for hit in corpus.vectors.search(corpus.embedder.embed([words])[0], 50)]


def test_what_was_put_is_read_back_equal(opened: Corpus) -> None:
    opened.put(entries())
    for entry in entries():
        assert opened.catalog.report(entry.report.id) == entry.report
        assert opened.catalog.cases([entry.report.id]) == [entry.case]
        assert tuple(opened.catalog.chunks_of([entry.report.id])) == entry.chunks
    assert opened.check() == []


def test_both_indexes_find_a_report_by_its_words(opened: Corpus) -> None:
    opened.put(entries())
    assert _found_by_words(opened, "diltiazem") == {REPORT_IDS[2]}
    assert _nearest(opened, "Diltiazem 180 mg/day brought no benefit for the calcinosis")[0].startswith(REPORT_IDS[2])


def test_putting_the_same_twice_changes_nothing(opened: Corpus) -> None:
    opened.put(entries())
    before = (opened.vectors.ids(), opened.lexical.ids(), opened.catalog.all_chunk_ids())
    opened.put(entries())
    assert (opened.vectors.ids(), opened.lexical.ids(), opened.catalog.all_chunk_ids()) == before
    assert opened.check() == []


def test_an_edited_report_replaces_its_chunks_in_both_indexes(opened: Corpus) -> None:
    opened.put(entries())
    opened.put([_edited(entries()[2])])
    assert _found_by_words(opened, "diltiazem") == set()
    assert _found_by_words(opened, "verapamil") == {REPORT_IDS[2]}
    assert opened.check() == []


def _edited(entry: Entry) -> Entry:
    paragraphs = tuple(replace(one, text=one.text.replace("Diltiazem", "Verapamil")) for one in entry.report.paragraphs)
    chunks = tuple(replace(chunk, id=f"{chunk.id}-edited", text=one.text) for chunk, one in zip(entry.chunks, paragraphs, strict=True))
    return replace(entry, report=replace(entry.report, paragraphs=paragraphs), chunks=chunks, case=replace(entry.case, therapies=()))


def test_a_removed_report_leaves_no_trace(opened: Corpus) -> None:
    opened.put(entries())
    opened.remove([REPORT_IDS[0]])
    assert not any(chunk_id.startswith(REPORT_IDS[0]) for chunk_id in opened.vectors.ids() | opened.lexical.ids())
    with pytest.raises(NotFound, match="orchard"):
        opened.catalog.report(REPORT_IDS[0])
    assert opened.check() == []


def test_only_new_chunks_are_embedded(opened: Corpus) -> None:
    opened.put(entries())
    embedded: list[str] = []
    plain = opened.embedder.embed
    opened.embedder.embed = lambda texts: embedded.extend(texts) or plain(texts)  # type: ignore[method-assign,func-returns-value]
    opened.put(entries())
    assert embedded == []
    opened.put([_edited(entries()[2])])
    assert embedded
    assert all("Fingertip calcinosis" in text for text in embedded)


def test_a_filter_limits_both_indexes_to_its_reports(opened: Corpus) -> None:
    opened.put(entries())
    allowed = opened.catalog.report_ids(Filter(year_from=2013, year_to=2018))
    assert allowed == [REPORT_IDS[2]]
    words = opened.lexical.search(dict.fromkeys(tokens("calcinosis"), 1.0), 50, allowed)
    vectors = opened.vectors.search(opened.embedder.embed(["calcinosis"])[0], 50, allowed)
    assert words
    assert vectors
    assert all(hit.chunk_id.startswith(REPORT_IDS[2]) for hit in [*words, *vectors])


def test_what_only_an_index_holds_is_named_and_repaired(opened: Corpus) -> None:
    opened.put(entries())
    opened.catalog.remove([REPORT_IDS[1]])
    kinds = {(problem.index, problem.kind) for problem in opened.check()}
    assert kinds == {("vectors", "stale"), ("bm25", "stale")}
    opened.repair(opened.check())
    assert opened.check() == []


def test_what_an_index_lost_is_named_and_rebuilt_from_the_catalogue(opened: Corpus) -> None:
    opened.put(entries())
    lost = [chunk.id for chunk in entries()[0].chunks]
    opened.vectors.remove(lost)
    opened.lexical.remove(lost)
    assert {(problem.index, problem.kind) for problem in opened.check()} == {("vectors", "missing"), ("bm25", "missing")}
    opened.repair(opened.check())
    assert opened.check() == []
    assert _found_by_words(opened, "methotrexate") == {REPORT_IDS[0]}


def test_a_library_survives_being_closed(settings: Settings) -> None:
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        corpus.put(entries())
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        assert corpus.catalog.count() == 3
        assert corpus.check() == []


def test_a_second_opening_of_an_embedded_library_is_refused_in_words(settings: Settings) -> None:
    with Corpus.open(settings, HashingEmbedder()), pytest.raises(LibraryLocked, match=rf"in use by process {os.getpid()}"):
        Corpus.open(settings, HashingEmbedder())


def test_a_crash_between_indexes_and_catalogue_leaves_nothing_visible(opened: Corpus) -> None:
    def crash(*_anything: object) -> None:
        raise KeyboardInterrupt

    opened.catalog.put = crash  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        opened.put(entries())
    assert _found_by_words(opened, "diltiazem") == set()
    assert {problem.kind for problem in opened.check()} == {"stale"}


def test_a_file_that_is_no_catalogue_is_named(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "catalog.sqlite3").write_bytes(b"this is not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite3"):
        Corpus.open(settings, HashingEmbedder())


def test_a_damaged_library_is_not_left_locked(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    bad = settings.home / "catalog.sqlite3"
    bad.write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryDamaged):
        Corpus.open(settings, HashingEmbedder())
    bad.unlink()
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        assert corpus.catalog.count() == 0


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    with pytest.raises(LibraryError, match=url):
        Corpus.open(load_settings(home=tmp_path, chroma_url=url), HashingEmbedder())


def test_the_migrations_bring_a_new_catalogue_to_the_tables_of_the_code(settings: Settings) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from corpus.tables import metadata

    with Corpus.open(settings, HashingEmbedder()) as corpus, corpus.catalog.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_another_embedder_makes_its_own_vectors_of_what_is_put_again(settings: Settings) -> None:
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        corpus.put(entries())
    other = HashingEmbedder()
    other.name = "another"
    with Corpus.open(settings, other) as corpus:
        corpus.put(entries()[:2])
        assert corpus.vectors.ids() == {chunk.id for entry in entries()[:2] for chunk in entry.chunks}
        corpus.mend()
        assert corpus.check() == []


def test_mending_cleans_up_after_a_write_that_was_cut_short_and_only_then(opened: Corpus) -> None:
    opened.put(entries())
    opened.mend()
    plain, opened.catalog.put = opened.catalog.put, _crash  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        opened.put([_edited(entries()[2])])
    opened.catalog.put = plain  # type: ignore[method-assign]
    opened.put(entries()[:1])
    assert {problem.kind for problem in opened.check()} == {"stale"}
    opened.mend()
    assert opened.check() == []
    opened.lexical.remove([entries()[0].chunks[0].id])
    opened.mend()
    assert {problem.kind for problem in opened.check()} == {"missing"}


def test_a_first_write_into_an_empty_library_is_whole_without_being_compared(opened: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.put(entries()[:1])
    opened.put(entries()[1:])
    with monkeypatch.context() as patched:
        patched.setattr(Corpus, "check", lambda _self: pytest.fail("every chunk was compared"))
        opened.mend()
    assert opened.check() == []


def test_a_first_write_beside_an_index_that_is_not_empty_is_compared(opened: Corpus) -> None:
    """The catalogue was taken away by hand, the index is still there."""
    opened.lexical.add(entries()[2].chunks)
    opened.put(entries()[:1])
    opened.mend()
    assert opened.check() == []


def _crash(*_anything: object) -> None:
    raise KeyboardInterrupt


def test_a_write_while_another_process_writes_is_refused_in_words(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.store._WRITE_TIMEOUT_S", 0.1)
    with Corpus.open(settings, HashingEmbedder()) as corpus:
        with FileLock(settings.home / "writing"), pytest.raises(LibraryLocked, match="is being written to by another process"):
            corpus.put(entries())
        assert corpus.catalog.count() == 0
        corpus.put(entries())
        assert corpus.catalog.count() == 3
