"""Does our citation verifier agree with experts? Claims with the evidence that was cited for them, and an expert's word on each.

The verifier's verdict is ordered (supported 1, partial 1/2, all else 0) and compared with "complete" against the expert's other two words.
Beside it stands the plain share of the claim's words that the evidence holds: a verifier must do better than that.

- ``auc``: chance that a fully supported claim is put above one that is not, ties half (Hanley and McNeil 1982); 0.5 is guessing.
- ``precision`` and ``recall`` of the verdict "supported" against the expert's "complete".

    python -m evals.verifying corruptions [--errors odd|even]

And does it catch what is wrong? ``evals/data/verification/corruptions.jsonl`` holds sentences that are true of the bundled
reports, each with a false twin: one thing in it changed, or another paragraph cited. Odd numbers were looked at while rules were
written, even ones were not.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.answer import Support
from assistant.citations import CitedParagraph, Draft, Verifier
from assistant.readers.generative import proofs
from corpus.report import Paragraph, ParagraphId, paragraph_id
from corpus.settings import Settings
from corpus.text import tokens
from corpus.vocabulary import Vocabulary
from evals.adapters.expertqa import CREDIT, JudgedClaim, claims
from evals.datasets import data_digest
from evals.intervals import RESAMPLES, SEED, Estimate
from evals.judging import VerifierJudge
from evals.progress import Progress
from evals.run_folder import Run, new_run_folder, write_run_folder
from evals.summary import Kind, Summary
from ingest.parsers import parse

NAME = "expertqa"
CORRUPTIONS = Path(__file__).parent / "data" / "verification" / "corruptions.jsonl"
REPORTS = Path(__file__).parents[1] / "corpus" / "reports"
HALVES = ("odd", "even")
_WORTH = {Support.SUPPORTED: 1.0, Support.PARTIAL: 0.5}

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim with what the verifier and the plain words say of it."""

    claim: JudgedClaim
    verifier: float
    words: float


def verify_folder(source: Path, out: Path | None, settings: Settings) -> tuple[Path, Summary]:
    """Judge every claim and write a run folder; its summary is like any other's."""
    verdicts = judged(claims(source), Vocabulary.load())
    summary = _summary(source, verdicts)
    folder = new_run_folder(out or settings.home / "evals" / "runs", NAME, None)
    scores = {one.claim.id: {"verifier.supported": one.verifier, "words.share": one.words} for one in verdicts}
    write_run_folder(folder, Run(summary, (), {}, {}, scores), settings, markdown(summary))
    return folder, summary


def judged(found: Sequence[JudgedClaim], vocabulary: Vocabulary) -> list[Verdict]:
    judge, progress, verdicts = VerifierJudge(vocabulary), Progress("verify", len(found)), list[Verdict]()
    for claim in found:
        said = judge.verdict(claim.evidence, claim.text)
        verdicts.append(Verdict(claim, _WORTH.get(said, 0.0), _share(claim)))
        progress.step()
    return verdicts


def _share(claim: JudgedClaim) -> float:
    own, there = set(tokens(claim.text)), set(tokens(" ".join(claim.evidence)))
    return len(own & there) / len(own) if own else 0.0


def auc(scores: Figures, positive: npt.NDArray[np.bool_]) -> float | None:
    """Area under the ROC curve by counting pairs; None where a side is empty."""
    if positive.all() or not positive.any():
        return None
    values, places = np.unique(scores, return_inverse=True)
    above, below = (np.bincount(places[side], minlength=len(values)) for side in (positive, ~positive))
    pairs = above * (np.cumsum(below) - below / 2)
    return float(pairs.sum() / (above.sum() * below.sum()))


def _summary(source: Path, verdicts: Sequence[Verdict]) -> Summary:
    complete = np.array([one.claim.verdict == "Complete" for one in verdicts])
    verifier, share = (np.array([getattr(one, name) for one in verdicts]) for name in ("verifier", "words"))
    said = verifier == 1
    metrics = {
        "verifier.auc": _estimate(lambda at: auc(verifier[at], complete[at]), len(verdicts)),
        "words.auc": _estimate(lambda at: auc(share[at], complete[at]), len(verdicts)),
        "verifier.precision": _estimate(lambda at: _ratio(said[at] & complete[at], said[at]), len(verdicts)),
        "verifier.recall": _estimate(lambda at: _ratio(said[at] & complete[at], complete[at]), len(verdicts)),
        "verifier.accuracy": _estimate(lambda at: float((said[at] == complete[at]).mean()), len(verdicts)),
        "expert.complete": _estimate(lambda at: float(complete[at].mean()), len(verdicts)),
    }
    return Summary(
        set=NAME, part=None, system="citation verifier", level="claim", data=data_digest((source,)), reports=0, failed_sources=0,
        questions=len(verdicts), answerable=int(complete.sum()), skipped_golds=0, skipped_questions=0, credit=CREDIT, metrics=metrics,
        kinds=_kinds(verdicts),
    )  # fmt: skip


def _kinds(verdicts: Sequence[Verdict]) -> Mapping[str, Kind]:
    groups = {name: [one for one in verdicts if one.claim.verdict == name] for name in ("Complete", "Partial", "Incomplete")}
    return {name: Kind(len(group), _means(group)) for name, group in groups.items() if group}


def _means(group: Sequence[Verdict]) -> Mapping[str, float]:
    return {"verifier.supported": _mean([one.verifier for one in group]), "words.share": _mean([one.words for one in group])}


