"""Which source tells which report: the same work in two files is one report, told by the better one of those that are there."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.ledger import LedgerLine
from corpus.report import Reference, Report, ReportId
from ingest.parsers import FORMATS
from ingest.works import Works

_IDENTIFIERS = ("doi", "pmcid", "pmid")
_UNIDENTIFIED = len(_IDENTIFIERS)


class Standing:
    """The ledger as it will stand after a run, and what of it is not written yet.

    A report that its source gives up is not dropped before the end of the run: another source may take it up. Until then
    ``pending`` notes the source as unread and as still holding it, so that a run cut short loses and forgets nothing.
    """

    def __init__(self, lines: dict[str, LedgerLine], is_digest: Callable[[ReportId], bool], works: Works) -> None:
        self.lines = lines
        self._is_digest = is_digest
        self._works = works
        self._digests: dict[ReportId, bool] = {}
        self._tellers = {name: uri for uri, line in lines.items() for name in line.preferred}
        self._vouchers: dict[ReportId, set[str]] = {}
        for line in lines.values():
            self._vouch(line)
        self._given_up: dict[ReportId, str] = {}
        self._reopened: set[ReportId] = set()
        self._unread: set[str] = set()
        self._leaving: set[str] = set()
        self._touched: dict[str, None] = {}

    def teller(self, name: ReportId) -> str | None:
        """The source that a report's text comes from."""
        return self._tellers.get(name)

    def identity(self, uri: str, own: ReportId, reference: Reference) -> ReportId:
        """The id that a source's report goes by: its ``own``, or the id of the same work in another source if that says more."""
        twins = self._twins(uri, own, reference)
        best = min(map(_vagueness, twins), default=_UNIDENTIFIED + 1)
        closest = [name for name in twins if _vagueness(name) == best]
        # Two that print different identifiers are two works, and nothing says which of them this one is.
        ambiguous = len(closest) > 1 and best < _UNIDENTIFIED
        return own if not closest or ambiguous or best > _vagueness(own) else closest[0]

    def rival(self, uri: str, form: str, report: Report) -> str | None:
        """Another source that tells the report better, or as well and came first; one whose file is gone never does."""
        teller = self._tellers.get(report.id)
        if teller is None or teller == uri:
            return None
        worse = _rank(form, report.reference.digest) < self._rank_of(teller, report.id)
        return None if worse or is_gone(teller) else teller

    def tell(self, line: LedgerLine, taken: Sequence[Report]) -> None:
        """A source was read: it now tells the reports it took, and no more those that it told before and lost.

        What held the same work under a vaguer id counts as unread again, and so does what held a report that nobody identifies any more.
        """
        before = self.lines.get(line.uri)
        for report in taken:
            self._take(line, report)
        self._give_up(line.uri, [name for name in (before.preferred if before else ()) if name not in line.held])
        self._note(line)
        for report in taken if line.format != "beir" else ():
            self._works.note(report.id, report.reference)
            twins = self._twins(line.uri, report.id, report.reference)
            self._reopen(line.uri, [name for name in twins if _vagueness(name) > _vagueness(report.id)])
        self._reopen(line.uri, self._unvouched(before))

    def leave(self, uri: str) -> None:
        """A source is to be forgotten with its reports."""
        line = self.lines[uri]
        self._give_up(uri, line.preferred)
        self._vouch(replace(line, preferred=(), shadowed=()))
        self._leaving.add(uri)
        self._reopen(uri, self._unvouched(line))

    def heirs(self) -> list[str]:
        """Sources that count as unread again, because a report that they hold too was given up or is told worse than before."""
        names, self._reopened = self._reopened, set()
        uris, self._unread = {uri for uri in self._unread - self._leaving if not self.lines[uri].sha256}, set()
        found = [line for line in self.lines.values() if line.uri in uris or not names.isdisjoint(line.shadowed)] if names or uris else []
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

    def _twins(self, uri: str, name: ReportId, reference: Reference) -> list[ReportId]:
        """Other reports that are the same work and that other sources identify. A line of a BEIR corpus goes by its own id, and alone."""
        found = [twin for twin in self._works.same(reference) if twin != name and self._vouchers.get(twin, set()) - {uri}]
        return [twin for twin in found if (teller := self._tellers.get(twin)) and self.lines[teller].format != "beir"]

    def _unvouched(self, before: LedgerLine | None) -> list[ReportId]:
        return [name for name in (before.identified if before else ()) if not self._vouchers.get(name)]

    def _reopen(self, uri: str, names: Sequence[ReportId]) -> None:
        """Other sources that hold one of these reports are unread as of now: a run that is cut short here finds them so."""
        held = [line for line in self.lines.values() if line.uri != uri and not set(names).isdisjoint(line.held)] if names else []
        for line in held:
            self._note(replace(line, sha256=""))
            self._unread.add(line.uri)

    def _note(self, line: LedgerLine) -> None:
        self._vouch(line)
        self._touched[line.uri] = None

    def _vouch(self, line: LedgerLine) -> None:
        for name in self.lines[line.uri].identified if line.uri in self.lines else ():
            self._vouchers.get(name, set()).discard(line.uri)
        for name in line.identified:
            self._vouchers.setdefault(name, set()).add(line.uri)
        self.lines[line.uri] = line

    def _as_written(self, line: LedgerLine) -> LedgerLine:
        held = tuple(name for name, uri in self._given_up.items() if uri == line.uri)
        unread = held or line.uri in self._leaving
        return replace(line, sha256="", preferred=line.preferred + held) if unread else line

    def _rank_of(self, uri: str, name: ReportId) -> tuple[bool, int]:
        digest = self._digests[name] if name in self._digests else self._is_digest(name)
        return _rank(self.lines[uri].format, digest)


def with_identifier(reference: Reference, name: ReportId) -> Reference:
    """The reference with the identifier that its report goes by, where the source prints none."""
    kind, _, value = name.partition(":")
    doi, pmcid, pmid = (value if kind == one else None for one in _IDENTIFIERS)
    return replace(reference, doi=reference.doi or doi, pmcid=reference.pmcid or pmcid, pmid=reference.pmid or pmid)


def _vagueness(name: ReportId) -> int:
    """How little an id says: a DOI, a PMCID, a PMID, a name that the source gives, where the file lies."""
    kind = name.partition(":")[0]
    return _IDENTIFIERS.index(kind) if kind in _IDENTIFIERS else _UNIDENTIFIED + (kind == "file")


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
