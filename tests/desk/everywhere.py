"""Every page of two offices that have something of everything, found by their own links.

What no link leads to no officer finds; so the pages are found as an officer finds them.
"""

import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx
from django.urls import Resolver404, resolve
from tests.api.nodes import PASSWORD, Office, Pair, eventually, preservation_request, text
from tests.desk.home import furnished
from tests.desk.test_case import accepted_request
from tests.desk.test_inspection_page import inspected
from tests.exchange.makers import TABLES, ahead
from tests.exercise.world import hold
from tests.forked import run as forked_run
from tests.nodes.moving import made_package
from tests.nodes.test_solutions import ABOUT
from tests.paper.papers import SENEGAL, enter_authority, letter, taken_in
from tests.privacy import said

from comity.canonical import time_text
from comity.client.api import Api
from comity.drills.blank import blank
from comity.node.core.clock import now

ROLES: Final = ("approver", "author", "duty", "examiner", "translator", "auditor", "operator",
                "trainer", "trainee")  # fmt: skip
"""In this order: a page is looked at as the first who may see it."""
SETTINGS: Final = {"hook_hosts": '["desk.example"]'}
MARKED: Final = ("Statement of the girl Anna Maria", "Anna Maria.eml", "Mother of Anna Maria",
                 "Anna Maria was seven")  # fmt: skip
"""Names and texts of an exhibit and an original that are marked."""
EACH: Final = 2
"""Addresses of one page that are followed: the second may be in another state."""


@dataclass(frozen=True)
class Stop:
    """A page that was found.

    Attributes:
        name: of the page, as in the table of addresses.
        asked: at which of the two offices.
        who: role of the person who looks at it.
        path: its address with its query.
        via: of one that was not found by walking: the page on which the link to it stands.
    """

    name: str
    asked: bool
    who: str
    path: str
    via: str = ""


def fill(pair: Pair, folder: Path) -> list[Stop]:
    """Let both offices work for a while: each kind of thing that pages show is there once.

    Args:
        pair: two running offices.
        folder: for files that are handed in.

    Returns:
        Pages that few links lead to: from the one thing among many, or in need alone.
    """
    enter_authority(pair.asking)
    hold(pair.asked)
    hold(pair.asking, minutes=70)  # it is over: its report can be read
    pair.asking.say(preservation_request(SENEGAL))  # has to be posted
    more = [
        Stop(f"letter-{deed}", False, "author", f"/letters/{letter}/{deed}", f"/cases/{of}")
        for letter, of in [_letters(pair.asking)]
        for deed in ("arrived", "came-back")
    ]
    _with_one_signature(pair.asking)
    solution(pair.asked, folder)
    _exercises(pair.asked)
    _table(pair)
    furnished(pair)
    digest, package = accepted_request(pair), made_package(folder, 9000, seed=4711)
    session, kept = (
        Api(pair.asked.url, pair.asked.tokens["author"]),
        made_package(folder, 90, seed=2),
    )
    called = {"description": {"lang": "en", "text": MARKED[0]}}
    for one, offer in ((package, {**package.offer, **called}), (kept, kept.offer)):
        session.upload(digest, offer, one.path, acquired="By order 31/2026")
    session.close()
    told = {"marker": "victim-data", "reason": "Seen by the examiner"}
    exhibit = package.offer["exhibit"]
    seen = {"inspection": inspected(folder / "inspected")}
    for one in (package, kept):
        pair.asked.ok("author", "POST", f"/exhibits/{one.root}/inspections", json=seen)
    pair.asked.ok("author", "POST", f"/sensitive/exhibit/{exhibit}", json=told)
    path, order = (
        f"/exhibits/{exhibit}/destruction",
        {"reason": "Order 44", "despite_retention": True},
    )
    pair.asked.ok("author", "POST", path, json=order)  # waits for a second officer
    pair.asked.ok("author", "POST", "/drafts", json=_postponed(digest))
    mail = taken_in(pair.asked)["item"]
    taken_in(pair.asked, _picture(), name="scan.png", channel="post")
    hidden = _marked_mail(pair.asked)
    _night(pair.asked, pair.asking.party)
    case = pair.asked.ok("author", "GET", f"/conversations/{digest}")["case"]
    release = _privacy(pair.asked, pair.asking.party, case)
    hook = {"name": "Our desk", "url": "https://desk.example/hook", "events": ["case.moved"]}
    pair.asked.ok("approver", "POST", "/hooks", json=hook)
    told = {"case": case, "reason": "For the court"}
    made = pair.asked.ok("approver", "POST", "/exports", json=told)["id"]
    eventually(lambda: pair.asked.ok("approver", "GET", f"/exports/{made}")["stage"] == "ready")
    seldom = {
        "break-glass": "/break-glass",
        "notices": "/notices",
        "strays": "/strays",
        "roster-change": "/duty/roster/change",
        "roster-swap": "/duty/roster/swap",
        "exhibit-destroy": f"/exhibits/{kept.offer['exhibit']}/destroy",
        "inspections": f"/evidence/{kept.root}/inspections",
        "privacy-record": f"/privacy/records/item/{mail}",
        "release-list": f"/privacy/releases/{release}/list",
    }
    vias = {"release-list": f"/docket/{release}"}
    more += [
        Stop(name, True, "approver", path, vias.get(name, "")) for name, path in seldom.items()
    ]
    told = {
        "inspections": f"/evidence/{package.root}/inspections",
        "exhibit": f"/exhibits/{exhibit}",
        "mail": "/mail?all=1",
        "mail-item": f"/mail/{hidden}",
        "docket": "/docket?all=yes",
        "docket-item": f"/docket/{hidden}",
        "write-down": f"/write-down?mail={hidden}",
    }
    return more + [Stop(name, True, "author", path) for name, path in told.items()]


