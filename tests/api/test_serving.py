"""Laws of starting the server."""

import pytest

from api.serving import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_alone_reaches_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org", "", "127.0.0.1.example.org"])
def test_every_other_address_may_be_reached_from_elsewhere(host: str) -> None:
    assert not is_loopback(host)
