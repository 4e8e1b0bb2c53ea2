"""Whoever guesses learns nothing, is stopped soon, and plants no session."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.security.conftest import Desk

from comity.node.core.clock import now
from comity.node.models import AuditRow, DeskSession, Officer, SignInFailure
from comity.node.people.signin import failures

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class Counted(PBKDF2PasswordHasher):
    """The real work, counted."""

    algorithm = "counted"
    iterations = 1000
    done = 0

    def encode(self, *told: Any, **more: Any) -> str:
        Counted.done += 1
        return str(super().encode(*told, **more))


@pytest.fixture
def counting(settings: Any, desk: Desk) -> None:
    settings.PASSWORD_HASHERS = [f"{Counted.__module__}.{Counted.__qualname__}"]
    for user in get_user_model().objects.all():
        user.set_password(PASSWORD)
        user.save()
    closed = get_user_model().objects.get(username="trainer")
    closed.is_active = False
    closed.save()
    Counted.done = 0


def attempt(
    name: str, password: str = "wrong wrong wrong", address: str = "127.0.0.1"
) -> tuple[Any, int]:
    before = Counted.done
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/sign-in", {"name": name, "password": password})
    return answer, Counted.done - before


@pytest.mark.parametrize(
    "name", ["nobody", "trainer", "CASE", "case ", "x" * 150, "кейс", "a\u0000b"]
)
def test_a_name_is_answered_alike_whether_somebody_has_it(counting: None, name: str) -> None:
    known, unknown = attempt("case"), attempt(name)
    pages = [_TOKEN.sub("", answer.content.decode()) for answer, _ in (known, unknown)]
    told = pages[1].replace(f'value="{name}"', 'value="case"')
    if "\0" not in name and name.strip() == name:
        assert told == pages[0]
        assert known[1] == unknown[1] == 1, "the same work, so the same time"
    assert known[0].status_code in {403, unknown[0].status_code}
    assert set(known[0].headers) == set(unknown[0].headers)


def test_the_right_password_of_a_closed_account_is_answered_like_a_wrong_one(
    counting: None,
) -> None:
    right, wrong = attempt("trainer", PASSWORD), attempt("trainer")
    assert right[0].status_code == wrong[0].status_code == 403
    assert right[1] == wrong[1]
    pages = [_TOKEN.sub("", answer.content.decode()) for answer, _ in (right, wrong)]
    assert pages[0] == pages[1]


def test_after_five_failures_not_even_the_right_password_is_looked_at(counting: None) -> None:
    for _ in range(failures.ALLOWED["pair"]):
        attempt("case")
    answer, work = attempt("case", PASSWORD)
    assert (answer.status_code, work) == (429, 0)
    assert int(answer.headers["Retry-After"]) > 0
    assert not DeskSession.objects.filter(user__username="case").exists()
    assert AuditRow.objects.filter(action="sign-in.locked").exists()


def test_nobody_locks_a_colleague_out_from_elsewhere(counting: None) -> None:
    for number in range(6):
        for _ in range(failures.ALLOWED["pair"]):
            attempt("case", address=f"198.51.100.{number}")
    assert attempt("case", PASSWORD, "198.51.100.0")[0].status_code == 429
    assert attempt("case", PASSWORD, "192.0.2.1")[0].status_code == 302
    assert attempt("case", PASSWORD, "198.51.100.0")[0].status_code == 429, "they did not come in"
    failures.unlock(Officer.objects.get(user__username="case"), at=now(), by="operator")
    assert attempt("case", PASSWORD, "198.51.100.0")[0].status_code == 302


def test_a_passkey_is_asked_for_and_looked_at_whatever_is_locked(counting: None) -> None:
    for number in range(failures.ALLOWED["address"]):
        attempt(f"name-{number}")
    assert attempt("case", PASSWORD)[0].status_code == 429
    client = Client()
    assert client.get("/sign-in/passkey", headers={"host": "localhost"}).status_code == 200
    told = {"credential": "{}"}
    assert client.post("/sign-in/passkey", told).status_code == 403, "looked at, and not right"


def test_one_address_cannot_try_one_password_on_everybody(counting: None) -> None:
    statuses = [attempt(f"name-{number}")[0].status_code for number in range(32)]
    assert statuses.index(429) <= failures.ALLOWED["address"]
    assert attempt("case", PASSWORD)[0].status_code == 429


def test_the_own_password_asked_for_again_is_locked_too(desk: Desk) -> None:
    client = desk.browser("case")
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    statuses = [
        client.post("/me/sign-in/again", {"password": "wrong wrong wrong"}).status_code
        for _ in range(6)
    ]
    assert statuses[-1] == 429
    assert client.post("/me/sign-in/again", {"password": PASSWORD}).status_code == 429


def test_a_password_over_the_api_is_locked_too(desk: Desk) -> None:
    headers, path = desk.token("duty"), "/api/v1/shifts"
    made = Client().post(path, {"until": None}, headers=headers, content_type="application/json")
    item = made.json().get("item") or made.json().get("id")
    codes = [
        Client()
        .post(
            f"{path}/{item}/confirm",
            {"password": "wrong wrong wrong"},
            headers=headers,
            content_type="application/json",
        )
        .json()["code"]
        for _ in range(7)
    ]
    assert codes[-1] == "sign-in-locked"


def test_a_lock_ends_by_itself_and_keeps_no_name(desk: Desk) -> None:
    for _ in range(5):
        attempt("case")
    kept = str(list(SignInFailure.objects.values()))
    assert "case" not in kept
    row = SignInFailure.objects.exclude(locked_until=None).get()
    row.locked_until = now() - timedelta(seconds=1)
    row.save()
    assert attempt("case", PASSWORD)[0].status_code == 302


@pytest.mark.parametrize("planted", ["a" * 32, "", "../../x", "x" * 500])
def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(
    desk: Desk, planted: str
) -> None:
    client = Client()
    client.cookies["comity-session"] = planted
    assert client.post("/sign-in", {"name": "case", "password": PASSWORD}).status_code == 302
    mine = client.cookies["comity-session"].value
    assert mine != planted
    stranger = Client()
    stranger.cookies["comity-session"] = planted
    assert stranger.get("/me").status_code == 302


def test_a_cookie_of_the_session_is_not_for_scripts_nor_for_other_sites(desk: Desk) -> None:
    client = Client()
    client.post("/sign-in", {"name": "case", "password": PASSWORD})
    for name in ("comity-session", "comity-csrf"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


def test_a_session_that_was_signed_out_lets_nobody_in(desk: Desk) -> None:
    client = desk.browser("case")
    stolen = client.cookies["comity-session"].value
    client.post("/sign-out")
    thief = Client()
    thief.cookies["comity-session"] = stolen
    assert thief.get("/me").status_code == 302


def test_the_audit_tells_failures_of_two_addresses_apart_and_names_none(counting: None) -> None:
    for address in ("198.51.100.1", "198.51.100.2", "198.51.100.1"):
        attempt("nobody", address=address)
    marks = AuditRow.objects.filter(action="sign-in.failed").order_by("pk")
    one, other, again = marks.values_list("detail", flat=True)
    assert one == again != other
    assert len(one) == len(other) == 8
