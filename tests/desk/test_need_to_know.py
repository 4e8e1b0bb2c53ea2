"""What an officer may not see looks like what does not exist: every page and call is walked."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from tests.api.nodes import PASSWORD, ROLES, Pair, preservation_request, text
from tests.api.test_rights import OPERATIONS, right_of
from tests.desk.home import provider
from tests.desk.test_rights import FILLED, PAGES, POSTED, PUBLIC_PAGES
from tests.walks import every

from comity.node.people.access.object_permissions import NOT_OF_CASES
from comity.node.people.permissions import RIGHTS
from comity.node.site.openapi import api

OUTSIDERS = ("duty", "examiner")
SECRET = "VN-SECRET-7"
ROOT, EXHIBIT = "sha256:" + "d" * 64, "018f0000-0000-7000-8000-00000000dddd"
_ITEMS = ("item", "mail")
FITTING = {
    "str:number": ("case",),
    "str:digest": ("conversation", "record", "content", "original", "root"),
    "str:draft_id": ("draft",),
    "str:root": ("root", "exhibit"),
    "str:record": (*_ITEMS, "record", "original"),
    "str:item": _ITEMS,
    "str:item_id": _ITEMS,
}
"""What of the case fits a parameter of an address; anything else is found nowhere."""
FITTING_CALLS = {
    "digest": FITTING["str:digest"],
    "item": _ITEMS,
    "draft": FITTING["str:draft_id"],
    "root": FITTING["str:root"],
    "case": ("case",),
    "name": ("exhibit", "original", "root"),
}
"""The same for calls; a parameter that is not here is given everything."""
TRAINING = ("console", "exercise-", "scenario")
"""Pages of exercises begin so: of a story, and of no case."""
UNGUARDED_PAGES = {
    "job", "job-paper", "notice-confirm", "person",
    "passkey-name", "remove-factor", "token-revoke", "hook", "hook-end",  # one's own, and no other
    "backup-check", "backup-file", "backup-restore",  # sealed
    "room-came", "room-task", "room-exhibit", "room-exhibit-file",  # of an exercise's story
}  # fmt: skip
UNGUARDED_CALLS = {
    "/translations/{item}", "/notices/{notice}", "/people/{identifier}", "/tokens/{token}",
    "/hooks/{hook}", "/hooks/{hook}/deliveries", "/hooks/{hook}/deliveries/{delivery}/replay",
    "/hooks/{hook}/test", "/backups/{backup}/check", "/backups/{backup}/loss",
    "/exercise/room/exhibits/{name}",
}  # fmt: skip


def taken(method: str, path: str, given: dict[str, str]) -> dict[str, str]:
    """Return those of some parameters that a call takes: any other is refused before it is done."""
    known = api.queries()[method, f"api/v1{path}".replace("{", "<").replace("}", ">")]
    return {name: value for name, value in given.items() if name in known}


@pytest.fixture(scope="module")
def closed(pair: Pair) -> Iterator[dict[str, str]]:
    """Return the identifiers of a case that only its author and its approver may see."""
    body = preservation_request()
    body["sections"]["request"]["reference"] = SECRET
    sent = pair.asking.say(body)
    case, conversation = sent["case"], sent["conversation"]
    waiting = {
        "type": "request.withdrawn",
        "conversation": conversation,
        "sections": {"note": {"text": text("Not needed.")}},
    }
    draft = pair.asking.call("author", "POST", "/drafts", json=waiting)
    assert draft.status_code == 201, draft.text
    slip = {"to": SECRET, "task": text("Serve the order."), "due": None}
    item = pair.asking.ok(
        "author", "POST", "/docket", json={"act": "referral.sent", "said": slip, "case": case}
    )["item"]
    query = {"name": f"{SECRET}.eml", "channel": "e-mail", "sender": SECRET, "case": case}
    query["received_at"] = "2026-11-20T00:00:00Z"
    mail = pair.asking.call("author", "POST", "/mail", params=query, content=b"From: x")
    assert mail.status_code == 201, mail.text
    database = pair.asking.process.config.database_file
    with closing(sqlite3.connect(database, timeout=20)) as known, known:
        offer = {"description": text(SECRET), "files": 1, "sealed_size_bytes": 1}
        known.execute(
            "INSERT INTO node_package (root, exhibit, conversation, offer, offered_in,"
            " handed_in_for, outgoing, stage, stored_bytes, last_fault, changed_at)"
            " VALUES (?, ?, ?, ?, '', '', 1, 'sealed', 0, '', '2026-01-01 00:00:00')",
            (ROOT, EXHIBIT, conversation, json.dumps(offer)),
        )
    pair.asking.ok("author", "POST", f"/cases/{case}/access", json={"openness": "restricted"})
    yield {
        "case": case,
        "conversation": conversation,
        "record": sent["record"],
        "content": sent["content"],
        "draft": draft.json()["id"],
        "item": item,
        "mail": mail.json()["item"],
        "original": mail.json()["original"],
        "root": ROOT,
        "exhibit": EXHIBIT,
    }
    pair.asking.ok("author", "POST", f"/cases/{case}/access", json={"openness": "office"})
    with closing(sqlite3.connect(database, timeout=20)) as known, known:
        known.execute("DELETE FROM node_package WHERE root = ?", (ROOT,))


@pytest.fixture(scope="module")
def clients(pair: Pair) -> Iterator[dict[str, httpx.Client]]:
    made = {}
    for who in (*OUTSIDERS, "author", "auditor"):
        client = made[who] = httpx.Client(base_url=pair.asking.url, timeout=60)
        data = {"csrfmiddlewaretoken": token_of(client, "/sign-in"), "name": who}
        assert client.post("/sign-in", data={**data, "password": PASSWORD}).status_code == 302
    yield made
    for client in made.values():
        client.close()


def token_of(client: httpx.Client, path: str) -> str:
    page = client.get(path, follow_redirects=True).text
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def is_guarded(right: str, who: str) -> bool:
    return right in RIGHTS[ROLES[who]] and right not in NOT_OF_CASES


def guarded(name: str, who: str) -> bool:
    return is_guarded(PAGES[name][1].right, who)


def says_nothing(answer: httpx.Response, closed: dict[str, str], sent: str = "") -> bool:
    """Tell whether nothing of the case is in an answer, but for what the caller sent."""
    told = answer.text.replace(sent, "") if sent else answer.text
    return not [name for name in (SECRET, *closed.values()) if name in told and name not in sent]


TAKES_TEXT = sorted(n for n, (place, _) in PAGES.items() if "<str:" in place)
TAKES_NONE = sorted(n for n, (place, _) in PAGES.items() if "<" not in place)
LISTS = [n for n in TAKES_NONE if n not in POSTED and n not in PUBLIC_PAGES]
BY_WHOM = pytest.mark.parametrize(
    "who", [pytest.param(who, marks=[] if who == "duty" else pytest.mark.long) for who in OUTSIDERS]
)


@pytest.mark.full
@BY_WHOM
@every("name", TAKES_TEXT)
def test_a_page_of_something_outside_the_circle_is_not_here(
    clients: dict[str, httpx.Client], closed: dict[str, str], who: str, name: str
) -> None:
    if not guarded(name, who):
        return
    client, token = clients[who], token_of(clients[who], "/me")
    for thing, value in closed.items():
        path = "/" + PAGES[name][0]
        given = {parameter: value for parameter, fit in FITTING.items() if thing in fit}
        for parameter, filled in {**FILLED, **given}.items():
            path = path.replace(f"<{parameter}>", filled)
        if value not in path:
            continue  # nothing of this kind stands in it, or only a word of the protocol
        asked = (
            client.post(path, data={"csrfmiddlewaretoken": token})
            if name in POSTED
            else client.get(path)
        )
        assert asked.status_code in (404, 405), (path, asked.status_code)
        assert says_nothing(asked, closed, sent=path)


@pytest.mark.full
@BY_WHOM
@every("name", LISTS)
def test_no_list_names_anything_outside_the_circle(
    clients: dict[str, httpx.Client], closed: dict[str, str], who: str, name: str
) -> None:
    for query in ("", f"?all=1&text={SECRET[:6]}", "?all=yes"):
        answer = clients[who].get("/" + PAGES[name][0] + query)
        assert says_nothing(answer, closed, sent=query), (name, query)


@pytest.mark.long
@pytest.mark.parametrize("who", ["duty"])
def test_a_query_that_names_it_finds_nothing(
    clients: dict[str, httpx.Client], closed: dict[str, str], who: str
) -> None:
    for name in (one for one in LISTS if guarded(one, who)):
        path = "/" + PAGES[name][0]
        for value in (closed["case"], closed["conversation"]):
            answer = clients[who].get(path, params={"case": value, "x": value})
            assert answer.status_code in (200, 302, 404), path
            assert says_nothing(answer, closed, sent=value), path


@pytest.mark.long
@BY_WHOM
@every(("method", "path"), [(method, path) for method, path in OPERATIONS if "{" in path])
def test_a_call_that_names_it_finds_nothing(
    pair: Pair, closed: dict[str, str], who: str, method: str, path: str
) -> None:
    if not is_guarded(right_of(method, path), who):
        return
    names = re.findall(r"{(\w+)}", path)
    fit = {thing for name in names for thing in FITTING_CALLS.get(name, tuple(closed))}
    for value in (value for thing, value in closed.items() if thing in fit):
        given = {"event": "returned", "reason": "x", "channel": "e-mail"}
        address = re.sub(r"{\w+}", value.removeprefix("sha256:") if "root" in path else value, path)
        asked = taken(method, path, given)
        answer = pair.asking.call(who, method, address, params=asked, json={})
        assert answer.status_code in (404, 422), (method, address, answer.text)
        if answer.status_code == 422:  # the address itself is not of this kind of thing
            assert "path" in answer.json()["detail"], (method, address, answer.text)
        assert method == "HEAD" or says_nothing(answer, closed, sent=address)


@BY_WHOM
@every("path", sorted(p for m, p in OPERATIONS if m == "GET" and "{" not in p))
def test_no_answer_lists_anything_outside_the_circle(
    pair: Pair, closed: dict[str, str], who: str, path: str
) -> None:
    for query in ({}, {"all": "true"}):
        asked = taken("GET", path, query)
        assert says_nothing(pair.asking.call(who, "GET", path, params=asked), closed)
    named = taken("GET", path, {"case": closed["case"]})
    if named and is_guarded(right_of("GET", path), who):
        found = pair.asking.call(who, "GET", path, params=named)
        assert found.status_code in (200, 404, 422)
        assert says_nothing(found, closed, sent=closed["case"])


_WRITTEN = """
    SELECT (SELECT count(*) FROM node_docketitem WHERE "case" = :case)
         + (SELECT count(*) FROM node_draftrow WHERE "case" = :case)
         + (SELECT count(*) FROM node_courtexport WHERE "case" = :case)
         + (SELECT count(*) FROM node_docketentry JOIN node_docketitem USING (item)
            WHERE node_docketitem."case" = :case)