def _estimate(figure: Callable[[npt.NDArray[np.int64]], float | None], size: int) -> Estimate:
    """A figure of all claims with its interval over resampled claims."""
    value = figure(np.arange(size))
    draws = np.random.default_rng(SEED).integers(0, size, (RESAMPLES, size))
    found = [one for one in map(figure, draws) if one is not None]
    if value is None or not found:
        return Estimate(None, None, None, size)
    low, high = np.percentile(found, [2.5, 97.5])
    return Estimate(value, float(low), float(high), size)


def _ratio(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float | None:
    return float(part.sum() / whole.sum()) if whole.any() else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def markdown(summary: Summary) -> str:
    from evals.report import shown

    lines = [
        f"# {summary.set}: {summary.questions} claims with evidence, {summary.answerable} of them fully supported in an expert's word",
        "",
    ]
    lines += ["| measure | figure | n |", "| --- | --- | --- |"]
    lines += [f"| {name} | {shown(found)} | {found.n} |" for name, found in summary.metrics.items()]
    lines += ["", "| expert says | n | mean verdict | mean share of words |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {one.questions} | {' | '.join(f'{value:.3f}' for value in one.means.values())} |"
        for name, one in summary.kinds.items()
    ]
    return "\n".join([*lines, "", f"Brackets are 95 % bootstrap intervals over claims. {summary.credit}"]) + "\n"


# -- sentences and their false twins -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Twins:
    """A true sentence and a false one, with the paragraphs that each cites. ``kind`` is what was changed."""

    id: str
    kind: str
    true: str
    cited: tuple[ParagraphId, ...]
    false: str
    cited_by_false: tuple[ParagraphId, ...]

    @property
    def half(self) -> str:
        return HALVES[1 - int(self.id[1:]) % 2]


@dataclass(frozen=True, slots=True)
class Judged:
    """Twins with the verifier's word on each."""

    twins: Twins
    true: Support
    false: Support


def twins(path: Path = CORRUPTIONS) -> list[Twins]:
    return [_twins(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _twins(record: Mapping[str, str | list[str]]) -> Twins:
    cited, other = tuple(record["cited"]), tuple(record.get("cited_by_false", record["cited"]))
    true = str(record["true"])
    return Twins(str(record["id"]), str(record["kind"]), true, cited, str(record.get("false", true)), other)


def judge_twins(found: Sequence[Twins], vocabulary: Vocabulary) -> list[Judged]:
    """Each sentence as a chat model's answer would hold it: quotes are the sentences of the cited paragraphs that are nearest to it."""
    cited = dict(bundled_paragraphs())
    verifier = Verifier(vocabulary, cited.get)

    def verdict(sentence: str, names: Sequence[ParagraphId]) -> Support:
        quotes = tuple(proof for name in names for proof in proofs(sentence, cited[name].paragraph))
        return verifier.check(Draft(sentence, quotes)).support

    return [Judged(one, verdict(one.true, one.cited), verdict(one.false, one.cited_by_false)) for one in found]


def bundled_paragraphs() -> Iterator[tuple[ParagraphId, CitedParagraph]]:
    """Every paragraph of the bundled reports under its report's file name."""
    for path in sorted(REPORTS.glob("*.md")):
        for report in parse(str(path), path.name, path.read_bytes())[1]:
            for number, one in enumerate(report.paragraphs, start=1):
                name = paragraph_id(path.stem, number)
                yield name, CitedParagraph(path.stem, report.reference, Paragraph(name, one.text, one.section))


def caught(judged_twins: Sequence[Judged]) -> float:
    """Share of the false sentences that do not pass as supported."""
    return _mean([float(one.false is not Support.SUPPORTED) for one in judged_twins])


def rejected(judged_twins: Sequence[Judged]) -> float:
    """Share of the true sentences that are shown as not proved."""
    return _mean([float(not one.true.proved) for one in judged_twins])


def twins_table(judged_twins: Sequence[Judged]) -> str:
    """Verdicts by half and by what was changed."""
    groups = {"all": list(judged_twins)} | {half: [one for one in judged_twins if one.twins.half == half] for half in HALVES}
    groups |= {
        kind: [one for one in judged_twins if one.twins.kind == kind] for kind in dict.fromkeys(one.twins.kind for one in judged_twins)
    }
    lines = ["| twins | n | false caught | false: partial | false: not proved | true rejected | true: partial |", f"|{' --- |' * 7}"]
    for name, group in ((name, group) for name, group in groups.items() if group):
        true, false = (Counter(getattr(one, side) for one in group) for side in ("true", "false"))
        partial, unproved = false[Support.PARTIAL], sum(count for verdict, count in false.items() if not verdict.proved)
        figures = f"{caught(group):.3f} | {partial} | {unproved} | {rejected(group):.3f} | {true[Support.PARTIAL]}"
        lines.append(f"| {name} | {len(group)} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["corruptions"])
    parser.add_argument("--errors", choices=HALVES, help="list the errors of one half")
    arguments = parser.parse_args()
    found = judge_twins(twins(), Vocabulary.load())
    print(twins_table(found))
    for one in (one for one in found if one.twins.half == arguments.errors):
        if one.false is Support.SUPPORTED or one.true is not Support.SUPPORTED:
            pair = one.twins
            print(f"{pair.id} {pair.kind}: {one.true} {pair.true!r}; {one.false} {pair.false!r} {pair.cited_by_false}")


if __name__ == "__main__":
    main()
