"""Everybody can use every page: seven languages, phone and desk, light and dark, keyboard, zoom."""

import re
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, ViewportSize
from tests.api.nodes import Pair, start_pair
from tests.desk.everywhere import MARKED, SETTINGS, Stop, fill, leads_to, signed_in, stops
from tests.desk.looking import DESK, ENLARGED, PHONE, Looker, first_of_each
from tests.desk.reading import EMPTY, HIDDEN, OF_CONTENT, WITHOUT_CONTENT, acts_of, calls, newest
from tests.desk.test_access import FITS, OVER, violations
from tests.desk.test_rights import PAGES, POSTED, PUBLIC_PAGES

from comity.node.site.settings import LANGUAGES

NO_PAGES = {
    "authorities-csv", "statistics-file", "export-file", "reach-csv", "to-certify", "original",
    "job-paper", "exhibit-passport", "preview-picture", "call-number", "watch-list", "duty-waiting",
    "assistance-file", "solution-file", "answer-paper", "breach-paper", "release-index",
    "backup-file", "console-now", "console-team-now", "console-export", "exercise-report-pdf",
    "exercise-report-json", "room-report-pdf", "room-report-json", "room-now", "room-exhibit-file",
    "scenario-file", "table-file", "officer-certificates-keys", "draft-letter", "message-letter",
}  # fmt: skip
"""They answer a file, a picture or a part of a page."""
AFTER_A_STEP = {"again", "kept", "mfa_authenticate", "recovery-codes", "remove-factor",
                "passkey-name", "backup-restore", "room-number", "roster-remove",
                "stray"}  # fmt: skip
"""They come after a step that nobody takes here: of signing in, a backup, a carrier, a roster."""
UNLINKED: dict[str, str] = {
    "notices": "the head of a page leads there once somebody opened a case in need",
    "privacy-record": "nothing is due yet, and nothing was looked at",
    "roster-change": "no roster is entered that could have a gap or a change",
    "roster-swap": "no shift is entered that could be swapped",
    "strays": "log health leads there once a package came that nobody explained",
}
"""Pages that no link leads to as the two offices stand, and why."""
MOST_TABS = 40
EACH_TIME = "ar"
"""Every fourth page is looked at on a phone by `make test-all`, all else with `make test-long`."""
FOCUSED = """() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const box = one.getBoundingClientRect(), style = getComputedStyle(one)
  const middle = [box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2]
  const top = document.elementFromPoint(...middle)
  return {
    what: one.outerHTML.slice(0, 120),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    uncovered: !top || one.contains(top) || top.contains(one) || one.labels?.[0]?.contains(top),
    marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
  }
}"""


pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(900),
]  # a person of each role follows every link, in two offices


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, list[Stop]]]:
    """Two offices that have something of everything, and pages that few links lead to."""
    folder = tmp_path_factory.mktemp("everywhere")
    pair = start_pair(folder / "world", SETTINGS)
    try:
        yield pair, fill(pair, folder)
    finally:
        pair.stop()


@pytest.fixture(scope="module")
def full(world: tuple[Pair, list[Stop]]) -> Pair:
    """The two offices."""
    return world[0]


@pytest.fixture(scope="module")
def linked(full: Pair) -> list[Stop]:
    """Every page that links lead to, at most twice."""
    return stops(full)


@pytest.fixture(scope="module")
def found(world: tuple[Pair, list[Stop]], linked: list[Stop]) -> list[Stop]:
    """Every page, at most twice, and those that are looked at besides."""
    return [*linked, *world[1]]


def test_links_lead_to_every_page(linked: list[Stop], world: tuple[Pair, list[Stop]]) -> None:
    wanted = set(PAGES) - POSTED - PUBLIC_PAGES - NO_PAGES - AFTER_A_STEP
    missed = wanted - {stop.name for stop in linked}
    named = {stop.name: stop for stop in world[1]}
    assert missed <= set(named), "what no link leads to is looked at anyway"
    pair = world[0]
    unlinked = {one for one in missed if not named[one].via or not leads_to(pair, named[one])}
    assert unlinked == set(UNLINKED)


def test_no_page_names_what_is_marked(full: Pair, found: list[Stop]) -> None:
    clients: dict[tuple[bool, str], httpx.Client] = {}
    told = []
    for stop in found:
        office, key = (full.asked if stop.asked else full.asking), (stop.asked, stop.who)
        client = clients[key] = clients.get(key) or signed_in(office, stop.who)[0]
        text = client.get(stop.path).text
        told += [f"{stop}: {words}" for words in MARKED if words in text]
    for client in clients.values():
        client.close()
    assert told == []


