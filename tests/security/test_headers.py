"""Every answer tells the browser to run, frame, sniff, keep and share nothing it need not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.api.test_rights import OPERATIONS, filled, right_of
from tests.security.conftest import Desk, role_with

pytestmark = pytest.mark.full

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
FILE = {"sandbox": "", "default-src": "'none'"}


def policy(answer: Any) -> dict[str, str]:
    told = answer.headers.get("Content-Security-Policy", "")
    parts = [part.strip().partition(" ") for part in told.split(";") if part.strip()]
    return {name: value for name, _, value in parts}


def lacks(answer: Any) -> Iterator[str]:
    """Yield what is missing in the fields of any answer."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    for name, value in wanted.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    if answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        yield "Referrer-Policy"
    if "geolocation=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "Permissions-Policy"
    if any(name in answer.headers for name in ("Access-Control-Allow-Origin", "Server")):
        yield "says more than it should"
    told = policy(answer)
    if told not in (CSP, FILE):
        yield f"Content-Security-Policy: {told}"


def unkept(answer: Any) -> Iterator[str]:
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield f"Cache-Control: {answer.headers.get('Cache-Control')}"


def test_every_page_has_them_for_those_who_may_see_it(desk: Desk) -> None:
    wrong = {}
    for name, path, role in desk.pages():
        answer = desk.ask(name, role)
        assert answer.status_code < 500, (name, path)
        found = [*lacks(answer), *unkept(answer)]
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.long
def test_every_page_has_them_for_visitors_and_for_those_who_may_not(desk: Desk) -> None:
    wrong = {}
    for name, _, _ in desk.pages():
        for who in ("", "trainer"):
            answer = desk.ask(name, who)
            found = [*lacks(answer), *unkept(answer)]
            if found:
                wrong[name, who] = found
    assert wrong == {}


def test_every_call_has_them(desk: Desk) -> None:
    wrong = {}
    for method, path in OPERATIONS:
        if path.startswith("/tokens"):
            continue  # asked for below, so that no other token is revoked here
        role = role_with(right_of(method, path))
        for headers in ({}, desk.token(role)):
            answer = Client(raise_request_exception=False).generic(
                method, f"/api/v1{filled(path)}", b"{}", "application/json", headers=headers
            )
            assert answer.status_code < 500, path
            found = [*lacks(answer), *unkept(answer)]
            if found:
                wrong[method, path, bool(headers)] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "path",
    ["/no-such-page", "/api/v1/tokens", "/api/v1/no-such-call", "/api/v1/openapi.json", "/up",
     "/exchange/v1/messages", "/exchange/v1/outbox", "/log/live/vn/x/1/tile/0/000",
     "/directory/1.root.json"],
)  # fmt: skip
def test_every_other_answer_has_them(staff: Any, path: str) -> None:
    assert list(lacks(Client().get(path))) == []


@pytest.mark.parametrize("path", ["/sign-in", "/up", "/no-such-page"])
def test_over_tls_a_browser_is_told_to_come_back_over_tls_alone(staff: Any, path: str) -> None:
    name = "Strict-Transport-Security"
    assert Client().get(path, secure=True).headers[name] == "max-age=31536000"
    assert name not in Client().get(path).headers, "RFC 6797 7.2: never over plain HTTP"


def test_no_page_needs_what_the_policy_forbids(desk: Desk) -> None:
    wrong = {}
    for name, _, role in desk.pages():
        answer = desk.ask(name, role)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            found = re.findall(
                r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=|javascript:", text
            )
            found += re.findall(r"""(?:src|href|action)="(?:https?:)?//[^"]*""", text)
            if found:
                wrong[name] = found
    assert wrong == {}
