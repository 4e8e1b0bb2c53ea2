"""A token does some of what its person may, never more, and not for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.programs.conftest import AT

from comity.node.models import ApiToken, AuditRow, Officer
from comity.node.people import access_tokens, accounts
from comity.node.people.access import staff
from comity.node.people.permissions import RIGHTS, Right, may, rights_of

type Add = Callable[..., Officer]


def make(
    officer: Officer, *rights: str, at: datetime | None = None, **more: Any
) -> access_tokens.Made:
    wanted = {"label": "nightly", "days": 90, **more}
    at = at or datetime.now(UTC)
    return access_tokens.make(officer, scopes=rights or ("self",), at=at, by="x", **wanted)


def call(secret: str, path: str, method: str = "get", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return getattr(Client(), method)(
        f"/api/v1{path}", headers=headers, content_type="application/json", **more
    )


@pytest.mark.parametrize("rights", [(), ("no-such-right",), ("self", "people"), ("",)])
def test_a_token_names_rights_and_only_those_its_person_has(
    add: Add, rights: tuple[str, ...]
) -> None:
    with pytest.raises(access_tokens.TokenScopeError):
        access_tokens.make(add("linh"), label="x", scopes=rights, days=1, at=AT, by="x")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 366, 10**6])
def test_a_token_works_for_a_day_to_a_year(add: Add, days: int) -> None:
    with pytest.raises(access_tokens.TokenTermError):
        make(add("linh"), days=days)


@pytest.mark.parametrize("label", ["", "  ", "x" * 61, "a\nb", "a\u202eb"])
def test_a_token_has_a_name_that_can_be_read(add: Add, label: str) -> None:
    with pytest.raises(access_tokens.TokenNameError):
        make(add("linh"), label=label)


def test_a_person_has_no_more_tokens_than_one_can_look_after(add: Add) -> None:
    officer = add("linh")
    for _ in range(access_tokens.MOST_TOKENS):
        make(officer, at=AT)
    with pytest.raises(access_tokens.TokenManyError):
        make(officer, at=AT)
    make(officer, at=AT + timedelta(days=121))  # those that ended a month ago are forgotten


def test_only_a_digest_of_a_token_is_kept(add: Add) -> None:
    made = make(add("linh"))
    kept = [str(value) for row in ApiToken.objects.values() for value in row.values()]
    kept += [str(value) for row in AuditRow.objects.values() for value in row.values()]
    assert made.secret.startswith(access_tokens.PREFIX)
    assert not any(made.secret[len(access_tokens.PREFIX) :] in one for one in kept)


def test_a_token_does_what_it_names_and_nothing_else(add: Add) -> None:
    made = make(add("linh", "case"), Right.SELF, Right.READ_CASES)
    assert call(made.secret, "/me").json()["rights"] == ["read-cases", "self"]
    refused = call(made.secret, "/outbox")
    assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")
    assert AuditRow.objects.filter(action="access.refused", detail="token").count() == 1


def test_what_the_role_has_not_is_refused_as_the_roles(add: Add) -> None:
    made = make(add("linh", "case"), Right.SELF)
    refused = call(made.secret, "/people")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


def test_a_person_who_loses_a_right_loses_it_in_every_token_at_once(add: Add) -> None:
    officer = add("linh", "operator")
    add("other", "operator")
    made = make(officer, Right.SELF, Right.PEOPLE)
    assert call(made.secret, "/people").status_code == 200
    staff.change_role(officer, "trainer", at=AT, by="x")
    assert call(made.secret, "/people").status_code == 403
    assert call(made.secret, "/me").json()["rights"] == ["self"]


def test_a_right_that_a_view_asks_in_passing_is_the_tokens_too(add: Add) -> None:
    officer = add("linh", "auditor")
    made = make(officer, Right.SELF, Right.READ_CASES)
    held = access_tokens.officer_by_token(made.secret, at=datetime.now(UTC))
    assert may(officer, Right.EVERY_CASE)
    assert not may(held, Right.EVERY_CASE)


def test_a_closed_account_has_no_tokens(add: Add) -> None:
    made = make(add("linh"))
    accounts.disable("linh", at=AT, by="operator")
    assert call(made.secret, "/me").status_code == 401


@pytest.mark.parametrize(
    ("after", "lets_in"),
    [(timedelta(days=90) - timedelta(seconds=1), True), (timedelta(days=90), False)],
)
def test_a_token_ends_on_its_day(add: Add, after: timedelta, lets_in: bool) -> None:
    made = make(add("linh"), at=AT)
    assert (access_tokens.officer_by_token(made.secret, at=AT + after) is not None) == lets_in


def test_a_revoked_token_lets_nobody_in_from_the_next_call_on(add: Add) -> None:
    officer = add("linh")
    made = make(officer, Right.SELF)
    access_tokens.revoke(officer, made.row.pk, at=AT, by="linh")
    assert call(made.secret, "/me").status_code == 401
    assert AuditRow.objects.filter(action="token.revoked", subject=officer.identifier).exists()


def test_nobody_revokes_a_token_of_somebody_else(add: Add) -> None:
    theirs, mine = make(add("linh")), make(add("minh"), Right.TOKENS)
    assert call(mine.secret, f"/tokens/{theirs.row.pk}", "delete").status_code == 404
    assert ApiToken.objects.filter(pk=theirs.row.pk).exists()


def test_a_token_without_that_right_revokes_none(add: Add) -> None:
    officer = add("linh")
    weak, other = make(officer, Right.SELF), make(officer, Right.SELF)
    refused = call(weak.secret, f"/tokens/{other.row.pk}", "delete")
    assert refused.status_code == 403
    assert ApiToken.objects.filter(pk=other.row.pk).exists()


def test_its_person_revokes_it_on_the_page_without_the_right_to_make_one(
    add: Add, sign_in: Callable[[str], Client]
) -> None:
    made = make(add("kim", "translator"))
    sign_in("kim").post(f"/me/programs/{made.row.pk}/revoke", {"confirmed": "1"})
    assert not ApiToken.objects.filter(pk=made.row.pk).exists()
    assert AuditRow.objects.filter(action="token.revoked", actor="kim").exists()


# ------------------------------------------------------------------ tokens that make tokens


def test_a_token_makes_none_that_can_do_more_than_itself(add: Add) -> None:
    made = make(add("linh"), Right.TOKENS, Right.SELF)
    body = {"name": "more", "rights": ["self", "draft"], "days": 1}
    refused = call(made.secret, "/tokens", "post", data=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "token-rights")
    body["rights"] = ["self"]
    answer = call(made.secret, "/tokens", "post", data=body)
    assert answer.status_code == 201
    assert call(answer.json()["secret"], "/me").json()["rights"] == ["self"]


def test_a_token_makes_none_that_outlives_it(add: Add) -> None:
    made = make(add("linh"), Right.TOKENS, days=30)
    body = {"name": "later", "rights": ["tokens"], "days": 31}
    refused = call(made.secret, "/tokens", "post", data=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "token-term")


def test_a_token_that_does_not_name_it_makes_and_lists_none(add: Add) -> None:
    made = make(add("linh"), Right.SELF)
    assert call(made.secret, "/tokens").status_code == 403
    body = {"name": "x", "rights": ["self"], "days": 1}
    assert call(made.secret, "/tokens", "post", data=body).status_code == 403


def test_a_list_of_tokens_shows_none(add: Add) -> None:
    made = make(add("linh"), Right.TOKENS)
    (row,) = call(made.secret, "/tokens").json()["tokens"]
    assert set(row) == {"token", "name", "rights", "made_at", "expires_at", "used_at"}


def test_the_operators_token_names_each_right_of_the_role(add: Add) -> None:
    officer = add("linh", "duty")
    accounts.make_token("linh", label="command line", at=AT, by="operator")
    (row,) = access_tokens.tokens_of(officer)
    assert set(row.scopes) == RIGHTS["duty"] == rights_of(officer)
    assert row.expires_at == AT + timedelta(days=365)


# ------------------------------------------------------------------ on the pages


def shown_again(client: Client) -> None:
    client.post("/me/sign-in/again", {"password": PASSWORD, "next": "/me/programs/new"})


def test_a_session_alone_makes_no_token(add: Add, sign_in: Callable[[str], Client]) -> None:
    add("linh")
    client = sign_in("linh")
    body = {"label": "x", "days": "1", "scopes": ["self"]}
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301  # signing in counts for five minutes
    session.save()
    answer = client.post("/me/programs/new", body)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (
        302, "/me/sign-in/again",
    )  # fmt: skip
    json = {"name": "x", "rights": ["self"], "days": 1}
    api = client.post("/api/v1/tokens", json, content_type="application/json")
    assert api.status_code == 401
    assert not ApiToken.objects.exists()


def test_the_page_offers_and_takes_only_rights_one_has(
    add: Add, sign_in: Callable[[str], Client]
) -> None:
    add("linh", "examiner")
    client = sign_in("linh")
    shown_again(client)
    text = client.get("/me/programs/new").content.decode()
    assert 'value="evidence"' in text
    assert 'value="people"' not in text
    body = {"label": "x", "days": "1", "scopes": ["self", "people"]}
    assert client.post("/me/programs/new", body).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_shown_once_listed_and_revoked(
    add: Add, sign_in: Callable[[str], Client]
) -> None:
    officer = add("linh")
    client = sign_in("linh")
    shown_again(client)
    body = {"label": "night <b>", "days": "30", "scopes": ["self", "read-cases"]}
    made = client.post("/me/programs/new", body)
    secret = made.content.decode().partition(f'"ltr">{access_tokens.PREFIX}')[2].partition("<")[0]
    assert call(access_tokens.PREFIX + secret, "/me").status_code == 200
    listed = client.get("/me/programs").content.decode()
    assert secret not in listed
    assert "night &lt;b&gt;" in listed
    (row,) = access_tokens.tokens_of(officer)
    asked = client.get(f"/me/programs/{row.pk}/revoke")
    assert (asked.status_code, ApiToken.objects.count()) == (200, 1)
    assert client.post(f"/me/programs/{row.pk}/revoke").status_code == 200  # not confirmed
    assert ApiToken.objects.count() == 1
    assert client.post(f"/me/programs/{row.pk}/revoke", {"confirmed": "1"}).status_code == 302
    assert call(access_tokens.PREFIX + secret, "/me").status_code == 401


def test_a_colleagues_token_is_not_there(add: Add, sign_in: Callable[[str], Client]) -> None:
    theirs = make(add("minh"))
    add("linh")
    client = sign_in("linh")
    assert client.get(f"/me/programs/{theirs.row.pk}/revoke").status_code == 404
    answer = client.post(f"/me/programs/{theirs.row.pk}/revoke", {"confirmed": "1"})
    assert answer.status_code == 404
    assert ApiToken.objects.filter(pk=theirs.row.pk).exists()
