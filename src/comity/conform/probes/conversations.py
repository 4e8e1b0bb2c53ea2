"""Conversations: legal and illegal moves, order, duplicates, double-speak, what is held (spec 8)."""

from collections.abc import Callable, Mapping
from typing import Any

from comity.canonical import new_id
from comity.conform.bench import Bench
from comity.conform.judging import demand, outcome
from comity.conform.letters import Letter
from comity.conform.model import Step, probe, table
from comity.conform.operator import Wanted
from comity.conform.peer import Talk, ahead, now
from comity.conform.texts import (
    help_,
    information,
    minutes,
    need,
    note,
    places,
    request,
    table as round_table,
    text,
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
                lambda: {
                    "complaint": {
                        "summary": text("Nothing was wrong."),
                        "remedy": None,
                        "answer_by": ahead(days=9),
                    }
                },
                *BOTH,
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
            "What nobody asked cannot be clarified.",
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
            "Nobody takes up a need of their own.",
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
            "Nobody answers a ping of their own.",
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


@probe("conversations.closed", "8.4", "A request that was withdrawn can be closed, and then only once.")
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
    told = {"summary": text("Nothing."), "remedy": None, "answer_by": ahead(days=9)}
    letter = bench.peer.next(talk, "assistance.complained", {"complaint": told})
    bench.say(talk, bench.peer.approved(letter, *BOTH), "applied")
    complaint = talk.chains[bench.peer.party][-1]
    for word in ("applied", ILLEGAL):
        letter = bench.peer.next(talk, "assistance.complaint-settled", note(), about=complaint)
        bench.say(talk, bench.peer.approved(letter, "author"), word)


@probe("conversations.after-an-illegal-move", "8.2", "What names an illegal move as previous is illegal.")
def after_an_illegal_move(bench: Bench) -> None:
    """So does everything after it."""
    talk = submitted(bench)
    go_on(bench, talk, "request.closed", word=ILLEGAL)
    go_on(bench, talk, "request.status-asked", word=ILLEGAL)


@probe("conversations.refused-has-no-effect", "8.2", "A message refused for what it says moves nothing.")
def refused_has_no_effect(bench: Bench) -> None:
    """A withdrawal without its approval; the request can still be amended."""
    talk = submitted(bench)
    go_on(bench, talk, "request.withdrawn", word="refused:approvals-missing")
    letter = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), *BOTH)
    bench.say(talk, letter, "applied")


# ------------------------------------------------------------------ order


def chain(bench: Bench, talk: Talk, count: int) -> list[Letter]:
    """Return notes that follow each other, not sent yet."""
    found = []
    for _ in range(count):
        letter = bench.note(talk)
        talk.add(bench.peer.party, _content(bench, letter))
        found.append(letter)
    return found


def _content(bench: Bench, letter: Letter) -> str:
    from comity.conform.letters import content_of

    del bench
    return content_of(letter.data())


@probe("conversations.gap", "8.1", "A message that came before the one it follows is held.")
def gap(bench: Bench) -> None:
    """The third before the second."""
    talk = conferred(bench)
    letters = chain(bench, talk, 2)
    outcome(bench.peer, bench.peer.send(letters[1]), "held")


@probe("conversations.gap-filled", "8.1", "When the gap is filled, the conversation goes on.")
def gap_filled(bench: Bench) -> None:
    """Third, second, fourth: only the third is held."""
    talk = conferred(bench)
    letters = chain(bench, talk, 3)
    outcome(bench.peer, bench.peer.send(letters[1]), "held")
    outcome(bench.peer, bench.peer.send(letters[0]), "applied")
    outcome(bench.peer, bench.peer.send(letters[2]), "applied")


@probe("conversations.reversed", "8.1", "Messages that come in reverse are held until their past is there.")
def in_reverse(bench: Bench) -> None:
    """Five, the last first."""
    talk = conferred(bench)
    letters = chain(bench, talk, 5)
    for letter in reversed(letters[1:]):
        outcome(bench.peer, bench.peer.send(letter), "held")
    outcome(bench.peer, bench.peer.send(letters[0]), "applied")
    bench.say(talk, bench.note(talk), "applied")


@probe("conversations.before-the-opening", "8.1", "A message that came before the opening is held.")
def before_the_opening(bench: Bench) -> None:
    """Then the opening comes, and the conversation goes on."""
    opening = bench.peer.opening("consultation.note", note())
    talk = Talk(_content(bench, opening), tuple(opening.payload["members"]))
    talk.add(bench.peer.party, talk.content)
    later = chain(bench, talk, 1)[0]
    outcome(bench.peer, bench.peer.send(later), "held")
    outcome(bench.peer, bench.peer.send(opening), "applied")
    bench.say(talk, bench.note(talk), "applied")


