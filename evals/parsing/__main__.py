"""The measures at the command line; a bar that is missed is exit status 1."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from corpus.errors import CasebookError
from evals.parsing.evidence_inference import ArticleScore, score_folder
from evals.parsing.f1000 import WRITERS, WrittenScore, score_written
from evals.parsing.pdf_articles import score_printed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.parsing", description=__doc__)
    parser.add_argument("measure", choices=sorted(_MEASURES))
    parser.add_argument("folder", type=Path, help="the set's folder, such as ../shared/data/evidence-inference")
    parser.add_argument("--worst", type=int, default=8, help="how many of the worst articles to list")
    chosen = parser.parse_args(arguments)
    try:
        return 0 if _MEASURES[chosen.measure](chosen.folder, chosen.worst) else 1
    except CasebookError as error:
        print(error, file=sys.stderr)
        return 2


def _evidence_inference(folder: Path, worst: int) -> bool:
    scores = list(score_folder(folder))
    spans, in_one, in_two = (sum(counts) for counts in zip(*((score.spans, score.in_one, score.in_two) for score in scores), strict=True))
    recall, total = fmean(score.recall for score in scores), sum(score.kept for score in scores) / sum(score.words for score in scores)
    cells = sum(score.cells_kept for score in scores) / max(1, sum(score.cells for score in scores))
    print(f"{len(scores)} articles")
    print(f"body words kept in order: mean {recall:.4f}, pooled {total:.4f}, below 0.99: {sum(score.recall < 0.99 for score in scores)}")
    print(f"of the words read, in the reference text: {sum(score.kept for score in scores) / sum(score.read for score in scores):.4f}")
    print(f"evidence spans: {spans}; in one paragraph {in_one / spans:.4f}, in two {in_two}, in none {spans - in_one - in_two}")
    print(f"cells of tables in a row that can be cited: {cells:.4f}")
    print(f"characters not counted as body words: {_left_out(scores)}")
    for score in sorted(scores, key=lambda score: score.recall)[:worst]:
        print(f"  {score.name}: {score.recall:.4f} of {score.words}")
    for score in scores:
        for missed in score.missed[: worst and 3]:
            print(f"  {score.name}: not found: {missed[:150]!r}")
    return recall >= 0.99 and in_one + in_two >= 0.99 * spans


def _f1000(folder: Path, worst: int) -> bool:
    reached = []
    for marked in (True, False):
        scores = list(score_written(folder, marked))
        print("citations written as links" if marked else "citations left in the text as figures")
        reached += [_print_form([score for score in scores if score.form == form], form, worst) for form in WRITERS]
    return all(reached)


def _print_form(scores: list[WrittenScore], form: str, worst: int) -> bool:
    total, exact = sum(score.paragraphs for score in scores), sum(score.exact for score in scores)
    placed, extra = sum(score.placed for score in scores), sum(score.extra for score in scores)
    right = sum(score.reference_right for score in scores)
    print(f"  {form}: {exact} of {total} gold paragraphs exact ({exact / total:.4f}), {placed} of these in the right section")
    print(f"    {extra} paragraphs too many; title and DOI right in {right} of {len(scores)}")
    for missed in [f"{score.name}: {text[:150]}" for score in scores for text in score.missed][:worst]:
        print(f"    missed {missed}")
    return exact >= 0.98 * total and placed == exact


def _pdf(folder: Path, worst: int) -> bool:
    scores = list(score_printed(folder))
    total, broken = sum(score.paragraphs for score in scores), [(score.name, text) for score in scores for text in score.broken]
    right = sum(score.title_right and score.doi_right for score in scores)
    headed = sum(not score.headings_missed for score in scores)
    foreign = [(score.name, text) for score in scores for text in score.foreign]
    print(f"{len(scores)} articles: title and DOI right in {right}, all main headings found in {headed}")
    print(f"{total} body paragraphs: {1 - len(broken) / total:.4f} neither start nor end in mid-sentence")
    print(f"body paragraphs with page furniture or cited works in them: {len(foreign)}")
    for name, text in [*foreign, *broken][:worst]:
        print(f"  {name}: {text[:70]!r} ... {text[-50:]!r}")
    for score in scores:
        if score.headings_missed or not (score.title_right and score.doi_right):
            print(f"  {score.name}: {score.title!r}; headings missed: {', '.join(score.headings_missed) or 'none'}")
    return right == len(scores) and len(broken) <= 0.03 * total and not foreign and headed >= len(scores) - 1


def _left_out(scores: list[ArticleScore]) -> str:
    parts = scores[0].left_out
    return ", ".join(f"{part} {sum(score.left_out[part] for score in scores):,}" for part in parts)


_MEASURES: dict[str, Callable[[Path, int], bool]] = {"evidence-inference": _evidence_inference, "f1000": _f1000, "pdf": _pdf}

if __name__ == "__main__":
    sys.exit(main())
