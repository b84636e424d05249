"""Starting the server: the port first, then the library, then the app."""

import ipaddress
import socket
import sys
from contextlib import closing
from typing import Any

import click
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.auth import Access
from api.keys import Keys
from api.observability import log_as_json
from api.services import open_services
from api.slack import Tokens
from corpus.catalog import Catalog
from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings

# Each open connection costs memory and maybe a thread's turn; beyond these a client is told to come back (503).
_MAX_CONNECTIONS = 500
_MAX_HEADER_BYTES = 65_536


def serve_library(settings: Settings, access: Access | None = None, slack: Tokens | None = None) -> None:
    """Serve until interrupted. Raises UsageError off loopback without a key or ``insecure``, and LibraryError where the port is taken."""
    access = access or Access()
    if not (access.insecure or is_loopback(settings.host) or has_key(settings)):
        raise UsageError(
            f"{settings.host} can be reached from other machines, and this library has no key: whoever reaches the port could read and "
            "write it. Make one with `casebook keys add NAME`, listen on 127.0.0.1, or say --insecure"
        )
    if not sys.stderr.isatty():
        log_as_json(settings.log_level)
    with bound_socket(settings) as listening:
        click.echo("opening the library ...", err=True)
        with open_services(settings) as services:
            services.warm()
            click.echo(f"Casebook answers at {_address(listening)} (Ctrl-C ends)", err=True)
            app = create_app(services=services, access=access)
            if slack:
                app.state.slack.open(services, slack)
            uvicorn.Server(_config(settings, app)).run(sockets=[listening])


def _config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """Our own request log takes the place of the server's."""
    logging: dict[str, Any] = {} if sys.stderr.isatty() else {"log_config": None}
    return uvicorn.Config(
        app,
        # The faster parser takes any number of header lines; this one refuses more than 64 KB of them.
        http="h11",
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=5,
        limit_concurrency=_MAX_CONNECTIONS,
        **logging,
    )


def has_key(settings: Settings) -> bool:
    """Whether there is a key that opens something; looked up without opening the library."""
    path = settings.home / "catalog.sqlite3"
    if not path.exists():
        return False
    with closing(Catalog.open(path)) as catalog:
        return any(key.revoked_at is None for key in Keys(catalog).all())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name is looked at, not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bound_socket(settings: Settings) -> socket.socket:
    """A listening socket; taken before the models are loaded, so that a port in use is told at once."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise LibraryError(
            f"cannot listen on {settings.host} port {settings.port} ({error.strerror}); choose another with --port"
        ) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
