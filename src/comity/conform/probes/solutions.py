"""Solutions: the node passes on what it was offered, to whom it may, until it is withdrawn.

Their author is a party of another State than the partner that the node offers them to; which States
they may go to is the author's word (spec 13.2, 19).
"""

import os
import time
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import ComityError, new_id, state_of, time_text
from comity.conform.bench import Bench
from comity.conform.endpoint import SOLUTIONS
from comity.conform.expectations import expect_error, expect_receipt, require
from comity.conform.model import probe
from comity.conform.offers import await_answer, said
from comity.conform.operator import Wanted
from comity.conform.peer import Peer, Talk, now
from comity.conform.probes.sending import LOOK_S
from comity.conform.texts import need, text
from comity.evidence.solution import (
    Statement,
    file_digest,
    listed,
    parse_statement,
    record_of,
    sign_statement,
    sign_withdrawal,
    write_solution,
)
from comity.keys import Jws

OFFERED: Final = "solution.offered"
STORED_S: Final = 0.5
"""How long the node may take to keep a file, once all of its bytes are fetched."""


@dataclass(frozen=True)
class Given:
    """A solution that the node was offered, and has fetched.

    Attributes:
        talk: in which it was.
        offer: content digest of the message that did.
        envelope, statement: what its author signed.
        data: the file.
    """

    talk: Talk
    offer: str
    envelope: Jws
    statement: Statement
    data: bytes

    @property
    def path(self) -> str:
        """Return its address."""
        return SOLUTIONS + file_digest(self.data).removeprefix("sha256:")

    @property
    def section(self) -> dict[str, Any]:
        """Return section ``solution`` of its offer."""
        return section(self.envelope, self.data)


def section(envelope: Jws, data: bytes) -> dict[str, Any]:
    """Return section ``solution`` for a file."""
    digest = file_digest(data)
    return {"digest": digest, "size_bytes": len(data), "statement": envelope.value}


def written(bench: Bench, states: tuple[str, ...]) -> tuple[Jws, bytes]:
    """Return a solution that may go to these States: the signed statement and the file."""
    author, directory = bench.abroad, bench.directory
    files = {"data/read-me.txt": f"Conformance kit: {os.urandom(8).hex()}".encode()}
    value = {
        "protocol": "comity/1",
        "mode": author.mode,
        "party": author.party,
        "id": new_id(now(), os.urandom(10)),
        "version": "1",
        "kind": "playbook",
        "matter": "An exercise of the conformance kit",
        "description": text("Conformance kit: nothing to be used."),
        "topics": ["methods"],
        "licence": "CC0-1.0",
        "needs": [],
        "used_by": [],
        "tested": [],
        "share_with": list(states),
        "withdrawal": "By a message in the conversation in which it was given.",
        "made_at": time_text(now()),
        "files": listed(files),
    }
    envelope = sign_statement(value, author.keys.signing["export"])
    data = write_solution(
        envelope,
        files,
        states=[one.jws for one in directory.states[state_of(author.party)]],
        entries=[one.jws for one in directory.versions(author.party)],
    )
    return envelope, data


def board(bench: Bench, peer: Peer) -> Talk:
    """Open a conversation with the node in which solutions may be offered."""
    letter = peer.opening("assistance.needed", need(now()))
    return bench.begin_conversation(peer, peer.approved(letter, "author"))


def given(bench: Bench, *states: str) -> Given:
    """Return a solution that the node has, and may pass on to these States; one a run."""
    place = f"solution {' '.join(states)}"
    kept: Given | None = bench.kept.get(place)
    if kept is not None:
        return kept
    bench.need_operator()
    envelope, data = written(bench, (state_of(bench.node), *states))
    talk = board(bench, bench.abroad)
    letter = bench.abroad.next(talk, OFFERED, {"solution": section(envelope, data)})
    letter = bench.abroad.approved(letter, "author")
    sent = bench.abroad.send(letter)
    made = Given(talk, sent.content, envelope, parse_statement(envelope), data)
    bench.endpoint.solutions[made.path.removeprefix(SOLUTIONS)] = data
    expect_receipt(bench.abroad, sent, "applied")
    talk.add(bench.abroad.party, sent.content)

    def fetched() -> bool:
        return any(one.path == made.path for one in bench.endpoint.requests)

    done = bench.endpoint.wait(fetched, bench.need_operator().patience_s)
    require(done, "a request for the solution that was offered", "none in time")
    time.sleep(STORED_S)
    bench.kept[place] = made
    return made


