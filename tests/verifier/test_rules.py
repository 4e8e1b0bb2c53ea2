"""Rule by rule, on values made at random: the page says what the program says."""

import json
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from tests.bundle.makers import whole_story
from tests.bundle.test_fuzz import changed
from tests.exchange.makers import UN, VN, ZA
from tests.exchange.test_oracle import STEPS
from tests.exchange.test_orders import play
from tests.walks import every

from comity.canonical import PeerError, decode_loose, encode
from comity.evidence.custody import verify_values
from comity.exchange import Message, replay
from comity.exchange.bodies import SECTIONS, check_body

CHAIN = [event.to_value() for event in whole_story().events]
VALUES = {
    name: section.value
    for sections in whole_story().nodes[VN].sections.values()
    for name, section in sections.items()
}
RELAXED = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    return loaded("rules.js")


def code(run: Callable[[], object]) -> str:
    try:
        run()
    except PeerError as fault:
        return fault.code
    return "ok"


def text(value: object) -> str:
    return json.dumps(value)


@RELAXED
@given(st.sampled_from(sorted(set(SECTIONS) & set(VALUES))), st.integers(0, 2**32))
def test_a_sections_value_is_what_its_schema_says(page: Page, name: str, number: int) -> None:
    value = changed(VALUES[name], random.Random(number))
    here = code(lambda: check_body(name, value))
    assert page.evaluate("a => comity.body(...a)", [name, text(value)]) == here


@pytest.mark.parametrize("name", sorted(set(SECTIONS) & set(VALUES)))
def test_a_good_section_is_good(page: Page, name: str) -> None:
    assert page.evaluate("a => comity.body(...a)", [name, text(VALUES[name])]) == "ok"


def spoilt_chain(draw: random.Random) -> list[Any]:
    """Return the events changed in one place, with their links made again or not."""
    from comity.evidence.custody import parse_event

    events = deepcopy(CHAIN)
    chosen = draw.choice(events)
    name = draw.choice(sorted(chosen))
    chosen[name] = draw.choice(
        [None, "", "x", 0, 1, 2, 9, True, False, "held", "destroyed", "derived", "redacted", VN, ZA]
        + [event[name] for event in CHAIN]
        + [{"exhibit": CHAIN[0]["exhibit"], "name": None}]
    )
    if draw.random() < 0.2:
        draw.shuffle(events)
    if draw.random() < 0.6:
        previous = None
        for event in events:
            event["previous"] = previous
            try:
                previous = "sha256:" + parse_event(event).digest().hex()
            except PeerError:
                break
    return events


@every("number", range(150))
def test_a_custody_chain_breaks_the_same_rule(page: Page, number: int) -> None:
    events = spoilt_chain(random.Random(number))
    here = code(lambda: verify_values(events))
    there = page.evaluate("t => comity.chain(t)", text(events))
    assert there == (f"{len(events)} events" if here == "ok" else here), text(events)


def payload(message: Message) -> str:
    return message.envelope.payload.decode("utf-8")


def agree(page: Page, messages: Sequence[Message]) -> None:
    found = replay(messages)
    told = page.evaluate("texts => comity.replay(texts)", [payload(m) for m in messages])
    assert told["state"] == found.state.to_value()
    assert told["order"] == list(found.order)
    assert told["standing"] == dict(found.standing)


@RELAXED
@given(STEPS, st.randoms(use_true_random=False))
def test_two_sides_of_any_conversation_reach_one_state(
    page: Page, steps: list[tuple[int, int]], draw: random.Random
) -> None:
    sent = list(play((VN, ZA), "request.submitted", steps, 40).sent)
    agree(page, sent)
    agree(page, draw.sample(sent, k=draw.randrange(1, len(sent) + 1)))


@RELAXED
@given(STEPS, st.randoms(use_true_random=False))
def test_three_sides_of_a_consultation_reach_one_state(
    page: Page, steps: list[tuple[int, int]], draw: random.Random
) -> None:
    agree(page, list(play((UN, VN, ZA), "consultation.note", steps, 40).sent))


def test_a_long_conversation_is_replayed_in_time_that_grows_with_it(page: Page) -> None:
    steps = [(number % 3, number * 7) for number in range(900)]
    messages = list(play((VN, ZA), "consultation.note", steps, 400).sent)
    assert len(messages) > 200
    found = page.evaluate(
        """texts => {
            const started = performance.now();
            comity.replay(texts);
            return performance.now() - started;
        }""",
        [payload(message) for message in messages],
    )
    assert found < 5000, "milliseconds"


@RELAXED
@given(st.text(alphabet='{}[]",:0123456789.eE+-\\untrfalsu \t\n\ud800é', max_size=40))
def test_what_is_json_to_one_is_json_to_the_other(page: Page, given: str) -> None:
    data = given.encode("utf-8", "replace")
    here = code(lambda: decode_loose(data, max_bytes=1 << 20))
    there = page.evaluate("t => comity.decode(t)", data.decode("utf-8"))
    assert there == here


def test_members_in_utf_16_order_are_canonical(page: Page) -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "a": 3}
    data = encode(value).decode("utf-8")
    assert page.evaluate("t => comity.decode(t)", data) == "ok"
