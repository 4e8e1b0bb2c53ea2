"""Editions of the registry: which one a conversation has, and what a type outside it comes to."""

from dataclasses import replace
from typing import Any

import pytest
from tests.exchange.editions import (
    HURRIED,
    LEFT_OUT,
    NARROWER,
    NEW_TABLE_TYPE,
    NEW_TYPE,
    NEWER,
    newer,
    older,
)
from tests.exchange.makers import DIGEST, T0, UN, VN, ZA, World, parcel_of, section

from comity.canonical import decode, digest, digest_text, encode
from comity.exchange import (
    Edition,
    EditionNotSharedError,
    Editions,
    Message,
    MoveIllegalError,
    Refused,
    Section,
    TypeNotSharedError,
    Verified,
    accept,
    parse_message,
    replay,
)
from comity.exchange.conversation import ILLEGAL
from comity.exchange.edition_digest import EDITION_DIGEST
from comity.exchange.editions import CURRENT, EditionUnfitError
from comity.exchange.errors import (
    EditionUnknownError,
    MessageMalformedError,
    TypeUnknownError,
)
from comity.exchange.moves import UNKNOWN_TYPE

RAISED, ACCEPTED = "edition.raised", "edition.accepted"


def begun(
    world: World, editions: Editions, edition: Edition = CURRENT, kind: str = "request.submitted"
) -> list[Message]:
    """Return a conversation of one message, which pins an edition."""
    draft = world.open(kind, edition=edition.digest, editions=editions, sections={})
    return [world.unsigned(draft)]


def says(
    world: World, known: list[Message], kind: str, author: str, editions: Editions, **more: Any
) -> Message:
    """Add what a party says next."""
    draft = world.reply(
        kind, author=author, known=known, editions=editions, **{"sections": {}, **more}
    )
    known.append(world.unsigned(draft))
    return known[-1]


def forced(
    known: list[Message], world: World, kind: str, author: str, editions: Editions
) -> Message:
    """Add a message of a type whatever the composer thinks of it."""
    draft = world.reply(
        "request.withdrawn", author=author, known=known, editions=editions, sections={}
    )
    known.append(world.unsigned(replace(draft, type=kind)))
    return known[-1]


def test_the_digest_of_an_edition_is_that_of_its_rows() -> None:
    assert CURRENT.digest == EDITION_DIGEST == Edition.of(1, CURRENT.moves.values()).digest
    assert CURRENT.digest == digest_text(digest("edition", encode(CURRENT.value())))
    changed = replace(CURRENT.moves["request.closed"], target="submitted")
    rows = {**CURRENT.moves, changed.type: changed}
    assert Edition.of(1, rows.values()).digest != CURRENT.digest
    assert Edition.from_value(NEWER.value()).moves == NEWER.moves
    assert Edition.from_value(NEWER.value()).digest == NEWER.digest


def test_an_edition_keeps_what_a_continuing_type_carries() -> None:
    status = CURRENT.moves[LEFT_OUT]
    for change in ({"sections": {"note": True}}, {"members": (2, 16)}):
        rows = {**CURRENT.moves, LEFT_OUT: replace(status, **change)}
        with pytest.raises(EditionUnfitError):
            Editions(CURRENT, Edition.of(2, rows.values()))
    with pytest.raises(EditionUnfitError):
        Editions(CURRENT, Edition.of(1, [*CURRENT.moves.values(), HURRIED]))
    less = [row for row in CURRENT.moves.values() if row.type != ACCEPTED]
    with pytest.raises(EditionUnfitError):
        Editions(CURRENT, Edition.of(2, less))
    opening = CURRENT.moves["request.submitted"]
    wider = replace(opening, sections={**opening.sections, "note": False})
    Editions(CURRENT, Edition.of(2, {**CURRENT.moves, wider.type: wider}.values()))