def _marked_mail(office: Office) -> str:
    """Take in a letter and mark it; return its item."""
    _called, name, sender, said = MARKED
    mail = taken_in(office, letter(said, subject="Statement"), name=name, sender=sender)
    told = {"marker": "victim-data", "reason": "A child speaks"}
    office.ok("author", "POST", f"/sensitive/original/{mail['original']}", json=told)
    return str(mail["item"])


def _exercises(office: Office) -> None:
    """Hold an exercise that has begun, make one that waits, and keep a scenario of the office."""
    wanted = {"scenario": "first-night", "teams": ["Heron", "Ibis"]}
    begun = office.ok("trainer", "POST", "/exercises", json=wanted)["exercise"]
    office.ok("trainer", "POST", f"/exercises/{begun}/begin", json={})
    said = {"kind": "speak", "text": "The clock runs."}
    office.ok("trainer", "POST", f"/exercises/{begun}/steer", json=said)
    office.ok("trainer", "POST", "/exercises", json=wanted)
    own = {path: data.decode() for path, data in blank("an-own-one").items()}
    office.ok("trainer", "PUT", "/scenarios/an-own-one", json={"files": own, "edition": None})


def _table(pair: Pair) -> None:
    """Call a round table and propose its minutes."""
    table = {"table": ahead("table")}
    called = {"type": "table.called", "to": [pair.asking.party], "sections": table}
    digest = pair.asked.say(called)["conversation"]
    minutes = {"minutes": TABLES["minutes"]}
    said = {"type": "table.minutes-proposed", "conversation": digest, "sections": minutes}
    pair.asked.say(said)


def solution(office: Office, folder: Path) -> None:
    """Put a solution of an office's own into its catalogue."""
    (folder / "rules").mkdir()
    (folder / "rules" / "mail.yar").write_text("rule mail { condition: false }\n")
    about, file = folder / "about.toml", folder / "rules.comity-solution"
    about.write_text(ABOUT.format(version="1.0.0", matter="Mail rules", more=""))
    words = ("pack", about, folder / "rules", "-o", file, "--dir", office.process.folder)
    command = [sys.executable, "-m", "comity", "solution", *map(str, words)]
    forked_run(command, check=True, capture_output=True)
    office.ok("author", "POST", "/solutions", content=file.read_bytes())


def _letters(office: Office) -> tuple[str, str]:
    """Post two letters, of which one comes back; return the other, and its case."""
    back, gone = (posted(office) for _ in range(2))
    path = f"/letters/{back}/came-back"
    office.ok("author", "POST", path, json={"reasons": text("Moved")})
    return gone, str(office.ok("author", "GET", f"/docket/{gone}")["case"])


def posted(office: Office) -> str:
    """Post a letter; return its item."""
    sent = office.say(preservation_request(SENEGAL))
    at = time_text(now().replace(microsecond=0))
    told = {"channel": "courier", "to": "Dakar", "posted_at": at, "tracking": "SN1"}
    path = f"/messages/{sent['content']}/posted"
    return str(office.ok("author", "POST", path, json=told)["item"])


def _privacy(office: Office, other: str, case: str) -> str:
    """Enter one thing of each register of the data-protection desk; return the release."""
    acts = (
        ("subject-request.received", said.person(), ""),
        ("breach.found", said.breach(other), ""),
        ("release.begun", said.release(), case),
    )
    made = []
    for act, told, of_case in acts:
        body = {"act": act, "said": told, "case": of_case}
        made.append(office.ok("author", "POST", "/docket", json=body)["item"])
    period = {"record_class": "call", "days": 1, "rule": "Rule 4", "remark": None}
    office.ok("approver", "POST", "/docket", json={"act": "retention.set", "said": period})
    return str(made[-1])


