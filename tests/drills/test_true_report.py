"""An after-action report says what happened: who was told by telephone, and what was never done."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.drills import Event, Report, Run, admit, read_scenario, report, start, summary
from comity.drills.summary import untold
from comity.files.drills import read_shipped

T0 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
NIGHT = read_scenario("first-night", read_shipped("first-night"))
END = T0 + timedelta(minutes=NIGHT.plan.minutes)


def did(run: Run, minute: int, kind: str, **names: str) -> Run:
    at = T0 + timedelta(minutes=minute)
    return admit(NIGHT, run, Event(at=at, kind=kind, by="Kim", role="duty", names=names))


def played(*deeds: tuple[int, str, dict[str, str]], at: datetime = END) -> Report:
    run = start(NIGHT, team="Heron", at=T0)
    for minute, kind, names in deeds:
        run = did(run, minute, kind, **names)
    return report(NIGHT, run, at)


def sentences(told: Report) -> dict[str, tuple[dict[str, int], tuple[str, ...]]]:
    return {one.key: (dict(one.facts), one.names) for one in summary(NIGHT, told).sentences}


@pytest.mark.parametrize("party", ["provider", "ministry"])
def test_whoever_was_called_was_told(party: str) -> None:
    """Both ought to be told in writing: that was not done, and the call was."""
    told = played((20, "called", {"to": party}))
    never, in_part = untold(told)
    assert party not in never
    assert party in in_part
    assert f"parties.{party}" not in sentences(told)["untold"][1]
    (line,) = [one for one in told.told if one.party == party]
    assert (line.at_s, line.heard_s, line.heard_how) == (None, 20 * 60, "called")


def test_who_was_written_to_about_something_else_was_told_in_part() -> None:
    asked = {"type": "request.acknowledged", "to": "tessany", "thread": "asked"}
    never, in_part = untold(played((15, "sent", asked)))
    assert "tessany" in in_part
    assert "tessany" not in never


def test_the_longest_delay_is_of_what_was_never_done_and_all_of_that_is_named() -> None:
    extension = {"type": "request.extension-asked", "to": "belmora", "thread": "kept"}
    told = played((13, "sent", extension))  # a minute late; everything else was never done
    found = sentences(told)
    assert "slowest" not in found
    assert found["slowest-open"] == ({"minutes": 44}, ("good.find-address",))  # due at minute 16
    facts, names = found["undone"]
    due = [f"good.{key}" for key in NIGHT.plan.good if key != "ask-extension"]
    assert sorted(names) == sorted(due)
    assert facts == {"count": len(due)}


def test_what_is_not_due_yet_is_no_delay() -> None:
    extension = {"type": "request.extension-asked", "to": "belmora", "thread": "kept"}
    told = played((13, "sent", extension), at=T0 + timedelta(minutes=14))
    found = sentences(told)
    assert found["slowest"] == ({"minutes": 1}, ("good.ask-extension",))
    assert "undone" not in found
    assert "slowest-open" not in found


def test_a_step_done_late_can_be_later_than_what_is_open() -> None:
    told = played((59, "told", {"to": "ministry"}), at=T0 + timedelta(minutes=59))
    found = sentences(told)
    assert found["slowest-open"][0] == {"minutes": 47}  # the extension, due at minute 12
    last = played((59, "told", {"to": "provider"}), (59, "called", {"to": "tessany"}))
    assert "good.tell-provider" not in sentences(last)["undone"][1]


@pytest.mark.parametrize("type_", ["request.released", "request.withdrawn"])
def test_a_release_is_no_notification(type_: str) -> None:
    """Nobody asked the partner to keep the data longer; letting them go tells it of nothing."""
    told = played((20, "sent", {"type": type_, "to": "belmora", "thread": "kept"}))
    never, in_part = untold(told)
    assert "belmora" in never
    assert "belmora" not in in_part
    lines = [one for one in told.told if one.party == "belmora"]
    assert {(one.at_s, one.heard_s, one.heard_how) for one in lines} == {(None, None, "")}
    later = played(
        (20, "sent", {"type": type_, "to": "belmora", "thread": "kept"}),
        (21, "called", {"to": "belmora"}),
    )
    heard = {one.heard_s for one in later.told if one.party == "belmora"}
    assert heard == {21 * 60}


def test_half_a_second_too_late_is_not_in_time() -> None:
    """A deadline is judged to the tick, and so is a step beside it."""
    extension = {"type": "request.extension-asked", "to": "belmora", "thread": "kept"}
    due = NIGHT.plan.good["ask-extension"].minute
    run = start(NIGHT, team="Heron", at=T0)
    pace = Event(at=T0, kind="pace", by="t", names={"percent": "110"})
    run = admit(NIGHT, run, pace)
    at = T0 + timedelta(seconds=655)  # 720.5 exercise seconds
    run = admit(NIGHT, run, Event(at=at, kind="sent", by="Kim", role="duty", names=extension))
    (row,) = [one for one in report(NIGHT, run, END).timeline if one.key == "ask-extension"]
    assert (due, row.done_s, row.late_s) == (12, 720, 1)


def test_what_was_due_a_moment_ago_and_undone_is_not_called_on_time() -> None:
    first = min(NIGHT.plan.good.values(), key=lambda one: one.minute)
    later = [one for one in NIGHT.plan.good.values() if one.minute > first.minute]
    over = T0 + timedelta(minutes=first.minute, milliseconds=1)
    found = sentences(played((0, "called", {"to": "tessany"}), at=over))
    assert later
    assert "slowest-none" not in found
