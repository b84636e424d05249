"""The reports that were read lately, whole and in memory: one question reads its reports in several steps, the next often the same."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from corpus.catalog import Catalog
from corpus.report import Report, ReportId

# So many paragraphs are some 15 MB; a question reads 8 reports of 20 to 100 paragraphs.
_KEPT_PARAGRAPHS = 8192


class RecentReports:
    """Whole reports of one catalogue, read again only after a report was written or removed, by whichever process."""

    def __init__(self, catalog: Catalog, most: int = _KEPT_PARAGRAPHS) -> None:
        self._catalog = catalog
        self._most = most
        self._using = Lock()
        self._generation = -1
        self._kept: OrderedDict[ReportId, Report] = OrderedDict()
        self._paragraphs = 0

    def read(self, report_ids: Iterable[ReportId]) -> dict[ReportId, Report]:
        """The reports that exist, by id, in the order asked for."""
        wanted, generation = list(dict.fromkeys(report_ids)), self._catalog.generation()
        found = self._take(wanted, generation)
        if missing := [name for name in wanted if name not in found]:
            read = self._catalog.whole_reports(missing)
            self._keep(read.values(), generation)
            found |= read
        return {name: found[name] for name in wanted if name in found}

    def _take(self, wanted: Iterable[ReportId], generation: int) -> dict[ReportId, Report]:
        with self._using:
            if generation != self._generation:
                self._generation, self._paragraphs = generation, 0
                self._kept.clear()
            found = {name: self._kept[name] for name in wanted if name in self._kept}
            for name in found:
                self._kept.move_to_end(name)
            return found

    def _keep(self, reports: Iterable[Report], generation: int) -> None:
        """What was read while somebody wrote may be newer than its generation, never older: the next reading starts anew."""
        with self._using:
            if generation != self._generation:
                return
            for report in reports:
                if report.id not in self._kept:
                    self._kept[report.id] = report
                    self._paragraphs += len(report.paragraphs)
            while self._paragraphs > self._most and len(self._kept) > 1:
                self._paragraphs -= len(self._kept.popitem(last=False)[1].paragraphs)