def _with_one_signature(office: Office) -> None:
    draft = office.ok("author", "POST", "/drafts", json=preservation_request())
    approval = office.approval("author", draft)
    office.ok("author", "POST", f"/drafts/{draft['id']}/approvals", json=approval)
    office.ok("author", "POST", f"/drafts/{draft['id']}/send")


def _postponed(digest: str) -> dict[str, Any]:
    decision: dict[str, Any] = {"reasons": text("A trial."), "grounds": [], "domestic_order": None}
    sections = {"decision": {**decision, "review_by": None}}
    return {"type": "request.postponed", "conversation": digest, "sections": sections}


def _picture() -> bytes:
    from PIL import Image

    made, out = Image.frombytes("RGB", (90, 60), os.urandom(90 * 60 * 3)), io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def _night(office: Office, other: str) -> None:
    """Let a call come in, and the shift change."""
    call: dict[str, Any] = {
        "caller": "A. Nkosi",
        "office": None,
        "party": other,
        "number_shown": None,
        "at": time_text((now() - timedelta(hours=1)).replace(microsecond=0)),
        "urgency": "urgent",
        "measure": "preservation",
        "asked": text("Keep the mailbox."),
        "accounts": [],
        "not_called_back": "The line was dead.",
    }
    office.ok("duty", "POST", "/calls", json={"said": call})
    office.ok("duty", "POST", "/shifts", json={})
    office.ok("approver", "POST", "/shifts", json={})
    to = office.ok("author", "GET", "/me")["officer"]
    notes = {"to": to, "notes": text("Nairobi calls back at four.")}
    office.ok("duty", "POST", "/shifts/hand-over", json=notes)


def leads_to(pair: Pair, stop: Stop) -> bool:
    """Tell whether a link to a page stands where it is said to stand."""
    client, _ = signed_in(pair.asked if stop.asked else pair.asking, stop.who)
    links = _Links()
    links.feed(client.get(stop.via, follow_redirects=True).text)
    client.close()
    return stop.path in links.found


class _Links(HTMLParser):
    """Collects where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told: Mapping[str, str | None] = dict(attrs)
        if tag == "a" and told.get("href") and "download" not in told:
            self.found.append(str(told["href"]))


def signed_in(office: Office, who: str) -> tuple[httpx.Client, str]:
    """Sign somebody in as a browser does; return the client and where the person begins."""
    client = httpx.Client(base_url=office.url, timeout=60)
    page = client.get("/sign-in").text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    data = {"csrfmiddlewaretoken": token, "name": who, "password": PASSWORD}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 302
    return client, answer.headers["Location"]


def stops(pair: Pair) -> list[Stop]:
    """Return the pages that people of the two offices can reach by links."""
    found: dict[str, dict[str, Stop]] = {}
    for office in (pair.asked, pair.asking):
        for who in ROLES:
            client, first = signed_in(office, who)  # a trainer's first page is the own account
            try:
                for path in _walk(client, first):
                    known = found.setdefault(str(name_of(path)), {})
                    if len(known) < EACH:
                        stop = Stop(str(name_of(path)), office is pair.asked, who, path)
                        known.setdefault(path, stop)
            finally:
                client.close()
    return [stop for group in found.values() for stop in group.values()]


def _walk(client: httpx.Client, first: str) -> Iterator[str]:
    """Yield the addresses that one person reaches, at most `EACH` of one page."""
    mine: dict[str | None, int] = {None: EACH}
    ways, seen = [first], {first}
    while ways:
        path = ways.pop(0)
        if mine.get(name_of(path), 0) >= EACH:
            continue
        answer = client.get(path, follow_redirects=True)
        path = answer.url.raw_path.decode("ascii")
        name = name_of(path)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            mine[name] = EACH  # a file: no link of it is followed, and each takes time to make
            continue
        if answer.status_code != httpx.codes.OK or mine.get(name, 0) >= EACH:
            continue
        mine[name] = mine.get(name, 0) + 1
        yield path
        links = _Links()
        links.feed(answer.text)
        for link in links.found:
            to = urlsplit(urljoin(str(answer.url), link))
            way = to.path + (f"?{to.query}" if to.query else "")
            if to.netloc == answer.url.netloc.decode("ascii") and way not in seen:
                seen.add(way)
                ways.append(way)


def name_of(path: str) -> str | None:
    """Return the name of the page at an address, or None."""
    try:
        return resolve(urlsplit(path).path, "comity.node.site.urls_office").url_name
    except Resolver404:
        return None
