import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource, UsageError
from ingest import europepmc_api
from ingest.europepmc import FetchResult, fetch_europepmc, is_reusable
from ingest.europepmc_api import FetchFailed
from ingest.parsers import parse
from ingest.sources import Source, find_sources
from tests.ingest.europepmc_server import FakeEuropePmc, article, break_off, half, instead, serving


@pytest.fixture
def fake() -> Iterator[FakeEuropePmc]:
    with serving(FakeEuropePmc()) as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    return []


def _fetch(fake: FakeEuropePmc, out: Path, waits: list[float], limit: int = 50, **more: object) -> list[FetchResult]:
    options = {"base_url": fake.url, "pause": 0.0, "page_size": 2, "sleep": waits.append, **more}
    return list(fetch_europepmc("calcinosis cutis", limit, out, **options))  # type: ignore[arg-type]


def _manifest(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]


def test_all_pages_are_read_and_every_article_is_saved_and_can_be_ingested(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    for number in range(1, 6):
        fake.add(number)
    results = _fetch(fake, tmp_path, waits)
    assert [(result.pmcid, result.status) for result in results] == [(f"PMC{number}", "fetched") for number in range(1, 6)]
    sources = [source for source in find_sources([tmp_path]) if isinstance(source, Source)]
    assert [source.path.name for source in sources] == [f"PMC{number}.xml" for number in range(1, 6)]
    reports = [parse(source.uri, source.path.name, source.read(10**6))[1][0] for source in sources]
    assert [report.reference.pmcid for report in reports] == [f"PMC{number}" for number in range(1, 6)]


def test_only_open_access_is_asked_for_by_name(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1)
    _fetch(fake, tmp_path, waits)
    assert "query=%28calcinosis+cutis%29+AND+OPEN_ACCESS%3AY" in fake.asked[0]
    assert "resultType=core" in fake.asked[0]
    assert all(agent.startswith("casebook") for agent in fake.agents)


def test_the_limit_counts_articles_that_are_held(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1, licence="cc by-nc-nd")
    for number in range(2, 9):
        fake.add(number)
    results = _fetch(fake, tmp_path, waits, limit=2)
    assert [(result.pmcid, result.status) for result in results] == [("PMC1", "skipped"), ("PMC2", "fetched"), ("PMC3", "fetched")]
    assert fake.count("fullTextXML") == 2


def test_the_manifest_tells_licence_origin_and_digest(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(7, licence="CC BY", pmid="123")
    _fetch(fake, tmp_path, waits)
    (line,) = _manifest(tmp_path)
    assert (line["pmcid"], line["licence"], line["doi"], line["pmid"]) == ("PMC7", "CC BY", "10.1000/7", "123")
    assert line["url"] == f"{fake.url}/PMC7/fullTextXML"
    assert line["query"] == "calcinosis cutis"
    assert line["bytes"] == (tmp_path / "PMC7.xml").stat().st_size


@pytest.mark.parametrize("licence", ["cc by-nc", "cc by-nc-nd", "cc by-nd", "all rights reserved"])
def test_a_licence_without_free_reuse_is_skipped_and_named(fake: FakeEuropePmc, tmp_path: Path, waits: list[float], licence: str) -> None:
    fake.add(1, licence=licence)
    (result,) = _fetch(fake, tmp_path, waits)
    assert result.status == "skipped"
    assert licence in str(result.reason)
    assert fake.count("fullTextXML") == 0


def test_any_licence_is_fetched_when_asked_for(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1, licence="cc by-nc")
    (result,) = _fetch(fake, tmp_path, waits, any_licence=True)
    assert (result.status, result.licence) == ("fetched", "CC BY-NC")


def test_a_licence_that_the_search_does_not_tell_is_read_in_the_article(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1, licence=None)
    fake.add(2, licence=None)
    fake.articles["PMC2"] = article(2, "She took it.", "https://creativecommons.org/licenses/by-nc/4.0/")
    first, second = _fetch(fake, tmp_path, waits)
    assert (first.status, first.licence) == ("fetched", "CC BY 4.0")
    assert (second.status, second.licence) == ("skipped", "CC BY-NC 4.0")
    assert not (tmp_path / "PMC2.xml").exists()


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("CC BY", True),
        ("CC BY 4.0", True),
        ("CC BY-SA 4.0", True),
        ("CC0 1.0", True),
        ("CC BY-NC 4.0", False),
        ("CC BY-ND", False),
        (None, False),
    ],
)
def test_reuse_is_told_by_the_licence_s_name(licence: str | None, free: bool) -> None:
    assert is_reusable(licence) is free


