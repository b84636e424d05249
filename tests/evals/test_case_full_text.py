"""Laws of the annotated full texts: facts only, three groups of six, and a count that forgives nothing else."""

import json
from pathlib import Path

import pytest

from corpus.report import paragraph_id
from corpus.vocabulary import Vocabulary
from evals.case_full_text import ANNOTATION, SPLITS, annotated, bare_dose, count, read_graph

FIELDS = {"file", "split", "patient", "therapy", "targets", "outcomes", "doses", "status", "optional", "paragraphs"}
FULL_TEXTS = Path(__file__).parents[3] / "shared" / "data" / "f1000-case-reports"


def _records() -> list[dict[str, object]]:
    return [json.loads(line) for line in ANNOTATION.read_text(encoding="utf-8").splitlines()]


def _graph(folder: Path, name: str, *paragraphs: tuple[str, str, str]) -> None:
    nodes = [{"ntype": kind, "content": text, "meta": {"section": section}} for kind, text, section in paragraphs]
    (folder / f"{name}.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")


def test_each_group_has_six_reports_and_shares_none() -> None:
    files = {split: {record["file"] for record in _records() if record["split"] == split} for split in SPLITS}
    assert [len(names) for names in files.values()] == [6] * len(SPLITS)
    assert len(set().union(*files.values())) == 6 * len(SPLITS)


def test_the_annotation_holds_facts_and_no_sentence() -> None:
    assert all(set(record) <= FIELDS for record in _records())
    texts = [str(text) for record in _records() for value in record.values() for text in (value if isinstance(value, list) else [value])]
    assert max(len(text.split()) for text in texts) <= 8


def test_every_row_annotated_blind_names_paragraphs_that_its_report_has() -> None:
    if not FULL_TEXTS.is_dir():
        pytest.skip(f"the F1000 case reports are not at {FULL_TEXTS}")
    for record in _records():
        if record["split"] in ("final", "more", "fresh"):
            there = {paragraph.id for paragraph in read_graph(FULL_TEXTS / f"{record['file']}.json").paragraphs}
            named = record["paragraphs"]
            assert isinstance(named, list)
            assert named, record
            assert {paragraph_id(str(record["file"]), number) for number in named} <= there, record


def test_a_graph_is_read_with_its_sections(tmp_path: Path) -> None:
    _graph(
        tmp_path, "r", ("article-title", "A title", ""), ("abstract", "Abstract", ""), ("p", "Short.", ""),
        ("title", "Case report", "2"), ("title", "Course", "2.1"), ("p", "She  was\nseen.", ""), ("ref", "Doe 2012", ""),
    )  # fmt: skip
    read = read_graph(tmp_path / "r.json")
    assert read.reference.title == "A title"
    assert [(paragraph.section, paragraph.text) for paragraph in read.paragraphs] == [
        (("Abstract",), "Short."),
        (("Case report", "Course"), "She was seen."),
    ]


@pytest.mark.parametrize("split", SPLITS)
def test_a_report_that_tells_nothing_is_all_misses(tmp_path: Path, split: str) -> None:
    vocabulary = Vocabulary.load()
    for name in annotated(split, vocabulary):
        _graph(tmp_path, name, ("p", "The sky was clear.", ""))
    total = count(tmp_path, split, vocabulary)
    assert (total.reports, total.rows, total.wanted_right, total.found) == (6, 0, 0, 0)
    assert total.wanted > 0


def test_doses_are_compared_without_their_spaces_and_brackets() -> None:
    assert bare_dose("15 mg (12 hourly, orally)") == bare_dose("15mg 12 hourly orally")
