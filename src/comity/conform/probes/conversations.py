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
    [
        (
            "conversations.open-request",
            "8.4",
            "A request with two approvals opens a conversation.",
            opens("request.submitted", request, *BOTH),
        ),
        (
            "conversations.open-information",
            "8.4",
            "Information that is shared opens a conversation.",
            opens("information.shared", information, "author"),
        ),
        (
            "conversations.open-ping",
            "8.4",
            "A ping, without any section, opens a conversation.",
            opens("contact.ping", dict),
        ),
        (
            "conversations.open-need",
            "7.4",
            "A need opens a conversation on the board.",
            opens("assistance.needed", lambda: need(now()), "author"),
        ),
        (
            "conversations.open-help",
            "7.4",
            "Help that is available opens a conversation on the board.",
            opens("assistance.available", lambda: help_(now()), "author"),
        ),
        (
            "conversations.open-places",
            "7.4",
            "Places in a course open a conversation on the board.",
            opens("training.places-offered", lambda: places(now()), "author"),
        ),
        (
            "conversations.open-table",
            "7.5",
            "A call opens a round table.",
            opens("table.called", lambda: round_table(now()), "author"),
        ),
        (
            "conversations.amended",
            "8.4",
            "A request that is submitted can be amended.",
            said(submitted, "request.amended", noted, *BOTH),
        ),
        (
            "conversations.withdrawn",
            "8.4",
            "A request that is submitted can be withdrawn.",
            said(submitted, "request.withdrawn", dict, "author"),
        ),
        (
            "conversations.status-asked",
            "8.4",
            "The status of a request that is active can be asked.",
            said(submitted, "request.status-asked"),
        ),
        (
            "conversations.consent-asked",
            "8.4",
            "Consent to a use can be asked in any state of a request.",
            said(submitted, "use.consent-asked", use, "author"),
        ),
        (
            "conversations.board-note",
            "7.4",
            "A note may be written on the board.",
            said(needed, "assistance.noted", noted, "author"),
        ),
        (
            "conversations.taken-off",
            "7.4",
            "A need can be taken off the board.",
            said(needed, "assistance.taken-off", dict, "author"),
        ),
        (
            "conversations.complained",
            "7.4",
            "A complaint opens an instance of its own.",
            said(
                needed,
                "assistance.complained",
                complaint,
                *BOTH,
            ),
        ),
        (
            "conversations.complaint-approvals",
            "7.4",
            "A complaint with the approval of one officer is refused by a receipt.",
            said(
                needed,
                "assistance.complained",
                complaint,
                "author",
                word="refused:approvals-missing",
            ),
        ),
        (
            "conversations.minutes",
            "7.5",
            "The caller of a round table proposes minutes.",
            said(
                called,
                "table.minutes-proposed",
                lambda: minutes(now(), "zz/conformance"),
                *BOTH,
            ),
        ),
        (
            "conversations.minutes-approvals",
            "7.5",
            "Minutes with the approval of one officer are refused by a receipt.",
            said(
                called,
                "table.minutes-proposed",
                lambda: minutes(now(), "zz/conformance"),
                "author",
                word="refused:approvals-missing",
            ),
        ),
        (
            "conversations.any-about",
            "8.4",
            "Another move may name an earlier message, which changes nothing.",
            said(conferred, "consultation.note", noted, about=opening_of),
        ),
        (
            "conversations.illegal-role",
            "8.2",
            "A move of the requested party by the requester is illegal.",
            said(
                submitted,
                "request.acknowledged",
                lambda: {"acknowledgement": {"reference": "1", "note": None}},
                word=ILLEGAL,
            ),
        ),
        (
            "conversations.illegal-state",
            "8.2",
            "A move that the state does not allow is illegal.",
            said(submitted, "request.closed", word=ILLEGAL),
        ),
        (
            "conversations.illegal-released",
            "8.4",
            "What was never preserved cannot be released.",
            said(submitted, "request.released", dict, "author", word=ILLEGAL),
        ),
        (
            "conversations.illegal-clarified",
            "8.4",
            "A request without a question cannot be clarified.",
            said(submitted, "request.clarified", noted, "author", word=ILLEGAL),
        ),
        (
            "conversations.illegal-second-opening",
            "8.4",
            "A request cannot be submitted a second time in its conversation.",
            said(submitted, "request.submitted", request, *BOTH, word=ILLEGAL),
        ),
        (
            "conversations.illegal-board-in-request",
            "7.4",
            "No move of the board is legal in a request.",
            said(submitted, "assistance.noted", noted, "author", word=ILLEGAL),
        ),
        (
            "conversations.illegal-request-on-board",
            "7.4",
            "No move of a request is legal on the board.",
            said(needed, "request.withdrawn", dict, "author", word=ILLEGAL),
        ),
        (
            "conversations.illegal-table-in-consultation",
            "7.5",
            "No move of a round table is legal elsewhere.",
            said(conferred, "table.noted", noted, "author", word=ILLEGAL),
        ),
        (
            "conversations.illegal-own-offer",
            "7.4",
            "No party takes up its own need.",
            said(
                needed,
                "assistance.offered",
                lambda: help_(now()),
                "author",
                word=ILLEGAL,
            ),
        ),
        (
            "conversations.illegal-own-ping",
            "8.4",
            "No party answers its own ping.",
            said(pinged, "contact.answered", word=ILLEGAL),
        ),
        (
            "conversations.illegal-about-nothing",
            "8.4",
            "A move that answers a side track must name what it answers.",
            said(
                submitted,
                "conditions.accepted",
                dict,
                "author",
                word=ILLEGAL,
            ),
        ),
        (
            "conversations.illegal-about-other",
            "8.4",
            "A move that answers a side track must name an instance of that track.",
            said(
                submitted,
                "conditions.accepted",
                dict,
                "author",
                word=ILLEGAL,
                about=opening_of,
            ),
        ),
        (
            "conversations.illegal-about-opening-move",
            "8.4",
            "A move that opens an instance names nothing in about.",
            said(
                submitted,
                "use.consent-asked",
                use,
                "author",
                word=ILLEGAL,
                about=opening_of,
            ),
        ),
    ]
)


