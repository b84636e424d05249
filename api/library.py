"""The reports of the library over HTTP: listed, read, uploaded, removed."""

from typing import Annotated

from fastapi import APIRouter, File, Header, Query, UploadFile
from sse_starlette import EventSourceResponse

from api.callers import Calling
from api.chat import Threaded, frames
from api.opened import Opened
from api.report_schemas import ListedReport, ReportList, ReportOut, UploadResults
from api.schemas import ReferenceOut
from api.uploads import Upload, ingest_uploads, ingesting, remove_report
from corpus.catalog import Catalog
from corpus.report import ReportId

router = APIRouter(prefix="/v1/reports")

EVENT_STREAM = "text/event-stream"


@router.get("")
def list_reports(
    services: Opened, limit: Annotated[int, Query(ge=1, le=1000)] = 100, offset: Annotated[int, Query(ge=0)] = 0
) -> ReportList:
    """One page of the reports, ordered by id."""
    return listed(services.corpus.catalog, limit, offset)


@router.get("/{report_id:path}")
def read_report(report_id: str, services: Opened) -> ReportOut:
    """A report with its paragraphs and the cases that were read out of it."""
    return whole_report(services.corpus.catalog, report_id)


@router.post("", response_model=UploadResults, responses={200: {"content": {EVENT_STREAM: {}}}})
def upload_reports(
    files: Annotated[list[UploadFile], File()], services: Opened, caller: Calling, accept: Annotated[str, Header()] = ""
) -> UploadResults | EventSourceResponse:
    """Keep and ingest files; each one's outcome is named.

    Asked for `text/event-stream`, it is told as it goes: `received` for every file, `outcome` for every file in the same order, then
    `results` (what the JSON answer would be) or `error`.
    """
    uploads = [Upload(one.filename or "", one.size or 0, one.file) for one in files]
    if EVENT_STREAM not in accept:
        return ingest_uploads(services, uploads, caller)
    steps = ingesting(services, uploads, caller)
    # What fails before the first step (a file over the limit) still gets a status of its own.
    return EventSourceResponse(frames(next(steps, None), Threaded(steps)), sep="\n")


@router.delete("/{report_id:path}", status_code=204)
def delete_report(report_id: str, services: Opened, caller: Calling) -> None:
    remove_report(services, report_id)
    services.audit.write("remove", caller, reports=[report_id])


def listed(catalog: Catalog, limit: int | None = None, offset: int = 0) -> ReportList:
    """Reports from ``offset`` on, with how many there are in all."""
    ids = catalog.report_ids()
    page = ids[offset:] if limit is None else ids[offset : offset + limit]
    counts = catalog.paragraph_counts(page)
    references = catalog.references(page)
    rows = [
        ListedReport(id=name, reference=ReferenceOut.of(references[name]), paragraphs=counts.get(name, 0))
        for name in page
        if name in references
    ]
    return ReportList(total=len(ids), reports=rows)


def whole_report(catalog: Catalog, report_id: ReportId) -> ReportOut:
    """Raises NotFound."""
    report = catalog.report(report_id)
    (case,) = catalog.cases([report_id])
    return ReportOut.of(report, case)
