"""Approvals: how many officers, for which message, by which certificate (spec 9)."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from comity.canonical import encode, time_text
from comity.conform.bench import Bench
from comity.conform.expectations import expect_receipt
from comity.conform.letters import LIFE, Letter, Officer, raw_jws, statement
from comity.conform.model import Step, probe, table
from comity.conform.peer import now
from comity.conform.texts import information, need, note, places, request
from comity.keys import PrivateKey

PLACE = {"origin": "https://desk.example", "rp_id": "desk.example"}
FITTING = ("certificate-unfit",)

type Make = Callable[[Bench, Letter], list[Any]]


def informed(bench: Bench) -> Letter:
    """Return an opening that needs one author, without the approval."""
    return bench.peer.opening("information.shared", information())


def with_approvals(make: Make, *codes: str) -> Step:
    """Return a step that sends an opening with these approvals; they are refused by a receipt."""

    def step(bench: Bench) -> None:
        letter = informed(bench)
        letter.payload["approvals"] = make(bench, letter)
        words = [f"refused:{code}" for code in codes] or ["applied"]
        expect_receipt(bench.peer, bench.peer.send(letter), *words)

    return step


def claimed(**changes: Any) -> Make:
    """Return what approves a statement with other members than the message's."""
    return lambda bench, letter: [
        bench.peer.approval(letter, bench.peer.author, "author", changes=changes)
    ]


def certified(*roles: str, by: str = "officer-ca", **changes: Any) -> Make:
    """Return what approves by an officer with another certificate."""

    def make(bench: Bench, letter: Letter) -> list[Any]:
        officer = bench.peer.officer(*(roles or ("author",)), by=by, changes=changes)
        return [bench.peer.approval(letter, officer, "author")]

    return make


def node_key(bench: Bench, letter: Letter) -> list[Any]:
    """Approve by a key of the node itself."""
    officer = bench.peer.officer("author", key=bench.peer.keys.signing["export"])
    return [bench.peer.approval(letter, officer, "author")]


def by_another_key(bench: Bench, letter: Letter) -> list[Any]:
    """Sign with a key that the certificate does not name."""
    own = bench.peer.author
    other = Officer(own.name, PrivateKey.from_seed(os.urandom(32)), own.certificate, own.roles)
    return [bench.peer.approval(letter, other, "author")]


def of_the_third(bench: Bench, letter: Letter) -> list[Any]:
    """Approve by an officer of another party."""
    return [bench.third.approval(letter, bench.third.author, "author")]


def typed(typ: str) -> Make:
    """Return what signs the statement as another thing."""

    def make(bench: Bench, letter: Letter) -> list[Any]:
        officer = bench.peer.author
        told = statement(
            letter.payload,
            officer.certificate,
            mode=bench.peer.mode,
            role="author",
            expires_at=now() + LIFE,
        )
        signed = raw_jws(encode(told), [officer.key], typ=typ)
        return [{"approval": signed, "certificate": officer.certificate, "kind": "jws"}]

    return make


def shaped(change: Callable[[dict[str, Any]], Any]) -> Make:
    """Return what changes the item that stands in ``approvals``."""
    return lambda bench, letter: [change(bench.peer.approval(letter, bench.peer.author, "author"))]


def for_another(bench: Bench, _letter: Letter) -> list[Any]:
    """Approve another message of the same kind."""
    return [bench.peer.approval(informed(bench), bench.peer.author, "author")]


def twice(bench: Bench, letter: Letter) -> list[Any]:
    """One officer, with two certificates."""
    key = PrivateKey.from_seed(os.urandom(32))
    first = bench.peer.officer("author", key=key)
    second = bench.peer.officer("approver", key=key, changes={"officer": first.name})
    return [
        bench.peer.approval(letter, first, "author"),
        bench.peer.approval(letter, second, "approver"),
    ]


def same_name(bench: Bench, letter: Letter) -> list[Any]:
    """One officer under two keys."""
    first = bench.peer.officer("author")
    second = bench.peer.officer("approver", changes={"officer": first.name})
    return [
        bench.peer.approval(letter, first, "author"),
        bench.peer.approval(letter, second, "approver"),
    ]


DAYS = timedelta(days=1)


def past(days: int) -> str:
    """Return a moment that many days ago; a negative number lies ahead."""
    return time_text(now() - days * DAYS)


