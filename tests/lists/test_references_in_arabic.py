"""On a page in Arabic every reference stands in an element of its own: it is not reordered."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import Client
from tests.desk.home import order, provider, translation
from tests.docket.conftest import REQUEST, DeskOffice, asks, text

from comity.node.models import Officer

pytestmark = pytest.mark.django_db
REFERENCE: Final = re.compile(
    r"\d{4}-\d{4,}"  # a case, a request for review
    r"|\b(?!SHA-)[A-Z]{2,}(?:-[A-Z0-9]+)*-\d+(?:/\d+)?"  # as authorities number their own
    r"|\b[a-z]{2}/[a-z][a-z-]+"  # a party
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|sha256:[0-9a-f]+"  # an item, a digest
)
VOID: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "use", "path"})
UNSEEN: Final = frozenset({"head", "script", "style", "template", "textarea"})
ARABIC: Final = re.compile("[\u0600-\u06ff]")
"""A reference beside such a letter is reordered although an element holds both."""
NUMBER: Final = re.compile(r"(?<![\w/-])\d+[-/]\d+")
"""What is reordered in a choice, which holds no elements: marks set it apart."""
MOST: Final = 150


class Reader(HTMLParser):
    """Finds references that no element sets apart, and the addresses that a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool, bool]] = []
        self.loose: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.links.append(str(told["href"]))
        if tag not in VOID:
            classes = str(told.get("class")).split()
            apart = tag == "bdi" or ("dir" in told and tag not in ("html", "body"))
            unseen = tag in UNSEEN or "vh" in classes
            self.open.append((tag, apart or "command" in classes, unseen))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(unseen for _tag, _apart, unseen in self.open):
            return
        if any(tag == "option" for tag, _apart, _unseen in self.open):
            plain = re.sub("\u2068[^\u2069]*\u2069", "", data)
            wrong = bool(ARABIC.search(plain) and NUMBER.search(plain))
        else:
            apart = any(apart for _tag, apart, _unseen in self.open) and not ARABIC.search(data)
            wrong = not apart and bool(REFERENCE.search(data))
        if wrong:
            self.loose.append(" ".join(data.split())[:100])


def walked(client: Client, first: list[str]) -> Iterator[tuple[str, Reader]]:
    """Yield the pages that lead on from some, one of each kind of address."""
    client.cookies["django_language"] = "ar"
    waiting, seen = list(first), set[str]()
    while waiting and len(seen) < MOST:
        place = urldefrag(waiting.pop(0))[0]
        kind = re.sub(r"[0-9a-f-]{20,}|\d+(-\d+)?|=[^&]*", "#", place)
        if kind in seen or not place.startswith("/") or "static" in place:
            continue
        seen.add(kind)
        answer = client.get(place)
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            continue
        reader = Reader()
        reader.feed(answer.text)
        yield place, reader
        waiting += [urljoin(place, link) for link in reader.links]


def filled(office: DeskOffice) -> str:
    """Let something of every kind lie in an office; return a case."""
    request = {**REQUEST["request"], "reference": "44/2026"}
    thread = office.written(sections={**REQUEST, "request": request})
    asks(office)
    office.received()
    case = thread.case
    office.do("note.written", {"text": text()}, case=case)
    slip = {"to": "Unit DPCI-12/2026", "task": text(), "due": None}
    item = office.do("referral.sent", slip, case=case)
    accepted = {"owner": "Sgt DPCI-7", "reference": "DPCI-2026-0031", "due": None}
    office.do("referral.accepted", accepted, item=item.id)
    checked = {
        "conversation": thread.digest,
        "answers": [{"question": "legality", "answer": "satisfied", "reasons": None}],
        "conclusion": "ask-first",
        "reasons": text(),
    }
    office.do("rights.recorded", checked, case=case)
    kept = office.do("provider.entered", provider("Mail ZA-2026-0004"))
    office.do("order.issued", order(kept.id), case=case)
    translator = office.people["translator"].identifier
    job = translation(thread.digest, translator, "subject/description")
    job["source_language"] = "fr"
    office.do("translation.asked", job, case=case)
    return case


@pytest.mark.full
def test_every_reference_is_set_apart_from_the_text_around_it(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    case = filled(office)
    loose, walks = set[str](), 0
    for who in ("case", "approver", "translator", "auditor"):
        client = desk(office.people[who])
        for place, reader in walked(client, ["/", f"/cases/{case}"]):
            walks += 1
            loose.update(f"{place}: {one}" for one in reader.loose)
    assert walks > 100
    assert not loose, "\n".join(sorted(loose))
