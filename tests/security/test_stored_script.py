"""What somebody types is shown as text: on every page, from every field, in every language."""

import re
from collections import Counter
from typing import Final

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import Resolver404, resolve
from tests.desk.test_rights import PAGES, POSTED
from tests.docket.conftest import REQUEST, authority, text
from tests.security.conftest import Desk, role_with
from tests.security.hostile import MARK, PAYLOAD, SHORT, Form, alive, filled, forms_of

from comity.node.core.clock import now
from comity.node.models import MessageRow, Officer
from comity.node.people import access_tokens, accounts
from comity.node.people.access import case_access

MOST: Final = 8
"""Addresses of one page that are opened."""
LEAVE = {"/sign-out", "/me/sign-in/end-others", "/language", "/appearance", "/me/sign-in/password"}
LANGUAGES = [code for code in django_settings.LANGUAGE_NAMES if code != "en"]


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    """Return the office, in which others have written the payload wherever they can."""
    office = desk.office
    accounts.add_person(
        name="evil", role="case", password="a long phrase for tests", at=now(), by="x"
    )
    # No act takes such a name any more; a page shows whatever stands in the register.
    get_user_model().objects.filter(username="evil").update(username=PAYLOAD[:140])
    known = office.do("authority.entered", authority("sn/evil", name=SHORT, source=SHORT))
    sections = {
        "request": {**REQUEST["request"], "reference": SHORT},
        "subject": {
            "description": text(PAYLOAD),
            "accounts": [{"service": SHORT, "identifier": SHORT}],
            "period": None,
        },
    }
    thread = office.written(sections=sections)
    mail = office.received(b"Subject: x\n\n" + PAYLOAD.encode(), name=SHORT, sender=SHORT)
    access_tokens.make(
        desk.people["case"], label=SHORT, scopes=["self"], days=1, at=now(), by="case"
    )
    case_access.set_members(SHORT, [desk.people["case"]], at=now(), by="x")
    desk.names |= {
        "str:number": thread.case,
        "str:digest": thread.digest,
        "str:item": mail.id,
        "str:item_id": known.id,
    }
    assert MessageRow.objects.count() == 0
    return desk


def reachable(desk: Desk) -> dict[str, tuple[str, str, str]]:
    """Walk all pages, and what they lead to; return address -> page's name, role, text."""
    waiting = [path for _, path, _ in desk.pages()]
    found: dict[str, tuple[str, str, str]] = {}
    number: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0).partition("?")[0].partition("#")[0]
        if path in found or path in LEAVE or path.startswith(("/static/", "/api/")):
            continue
        try:
            match = resolve(path)
        except Resolver404:
            continue
        name = str(match.url_name)
        if name not in PAGES or number[name] >= MOST:
            continue
        number[name] += 1
        role = role_with(PAGES[name][1].right)
        client = desk.browser(role) if role else Client()
        answer = client.get(path) if name not in POSTED else client.post(path)
        assert answer.status_code < 500, path
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            found[path] = (name, role, text)
            waiting += re.findall(r'href="(/[^"]*)"', text)
    return found


def post_all(
    desk: Desk, pages: dict[str, tuple[str, str, str]]
) -> tuple[dict[str, list[str]], set[str]]:
    """Post the payload by every form of every page; return what came alive, and to where."""
    wrong: dict[str, list[str]] = {}
    posted: set[tuple[str, tuple[str, ...]]] = set()
    for path, (_, role, page) in pages.items():
        for form in forms_of(page):
            target = (form.action or path).partition("?")[0]
            key = (target, tuple(sorted(one[0] for one in form.fields)))
            if target in LEAVE or target.startswith("/people/officer") or key in posted:
                continue
            posted.add(key)
            wrong |= send(desk, role, target, form)
    return wrong, {target for target, _ in posted}


def send(desk: Desk, role: str, target: str, form: Form) -> dict[str, list[str]]:
    client = desk.browser(role) if role else Client()
    reply = client.post(target, filled(form))
    assert reply.status_code < 500, target
    found = alive(reply.content.decode()) if "html" in reply.headers["Content-Type"] else []
    return {f"reply {target}": found} if found else {}


def test_the_reader_notices_what_is_alive() -> None:
    assert alive(f"<p>{PAYLOAD}</p>")
    for one in (
        "<script>1</script>", "<a href=' java\nscript:x'>", "<p onclick=1>", "<iframe>",
        "<img src=//evil>", "<p style='x'>", "<object>", "<meta http-equiv=refresh content=1>",
        "<img src='https://evil.example/x'>", f"{MARK}&quot;'>49{{%",
    ):  # fmt: skip
        assert alive(one), one
    assert not alive("<script src='/static/x.js'></script><a href='/x'>&lt;script&gt;</a>")


@pytest.mark.full
def test_what_is_typed_into_any_form_is_text_wherever_it_is_shown(hostile: Desk) -> None:
    before = reachable(hostile)
    wrong, posted = post_all(hostile, before)
    assert len(posted) > 60
    pages = reachable(hostile)
    wrong |= {path: found for path, (*_, page) in pages.items() if (found := alive(page))}
    assert wrong == {}
    marked = {name: (path, role) for path, (name, role, page) in pages.items() if MARK in page}
    assert {"case", "people", "person", "programs", "docket-item"} <= set(marked)
    again: dict[tuple[str, str], list[str]] = {}
    for lang in LANGUAGES:
        Officer.objects.update(language=lang)
        for name, (path, role) in marked.items():
            client = hostile.browser(role)
            client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = lang
            page = client.get(path).content.decode()
            if found := alive(page):
                again[lang, name] = found
        assert f'lang="{lang}"' in hostile.ask("programs", "case").content.decode()
    assert again == {}
