"""The command line. Every import of weight waits inside the command that needs it, so that ``--help`` answers at once."""

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from api.case_commands import evidence, similar
from api.eval_commands import bench, eval_group
from api.fetch_commands import fetch_group
from api.key_commands import keys_group

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from corpus.catalog import Catalog
    from corpus.settings import Settings

_INTERRUPTED = 130
_BROKEN_PIPE = 141

_YEAR = click.IntRange(1500, 2200)


class Casebook(click.Group):
    """Turns every ending into its exit code: 0 done, 1 something failed, 2 wrong usage; failures are told in words on stderr."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            code = _INTERRUPTED
        except BrokenPipeError:
            code = _left_alone()
        except Exception as error:
            code = _told(error)
        sys.exit(code if isinstance(code, int) else 0)


def _left_alone() -> int:
    """The reader of our output has gone; what is still buffered goes nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _BROKEN_PIPE


def _told(error: Exception) -> int:
    from corpus.errors import CasebookError, SettingsError, UsageError

    if not isinstance(error, CasebookError):
        raise error
    click.echo(f"casebook: {error}", err=True)
    return 2 if isinstance(error, UsageError | SettingsError) else 1


@click.group(cls=Casebook, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="casebook", prog_name="casebook")
def main() -> None:
    """Casebook answers clinicians' questions from case reports, each sentence with the paragraph that proves it.

    The library lives in the folder CASEBOOK_HOME (default: .casebook). Casebook is for reading the literature, not for treating patients.
    """


main.add_command(eval_group)
main.add_command(bench)
main.add_command(keys_group)
main.add_command(fetch_group)
main.add_command(evidence)
main.add_command(similar)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--bundled", is_flag=True, help="Ingest the library of digests that comes with Casebook.")
@click.option("--prune", is_flag=True, help="Remove reports whose files under PATH have vanished.")
@click.option("--dry-run", is_flag=True, help="Read and compare, but write nothing.")
@click.option("--watch", is_flag=True, help="Go on, and ingest again whenever something under PATH changes; Ctrl-C ends.")
def ingest(paths: tuple[Path, ...], bundled: bool, prune: bool, dry_run: bool, watch: bool) -> int:
    """Read reports from files and folders into the library. Files that did not change are not read again.

    A file beside another one, report.pdf.casebook.yaml beside report.pdf, corrects its title, authors, year, doi ... (docs/files.md).
    """
    chosen = [*paths, *([_bundled()] if bundled else [])]
    if not chosen:
        raise click.UsageError("name a file or a folder to ingest, or --bundled for the library that comes with Casebook")
    if watch and dry_run:
        raise click.UsageError("--watch writes what it sees; leave --dry-run out")
    if watch:
        from api.ingest_watch import watch_paths

        watch_paths(_settings(), chosen, prune=prune)
        return 0
    from api.ingest_terminal import ingest_paths

    return 1 if ingest_paths(_settings(), chosen, prune=prune, dry_run=dry_run) else 0


@main.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as POST /v1/chat returns it.")
@click.option("--k", type=click.IntRange(1, 50), help="How many passages are read.")
@click.option("--year-from", type=_YEAR, help="Only reports of this year or later.")
@click.option("--year-to", type=_YEAR, help="Only reports of this year or earlier.")
def ask(question: str, as_json: bool, k: int | None, year_from: int | None, year_to: int | None) -> None:
    """Answer one question."""
    from api.schemas import ChatResponse
    from api.services import open_services
    from api.terminal import print_answer
    from corpus.report import Filter

    if year_from is not None and year_to is not None and year_from > year_to:
        raise click.UsageError("--year-from is later than --year-to; no report can match")
    with open_services(_settings()) as services:
        answer = services.assistant.answer(question, filters=Filter(year_from, year_to), k=k)
    if as_json:
        click.echo(ChatResponse.of(answer).model_dump_json(indent=2))
    else:
        print_answer(answer)


@main.command()
def chat() -> None:
    """Ask one question after another; each may refer to the ones before. /quit ends."""
    from api.services import open_services
    from api.terminal import converse

    with open_services(_settings()) as services:
        converse(services.assistant)


