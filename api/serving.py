"""Starting the server: the port first, then the library, then the app."""

import ipaddress
import socket

import click
import uvicorn

from api.app import create_app
from api.services import open_services
from corpus.errors import LibraryError, UsageError
from corpus.settings import Settings


def serve_library(settings: Settings, *, insecure: bool = False) -> None:
    """Serve until interrupted. Raises UsageError off loopback without ``insecure``, and where the port is taken."""
    if not insecure and not is_loopback(settings.host):
        raise UsageError(
            f"{settings.host} can be reached from other machines, and Casebook has no keys yet: whoever reaches the port may read and "
            "write the library. Listen on 127.0.0.1 behind a proxy that asks who is there, or say --insecure"
        )
    with bound_socket(settings) as listening:
        click.echo("opening the library ...", err=True)
        with open_services(settings) as services:
            services.warm()
            click.echo(f"Casebook answers at {_address(listening)} (Ctrl-C ends)", err=True)
            config = uvicorn.Config(
                create_app(services=services), log_level=settings.log_level, lifespan="on", ws="none", timeout_graceful_shutdown=5
            )
            uvicorn.Server(config).run(sockets=[listening])


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
