from pathlib import Path

import pytest

from corpus.errors import UsageError
from evals.parsing.__main__ import main
from evals.parsing.evidence_inference import score_article, score_folder
from evals.parsing.reference_text import read_reference_text

NXML = """<article><front><article-meta><title-group><article-title>Stones</article-title></title-group>
<abstract><p>Stones are rare.</p></abstract></article-meta></front><body><sec><title>Results</title>
<p>The stones of all the patients fell by 5 mm in a year<xref ref-type="bibr" rid="b1">12</xref>. Nobody was harmed by it.</p>
<table-wrap><label>Table 1</label><caption><p>What was tried.</p></caption>
<table><tr><td>Warfarin</td><td>1 mg</td></tr></table></table-wrap></sec>
<sec><title>Competing interests</title><p>The authors were paid by nobody whatsoever for this.</p></sec></body></article>"""
TEXT = """TITLE:
Stones

ABSTRACT:
Stones are rare.

BODY.RESULTS:
The stones of all the patients fell by 5 mm in a year12. Nobody was harmed by it.
Table 1What was tried.
Warfarin
1 mg
BODY.COMPETING INTERESTS:
The authors were paid by nobody whatsoever for this.
"""


def _write(folder: Path, text: str = TEXT) -> Path:
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "PMC1.nxml").write_text(NXML)
    path = articles / "PMC1.txt"
    path.write_text(text, newline="")
    return path


def _annotations(folder: Path, *spans: str) -> None:
    head = "PMCID,Valid Label,Valid Reasoning,Evidence Start,Evidence End\n"
    rows = "".join(f"1,True,True,{TEXT.index(span)},{TEXT.index(span) + len(span)}\n" for span in spans)
    (folder / "annotations.csv").write_text(head + rows + "1,True,False,0,5\n")


def test_citations_cells_labels_and_statements_are_not_body_words(tmp_path: Path) -> None:
    reference = read_reference_text(_write(tmp_path))
    assert reference.body().split() == [
        *"Stones are rare. The stones of all the patients fell by 5 mm in a year. Nobody was harmed by it. What was tried.".split()
    ]
    assert (reference.count("mark"), reference.count("table")) == (2, len("Warfarin1mg"))


def test_a_text_that_is_read_whole_scores_one(tmp_path: Path) -> None:
    score = score_article(_write(tmp_path), ())
    assert (score.kept, score.recall) == (score.words, 1.0)
    assert (score.cells, score.cells_kept) == (2, 2)


def test_words_that_the_parser_does_not_give_lower_the_recall(tmp_path: Path) -> None:
    longer = TEXT.replace("Nobody was harmed by it.", "Nobody was harmed by it. Four words more here.")
    score = score_article(_write(tmp_path, longer), ())
    assert score.words - score.kept == 4


def test_evidence_is_looked_up_by_its_characters(tmp_path: Path) -> None:
    _write(tmp_path)
    _annotations(tmp_path, "fell by 5 mm in a year12. Nobody", "Warfarin\n1 mg", "it.\nTable 1What was tried.", "were paid by nobody")
    (score,) = score_folder(tmp_path)
    assert (score.spans, score.in_one, score.in_two) == (4, 2, 1)
    assert score.missed == ("were paid by nobody",)


def test_a_missed_bar_is_exit_status_one_and_a_missing_set_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path)
    _annotations(tmp_path, "Nobody was harmed by it")
    assert main(["evidence-inference", str(tmp_path)]) == 0
    _annotations(tmp_path, "were paid by nobody")
    assert main(["evidence-inference", str(tmp_path)]) == 1
    assert "in none 1" in capsys.readouterr().out
    assert main(["evidence-inference", str(tmp_path / "nowhere")]) == 2
    with pytest.raises(UsageError):
        list(score_folder(tmp_path / "nowhere"))