def go_on(bench: Bench, talk: Talk, type: str, *roles: str, word: str = "applied") -> None:
    """Say something without a section that must be there."""
    bench.say(talk, bench.peer.approved(bench.peer.next(talk, type), *roles), word)


@probe(
    "conversations.closed", "8.4", "A request that was withdrawn can be closed, and then only once."
)
def closed(bench: Bench) -> None:
    """Submitted, withdrawn, closed, and closed again."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", "author")
    go_on(bench, talk, "request.closed")
    go_on(bench, talk, "request.closed", word=ILLEGAL)


@probe("conversations.amended-too-late", "8.4", "What was withdrawn cannot be amended.")
def amended_too_late(bench: Bench) -> None:
    """After the withdrawal."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", "author")
    letter = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), *BOTH)
    bench.say(talk, letter, ILLEGAL)


@probe("conversations.table-closed", "7.5", "At a table that is closed no minutes are proposed.")
def table_closed(bench: Bench) -> None:
    """Notes go on."""
    talk = called(bench)
    go_on(bench, talk, "table.closed", "author")
    letter = bench.peer.next(talk, "table.noted", note())
    bench.say(talk, bench.peer.approved(letter, "author"), "applied")
    letter = bench.peer.next(talk, "table.minutes-proposed", minutes(now(), bench.peer.party))
    bench.say(talk, bench.peer.approved(letter, *BOTH), ILLEGAL)


@probe("conversations.off-the-board", "7.4", "What is off the board is not taken off again.")
def off_the_board(bench: Bench) -> None:
    """Twice."""
    talk = needed(bench)
    go_on(bench, talk, "assistance.taken-off", "author")
    go_on(bench, talk, "assistance.taken-off", "author", word=ILLEGAL)


@probe("conversations.complaint-settled", "7.4", "A complaint is settled once.")
def complaint_settled(bench: Bench) -> None:
    """Either side may; the second time nothing waits."""
    talk = needed(bench)
    letter = bench.peer.next(talk, "assistance.complained", complaint())
    bench.say(talk, bench.peer.approved(letter, *BOTH), "applied")
    made = talk.chains[bench.peer.party][-1]
    for word in ("applied", ILLEGAL):
        letter = bench.peer.next(talk, "assistance.complaint-settled", note(), about=made)
        bench.say(talk, bench.peer.approved(letter, "author"), word)


@probe(
    "conversations.after-an-illegal-move",
    "8.2",
    "What names an illegal move as previous is illegal.",
)
def after_an_illegal_move(bench: Bench) -> None:
    """So does everything after it."""
    talk = submitted(bench)
    go_on(bench, talk, "request.closed", word=ILLEGAL)
    go_on(bench, talk, "request.status-asked", word=ILLEGAL)


@probe(
    "conversations.refused-has-no-effect",
    "8.2",
    "A message refused for its content changes no state.",
)
def refused_has_no_effect(bench: Bench) -> None:
    """A withdrawal without its approval; the request can still be amended."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", word="refused:approvals-missing")
    letter = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), *BOTH)
    bench.say(talk, letter, "applied")


@probe(
    "conversations.minutes-of-another", "7.5", "Only the caller of a round table proposes minutes."
)
def minutes_of_another(bench: Bench) -> None:
    """The third party does, at a table of three."""
    members = (bench.node, bench.peer.party, bench.third.party)
    talk = bench.opened("table.called", round_table(now()), "author", members=members)
    letter = bench.third.next(talk, "table.minutes-proposed", minutes(now(), bench.third.party))
    expect_receipt(bench.third, bench.third.send(bench.third.approved(letter, *BOTH)), ILLEGAL)


@probe(
    "conversations.circular-answered",
    "7.4",
    "Nothing is offered in answer to several States at once.",
)
def circular_answered(bench: Bench) -> None:
    """The third party offers help in the circular itself."""
    members = (bench.node, bench.peer.party, bench.third.party)
    talk = bench.opened("assistance.needed", need(now()), "author", members=members)
    letter = bench.third.next(talk, "assistance.offered", help_(now()))
    expect_receipt(bench.third, bench.third.send(bench.third.approved(letter, "author")), ILLEGAL)
