"""A real Chromium on the page of the real app over the small library."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.app import create_app
from corpus.settings import Settings
from corpus.store import Corpus
from tests.doubles import ScriptedAssistant
from tests.patience import PATIENCE_S

PROJECT = Path(__file__).parents[3]
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)
# What the browser itself writes when a request is refused or cut off on purpose.
EXPECTED_COMPLAINT = "Failed to load resource"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever drives the browser carries its marker, so that ``-m "not browser"`` leaves nothing of it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = subprocess.run([PROJECT / "scripts" / "browser.sh"], capture_output=True, text=True, timeout=900, check=False)
    path = found.stdout.strip()
    if not path:
        reason = f"no browser to drive the page with: {found.stderr.strip()[-300:]}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS.split())
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    made.set_default_timeout(PATIENCE_S * 1000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when a script fails or the content policy refuses something."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    assert [complaint for complaint in complaints if EXPECTED_COMPLAINT not in complaint] == []


@pytest.fixture
def address(settings: Settings, library: Corpus, serve: Callable[[FastAPI], Any]) -> Iterator[str]:
    """A server with the real assistant over the small library; its order of passages is no matter of the page."""
    with serve(create_app(settings.model_copy(update={"scorer": "off"}), corpus=library)) as served:
        yield served


@pytest.fixture
def scripted_address(settings: Settings, library: Corpus, serve: Callable[[FastAPI], Any]) -> Iterator[Callable[..., str]]:
    """Makes a server whose assistant plays the given events."""
    closing: list[Any] = []

    def make(events: Any) -> str:
        closing.append(serve(create_app(settings, corpus=library, assistant=ScriptedAssistant(events))))
        return str(closing[-1].__enter__())

    yield make
    for served in closing:
        served.__exit__(None, None, None)
