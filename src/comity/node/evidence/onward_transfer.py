"""Passing evidence on to a third State: stopped, unless its sender consented to it.

An approver may let it go without, and answers for that with reasons.

Source: ADR 0037; docs/how-to/conditions-of-use.md.
"""

import os
from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import MisuseError, digest, digest_text, encode, state_of, time_text
from comity.evidence.limits import ONWARD
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.evidence import use_limits
from comity.node.log import audit
from comity.node.log.store import Batch
from comity.node.messages import actions, drafts
from comity.node.models import DraftRow, Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.service.handle import Service

MAX_REASONS: Final = 4000
EXCEPTED: Final = "use.onward-excepted"


class OnwardOwnError(MisuseError):
    """Who made a draft, or signed it as its author, cannot let evidence go on by it."""

    code = "onward-own"


class OnwardReasonsError(MisuseError):
    """An exception has no reasons, too long ones, or nothing to be an exception from."""

    code = "onward-reasons"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One thing that keeps evidence from going on.

    Attributes:
        exhibit: that came, or from which the one offered was made.
        conversation: in which it came, and in which consent can be asked.
        case: of that conversation, in this office.
        source: party that sent it.
        to: party that is to get it now.
    """

    exhibit: str
    conversation: str
    case: str
    source: str
    to: str

    def to_value(self) -> dict[str, str]:
        """Return the JSON value."""
        return {
            "conversation": self.conversation,
            "exhibit": self.exhibit,
            "source": self.source,
            "to": self.to,
        }


def third_states(node: Node, row: DraftRow) -> tuple[tuple[use_limits.Bound, str], ...]:
    """Return what came, and the party of a third State to which a draft offers it.

    Evidence goes back to the State it came from, and stays in our own, without asking.
    """
    offer = row.sections.get("offer")
    if offer is None:
        return ()
    value, ours = offer["value"], state_of(node.party)
    addressees = [party for party in row.fields["members"] if party != node.party]
    return tuple(
        (bound, party)
        for bound in use_limits.bounds(node, value["exhibit"], same=value)
        if bound.came
        for party in addressees
        if state_of(party) not in {ours, *(state_of(source) for source in bound.source)}
    )


def stops(node: Node, row: DraftRow) -> tuple[Stop, ...]:
    """Return what keeps a draft from being sent; none for what offers no evidence.

    To a third State evidence goes with the consent of whoever sent it, given in the conversation
    in which it came, for that party.
    """
    return tuple(
        Stop(
            exhibit=bound.exhibit,
            conversation=bound.conversation,
            case=bound.case,
            source=", ".join(bound.source),
            to=party,
        )
        for bound, party in third_states(node, row)
        if not bound.found.consented(ONWARD, to=party)
    )


def exception_of(row: DraftRow) -> dict[str, Any] | None:
    """Return the exception kept with a draft, or None."""
    found: dict[str, Any] | None = row.law.get("onward")
    return found


def standing(node: Node, row: DraftRow) -> tuple[Stop, ...]:
    """Return the stops that no exception covers: it covers what stood when it was made."""
    made = exception_of(row)
    covered = made["covers"] if made else []
    return tuple(one for one in stops(node, row) if one.to_value() not in covered)


def except_(service: Service, draft_id: str, *, officer: Officer, reasons: str) -> tuple[Stop, ...]:
    """Keep an official's decision to pass evidence on without its sender's consent.

    Args:
        service: this node.
        draft_id: which draft.
        officer: who decides; the caller has checked the right.
        reasons: why.

    Returns:
        What was stopped and now may go. The decision is in the audit and, by its digest, in the
        log; its reasons stay with the draft.

    Raises:
        OnwardReasonsError: no reasons, too long ones, or nothing is stopped.
        OnwardOwnError: the officer made the draft or signed it as author.
        DraftStageError: the draft is closed.
    """
    node, at = service.node, now()
    by = officer.user.get_username()
    if not reasons.strip() or len(reasons) > MAX_REASONS:
        raise OnwardReasonsError(f"an exception gives reasons, at most {MAX_REASONS} characters")

    def work(batch: Batch) -> tuple[Stop, ...]:
        row = circle_of(officer, at=at).drafts().get(id=draft_id)
        if row.stage != DraftRow.Stage.AWAITING:
            raise drafts.DraftStageError(f"the draft is {row.stage}")
        authors = {one.officer for one in actions.signed_by(node, row) if one.role == "author"}
        if row.made_by == by or officer.identifier in authors:
            raise OnwardOwnError("somebody else than the draft's author decides on an exception")
        found = stops(node, row)
        if not found:
            raise OnwardReasonsError("nothing keeps this draft from being sent")
        value = {
            "at": time_text(at),
            "by": f"{by} ({officer.role})",
            "covers": [one.to_value() for one in found],
            "reasons": reasons.strip(),
        }
        record = digest_text(digest("record", encode({"draft": row.id, "onward": value})))
        leaf = batch.append(salt=os.urandom(32), kind="domestic.note", time=at, record=record)
        row.law = {**row.law, "onward": value}
        row.save(update_fields=["law"])
        audit.note(
            at=at,
            actor=by,
            action=EXCEPTED,
            subject=row.id,
            detail=" ".join(sorted({one.to for one in found})),
            epoch=batch.head.epoch,
            leaf=leaf,
        )

        return found

    return service.committer.run(work).value
