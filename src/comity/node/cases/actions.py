"""What may be done about a case itself: the rows of the table of actions."""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.node.actions.action import Action, ActionCall
from comity.node.actions.perform import Unchanged
from comity.node.cases import schemas as shapes
from comity.node.cases import subjects
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right


def _change_subject(call: ActionCall) -> Unchanged | None:
    """Set the subject of a case, or restore the automatic one."""
    case = call.place["case"]
    if not circle_of(call.officer, at=call.at).has_case(case):
        raise Http404
    changed = subjects.change(case, call.input.text, at=call.at, by=call.by)
    return None if changed else Unchanged()


def _told(call: ActionCall, _made: object) -> dict[str, Any]:
    case = call.place["case"]
    return {"case": case, "subject": str(subjects.subjects([case], reader=call.officer)[case])}


CHANGE_SUBJECT: Final = Action(
    name="case-subject.change",
    right=Right.ASSIGN,
    path="/cases/{case}/subject",
    place={"case": Annotated[str, Field(max_length=shapes.MOST_CASE)]},
    input=shapes.SubjectIn,
    output=shapes.SubjectOut,
    audit=("case.subject",),
    command="case subject CASE TEXT",
    example="case subject 2026-000012 'Fraud: login records of one mail account'",
    apply=_change_subject,
    answer=_told,
)
ACTIONS: Final = (CHANGE_SUBJECT,)
