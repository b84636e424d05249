"""Processes that are measured from outside: the command's start, and a real server on a port of this machine."""

import os
import platform
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from corpus.errors import LibraryError

_START_SECONDS = 180
_NAMED = ("torch", "sentence-transformers", "chromadb", "tantivy", "fastapi")


def wall_times(command: Sequence[str], times: int) -> list[float]:
    """Seconds from start to end of a command, after one run that warms the disk's cache."""
    found = []
    for _ in range(times + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - started)
    return found[1:]


class Server:
    """``casebook serve`` over one home; as a context it is ready inside and gone after. ``scorer`` as in the settings."""

    def __init__(self, home: Path, scorer: str = "packaged") -> None:
        self._home = home
        self._variables = {"CASEBOOK_HOME": str(home), "CASEBOOK_SCORER": scorer}
        self._port = _free_port()

    def __enter__(self) -> Self:
        import httpx

        kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self._port)]
        self._log = (self._home / "server.log").open("wb")
        self._process = subprocess.Popen(command, env=kept | self._variables, stdout=self._log, stderr=self._log)
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}", timeout=60, trust_env=False, limits=httpx.Limits(max_connections=None)
        )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def ask(self, question: str) -> float:
        """Seconds until the whole answer was there. An answer that is no answer raises."""
        started = time.perf_counter()
        self._client.post("/v1/chat", json={"question": question, "history": []}).raise_for_status()
        return time.perf_counter() - started

    def get(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def text(self, path: str) -> str:
        return self._client.get(path).raise_for_status().text

    def stream(self, path: str, body: Mapping[str, object]) -> Generator[str, None, None]:
        """The lines of a streamed response as they come."""
        with self._client.stream("POST", path, json=body) as response:
            response.raise_for_status()
            yield from response.iter_lines()

    def resident_bytes(self) -> int | None:
        """The server's resident memory; None where the system does not tell."""
        return resident_bytes(self._process.pid)

    def _wait(self) -> None:
        import httpx

        for _ in range(_START_SECONDS * 10):
            if self._process.poll() is not None:
                said = (self._home / "server.log").read_text(encoding="utf-8", errors="replace")[-500:]
                raise LibraryError(f"the server ended before it was ready: {said}")
            try:
                if self._client.get("/ready").is_success:
                    return
            except httpx.TransportError:  # it does not listen yet
                pass
            time.sleep(0.1)
        raise LibraryError(f"the server was not ready within {_START_SECONDS} seconds")

    def _stop(self) -> None:
        self._client.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def resident_bytes(pid: int | None = None) -> int | None:
    """Resident memory of a process (this one where None); None where the system does not tell."""
    status = Path(f"/proc/{pid or 'self'}/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return int(found[1]) * 1024 if found else None


def environment() -> Mapping[str, str]:
    """What the figures were measured on."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = {"cpu": f"{cpus} x {_cpu()}", "system": platform.system(), "python": platform.python_version()}
    return found | {name: version(name) for name in _NAMED}


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8", errors="replace")) if info.exists() else None
    return found[1].strip() if found else platform.machine()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