@probe("conversations.duplicate", "11.1", "A duplicate is answered with the same receipt, byte for byte.")
def duplicate(bench: Bench) -> None:
    """Sealed anew, with another known."""
    letter = bench.peer.opening("consultation.note", note())
    message = bench.peer.sign(letter)
    one = bench.peer.send_signed(letter, message)
    outcome(bench.peer, one, "applied")
    two = bench.peer.send_signed(letter, message, known=None)
    demand(one.answer.body == two.answer.body, "the same bytes", two.answer.words())


@probe("conversations.duplicate-later", "11.1", "A duplicate gets its old receipt, whatever came between.")
def duplicate_later(bench: Bench) -> None:
    """A held one keeps its outcome, though its past is there now."""
    talk = conferred(bench)
    letters = chain(bench, talk, 2)
    message = bench.peer.sign(letters[1])
    held = bench.peer.send_signed(letters[1], message)
    outcome(bench.peer, held, "held")
    outcome(bench.peer, bench.peer.send(letters[0]), "applied")
    again = bench.peer.send_signed(letters[1], message)
    demand(held.answer.body == again.answer.body, "the same bytes", again.answer.words())


@probe("conversations.double-sequence", "8.6", "Two messages of one sequence are double-speak.")
def double_sequence(bench: Bench) -> None:
    """The first was applied; the second is held and receipted."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    outcome(bench.peer, bench.peer.send(one), "applied")
    outcome(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.double-id", "8.6", "Two messages of one id are double-speak.")
def double_id(bench: Bench) -> None:
    """In one conversation, at different places."""
    talk = conferred(bench)
    one = bench.note(talk)
    bench.say(talk, one, "applied")
    two = bench.note(talk, id=one.payload["id"])
    outcome(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.double-opening", "8.6", "Two openings of one id are double-speak.")
def double_opening(bench: Bench) -> None:
    """They name two conversations."""
    one = bench.peer.opening("consultation.note", note("One."))
    outcome(bench.peer, bench.peer.send(one), "applied")
    two = bench.peer.opening("consultation.note", note("Two."), id=one.payload["id"])
    outcome(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.after-double-speak", "8.6", "Nothing later of an author that spoke twice is applied.")
def after_double_speak(bench: Bench) -> None:
    """The chain is cut before the doubled sequence."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    bench.say(talk, one, "applied")
    outcome(bench.peer, bench.peer.send(two), "held:double-speak")
    sent = bench.peer.send(bench.note(talk))
    outcome(bench.peer, sent, "held", "held:double-speak")


@probe("conversations.twin-receipt-stays", "8.6", "The receipt for the first of two is not withdrawn.")
def twin_receipt_stays(bench: Bench) -> None:
    """The first message, sent again, still has its receipt."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    message = bench.peer.sign(one)
    first = bench.peer.send_signed(one, message)
    outcome(bench.peer, first, "applied")
    outcome(bench.peer, bench.peer.send(two), "held:double-speak")
    again = bench.peer.send_signed(one, message)
    demand(first.answer.body == again.answer.body, "the same bytes", again.answer.words())


@probe("conversations.same-id-of-two", "6", "An id is unique for its author: another's is no double.")
def same_id_of_two(bench: Bench) -> None:
    """The peer and the third party use the same id."""
    id = new_id(now(), b"0123456789")
    own = bench.peer.opening("consultation.note", note(), id=id)
    other = bench.third.opening("consultation.note", note(), id=id)
    outcome(bench.peer, bench.peer.send(own), "applied")
    outcome(bench.third, bench.third.send(other), "applied")


# ------------------------------------------------------------------ more than two


@probe("conversations.three", "8.3", "Among three, each member's message is applied.")
def three(bench: Bench) -> None:
    """The third party answers the peer's opening."""
    talk = bench.table_of_three()
    letter = bench.third.next(talk, "consultation.note", note("Of the third."))
    outcome(bench.third, bench.third.send(letter), "applied")


@probe("conversations.three-concurrent", "8.3", "Two messages that did not see each other both count.")
def three_concurrent(bench: Bench) -> None:
    """Of the third party and of the peer."""
    talk = bench.table_of_three()
    one = bench.third.next(talk, "consultation.note", note())
    two = bench.note(talk)
    outcome(bench.third, bench.third.send(one), "applied")
    outcome(bench.peer, bench.peer.send(two), "applied")


@probe("conversations.three-past", "8.1", "What a third member has not sent us yet, it is waited for.")
def three_past(bench: Bench) -> None:
    """The peer has seen a note of the third party that the node has not."""
    talk = bench.table_of_three()
    unsent = bench.third.next(talk, "consultation.note", note("Late."))
    talk.add(bench.third.party, _content(bench, unsent))
    outcome(bench.peer, bench.peer.send(bench.note(talk)), "held")
    outcome(bench.third, bench.third.send(unsent), "applied")


