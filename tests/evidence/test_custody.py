"""The counted custody chain: a missing, reordered or altered event is found and named."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.kit import AT, EXHIBIT

from comity.canonical import ComityError, MisuseError, decode, encode
from comity.evidence import custody
from comity.evidence.custody import EMPTY, EVENTS, CustodyError, Event, Head, Related
from comity.evidence.custody_events import NAMING
from comity.exchange.bodies import CustodyEvent
from comity.exchange.names import CustodyEventName

LIFE = ["acquired", "sealed", "offered", "received", "opened", "reverified", "exported"]


OTHER = Related(exhibit=EXHIBIT[:-1] + "8", name="photos/naïve.jpg")


def chain(events: list[str]) -> tuple[list[Event], Head]:
    head, made = EMPTY, []
    for hours, event in enumerate(events):
        one, head = custody.append(
            head,
            exhibit=EXHIBIT,
            event=event,
            at=AT + timedelta(hours=hours),
            party="vn/contact-point",
            by="officer-7",
            reason=f"step {hours}",
            certificate=bytes([255 - hours]) * 32,
            place="Hà Nội",
            digest_after=bytes([hours]) * 32,
            related=OTHER if event in NAMING else None,
        )
        made.append(one)
    return made, head


def found(events: list[Event], head: Head | None) -> tuple[str, object]:
    try:
        custody.verify(events, head=head)
    except CustodyError as error:
        return error.code, error.facts["number"]
    return "ok", None


def test_a_good_chain_reaches_its_head_and_any_earlier_one() -> None:
    events, head = chain(LIFE)
    assert custody.verify(events) == head
    for count in range(len(events)):
        earlier = custody.verify(events[:count])
        assert custody.verify(events, head=earlier) == head


@pytest.mark.parametrize("number", range(1, len(LIFE) + 1))
def test_a_missing_event_is_named(number: int) -> None:
    events, head = chain(LIFE)
    left = [event for event in events if event.number != number]
    assert found(left, head) == ("custody-missing", number)


@pytest.mark.parametrize("number", range(1, len(LIFE)))
def test_a_reordered_event_is_named(number: int) -> None:
    events, head = chain(LIFE)
    events[number - 1], events[number] = events[number], events[number - 1]
    assert found(events, head) == ("custody-order", number + 1)


@pytest.mark.parametrize("number", range(1, len(LIFE) + 1))
def test_an_altered_event_is_named(number: int) -> None:
    events, head = chain(LIFE)
    events[number - 1] = replace(events[number - 1], by="somebody else")
    assert found(events, head) == ("custody-altered", number)


def test_a_doubled_event_is_named() -> None:
    events, head = chain(LIFE)
    assert found([*events[:3], events[2], *events[3:]], head) == ("custody-order", 3)


def test_a_chain_renumbered_to_hide_an_event_does_not_reach_its_head() -> None:
    events, head = chain(LIFE)
    hidden, _ = chain(LIFE[:2] + LIFE[3:])
    assert found(hidden, head)[0] in ("custody-altered", "custody-missing")
    assert found(hidden, custody.verify(events[:3]))[0] == "custody-altered"


def test_an_event_of_another_exhibit_is_refused() -> None:
    events, _ = chain(LIFE)
    other = EXHIBIT[:-1] + "8"
    events[2] = replace(events[2], exhibit=other)
    assert found(events, None) == ("custody-event", 3)


@pytest.mark.parametrize(("number", "previous"), [(1, bytes(32)), (2, None)])
def test_only_the_first_event_follows_none(number: int, previous: bytes | None) -> None:
    events, _ = chain(LIFE)
    events[number - 1] = replace(events[number - 1], previous=previous)
    assert found(events, None) == ("custody-event", number)


def test_nothing_follows_destruction() -> None:
    events, _ = chain(["sealed", "destroyed", "opened"])
    assert found(events, None) == ("custody-rule", 3)


def test_one_party_does_not_go_back_in_time_but_two_clocks_may_differ() -> None:
    events, head = chain(["sealed"])
    for party, expected in (("vn/contact-point", "custody-rule"), ("za/contact-point", "ok")):
        late, _ = custody.append(
            head,
            exhibit=EXHIBIT,
            event="received",
            at=AT - timedelta(seconds=1),
            party=party,
            by="officer-1",
            reason="came",
        )
        assert found([*events, late], None)[0] == expected


@pytest.mark.parametrize("event", ["acquired", "derived", "destroyed"])
def test_what_cannot_be_proved_is_always_marked_attested(event: str) -> None:
    (made,), _ = chain([event])
    assert made.attested
    with pytest.raises(CustodyError) as caught:
        custody.parse_event(made.to_value() | {"attested": False})
    assert caught.value.code == "custody-rule"


def test_append_refuses_what_a_reader_would_refuse() -> None:
    for changes in ({"event": "lost"}, {"by": ""}, {"reason": ""}, {"party": "Vietnam"}):
        asked: dict[str, Any] = {
            "exhibit": EXHIBIT,
            "event": "sealed",
            "at": AT,
            "party": "vn/contact-point",
            "by": "officer-7",
            "reason": "x",
        }
        with pytest.raises(MisuseError):
            custody.append(EMPTY, **(asked | changes))


@pytest.mark.parametrize("event", NAMING)
def test_a_part_or_copy_names_the_other_exhibit(event: str) -> None:
    (made,), _ = chain([event])
    for related in (None, {"exhibit": EXHIBIT, "name": None}, {"exhibit": "x", "name": None}):
        with pytest.raises(CustodyError) as caught:
            custody.parse_event(made.to_value() | {"related": related})
        assert caught.value.code == "custody-event"


@pytest.mark.parametrize("event", sorted({*EVENTS} - {*NAMING, "redacted"}))
def test_no_other_event_names_an_exhibit(event: str) -> None:
    (made,), _ = chain([event])
    with pytest.raises(CustodyError) as caught:
        custody.parse_event(made.to_value() | {"related": OTHER.to_value()})
    assert caught.value.code == "custody-event"


def test_a_redacted_copy_may_name_an_exhibit() -> None:
    (made,), _ = chain(["redacted"])
    for related in (None, OTHER.to_value()):
        custody.parse_event(made.to_value() | {"related": related})


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (["sealed", "held", "destroyed"], ("custody-rule", 3)),
        (["sealed", "held", "hold-lifted", "held", "opened", "destroyed"], ("custody-rule", 6)),
        (["sealed", "held", "held", "hold-lifted", "destroyed"], ("ok", None)),
        (["sealed", "hold-lifted", "destroyed"], ("ok", None)),
    ],
)
def test_destruction_under_a_legal_hold_is_a_breach(
    life: list[str], expected: tuple[str, object]
) -> None:
    events, head = chain(life)
    assert found(events, head) == expected


def test_the_holds_that_stand_are_those_since_the_last_was_lifted() -> None:
    events, _ = chain(["held", "sealed", "hold-lifted", "held", "held"])
    assert [event.number for event in custody.holds(events)] == [4, 5]
    assert custody.holds(events[:3]) == ()


def test_a_party_does_not_go_back_in_time_behind_another_partys_event() -> None:
    events, head = chain(["sealed", "offered"])
    for party, at in (("za/contact-point", AT), ("vn/contact-point", AT)):
        late, head = custody.append(
            head, exhibit=EXHIBIT, event="opened", at=at, party=party, by="officer-1", reason="x"
        )
        events.append(late)
    assert found(events, None) == ("custody-rule", 4)


VN, ZA = "vn/contact-point", "za/contact-point"


def between(*told: tuple[str, str]) -> list[Event]:
    """Return a chain of (party, event)."""
    events, head = [], EMPTY
    for hours, (party, event) in enumerate(told):
        made, head = custody.append(
            head,
            exhibit=EXHIBIT,
            event=event,
            at=AT + timedelta(hours=hours),
            party=party,
            by="officer-7",
            reason="x",
        )
        events.append(made)
    return events


@pytest.mark.parametrize(
    ("told", "writer"),
    [
        ([(ZA, "acquired"), (ZA, "sealed")], ZA),
        ([(ZA, "sealed"), (ZA, "offered")], VN),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "opened")], VN),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "received"), (VN, "opened")], VN),
        ([(ZA, "offered"), (VN, "received"), (VN, "returned")], ZA),
        ([(ZA, "offered"), (VN, "received"), (VN, "returned"), (ZA, "reverified")], ZA),
        ([(ZA, "offered"), (VN, "destroyed")], VN),
    ],
)
def test_a_chain_has_one_writer_at_a_time(told: list[tuple[str, str]], writer: str) -> None:
    events = between(*told)
    assert [custody.may_write(events, party) for party in (VN, ZA)] == [writer == VN, writer == ZA]


def test_anybody_may_begin_a_chain() -> None:
    assert custody.may_write([], VN)


@pytest.mark.parametrize(
    ("told", "known", "number"),
    [
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "opened"), (VN, "received")], 2, None),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "received"), (VN, "opened")], 2, 4),
        ([(ZA, "sealed"), (ZA, "offered"), (ZA, "received")], 2, 3),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "returned")], 2, 3),
        ([(ZA, "sealed"), (ZA, "offered"), (ZA, "hold-lifted"), (VN, "received")], 2, 3),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "received")], 1, 2),
    ],
)
def test_a_hand_over_ends_its_chain_and_tells_nothing_of_the_receivers_acts(
    told: list[tuple[str, str]], known: int, number: int | None
) -> None:
    """Viet Nam says that it received; South Africa looks."""
    facts: dict[str, Any] = {"message_type": "evidence.received", "author": VN, "others": {ZA}}
    if number is None:
        custody.check_handover(between(*told), known=known, **facts)
        return
    with pytest.raises(custody.CustodyHandoverError) as caught:
        custody.check_handover(between(*told), known=known, **facts)
    assert caught.value.facts["number"] == number


@pytest.mark.parametrize(
    ("past", "author", "may"),
    [
        ([(ZA, "sealed"), (ZA, "offered")], ZA, True),  # offered again, nothing came between
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "received")], ZA, False),
        ([(ZA, "sealed"), (ZA, "offered"), (VN, "received")], VN, True),
        ([(ZA, "offered"), (VN, "received"), (VN, "returned")], ZA, True),
        ([(ZA, "offered"), (VN, "received"), (VN, "returned"), (ZA, "reverified")], VN, False),
        ([(ZA, "sealed")], VN, False),
    ],
)
def test_only_who_may_continue_a_chain_hands_it_over(
    past: list[tuple[str, str]], author: str, may: bool
) -> None:
    told, other = between(*past, (author, "offered")), ZA if author == VN else VN
    facts: dict[str, Any] = {"message_type": "evidence.offered", "author": author}
    facts |= {"others": {other}, "known": len(past)}
    if may:
        custody.check_handover(told, **facts)
        return
    with pytest.raises(custody.CustodyHandoverError, match="not the author's to continue"):
        custody.check_handover(told, **facts)


@given(st.lists(st.sampled_from([name for name in EVENTS if name != "destroyed"]), max_size=9))
def test_a_chain_comes_back_from_its_canonical_bytes(names: list[str]) -> None:
    events, head = chain(names)
    data = encode([event.to_value() for event in events])
    read = decode(data, max_bytes=1 << 20)
    assert custody.verify_values(read, head=head.to_value()) == (tuple(events), head)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
GOOD = chain(["sealed"])[0][0].to_value()


@given(JSON, JSON, st.dictionaries(st.sampled_from([*GOOD, "zoo"]), JSON))
def test_no_value_makes_the_reader_raise_anything_else(
    values: object, head: object, changes: dict[str, Any]
) -> None:
    for chain_value in (values, [values], [GOOD | changes]):
        with suppress(ComityError):
            custody.verify_values(chain_value, head=head)


def test_the_schema_of_a_hand_over_knows_the_same_events() -> None:
    annotation: object = CustodyEvent.model_fields["event"].annotation
    assert annotation is CustodyEventName
    assert get_args(CustodyEventName.__value__) == EVENTS
