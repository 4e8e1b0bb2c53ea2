"""A link to this node leads to this node: nowhere else, however the way on is written."""

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.security.conftest import Desk

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example/a", "https://evil.example/",
    "HTTPS://evil.example", "https:evil.example", "https:/evil.example", "http:///evil.example/",
    "\\\\evil.example", "/\\evil.example", "\\/evil.example", "/\\/evil.example",
    "/\t/evil.example", "\t//evil.example", "/\n/evil.example", " //evil.example",
    "\x00//evil.example", "/\u202e//evil.example",
    "//evil.example%2f..", "//evil%E3%80%82example", "//evil。example",
    "／／evil.example", "https://testserver@evil.example/", "https://testserver.evil.example/",
    "//testserver@evil.example/", "https://evil.example\\@testserver/", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
    "/\r\nLocation: https://evil.example",
    "http://[::1]evil.example", "//[evil.example", "https://", "//",
]  # fmt: skip


def is_own(location: str) -> bool:
    """Tell, as a browser would: a path on this very host and no control character in it."""
    plain = all(" " < character < "\x7f" for character in location)
    return plain and location.startswith("/") and not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_on_leads_elsewhere(desk: Desk, target: str) -> None:
    client, wrong = Client(), {}
    signed = client.post("/sign-in", {"name": "case", "password": PASSWORD, "next": target})
    asked = [
        ("sign-in", signed),
        ("sign-in by query", Client().get("/sign-in", {"next": target})),
        ("language", client.post("/language", {"language": "fr", "next": target})),
        ("appearance", client.post("/appearance", {"appearance": "dark", "next": target})),
        ("again", client.get("/me/sign-in/again", {"next": target})),
        ("again posted", client.post("/me/sign-in/again", {"password": PASSWORD, "next": target})),
        ("sign-out", client.post("/sign-out", {"next": target})),
    ]
    for name, answer in asked:
        location = answer.headers.get("Location", "/")
        if not is_own(location):
            wrong[name] = location
        text = answer.content.decode()
        if f'value="{target}"' in text or f'href="{target}"' in text:
            wrong[name] = "in the page"
    assert wrong == {}


def test_an_address_that_begins_like_another_host_is_not_led_to(desk: Desk) -> None:
    for path in (
        "//evil.example/",
        "//evil.example/cases",
        "/\\evil.example/",
        "/%5cevil.example/",
    ):
        answer = Client().get(path)
        assert is_own(answer.headers.get("Location", "/")), path


@pytest.mark.parametrize("target", ["/／evil.example", "/%0d%0aLocation:%20https://evil.example"])
def test_what_only_looks_like_elsewhere_is_a_path_here(desk: Desk, target: str) -> None:
    data = {"name": "case", "password": PASSWORD, "next": target}
    answer = Client().post("/sign-in", data)
    assert is_own(answer.headers["Location"])
    assert answer.headers["Location"].startswith("/%")


def test_a_way_on_inside_is_kept(desk: Desk) -> None:
    data = {"name": "case", "password": PASSWORD, "next": "/mail?all=1"}
    assert Client().post("/sign-in", data).headers["Location"] == "/mail?all=1"
