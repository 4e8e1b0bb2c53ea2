"""Vectors of editions of the registry: conversations, parcels, and which one an opening pins."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.exchange.editions import LEFT_OUT, NARROWER, NEW_TABLE_TYPE, NEW_TYPE, NEWER
from tests.exchange.makers import T0, UN, VN, ZA, World, section
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import decode, time_text
from comity.exchange import (
    Draft,
    Edition,
    EditionNotSharedError,
    Editions,
    Message,
    Section,
    replay,
    write_parcel,
)
from comity.exchange.editions import CURRENT
from comity.exchange.moves import Rank

RUSHED = "request.rushed"
FASTER = Edition.of(
    4,
    [
        *CURRENT.moves.values(),
        replace(
            CURRENT.moves[LEFT_OUT],
            type=RUSHED,
            track=None,
            becomes="",
            rank=Rank.FACT,
            sections={"note": True},
        ),
    ],
)
"""An edition that has another type, whose rank is higher than that of most."""
ALL = {one.digest: one for one in (NEWER, NARROWER, FASTER)}
NOWHERE = "sha256:" + "55" * 32
OTHER = "sha256:" + "77" * 32
RAISED, ACCEPTED, PRIVATE = "edition.raised", "edition.accepted", "x-vn.weather"


def known_by(given: dict[str, Any]) -> Editions:
    """Return the current edition and those that a vector adds."""
    return Editions(CURRENT, *(ALL[name] for name in given.get("editions", ())))


def listed() -> dict[str, Any]:
    """Return the editions that vectors add to the current one."""
    return {
        "description": "Editions of the registry that vectors name beside the current one, each a "
        "value of the form of spec/registry/edition.json.",
        "editions": [edition.value() for edition in ALL.values()],
    }


def files() -> dict[str, Any]:
    """Return the file of the choice."""
    return {
        "editions": wrap(
            "choose-edition",
            "Which edition an opening pins: the newest that is known and that all members list. "
            "`expect` is `none` where there is no such edition: nothing is sent.",
            choices(),
        )
    }


def choose(given: dict[str, Any]) -> str | None:
    """Return the digest of the edition that an opening pins, or None."""
    try:
        return known_by(given).shared(given["listed"].values()).digest
    except EditionNotSharedError:
        return None


def choices() -> list[dict[str, Any]]:
    one, two, three = CURRENT.digest, NEWER.digest, NARROWER.digest
    cases: list[tuple[str, list[Edition], dict[str, list[str]]]] = [
        ("both list two", [NEWER], {VN: [one, two], ZA: [one, two]}),
        ("the partner lists the older one", [NEWER], {VN: [one, two], ZA: [one]}),
        ("three members", [NEWER, NARROWER], {VN: [one, two, three], ZA: [one, two], UN: [two]}),
        ("the partner lists what nobody here knows", [], {VN: [one], ZA: [one, NOWHERE]}),
        ("an edition that no member lists", [NEWER, NARROWER], {VN: [one, two], ZA: [three]}),
        ("an edition that both list and nobody here knows", [], {VN: [two], ZA: [two]}),
        ("the partner has gone on", [], {VN: [one], ZA: [two]}),
        ("the partner lists only what is not known", [NEWER], {VN: [one, two], ZA: [NOWHERE]}),
        ("one of three is left behind", [NEWER], {VN: [one, two], ZA: [two], UN: [one]}),
        ("nobody knows any", [], {VN: [NOWHERE], ZA: [NOWHERE]}),
    ]
    found = []
    for name, known, lists in cases:
        given = {
            "editions": [edition.digest for edition in known],
            "listed": {party: sorted(digests) for party, digests in lists.items()},
        }
        pinned = choose(given)
        found.append(
            vector(name, given, "none" if pinned is None else "ok", "spec 6", result=pinned)
        )
    return found


class _Told:
    """A conversation that is being told."""

    def __init__(self, *parties: str, edition: Edition = CURRENT, kind: str = "") -> None:
        self.editions = Editions(CURRENT, NEWER, NARROWER)
        self.world = World(*(parties or (VN, ZA)))
        opening = self.world.open(
            kind or "request.submitted",
            author=VN,
            edition=edition.digest,
            editions=self.editions,
            sections={},
        )
        self.known = [self.world.unsigned(opening)]

    def draft(self, kind: str, author: str, **more: Any) -> Draft:
        return self.world.reply(
            kind, author=author, known=self.known, editions=self.editions, sections={}, **more
        )

    def say(self, kind: str, author: str, **more: Any) -> Message:
        self.known.append(self.world.unsigned(self.draft(kind, author, **more)))
        return self.known[-1]

    def force(self, like: str, author: str, **changes: Any) -> Message:
        """Say something whatever the composer thinks of it."""
        self.known.append(self.world.unsigned(replace(self.draft(like, author), **changes)))
        return self.known[-1]

    def raise_to(self, edition: Edition, *others: str) -> None:
        raised = self.say(RAISED, VN, edition=edition.digest)
        for party in others or (ZA,):
            self.say(ACCEPTED, party, about=raised.content)


def conversations() -> list[dict[str, Any]]:  # noqa: PLR0915 - a list of stories
    """Return conversations whose editions decide."""
    found: list[dict[str, Any]] = []

    def add(
        name: str, messages: Sequence[Message], *known: Edition, judged: int = -1, by: str = "8.7"
    ) -> None:
        names = [edition.digest for edition in known]
        run = replay(messages, editions=Editions(CURRENT, *known))
        standing = run.standing[messages[judged].content]
        value: dict[str, Any] = {
            "payloads": [decode(m.envelope.payload, max_bytes=10**6) for m in messages],
            "judged": judged % len(messages),
            "editions": names,
        }
        result = {
            "state": run.state.to_value(),
            "order": list(run.order),
            "standing": {m.content: run.standing[m.content] for m in messages},
        }
        expect = "ok" if standing in {"applied", "overtaken"} else standing
        found.append(vector(name, value, expect, f"spec {by}", result=result))

    one = _Told()
    opening = one.known[0]
    unknown = one.world.unsigned(replace(opening.draft, edition=NOWHERE))
    add("an opening whose edition is not known", [unknown])
    one.force(LEFT_OUT, VN, type=NEW_TYPE)
    add("a type outside the edition, where nobody knows it", one.known)
    add("a type outside the edition, where a later one is known", one.known, NEWER)
    one.say("request.withdrawn", VN)
    add("what follows a type outside the edition", one.known, NEWER)
    ranked = _Told()
    answer = ranked.draft("request.acknowledged", ZA)
    rushed = ranked.world.unsigned(replace(ranked.draft(LEFT_OUT, VN), type=RUSHED))
    crossing = [*ranked.known, ranked.world.unsigned(answer), rushed]
    add("a type of high rank, outside the edition, crosses", crossing, FASTER, by="8.3")
    add("a type of high rank that nobody knows crosses", crossing, by="8.3")
    later = _Told(edition=NEWER)
    later.say(NEW_TYPE, VN)
    add("a type of a later edition, inside it", later.known, NEWER)

    raised = _Told()
    proposal = raised.say(RAISED, VN, edition=NEWER.digest)
    add("an edition is proposed", raised.known, NEWER)
    early = raised.world.unsigned(replace(raised.draft(LEFT_OUT, VN), type=NEW_TYPE))
    add("a type of an edition that nobody has accepted", [*raised.known, early], NEWER)
    own = replace(raised.draft(LEFT_OUT, VN), type=ACCEPTED, about=proposal.content)
    add("accepted by its own proposer", [*raised.known, raised.world.unsigned(own)], NEWER)
    stray = replace(raised.draft("request.acknowledged", ZA), type=ACCEPTED, about=opening.content)
    add("what nobody proposed is accepted", [*raised.known, raised.world.unsigned(stray)], NEWER)
    raised.say(ACCEPTED, ZA, about=proposal.content)
    add("a type of a later edition crosses its acceptance", [*raised.known, early], NEWER)
    again = replace(raised.draft("request.acknowledged", ZA), type=ACCEPTED)
    twice = raised.world.unsigned(replace(again, about=proposal.content))
    add("an edition is accepted twice", [*raised.known, twice], NEWER)
    raised.say(NEW_TYPE, VN)
    add("a type of an edition that all have accepted", raised.known, NEWER)

    strange = _Told()
    proposal = strange.force(LEFT_OUT, VN, type=RAISED, edition=NOWHERE)
    like = strange.draft("request.acknowledged", ZA)
    agreed = strange.force("request.acknowledged", ZA, type=ACCEPTED, about=proposal.content)
    add("the acceptance of an edition that is not known", strange.known)
    later_draft = replace(like, id=strange.world.new_id(), sequence=2, previous=agreed.content)
    after = [*strange.known, strange.world.unsigned(later_draft)]
    add("an edition that is raised and not known", after)

    three = _Told(UN, VN, ZA, kind="table.called")
    proposal = three.say(RAISED, ZA, edition=NEWER.digest)
    three.say(ACCEPTED, UN, about=proposal.content)
    like = three.draft("table.noted", VN)
    missing = three.world.unsigned(replace(like, type=NEW_TABLE_TYPE))
    add("a type of an edition that not all have accepted", [*three.known, missing], NEWER)
    three.say(ACCEPTED, VN, about=proposal.content)
    three.say(NEW_TABLE_TYPE, VN)
    add("a type of an edition that all three have accepted", three.known, NEWER)

    less = _Told(edition=NEWER)
    proposal = less.say(RAISED, VN, edition=NARROWER.digest)
    dropped = less.draft(LEFT_OUT, VN)
    less.say(ACCEPTED, ZA, about=proposal.content)
    known = [*less.known, less.world.unsigned(dropped)]
    add("a type that a later edition leaves out, before it counts", known, NEWER, NARROWER)
    less.force("request.withdrawn", VN, type=LEFT_OUT)
    add("a type that a later edition leaves out", less.known, NEWER, NARROWER)

    private = _Told()
    private.say(PRIVATE, ZA)
    add("a type of private use", private.known, by="7.7")
    open_ = _Told(UN, VN, ZA, kind="assistance.needed")
    open_.force("assistance.noted", ZA, type="assistance.offered")
    add("a type for two among three", open_.known, by="8.2")
    return found


def parcel_vectors() -> list[dict[str, Any]]:
    """Return parcels whose editions, or types of private use, decide."""
    told = _Told()
    world, found = told.world, []
    parts: dict[str, Section] = {}

    def add(
        name: str, draft: Draft, expect: str, sections: Any = parts, known: Sequence[Edition] = ()
    ) -> None:
        body = {key: one.commitment for key, one in sections.items()}
        message = world.sign(replace(draft, body=body), [])
        parcel = decode(write_parcel(message.envelope, sections, known=7), max_bytes=10**7)
        given: dict[str, Any] = {
            "parcel": parcel,
            "us": ZA,
            "mode": "live",
            "received_at": time_text(T0),
            "invalid_from": {},
        }
        if known:
            given["editions"] = [edition.digest for edition in known]
        word, _, code = expect.rpartition(" ")
        answer = "error" if word else None if expect == "ok" else "receipt"
        more = {"answer": answer} if answer else {}
        found.append(vector(name, given, code, "spec 6", **more))

    def opening(kind: str, edition: str | None) -> Draft:
        return replace(told.known[0].draft, type=kind, edition=edition)

    note = {"note": section("note")}
    on: dict[str, Any] = {"conversation": OTHER, "sequence": 2, "previous": OTHER, "edition": None}
    answer = replace(told.known[0].draft, **on)
    add("an edition that is not known", opening("contact.ping", NOWHERE), "raised edition-unknown")
    add(
        "an edition that is known here too",
        opening("contact.ping", NEWER.digest),
        "ok",
        {},
        [NEWER],
    )
    add("an opening without an edition", opening("contact.ping", None), "raised message-malformed")
    add("an edition that is no digest", opening("contact.ping", "1"), "raised digest-malformed")
    add(
        "a type outside its edition opens a conversation",
        opening(NEW_TYPE, CURRENT.digest),
        "raised type-unknown",
        {},
        [NEWER],
    )
    add(
        "an edition beside an answer",
        replace(answer, type="contact.answered", edition=CURRENT.digest),
        "raised message-malformed",
    )
    add("a proposal without an edition", replace(answer, type=RAISED), "raised message-malformed")
    add("a proposal", replace(answer, type=RAISED, edition=NOWHERE), "ok")
    weather = {"x-weather": Section(bytes(32), {"hot": True}), **note}
    add("a type of private use, with its own section", replace(answer, type=PRIVATE), "ok", weather)
    add(
        "a type of private use with another section",
        replace(answer, type=PRIVATE),
        "body-malformed",
        {"conditions": section("conditions")},
    )
    add(
        "a section of private use in a type of the registry",
        replace(answer, type="consultation.note"),
        "body-malformed",
        weather,
    )
    add(
        "a type of private use opens a conversation",
        opening(PRIVATE, CURRENT.digest),
        "raised message-malformed",
    )
    return found