table(
    {
        "approvals.none": with_approvals(lambda *_: [], "approvals-missing"),
        "approvals.other-role": with_approvals(
            lambda bench, letter: [bench.peer.approval(letter, bench.peer.approver, "approver")],
            "approvals-missing",
        ),
        "approvals.more-than-due": with_approvals(
            lambda bench, letter: [
                bench.peer.approval(letter, bench.peer.author, "author"),
                bench.peer.approval(letter, bench.peer.approver, "approver"),
            ]
        ),
        "approvals.for-another-message": with_approvals(for_another, "approval-detached"),
        "approvals.expired": with_approvals(
            claimed(expires_at="2026-01-01T00:00:00Z"), "approval-expired"
        ),
        "approvals.other-mode": with_approvals(claimed(mode="live"), "approval-detached"),
        "approvals.other-purpose": with_approvals(
            claimed(purpose="approve-anything"), "approval-detached"
        ),
        "approvals.further-member": with_approvals(claimed(more=None), "approval-detached"),
        "approvals.other-body": with_approvals(
            claimed(body="sha256:" + "0" * 64), "approval-detached"
        ),
        "approvals.other-seen": with_approvals(
            claimed(decided_on="sha256:" + "0" * 64), "approval-detached"
        ),
        "approvals.other-certificate": with_approvals(
            claimed(certificate="sha256:" + "0" * 64), "approval-detached"
        ),
        "approvals.unknown-role": with_approvals(
            claimed(role="judge"), "approval-detached", *FITTING
        ),
        "approvals.role-not-given": with_approvals(certified("approver"), *FITTING),
        "approvals.certificate-over": with_approvals(
            certified(not_before=past(9), not_after=past(1)),
            "approval-expired",
        ),
        "approvals.certificate-not-yet": with_approvals(
            certified(not_before=past(-1), not_after=past(-9)),
            "approval-expired",
        ),
        "approvals.certificate-of-another-party": with_approvals(
            certified(party="zz/third"), *FITTING
        ),
        "approvals.officer-of-another-party": with_approvals(
            of_the_third, *FITTING, "approval-detached"
        ),
        "approvals.certificate-live": with_approvals(certified(mode="live"), *FITTING),
        "approvals.certificate-by-message-key": with_approvals(certified(by="message"), "key-use"),
        "approvals.revoked-officer-ca": with_approvals(
            certified(by="officer-ca-revoked"), "key-revoked"
        ),
        "approvals.es256-officer-ca": with_approvals(certified(by="officer-ca-es256")),
        "approvals.node-key": with_approvals(node_key, *FITTING),
        "approvals.key-not-certified": with_approvals(by_another_key, "key-unknown"),
        "approvals.no-roles": with_approvals(certified(roles=[]), *FITTING),
        "approvals.certificate-other-role": with_approvals(
            certified(roles=["author", "judge"]), *FITTING
        ),
        "approvals.certificate-further-member": with_approvals(
            certified(name="Nguyen Van A"), "member-malformed", *FITTING
        ),
        "approvals.signed-as-message": with_approvals(
            typed("comity-1.message.exercise"), "typ-mismatch"
        ),
        "approvals.signed-live": with_approvals(typed("comity-1.approval.live"), "typ-mismatch"),
        "approvals.unknown-kind": with_approvals(
            shaped(lambda one: {**one, "kind": "pgp"}), "member-malformed", *FITTING
        ),
        "approvals.item-further-member": with_approvals(
            shaped(lambda one: {**one, "more": 1}), "member-malformed"
        ),
        "approvals.item-no-object": with_approvals(
            shaped(lambda _: "approved"), "member-malformed", *FITTING
        ),
        "approvals.one-key-twice": with_approvals(twice, "approval-same-officer"),
        "approvals.one-officer-twice": with_approvals(same_name, "approval-same-officer"),
    }
)

table(
    {
        "approvals.role-twice": with_approvals(certified(roles=["author", "author"]), *FITTING),
    },
    level="SHOULD",
)


