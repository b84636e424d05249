"""Reading evaluation sets: what is wrong is said by file, line and field."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UsageError
from corpus.store import Corpus
from evals.datasets import bundled_reports, data_digest, question_record, read_questions, read_set
from evals.golds import resolve
from tests.evals.conftest import QUESTIONS, write_questions
from tests.library import entries

GOOD = QUESTIONS[0]


def test_a_set_is_read_with_its_questions_in_order(tiny_set: Path) -> None:
    found = read_set(tiny_set)
    assert [question.id for question in found.questions] == [question["id"] for question in QUESTIONS]
    assert found.reports == (tiny_set / "reports",)
    assert (found.level, found.retrieval_only) == ("paragraph", False)


def test_a_question_comes_back_as_it_was_written(tmp_path: Path) -> None:
    (question,) = read_questions(write_questions(tmp_path, QUESTIONS[2]))
    assert {name: value for name, value in question_record(question).items() if name in QUESTIONS[2]} == QUESTIONS[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answerable": "perhaps"}, "`answerable`"),
        ({"part": "training"}, "`part`"),
        ({"gold": []}, "is answerable but names no gold"),
        ({"answerable": False}, "is not answerable but has gold or facts"),
        ({"gold": [[]]}, r"`gold\.0`"),
        ({"gold": [[{"report_id": "r", "paragraph": 1, "snippet": "words"}]]}, "not both"),
        ({"answer": "extra"}, "`answer`"),
        ({"id": "two words"}, "`id`"),
        ({"facts": [["?"]]}, r"`facts\.0\.0`"),
    ],
)
def test_a_bad_line_is_refused_with_file_line_and_field(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = write_questions(tmp_path, GOOD, {**GOOD, "id": "other", **change})
    with pytest.raises(UsageError, match=rf"questions\.jsonl, line 2: .*{said}"):
        list(read_questions(path))


def test_a_line_that_is_no_json_and_an_id_that_comes_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n{broken\n")
    with pytest.raises(UsageError, match="line 2: is not JSON"):
        list(read_questions(path))
    with pytest.raises(UsageError, match="line 2: the id 't1' stands on an earlier line"):
        list(read_questions(write_questions(tmp_path, GOOD, GOOD)))


def test_a_folder_without_reports_or_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        read_set(tmp_path / "absent")
    with pytest.raises(UsageError, match="neither reports/ nor library"):
        read_set(tmp_path)
    (tmp_path / "reports").mkdir()
    with pytest.raises(UsageError, match=r"questions\.jsonl: cannot be read"):
        read_set(tmp_path)


def test_the_bundled_library_is_named_by_a_word(tmp_path: Path) -> None:
    write_questions(tmp_path, GOOD)
    (tmp_path / "library.txt").write_text("bundled\n")
    assert read_set(tmp_path).reports == (bundled_reports(),)
    assert list(bundled_reports().glob("*.md"))
    (tmp_path / "library.txt").write_text("another")
    with pytest.raises(UsageError, match="names the library 'another'"):
        read_set(tmp_path)


def test_the_digest_changes_with_a_question_and_with_a_report(tiny_set: Path) -> None:
    first = read_set(tiny_set).digest
    assert read_set(tiny_set).digest == first
    (tiny_set / "reports" / "plum.md").write_text("# Another report\n\nWith other words.\n")
    second = read_set(tiny_set).digest
    write_questions(tiny_set, GOOD)
    assert len({first, second, read_set(tiny_set).digest}) == 3


def test_the_digest_sees_names_and_not_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    first = data_digest([tmp_path])
    (tmp_path / ".marker").write_text("y")
    assert data_digest([tmp_path]) == first
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert data_digest([tmp_path]) != first


def test_an_empty_part_is_refused(tiny_set: Path) -> None:
    write_questions(tiny_set, GOOD)
    with pytest.raises(UsageError, match="no questions in part 'test'"):
        read_set(tiny_set).only("test")


def test_golds_that_mix_reports_and_paragraphs_are_refused(tiny_set: Path) -> None:
    write_questions(tiny_set, {**GOOD, "gold": [[{"report_id": "a"}], [{"report_id": "b", "paragraph": 1}]]})
    with pytest.raises(UsageError, match="only a report and some a place in it"):
        _ = read_set(tiny_set).level


# -- golds against the library ---------------------------------------------------------------------------


def _resolved(folder: Path, library: Corpus, *gold: dict[str, Any], about: dict[str, Any] | None = None) -> Any:
    write_questions(folder, {**GOOD, "gold": [list(gold)]}, {**GOOD, "id": "second"})
    (folder / "set.json").write_text(json.dumps(about or {}))
    return resolve(read_set(folder), library.catalog)


def test_a_snippet_resolves_to_its_paragraph_whatever_the_print(tiny_set: Path, library: Corpus) -> None:
    snippet = {"report_id": "doi:10.9999/orchard.1", "snippet": "METHOTREXATE failed,  and the calcinosis"}
    assert _resolved(tiny_set, library, snippet).questions[0].groups == (frozenset({"doi:10.9999/orchard.1#p3"}),)


def test_a_snippet_ends_at_a_word_and_a_number(tiny_set: Path, library: Corpus) -> None:
    with pytest.raises(UsageError, match=r"t1: no paragraph of pmid:999999 holds 'diltiazem 18'"):
        _resolved(tiny_set, library, {"report_id": "pmid:999999", "snippet": "diltiazem 18"})


def test_a_report_may_be_named_by_any_of_its_numbers(tiny_set: Path, library: Corpus) -> None:
    entry = entries()[0]
    known = replace(entry.report, reference=replace(entry.report.reference, pmcid="PMC777"))
    library.put([replace(entry, report=known)])
    found = _resolved(tiny_set, library, {"report_id": "pmcid:PMC777", "snippet": "Methotrexate failed"})
    assert found.questions[0].groups == (frozenset({"doi:10.9999/orchard.1#p3"}),)


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ({"report_id": "doi:nowhere", "paragraph": 1}, "t1: no report 'doi:nowhere'"),
        ({"report_id": "pmid:999999", "paragraph": 99}, "t1: no paragraph 'pmid:999999#p99'"),
        ({"report_id": "pmid:999999", "snippet": "Methotrexate failed"}, "t1: no paragraph of pmid:999999 holds"),
    ],
)
def test_a_gold_that_points_nowhere_is_named_with_its_question(tiny_set: Path, library: Corpus, gold: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _resolved(tiny_set, library, gold)


def test_a_lenient_set_counts_what_it_leaves_out(tiny_set: Path, library: Corpus) -> None:
    lost = {"report_id": "doi:nowhere", "paragraph": 1}
    found = _resolved(tiny_set, library, lost, about={"lenient": True})
    assert [one.question.id for one in found.questions] == ["second"]
    assert (found.skipped_pointers, found.skipped_questions) == (1, 1)


def test_the_bundled_questions_are_well_formed() -> None:
    folder = Path(__file__).parents[2] / "evals" / "data" / "bundled"
    if not (folder / "questions.jsonl").exists():
        pytest.skip("the own evaluation set is not written yet")
    assert read_set(folder).questions
