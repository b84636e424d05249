"""Which source tells which report: the same work in two files is one report, told by the better one of those that are there."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.ledger import LedgerLine
from corpus.report import Report, ReportId
from ingest.parsers import FORMATS


class Standing:
    """The ledger as it will stand after a run, and what of it is not written yet.

    A report that its source gives up is not dropped before the end of the run: another source may take it up. Until then
    ``pending`` notes the source as unread and as still holding it, so that a run cut short loses and forgets nothing.
    """

    def __init__(self, lines: dict[str, LedgerLine], is_digest: Callable[[ReportId], bool]) -> None:
        self.lines = lines
        self._is_digest = is_digest
        self._digests: dict[ReportId, bool] = {}
        self._tellers = {name: uri for uri, line in lines.items() for name in line.preferred}
        self._given_up: dict[ReportId, str] = {}
        self._reopened: set[ReportId] = set()
        self._leaving: set[str] = set()
        self._touched: dict[str, None] = {}

    def teller(self, name: ReportId) -> str | None:
        """The source that a report's text comes from."""
        return self._tellers.get(name)

    def rival(self, uri: str, form: str, report: Report) -> str | None:
        """Another source that tells the report better, or as well and came first; one whose file is gone never does."""
        teller = self._tellers.get(report.id)
        if teller is None or teller == uri:
            return None
        worse = _rank(form, report.reference.digest) < self._rank_of(teller, report.id)
        return None if worse or is_gone(teller) else teller

    def tell(self, line: LedgerLine, taken: Sequence[Report]) -> None:
        """A source was read: it now tells the reports it took, and no more those that it told before and lost."""
        before = self.lines.get(line.uri)
        for report in taken:
            self._take(line, report)
        held = {*line.preferred, *line.shadowed}
        self._give_up(line.uri, [name for name in (before.preferred if before else ()) if name not in held])
        self._note(line)

    def leave(self, uri: str) -> None:
        """A source is to be forgotten with its reports."""
        line = self.lines[uri]
        self._give_up(uri, line.preferred)
        self.lines[uri] = replace(line, preferred=(), shadowed=())
        self._leaving.add(uri)

    def heirs(self) -> list[str]:
        """Sources that count as unread again, because a report that they hold too was given up or is told worse than before."""
        names, self._reopened = self._reopened, set()
        found = [line for line in self.lines.values() if not names.isdisjoint(line.shadowed)] if names else []
        self.lines |= {line.uri: replace(line, sha256="") for line in found}
        return [line.uri for line in found]

    def settle(self) -> list[ReportId]:
        """The end of the run: reports that nobody took up, to be removed along with the sources that left."""
        orphans = list(self._given_up)
        self._touched |= dict.fromkeys([*self._given_up.values(), *self._leaving])
        self._given_up.clear()
        for uri in self._leaving:
            del self.lines[uri]
        return orphans

    def pending(self) -> tuple[list[LedgerLine], list[str]]:
        """The lines to be written and the uris to be forgotten since the last call."""
        touched, self._touched = self._touched, {}
        lines = [self._as_written(self.lines[uri]) for uri in touched if uri in self.lines]
        return lines, [uri for uri in touched if uri not in self.lines]

    def _take(self, line: LedgerLine, report: Report) -> None:
        teller, rank = self._tellers.get(report.id), _rank(line.format, report.reference.digest)
        if teller == line.uri and rank > self._rank_of(teller, report.id):
            self._reopened.add(report.id)
        elif teller and teller != line.uri:
            self._shadow(self.lines[teller], report.id)
        self._tellers[report.id] = line.uri
        self._digests[report.id] = report.reference.digest
        if giver := self._given_up.pop(report.id, None):
            self._touched[giver] = None

    def _shadow(self, line: LedgerLine, name: ReportId) -> None:
        kept = tuple(held for held in line.preferred if held != name)
        # A file that is gone lost by its absence, not by its rank: should it come back, it is compared again.
        sha256 = "" if is_gone(line.uri) else line.sha256
        self._note(replace(line, sha256=sha256, preferred=kept, shadowed=(*line.shadowed, name)))

    def _give_up(self, uri: str, names: Sequence[ReportId]) -> None:
        for name in names:
            if self._tellers.get(name) == uri:
                del self._tellers[name]
                self._given_up[name] = uri
                self._reopened.add(name)

    def _note(self, line: LedgerLine) -> None:
        self.lines[line.uri] = line
        self._touched[line.uri] = None

    def _as_written(self, line: LedgerLine) -> LedgerLine:
        held = tuple(name for name, uri in self._given_up.items() if uri == line.uri)
        unread = held or line.uri in self._leaving
        return replace(line, sha256="", preferred=line.preferred + held) if unread else line

    def _rank_of(self, uri: str, name: ReportId) -> tuple[bool, int]:
        digest = self._digests[name] if name in self._digests else self._is_digest(name)
        return _rank(self.lines[uri].format, digest)


def is_gone(uri: str) -> bool:
    """Whether a file is certainly not there: one that may not be looked at is not gone."""
    try:
        return stat.S_ISDIR(Path(uri).lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


def _rank(form: str, digest: bool) -> tuple[bool, int]:
    """Full text before a digest, then the order of ``FORMATS``."""
    return digest, FORMATS.index(form)