@main.command()
@click.option("--host", help="Address to listen on (CASEBOOK_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 picks a free one (CASEBOOK_PORT).")
@click.option("--insecure", is_flag=True, help="Listen beyond this machine without any key: whoever reaches the port may read and write.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="A name with a dot under which Casebook may be asked; repeatable."
)
@click.option("--per-minute", type=click.IntRange(1), default=120, show_default=True, help="How many requests a key may make in a minute.")
@click.option("--slack", is_flag=True, help="Also take Slack's requests at /slack/events (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET).")
def serve(host: str | None, port: int | None, insecure: bool, hosts: tuple[str, ...], per_minute: int, slack: bool) -> None:
    """Serve the web page and the HTTP interface."""
    from api.auth import Access
    from api.serving import serve_library
    from api.slack import Tokens

    tokens = Tokens.from_environment(needed=("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")) if slack else None
    serve_library(_settings(host=host, port=port), Access(insecure, hosts, per_minute), tokens)


@main.command()
def slack() -> None:
    """Answer in Slack by Socket Mode, without a reachable port (SLACK_BOT_TOKEN, SLACK_APP_TOKEN). `serve --slack` does it over HTTP."""
    from api.services import open_services
    from api.slack import Tokens
    from api.slack_app import run_socket_mode

    tokens = Tokens.from_environment(needed=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    with open_services(_settings()) as services:
        services.warm()
        click.echo("Casebook answers in Slack (Ctrl-C ends)", err=True)
        run_socket_mode(services, tokens)


@main.command()
def mcp() -> None:
    """Serve the library to an MCP client on standard input and output. `casebook serve` offers the same at /mcp."""
    from api.mcp import require_mcp, run_stdio
    from api.services import open_services

    require_mcp()
    with open_services(_settings()) as services:
        run_stdio(services)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as GET /v1/reports returns it.")
def reports(as_json: bool) -> None:
    """List the reports of the library."""
    from api.library import listed
    from api.terminal import print_reports

    with _catalog() as catalog:
        found = listed(catalog)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        print_reports(found)


@main.command()
@click.option("--repair", is_flag=True, help="Rebuild what an index lacks, delete what it should not hold.")
def check(repair: bool) -> int:
    """Compare the indexes with the catalogue."""
    from corpus.store import Corpus

    with Corpus.open(_settings()) as corpus:
        problems = corpus.check()
        for problem in problems:
            click.echo(str(problem))
        if problems and repair:
            corpus.repair(problems)
            problems = corpus.check()
            click.echo("repaired" if not problems else f"{len(problems)} problems are left")
        elif not problems:
            click.echo(f"sound: {corpus.catalog.count()} reports, {len(corpus.catalog.all_chunk_ids())} chunks in both indexes")
        else:
            click.echo("run `casebook check --repair` to mend this", err=True)
    return 1 if problems else 0


@main.command()
@click.argument("path", type=click.File("w", encoding="utf-8", lazy=True, atomic=True))
def export(path: IO[str]) -> None:
    """Write every report with its cases to PATH as JSON lines (- for standard output), each as GET /v1/reports/{id} returns it."""
    from api.library import whole_report

    with _catalog() as catalog:
        for report_id in catalog.report_ids():
            path.write(whole_report(catalog, report_id).model_dump_json() + "\n")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole library into FILE: reports, indexes, conversations, uploads, keys' hashes, audit log. A server may run meanwhile."""
    from api.backup import back_up

    done = back_up(_settings(), file)
    click.echo(f"{file}: {done.reports} reports and {done.files} other files", err=True)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back as the library at CASEBOOK_HOME, which must be empty. It answers as the first one did."""
    from api import backup as backups

    done = backups.restore(file, _settings())
    click.echo(f"restored {done.reports} reports and {done.files} other files", err=True)


def _settings(**overrides: object) -> "Settings":
    from corpus.settings import load_settings

    return load_settings(**overrides)


def _catalog() -> "AbstractContextManager[Catalog]":
    """The catalogue alone: no model is loaded, and a server may have the library open meanwhile."""
    from contextlib import closing

    from corpus.catalog import Catalog
    from corpus.errors import NotFound

    home = _settings().home
    if not (home / "catalog.sqlite3").exists():
        raise NotFound(f"there is no library at {home} yet; `casebook ingest` makes one, CASEBOOK_HOME names another")
    return closing(Catalog.open(home / "catalog.sqlite3"))


def _bundled() -> Path:
    import corpus

    return Path(next(iter(corpus.__path__))) / "reports"


if __name__ == "__main__":
    main()
