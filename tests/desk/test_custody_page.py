"""The page of evidence shows an exhibit's life, its legal hold and how long it is kept."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk.test_case import accepted_request
from tests.nodes.moving import made_package

from comity.client.api import Api


def test_the_page_shows_each_event_with_its_place_the_hold_and_the_retention(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    digest, package = accepted_request(pair), made_package(tmp_path, 9000, seed=77)
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, package.offer, package.path, acquired="By order 31/2026")
    path = f"/exhibits/{package.root}"
    place = "Room <b>4</b> \u202egnp"
    session.post(f"{path}/events", {"event": "opened", "reason": "Examined", "place": place})
    asked = {"part": "Users/anna/mail.mbox", "reason": "Needed alone"}
    part = session.post(f"{path}/parts", asked)["exhibit"]
    held = {"event": "held", "decision": "High Court 12", "reason": "appeal"}
    session.post(f"{path}/events", held)
    kept = {"retention_class": "serious crime", "until": "2036-12-31T23:59:59Z"}
    session.post(f"{path}/retention", kept)
    session.close()

    theirs = visit("author", asked=True)
    theirs.goto(f"{pair.asked.url}/exhibits/{package.root}")
    section = theirs.locator("main")
    assert section.locator("#life ~ .timeline > li").count() == 5
    shown = section.inner_text()
    assert "Room <b>4</b>" in shown
    assert "U+202E" in shown
    assert part in shown
    assert "Under legal hold" in shown
    assert "serious crime" in shown
    assert section.locator(".timeline .mark.attested").count() == 1  # how it was acquired
    assert section.locator(".timeline .mark.proved").count() == 4
    folder = os.environ.get("COMITY_SHOTS")
    if folder:
        theirs.screenshot(path=f"{folder}/en.png", full_page=True)
        for width in (1280, 400):
            other = visit("author", asked=True, lang="ar", width=width)
            other.goto(f"{pair.asked.url}/exhibits/{package.root}")
            other.screenshot(path=f"{folder}/ar-{width}.png", full_page=True)