def test_a_second_run_fetches_nothing_again(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    for number in range(1, 4):
        fake.add(number)
    _fetch(fake, tmp_path, waits)
    before = (tmp_path / "manifest.jsonl").read_bytes()
    assert {result.status for result in _fetch(fake, tmp_path, waits)} == {"kept"}
    assert fake.count("fullTextXML") == 3
    assert (tmp_path / "manifest.jsonl").read_bytes() == before


def test_an_interrupted_run_goes_on_where_it_stopped(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    for number in range(1, 5):
        fake.add(number)
    run = fetch_europepmc("x", 9, tmp_path, base_url=fake.url, pause=0.0, page_size=2, sleep=waits.append)
    assert next(run).pmcid == "PMC1"
    run.close()  # type: ignore[attr-defined]
    with (tmp_path / "manifest.jsonl").open("a") as manifest:
        manifest.write('{"pmcid": "PMC2", "fi')
    assert [result.status for result in _fetch(fake, tmp_path, waits)] == ["kept", "fetched", "fetched", "fetched"]
    assert len(_manifest(tmp_path)) == 4


def test_a_file_that_was_changed_or_lost_is_fetched_again(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1)
    fake.add(2)
    _fetch(fake, tmp_path, waits)
    (tmp_path / "PMC1.xml").write_text("torn")
    (tmp_path / "PMC2.xml").unlink()
    assert [result.status for result in _fetch(fake, tmp_path, waits)] == ["fetched", "fetched"]
    assert (tmp_path / "PMC1.xml").read_bytes() == fake.articles["PMC1"]


def test_a_broken_manifest_is_named_with_its_line(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    (tmp_path / "manifest.jsonl").write_text("no json\n")
    with pytest.raises(UnreadableSource, match="line 1 is broken"):
        _fetch(fake, tmp_path, waits)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again_after_longer_and_longer_waits(
    fake: FakeEuropePmc, tmp_path: Path, waits: list[float], status: int
) -> None:
    fake.add(1)
    fake.faults["PMC1/fullTextXML"] = [(status, {})] * 3
    assert _fetch(fake, tmp_path, waits)[0].status == "fetched"
    assert waits == [1.0, 2.0, 4.0]


def test_the_wait_that_the_service_asks_for_is_kept(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    fake.faults["search"] = [(429, {"Retry-After": "17"}), (503, {"Retry-After": later}), (503, {"Retry-After": "soon"})]
    assert _fetch(fake, tmp_path, waits)[0].status == "fetched"
    assert waits[0] == 17.0
    assert 25 < waits[1] <= 30
    assert waits[2] == 4.0


def test_a_service_that_asks_for_a_long_rest_is_left_alone(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.faults["search"] = [(429, {"Retry-After": "3600"})]
    with pytest.raises(FetchFailed, match="3600 s of rest; run it again later"):
        _fetch(fake, tmp_path, waits)
    assert waits == []


def test_a_file_that_is_cut_short_is_never_saved(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    for number in (1, 2, 3):
        fake.add(number)
    fake.faults["PMC1/fullTextXML"] = [break_off]
    fake.faults["PMC2/fullTextXML"] = [half(fake.articles["PMC2"])] * 6
    fake.faults["PMC3/fullTextXML"] = [instead(b"<html><body>Busy</body></html>")]
    results = _fetch(fake, tmp_path, waits)
    assert [result.status for result in results] == ["fetched", "failed", "fetched"]
    assert "cannot be read" in str(results[1].reason)
    assert not (tmp_path / "PMC2.xml").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["PMC1.xml", "PMC3.xml", "manifest.jsonl"]


def test_an_article_that_cannot_be_had_fails_alone(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.add(1)
    fake.add(2)
    del fake.articles["PMC1"]
    first, second = _fetch(fake, tmp_path, waits)
    assert (first.status, second.status) == ("failed", "fetched")
    assert "no full text here (404)" in str(first.reason)
    assert waits == []


def test_a_search_that_never_answers_right_says_so(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.faults["search"] = [instead(b'{"error": "try again"}')] * 6
    with pytest.raises(FetchFailed, match="no page of results"):
        _fetch(fake, tmp_path, waits)


def test_a_query_that_the_service_refuses_is_not_tried_again(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.faults["search"] = [(400, {})]
    with pytest.raises(FetchFailed, match="answered 400; check the query"):
        _fetch(fake, tmp_path, waits)
    assert waits == []


def test_a_service_that_is_not_there_says_so(tmp_path: Path, waits: list[float]) -> None:
    with pytest.raises(FetchFailed, match="could not be reached"):
        _fetch(FakeEuropePmc(url="http://127.0.0.1:9"), tmp_path, waits)
    assert len(waits) == 5


def test_a_slow_answer_is_given_up_and_tried_again(
    fake: FakeEuropePmc, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setattr(europepmc_api, "_TIMEOUT_S", 0.15)
    fake.add(1)
    fake.faults["PMC1/fullTextXML"] = [lambda _: time.sleep(0.4)]
    assert _fetch(fake, tmp_path, waits)[0].status == "fetched"
    assert waits == [1.0]


def test_a_number_of_hits_that_changes_between_pages_loses_and_doubles_nothing(
    fake: FakeEuropePmc, tmp_path: Path, waits: list[float]
) -> None:
    for number in (1, 2, 2, 3, 4, 5):  # a record that moved to the next page comes twice
        fake.add(number)
    fake.hit_counts = [1, 900, 0, 6]
    assert [result.pmcid for result in _fetch(fake, tmp_path, waits)] == [f"PMC{number}" for number in (1, 2, 3, 4, 5)]


def test_records_without_an_open_full_text_are_passed_over(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    fake.records.append({"id": "1", "source": "MED", "title": "An abstract only"})
    fake.add(2, isOpenAccess="N")
    fake.add(3)
    fake.records.append({"pmcid": "PMC../../etc", "title": "A path", "isOpenAccess": "Y"})
    assert [result.pmcid for result in _fetch(fake, tmp_path, waits)] == ["PMC3"]


def test_no_request_follows_another_faster_than_agreed(fake: FakeEuropePmc, tmp_path: Path, waits: list[float]) -> None:
    for number in range(1, 4):
        fake.add(number)
    _fetch(fake, tmp_path, waits, pause=5.0)
    assert len(waits) == len(fake.asked) - 1
    assert all(4.0 < wait <= 5.0 for wait in waits)


@pytest.mark.parametrize(("query", "limit"), [(" ", 5), ("x", 0), ("x", -1)])
def test_nothing_to_search_for_is_wrong_usage(tmp_path: Path, query: str, limit: int) -> None:
    with pytest.raises(UsageError):
        list(fetch_europepmc(query, limit, tmp_path, base_url="http://127.0.0.1:9"))
