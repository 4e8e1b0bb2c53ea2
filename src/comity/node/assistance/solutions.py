"""The catalogue of technical solutions: kept, offered, fetched, withdrawn; never unpacked or run.

A solution here is bytes beside a signed statement. Nothing of this node opens them for use: who
wants to use one takes the file out, on a machine of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from comity.canonical import MisuseError, PeerError, state_of
from comity.evidence.solution import (
    Solution,
    SolutionChangedError,
    check_withdrawal,
    parse_statement,
    parse_withdrawal,
    read_solution,
    record_of,
    sign_withdrawal,
    verify_author,
)
from comity.exchange import Message, Registry
from comity.exchange.table_bodies import Solution as Offered
from comity.exchange.table_bodies import Withdrawal
from comity.keys import Jws, jws
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Conversation, MessageRow, SectionRow, SolutionFile, SolutionRow
from comity.node.people.access.visible_cases import Circle

Stage = SolutionRow.Stage
OFFERED: Final = "solution.offered"


class SolutionForeignError(PeerError, code="solution-foreign"):
    """A solution is requested by a party it was not offered to, or it was withdrawn."""


class SolutionSharingError(MisuseError, code="solution-sharing"):
    """A solution would go to a State that its author does not let it go to."""


class SolutionStandingError(MisuseError, code="solution-standing"):
    """A solution does not stand as this needs: not here, withdrawn, failed, or another office's."""


def seen(circle: Circle) -> QuerySet[SolutionRow]:
    """Return the solutions that an officer may see."""
    if circle.open:
        return SolutionRow.objects.all()
    return SolutionRow.objects.filter(Q(conversation="") | circle.of_conversation())


def keep(node: Node, committer: Committer, data: bytes, *, by: str, at: datetime) -> SolutionRow:
    """Take a solution's file in: one of ours, or by hand one that was offered to us.

    Args:
        node: this node.
        committer: its committer.
        data: untrusted.
        by: user name, for the audit.
        at: aware UTC.

    Raises:
        PeerError: by code, why it is no solution, or not its author's.
        SolutionStandingError: it is another's, and nobody offered it to us.
    """
    found = read_solution(data)
    verify_author(found.envelope, found.statement, node.directory, at=at)

    def work(_batch: Batch) -> SolutionRow:
        row = SolutionRow.objects.filter(digest=found.digest).first()
        if row is None and found.statement.party != node.party:
            raise SolutionStandingError("it is another State's, and was not offered to us")
        row = row or _row(found.digest, found.envelope, len(data), at=at, ours=True)
        if row.stage != Stage.STORED or row._state.adding:  # noqa: SLF001 - documented API
            _store(row, data, at=at)
            audit.note(at=at, actor=by, action="solution.kept", subject=row.digest)
        return row

    return committer.run(work).value


def section_of(node: Node, circle: Circle, digest: str, conversation: str) -> dict[str, Any]:
    """Return section ``solution`` for an offer in a conversation; nothing is sent by this.

    Args:
        node: this node.
        circle: of whoever offers.
        digest: of the solution.
        conversation: in which it is offered.

    Raises:
        SolutionStandingError: it is not here, or was withdrawn.
        SolutionSharingError: its author does not let it go to a State of the conversation.
        LookupError: no such conversation here.
    """
    row = SolutionRow.objects.filter(digest=digest).first()
    if row is None or row.stage != Stage.STORED:
        raise SolutionStandingError("it is not here")
    thread = circle.conversations().filter(digest=conversation).first()
    if thread is None:
        raise LookupError("no such conversation here")
    value = {"digest": row.digest, "size_bytes": row.size_bytes, "statement": row.statement}
    check_sharing(node, value, thread.members)
    return value


def check_sharing(node: Node, value: Mapping[str, Any], members: list[str]) -> None:
    """Raise unless a solution may go to all who would read its offer; asked again when it is sent.

    Raises:
        SolutionStandingError: it was withdrawn.
        SolutionSharingError: its author does not let it go to one of them.
    """
    if SolutionRow.objects.filter(digest=value["digest"], withdrawn_at__isnull=False).exists():
        raise SolutionStandingError("its author withdrew it")
    statement = parse_statement(jws.parse_value(value["statement"]))
    if statement.share_with is None:
        return
    allowed = {*statement.share_with, state_of(statement.party), state_of(node.party)}
    beyond = sorted({state_of(party) for party in members} - allowed)
    if beyond:
        raise SolutionSharingError(f"its author does not let it go to {', '.join(beyond)}")


# ------------------------------------------------------------------ what messages bring about


def take_offer(
    message: Message, value: Offered, registry: Registry, *, ours: bool, at: datetime
) -> None:
    """Note a solution that was offered; in the message's transaction. It is fetched later.

    Raises:
        PeerError: the statement is malformed, or not signed by whom it names.
    """
    envelope = jws.parse_value(value.statement)
    verify_author(envelope, parse_statement(envelope), registry, at=at)
    if ours:
        return
    row = SolutionRow.objects.filter(digest=value.digest).first()
    if row is not None and row.stage == Stage.STORED:
        return
    row = row or _row(value.digest, envelope, value.size_bytes, at=at, ours=False)
    row.conversation, row.giver = message.conversation, message.draft.author
    row.stage, row.last_fault, row.changed_at = Stage.WANTED, "", at
    row.save()


