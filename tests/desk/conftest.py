"""A real browser before two running nodes with a case, made once."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.api.nodes import PASSWORD, Pair, eventually, preservation_request, start_pair, text
from tests.browser import launching


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Viet Nam and South Africa; one preservation is confirmed, one draft waits."""
    made = start_pair(tmp_path_factory.mktemp("desk") / "world")
    try:
        sent = made.asking.say(preservation_request())
        digest = sent["conversation"]
        eventually(lambda: made.asked.call("auditor", "GET", f"/conversations/{digest}").is_success)
        made.asked.say(
            {
                "type": "request.acknowledged",
                "conversation": digest,
                "sections": {"acknowledgement": {"reference": "ZA-7", "note": text("At once.")}},
            }
        )
        waiting = preservation_request()
        first = {"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}
        waiting["sections"]["request"]["basis"].insert(0, first)  # the rules have much to say
        made.asking.ok("author", "POST", "/drafts", json=waiting)
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def forgiven(request: pytest.FixtureRequest) -> None:
    """Forget failures to sign in: all tests come from one address, which would be locked."""
    if "pair" in request.fixturenames:
        pair: Pair = request.getfixturevalue("pair")
        for office in (pair.asking, pair.asked):
            path = office.process.config.database_file
            with closing(sqlite3.connect(path, timeout=20, autocommit=True)) as rows:
                rows.execute("DELETE FROM node_signinfailure")


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], list[Any]]:
    """Cookies of those who signed in before: half a second of hashing and two pages less each."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, pair: Pair, sessions: dict[tuple[str, str], list[Any]]
) -> Iterator[Callable[..., Page]]:
    """Open the asking office's pages as somebody, in a language and a width."""
    contexts = []

    def open_as(
        who: str | None = None,
        *,
        lang: str = "en",
        width: int = 1280,
        asked: bool = False,
        anew: bool = False,
    ) -> Page:
        office = pair.asked if asked else pair.asking
        context = browser.new_context(locale=lang, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine
        had = [] if anew else sessions.get((office.url, who or ""), [])
        context.add_cookies(had)
        page.goto(f"{office.url}/sign-in")
        if who is not None and page.url == f"{office.url}/sign-in":  # first, or it was ended
            page.fill("#id_name", who)
            page.fill("#id_password", PASSWORD)
            page.click("main button")
            page.wait_for_url(lambda url: not url.startswith(f"{office.url}/sign-in"))
            sessions[office.url, who] = [
                one for one in context.cookies() if "session" in str(one.get("name"))
            ]
        return page

    yield open_as
    for context in contexts:
        context.close()
