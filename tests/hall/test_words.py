"""What is said at nodes in an exercise: every message that a shipped scenario needs can be made."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import pytest

from comity.drills import Scenario, read_scenario
from comity.drills.characters import CHARACTERS
from comity.drills.players import Script
from comity.exchange.bodies import check_body
from comity.exchange.types import MOVES
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import library
from comity.hall.bodies import Words, sections_of, stated
from comity.hall.seats import APPROVER, approving_role, seats_for
from comity.hall.story import HOUSE, HallError, seats_of
from comity.hall.teams import Bindings, openers
from comity.instruments.facts import check_facts

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SEALED = {"offer", "custody"}
"""Sections that are made of a package, not of words."""


@cache
def shipped(name: str) -> Scenario:
    return read_scenario(name, read_shipped(name))


def words(**more: object) -> Words:
    treaty = library().instruments["un-2024"]
    return Words(text="Words.", lang="en", treaty=treaty, at=AT, **more)  # type: ignore[arg-type]


def said_in(scenario: Scenario) -> Iterator[str]:
    """Return every type that somebody may have to say at a node."""
    plan = scenario.plan
    yield from (one.type for one in plan.injects.values() if one.type)
    for want in Script(scenario, "careless").due(plan.minutes * 2):
        if want.kind == "sent":
            yield want.names["type"]
    for party in plan.parties.values():
        if party.character:
            for types in CHARACTERS[party.character].prefers.values():
                yield from types


@pytest.mark.parametrize("name", shipped_names())
def test_every_message_of_a_shipped_scenario_has_the_sections_its_type_asks_for(name: str) -> None:
    for message_type in set(said_in(shipped(name))):
        made = sections_of(message_type, words(measure="preservation"))
        due = {key for key, must in MOVES[message_type].sections.items() if must}
        assert due - SEALED <= set(made) <= set(MOVES[message_type].sections), message_type
        for section, value in made.items():
            check_body(section, value)


@pytest.mark.parametrize("name", shipped_names())
def test_every_fact_that_a_scenario_asks_for_is_said_or_stated(name: str) -> None:
    from comity.node.law.facts_from_messages import READABLE

    asked = {field for one in shipped(name).plan.scores.values() for field in one.fields}
    added = stated(words(fields=frozenset(asked)))
    assert asked - READABLE == set(added)
    check_facts(added, library().facts)


def test_a_seat_for_each_role_and_one_who_approves() -> None:
    for name in shipped_names():
        plan = shipped(name).plan
        made = seats_for(plan)
        approving = approving_role(plan)
        assert {one.name for one in made} == {*plan.roles, APPROVER} - {approving} | {APPROVER}
        assert [one.holder for one in made if one.role == APPROVER] == [approving]
        assert made[0].role in {"duty", "case"}, "the first drafts"
        assert len({one.password for one in made}) == len(made)


def test_each_team_has_a_node_of_its_state_and_no_two_nodes_one_name() -> None:
    for name in shipped_names():
        seats = seats_of(shipped(name).plan, 20)
        parties = seats.parties()
        assert parties[0] == HOUSE
        assert len(set(parties)) == len(parties) >= 22
        assert {one.partition("/")[0] for one in seats.teams} == {"xa"}


def test_a_team_without_an_address_gets_no_node() -> None:
    files = read_shipped("first-night")
    text = files["scenario.toml"].decode()
    files["scenario.toml"] = text.replace('address = "xa/contact-point"\n', "", 1).encode()
    with pytest.raises(HallError):
        seats_of(read_scenario("first-night", files).plan, 1)


# ------------------------------------------------------------------ which conversation is which


def bound(name: str) -> Bindings:
    return Bindings(shipped(name).plan)


def test_a_request_is_told_by_its_measure_not_by_its_order() -> None:
    found = bound("hospital-ransomware")
    asked = {"partner": "belmora", "message_type": "request.submitted"}
    assert found.opened("sha256:2", measure="preservation", **asked) == "server"
    assert found.opened("sha256:1", measure="emergency", **asked) == "danger"
    assert found.thread_of("sha256:1") == "danger"


@pytest.mark.parametrize(
    ("partner", "message_type", "measure"),
    [
        ("belmora", "request.submitted", "extradition"),
        ("calder", "request.submitted", "preservation"),
        ("nobody", "request.submitted", "preservation"),
        ("belmora", "contact.ping", ""),
    ],
)
def test_what_the_story_does_not_know_is_none_of_its_conversations(
    partner: str, message_type: str, measure: str
) -> None:
    found = bound("hospital-ransomware")
    opened = found.opened("sha256:1", partner=partner, message_type=message_type, measure=measure)
    assert (opened, found.by_thread) == ("", {})


def test_a_conversation_is_bound_once() -> None:
    found = bound("hospital-ransomware")
    for digest, expected in (("sha256:1", "server"), ("sha256:2", "")):
        opened = found.opened(
            digest, partner="belmora", message_type="request.submitted", measure="preservation"
        )
        assert opened == expected


def test_every_request_that_a_scenario_expects_can_be_told_from_its_others() -> None:
    for name in shipped_names():
        plan = shipped(name).plan
        seen = set()
        for key, types in openers(plan).items():
            thread = plan.threads[key]
            for one in types:
                mark = (thread.asked, one, thread.measure)
                assert mark not in seen, f"{name}: {key} opens like another conversation"
                seen.add(mark)
