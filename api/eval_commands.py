"""``casebook eval`` and ``casebook bench``: thin doors to evals, which is loaded when it is asked for."""

from pathlib import Path

import click

_RUN = click.Path(exists=True, file_okay=False, path_type=Path)
_READABLE = click.Path(exists=True, path_type=Path)


@click.group("eval")
def eval_group() -> None:
    """Measure how right the answers are."""


@eval_group.command()
@click.argument("evaluation_set", metavar="SET")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder below which the run is written.")
@click.option("--part", type=click.Choice(["dev", "test"]), help="Only this part of the set.")
@click.option("--url", help="Ask this server instead: a Casebook's address, or one ending in /v1 of an OpenAI-compatible endpoint.")
@click.option("--model", default="default", show_default=True, help="Model to name to an OpenAI-compatible endpoint.")
@click.option("--gate", "floors", type=click.Path(dir_okay=False, path_type=Path), help="Hold the run against these floors; exit 1 below.")
def run(evaluation_set: str, out: Path | None, part: str | None, url: str | None, model: str, floors: Path | None) -> int:
    """Run the questions of SET: a folder with reports/ and questions.jsonl, or NAME:PATH of a public set.

    CASEBOOK_CHAT_API_KEY is sent to an OpenAI-compatible endpoint.
    """
    from corpus.settings import load_settings
    from evals.remote import Server
    from evals.runner import run_folder

    settings = load_settings()
    server = Server(url, model, settings.chat_api_key) if url else None
    result = run_folder(evaluation_set, out, settings, part, server=server)
    click.echo(result.text)
    return _gated(result.folder, floors) if floors else 0


@eval_group.command()
@click.argument("before", type=_RUN)
@click.argument("after", type=_RUN)
def compare(before: Path, after: Path) -> None:
    """Pair two runs of the same questions: what differs, how easily chance gives that, and what else changed."""
    from evals.compare import compare as compared

    click.echo(compared(before, after).text)


@eval_group.command()
@click.argument("run", type=_RUN)
@click.argument("floors", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--pin", is_flag=True, help="Raise the floors to this run's figures (make the file where there is none); none is lowered.")
def gate(run: Path, floors: Path, pin: bool) -> int:
    """Hold RUN against the FLOORS that were pinned; exit 1 where it falls below one."""
    if not pin:
        return _gated(run, floors)
    from evals.gate import pin as pinned

    for name, value in pinned(run, floors).floors.items():
        click.echo(f"{name}: {value:.4f}")
    return 0


@eval_group.command()
@click.argument("run", type=_RUN)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file ending in .html or .md; default: both in RUN.")
def report(run: Path, out: Path | None) -> None:
    """Write RUN as one self-contained HTML page and as Markdown, with the failures to read."""
    from evals.report_files import write_reports

    for written in write_reports(run, out):
        click.echo(written)


@eval_group.command()
@click.argument("run", type=_RUN)
@click.option("--model", required=True, help="The judge, as CASEBOOK_CHAT_MODEL names models; not the one that wrote the answers.")
def judge(run: Path, model: str) -> None:
    """Let a chat model judge the answers of RUN (faithfulness, relevance), beside it in judged.json; needs that model's package and key."""
    from corpus.settings import load_settings
    from evals.model_judge import judge_run, table

    click.echo(table(judge_run(run, load_settings(), model)))


@click.command()
@click.argument("measures", nargs=-1)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for bench.json and the plot of `scale`.")
@click.option("--clients", type=click.IntRange(1, 256), default=8, show_default=True, help="Most clients at a time for `serve`.")
@click.option(
    "--passages",
    type=click.IntRange(1000, 5_000_000),
    help="Largest library for `scale` (unset: 100,000); `query` is measured over a library of this size as well.",
)
@click.option("--files", type=_READABLE, help="Files that `ingest` and `growth` read instead of the bundled library.")
@click.option("--peer", type=_READABLE, help="Python of an environment with LangChain's quickstart: the baseline of `ingest --files`.")
def bench(measures: tuple[str, ...], out: Path | None, clients: int, passages: int | None, files: Path | None, peer: Path | None) -> None:
    """Measure speed and memory: start, ingest, query, memory (all where none is named), serve, load, scale, board, growth."""
    from corpus.settings import load_settings
    from evals.bench import run_bench
    from evals.bench_figures import Sizes

    run_bench(load_settings(), measures, out=out, sizes=Sizes(clients, passages, files, peer))


def _gated(run: Path, floors: Path) -> int:
    """Say what is below its floor; 1 where anything is."""
    from evals.gate import gate as held

    breaches = held(run, floors)
    for breach in breaches:
        click.echo(f"gate: {breach}", err=True)
    if not breaches:
        click.echo(f"gate: every figure holds its floor of {floors}", err=True)
    return 1 if breaches else 0
