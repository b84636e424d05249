"""Laws of the annotated full texts: facts only, five groups of six, and a count that forgives nothing else."""

import json
from pathlib import Path

import pytest

from corpus.report import paragraph_id
from corpus.vocabulary import Vocabulary
from evals.case_full_text import ANNOTATION, SPLITS, annotated, bare_dose, count, read_graph, read_report, share_line

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


def _annotation(path: Path, **changed: object) -> Path:
    row = {
        "file": "r",
        "split": "blind",
        "patient": 1,
        "therapy": "miglustat",
        "targets": [],
        "outcomes": ["not_reported"],
        "status": "given",
    }
    path.write_text(json.dumps({**row, "doses": ["100 mg thrice daily"], **changed}) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("split", [None, "blind"])
def test_another_annotation_is_counted_on_plain_files(tmp_path: Path, split: str | None) -> None:
    (tmp_path / "r.txt").write_text("A case\n\nCase report\n\nShe was given miglustat 100 mg thrice daily.\n", encoding="utf-8")
    total = count(tmp_path, split, Vocabulary.load(), _annotation(tmp_path / "rows.jsonl"))
    assert (total.reports, total.wanted, total.wanted_right, total.found, total.doses_right) == (1, 1, 1, 1, 1)


def test_a_graph_goes_before_a_plain_file_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("She was given miglustat.", encoding="utf-8")
    _graph(tmp_path, "r", ("p", "She was given zinc.", ""))
    assert [paragraph.text for paragraph in read_report(tmp_path, "r").paragraphs] == ["She was given zinc."]


def test_a_report_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no report 'r'"):
        count(tmp_path, None, Vocabulary.load(), _annotation(tmp_path / "rows.jsonl"))


def test_a_share_is_told_with_its_interval() -> None:
    assert share_line("doses exact", 9, 10) == "doses exact 0.900 (n 10, 95 % 0.60 to 0.98)"
    assert share_line("doses exact", 0, 0) == "doses exact undefined"
