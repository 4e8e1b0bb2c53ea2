"""A second signature comes later, in time, and from another officer (spec 9)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.exchange.approving import EXPIRES, OTHER, accepted, code_of, given_by
from tests.exchange.makers import (
    T0,
    VN,
    ZA,
    World,
    key,
    seed,
)

from comity.exchange import (
    MOVES,
    Draft,
    Message,
    Section,
    read_countersignature,
)
from comity.keys import PrivateKey


@pytest.fixture
def world() -> World:
    return World(VN, ZA)


def countersigned(
    world: World, earlier: Message, approval: Any, **changes: Any
) -> tuple[dict[str, Any], Draft]:
    value = {"approval": approval}
    draft = world.reply(
        "request.countersigned",
        author=earlier.draft.author,
        known=[earlier],
        about=earlier.content,
        now=T0 + timedelta(hours=5),
        sections={"countersignature": Section(seed("cs"), value)},
    )
    return value, replace(draft, **changes)


def second(world: World, earlier: Message, name: str = "o2", **kwargs: Any) -> Any:
    role = kwargs.pop("role", "approver")
    return given_by(world, world.officer(kwargs.pop("of", VN), name, **kwargs), earlier.draft, role)


def counter(world: World, value: object, earlier: Message, by: Draft) -> Any:
    return read_countersignature(value, earlier, world.registry, by=by, proved_at=by.sent_at)


@pytest.fixture
def earlier(world: World) -> Message:
    draft = world.open()
    return world.sign(draft, [given_by(world, world.officer(VN, "o1"), draft)])


def test_a_second_signature_comes_later_bound_to_the_earlier_message(
    world: World, earlier: Message
) -> None:
    value, by = countersigned(world, earlier, second(world, earlier))
    assert counter(world, value, earlier, by).role == "approver"
    message = world.sign(by)
    sections = {"countersignature": Section(seed("cs"), value)}
    assert accepted(world, message, sections, by.sent_at).message == message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"about": None}, "countersignature-unfit"),
        ({"about": OTHER}, "countersignature-unfit"),
        ({"author": ZA}, "countersignature-unfit"),
        ({"conversation": OTHER}, "countersignature-unfit"),
        ({"type": "request.amended"}, "countersignature-unfit"),
        ({"sent_at": EXPIRES + timedelta(seconds=1)}, "approval-expired"),
        ({"sent_at": EXPIRES}, ""),
    ],
)
def test_the_message_that_brings_it_names_the_earlier_one_in_time(
    world: World, earlier: Message, change: dict[str, Any], code: str
) -> None:
    value, by = countersigned(world, earlier, second(world, earlier), **change)
    if code:
        assert code_of(counter, world, value, earlier, by) == code
    else:
        assert counter(world, value, earlier, by)


@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"name": "o1"}, "approval-same-officer"),
        ({"private": key(f"live {VN} officer o1")}, "approval-same-officer"),
        ({"role": "author"}, "countersignature-unfit"),
        ({"roles": ("author",)}, "certificate-unfit"),
        ({"not_after": T0 + timedelta(hours=4)}, "approval-expired"),
        ({"not_before": T0 + timedelta(hours=4)}, ""),
        ({"of": ZA}, "certificate-unfit"),
        ({"signer": key("anybody")}, "key-unknown"),
    ],
)
def test_the_second_officer_is_another_and_certified_when_it_comes(
    world: World, earlier: Message, kwargs: dict[str, Any], code: str
) -> None:
    value, by = countersigned(world, earlier, second(world, earlier, **kwargs))
    if code:
        assert code_of(counter, world, value, earlier, by) == code
    else:
        assert counter(world, value, earlier, by)


def test_a_second_signature_for_another_message_is_detached(world: World, earlier: Message) -> None:
    other = world.sign(world.open())
    value, by = countersigned(world, earlier, second(world, other))
    assert code_of(counter, world, value, earlier, by) == "approval-detached"


def test_only_a_message_that_may_wait_takes_a_second_signature(world: World) -> None:
    known = [world.sign(world.open())]
    withdrawn = world.sign(world.reply("request.withdrawn", author=VN, known=known))
    value = {"approval": second(world, withdrawn)}
    by = replace(withdrawn.draft, type="request.countersigned", about=withdrawn.content)
    assert code_of(counter, world, value, withdrawn, by) == "countersignature-unfit"


@pytest.mark.parametrize("value", [None, {}, {"approval": None}, {"approval": {}, "x": 1}, []])
def test_a_section_of_another_shape_is_refused(
    world: World, earlier: Message, value: object
) -> None:
    _, by = countersigned(world, earlier, second(world, earlier))
    assert code_of(counter, world, value, earlier, by) == "body-malformed"


def test_only_one_type_may_be_countersigned_late() -> None:
    assert [m.type for m in MOVES.values() if m.floor.late_hours] == ["request.submitted"]
    assert isinstance(key("x"), PrivateKey)
