"""A call that is sent twice is done once, whatever happens between."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from comity.node.actions.perform import AFTER_COMMIT, BEFORE_COMMIT, FAILPOINT
from comity.node.models import ApiToken, AuditRow, Compartment, Officer, RepeatedCall
from comity.node.people import access_tokens, accounts
from comity.node.people.permissions import Right
from comity.node.web import idempotency

type Add = Callable[..., Officer]
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
OTHER = '"018f0000-0000-7000-8000-000000000000"'


@pytest.fixture
def secret(add: Add) -> str:
    """Return a token of somebody who looks after people."""
    add("boss", "operator")
    return accounts.make_token("boss", label="x", at=datetime.now(UTC), by="x")


def post(
    secret: str, name: str = "Unit", key: str | None = KEY, path: str = "/compartments"
) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
    body = {"name": name, "members": []}
    return Client(raise_request_exception=False).post(
        f"/api/v1{path}", body, headers=headers, content_type="application/json"
    )


def made() -> int:
    return AuditRow.objects.filter(action="compartment.set").count()


@pytest.mark.parametrize(
    "key",
    ['""', '"short"', "short", '"' + "x" * 129 + '"', '"with space in it!"', '"ключ-ключ-ключ-1"',
     '"0123456789abcdef', "a, b, c, d, e, f, g, h"],
)  # fmt: skip
def test_a_key_that_is_none_is_refused_before_anything_is_done(secret: str, key: str) -> None:
    answer = post(secret, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key")
    assert (made(), RepeatedCall.objects.count()) == (0, 0)


def test_the_same_call_is_done_once_and_answered_twice(secret: str) -> None:
    first, second = post(secret), post(secret)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert idempotency.REPLAYED not in first.headers
    assert second.headers[idempotency.REPLAYED] == "true"
    assert made() == 1


def test_the_same_key_in_either_spelling_is_the_same(secret: str) -> None:
    post(secret)
    post(secret, key=KEY.strip('"'))
    assert made() == 1


def test_without_a_key_each_call_is_done(secret: str) -> None:
    post(secret, key=None)
    post(secret, key=None)
    assert (made(), RepeatedCall.objects.count()) == (2, 0)


@pytest.mark.parametrize("change", [{"name": "Another"}, {"path": "/compartments?x=1"}])
def test_a_key_is_for_one_call_only(secret: str, change: dict[str, str]) -> None:
    post(secret)
    answer = post(secret, **change)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-other")
    assert made() == 1


def test_a_key_under_way_is_told_to_wait(secret: str) -> None:
    post(secret)
    RepeatedCall.objects.update(status=None, answer=None)
    answer = post(secret)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-busy")
    assert made() == 1


def test_a_call_in_which_the_node_fell_is_not_done_again(secret: str) -> None:
    post(secret)
    long_ago = datetime.now(UTC) - idempotency.UNDER_WAY - timedelta(seconds=2)
    RepeatedCall.objects.update(status=None, answer=None, claimed_at=long_ago)
    answer = post(secret)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-unknown")
    assert made() == 1


def test_a_refusal_is_repeated_too(secret: str) -> None:
    first, second = post(secret, name=" "), post(secret, name=" ")
    assert first.status_code == second.status_code == 422
    assert first.content == second.content
    assert second.headers[idempotency.REPLAYED] == "true"


def test_a_call_that_the_role_may_not_do_claims_nothing(add: Add, secret: str) -> None:
    add("linh", "case")
    theirs = accounts.make_token("linh", label="x", at=datetime.now(UTC), by="x")
    assert post(theirs).status_code == 403
    assert not RepeatedCall.objects.exists()


def test_a_key_of_one_token_says_nothing_to_another(add: Add, secret: str) -> None:
    boss = Officer.objects.select_related("user").get(user__username="boss")
    less = access_tokens.make(
        boss, label="x", scopes=[Right.PEOPLE], days=1, at=datetime.now(UTC), by="x"
    )
    post(secret)
    answer = post(less.secret)
    assert (answer.status_code, idempotency.REPLAYED in answer.headers) == (200, False)
    assert made() == 2


def test_a_call_is_forgotten_after_a_day(secret: str) -> None:
    post(secret)
    at = RepeatedCall.objects.get().claimed_at
    assert idempotency.forget(at=at + timedelta(hours=23, minutes=59)) == 0
    assert idempotency.forget(at=at + timedelta(hours=24)) == 1


def test_neither_key_nor_answer_can_be_read_in_the_database(secret: str) -> None:
    post(secret, name="Unit of the north")
    (row,) = RepeatedCall.objects.values()
    kept = b" ".join(bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row.values())  # fmt: skip # noqa: E501
    assert b"north" not in kept
    assert KEY.strip('"').encode() not in kept


def test_an_answer_that_holds_a_secret_is_kept_nowhere(secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": KEY}
    body = {"name": "x", "rights": ["self"], "days": 1}
    ask: Any = lambda: Client().post(  # noqa: E731 - the same call, twice
        "/api/v1/tokens", body, headers=headers, content_type="application/json"
    )
    before, first, second = ApiToken.objects.count(), ask(), ask()
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "idempotency-answer")
    assert ApiToken.objects.count() == before + 1
    assert RepeatedCall.objects.get().answer is None


def test_where_the_world_refused_the_same_key_tries_again(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from comity.node.people.access import case_access

    right = case_access.set_members

    def refused(*_: Any, **__: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(case_access, "set_members", refused)
    assert post(secret).status_code == 503
    monkeypatch.setattr(case_access, "set_members", right)
    assert post(secret).status_code == 200
    assert made() == 1


@pytest.mark.parametrize(("moment", "there"), [(BEFORE_COMMIT, 0), (AFTER_COMMIT, 1)])
def test_after_a_fault_nobody_foresaw_nothing_is_done_again(
    secret: str, moment: str, there: int
) -> None:
    def fall(name: str) -> None:
        if name == moment:
            raise KeyError("nobody foresaw it")

    token = FAILPOINT.set(fall)
    try:
        assert post(secret).status_code == 500
    finally:
        FAILPOINT.reset(token)
    assert post(secret).json()["code"] == "idempotency-busy"
    assert (made(), Compartment.objects.count()) == (there, there)


def test_bytes_that_are_no_json_count_too(add: Add) -> None:
    add("linh", "case")
    theirs = accounts.make_token("linh", label="x", at=datetime.now(UTC), by="x")
    headers = {"Authorization": f"Bearer {theirs}", "Idempotency-Key": KEY}
    path = "/api/v1/mail?name=a.eml&channel=e-mail&sender=x%40y.example"

    def send(data: bytes) -> Any:
        return Client().post(path, data, headers=headers, content_type="application/octet-stream")

    first, second, other = send(b"From: a\n\nb"), send(b"From: a\n\nb"), send(b"From: c\n\nd")
    assert (first.status_code, first.content) == (201, second.content), first.content
    assert other.json()["code"] == "idempotency-other"


def test_a_part_of_an_upload_takes_no_key(add: Add) -> None:
    add("linh", "case")
    theirs = accounts.make_token("linh", label="x", at=datetime.now(UTC), by="x")
    headers = {"Authorization": f"Bearer {theirs}", "Idempotency-Key": KEY}
    answer = Client().patch(
        "/api/v1/uploads/" + "0" * 32, b"x", headers=headers, content_type=idempotency.STREAMED
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key")


def test_every_call_that_changes_something_says_that_it_takes_a_key() -> None:
    from comity.node.site.openapi import api

    document = json.loads(json.dumps(api.get_openapi_schema()))
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            names = [one.get("name") for one in operation.get("parameters", [])]
            wanted = method in {"post", "put", "patch"} and path != "/api/v1/uploads/{identifier}"
            assert names.count("Idempotency-Key") == wanted, path
