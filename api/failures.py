"""The one table from an error's class to its HTTP status, and the one shape that every failure has."""

import json
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import ErrorDetail, ErrorOut
from corpus.errors import (
    CasebookError,
    ChatModelFailed,
    IngestError,
    LibraryError,
    LibraryLocked,
    ModelUnavailable,
    NotFound,
    SettingsError,
    TooLarge,
    UsageError,
)

_log = logging.getLogger(__name__)

STATUS: Mapping[type[CasebookError], int] = {
    UsageError: 422,
    TooLarge: 413,
    NotFound: 404,
    IngestError: 422,
    LibraryError: 500,
    LibraryLocked: 503,
    ModelUnavailable: 503,
    ChatModelFailed: 502,
    SettingsError: 500,
    CasebookError: 500,
}
_HTTP_TYPES = {
    400: "BadRequest",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    408: "TooSlow",
    413: "TooLarge",
    503: "NotReady",
}
_MAX_PROBLEMS = 5

# What any route may answer besides its own: told in the interface's description, so that clients can be made from it.
RESPONSES: Mapping[int, str] = {
    400: "The body is not JSON, or not the form that it says it is.",
    401: "A key is needed, or the one that was sent is unknown.",
    403: "The key may not do this, or the request comes from another site's page.",
    404: "There is no such thing in this library.",
    405: "This route takes another method.",
    408: "The request took too long to arrive.",
    413: "The question, the body or a file is over its limit.",
    421: "This Casebook is not known under that host name.",
    422: "The request cannot be served as it is; the message says why.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "Something went wrong on the server.",
    502: "The chat model failed.",
    503: "The library or a model is not ready.",
}


def status_of(error: CasebookError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def told(error: Exception) -> ErrorOut:
    """An error as a client reads it. What was not raised on purpose is logged and tells the client nothing of our insides."""
    if isinstance(error, CasebookError):
        return ErrorOut(error=ErrorDetail(type=type(error).__name__, message=str(error)))
    _log.error("unexpected %s", type(error).__name__, exc_info=error)
    return ErrorOut(error=ErrorDetail(type="InternalError", message="something went wrong on the server; its log says what"))


def failure(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error response in the one shape."""
    body = ErrorOut(error=ErrorDetail(type=kind, message=message))
    return JSONResponse(body.model_dump(), status, dict(headers) if headers else None)


def install(app: FastAPI) -> None:
    """Make every failure of an app leave it through this module."""
    app.add_exception_handler(CasebookError, _on_casebook_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_surprise)


def _on_casebook_error(_request: Request, error: Exception) -> JSONResponse:
    status = status_of(error) if isinstance(error, CasebookError) else 500
    return JSONResponse(told(error).model_dump(), status)


def _on_surprise(_request: Request, _error: Exception) -> JSONResponse:
    # The server logs the traceback itself: Starlette raises the error again after this answer is sent.
    return failure(500, "InternalError", "something went wrong on the server; its log says what")


def _on_http_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return failure(error.status_code, _HTTP_TYPES.get(error.status_code, "HTTPError"), str(error.detail), error.headers)


def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = error.errors()
    if problems and problems[0]["type"] == "json_invalid":
        why = problems[0].get("ctx", {}).get("error", "not JSON")
        return failure(400, "MalformedJson", f"the body is not JSON: {why} at character {problems[0]['loc'][-1]}")
    return failure(422, "InvalidRequest", "; ".join(_problem(problem) for problem in problems[:_MAX_PROBLEMS]))


def _problem(problem: Mapping[str, object]) -> str:
    """``filters.year_from: Input should be a valid integer``; what was sent is not repeated, it may be long or private."""
    loc = problem["loc"]
    where = ".".join(str(part) for part in loc[1:]) if isinstance(loc, tuple) else ""
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "model_attributes_type" or (not where and problem["type"] == "missing"):
        message = "the body must be a JSON object, sent as application/json"
    return f"{where}: {message}" if where else message


def as_event(error: Exception) -> str:
    """An error as the data of a stream's last event."""
    return json.dumps(told(error).model_dump(), ensure_ascii=False)
