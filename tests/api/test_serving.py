"""Laws of starting the server."""

import json
import signal
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from api.keys import Keys
from api.serving import has_key, is_loopback, serve_library
from corpus.catalog import Catalog
from corpus.errors import UsageError
from corpus.settings import load_settings
from tests.api.test_cli import process
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_reaches_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org", "", "127.0.0.1.example.org"])
def test_every_other_address_may_be_reached_from_elsewhere(host: str) -> None:
    assert not is_loopback(host)


def test_off_loopback_the_server_starts_only_with_a_key_that_opens_something(home: Path) -> None:
    settings = load_settings(home=home, host="0.0.0.0")
    with pytest.raises(UsageError, match="casebook keys add"):
        serve_library(settings)
    home.mkdir()
    with closing(Catalog.open(home / "catalog.sqlite3")) as catalog:
        key, _ = Keys(catalog).add("ward")
        assert has_key(settings)
        Keys(catalog).revoke(key.id)
    with pytest.raises(UsageError, match="--insecure"):
        serve_library(settings)


def test_a_server_off_loopback_asks_for_its_key_and_logs_in_json(home: Path, report_files: Path) -> None:
    process(home, ["ingest", str(report_files)]).communicate(timeout=PATIENCE_S)
    sent = process(home, ["keys", "add", "ward"]).communicate(timeout=PATIENCE_S)[0].strip()
    server = process(home, ["serve", "--host", "0.0.0.0", "--port", "0"], CASEBOOK_LOG_LEVEL="info")
    assert server.stderr
    line = next(line for line in server.stderr if "answers at" in line)
    address = f"http://127.0.0.1:{next(word for word in line.split() if word.startswith('http://')).rpartition(':')[2]}"
    assert httpx.get(f"{address}/v1/reports", timeout=PATIENCE_S).status_code == 401
    found = httpx.get(f"{address}/v1/reports", timeout=PATIENCE_S, headers={"authorization": f"Bearer {sent}"})
    assert (found.status_code, found.json()["total"]) == (200, 3)
    server.send_signal(signal.SIGINT)
    _, err = server.communicate(timeout=PATIENCE_S)
    told = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    requests = [(line["status"], line["key"]) for line in told if line["logger"] == "casebook.requests"]
    assert requests == [(401, None), (200, "ward")]
    assert sent not in err
