"""Two hundred who ask each second: one reading answers all, and nobody who must not see more."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.exercise.rooming import Player, held, steer, team_of

from comity.node.core.clock import now
from comity.node.exercise import exercises, room_cache
from comity.node.models import Officer, TeamMember
from comity.node.people.signin import sessions

NOW = "/exercise/now"


@pytest.fixture
def duty(db: None, config: object) -> Player:
    room_cache._all.by_session.clear()
    player = Player(team_of(held(18)))
    player.text()
    return player


def ask(player: Player, **told: str) -> Any:
    return player.client.get(NOW, told, headers={"HX-Request": "true"})


def shown_mark(text: str) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


def queries(question: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        question()
    return len(caught)


def test_a_room_of_many_is_read_once_for_all(duty: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [duty, *(Player(duty.team, f"P{number}", "counsel") for number in range(8))]
    for one in people:
        one.text()
    ask(duty)
    monkeypatch.setattr(room_cache, "FRESH_S", 1e9)
    assert queries(lambda: [ask(one) for one in people]) == 0
    monkeypatch.setattr(room_cache, "FRESH_S", 0.0)
    assert queries(lambda: ask(duty)) <= 4  # sessions, places, teams, events


def test_it_is_the_same_answer_with_the_same_heads(duty: Player) -> None:
    quick = ask(duty)
    room_cache._all.by_session.clear()
    whole = ask(duty)
    clock = re.compile(r'<p class="room-time">.*?</p>', re.DOTALL)
    assert clock.sub("", quick.content.decode()) == clock.sub("", whole.content.decode())
    told = dict(whole.headers)
    assert told.pop("Vary", None)  # nothing keeps it
    for name in ("Content-Security-Policy", "X-Frame-Options", "Cache-Control", "Content-Language"):
        assert quick.headers[name] == told[name], name
    assert not set(told) - set(quick.headers) - {"Set-Cookie", "Content-Length", "Expires"}


def test_who_waits_for_the_beginning_costs_no_more_and_is_told_of_it(
    db: None, config: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Player(team_of(held(None)))
    mark = shown_mark(waiting.text())
    ask(waiting)
    monkeypatch.setattr(room_cache, "FRESH_S", 1e9)
    assert queries(lambda: ask(waiting, mark=mark)) <= 1  # what of the short test was handed in
    assert "room-part" not in ask(waiting, mark=mark).content.decode()
    exercises.begin(waiting.team.exercise, at=now(), by="trainer")
    monkeypatch.setattr(room_cache, "FRESH_S", 0.0)
    assert "Running" in ask(waiting, mark=mark).content.decode()


def test_nothing_is_read_for_who_went_away(duty: Player) -> None:
    before = set(room_cache._all.by_session)
    lan = Player(duty.team, "Lan", "duty")
    lan.text()
    (session,) = set(room_cache._all.by_session) - before
    old = replace(room_cache._all.by_session[session], until_s=time.monotonic())
    room_cache._all.by_session[session] = old
    ask(duty)
    assert set(room_cache._all.by_session) == before


def test_what_a_trainer_brings_is_seen_by_all(duty: Player) -> None:
    other = Player(duty.team, "Lan", "duty")
    other.text()
    steer(duty.team, "speak", text="Ten minutes.")
    for one in (duty, other):
        assert "Ten minutes." in ask(one).content.decode()
    steer(duty.team, "freeze")
    assert "Ten minutes." in ask(duty).content.decode()


def test_each_sees_the_own_role_and_language(duty: Player) -> None:
    lan = Player(duty.team, "Lan", "counsel", language="ar")
    lan.text()
    english, arabic = ask(duty), ask(lan)
    assert english.headers["Content-Language"] == "en"
    assert arabic.headers["Content-Language"] == "ar"
    assert english.content != arabic.content
    duty.client.cookies["django_language"] = "fr"
    assert ask(duty).headers["Content-Language"] == "fr"


# ------------------------------------------------------------------ who must not see any more


def sign_out_elsewhere(player: Player) -> None:
    sessions.end_all(player.member.officer.user_id)


def close(player: Player) -> None:
    user = player.member.officer.user
    user.is_active = False
    user.save()


def change_role(player: Player) -> None:
    Officer.objects.filter(pk=player.member.officer.pk).update(role=Officer.Role.AUDITOR)


@pytest.mark.parametrize("end", [sign_out_elsewhere, close, change_role])
def test_whose_session_or_account_ended_is_not_told_another_word(
    duty: Player, end: Callable[[Player], None]
) -> None:
    assert ask(duty).status_code == 200
    end(duty)
    steer(duty.team, "speak", text="For the team alone.")
    answer = ask(duty)
    assert answer.status_code == 401
    assert b"For the team alone." not in answer.content
    assert not room_cache._all.by_session


def test_a_cookie_kept_after_signing_out_opens_nothing(duty: Player) -> None:
    name = next(key for key in duty.client.cookies if "session" in key)
    kept = duty.client.cookies[name].value
    duty.client.post("/sign-out")
    duty.client.cookies[name] = kept
    assert ask(duty).status_code == 401


def test_who_left_the_team_sees_nothing_of_it(duty: Player) -> None:
    TeamMember.objects.filter(pk=duty.member.pk).delete()
    assert ask(duty).status_code == 404


def test_after_half_a_minute_the_session_is_opened_again(
    duty: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(duty)
    monkeypatch.setattr(room_cache, "FRESH_S", 1e9)
    assert queries(lambda: ask(duty)) == 0
    (known,) = room_cache._all.by_session.values()
    room_cache._all.by_session[known.session] = replace(known, until_s=time.monotonic())
    assert queries(lambda: ask(duty)) >= 4
    assert queries(lambda: ask(duty)) == 0


def test_closing_an_exercise_ends_its_peoples_sessions(duty: Player) -> None:
    exercises.close(duty.team.exercise, at=now(), by="trainer")
    assert ask(duty).status_code == 401


def test_very_many_are_answered_the_long_way(duty: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_cache, "MOST", 1)
    lan = Player(duty.team, "Lan", "duty")
    lan.text()
    assert ask(lan).status_code == 200
    assert len(room_cache._all.by_session) == 1