def passed_on(bench: Bench) -> Given:
    """Return a solution that the node has offered to the third party; one a run."""
    one = given(bench, state_of(bench.third.party))
    if "passed on" not in bench.kept:
        talk = board(bench, bench.third)
        await_answer(bench, talk, offer(one, talk))
        bench.kept["passed on"] = talk
    return one


def offer(one: Given, talk: Talk) -> Wanted:
    """Return the offer that the node shall make in a conversation."""
    sections = {"solution": one.section}
    return Wanted(OFFERED, sections, conversation=talk.content, approvals=("author",))


def expect_no_offer(bench: Bench, one: Given) -> None:
    """Ask the node to offer a solution to the third party, and demand that it does not."""
    talk, operator = board(bench, bench.third), bench.need_operator()
    try:
        operator.send(offer(one, talk))
    except ComityError:
        return  # refused at once, which is as good

    def came() -> bool:
        return any(
            found.message is not None
            and found.message.conversation == talk.content
            and found.message.draft.type == OFFERED
            for found in bench.endpoint.arrivals
        )

    there = bench.endpoint.wait(came, min(operator.patience_s, LOOK_S))
    require(not there, "no offer of that solution", "one")


@probe("solutions.served")
def served(bench: Bench) -> None:
    """The bytes that the author signed."""
    one = passed_on(bench)
    answer = bench.third.ask("GET", one.path)
    good = answer.status == 200 and answer.body == one.data
    require(good, "the solution's file (status 200)", answer.words())


@probe("solutions.foreign")
def foreign(bench: Bench) -> None:
    """Its author, from whom the node has it, and a party that no message told of it."""
    one = passed_on(bench)
    for peer in (bench.silent, bench.abroad):
        expect_error(peer.ask("GET", one.path), "solution-foreign")


@probe("solutions.not-shared")
def not_shared(bench: Bench) -> None:
    """One that may go to the node's State alone; another was offered before."""
    passed_on(bench)
    expect_no_offer(bench, given(bench))


def withdrawn(bench: Bench) -> Given:
    """Return a solution that the node offered, and that its author has withdrawn since."""
    one = passed_on(bench)
    if bench.kept.get("withdrawn") is None:
        author, told = bench.abroad, one.statement
        value = {
            "protocol": "comity/1",
            "mode": told.mode,
            "party": told.party,
            "id": told.id,
            "version": told.version,
            "solution": record_of(one.envelope),
            "reasons": text("It is an exercise."),
            "replaced_by": None,
            "at": time_text(now()),
        }
        signed = sign_withdrawal(value, author.keys.signing["export"])
        sections = {"withdrawal": {"statement": signed.value}}
        letter = author.next(one.talk, "solution.withdrawn", sections, about=one.offer)
        said(author, one.talk, author.approved(letter, "author"))
        bench.kept["withdrawn"] = True
    return one


@probe("solutions.withdrawn-served")
def withdrawn_served(bench: Bench) -> None:
    """The party that it was offered to, and to which it was served before."""
    if bench.kept.get("withdrawn") is None:
        served(bench)
    expect_error(bench.third.ask("GET", withdrawn(bench).path), "solution-foreign")


@probe("solutions.withdrawn-offered")
def withdrawn_offered(bench: Bench) -> None:
    """In another conversation with the same party."""
    expect_no_offer(bench, withdrawn(bench))
