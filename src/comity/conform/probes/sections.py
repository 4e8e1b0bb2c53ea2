"""Sections and types: what a message says, and how it is refused by a receipt (spec 6, 7, 8.2)."""

import os
from collections.abc import Callable
from typing import Any

from comity.canonical import b64
from comity.conform.bench import Bench
from comity.conform.expectations import expect_receipt
from comity.conform.letters import Letter, salted
from comity.conform.model import Step, probe, table
from comity.conform.peer import Talk, now
from comity.conform.probes.messages import NOTHING, put, seen
from comity.conform.texts import information, need, note, request


def received(spoil: Callable[[Letter, Bench, Talk], None], *words: str) -> Step:
    """Return a step that changes the second message; the answer is a receipt."""

    def step(bench: Bench) -> None:
        talk = bench.opened()
        letter = bench.note(talk)
        spoil(letter, bench, talk)
        expect_receipt(bench.peer, bench.peer.send(letter), *words)

    return step


def private_with_decision(letter: Letter, *_: Any) -> None:
    """Make a message of private use that carries a section of the registry."""
    letter.payload["type"] = "x-private.shouted"
    letter.sections["decision"] = salted({})
    letter.bind()


table(
    {
        "messages.section-changed": received(
            lambda letter, _b, _t: letter.sections.update(
                note={**letter.sections["note"], "value": note("Other words.")["note"]}
            ),
            "refused:section-mismatch",
        ),
        "messages.section-other-salt": received(
            lambda letter, _b, _t: letter.sections.update(
                note={**letter.sections["note"], "salt": b64(os.urandom(32))}
            ),
            "refused:section-mismatch",
        ),
        "messages.section-left-out": received(
            lambda letter, _b, _t: letter.sections.clear(),
            "refused:section-mismatch",
        ),
        "messages.section-too-many": received(
            lambda letter, _b, _t: letter.sections.update(more=salted(1)),
            "refused:section-mismatch",
        ),
        "messages.type-unknown": received(put(type="consultation.shouted"), "refused:type-unknown"),
        "messages.type-private": received(put(type="x-private.shouted"), "applied"),
        "messages.type-private-section": received(private_with_decision, "refused:body-malformed"),
        "messages.edition-proposed": received(
            put(type="edition.raised", edition=NOTHING), "applied"
        ),
        "messages.edition-accepted-nothing": received(
            put(type="edition.accepted"), "refused:illegal-move"
        ),
        "messages.seen-unknown": received(seen(None), "held"),
        "messages.previous-unknown": received(put(previous=NOTHING), "held"),
        "messages.instrument-changed": received(put(instrument=NOTHING), "refused:illegal-move"),
        "messages.members-changed": received(
            lambda letter, bench, _: letter.payload.update(
                members=sorted([bench.node, "zz/conformance", "zz/third"])
            ),
            "refused:illegal-move",
        ),
    }
)


def bodied(type: str, sections: Callable[[], dict[str, Any]], *roles: str) -> Step:
    """Return a step that opens a conversation with sections that break their schema."""

    def step(bench: Bench) -> None:
        letter = bench.peer.approved(bench.peer.opening(type, sections()), *roles)
        expect_receipt(bench.peer, bench.peer.send(letter), "refused:body-malformed")

    return step


def changed(path: str, value: Any) -> Callable[[], dict[str, Any]]:
    """Return the sections of a request with one value replaced; ``...`` takes it away."""

    def make() -> dict[str, Any]:
        sections: Any = request()
        place, *names = path.split("/")
        within = sections[place]
        for name in names[:-1]:
            within = within[int(name) if name.isdecimal() else name]
        if value is ...:
            del within[names[-1]]
        else:
            within[names[-1]] = value
        found: dict[str, Any] = sections
        return found

    return make


def items(*numbers: int) -> list[dict[str, Any]]:
    """Return items of a subject."""
    return [{"number": n, "description": note()["note"]["text"]} for n in numbers]


BOTH = ("author", "approver")

table(
    {
        "messages.schema-section-missing": bodied(
            "request.submitted", lambda: {"request": request()["request"]}, *BOTH
        ),
        "messages.schema-section-foreign": bodied(
            "consultation.note", lambda: {**note(), **information()}
        ),
        "messages.schema-further-member": bodied(
            "request.submitted", changed("request/more", 1), *BOTH
        ),
        "messages.schema-member-missing": bodied(
            "request.submitted", changed("request/reference", ...), *BOTH
        ),
        "messages.schema-word": bodied(
            "request.submitted", changed("request/measure", "arrest"), *BOTH
        ),
        "messages.schema-kind": bodied(
            "request.submitted", changed("request/confidential", "no"), *BOTH
        ),
        "messages.schema-null": bodied(
            "request.submitted", changed("subject/accounts/0/type", None), *BOTH
        ),
        "messages.schema-long": bodied(
            "request.submitted", changed("request/reference", "x" * 301), *BOTH
        ),
        "messages.schema-many": bodied(
            "request.submitted",
            changed(
                "request/basis",
                [{"instrument": "x", "article": "1", "status": "in-force"}] * 9,
            ),
            *BOTH,
        ),
        "messages.schema-ascending": bodied(
            "request.submitted", changed("subject/items", items(2, 1)), *BOTH
        ),
        "messages.schema-day": bodied(
            "request.submitted",
            changed(
                "subject/period",
                {"start": "2026-02-30T00:00:00Z", "end": "2026-03-01T00:00:00Z"},
            ),
            *BOTH,
        ),
    }
)


@probe("messages.items")
def with_items(bench: Bench) -> None:
    """Numbers ascend, with gaps."""
    sections = changed("subject/items", items(1, 2, 10))()
    bench.begin_conversation(
        bench.peer, bench.peer.approved(bench.peer.opening("request.submitted", sections), *BOTH)
    )


@probe("messages.items-misfit")
def items_misfit(bench: Bench) -> None:
    """An item is left out, and its number comes again for another text."""
    sections = changed("subject/items", items(1, 2))()
    letter = bench.peer.approved(bench.peer.opening("request.submitted", sections), *BOTH)
    talk = bench.begin_conversation(bench.peer, letter)
    other = [{"number": 2, "description": note("Another text.")["note"]["text"]}]
    for left in (items(1), [*items(1), *other]):
        told = {**note(), "subject": changed("subject/items", left)()["subject"]}
        letter = bench.peer.next(talk, "request.amended", told)
        bench.say(talk, bench.peer.approved(letter, *BOTH), "applied")


@probe("messages.identifier-odd")
def identifier_odd(bench: Bench) -> None:
    """Registers change; the receiver shows it, and takes the message."""
    sections = changed("subject/accounts/0/type", "iban")()
    bench.begin_conversation(
        bench.peer, bench.peer.approved(bench.peer.opening("request.submitted", sections), *BOTH)
    )


@probe("messages.topic-unknown")
def topic_unknown(bench: Bench) -> None:
    """It shows the key."""
    sections = need(now())
    sections["need"]["topics"] = ["a-topic-of-tomorrow"]
    letter = bench.peer.approved(bench.peer.opening("assistance.needed", sections), "author")
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.after-a-refusal")
def after_a_refusal(bench: Bench) -> None:
    """The refused message keeps its place."""
    talk = bench.opened()
    odd = bench.note(talk)
    odd.payload["type"] = "consultation.shouted"
    bench.say(talk, odd, "refused:type-unknown")
    bench.say(talk, bench.note(talk), "applied")
