"""The part of the room that is asked for each second: what it costs, and what it leaves."""

import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.exercise.rooming import Player, held, steer, team_of

from comity.node.exercise import run_cache as seen_module
from comity.node.exercise.pages import room

NOW = "/exercise/now"
MOST_QUERIES = 6
"""Session, account, officer, place in the team with its exercise, events; and one to spare."""
MOST_TOGETHER = 4
"""Sessions, places, teams, events: of all who look on, and not once for each."""
MOST_MS = 15.0


@pytest.fixture
def duty(db: None, config: object) -> Player:
    return Player(team_of(held(18)))


def shown(text: str) -> dict[str, str]:
    """Return what a page would send with its next question."""
    return dict(re.findall(r'name="(mark|seen-[a-z]+)" value="([0-9a-f]+)"', text))


def asked_again(player: Player, told: dict[str, str]) -> str:
    answer = player.client.get(NOW, told, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def parts(text: str) -> set[str]:
    return set(re.findall(r'<section id="room-([a-z]+)"', text))


def test_nothing_but_the_clock_is_sent_while_nothing_changes(duty: Player) -> None:
    told = shown(duty.text())
    assert set(told) == {
        "mark",
        *(f"seen-{name}" for name in ("quiz", "came", "tasks", "talks", "done", "after")),
    }
    text = asked_again(duty, told)
    assert parts(text) == set()
    assert "clock-face" in text
    assert len(text) < 1000


def test_only_what_changed_is_sent_and_no_field_to_type_in_is_among_it(duty: Player) -> None:
    told = shown(duty.text())
    duty.post("do", called="", to="press")
    text = asked_again(duty, told)
    assert parts(text) == {"done"}
    told |= shown(text)
    steer(duty.team, "inject", inject="lost-link")
    text = asked_again(duty, told)
    assert parts(text) == {"came"}
    assert 'data-summary="Latest: A link is lost' in text
    for part in parts(duty.text("now")):
        html = duty.text("now").partition(f'id="room-{part}"')[2].partition("</section>")[0]
        assert not re.search(r"<(textarea|select|form)|<input(?! type=\"hidden\")", html), part


def test_two_who_look_alike_see_the_same_and_each_their_own(duty: Player) -> None:
    other = Player(duty.team, "Lan", "counsel")
    assert shown(duty.text())["seen-came"] != shown(other.text())["seen-came"]
    third = Player(duty.team, "Mai", "duty")
    assert shown(third.text())["seen-came"] == shown(duty.text())["seen-came"]


@pytest.mark.parametrize("told", [{"mark": "x" * 9000}, {"seen-came": "<script>"}, {"x": "1"}])
def test_whatever_is_said_to_have_been_seen_nothing_breaks(
    duty: Player, told: dict[str, str]
) -> None:
    text = asked_again(duty, told)
    assert "<script>" not in text
    assert "came" in parts(text)


def test_a_session_that_is_over_is_told_without_a_page(duty: Player) -> None:
    duty.client.post("/sign-out")
    answer = duty.client.get(NOW, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_what_is_remembered_is_what_would_be_computed_anew(duty: Player) -> None:
    duty.text()
    before = duty.api()
    seen_module._known.clear()
    after = duty.api()
    for moves in ("passed_s", "story_at"):
        assert after.pop(moves) >= before.pop(moves)
    assert after == before


def test_asking_again_costs_few_queries_and_little_time(
    duty: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        steer(duty.team, "speak", text=f"Word {number}")
    told = shown(duty.text())
    asked_again(duty, told)
    with CaptureQueriesContext(connection) as caught:
        asked_again(duty, told)
    assert len(caught) <= MOST_QUERIES, [one["sql"][:90] for one in caught]
    took = []
    for _ in range(20):
        began = time.process_time()
        asked_again(duty, told)
        took.append(1000 * (time.process_time() - began))
    with capsys.disabled():
        print(f" unchanged: {sorted(took)[10]:.1f} ms", end="")
    assert min(took) < MOST_MS


def test_a_change_costs_its_rendering_once_for_all_of_a_role(duty: Player) -> None:
    others: list[Any] = [Player(duty.team, f"P{number}", "duty") for number in range(3)]
    steer(duty.team, "inject", inject="lost-link")
    first = asked_again(duty, {})
    made = set(room._rendered)
    texts = [asked_again(one, {}) for one in others]
    assert set(room._rendered) == made
    strip = re.compile(r'<p class="room-time">.*?</p>', re.DOTALL)
    assert {strip.sub("", one) for one in texts} == {strip.sub("", first)}
