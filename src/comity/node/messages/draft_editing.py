"""Changing the text of a draft that is not sent: same identifier, approvals end, nobody overwrites.

Whoever changes a draft names the version that they read. What was approved, overridden or excepted
was so for the earlier text, and ends with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.cases.conversations import sections_value
from comity.node.core.clock import now
from comity.node.core.http_errors import Conflict
from comity.node.core.signals import work_changed
from comity.node.log import audit
from comity.node.messages import draft_changes
from comity.node.messages.draft_text import compose
from comity.node.messages.drafts import DraftStageError
from comity.node.models import DraftEdit, DraftRow, Officer
from comity.node.people.access.visible_cases import circle_of, circle_of_user
from comity.node.service.handle import Service
from comity.node.web.unfinished_forms import RESTORABLE

_GIVEN_TO_THE_TEXT: Final = ("overrides", "onward")
"""Decisions kept with a draft that somebody took about what it said."""


class DraftChangedError(Conflict, MisuseError, code="draft-changed"):
    """A draft was changed after it was read: another version of its text is stored now."""


class ApprovalAbsentError(Conflict, MisuseError, code="approval-absent"):
    """An officer withdraws an approval that the draft does not have."""


@dataclass(frozen=True)
class Written:
    """What a draft is to say from now on.

    Attributes:
        version: of the text that was read before.
        values: section name to value, all of them.
        to: addressees of a conversation that it opens; None leaves them as they are.
        instrument: digest of the law's edition, for an opening; None finds it by the basis.
        form: the page's form as it was filled, or empty.
    """

    version: int
    values: Mapping[str, Any]
    to: tuple[str, ...] | None = None
    instrument: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def edit(service: Service, draft_id: str, said: Written, *, by: str) -> DraftRow:
    """Replace the text of a draft, with an audit row for it and for each approval that ends.

    A draft that was overtaken is placed anew behind what has come since, where its type may still
    follow.

    Raises:
        DraftChangedError: another version than the one that was read is stored.
        DraftStageError: it was sent or discarded.
        As `draft_changes.prepare`, for what it is to say.
    """
    node, at = service.node, now()
    circle = circle_of_user(by, at=at)
    row = circle.drafts().select_for_update().get(id=draft_id)
    if row.stage not in draft_changes.OPEN:
        raise DraftStageError(f"the draft is {row.stage}")
    if row.version != said.version:
        raise DraftChangedError(f"version {row.version} is stored, and {said.version} was read")
    conversation = row.conversation or None
    to = said.to or ()
    if not conversation and said.to is None:
        to = tuple(party for party in row.fields["members"] if party != node.party)
    instrument = draft_changes.check_said(
        node,
        row.type,
        said.values,
        to=to,
        conversation=conversation,
        instrument=said.instrument,
    )
    circle.check_names(said.values)
    draft, sections = compose(
        node,
        message_type=row.type,
        values=said.values,
        conversation=conversation,
        members=to,
        about=row.fields["about"],
        instrument=instrument,
        message_id=row.id,
        at=at,
    )
    changed = _changed(row, draft.fields(), sections_value(sections))
    ended = _end_approvals(row, by=by)
    _end_decisions(row, by=by)
    row.fields = draft.fields()
    row.sections = sections_value(sections)
    row.form, row.stage, row.version = dict(said.form), DraftRow.Stage.AWAITING, row.version + 1
    row.save(update_fields=["fields", "sections", "form", "law", "stage", "version"])
    DraftEdit.objects.create(
        draft=row, version=row.version, at=at, by=by, changed=changed, ended=ended
    )
    work_changed.send(None, drafts=[row.id])
    audit.note(at=at, actor=by, action="draft.edited", subject=row.id, detail=row.type)
    return row


@transaction.atomic
def restore(draft_id: str, *, by: str) -> DraftRow:
    """Bring back a draft that was discarded, with the approvals that it had.

    Raises:
        DraftStageError: it is not discarded, was so too long ago, or its text was erased.
    """
    at = now()
    row = circle_of_user(by, at=at).drafts().select_for_update().get(id=draft_id)
    if not restorable(row, at=at):
        raise DraftStageError(f"the draft is {row.stage} and cannot be restored")
    row.stage, row.discarded_at = DraftRow.Stage.AWAITING, None
    row.save(update_fields=["stage", "discarded_at"])
    work_changed.send(None, drafts=[row.id])
    audit.note(at=at, actor=by, action="draft.restored", subject=row.id, detail=row.type)
    return row


def restorable(row: DraftRow, *, at: datetime) -> bool:
    """Tell whether a discarded draft can be brought back."""
    away = row.discarded_at
    return row.stage == DraftRow.Stage.DISCARDED and bool(
        row.sections and away and at < away + RESTORABLE
    )


@transaction.atomic
def withdraw_approval(draft_id: str, officer: Officer) -> DraftRow:
    """Take an officer's own approval off a draft that was not sent.

    Raises:
        DraftStageError: it was sent or discarded.
        ApprovalAbsentError: the officer has not approved it.
    """
    at, by = now(), officer.user.get_username()
    row = circle_of(officer, at=at).drafts().select_for_update().get(id=draft_id)
    if row.stage not in draft_changes.OPEN:
        raise DraftStageError(f"the draft is {row.stage}")
    if not row.approvals.filter(officer=officer.identifier).delete()[0]:
        raise ApprovalAbsentError("the officer has not approved this draft")
    work_changed.send(None, drafts=[row.id])
    audit.note(at=at, actor=by, action="draft.approval-withdrawn", subject=row.id, detail=row.type)
    return row


def edits_since(row: DraftRow, version: int) -> tuple[DraftEdit, ...]:
    """Return the changes of a draft after the version that was read, in their order."""
    return tuple(row.edits.filter(version__gt=version))


def writers(row: DraftRow) -> frozenset[str]:
    """Return the user names of those who wrote the text of a draft, or a part of it."""
    return frozenset({row.made_by, *row.edits.values_list("by", flat=True)})


def _changed(row: DraftRow, fields: Mapping[str, Any], sections: Mapping[str, Any]) -> list[str]:
    """Return the members that differ from what is stored, ``section.member``."""
    found = [] if row.fields["members"] == fields["members"] else ["to"]
    for name in sorted(row.sections.keys() | sections.keys()):
        old, new = (dict(one.get(name, {}).get("value", {})) for one in (row.sections, sections))
        members = sorted(old.keys() | new.keys())
        found += [f"{name}.{one}" for one in members if old.get(one) != new.get(one)]
    return found


def _end_approvals(row: DraftRow, *, by: str) -> list[str]:
    """Take the approvals of the earlier text off a draft, each with its audit row."""
    ended = [one.officer for one in row.approvals.all()]
    row.approvals.all().delete()
    for officer in ended:
        audit.note(
            at=now(), actor=by, action="draft.approval-ended", subject=row.id, detail=officer
        )
    return ended


def _end_decisions(row: DraftRow, *, by: str) -> None:
    """Take overrides and exceptions that were decided on the earlier text off a draft."""
    for name in _GIVEN_TO_THE_TEXT:
        if row.law.get(name):
            audit.note(
                at=now(), actor=by, action="draft.decision-ended", subject=row.id, detail=name
            )
    row.law = {name: one for name, one in row.law.items() if name not in _GIVEN_TO_THE_TEXT}
