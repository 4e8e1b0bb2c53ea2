"""Nobody does what the role does not say: every operation is walked."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ninja.operation import Operation
from tests.api.nodes import ROLES, Pair
from tests.walks import every

from comity.node.people.permissions import RIGHTS, Right
from comity.node.site.openapi import api
from comity.node.web.api_permissions import Session, Token

FILLED = {
    "case": "2026-000001",
    "digest": "sha256:" + "0" * 64,
    "draft": "018f0000-0000-7000-8000-000000000000",
    "form": "csv",
    "identifier": "officer-00000000",
    "instrument": "un-2024",
    "exercise": "018f0000-0000-7000-8000-000000000000",
    "team": "018f0000-0000-7000-8000-000000000000",
    "export": "0" * 32,
    "backup": "comity-vn-contact-point-20200101T000000Z.age",
    "kind": "original",
    "subject": "sha256:" + "0" * 64,
    "sort": "case",
    "key": "2026-000001",
    "item": "018f0000-0000-7000-8000-000000000000",
    "name": "0" * 64,
    "number": "99999",
    "root": "0" * 64,
    "row": "1",
    "scenario": "no-such",
    "notice": "1",
    "token": "99999",
    "hook": "99999",
    "delivery": "99999",
}


def operations() -> Iterator[tuple[str, str, Operation]]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, path, operation


OPERATIONS = [(method, path) for method, path, _ in operations()]


def filled(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: FILLED[found[1]], path)


def right_of(method: str, path: str) -> Right:
    (found,) = [o for m, p, o in operations() if (m, p) == (method, path)]
    rights = {way.right for way in found.auth_callbacks if isinstance(way, Token | Session)}
    assert len(rights) == 1, "an operation names exactly one right, for every way in"
    return rights.pop()


def ask(pair: Pair, method: str, path: str, **headers: str) -> httpx.Response:
    url = f"{pair.asking.url}/api/v1{filled(path)}"
    return httpx.request(method, url, headers=headers, timeout=60, json={})


@every(("method", "path"), OPERATIONS)
def test_an_operation_is_closed_to_whoever_has_no_token(pair: Pair, method: str, path: str) -> None:
    answer = ask(pair, method, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert method == "HEAD" or answer.json()["code"] == "not-signed-in"


@pytest.mark.parametrize("token", ["x", "comity_" + "A" * 43, "x y"])
def test_a_token_nobody_made_opens_nothing(pair: Pair, token: str) -> None:
    assert ask(pair, "GET", "/me", Authorization=f"Bearer {token}").status_code == 401


@pytest.mark.full
@pytest.mark.parametrize("who", ROLES)
@every(("method", "path"), OPERATIONS)
def test_a_role_may_do_what_its_rights_say_and_nothing_else(
    pair: Pair, who: str, method: str, path: str
) -> None:
    token = pair.asking.tokens[who]
    answer = ask(pair, method, path, Authorization=f"Bearer {token}")
    if right_of(method, path) in RIGHTS[ROLES[who]]:
        assert answer.status_code not in (401, 403)
        assert answer.status_code < 500
    else:
        assert answer.status_code == 403
        assert method == "HEAD" or answer.json()["code"] == "not-allowed"


def test_a_translator_reaches_the_own_jobs_and_nothing_of_a_case() -> None:
    reached = {path for m, path in OPERATIONS if right_of(m, path) in RIGHTS["translator"]}
    own = {"/me", "/me/passkey", "/certificates"}
    assert reached == own | {"/translations", "/translations/{item}"}


def test_an_auditor_changes_nothing() -> None:
    changing = {right_of(m, p) for m, p in OPERATIONS if m != "GET"}
    # to confirm what one was told, and to look after the own tokens
    assert changing & RIGHTS["auditor"] == {Right.NOTICES, Right.TOKENS}


def test_the_document_lists_every_operation(pair: Pair) -> None:
    document: dict[str, Any] = httpx.get(f"{pair.asking.url}/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    listed = {(m.upper(), p) for p, o in document["paths"].items() for m in o}
    assert listed == {(m, f"/api/v1{p}") for m, p in OPERATIONS}
