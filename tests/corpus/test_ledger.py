import pytest

from corpus.ledger import Ledger, LedgerLine, write_lines
from corpus.store import Corpus

ONE = LedgerLine(
    "/files/one.xml", "/files", "a1", "recipe", "jats", ("doi:10.9999/a", "doi:10.9999/b"), ("doi:10.9999/c",), ("doi:10.9999/b",)
)
TWO = LedgerLine("/files/two words\n.md", "/files", "b2", "recipe", "markdown", ("doi:10.9999/c",))


@pytest.fixture
def ledger(corpus: Corpus) -> Ledger:
    return Ledger(corpus.catalog)


def test_lines_are_read_back_equal_and_in_order(ledger: Ledger) -> None:
    ledger.record([TWO, ONE])
    assert list(ledger.lines().items()) == [(ONE.uri, ONE), (TWO.uri, TWO)]


def test_a_line_recorded_again_replaces_the_older_one_with_all_its_reports(ledger: Ledger) -> None:
    ledger.record([ONE, TWO])
    newer = LedgerLine(ONE.uri, ONE.root, "a2", "recipe", "html", ("doi:10.9999/a",))
    ledger.record([newer])
    assert ledger.lines() == {ONE.uri: newer, TWO.uri: TWO}


def test_a_forgotten_line_is_gone_with_its_reports_and_an_unknown_one_is_ignored(ledger: Ledger) -> None:
    ledger.record([ONE, TWO])
    ledger.forget([ONE.uri, "/files/never seen"])
    assert ledger.lines() == {TWO.uri: TWO}
    assert ledger.sources_of("doi:10.9999/a") == []


def test_the_source_that_tells_a_report_comes_before_the_one_that_only_holds_it(ledger: Ledger) -> None:
    ledger.record([ONE, TWO])
    assert ledger.sources_of("doi:10.9999/c") == [TWO.uri, ONE.uri]
    assert ledger.sources_of("doi:10.9999/unknown") == []


def test_lines_written_within_a_transaction_go_with_it_when_it_fails(ledger: Ledger, corpus: Corpus) -> None:
    def write_and_die() -> None:
        with corpus.catalog.writing() as connection:
            write_lines(connection, [TWO], [ONE.uri])
            raise KeyboardInterrupt

    ledger.record([ONE])
    with pytest.raises(KeyboardInterrupt):
        write_and_die()
    assert ledger.lines() == {ONE.uri: ONE}


def test_a_line_may_be_forgotten_and_written_in_one_breath(ledger: Ledger, corpus: Corpus) -> None:
    with corpus.catalog.writing() as connection:
        write_lines(connection, [ONE], [ONE.uri, TWO.uri])
    assert ledger.lines() == {ONE.uri: ONE}
