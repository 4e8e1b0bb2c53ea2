"""Vectors of conversations: sets of payloads, and what they amount to in any order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.exchange.makers import T0, UN, VN, ZA, World
from tests.exchange.test_orders import short
from tests.spec import vectors_editions
from tests.spec.test_generated import reach
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import decode
from comity.exchange import MOVES, Draft, Message, Seen, replay
from comity.exchange.types import MAIN_STATES

OTHER = "sha256:" + "77" * 32


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "replay": wrap(
            "replay",
            "Replay the message payloads of one conversation, in any order. `judged` is the index "
            "of one of them; `expect` is `ok` if it is applied or overtaken, else its standing. "
            "`result` is the whole outcome. Signatures and approvals are no part of these vectors.",
            [
                *good(),
                *assistance(),
                *tables(),
                *lies(),
                *twins(),
                *illegal(),
                *vectors_editions.conversations(),
            ],
        )
    }


def case(name: str, messages: Sequence[Message], source: str, judged: int = -1) -> dict[str, Any]:
    found = replay(messages)
    standing = found.standing[messages[judged].content]
    value = {
        "payloads": [decode(m.envelope.payload, max_bytes=10**6) for m in messages],
        "judged": judged % len(messages),
    }
    result = {
        "state": found.state.to_value(),
        "order": list(found.order),
        "standing": {m.content: found.standing[m.content] for m in messages},
    }
    expect = "ok" if standing in {"applied", "overtaken"} else standing
    return vector(name, value, expect, source, result=result)


def good() -> list[dict[str, Any]]:
    found = [
        case(f"to {state}", reach(state)[1], "spec 8.4")
        for state in ("submitted", "preserved", "executed", "closed", "open", "answered")
    ]
    for one, other, path in (
        ("request.withdrawn", "request.executed", "accepted"),
        ("request.withdrawn", "request.accepted", "acknowledged"),
        ("request.withdrawn", "request.at-risk", "acknowledged"),
        ("request.released", "preservation.lapsed", "preserved"),
        ("request.closed", "request.closed", "executed"),
        ("request.amended", "request.not-competent", "submitted"),
    ):
        world, known = reach(path)
        mine = world.unsigned(world.reply(one, author=VN, known=known, sections={}))
        theirs = world.unsigned(world.reply(other, author=ZA, known=known, sections={}))
        name = f"{one} crosses {other} in {path}"
        found.append(case(name, [*known, theirs, mine], "spec 8.3 and 8.5"))
    world = World(UN, VN, ZA)
    opening = world.unsigned(world.open("consultation.note", author=UN, sections={}))
    parts = [
        world.unsigned(world.reply("consultation.note", author=p, known=[opening], sections={}))
        for p in (VN, ZA)
    ]
    found.append(
        case("three members, two of them at once", [parts[1], opening, parts[0]], "spec 8.3")
    )
    return found


def assistance() -> list[dict[str, Any]]:
    """Return conversations about assistance: one whole, and those in which messages cross."""
    world = World(VN, ZA)
    known: list[Message] = []

    def say(kind: str, author: str, about: int | None = None) -> Message:
        named = None if about is None else known[about].content
        made = world.reply(kind, author=author, known=known, about=named, sections={})
        return world.unsigned(made)

    known.append(world.unsigned(world.open("assistance.needed", sections={})))
    known.append(say("assistance.offered", ZA))
    offered = list(known)
    agreed = say("assistance.agreed", VN, 1)
    crossing = [
        case(
            "an offer is withdrawn while it is agreed to",
            [*offered, agreed, say("assistance.offer-withdrawn", ZA, 1)],
            "spec 8.3",
            judged=2,
        ),
        case(
            "a need is taken off the board while a second offer comes",
            [*offered, say("assistance.taken-off", VN), say("assistance.offered", ZA)],
            "spec 8.3",
        ),
    ]
    known.append(agreed)
    for kind, author, about in (
        ("assistance.progress", ZA, 1),
        ("solution.offered", ZA, None),
        ("solution.received", VN, 4),
        ("assistance.complained", VN, None),
        ("assistance.complaint-settled", ZA, 6),
        ("solution.withdrawn", ZA, 4),
        ("assistance.ended", VN, 1),
        ("assistance.thanked", VN, None),
    ):
        known.append(say(kind, author, about))
    places = reach("places")[1]
    return [
        case("a need, met to the end", known, "spec 7.4"),
        case("places, and whom they are for", places, "spec 7.4"),
        *crossing,
    ]


def tables() -> list[dict[str, Any]]:
    """Return round tables of three: one to its end, and one in which messages cross."""
    world = World(UN, VN, ZA)
    known = [world.unsigned(world.open("table.called", author=VN, sections={}))]

    def say(kind: str, author: str, about: int | None = None) -> Message:
        named = None if about is None else known[about].content
        made = world.reply(f"table.{kind}", author=author, known=known, about=named, sections={})
        return world.unsigned(made)

    known += [say("answered", UN), say("answered", ZA)]
    known.append(say("minutes-proposed", VN))
    crossing = [say("minutes-agreed", UN, 3), say("minutes-objected", ZA, 3), say("closed", VN)]
    crossed = case("agreed, objected to and closed at once", [*known, *crossing], "spec 8.3")
    for kind, author, about in (
        ("minutes-objected", ZA, 3),
        ("minutes-agreed", ZA, 3),
        ("minutes-agreed", UN, 3),
        ("closed", VN, None),
        ("action-reported", ZA, 3),
        ("noted", UN, None),
    ):
        known.append(say(kind, author, about))
    return [case("a round table of three, to its end", known, "spec 7.5"), crossed]


def lies() -> list[dict[str, Any]]:
    world, known = short()
    accepted, executed = known[3], known[4]
    again = world.unsigned(replace(accepted.draft, id=world.new_id(), type="request.refused"))
    same_id = world.unsigned(replace(executed.draft, id=accepted.draft.id))
    draft = world.reply("use.consent-asked", author=VN, known=known, sections={})

    def lie(**changes: Any) -> Message:
        return world.unsigned(replace(draft, **changes))

    far = {ZA: Seen(2**53 - 1, draft.seen[ZA].content)}
    strange = {ZA: replace(draft.seen[ZA], content=OTHER)}
    return [
        case("one sequence, two contents", [*known, again], "spec 8.6"),
        case("after a doubled sequence", [*known, again], "spec 8.6", judged=4),
        case("one id, two contents", [*known[:4], same_id], "spec 8.6"),
        case("a gap in the author's chain", [*known[:3], executed], "spec 8.1"),
        case("what was seen is missing", [*known[:1], *known[2:]], "spec 8.1", judged=1),
        case("seen far beyond", [*known, lie(seen=far)], "spec 8.1"),
        case("seen of another content", [*known, lie(seen=strange)], "spec 8.1"),
        case("seen shrinks", [*known, lie(seen={})], "spec 6"),
        case("other members", [*known, lie(members=(UN, VN), seen={})], "spec 6"),
        case("another edition of the law", [*known, lie(instrument=OTHER)], "spec 6"),
        case("another previous", [*known, lie(previous=OTHER)], "spec 8.1"),
        case("no opening", known[1:], "spec 8.1"),
        case("an answer to nothing", [*known, _answer(world, known, None)], "spec 8.4"),
        case("an answer to a stranger", [*known, _answer(world, known, OTHER)], "spec 8.4"),
    ]


def twins() -> list[dict[str, Any]]:
    """Return conversations in which one member signs two messages in one place."""
    world, known = short()
    acknowledged = known[1]
    late = world.unsigned(replace(acknowledged.draft, id=world.new_id()))
    opening = known[0]
    illegal = world.unsigned(replace(acknowledged.draft, type="request.executed"))
    after = replace(
        world.reply("request.withdrawn", author=VN, known=[opening], sections={}),
        seen={ZA: Seen(1, illegal.content)},
    )
    three = World(UN, VN, ZA)
    first = three.unsigned(three.open("information.shared", sections={}))

    def note(author: str, *more: Message) -> Message:
        draft = three.reply("consultation.note", author=author, known=[first, *more], sections={})
        return three.unsigned(draft)

    one = note(ZA)
    other = three.unsigned(replace(one.draft, id=three.new_id()))
    apart = [first, one, other, note(VN, one), note(UN, other)]
    return [
        case("a late twin of what the other side has seen", [*known, late], "spec 8.6"),
        case("a twin that nobody has seen", [*known[:2], late], "spec 8.6"),
        case("members that have seen different twins", apart, "spec 8.6"),
        case(
            "what has seen an illegal message",
            [opening, illegal, world.unsigned(after)],
            "spec 8.1",
        ),
    ]


def _answer(world: World, known: Sequence[Message], about: str | None) -> Message:
    draft = world.reply("use.consent-asked", author=VN, known=known, sections={})
    return world.unsigned(replace(draft, type="evidence.received", about=about))


def illegal() -> list[dict[str, Any]]:
    """Return, for every main state and side, one illegal move of each opening-free kind."""
    found: list[dict[str, Any]] = []
    for state in MAIN_STATES:
        if state == "new":
            continue
        world, known = reach(state)
        states = replay(known)
        for author, role in ((VN, "R"), (ZA, "Q")):
            moves = [m for m in MOVES.values() if role not in m.roles or state not in m.main]
            chosen = moves[len(found) % len(moves)]
            own = states.heads.get(author)
            draft = Draft(
                id=world.new_id(),
                conversation=known[0].content,
                author=author,
                members=(VN, ZA),
                instrument=None,
                sequence=own.draft.sequence + 1 if own else 1,
                previous=own.content if own else None,
                seen={
                    p: Seen(m.draft.sequence, m.content)
                    for p, m in states.heads.items()
                    if p != author
                },
                sent_at=T0,
                type=chosen.type,
                about=None,
                body={},
            )
            name = f"{role} sends {chosen.type} in {state}"
            found.append(case(name, [*known, world.unsigned(draft)], "spec 8.2 and 8.4"))
    return found
