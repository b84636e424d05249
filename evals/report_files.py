"""A run's reports on disk: one self-contained HTML page, and Markdown with the same failures to read."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from corpus.errors import UsageError
from evals.failures import REASONS, Failure, failures, to_read
from evals.html_report import html
from evals.run_folder import StoredRun, read_run_folder


def write_reports(folder: Path, out: Path | None = None) -> list[Path]:
    """Write both into the run's folder, or the one that ``out`` names. Raises UsageError for an unfinished run and another suffix."""
    run = read_run_folder(folder)
    wanted = [out] if out else [folder / f"report{suffix}" for suffix in _WRITERS]
    for path in wanted:
        if path.suffix not in _WRITERS:
            raise UsageError(f"{path}: a report ends in {' or '.join(_WRITERS)}")
        try:
            path.write_text(_WRITERS[path.suffix](run), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    return wanted


def markdown_report(run: StoredRun) -> str:
    """The run's summary as it was written, then the failures to read."""
    summary = run.folder / "summary.md"
    told = summary.read_text(encoding="utf-8").rstrip() if summary.exists() else f"# {run.summary['set']}"
    return "\n".join([told, "", "## Failures to read", *_told(failures(run))]) + "\n"


_WRITERS: Mapping[str, Callable[[StoredRun], str]] = {".html": html, ".md": markdown_report}


def _told(found: dict[str, list[Failure]]) -> Iterator[str]:
    if not found:
        yield "\nNone."
    for reason, group in found.items():
        yield f"\n### {REASONS[reason]} ({len(group)})\n"
        for one in to_read(group):
            answer = one.answer or {}
            cited = dict.fromkeys(it["paragraph_id"] for statement in answer.get("statements", ()) for it in statement["citations"])
            golds = dict.fromkeys(it["unit"] for part in one.question["gold"] for it in part)
            yield f"- **{one.question['id']}** ({one.question['kind']}) {one.question['question']}"
            yield f"  - answer: {answer.get('answer', '(nothing came back)')}"
            yield f"  - cited: {', '.join(cited) or '-'}; gold: {', '.join(golds) or '-'}"
