import json
from pathlib import Path

import pytest

from evals.parsing import f1000
from evals.parsing.__main__ import main
from evals.parsing.f1000 import score_written
from evals.parsing.intertext import gold_text, read_article
from evals.parsing.written_out import as_html, as_jats

NODES = [
    ("article-title", "Stones under the skin", None),
    ("abstract", "Abstract", 0),
    ("p", "We tell of one woman with stones 1 . She was fifty.", 1),
    ("title", "Case report", 0),
    ("p", "She took 10 mg of warfarin 1, 2 for years & years.", 3),
    ("title", "Case 1:", 3),
    ("p", "It grew by 2 cm in a month, and by 3.5 cm in two.", 5),
    ("title", "Consent", 0),
    ("p", "She signed a form that allows us to tell her story.", 7),
    ("ref", "1 Doe J : A paper.", None),
    ("ref", "2 Roe R : Another.", None),
]


def _graph(folder: Path) -> Path:
    nodes = [{"ix": f"n{number}", "ntype": kind, "content": text, "meta": {}} for number, (kind, text, _) in enumerate(NODES)]
    edges = [{"src_ix": f"n{above}", "tgt_ix": f"n{n}", "etype": "parent"} for n, (_, _, above) in enumerate(NODES) if above is not None]
    edges += [{"src_ix": source, "tgt_ix": target, "etype": "link"} for source, target in (("n2", "n9"), ("n4", "n9"), ("n4", "n10"))]
    meta = {"title": NODES[0][1], "doi": "10.1000/TL.7", "contributors": [{"given-names": "Jane", "surname": "Doe"}]}
    path = folder / "1-1.json"
    path.write_text(json.dumps({"nodes": nodes, "edges": edges, "meta": meta}))
    return path


def test_gold_paragraphs_lose_their_citations_and_keep_their_numbers(tmp_path: Path) -> None:
    article = read_article(_graph(tmp_path))
    assert [(gold_text(node), node.section) for node in article.paragraphs] == [
        ("We tell of one woman with stones. She was fifty.", ("Abstract",)),
        ("She took 10 mg of warfarin for years & years.", ("Case report",)),
        ("It grew by 2 cm in a month, and by 3.5 cm in two.", ("Case report", "Case 1:")),
        ("She signed a form that allows us to tell her story.", ("Consent",)),
    ]


def test_what_is_written_holds_citations_sections_and_what_stands_round_a_page(tmp_path: Path) -> None:
    article = read_article(_graph(tmp_path))
    jats, page = as_jats(article), as_html(article)
    assert '<xref ref-type="bibr" rid="r">1, 2</xref>' in jats
    assert "<sec><title>Case report</title>" in jats
    assert jats.count("<sec>") == jats.count("</sec>") == 3
    assert "<nav>" in page
    assert "citation_doi" in page
    assert "<h3>Case 1:</h3>" in page


def test_an_article_written_out_is_read_back_exactly(tmp_path: Path) -> None:
    _graph(tmp_path)
    for marked in (True, False):
        for score in score_written(tmp_path, marked):
            assert (score.exact, score.placed, score.extra, score.reference_right) == (4, 4, 0, True), score.form
    assert main(["f1000", str(tmp_path)]) == 0


def test_a_parser_that_moves_or_changes_a_paragraph_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _graph(tmp_path)
    monkeypatch.setattr(f1000, "WRITERS", {"jats": lambda article, marked: as_jats(article, marked).replace("3.5 cm", "35 cm")})
    (score,) = score_written(tmp_path)
    assert (score.exact, score.extra) == (3, 1)
    monkeypatch.setattr(
        f1000, "WRITERS", {"jats": lambda article, marked: as_jats(article, marked).replace("<title>Case 1:", "<title>Case 2:")}
    )
    (score,) = score_written(tmp_path)
    assert (score.exact, score.placed) == (4, 3)
