"""Conversations: legal and illegal moves, order, duplicates, double-speak (spec 8)."""

from collections.abc import Callable, Mapping
from typing import Any

from comity.conform.bench import Bench
from comity.conform.expectations import expect_receipt
from comity.conform.model import Step, probe, table
from comity.conform.peer import Talk, ahead, now
from comity.conform.texts import (
    help_,
    information,
    minutes,
    need,
    note,
    places,
    request,
    text,
)
from comity.conform.texts import (
    table as round_table,
)

BOTH = ("author", "approver")
ILLEGAL = "refused:illegal-move"


def opens(type: str, sections: Callable[[], Mapping[str, Any]], *roles: str) -> Step:
    """Return a step that opens a conversation."""
    return lambda bench: void(bench.opened(type, sections(), *roles))


def void(_: object) -> None:
    """Return nothing, whatever was made."""


def submitted(bench: Bench) -> Talk:
    """Return a request that the node has taken."""
    return bench.opened("request.submitted", request(), *BOTH)


def needed(bench: Bench) -> Talk:
    """Return a need on the board."""
    return bench.opened("assistance.needed", need(now()), "author")


def pinged(bench: Bench) -> Talk:
    """Return a ping."""
    return bench.opened("contact.ping", {})


def called(bench: Bench) -> Talk:
    """Return a round table that was called."""
    return bench.opened("table.called", round_table(now()), "author")


def conferred(bench: Bench) -> Talk:
    """Return a consultation."""
    return bench.opened()


type Make = Callable[[Bench], Talk]


def said(
    make: Make,
    type: str,
    sections: Callable[[], Mapping[str, Any]] = dict,
    *roles: str,
    word: str = "applied",
    about: Callable[[Talk], str | None] = lambda _talk: None,
) -> Step:
    """Return a step that says one thing in a new conversation, and demands an outcome."""

    def step(bench: Bench) -> None:
        talk = make(bench)
        letter = bench.peer.next(talk, type, sections(), about=about(talk))
        bench.say(talk, bench.peer.approved(letter, *roles), word)

    return step


def opening_of(talk: Talk) -> str:
    """Return the content digest of the opening."""
    return talk.content


def noted() -> dict[str, Any]:
    """Return section note."""
    return note()


def complaint() -> dict[str, Any]:
    """Return section complaint."""
    told = {"summary": text("Nothing was wrong."), "remedy": None, "answer_by": ahead(days=9)}
    return {"complaint": told}


def use() -> dict[str, Any]:
    """Return section use."""
    told = {"purpose": "public", "to": None, "reasons": text("For the exercise.")}
    return {"use": told}


table(
    {
        "conversations.open-request": opens("request.submitted", request, *BOTH),
        "conversations.open-information": opens("information.shared", information, "author"),
        "conversations.open-ping": opens("contact.ping", dict),
        "conversations.open-need": opens("assistance.needed", lambda: need(now()), "author"),
        "conversations.open-help": opens("assistance.available", lambda: help_(now()), "author"),
        "conversations.open-places": opens(
            "training.places-offered", lambda: places(now()), "author"
        ),
        "conversations.open-table": opens("table.called", lambda: round_table(now()), "author"),
        "conversations.amended": said(submitted, "request.amended", noted, *BOTH),
        "conversations.withdrawn": said(submitted, "request.withdrawn", dict, "author"),
        "conversations.status-asked": said(submitted, "request.status-asked"),
        "conversations.consent-asked": said(submitted, "use.consent-asked", use, "author"),
        "conversations.board-note": said(needed, "assistance.noted", noted, "author"),
        "conversations.taken-off": said(needed, "assistance.taken-off", dict, "author"),
        "conversations.complained": said(
            needed,
            "assistance.complained",
            complaint,
            *BOTH,
        ),
        "conversations.complaint-approvals": said(
            needed,
            "assistance.complained",
            complaint,
            "author",
            word="refused:approvals-missing",
        ),
        "conversations.minutes": said(
            called,
            "table.minutes-proposed",
            lambda: minutes(now(), "zz/conformance"),
            *BOTH,
        ),
        "conversations.minutes-approvals": said(
            called,
            "table.minutes-proposed",
            lambda: minutes(now(), "zz/conformance"),
            "author",
            word="refused:approvals-missing",
        ),
        "conversations.any-about": said(conferred, "consultation.note", noted, about=opening_of),
        "conversations.illegal-role": said(
            submitted,
            "request.acknowledged",
            lambda: {"acknowledgement": {"reference": "1", "note": None}},
            word=ILLEGAL,
        ),
        "conversations.illegal-state": said(submitted, "request.closed", word=ILLEGAL),
        "conversations.illegal-released": said(
            submitted, "request.released", dict, "author", word=ILLEGAL
        ),
        "conversations.illegal-clarified": said(
            submitted, "request.clarified", noted, "author", word=ILLEGAL
        ),
        "conversations.illegal-second-opening": said(
            submitted, "request.submitted", request, *BOTH, word=ILLEGAL
        ),
        "conversations.illegal-board-in-request": said(
            submitted, "assistance.noted", noted, "author", word=ILLEGAL
        ),
        "conversations.illegal-request-on-board": said(
            needed, "request.withdrawn", dict, "author", word=ILLEGAL
        ),
        "conversations.illegal-table-in-consultation": said(
            conferred, "table.noted", noted, "author", word=ILLEGAL
        ),
        "conversations.illegal-own-offer": said(
            needed,
            "assistance.offered",
            lambda: help_(now()),
            "author",
            word=ILLEGAL,
        ),
        "conversations.illegal-own-ping": said(pinged, "contact.answered", word=ILLEGAL),
        "conversations.illegal-about-nothing": said(
            submitted,
            "conditions.accepted",
            dict,
            "author",
            word=ILLEGAL,
        ),
        "conversations.illegal-about-other": said(
            submitted,
            "conditions.accepted",
            dict,
            "author",
            word=ILLEGAL,
            about=opening_of,
        ),
        "conversations.illegal-about-opening-move": said(
            submitted,
            "use.consent-asked",
            use,
            "author",
            word=ILLEGAL,
            about=opening_of,
        ),
    }
)


