"""Only by its own names: no other host name is believed, and none that a header whispers."""

import pytest
from django.test import Client
from tests.security.conftest import Desk

PATHS = ("/sign-in", "/api/v1/me", "/", "/api/v1/openapi.json", "/exchange/v1/epochs")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.1.evil.example",
     "localhost:80@evil.example", "", "*", ".localhost", "localhost\\evil", "[::1", "10.0.0.1"],
)  # fmt: skip
def test_another_name_is_refused(staff: object, settings: object, host: str) -> None:
    for path in PATHS:
        answer = Client(raise_request_exception=False).get(path, headers={"Host": host})
        assert answer.status_code == 400, path


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host"])
def test_a_name_that_a_header_whispers_goes_nowhere(desk: Desk, name: str) -> None:
    told = "host=evil.example" if name == "Forwarded" else "evil.example"
    for path in ("/sign-in", "/", "/me", "/duty"):
        answer = desk.browser("case").get(path, headers={name: told})
        assert "evil.example" not in answer.content.decode() + str(answer.headers), path


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"])
def test_another_address_or_method_that_a_header_whispers_counts_nothing(
    desk: Desk, name: str
) -> None:
    told = "DELETE" if name.endswith("Override") else "/audit"
    answer = desk.browser("case").get("/mail", headers={name: told})
    assert answer.status_code == 200
    assert answer.resolver_match.url_name == "mail"
