"""What may be done about what is sensitive: the rows of the table of actions."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from comity.canonical.digests import DigestError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import Unchanged
from comity.node.models import Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import marks
from comity.node.sensitive import schemas as shapes
from comity.node.sensitive.answers import marks_value

_PLACE: Final = {
    "kind": Annotated[
        Literal["exhibit", "original"],
        Field(description="what it is", json_schema_extra={"x-default": "exhibit"}),
    ],
    "subject": Annotated[str, Field(max_length=71, description="exhibit, root, or digest text")],
}


def _set(call: ActionCall) -> Mark | Unchanged:
    """Set a sensitivity label. The reason stays in this node."""
    return marks.put(
        call.service.committer,
        call.place["kind"],
        call.place["subject"],
        call.input.marker,
        reason=call.input.reason,
        user=call.by,
        at=call.at,
    )


def _lift(call: ActionCall) -> None:
    """Remove a sensitivity label. Abuse material needs a second person."""
    marks.lift(
        call.service.committer,
        call.place["kind"],
        call.place["subject"],
        call.input.marker,
        reason=call.input.reason,
        user=call.by,
        at=call.at,
    )


def _listed(call: ActionCall, _made: object) -> dict[str, Any]:
    kind = call.place["kind"]
    return marks_value(kind, marks.named(kind, call.place["subject"]))


SET_MARK: Final = Action(
    name="mark.set",
    right=Right.MARK,
    path="/sensitive/{kind}/{subject}",
    place=_PLACE,
    input=shapes.MarkIn,
    output=shapes.MarkList,
    status=201,
    errors=(marks.MarkError, DigestError),
    audit=("mark.set",),
    command="sensitive mark NAME",
    example="sensitive mark 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --marker media"
    " --reason 'Pictures of a victim'",
    apply=_set,
    answer=_listed,
    writes=Writes.LOG,
)
LIFT_MARK: Final = Action(
    name="mark.lift",
    right=Right.MARK,
    path="/sensitive/{kind}/{subject}/lift",
    place=_PLACE,
    input=shapes.MarkIn,
    output=shapes.MarkList,
    errors=(marks.MarkError, marks.MarkOwnError, DigestError),
    audit=("mark.lifted",),
    command="sensitive lift NAME",
    example="sensitive lift 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --marker media"
    " --reason 'The pictures are gone'",
    apply=_lift,
    answer=_listed,
    writes=Writes.LOG,
)
ACTIONS: Final = (SET_MARK, LIFT_MARK)
