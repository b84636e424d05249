"""A run as one self-contained page: figures with intervals, plots, and the failures to read. Made from the run folder alone."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from evals.failures import REASONS, Failure, failures, to_read
from evals.intervals import Estimate
from evals.reliability import gold_units, reliability
from evals.report import ANSWERS, BY_KIND, RETRIEVAL, shown
from evals.run_folder import StoredRun
from evals.svg import Point, histogram, intervals

_CSS = Path(__file__).with_name("report.css")
_TILES = ("hybrid.nDCG@10", "answer.gold_hit", "answer.facts_found", "answer.quote_exactness", "refusal.balanced_accuracy")
_SPREAD = ("hybrid.nDCG@10", "answer.gold_hit", "answer.citation_precision", "answer.facts_found")
_ANSWER_CHARS = 1500


def html(run: StoredRun) -> str:
    """The whole page; nothing in it is loaded from anywhere."""
    metrics = {name: Estimate(**found) for name, found in run.summary["metrics"].items()}
    found = failures(run)
    sections = [
        _head(run, metrics),
        _retrieval(metrics),
        _answers(metrics),
        _kinds(run),
        _distributions(run),
        _reliability(run),
        _failures(found),
        _rests_on(run),
    ]
    title = escape(_title(run))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_CSS.read_text(encoding="utf-8")}</style></head>'
        f"<body>{''.join(sections)}</body></html>\n"
    )


def _title(run: StoredRun) -> str:
    part = f", part {run.summary['part']}" if run.summary["part"] else ""
    return f"Evaluation: {run.summary['set']}{part}"


def _head(run: StoredRun, metrics: Mapping[str, Estimate]) -> str:
    summary = run.summary
    asked = f"{summary['questions']} questions, {summary['answerable']} of them answerable, over {summary['reports']} reports"
    tiles = "".join(_tile(name, metrics[name]) for name in _TILES if name in metrics and metrics[name].value is not None)
    links = ("retrieval", "answers", "kinds", "distributions", "reliability", "failures", "rests")
    nav = "".join(f'<a href="#{name}">{name if name != "rests" else "what it rests on"}</a>' for name in links)
    return (
        f'<header><h1>{escape(_title(run))}</h1><p class="muted">{escape(str(summary.get("system", "")))}; {asked}; judged by '
        f"{escape(str(summary.get('level', '')))}. Brackets are 95 % bootstrap intervals over questions.</p><nav>{nav}</nav>"
        f'<div class="tiles">{tiles}</div></header>'
    )


def _tile(name: str, found: Estimate) -> str:
    between = "" if found.low is None else f"{found.low:.3f} to {found.high:.3f}, "
    return f'<div class="tile">{escape(name)}<b>{found.value:.3f}</b><span class="muted">{between}n={found.n}</span></div>'


def _retrieval(metrics: Mapping[str, Estimate]) -> str:
    systems = dict.fromkeys(name.partition(".")[0] for name in metrics if name.partition(".")[2] in RETRIEVAL)
    if not systems:
        return ""
    measures = [measure for measure in RETRIEVAL if any(f"{system}.{measure}" in metrics for system in systems)]
    rows = [[system, *(shown(metrics.get(f"{system}.{measure}")) for measure in measures)] for system in systems]
    plots = [_plot(measure, [(system, metrics.get(f"{system}.{measure}")) for system in systems]) for measure in ("nDCG@10", "R@10")]
    return _section("retrieval", "Retrieval", _table(["system", *measures], rows) + f'<div class="plots">{"".join(plots)}</div>')


def _plot(measure: str, found: Iterable[tuple[str, Estimate | None]]) -> str:
    """The first of the figures is the one that the page is about."""
    points = [
        Point(name, one.value, one.low, one.high, f"(n={one.n})", strong=number == 0)
        for number, (name, one) in enumerate(found)
        if one and one.value is not None
    ]
    return _figure(intervals(points, measure), f"{measure}; mean and 95 % interval") if points else ""


def _answers(metrics: Mapping[str, Estimate]) -> str:
    known = [(name, metrics[name]) for name in ANSWERS if name in metrics and metrics[name].value is not None]
    plot = _plot("answers", known)
    return _section("answers", "Answers", f'{plot}<p class="muted">Definitions: docs/evaluation.md.</p>') if known else ""


def _kinds(run: StoredRun) -> str:
    kinds: Mapping[str, Any] = run.summary.get("kinds", {})
    names = [name for name in BY_KIND if any(name in kind["means"] for kind in kinds.values())]
    if len(kinds) < 2 or not names:
        return ""
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td>{kind['questions']}</td>{''.join(_meter(kind['means'].get(name)) for name in names)}</tr>"
        for label, kind in kinds.items()
    )
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("kind", "n", *names))
    table = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    return _section("kinds", "By kind of question", table)


def _meter(value: float | None) -> str:
    return '<td class="muted">-</td>' if value is None else f'<td class="meter" style="--w: {100 * value:.0f}%">{value:.3f}</td>'


def _distributions(run: StoredRun) -> str:
    plots = []
    for name in _SPREAD:
        values = [value for scores in run.scores.values() if (value := scores.get(name)) is not None]
        if values:
            plots.append(_figure(histogram(values, name), f"{name} (n={len(values)})"))
    times: Mapping[str, float] = run.summary.get("answer_ms", {})
    said = f'<p class="muted">Answer time: {", ".join(f"{name} {value:.0f} ms" for name, value in times.items())}.</p>' if times else ""
    return _section("distributions", "Score distributions", f'<div class="plots">{"".join(plots)}</div>{said}') if plots else ""


def _reliability(run: StoredRun) -> str:
    """Whether what the system knows about itself says how right it is."""
    plots = []
    for heading, found in reliability(run).items():
        plots.append(_plot(heading, [(band.label, band.share) for band in found]))
    return _section("reliability", "Reliability", "".join(plots)) if plots else ""


def _failures(found: Mapping[str, Sequence[Failure]]) -> str:
    if not found:
        return _section("failures", "Failures to read", "<p>None.</p>")
    blocks = []
    for reason, group in found.items():
        read = to_read(list(group))
        hidden = "" if len(read) == len(group) else f"; {len(read)} of them follow, and none of the test part"
        counted = f"{len(group)} question{'' if len(group) == 1 else 's'}{hidden}"
        blocks.append(f'<h3>{escape(REASONS[reason])} <span class="muted">{counted}</span></h3>')
        blocks += map(_failure, read)
    return _section("failures", "Failures to read", "".join(blocks))


def _failure(one: Failure) -> str:
    question, answer = one.question, one.answer or {}
    talk = "".join(f"<p><b>{escape(it['role'])}:</b> {escape(it['text'])}</p>" for it in question["history"])
    cited = [citation for statement in answer.get("statements", ()) for citation in statement["citations"]]
    units = gold_units(question)
    quotes = "".join(_quote(it["quote"], it["paragraph_id"], it["paragraph_id"] in units or it["report_id"] in units) for it in cited)
    golds = "".join(_quote(it["text"], it["unit"], None) for group in question["gold"] for it in group)
    facts = "; ".join(" or ".join(group) for group in question["facts"])
    parts = {
        "history": talk,
        "answer": escape(str(answer.get("answer", "(nothing came back)"))[:_ANSWER_CHARS]),
        "cited": quotes,
        "gold": golds,
        "must say": escape(facts),
        "must not say": escape("; ".join(question["forbidden"])),
        "scores": escape(", ".join(f"{name} {value:.2f}" for name, value in one.scores.items() if value is not None and "answer." in name)),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{content}</dd>" for name, content in parts.items() if content)
    head = f'<span class="id">{escape(question["id"])} {escape(question["kind"])}</span>{escape(question["question"])}'
    return f"<details><summary>{head}</summary><dl>{listed}</dl></details>"


def _quote(text: str, place: str, on_gold: bool | None) -> str:
    verdict = "" if on_gold is None else f' <span class="{"hit" if on_gold else "miss"}">{"gold" if on_gold else "not gold"}</span>'
    return f"<blockquote>{escape(text)}<cite>{escape(place)}{verdict}</cite></blockquote>"


def _rests_on(run: StoredRun) -> str:
    rows = [["data", run.data], *([f"settings.{name}", str(value)] for name, value in run.settings.items() if name != "home")]
    rows += [[name, value] for name, value in run.versions.items()]
    credit = run.summary.get("credit")
    said = f"<p>{escape(str(credit))}</p>" if credit else ""
    return _section("rests", "What it rests on", said + _table(["what", "value"], rows))


def _section(name: str, title: str, content: str) -> str:
    return f'<section id="{name}"><h2>{escape(title)}</h2>{content}</section>'


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