def test_an_opening_pins_the_newest_edition_that_all_members_list() -> None:
    both = newer()
    assert both.shared([both.digests, both.digests]) is NEWER
    assert both.shared([both.digests, [CURRENT.digest]]) is CURRENT
    with pytest.raises(EditionNotSharedError):
        both.shared([both.digests, [NARROWER.digest]])
    with pytest.raises(EditionNotSharedError):
        older().shared([[NEWER.digest], [NEWER.digest]])
    world = World(VN, ZA)
    assert world.open(edition=CURRENT.digest, editions=both).edition == CURRENT.digest
    with pytest.raises(TypeNotSharedError):
        world.open(NEW_TYPE, edition=CURRENT.digest, editions=both, sections={})


def test_only_openings_and_proposals_name_an_edition() -> None:
    world = World(VN, ZA)
    known = begun(world, older())
    none = replace(known[0].draft, edition=None)
    status = world.reply("request.status-asked", author=VN, known=known, sections={})
    for draft in (none, replace(status, edition=DIGEST)):
        with pytest.raises(MessageMalformedError):
            parse_message(world.unsigned(draft).envelope)


def test_an_opening_of_an_edition_that_is_not_known_is_an_error_and_no_receipt() -> None:
    world = World(VN, ZA)
    draft = world.open("information.shared", edition=NEWER.digest, editions=newer())
    message = world.sign(draft)
    parcel = parcel_of(message, {"information": section("information")})
    with pytest.raises(EditionUnknownError) as fault:
        accept(parcel, world.registry, us=ZA, received_at=T0, editions=older())
    assert fault.value.facts == {"edition": NEWER.digest}
    taken = accept(parcel, world.registry, us=ZA, received_at=T0, editions=newer())
    assert isinstance(taken, Verified)


def test_a_replay_holds_what_it_lacks_the_edition_for() -> None:
    world = World(VN, ZA)
    known = begun(world, newer(), NEWER)
    found = replay(known, editions=older())
    assert found.lacking == {NEWER.digest}
    assert found.standing[known[0].content] == "held"
    assert not found.order
    assert replay(known, editions=newer()).lacking == frozenset()


def test_a_type_outside_the_edition_is_refused_by_those_who_know_it_too() -> None:
    world = World(VN, ZA)
    known = begun(world, older())
    with pytest.raises(TypeNotSharedError):
        says(world, known, NEW_TYPE, VN, newer())
    hurried = forced(known, world, NEW_TYPE, VN, older())
    closing = says(world, known, "request.withdrawn", VN, older())
    for editions in (older(), newer()):
        for refused in ({}, {hurried.content: "refused:body-malformed"}):
            found = replay(known, refused, editions)
            assert found.standing[hurried.content] == UNKNOWN_TYPE
            assert found.standing[closing.content] == "applied"
            assert found.state.main == "withdrawn"


def test_a_type_that_is_known_nowhere_is_refused_before_its_body_is_looked_at() -> None:
    world = World(VN, ZA)
    known = begun(world, older())
    message = forced(known, world, NEW_TYPE, VN, older())
    parcel = parcel_of(message, {})
    taken = accept(parcel, world.registry, us=ZA, received_at=T0, editions=older())
    assert isinstance(taken, Refused)
    assert taken.code == TypeUnknownError.code


def test_a_raised_edition_counts_from_the_message_that_has_all_acceptances_in_its_past() -> None:
    world = World(VN, ZA)
    both = newer()
    known = begun(world, both)
    raised = says(world, known, RAISED, VN, both, edition=NEWER.digest)
    early = replay(known, editions=both)
    assert early.state.edition == CURRENT.digest
    with pytest.raises(TypeNotSharedError):
        says(world, known, NEW_TYPE, VN, both)
    with pytest.raises(MoveIllegalError):
        says(world, known, ACCEPTED, VN, both, about=raised.content)
    with pytest.raises(MoveIllegalError):
        says(world, known, ACCEPTED, ZA, both, about=known[0].content)
    beside = forced([*known], world, NEW_TYPE, VN, both)
    agreed = says(world, known, ACCEPTED, ZA, both, about=raised.content)
    found = replay(known, editions=both)
    assert found.state.edition == NEWER.digest
    assert found.state.to_value() == early.state.to_value()
    with pytest.raises(MoveIllegalError):
        says(world, known, ACCEPTED, ZA, both, about=raised.content)
    crossing = replay([*known, beside], editions=both)
    assert crossing.standing[beside.content] == UNKNOWN_TYPE, "not in its author's past"
    assert crossing.standing[agreed.content] == "applied"
    hurried = says(world, known, NEW_TYPE, VN, both)
    for order in (known, known[::-1]):
        assert replay(order, editions=both).standing[hurried.content] == "applied"


