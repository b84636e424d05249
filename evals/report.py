"""A run's figures as Markdown: n and interval beside every mean, answerable and unanswerable apart."""

from collections.abc import Iterable, Sequence

from evals.intervals import Estimate
from evals.ranking import GROUPS, GROUPS_IN_TEXT, MEASURES
from evals.summary import Kind, Summary

RETRIEVAL = (*MEASURES, GROUPS, GROUPS_IN_TEXT)
_ANSWER = (
    "gold_hit", "citation_precision", "statement_precision", "citation_recall_alce", "citation_precision_alce", "quote_exactness",
    "numbers_proved", "facts_found", "forbidden_said", "token_f1",
)  # fmt: skip
_DECISION = ("wrong_refusal", "false_answer", "unreadable")
_REWRITING = ("raw", "rewritten", "human", "gain")
_CALIBRATION = ("brier", "ece")
_REFUSAL = ("precision", "recall", "balanced_accuracy")
BY_KIND = ("hybrid.nDCG@10", "answer.gold_hit", "answer.statement_precision", "answer.facts_found", "answer.decision_right")
ANSWERS = (
    *(f"answer.{name}" for name in (*_ANSWER, *_DECISION)),
    *(f"refusal.{name}" for name in _REFUSAL),
    *(f"rewriting.{name}" for name in _REWRITING),
    *(f"calibration.{name}" for name in _CALIBRATION),
)


def markdown(summary: Summary) -> str:
    """The whole summary, ending with what it rests on."""
    blocks = [_heading(summary), _retrieval(summary), _answers(summary), _kinds(summary), _footnotes(summary)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _heading(summary: Summary) -> str:
    part = f", part {summary.part}" if summary.part else ""
    asked = f"{summary.questions} questions ({summary.answerable} answerable)"
    return f"# {summary.set}{part}: {asked} over {summary.reports} reports, judged by {summary.level}"


def _retrieval(summary: Summary) -> str:
    systems = dict.fromkeys(name.partition(".")[0] for name in summary.metrics if name.partition(".")[2] in RETRIEVAL)
    if not systems:
        return ""
    rows = [[system, *(shown(summary.metrics.get(f"{system}.{measure}")) for measure in RETRIEVAL)] for system in systems]
    counted = [found.n for name, found in summary.metrics.items() if name.endswith(".nDCG@10")]
    return _table(["retrieval" + (f" (n={counted[0]})" if counted else ""), *RETRIEVAL], rows)


def _answers(summary: Summary) -> str:
    rows = [[name, shown(summary.metrics[name]), str(summary.metrics[name].n)] for name in ANSWERS if name in summary.metrics]
    return _table(["answers", "mean", "n"], rows) if rows else ""


def _kinds(summary: Summary) -> str:
    names = [name for name in BY_KIND if any(name in kind.means for kind in summary.kinds.values())]
    rows = [[label, str(kind.questions), *_cells(kind, names)] for label, kind in summary.kinds.items()]
    return _table(["kind", "n", *names], rows) if len(rows) > 1 else ""


def _cells(kind: Kind, names: Iterable[str]) -> list[str]:
    return [f"{kind.means[name]:.3f}" if name in kind.means else "-" for name in names]


def _footnotes(summary: Summary) -> str:
    notes = ["Brackets are 95 % bootstrap intervals over questions; - is undefined."]
    if summary.answer_ms:
        notes.append("Answer time: " + ", ".join(f"{name} {value:.0f} ms" for name, value in summary.answer_ms.items()) + ".")
    if summary.failed_sources:
        notes.append(f"{summary.failed_sources} sources could not be ingested.")
    if summary.skipped_golds:
        notes.append(f"{summary.skipped_golds} golds did not resolve; {summary.skipped_questions} questions were left out with them.")
    notes.append(f"Data {summary.data[:16]}." + (f" {summary.credit}" if summary.credit else ""))
    return " ".join(notes)


def shown(found: Estimate | None) -> str:
    """``0.737 [0.712, 0.761]``, or a dash where it is undefined."""
    if found is None or found.value is None:
        return "-"
    interval = f" [{found.low:.3f}, {found.high:.3f}]" if found.low is not None and found.high is not None else ""
    return f"{found.value:.3f}{interval}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
