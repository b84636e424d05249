"""Reports kept in memory are those of the catalogue, whoever changed it, and never more than so many paragraphs."""

from corpus.catalog import Catalog
from corpus.recent_reports import RecentReports
from corpus.store import Corpus
from tests.library import REPORT_IDS


def test_reports_are_read_whole_in_the_order_asked_for_and_unknown_ones_left_out(library: Corpus) -> None:
    wanted = [REPORT_IDS[1], "no:such", REPORT_IDS[0]]
    found = library.reports(wanted)
    assert list(found) == [REPORT_IDS[1], REPORT_IDS[0]]
    assert list(found.values()) == [library.catalog.report(name) for name in found]


def test_what_was_read_lately_is_not_read_again(library: Corpus) -> None:
    first = library.reports([REPORT_IDS[0]])[REPORT_IDS[0]]
    assert library.reports([REPORT_IDS[0]])[REPORT_IDS[0]] is first


def test_a_change_by_another_process_is_seen(library: Corpus) -> None:
    assert library.reports([REPORT_IDS[0]])
    Catalog(library.catalog.engine).remove([REPORT_IDS[0]])
    assert library.reports([REPORT_IDS[0]]) == {}


def test_the_reports_read_longest_ago_go_first(library: Corpus) -> None:
    recent = RecentReports(library.catalog, most=1)
    first = recent.read([REPORT_IDS[0]])[REPORT_IDS[0]]
    recent.read([REPORT_IDS[1]])
    assert recent.read([REPORT_IDS[0]])[REPORT_IDS[0]] is not first
