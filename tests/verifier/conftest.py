"""A browser, the page as a file, and pages that hold the verifier's modules alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import launching

from comity.verifier import page as made_page
from comity.verifier.build import script
from comity.verifier.tables import modules

JS = Path(__file__).resolve().parent / "js"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, as a person has it: one file on disk."""
    path = tmp_path_factory.mktemp("verifier") / "verifier.html"
    path.write_bytes(made_page())
    return path


@pytest.fixture(scope="module")
def loaded(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open an empty page in which a test's script, with the modules it imports, has run."""
    context = browser.new_context(offline=True)

    def load(name: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.add_script_tag(content=script(JS / name, modules()))
        return page

    yield load
    context.close()


@pytest.fixture
def requests() -> list[str]:
    """Every address the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, page_file: Path, requests: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="en", viewport={"width": 1100, "height": 900})
    made = context.new_page()
    made.set_default_timeout(60_000)
    made.on("request", lambda request: requests.append(request.url))
    faults: list[str] = []
    made.on("pageerror", lambda fault: faults.append(str(fault)))
    made.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    made.goto(page_file.as_uri())
    yield made
    context.close()
    assert faults == []
