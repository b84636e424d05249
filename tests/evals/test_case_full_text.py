"""Laws of the annotated full texts: facts only, six to tune and six kept, and a count that forgives nothing else."""

import json
from pathlib import Path

from corpus.vocabulary import Vocabulary
from evals.case_full_text import ANNOTATION, annotated, bare_dose, count, read_graph

FIELDS = {"file", "split", "patient", "therapy", "targets", "outcomes", "doses", "status", "optional"}


def _records() -> list[dict[str, object]]:
    return [json.loads(line) for line in ANNOTATION.read_text(encoding="utf-8").splitlines()]


def _graph(folder: Path, name: str, *paragraphs: tuple[str, str, str]) -> None:
    nodes = [{"ntype": kind, "content": text, "meta": {"section": section}} for kind, text, section in paragraphs]
    (folder / f"{name}.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")


def test_six_reports_are_for_tuning_and_six_are_kept() -> None:
    files = {split: {record["file"] for record in _records() if record["split"] == split} for split in ("tune", "kept")}
    assert [len(names) for names in files.values()] == [6, 6]
    assert files["tune"] & files["kept"] == set()


def test_the_annotation_holds_facts_and_no_sentence() -> None:
    assert all(set(record) <= FIELDS for record in _records())
    texts = [str(text) for record in _records() for value in record.values() for text in (value if isinstance(value, list) else [value])]
    assert max(len(text.split()) for text in texts) <= 8


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


def test_a_report_that_tells_nothing_is_all_misses(tmp_path: Path) -> None:
    vocabulary = Vocabulary.load()
    for name in annotated("tune", vocabulary):
        _graph(tmp_path, name, ("p", "The sky was clear.", ""))
    total = count(tmp_path, "tune", vocabulary)
    assert (total.reports, total.rows, total.wanted_right, total.found) == (6, 0, 0, 0)
    assert total.wanted > 0


def test_doses_are_compared_without_their_spaces_and_brackets() -> None:
    assert bare_dose("15 mg (12 hourly, orally)") == bare_dose("15mg 12 hourly orally")
