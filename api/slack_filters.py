"""Which reports a Slack channel asks: set in the channel, kept in the library's folder, used for each question from there."""

import json
import re
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from api.schemas import FilterRequest
from corpus.errors import LibraryDamaged, UsageError, unwritable

_YEARS = re.compile(r"(\d{4})?\s*[-–]\s*(\d{4})?")
USAGE = "say `/casebook filter 2010-2020`, `/casebook filter 2015-`, `/casebook filter journal NAME; NAME` or `/casebook filter off`"


class ChannelFilters:
    """Read and written whole: there are few."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()

    def of(self, channel: str) -> FilterRequest:
        """The filter of a channel; all reports where it has none."""
        return self._read().get(channel, FilterRequest())

    def set(self, channel: str, told: str) -> FilterRequest:
        """Set what was typed after ``filter``. Raises UsageError where it is none."""
        chosen = _parsed(told)
        with self._lock:
            kept = {name: one for name, one in self._read().items() if name != channel}
            if chosen != FilterRequest():
                kept[channel] = chosen
            self._write(kept)
        return chosen

    def _read(self) -> dict[str, FilterRequest]:
        if not self._path.exists():
            return {}
        try:
            return {name: FilterRequest.model_validate(one) for name, one in json.loads(self._path.read_text(encoding="utf-8")).items()}
        except (ValueError, AttributeError, OSError) as error:
            raise LibraryDamaged(f"{self._path}: cannot be read ({error}); move it away and set the channels' filters again") from error

    def _write(self, kept: dict[str, FilterRequest]) -> None:
        text = json.dumps({name: one.model_dump(exclude_defaults=True) for name, one in kept.items()}, indent=2)
        try:
            arriving = self._path.with_suffix(".arriving")
            arriving.write_text(text, encoding="utf-8")
            arriving.replace(self._path)
        except OSError as error:
            raise unwritable(str(self._path), error.strerror or error) from error


def described(chosen: FilterRequest) -> str:
    """``reports of 2010-2020 from Lancet``."""
    if chosen == FilterRequest():
        return "all reports"
    years = f" of {chosen.year_from or ''}-{chosen.year_to or ''}" if chosen.year_from or chosen.year_to else ""
    journals = f" from {'; '.join(chosen.journals)}" if chosen.journals else ""
    return f"reports{years}{journals}"


def _parsed(told: str) -> FilterRequest:
    told = told.strip()
    try:
        if told.lower() in ("off", "none", "all"):
            return FilterRequest()
        if told.lower().startswith("journal "):
            return FilterRequest(journals=[name.strip() for name in told[len("journal ") :].split(";") if name.strip()])
        years = _YEARS.fullmatch(told)
        if years and (years[1] or years[2]):
            return FilterRequest(year_from=int(years[1]) if years[1] else None, year_to=int(years[2]) if years[2] else None)
    except ValidationError as error:
        raise UsageError(f"{error.errors()[0]['msg'].removeprefix('Value error, ')}; {USAGE}") from None
    raise UsageError(USAGE)
