"""Public sets as evaluation sets: small inputs of their shape, written by us; and the real ones where they lie beside the checkout."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UsageError
from corpus.settings import Settings
from evals.adapters import evaluation_set
from evals.adapters.scifact import printed_array
from evals.datasets import EvaluationSet
from evals.runner import run_folder
from tests.doubles import HashingEmbedder

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def _csv(path: Path, *rows: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _source(tmp_path: Path) -> Path:
    (source := tmp_path / "source").mkdir()
    return source


@pytest.fixture
def scifact(tmp_path: Path) -> Path:
    source = _source(tmp_path)
    _csv(
        source / "corpus.csv",
        {"doc_id": "11", "title": "Pears", "abstract": "['Pears grow on trees.'\n \"A pear's skin is green.\"]", "structured": False},
        {"doc_id": "12", "title": "Plums", "abstract": "['Plums are blue.']", "structured": False},
    )
    _csv(
        source / "claims_train.csv",
        {"id": "1", "claim": "Pears are green.", "evidence_sentences": "[1]", "cited_doc_ids": "[ 11 12]"},
        {"id": "1", "claim": "Pears are green.", "evidence_sentences": "[0]", "cited_doc_ids": "[ 11 12]"},
        {"id": "2", "claim": "Plums are blue.", "evidence_sentences": "[]", "cited_doc_ids": "[12]"},
    )
    return source


def _reports(chosen: EvaluationSet) -> list[dict[str, str]]:
    return [json.loads(line) for line in (chosen.reports[0] / "corpus.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("printed", "strings"),
    [
        ("['one' 'two']", ["one", "two"]),
        ("['it''s'\n \"isn't\"]", ["it", "s", "isn't"]),
        (r"['a \'quoted\' word' 'a\nline']", ["a 'quoted' word", "a\nline"]),
        ("[]", []),
    ],
)
def test_an_array_printed_without_commas_is_read(printed: str, strings: list[str]) -> None:
    assert printed_array(printed) == strings


def test_scifact_claims_are_judged_by_the_abstracts_they_cite(scifact: Path, tmp_path: Path) -> None:
    chosen = evaluation_set(f"scifact:{scifact}", tmp_path / "cache")
    assert [(one.id, [pointer.report_id for pointer in one.gold[0]]) for one in chosen.questions] == [("1", ["11", "12"]), ("2", ["12"])]
    assert _reports(chosen)[0] == {"_id": "11", "title": "Pears", "text": "Pears grow on trees. A pear's skin is green."}
    assert (chosen.level, chosen.retrieval_only) == ("report", True)


def test_scifact_runs_end_to_end_without_asking(scifact: Path, tmp_path: Path, settings: Settings, embedder: HashingEmbedder) -> None:
    run = run_folder(f"scifact:{scifact}", tmp_path / "runs", settings, embedder=embedder)
    assert run.summary.metrics["hybrid.R@10"].value == 1
    assert not [name for name in run.summary.metrics if name.startswith(("answer", "refusal"))]
    assert (run.folder / "answers.jsonl").read_text() == ""
    assert not [path for path in scifact.iterdir() if path.suffix != ".csv"]


def test_a_changed_source_is_written_anew_and_an_unchanged_one_is_not(scifact: Path, tmp_path: Path) -> None:
    first = evaluation_set(f"scifact:{scifact}", tmp_path / "cache")
    assert evaluation_set(f"scifact:{scifact}", tmp_path / "cache").reports == first.reports
    _csv(scifact / "claims_train.csv", {"id": "9", "claim": "Plums are blue.", "cited_doc_ids": "[12]"})
    again = evaluation_set(f"scifact:{scifact}", tmp_path / "cache")
    assert again.reports != first.reports
    assert [one.id for one in again.questions] == ["9"]


def test_squad_paragraphs_keep_their_numbers_and_impossible_questions_have_no_gold(tmp_path: Path) -> None:
    paragraphs = [
        {"context": "Pears are green.\nThey grow.", "qas": []},
        {
            "context": "Plums are blue.",
            "qas": [
                {"id": "a", "question": "What colour?", "is_impossible": False, "answers": [{"text": "blue"}, {"text": "blue"}]},
                {"id": "b", "question": "What taste?", "is_impossible": True, "answers": [], "plausible_answers": [{"text": "sweet"}]},
            ],
        },
    ]
    source = _source(tmp_path)
    (source / "dev.json").write_text(json.dumps({"data": [{"title": "Some_Fruit", "paragraphs": paragraphs}]}))
    chosen = evaluation_set(f"squad2:{source}", tmp_path / "cache")
    possible, impossible = chosen.questions
    assert possible.gold[0][0].paragraph == "Some_Fruit#p2"
    assert possible.facts == (("blue",),)
    assert (impossible.answerable, impossible.gold, impossible.facts) == (False, (), ())
    assert _reports(chosen) == [{"_id": "Some_Fruit", "title": "Some Fruit", "text": "Pears are green. They grow.\n\nPlums are blue."}]


def test_bioasq_pools_each_snippet_once(tmp_path: Path) -> None:
    def snippet(number: int, text: str) -> dict[str, str]:
        return {"document": f"http://example.org/pubmed/{number}", "text": text}

    questions = [
        {"id": "q1", "body": "Pears?", "type": "factoid", "snippets": [snippet(1, "Pears are green."), snippet(1, "Pears  are green.")]},
        {
            "id": "q2",
            "body": "Plums?",
            "type": "list",
            "snippets": [snippet(1, "Pears are green."), snippet(1, "Plums."), snippet(2, "Plums.")],
        },
        {"id": "q3", "body": "Nothing?", "type": "summary", "snippets": [snippet(3, " ")]},
    ]
    source = _source(tmp_path)
    (source / "golden.json").write_text(json.dumps({"questions": questions}))
    chosen = evaluation_set(f"bioasq:{source}", tmp_path / "cache")
    golds = {one.id: [pointer.report_id for pointer in one.gold[0]] for one in chosen.questions}
    assert golds == {"q1": ["1.1"], "q2": ["1.1", "1.2", "2.1"]}
    assert [report["_id"] for report in _reports(chosen)] == ["1.1", "1.2", "2.1"]


def test_evidence_inference_keeps_valid_evidence_that_is_long_enough(tmp_path: Path) -> None:
    source = _source(tmp_path)
    (source / "articles").mkdir()
    (source / "articles" / "PMC7.nxml").write_text("<article/>")
    prompt = {"Outcome": "pain ", "Intervention": "pears", "Comparator": "plums"}
    _csv(
        source / "prompts.csv",
        *({"PromptID": str(number), "PMCID": str(pmc), **prompt} for number, pmc in ((1, 7), (2, 7), (3, 8), (4, 7))),
    )
    rows = [
        ("1", "True", "True", "Pears  relieved pain more than plums."),
        ("1", "True", "False", "This one a second reader called wrong."),
        ("2", "True", "True", "p < 0.05"),
        ("3", "True", "True", "Its article is not among those here."),
    ]
    _csv(source / "annotations.csv", *({"PromptID": a, "Valid Label": b, "Valid Reasoning": c, "Annotations": d} for a, b, c, d in rows))
    (question,) = evaluation_set(f"evidence-inference:{source}", tmp_path / "cache").questions
    assert question.text == "pain pears plums"
    assert [(one.report_id, one.snippet) for one in question.gold[0]] == [("pmcid:PMC7", "Pears relieved pain more than plums.")]


def test_an_unknown_name_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no adapter is called 'trec'"):
        evaluation_set(f"trec:{tmp_path}", tmp_path / "cache")
    with pytest.raises(UsageError, match="is not a folder"):
        evaluation_set(f"scifact:{tmp_path / 'absent'}", tmp_path / "cache")
    with pytest.raises(UsageError, match=r"corpus\.csv: cannot be read"):
        evaluation_set(f"scifact:{_source(tmp_path)}", tmp_path / "cache")


@pytest.mark.parametrize(
    ("name", "questions", "answerable"),
    [("scifact", 809, 809), ("squad2", 2805, None), ("bioasq", 1497, 1497), ("evidence-inference", None, None), ("cast", 239, 239)],
)
def test_the_real_sets_are_read_whole(name: str, questions: int | None, answerable: int | None, tmp_path: Path) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"the development data are not beside the checkout: {DATA / name}")
    chosen = evaluation_set(f"{name}:{DATA / name}", tmp_path / "cache")
    assert len(chosen.questions) == (questions or len(chosen.questions))
    assert sum(one.answerable for one in chosen.questions) == (answerable or sum(one.answerable for one in chosen.questions))
    assert chosen.questions
    assert chosen.credit


def test_cast_turns_come_with_their_history_and_a_persons_rewrite(tmp_path: Path) -> None:
    def turn(number: int, said: str, passage: str) -> dict[str, Any]:
        place = {"canonical_result_id": f"D{number}", "passage_id": "1", "passage": passage}
        return {"number": str(number), "raw_utterance": said, "manual_rewritten_utterance": f"{said} (of pears)", **place}

    source = _source(tmp_path)
    (source / "2021").mkdir()
    topics = [{"number": 7, "turn": [turn(1, "Tell me of pears.", "Pears  grow."), turn(2, "What colour?", "They are green.")]}]
    (source / "2021" / "2021_manual_evaluation_topics_v1.0.json").write_text(json.dumps(topics))
    first, second = evaluation_set(f"cast:{source}", tmp_path / "cache").questions
    assert (first.id, first.history, first.standalone, first.gold[0][0].report_id) == ("7_1", (), None, "D1-1")
    assert [(one.role, one.text) for one in second.history] == [("user", "Tell me of pears."), ("assistant", "Pears grow.")]
    assert second.standalone == "What colour? (of pears)"
    with pytest.raises(UsageError, match="holds no 2021/"):
        evaluation_set(f"cast:{tmp_path}", tmp_path / "other")


def test_a_follow_up_that_is_only_searched_is_completed_first_and_compared_with_a_persons_rewrite(
    report_files: Path, tmp_path: Path, settings: Settings, embedder: HashingEmbedder
) -> None:
    asked = {
        "id": "f", "question": "and for how long?", "answerable": True, "kind": "followup",
        "gold": [[{"report_id": "doi:10.9999/plum.2"}]],
        "history": [
            {"role": "user", "text": "Did intravenous immunoglobulin soften calcinosis?"}, {"role": "assistant", "text": "It did."},
        ],
        "standalone": "For how long was intravenous immunoglobulin given for calcinosis?",
    }  # fmt: skip
    (report_files.parent / "questions.jsonl").write_text(json.dumps(asked) + "\n")
    (report_files.parent / "set.json").write_text(json.dumps({"retrieval_only": True}))
    metrics = run_folder(report_files.parent, tmp_path / "runs", settings, embedder=embedder).summary.metrics
    assert metrics["rewriting.human"].value == metrics["rewriting.rewritten"].value == 1
    assert metrics["rewriting.gain"].n == 1
    assert not [name for name in metrics if name.startswith(("raw.", "human.", "answer."))]


# -- natural questions over case reports, PubMedQA ----------------------------------------------------------


def test_a_natural_question_points_to_its_paragraph_by_number_and_the_reports_are_written_from_their_graphs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = [
        {"ix": "n0", "ntype": "article-title", "content": "Stones", "meta": {}},
        {"ix": "n1", "ntype": "title", "content": "Case report", "meta": {}},
        {"ix": "n2", "ntype": "p", "content": "She took warfarin for ten years and had stones.", "meta": {}},
        {"ix": "n3", "ntype": "p", "content": "They were cut out and did not come back.", "meta": {}},
    ]
    edges = [{"src_ix": "n0", "tgt_ix": "n1", "etype": "parent"}, *({"src_ix": "n1", "tgt_ix": f"n{n}", "etype": "parent"} for n in (2, 3))]
    meta = {"title": "Stones", "doi": "10.1000/tl.7", "contributors": []}
    (_source(tmp_path) / "1-1.json").write_text(json.dumps({"nodes": nodes, "edges": edges, "meta": meta}))
    asked = tmp_path / "asked.jsonl"
    lines = [
        {"id": "1-1~1", "question": "Did they recur?", "answerable": True, "kind": "outcome", "paragraphs": [2]},
        {"id": "1-1~2", "question": "Was she pregnant?", "answerable": False, "kind": "history"},
        {"id": "9-9~1", "question": "Of a report that is not there?", "answerable": False, "kind": "other"},
    ]
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setattr("evals.adapters.f1000.QUESTIONS", asked)
    chosen = evaluation_set(f"f1000:{tmp_path / 'source'}", tmp_path / "cache")
    assert [one.id for one in chosen.questions] == ["1-1~1", "1-1~2"]
    assert chosen.questions[0].gold[0][0].snippet == "They were cut out and did not come back."
    assert not chosen.questions[1].answerable
    assert "did not come back" in (chosen.reports[0] / "1-1.xml").read_text()


def test_every_natural_question_over_the_bundled_digests_resolves_and_none_repeats_a_question_of_the_own_set() -> None:
    data = Path(__file__).parents[3] / "evals" / "data"
    natural = evaluation_set(str(data / "natural" / "bundled"), Path())
    own = evaluation_set(str(data / "bundled"), Path())
    assert not {one.text.casefold() for one in natural.questions} & {one.text.casefold() for one in own.questions}
    proving_test = {pointer.report_id for one in own.questions if one.part == "test" for group in one.gold for pointer in group}
    assert not [one.id for one in natural.questions if one.part == "dev" and one.id.rpartition("~")[0] in proving_test]


def test_a_paper_of_pubmedqa_is_a_report_of_its_sections_and_its_title_the_question(tmp_path: Path) -> None:
    paper = {"QUESTION": "Do pears float?", "CONTEXTS": ["Ten pears were\nput in water.", "Nine floated."]}
    (_source(tmp_path) / "dev.json").write_text(json.dumps({"77": paper}))
    chosen = evaluation_set(f"pubmedqa:{tmp_path / 'source'}", tmp_path / "cache")
    assert _reports(chosen) == [{"_id": "77", "title": "", "text": "Ten pears were put in water.\n\nNine floated."}]
    assert [(one.text, one.gold[0][0].report_id) for one in chosen.questions] == [("Do pears float?", "77")]


def test_a_file_that_is_not_in_pubmedqas_form_is_refused(tmp_path: Path) -> None:
    (_source(tmp_path) / "dev.json").write_text('{"77": {"TITLE": "x"}}')
    with pytest.raises(UsageError, match="PubMedQA"):
        evaluation_set(f"pubmedqa:{tmp_path / 'source'}", tmp_path / "cache")