def test_an_edition_that_not_all_have_accepted_does_not_count() -> None:
    world = World(UN, VN, ZA)
    both = newer()
    known = begun(world, both, kind="table.called")
    raised = says(world, known, RAISED, ZA, both, edition=NEWER.digest)
    says(world, known, ACCEPTED, UN, both, about=raised.content)
    assert replay(known, editions=both).state.edition == CURRENT.digest
    with pytest.raises(TypeNotSharedError):
        says(world, known, NEW_TABLE_TYPE, VN, both)
    says(world, known, ACCEPTED, VN, both, about=raised.content)
    assert replay(known, editions=both).state.edition == NEWER.digest
    late = says(world, known, NEW_TABLE_TYPE, VN, both)
    assert replay(known, editions=both).standing[late.content] == "applied"


def test_a_message_keeps_the_row_of_its_own_past_when_an_edition_crosses_it() -> None:
    world = World(VN, ZA)
    all_three = Editions(CURRENT, NEWER, NARROWER)
    known = begun(world, all_three, NEWER)
    raised = says(world, known, RAISED, VN, all_three, edition=NARROWER.digest)
    asked = world.reply(LEFT_OUT, author=VN, known=known, editions=all_three, sections={})
    says(world, known, ACCEPTED, ZA, all_three, about=raised.content)
    crossing = world.unsigned(asked)
    found = replay([*known, crossing], editions=all_three)
    assert found.standing[crossing.content] == "applied"
    assert found.state.edition == NARROWER.digest
    with pytest.raises(TypeNotSharedError):
        says(world, known, LEFT_OUT, VN, all_three)
    late = forced(known, world, LEFT_OUT, VN, all_three)
    assert replay(known, editions=all_three).standing[late.content] == UNKNOWN_TYPE


def test_a_private_type_moves_nothing_in_any_edition() -> None:
    world = World(VN, ZA)
    for editions, edition in ((older(), CURRENT), (newer(), NEWER)):
        draft = world.open(edition=edition.digest, editions=editions)
        known = [world.sign(draft)]
        before = replay(known, editions=editions)
        parts = {"x-weather": Section(bytes(32), {"hot": True}), "note": section("note")}
        message = says(world, known, "x-vn.weather", ZA, editions, sections=parts)
        found = replay(known, editions=editions)
        assert found.standing[message.content] == "applied"
        assert found.state == before.state
        taken = accept(
            parcel_of(message, parts), world.registry, us=VN, received_at=T0, editions=editions
        )
        assert isinstance(taken, Verified)
        assert taken.bodies.keys() == {"note"}
        wrong = world.unsigned(replace(message.draft, body={"offer": DIGEST}))
        parcel = parcel_of(wrong, {"offer": section("offer")})
        taken = accept(parcel, world.registry, us=VN, received_at=T0, editions=editions)
        assert isinstance(taken, Refused)
        opening = world.unsigned(replace(draft, type="x-vn.weather"))
        with pytest.raises(MessageMalformedError):
            parse_message(opening.envelope, editions)


def test_a_type_for_two_is_illegal_among_three_whoever_knows_it() -> None:
    world = World(UN, VN, ZA)
    known = begun(world, older(), kind="assistance.needed")
    noted = world.reply("assistance.noted", author=ZA, known=known, sections={})
    offered = world.unsigned(replace(noted, type="assistance.offered"))
    assert replay([*known, offered]).standing[offered.content] == ILLEGAL


def test_the_payload_of_an_opening_says_its_edition() -> None:
    world = World(VN, ZA)
    payload = decode(begun(world, older())[0].envelope.payload, max_bytes=10**6)
    assert payload["edition"] == CURRENT.digest