def take_withdrawal(value: Withdrawal, registry: Registry, *, at: datetime) -> None:
    """Note that a solution was withdrawn by its author; its bytes stay, marked.

    Raises:
        PeerError: nobody here has such a solution, or it is not its author who withdraws it.
    """
    envelope = jws.parse_value(value.statement)
    said = parse_withdrawal(envelope)
    verify_author(envelope, said, registry, at=at)
    found = list(SolutionRow.objects.filter(record=said.solution))
    if not found:
        raise SolutionForeignError("no such solution was offered here")
    for row in found:
        statement = jws.parse_value(row.statement)
        check_withdrawal(said, statement, parse_statement(statement))
        if row.withdrawal is None:
            row.withdrawal, row.withdrawn_at, row.changed_at = value.statement, at, at
            row.save(update_fields=["withdrawal", "withdrawn_at", "changed_at"])


def withdraw(
    node: Node,
    committer: Committer,
    digest: str,
    *,
    reasons: Mapping[str, str],
    replaced_by: str | None,
    by: str,
    at: datetime,
) -> SolutionRow:
    """Sign that a solution of ours is withdrawn; those it was offered to are told by a message.

    Raises:
        SolutionStandingError: it is not ours, or was withdrawn already.
        SolutionMalformedError: the reasons or the version are not of their form.
    """

    def work(_batch: Batch) -> SolutionRow:
        row = SolutionRow.objects.filter(digest=digest, ours=True, withdrawn_at=None).first()
        if row is None:
            raise SolutionStandingError("it is not ours, or it was withdrawn already")
        statement = parse_statement(jws.parse_value(row.statement))
        signed = sign_withdrawal(
            {
                "protocol": statement.protocol,
                "mode": statement.mode,
                "party": statement.party,
                "id": statement.id,
                "version": statement.version,
                "solution": row.record,
                "reasons": dict(reasons),
                "replaced_by": replaced_by,
                "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
            node.keys["export"],
        )
        row.withdrawal, row.withdrawn_at, row.changed_at = signed.value, at, at
        row.save(update_fields=["withdrawal", "withdrawn_at", "changed_at"])
        audit.note(at=at, actor=by, action="solution.withdrawn", subject=digest)
        return row

    return committer.run(work).value


def given_in(digest: str) -> list[MessageRow]:
    """Return our messages that offered a solution and hold, the oldest first."""
    records = SectionRow.objects.filter(name="solution", value__digest=digest).values("record")
    sent = MessageRow.objects.filter(type=OFFERED, outgoing=True, standing="applied")
    return list(sent.filter(record__in=records).order_by("recorded_at"))


def bytes_for(node: Node, caller: str, digest: str) -> bytes:
    """Return the file of a solution for a partner that it was offered to.

    Raises:
        SolutionForeignError: it was not, or it is withdrawn; a stranger learns nothing else.
    """
    row = SolutionRow.objects.filter(digest=digest, stage=Stage.STORED, withdrawn_at=None).first()
    threads = Conversation.objects.filter(digest__in=[one.conversation for one in given_in(digest)])
    if row is None or caller == node.party or not any(caller in one.members for one in threads):
        raise SolutionForeignError("no such solution is offered to you")
    return bytes(SolutionFile.objects.get(digest=digest).data)


def checked(node: Node, row: SolutionRow, data: bytes, *, at: datetime) -> Solution:
    """Return what came for a solution that was offered to us, once it is that very one.

    Raises:
        SolutionChangedError: other bytes than offered, or under another statement.
        PeerError: by code, what else is wrong with it.
    """
    found = read_solution(data) if len(data) == row.size_bytes else None
    if found is None or found.digest != row.digest or record_of(found.envelope) != row.record:
        raise SolutionChangedError("not the file that was offered")
    verify_author(found.envelope, found.statement, node.directory, at=at)
    return found


def store_fetched(row: SolutionRow, data: bytes, *, at: datetime) -> None:
    """Keep the checked bytes of a solution; inside a transaction."""
    _store(row, data, at=at)
    audit.note(at=at, actor=row.giver, action="solution.fetched", subject=row.digest)


def _store(row: SolutionRow, data: bytes, *, at: datetime) -> None:
    row.stage, row.last_fault, row.changed_at = Stage.STORED, "", at
    row.save()
    SolutionFile.objects.get_or_create(digest=row.digest, defaults={"data": data})


def _row(digest: str, envelope: Jws, size: int, *, at: datetime, ours: bool) -> SolutionRow:
    statement = parse_statement(envelope)
    return SolutionRow(
        digest=digest,
        record=record_of(envelope),
        party=statement.party,
        ours=ours,
        kind=statement.kind,
        matter=statement.matter,
        version=statement.version,
        statement=envelope.value,
        size_bytes=size,
        stage=Stage.WANTED,
        changed_at=at,
    )