"""


def records_of(pair: Pair, case: str) -> int:
    """Return how many rows anybody has written into a case."""
    with closing(sqlite3.connect(pair.asking.process.config.database_file, timeout=20)) as known:
        return int(known.execute(_WRITTEN, {"case": case}).fetchone()[0])


def call_form(client: httpx.Client, case: str) -> dict[str, Any]:
    """Return the form of a telephone call, filled in, of a case."""
    page = client.get("/calls/new").text
    found = {
        "csrfmiddlewaretoken": token_of(client, "/calls/new"),
        "call-caller": "Mallory", "call-asked": "planted", "call-lang": "en",
        "call-urgency": "urgent", "call-measure": "preservation",
        "back-back": "not-yet", "back-why": "no time", "back-case": case,
    }  # fmt: skip
    for name in ("call-at", "back-confirm_by"):
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
        found[name] = value[1] if value else ""
        clock = re.search(rf'name="{name}_zone".*?value="([^"]*)" selected', page, re.DOTALL)
        found[f"{name}_zone"] = clock[1] if clock else ""
    return found


PADS = ("{}", "\u00a0{}", "{}\x1c", " {}", "{}\n", "\u2028{}", "\u3000{}", "{}\u200b", "\x00{}")
UNKNOWN = "2019-999999"


@pytest.mark.parametrize("pad", PADS)
def test_a_form_writes_into_no_case_outside_the_circle(
    pair: Pair, clients: dict[str, httpx.Client], closed: dict[str, str], pad: str
) -> None:
    before, client = records_of(pair, closed["case"]), clients["duty"]
    answer = client.post("/calls/new", data=call_form(client, pad.format(closed["case"])))
    unknown = client.post("/calls/new", data=call_form(client, pad.format(UNKNOWN)))
    assert (answer.status_code, unknown.status_code) == (422, 422)
    assert records_of(pair, closed["case"]) == before
    told = [
        re.findall(r'class="alert[^>]*>(.*?)</', one.text, re.DOTALL) for one in (answer, unknown)
    ]
    assert told[0] == told[1]


def test_the_same_form_writes_into_a_case_that_may_be_seen(
    pair: Pair, clients: dict[str, httpx.Client], closed: dict[str, str]
) -> None:
    before, client = records_of(pair, closed["case"]), clients["author"]
    answer = client.post("/calls/new", data=call_form(client, f"\u00a0{closed['case']}"))
    assert answer.status_code == 302
    assert records_of(pair, closed["case"]) > before


@pytest.mark.parametrize("pad", PADS[:-1])
def test_a_body_writes_into_no_case_outside_the_circle(
    pair: Pair, closed: dict[str, str], pad: str
) -> None:
    """Each call answers of a hidden case what it answers of one that never was."""
    before = records_of(pair, closed["case"])
    slip = {"to": "Us", "task": text("Serve the order."), "due": None}
    kept = {"subject": "case:{}", "record_class": "case-without-outcome", "reasons": text("x")}
    came = {"name": "a.eml", "channel": "e-mail", "sender": "x", "case": "{}"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/drafts", {"json": {**preservation_request(), "case": "{}"}}),
        ("/docket", {"json": {"act": "referral.sent", "said": slip, "case": "{}"}}),
        ("/docket", {"json": {"act": "review.ordered", "said": kept, "case": "{}"}}),
        ("/mail", {"params": came, "content": b"From: x"}),
        ("/exports", {"json": {"case": "{}", "purpose": "", "papers": "", "reason": "x"}}),
    ]
    for path, more in calls:
        codes = []
        for number in (closed["case"], UNKNOWN):
            given = _named(more, pad.format(number))
            answer = pair.asking.call("duty", "POST", path, **given)
            codes.append((answer.status_code, answer.json()["code"]))
            assert says_nothing(answer, closed, sent=pad.format(number))
        assert codes[0] == codes[1], path
        assert codes[0][0] in (403, 404, 409, 422), (path, codes)
    assert records_of(pair, closed["case"]) == before


def _named(value: Any, number: str) -> Any:
    """Return a call with a number where its form has a place for one."""
    if isinstance(value, dict):
        return {name: _named(one, number) for name, one in value.items()}
    return value.replace("{}", number) if isinstance(value, str) else value


def test_a_body_that_names_it_finds_nothing(pair: Pair, closed: dict[str, str]) -> None:
    for name, value in closed.items():
        if name in ("case", "item", "mail", "draft", "exhibit"):
            continue  # no section and no act of this test has a place for one
        linked = preservation_request()
        linked["sections"]["request"]["links"] = [{"conversation": value, "relation": "follows"}]
        answer = pair.asking.call("duty", "POST", "/drafts", json=linked)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-here"), name
        begun = {"act": "provider.entered", "said": {**provider(), "source": value}}
        assert pair.asking.call("duty", "POST", "/docket", json=begun).status_code == 404
    asked = {"text": text("x"), "conversation": closed["conversation"]}
    for path in (f"/docket/{closed['item']}", f"/conversations/{closed['conversation']}/uploads"):
        assert pair.asking.call("duty", "POST", path, json=asked).status_code == 404


def test_those_inside_see_all_of_it(pair: Pair, closed: dict[str, str]) -> None:
    """The walk would prove little if nobody found anything."""
    found = pair.asking.ok("author", "GET", f"/cases/{closed['case']}")
    assert found["conversations"][0]["reference"] == SECRET
    for path in (
        f"/drafts/{closed['draft']}",
        f"/docket/{closed['item']}",
        f"/mail/{closed['mail']}",
        f"/originals/{closed['original']}",
        f"/messages/{closed['content']}/record",
    ):
        assert pair.asking.call("author", "GET", path).is_success, path
    assert ROOT in {
        one["root"] for one in pair.asking.ok("auditor", "GET", "/packages")["packages"]
    }


def test_the_auditor_sees_that_it_is_there_and_not_what_it_says(
    pair: Pair, clients: dict[str, httpx.Client], closed: dict[str, str]
) -> None:
    (found,) = pair.asking.ok("auditor", "GET", f"/cases/{closed['case']}")["conversations"]
    assert [(e["type"], e["sections"], e["withheld"]) for e in found["timeline"]] == [
        ("request.submitted", {}, True)
    ]
    page = clients["auditor"].get(f"/cases/{closed['case']}").text
    assert "forged invoice" not in page
    assert "The content is not shown to your role." in page
    assert "forged invoice" in clients["author"].get(f"/cases/{closed['case']}").text
    for path in ("drafts/" + closed["draft"], "mail/" + closed["mail"]):
        assert clients["auditor"].get("/" + path).status_code == 403
    packages = pair.asking.ok("auditor", "GET", "/packages")["packages"]
    assert packages
    assert all((p["offer"], p["custody"], p["withheld"]) == ({}, [], True) for p in packages)
    assert SECRET not in clients["auditor"].get("/evidence").text
    assert SECRET not in clients["auditor"].get("/docket").text
    listed = pair.asking.ok("auditor", "GET", "/drafts")["drafts"]
    assert all(one["sections"] == {} and one["withheld"] for one in listed)


def test_a_try_is_in_the_audit_without_what_was_tried(pair: Pair, closed: dict[str, str]) -> None:
    assert pair.asking.call("examiner", "GET", f"/cases/{closed['case']}").status_code == 404
    query = {"actor": "examiner", "action": "access.refused"}
    answer = pair.asking.call("auditor", "GET", "/audit", params=query)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("number,at,who,act")
    row = re.compile(
        r"examiner,access\.refused,[a-z-]+,outside"
    )  # ten a minute, whichever they are
    assert any(row.search(line) for line in lines)
    assert says_nothing(answer, closed)


# ------------------------------------------------------------------ no way around the guard


def test_every_page_that_takes_a_name_passes_the_guard() -> None:
    takes = {name for name, (place, _) in PAGES.items() if "<" in place}
    outside = {n for n in takes if getattr(PAGES[n][1], "right", None) in {*NOT_OF_CASES, None}}
    assert {name for name in outside if not name.startswith(TRAINING)} == UNGUARDED_PAGES


def test_every_call_that_takes_a_name_passes_the_guard() -> None:
    takes = {(method, path) for method, path in OPERATIONS if "{" in path}
    outside = {path for method, path in takes if right_of(method, path) in NOT_OF_CASES}
    training = {path for path in outside if path.startswith(("/exercises/", "/scenarios/"))}
    assert outside - training == UNGUARDED_CALLS


def test_need_opens_the_case_and_those_concerned_confirm_that_they_know(
    pair: Pair, clients: dict[str, httpx.Client], closed: dict[str, str]
) -> None:
    case, duty, author = closed["case"], clients["duty"], clients["author"]
    assert duty.get(f"/cases/{case}").status_code == 404
    form: dict[str, Any] = {"csrfmiddlewaretoken": token_of(duty, "/break-glass"), "case": case}
    short = duty.post("/break-glass", data={**form, "reason": "now"})
    assert short.status_code == 422
    assert f'value="{case}"' in short.text  # nothing that was typed is lost
    reason = "The officer is not reached and data will be lost."
    assert duty.post("/break-glass", data={**form, "reason": reason}).status_code == 302
    assert reason in duty.get(f"/cases/{case}").text
    assert "/notices" in author.get("/").text
    page = author.get("/notices").text
    assert reason in page
    address = re.search(r"/notices/\d+/confirm", page)
    assert address is not None
    data = {"csrfmiddlewaretoken": token_of(author, "/notices")}
    assert author.post(address[0], data=data).status_code == 302
    assert reason not in author.get("/notices").text
    told = pair.asking.ok("auditor", "GET", "/notices")["notices"]
    assert [(one["case"], one["reason"]) for one in told] == [(case, reason)]
    assert reason in clients["auditor"].get("/notices").text, "the auditor is asked to have read it"
