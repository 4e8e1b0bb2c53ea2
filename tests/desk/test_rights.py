"""No page is open to whoever has no right to it: every address is walked."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from django.urls import URLPattern, URLResolver
from tests.api.nodes import PASSWORD, ROLES, Pair
from tests.walks import every, sampled

from comity.node.people.permissions import RIGHTS, Right
from comity.node.site.urls_office import urlpatterns
from comity.node.web.permissions import PUBLIC

pytestmark = pytest.mark.full

FILLED = {
    "str:number": "2026-000001",
    "slug:measure": "preservation",
    "str:digest": "sha256:" + "0" * 64,
    "str:message_type": "request.withdrawn",
    "str:draft_id": "018f0000-0000-7000-8000-000000000000",
    "str:form_id": "018f0000-0000-7000-8000-000000000000",
    "str:root": "sha256:" + "0" * 64,
    "str:record": "sha256:" + "0" * 64,
    "str:name": "018f0000-0000-7000-8000-000000000000",
    "slug:deed": "note",
    "slug:form": "json",
    "str:viewing": "0" * 32,
    "str:export": "0" * 32,
    "str:act": "note.written",
    "str:item": "018f0000-0000-7000-8000-000000000000",
    "str:item_id": "018f0000-0000-7000-8000-000000000000",
    "slug:kind": "passkey",
    "slug:register": "breach",
    "slug:sort": "case",
    "str:key": "2026-000001",
    "int:number": "99999",
    "int:row_id": "99999",
    "int:factor": "99999",
    "slug:state": "za",
    "slug:name": "contact-point",
    "str:officer": "officer-00000000",
    "int:notice": "99999",
    "int:token": "99999",
    "int:hook": "99999",
    "str:exercise": "018f0000-0000-7000-8000-000000000000",
    "str:team": "018f0000-0000-7000-8000-000000000000",
    "slug:identifier": "officer-00000000",
    "str:code": "AAAAAAAAAA",
    "str:backup": "comity-vn-contact-point-20200101T000000Z.age",
}
PUBLIC_PAGES = {
    "sign-in", "account_login", "by-passkey", "mfa_authenticate", "single", "single-back",
    "sign-out", "language", "appearance", "exercise-join", "hall", "hall-now",
    "shortcuts",
}  # fmt: skip


def walk(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield every page's name with its address and its view, areas of the desk included."""
    for pattern in patterns:
        place = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern) and pattern.name is not None:
            yield pattern.name, (place, pattern.callback)
        elif isinstance(pattern, URLResolver) and pattern.namespace is None:
            yield from walk(pattern.url_patterns, place)


PAGES: dict[str, tuple[str, Any]] = dict(walk(urlpatterns))
POSTED = {
    "approve", "send", "retry", "refusal-retry", "passkey", "certificate", "sign-out", "language",
    "fetch-again", "law-facts", "override", "set-aside", "docket-sign", "onward",
    "appearance", "end-others",
    "acknowledge", "work-acknowledge", "reach-answer",
    "restore-draft", "withdraw-signature", "discard-form", "restore-form",
    "my-work-do", "work-filters", "work-filter-remove",
    "exhibit-act", "exhibit-withdraw",
    "backup-make", "backup-check", "backup-self-test",
    "notice-confirm", "person-add", "compartment",
    "solution-fetch", "solution-offer",
    "console-begin", "console-steer", "console-board", "console-judge", "console-branch",
    "exercise-lesson-new", "exercise-lesson-mark", "exercise-lesson-withdraw",
    "shift-begin", "shift-confirm", "shift-give-back", "shift-end",
    "room-do",
}  # fmt: skip


def path_of(name: str) -> str:
    return "/" + re.sub(r"<([^>]+)>", lambda found: FILLED[found[1]], PAGES[name][0])


@pytest.fixture(scope="module")
def clients(pair: Pair) -> Iterator[dict[str, httpx.Client]]:
    made = {}
    for who in ROLES:
        client = made[who] = httpx.Client(base_url=pair.asking.url, timeout=60)
        page = client.get("/sign-in").text
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        data = {"csrfmiddlewaretoken": token, "name": who, "password": PASSWORD}
        assert client.post("/sign-in", data=data).status_code == 302
    yield made
    for client in made.values():
        client.close()


def ask(client: httpx.Client, name: str) -> httpx.Response:
    if name not in POSTED:
        return client.get(path_of(name))
    page = client.get("/me", follow_redirects=True).text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    return client.post(path_of(name), data={"csrfmiddlewaretoken": token})


def test_every_page_names_its_right() -> None:
    for name, (_, view) in PAGES.items():
        right = view.right
        assert right in set(Right) | {PUBLIC}, name
        assert (right == PUBLIC) == (name in PUBLIC_PAGES), name


@every("name", sorted(set(PAGES) - PUBLIC_PAGES))
def test_a_visitor_is_asked_to_sign_in(pair: Pair, name: str) -> None:
    with httpx.Client(base_url=pair.asking.url, timeout=60) as client:
        answer = ask(client, name)
    assert answer.status_code == (401 if name in POSTED else 302)
    assert "2026-" not in answer.text.replace(path_of(name), "")


@pytest.mark.parametrize("who", sampled(ROLES, ["auditor", "duty", "trainee"]))
@every("name", sorted(set(PAGES) - PUBLIC_PAGES))
def test_a_role_sees_what_its_rights_say_and_nothing_else(
    clients: dict[str, httpx.Client], who: str, name: str
) -> None:
    answer = ask(clients[who], name)
    if PAGES[name][1].right in RIGHTS[ROLES[who]]:
        assert answer.status_code in (200, 302, 404, 422), answer.status_code
    elif path_of(name) == "/":
        assert answer.status_code == 302, "whoever may not see it begins elsewhere"
        assert answer.headers["Location"] != "/"
    else:
        assert answer.status_code == 403


def test_reading_a_case_is_written_down(clients: dict[str, httpx.Client]) -> None:
    assert clients["approver"].get("/cases/2026-000001").status_code == 200
    rows = clients["auditor"].get("/audit?action=case.read&actor=approver").text
    assert "2026-000001" in rows