@probe("approvals.every-member")
def every_member(bench: Bench) -> None:
    """Each in turn says something else."""
    digest_text = "sha256:" + "1" * 64
    for name, value in {
        "about": digest_text,
        "conversation": digest_text,
        "edition": None,
        "from": bench.third.party,
        "id": "019ca756-a780-7a72-aa38-a93417c6f9f8",
        "instrument": digest_text,
        "members": [bench.node, bench.third.party],
        "protocol": "comity/2",
        "type": "consultation.note",
    }.items():
        with_approvals(claimed(**{name: value}), "approval-detached")(bench)


@probe("approvals.not-canonical")
def not_canonical(bench: Bench) -> None:
    """With a space."""
    letter, officer = informed(bench), bench.peer.author
    told = statement(
        letter.payload,
        officer.certificate,
        mode=bench.peer.mode,
        role="author",
        expires_at=now() + LIFE,
    )
    data = encode(told).replace(b",", b", ", 1)
    signed = raw_jws(data, [officer.key], typ=f"comity-1.approval.{bench.peer.mode}")
    item = {"approval": signed, "certificate": officer.certificate, "kind": "jws"}
    letter.payload["approvals"] = [item]
    sent = bench.peer.send(letter)
    expect_receipt(bench.peer, sent, "refused:approval-detached", "refused:not-canonical")


def asking(bench: Bench, measure: str, urgency: str, *roles: str) -> Letter:
    """Return a request with these approvals."""
    letter = bench.peer.opening("request.submitted", request(measure, urgency))
    return bench.peer.approved(letter, *roles)


@probe("approvals.one-of-two")
def one_of_two(bench: Bench) -> None:
    """One that is neither for preservation nor an emergency."""
    sent = bench.peer.send(asking(bench, "subscriber-data", "urgent", "author"))
    expect_receipt(bench.peer, sent, "refused:approvals-missing")


@probe("approvals.two-authors")
def two_authors(bench: Bench) -> None:
    """By two officers."""
    letter = asking(bench, "subscriber-data", "normal", "author")
    other = bench.peer.officer("author")
    letter.payload["approvals"].append(bench.peer.approval(letter, other, "author"))
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:approvals-missing")


@probe("approvals.late-preservation")
def late_preservation(bench: Bench) -> None:
    """The second follows."""
    expect_receipt(
        bench.peer, bench.peer.send(asking(bench, "preservation", "normal", "author")), "applied"
    )


@probe("approvals.late-emergency")
def late_emergency(bench: Bench) -> None:
    """By its urgency."""
    sent = bench.peer.send(asking(bench, "stored-data", "emergency", "author"))
    expect_receipt(bench.peer, sent, "applied")


@probe("approvals.late-without-author")
def late_without_author(bench: Bench) -> None:
    """Only the approver signed."""
    sent = bench.peer.send(asking(bench, "preservation", "urgent", "approver"))
    expect_receipt(bench.peer, sent, "refused:approvals-missing")


@probe("approvals.late-amendment")
def late_amendment(bench: Bench) -> None:
    """An amendment of an urgent request."""
    letter = asking(bench, "preservation", "urgent", "author", "approver")
    talk = bench.begin_conversation(bench.peer, letter)
    later = bench.peer.approved(bench.peer.next(talk, "request.amended", note()), "author")
    bench.say(talk, later, "refused:approvals-missing")


@probe("approvals.needless")
def needless(bench: Bench) -> None:
    """One for another message; section 6 asks for none at all here."""
    bad = bench.peer.opening("consultation.note", note())
    bad.payload["approvals"] = for_another(bench, bad)
    expect_receipt(bench.peer, bench.peer.send(bad), "refused:approval-detached")


@probe("approvals.policy-stricter")
def policy_stricter(bench: Bench) -> None:
    """The peer's entry asks for an approver where the table asks for none."""
    talk = bench.opened("assistance.needed", need(now()), "author")
    letter = bench.peer.next(talk, "assistance.thanked", note())
    bench.say(talk, bench.peer.approved(letter, "author"), "refused:approvals-missing")
    letter = bench.peer.next(talk, "assistance.thanked", note())
    bench.say(talk, bench.peer.approved(letter, "author", "approver"), "applied")


@probe("approvals.policy-looser")
def policy_looser(bench: Bench) -> None:
    """The peer's entry asks for no approval where the table asks for one."""
    sent = bench.peer.send(bench.peer.opening("training.places-offered", places(now())))
    expect_receipt(bench.peer, sent, "refused:approvals-missing")
