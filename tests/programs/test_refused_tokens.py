"""A token that opens nothing is written down, counted and, after thirty, not even answered."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from comity.node.core.clock import real_now
from comity.node.models import AuditRow, Officer, SignInFailure
from comity.node.people import access_tokens
from comity.node.people.signin import failures

type Add = Callable[..., Officer]
WRONG = "comity_" + "A" * 43


def call(secret: str = WRONG, address: str = "192.0.2.7") -> Any:
    return Client(REMOTE_ADDR=address).get(
        "/api/v1/me", headers={"Authorization": f"Bearer {secret}"}
    )


def written(action: str) -> list[AuditRow]:
    return list(AuditRow.objects.filter(action=action))


def test_a_wrong_token_is_written_down_once_and_never_itself(add: Add) -> None:
    del add
    assert [call().status_code for _ in range(5)] == [401] * 5
    [row] = written("token.refused")
    assert (row.actor, row.subject) == ("visitor", "token")
    assert re.fullmatch("[0-9a-f]{8}", row.detail)
    kept = str(list(AuditRow.objects.values())) + str(list(SignInFailure.objects.values()))
    assert WRONG not in kept
    assert "192.0.2.7" not in kept


def test_each_address_and_each_quarter_hour_has_a_row_of_its_own(add: Add) -> None:
    del add
    call()
    call(address="192.0.2.8")
    assert len({row.detail for row in written("token.refused")}) == 2
    SignInFailure.objects.update(since=real_now() - failures.LOCKED_FOR - timedelta(seconds=1))
    call()
    assert len(written("token.refused")) == 3


def test_thirty_wrong_tokens_of_an_address_are_answered_no_more(add: Add) -> None:
    del add
    answers = [call() for _ in range(61)]
    assert [one.status_code for one in answers] == [401] * 29 + [429] * 32
    assert answers[-1].json()["code"] == "sign-in-locked"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert len(written("token.refused")) == 1
    assert len(written("token.locked")) == 1
    assert call(address="192.0.2.8").status_code == 401


def test_the_lock_ends_after_a_quarter_of_an_hour(add: Add) -> None:
    del add
    for _ in range(30):
        call()
    long_ago = real_now() - failures.LOCKED_FOR - timedelta(seconds=1)
    SignInFailure.objects.update(since=long_ago, locked_until=real_now())
    assert call().status_code == 401


def test_a_good_token_and_a_person_come_in_from_an_address_that_is_locked_for_tokens(
    add: Add, sign_in: Callable[[str], Client]
) -> None:
    good = access_tokens.make(
        add("linh"), label="nightly", scopes=("self",), days=1, at=real_now(), by="linh"
    )
    for _ in range(31):
        call(address="127.0.0.1")
    assert call(address="127.0.0.1").status_code == 429
    assert call(good.secret, address="127.0.0.1").status_code == 200
    assert sign_in("linh").get("/me").status_code == 200


@pytest.mark.parametrize("how", ["revoked", "over", "closed"])
def test_a_token_that_was_good_once_counts_like_any_other(add: Add, how: str) -> None:
    officer = add("linh")
    made = access_tokens.make(
        officer, label="nightly", scopes=("self",), days=1, at=real_now(), by="linh"
    )
    if how == "revoked":
        access_tokens.revoke(officer, made.row.pk, at=real_now(), by="linh")
    elif how == "over":
        made.row.expires_at = real_now()
        made.row.save()
    else:
        officer.user.is_active = False
        officer.user.save()
    assert call(made.secret).status_code == 401
    assert len(written("token.refused")) == 1


def test_who_brings_no_token_at_all_is_not_counted(add: Add) -> None:
    del add
    assert Client().get("/api/v1/me").status_code == 401
    assert not SignInFailure.objects.exists()
    assert written("token.refused") == []
