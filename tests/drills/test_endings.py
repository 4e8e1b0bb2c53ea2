"""Both endings of each scenario that ships can be reached, and no address in it could be real."""

import ipaddress
import re
from collections.abc import Iterable

import pytest
from tests.drills.making import T0, at

from comity.drills import Event, Report, Scenario, admit, read_scenario, report, start
from comity.drills.happened import Happened, right_answers
from comity.drills.reach import NEVER, Reach
from comity.drills.reading import exhibit_digest
from comity.drills.threads import walk
from comity.files.drills import read_shipped, shipped_names

DOCUMENTATION = [
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
]
ADDRESS = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.]*\d)")
MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


@pytest.fixture(params=shipped_names())
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return read_scenario(str(request.param), read_shipped(str(request.param)))


def ideal(scenario: Scenario) -> list[Event]:
    """Return the deeds of the ideal timeline, each at its minute, messages with every field."""
    plan = scenario.plan
    fields = tuple({name for one in plan.scores.values() for name in one.fields})
    made = []
    for good in plan.good.values():
        names = {name: text for name, text in good.did.names.items() if name != "right"}
        if good.did.kind == "answered":
            names["answer"] = min(right_answers(scenario, plan.tasks[names["task"]]))
        if good.did.kind == "sealed":
            names["digest"] = exhibit_digest(scenario, plan.exhibits[names["exhibit"]]) or ""
        made.append(
            Event(
                at=at(good.minute),
                kind=good.did.kind,
                by="kim",
                role=next(iter(plan.roles)),
                names=names,
                fields=fields if good.did.kind == "sent" else (),
            )
        )
    return sorted(made, key=lambda event: event.at)


def ended(scenario: Scenario, events: Iterable[Event]) -> tuple[Report, Happened]:
    run = start(scenario, team="one", at=T0)
    for event in events:
        run = admit(scenario, run, event)
    return report(scenario, run, at(scenario.plan.minutes)), Happened(scenario, run)


def test_who_does_nothing_loses_something_and_gets_nothing(scenario: Scenario) -> None:
    told, _ = ended(scenario, [])
    assert told.lost
    assert told.board.got == 0


def test_who_does_what_good_looks_like_loses_nothing_and_sends_nothing_wrong(
    scenario: Scenario,
) -> None:
    told, happened = ended(scenario, ideal(scenario))
    assert told.lost == ()
    assert told.wrong == ()
    assert all(row.late_s == 0 for row in told.timeline)
    said = [one for walked in walk(happened, until=happened.end).values() for one in walked.said]
    assert [one.name for one in said if not one.legal] == []


def test_everything_that_can_be_lost_can_come_to_be(scenario: Scenario) -> None:
    told, _ = ended(scenario, [])
    losses = {key for key, one in scenario.plan.injects.items() if one.loss}
    assert {key for key, _ in told.lost} <= losses  # some are lost by a wrong deed alone
    reach = Reach(scenario.plan)
    for key in losses:
        assert reach.of(f"inject {key}") <= scenario.plan.minutes, key


def test_each_task_can_be_answered_before_the_end(scenario: Scenario) -> None:
    reach = Reach(scenario.plan)
    for key, task in scenario.plan.tasks.items():
        assert right_answers(scenario, task), key
        assert reach.of(f"task {key}") < min(scenario.plan.minutes, NEVER), key


def test_no_address_or_name_could_be_real(scenario: Scenario) -> None:
    whole = [data.decode() for data in scenario.files.values()]
    whole += [text for texts in scenario.texts.values() for text in texts.values()]
    whole += scenario.plan.values.values()
    for text in whole:
        for found in ADDRESS.findall(text):
            assert any(ipaddress.ip_address(found) in net for net in DOCUMENTATION), found
        for domain in MAIL.findall(text):
            assert domain.endswith(".example"), domain
