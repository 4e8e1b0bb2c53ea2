"""The decision of an official to pass evidence on without its sender's consent."""

import os
from typing import Final

from comity.canonical import MisuseError, digest, digest_text, encode, time_text
from comity.node.core.clock import now
from comity.node.evidence.onward_transfer import EXCEPTED, Stop, stops
from comity.node.log import audit
from comity.node.log.store import Batch
from comity.node.messages import draft_changes, drafts
from comity.node.messages.draft_editing import writers
from comity.node.models import DraftRow, Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.service.handle import Service

MAX_REASONS: Final = 4000


class OnwardOwnError(MisuseError, code="onward-own"):
    """The maker or author of a draft cannot approve the transfer of evidence by it."""


class OnwardReasonsError(MisuseError, code="onward-reasons"):
    """An exception has no reasons, too long ones, or nothing to be an exception from."""


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
        authors = {
            one.officer for one in draft_changes.signed_by(node, row) if one.role == "author"
        }
        if by in writers(row) or officer.identifier in authors:
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