@pytest.mark.parametrize(
    ("language", "widths"),
    [
        pytest.param(EACH_TIME, (PHONE,), id=f"{EACH_TIME}-phone"),  # of every fourth page
        *(
            pytest.param(code, (DESK, PHONE), marks=pytest.mark.long, id=code)
            for code, _ in LANGUAGES
        ),
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, full: Pair, found: list[Stop], language: str, widths: tuple[int, ...]
) -> None:
    looker, wrong = Looker(browser, full, language), []
    pages = list(first_of_each(found))
    for stop in pages if len(widths) > 1 else pages[::4]:
        page = looker.open(stop, widths[0])
        root = page.locator("html")
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr"), stop
        assert str(root.get_attribute("lang")).lower() == language, stop
        office = full.asked if stop.asked else full.asking
        told = page.locator(".masthead").inner_text()
        if office.party not in told or stop.who not in told:
            wrong.append(f"{stop}: the head does not say whose page it is")
        if page.locator("h1").count() != 1:
            wrong.append(f"{stop}: not one heading")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{stop} at {width} px: {told}" for told in violations(page)]
        for width in (PHONE, ENLARGED):
            page.set_viewport_size({"width": width, "height": 900})
            if not page.evaluate(FITS):
                wrong.append(f"{stop}: scrolls sideways at {width} px")
    for (_, who), page in looker.pages.items():
        page.set_viewport_size({"width": widths[0], "height": 900})
        wrong += [f"the panel of {who}: {told}" for told in violations(page, OVER)]
    looker.close()
    assert not wrong + looker.faults, "\n".join(wrong + looker.faults)


@pytest.mark.long
def test_contrast_holds_in_the_dark(browser: Browser, full: Pair, found: list[Stop]) -> None:
    looker, wrong = Looker(browser, full, "en", scheme="dark"), []
    for stop in first_of_each(found):
        wrong += [f"{stop}: {told}" for told in violations(looker.open(stop))]
    looker.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_the_keyboard_reaches_what_it_can_and_shows_where_it_is(
    browser: Browser, full: Pair, found: list[Stop]
) -> None:
    looker, wrong = Looker(browser, full, "en"), []
    for stop in first_of_each(found):
        page = looker.open(stop)
        reached = set()
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUSED)
            if focus is None:
                break
            reached.add(focus["what"])
            lacks = [need for need in ("seen", "uncovered", "marked") if not focus[need]]
            wrong += [f"{stop}: not {need}: {focus['what']}" for need in lacks]
        assert len(reached) > 5, stop  # the menu at least
    looker.close()
    assert not wrong, "\n".join(wrong)


OLD_LAPTOP: Final[ViewportSize] = {"width": 1366, "height": 768}
TOP_OF_HEADING = "document.querySelector('h1').getBoundingClientRect().top"


@pytest.mark.long
def test_on_an_old_laptop_a_page_begins_in_the_upper_half(
    browser: Browser, full: Pair, found: list[Stop]
) -> None:
    looker = Looker(browser, full, "en")
    begins = {}
    for stop in first_of_each(found):
        page = looker.open(stop)
        page.set_viewport_size(OLD_LAPTOP)
        begins[str(stop)] = page.evaluate(TOP_OF_HEADING)
    looker.close()
    assert {stop: top for stop, top in begins.items() if top > OLD_LAPTOP["height"] / 2} == {}


def test_every_page_that_shows_content_writes_down_who_read_it(
    full: Pair, found: list[Stop]
) -> None:
    """Pages that show none are named in `reading`; an unnamed new page has to leave a row."""
    silent, clients = set[str](), dict[tuple[bool, str], httpx.Client]()
    of_content = {name for name, (_, view) in PAGES.items() if right_of(view) in OF_CONTENT}
    assert of_content >= WITHOUT_CONTENT, "a page that is no longer there is named"
    for stop in found:
        if stop.name not in of_content - WITHOUT_CONTENT or stop.path in EMPTY:
            continue
        office, key = (full.asked if stop.asked else full.asking), (stop.asked, stop.who)
        client = clients[key] = clients.get(key) or signed_in(office, stop.who)[0]
        before = newest(office)
        answer = client.get(stop.path)
        hidden = any(told in answer.text for told in HIDDEN)
        if answer.is_success and not hidden and not acts_of(office, stop.who, before):
            silent.add(f"{stop.name} {stop.path}")
    for client in clients.values():
        client.close()
    assert silent == set()


def right_of(view: object) -> object:
    return getattr(view, "right", None)


def test_every_call_that_shows_content_writes_down_who_read_it(
    full: Pair, found: list[Stop]
) -> None:
    assert found, "the offices have worked"
    refused, silent = list[str](), list[str]()
    for pattern, who, path in calls(full.asked):
        before = newest(full.asked)
        answer = full.asked.call(who, "GET", path)
        if not answer.is_success:
            refused.append(f"{path} as {who}: {answer.text}")
        elif not acts_of(full.asked, who, before):
            silent.append(f"{pattern} as {who}")
    assert (refused, silent) == ([], [])


FIRST_VISIT_BYTES, LATER_BYTES = 150_000, 20_000
"""What may cross the line for one page: with an empty browser, and once its files are kept."""
STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def crossed(client: httpx.Client, path: str) -> tuple[int, str, str]:
    """Return how many bytes an answer's body has on the line, its text, and how long it is kept."""
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        text = "".join(answer.iter_text())
        return answer.num_bytes_downloaded, text, answer.headers.get("Cache-Control", "")


@pytest.mark.long
def test_pages_are_light(full: Pair, found: list[Stop]) -> None:
    heavy, files = [], dict[str, int]()
    clients: dict[tuple[bool, str], httpx.Client] = {}
    for stop in found:
        office, key = (full.asked if stop.asked else full.asking), (stop.asked, stop.who)
        client = clients[key] = clients.get(key) or signed_in(office, stop.who)[0]
        size, text, kept = crossed(client, stop.path)
        assert "no-store" in kept or "private" in kept or not kept, stop
        named = set(STATIC.findall(text))
        for path in named - set(files):
            files[path], _, kept = crossed(client, path)
            assert "max-age=31536000" in kept, path
        first = size + sum(files[path] for path in named)
        if size > LATER_BYTES or first > FIRST_VISIT_BYTES:
            heavy.append(f"{stop}: {size} bytes, {first} with an empty browser")
    for client in clients.values():
        client.close()
    assert heavy == []