@probe("conversations.seen-shrinks", "8.2", "What an author has seen does not shrink along its chain.")
def seen_shrinks(bench: Bench) -> None:
    """The peer forgets a note of the third party."""
    talk = bench.table_of_three()
    for words in ("One.", "Two."):
        letter = bench.third.next(talk, "consultation.note", note(words))
        sent = bench.third.send(letter)
        outcome(bench.third, sent, "applied")
        talk.add(bench.third.party, sent.content)
    bench.say(talk, bench.note(talk), "applied")
    first = {"content": talk.chains[bench.third.party][0], "sequence": 1}
    outcome(bench.peer, bench.peer.send(bench.note(talk, seen={bench.third.party: first})), ILLEGAL)


@probe("conversations.outsider", "6", "Who is no member cannot go on with a conversation.")
def outsider(bench: Bench) -> None:
    """The third party writes into a conversation of two, as one of its members."""
    talk = conferred(bench)
    strangers = Talk(talk.content, tuple(sorted([bench.node, bench.third.party])))
    strangers.add(bench.peer.party, talk.content)
    letter = bench.third.next(
        strangers,
        "consultation.note",
        note(),
        seen={bench.node: {"content": talk.content, "sequence": 1}},
    )
    sent = bench.third.send(letter)
    if sent.answer.status == 200:
        outcome(bench.third, sent, ILLEGAL, "held")
    bench.say(talk, bench.note(talk), "applied")


# ------------------------------------------------------------------ with moves of the node


def answered(bench: Bench, talk: Talk, wanted: Wanted) -> None:
    """Let the node say something, and wait until it is here."""
    operator = bench.need_operator()
    operator.send(wanted)

    def found() -> Any:
        return next(
            (
                one.message
                for one in bench.endpoint.arrivals
                if one.message is not None
                and one.message.conversation == talk.content
                and one.message.draft.type == wanted.type
                and one.message.content not in talk.chains.get(bench.node, [])
            ),
            None,
        )

    message = bench.endpoint.wait(found, operator.patience_s)
    demand(message, f"{wanted.words()} at the peer", "nothing in time")
    talk.add(bench.node, message.content)


def acknowledged(bench: Bench) -> Talk:
    """Return a request that the node has acknowledged."""
    bench.need_operator()
    talk = submitted(bench)
    section = {"acknowledgement": {"reference": "KIT-1", "note": None}}
    wanted = Wanted("request.acknowledged", section, conversation=talk.content)
    answered(bench, talk, wanted)
    return talk


@probe("conversations.overtaken", "8.3", "What a decision of the other side overtook changes nothing.")
def overtaken(bench: Bench) -> None:
    """The peer asks for more time while the node asks for a clarification."""
    talk = acknowledged(bench)
    told = {"extension": {"until": ahead(days=60), "reasons": text("More time.")}}
    letter = bench.peer.next(talk, "request.extension-asked", told)
    late = bench.peer.approved(letter, "author")
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    answered(bench, talk, wanted)
    bench.say(talk, late, "overtaken")


@probe("conversations.crossed-withdrawal", "8.3", "A withdrawal that crossed a question counts.")
def crossed_withdrawal(bench: Bench) -> None:
    """Lower rank first: what was asked is overtaken."""
    talk = acknowledged(bench)
    late = bench.peer.approved(bench.peer.next(talk, "request.withdrawn"), "author")
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    answered(bench, talk, wanted)
    bench.say(talk, late, "applied")


@probe("conversations.clarified", "8.4", "A question of the node is answered, and the request goes on.")
def clarified(bench: Bench) -> None:
    """Asked, answered, asked again."""
    talk = acknowledged(bench)
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    answered(bench, talk, wanted)
    letter = bench.peer.next(talk, "request.clarified", note("The second."))
    bench.say(talk, bench.peer.approved(letter, "author"), "applied")
    answered(bench, talk, wanted)


@probe("conversations.status-given", "8.4", "The node gives the status that was asked.")
def status_given(bench: Bench) -> None:
    """It names the question in about, or nothing."""
    bench.need_operator()
    talk = submitted(bench)
    bench.say(talk, bench.peer.next(talk, "request.status-asked"), "applied")
    question = talk.chains[bench.peer.party][-1]
    wanted = Wanted(
        "request.status-given", note("It waits."), conversation=talk.content, about=question
    )
    answered(bench, talk, wanted)


@probe("conversations.ping-answered", "8.4", "A ping is answered.")
def ping_answered(bench: Bench) -> None:
    """By the node's own message."""
    bench.need_operator()
    talk = pinged(bench)
    answered(bench, talk, Wanted("contact.answered", {}, conversation=talk.content))