def go_on(bench: Bench, talk: Talk, type: str, *roles: str, word: str = "applied") -> None:
    """Say something without a section that must be there."""
    bench.say(talk, bench.peer.approved(bench.peer.next(talk, type), *roles), word)


@probe("conversations.closed")
def closed(bench: Bench) -> None:
    """Submitted, withdrawn, closed, and closed again."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", "author")
    go_on(bench, talk, "request.closed")
    go_on(bench, talk, "request.closed", word=ILLEGAL)


@probe("conversations.amended-too-late")
def amended_too_late(bench: Bench) -> None:
    """After the withdrawal."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", "author")
    letter = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), *BOTH)
    bench.say(talk, letter, ILLEGAL)


@probe("conversations.table-closed")
def table_closed(bench: Bench) -> None:
    """Notes go on."""
    talk = called(bench)
    go_on(bench, talk, "table.closed", "author")
    letter = bench.peer.next(talk, "table.noted", note())
    bench.say(talk, bench.peer.approved(letter, "author"), "applied")
    letter = bench.peer.next(talk, "table.minutes-proposed", minutes(now(), bench.peer.party))
    bench.say(talk, bench.peer.approved(letter, *BOTH), ILLEGAL)


@probe("conversations.off-the-board")
def off_the_board(bench: Bench) -> None:
    """Twice."""
    talk = needed(bench)
    go_on(bench, talk, "assistance.taken-off", "author")
    go_on(bench, talk, "assistance.taken-off", "author", word=ILLEGAL)


@probe("conversations.complaint-settled")
def complaint_settled(bench: Bench) -> None:
    """Either side may; the second time nothing waits."""
    talk = needed(bench)
    letter = bench.peer.next(talk, "assistance.complained", complaint())
    bench.say(talk, bench.peer.approved(letter, *BOTH), "applied")
    made = talk.chains[bench.peer.party][-1]
    for word in ("applied", ILLEGAL):
        letter = bench.peer.next(talk, "assistance.complaint-settled", note(), about=made)
        bench.say(talk, bench.peer.approved(letter, "author"), word)


@probe("conversations.after-an-illegal-move")
def after_an_illegal_move(bench: Bench) -> None:
    """So does everything after it."""
    talk = submitted(bench)
    go_on(bench, talk, "request.closed", word=ILLEGAL)
    go_on(bench, talk, "request.status-asked", word=ILLEGAL)


@probe("conversations.refused-has-no-effect")
def refused_has_no_effect(bench: Bench) -> None:
    """A withdrawal without its approval; the request can still be amended."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", word="refused:approvals-missing")
    letter = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), *BOTH)
    bench.say(talk, letter, "applied")


@probe("conversations.minutes-of-another")
def minutes_of_another(bench: Bench) -> None:
    """The third party does, at a table of three."""
    members = (bench.node, bench.peer.party, bench.third.party)
    talk = bench.opened("table.called", round_table(now()), "author", members=members)
    letter = bench.third.next(talk, "table.minutes-proposed", minutes(now(), bench.third.party))
    expect_receipt(bench.third, bench.third.send(bench.third.approved(letter, *BOTH)), ILLEGAL)


@probe("conversations.circular-answered")
def circular_answered(bench: Bench) -> None:
    """The third party offers help in the circular itself."""
    members = (bench.node, bench.peer.party, bench.third.party)
    talk = bench.opened("assistance.needed", need(now()), "author", members=members)
    letter = bench.third.next(talk, "assistance.offered", help_(now()))
    expect_receipt(bench.third, bench.third.send(bench.third.approved(letter, "author")), ILLEGAL)
