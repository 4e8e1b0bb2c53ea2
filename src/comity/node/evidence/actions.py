"""What may be done with exhibits and packages: the rows of the table of actions."""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from comity.canonical import parse_digest
from comity.evidence.custody import Event
from comity.forensics.errors import InspectionError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.actions.perform import Unchanged
from comity.node.cases.privacy_errors import CaseHeldError
from comity.node.evidence import custody, destruction, destruction_orders, exhibits, inspections
from comity.node.evidence import schemas as shapes
from comity.node.evidence.answers import chain_value
from comity.node.evidence.custody_passport import passport_of
from comity.node.evidence.inputs import EventInput, PartInput, RetentionPastError
from comity.node.evidence.transfer import fetch, unclaimed_packages
from comity.node.models import Mark, Package
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.sensitive.marks import AbuseMaterialError, ReasonNeededError

_ID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
EXHIBIT_NAME: Final = f"^([0-9a-f]{{64}}|{_ID})$"
_NAME: Final = {
    "name": Annotated[
        str,
        BeforeValidator(lambda name: name.removeprefix("sha256:")),
        Field(pattern=EXHIBIT_NAME, description="root of a package in hex, or the exhibit"),
    ]
}
_ROOT: Final = {"root": Annotated[str, Field(pattern=r"^(sha256:)?[0-9a-f]{64}$")]}
_CHAIN: Final = (
    custody.CustodyAwayError,
    custody.CustodyForbiddenError,
    custody.PackageDestroyedError,
)
_AGAINST: Final = (
    *_CHAIN,
    CaseHeldError,
    destruction.ExhibitAbsentError,
    destruction.ExhibitHeldError,
    destruction.ExhibitRetainedError,
    destruction.ExhibitUnansweredError,
)
_NOTED: Final = tuple(f"evidence.{event}" for event in exhibits.NOTED)
_GOES: Final = (
    "what is decided is recorded, then the bytes go, then the custody chain says so;"
    " a destruction that is decided goes on by itself after a fall"
)


def _officer(call: ActionCall) -> exhibits.Officer:
    return exhibits.Officer(call.officer.identifier, call.by)


def _note(call: ActionCall) -> Event:
    """Record what was done with an exhibit; it joins its custody chain and this node's log."""
    said = call.input
    return exhibits.note(
        call.service.node,
        call.service.committer,
        call.place["name"],
        event=said.event,
        officer=_officer(call),
        reason=said.reason,
        decision=said.decision,
        place=said.place,
        statement=parse_digest(said.statement) if said.statement else None,
    )


def _derive(call: ActionCall) -> str:
    """Make an exhibit of a part or of a copy; both custody chains say so."""
    said = call.input
    return exhibits.derive(
        call.service.node,
        call.service.committer,
        call.place["name"],
        part=said.part,
        officer=_officer(call),
        reason=said.reason,
        place=said.place,
    )


def _check_shown(call: ActionCall) -> None:
    exhibit = exhibits.find(call.place["name"]).exhibit
    redaction.check(call.officer, Mark.Kind.EXHIBIT, exhibit)


def _retain(call: ActionCall) -> None:
    """Set the retention period of an exhibit."""
    destruction.retain(
        call.place["name"],
        retention_class=call.input.retention_class,
        until=call.input.until,
        user=call.by,
        at=call.at,
    )


def _passport(call: ActionCall, _made: object) -> dict[str, Any]:
    return {"passport": passport_of(call.service.node, call.place["name"], at=call.at).to_value()}


def _order(call: ActionCall) -> destruction_orders.Ordered:
    """Order the sealed bytes here destroyed.

    Where the office wants two officers, nothing goes before another officer confirms the order.
    """
    said = call.input
    return destruction_orders.order(
        call.service.node,
        call.service.committer,
        call.place["name"],
        officer=_officer(call),
        reason=said.reason,
        place=said.place,
        despite_retention=said.despite_retention,
    )


def _confirm(call: ActionCall) -> Event:
    """Confirm, as another officer, an order that waits: the bytes go. It cannot be undone."""
    return destruction_orders.confirm(
        call.service.node, call.service.committer, call.place["name"], officer=_officer(call)
    )


def _withdraw(call: ActionCall) -> None:
    """Withdraw an order that waits; nothing was destroyed."""
    destruction_orders.withdraw(call.service.committer, call.place["name"], officer=_officer(call))


def _add_inspection(call: ActionCall) -> str | Unchanged:
    """Keep what an examiner found inside an exhibit; its digest joins this node's log."""
    return inspections.keep(
        call.service.committer,
        call.place["name"],
        call.input.inspection,
        user=call.by,
        at=call.at,
    )


def _inspected(call: ActionCall, digest: str) -> dict[str, Any]:
    return {"exhibit": exhibits.find(call.place["name"]).exhibit, "digest": digest}


def _fetch(call: ActionCall) -> Package:
    """Retry the download of a failed package. Verified blocks are reused."""
    return fetch.ask_again(call.service.committer, _root(call), by=call.by)


def _destroy_stray(call: ActionCall) -> None:
    """Destroy an unmatched package. Audited."""
    service = call.service
    unclaimed_packages.forget(service.node, service.committer, _root(call), by=call.by)


def _root(call: ActionCall) -> str:
    """Return the digest text of the root that the address names."""
    return f"sha256:{call.place['root'].removeprefix('sha256:')}"


NOTE_EVENT: Final = Action(
    name="exhibit.note",
    right=Right.EVIDENCE,
    path="/exhibits/{name}/events",
    place=_NAME,
    input=EventInput,
    output=shapes.ChainOut,
    status=201,
    errors=(*_CHAIN, exhibits.HoldNoneError),
    audit=_NOTED,
    command="exhibit note EXHIBIT",
    example="exhibit note 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --event opened --reason Examined",
    apply=_note,
    answer=lambda _call, event: chain_value(event.exhibit),
    writes=Writes.LOG,
)
DERIVE_EXHIBIT: Final = Action(
    name="exhibit.derive",
    right=Right.EVIDENCE,
    path="/exhibits/{name}/parts",
    place=_NAME,
    input=PartInput,
    output=shapes.ChainOut,
    status=201,
    errors=_CHAIN,
    audit=("evidence.copied", "evidence.extracted"),
    command="exhibit derive PARENT",
    example="exhibit derive 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --copy --reason 'For the court'",
    apply=_derive,
    answer=lambda _call, made: chain_value(made),
    writes=Writes.LOG,
)
RETAIN_EXHIBIT: Final = Action(
    name="exhibit.retain",
    right=Right.EVIDENCE,
    path="/exhibits/{name}/retention",
    place=_NAME,
    input=shapes.RetentionIn,
    output=shapes.PassportOut,
    errors=(RetentionPastError, AbuseMaterialError, ReasonNeededError),
    audit=("evidence.retention",),
    command="exhibit retain EXHIBIT",
    example="exhibit retain 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --class 'serious crime'"
    " --until 2031-12-31",
    prepare=_check_shown,
    apply=_retain,
    answer=_passport,
)
ORDER_DESTRUCTION: Final = Action(
    name="destruction.order",
    right=Right.EVIDENCE,
    path="/exhibits/{name}/destruction",
    place=_NAME,
    input=shapes.DestructionIn,
    output=shapes.ChainOut,
    status=(201, 202),
    status_of=lambda made: 202 if made.event is None else 201,
    errors=(*_AGAINST, destruction_orders.DestructionOrderedError),
    audit=(
        "evidence.destruction-asked",
        "evidence.destruction-ordered",
        "evidence.destroyed",
    ),
    command="exhibit destroy EXHIBIT",
    example="exhibit destroy 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --reason 'Order 9/2026'",
    apply=_order,
    answer=lambda _call, made: chain_value(made.exhibit),
    writes=Writes.STEPS,
    why=_GOES,
)
CONFIRM_DESTRUCTION: Final = Action(
    name="destruction.confirm",
    right=Right.CONFIRM_DESTRUCTION,
    path="/exhibits/{name}/destruction/confirmation",
    place=_NAME,
    output=shapes.ChainOut,
    status=201,
    errors=(*_AGAINST, *destruction_orders.CONFIRMING),
    audit=(
        "evidence.destruction-confirmed",
        "evidence.destruction-ordered",
        "evidence.destroyed",
    ),
    command="exhibit destroy EXHIBIT",
    example="exhibit destroy 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --confirm",
    apply=_confirm,
    answer=lambda _call, event: chain_value(event.exhibit),
    writes=Writes.STEPS,
    why=_GOES,
)
WITHDRAW_DESTRUCTION: Final = Action(
    name="destruction.withdraw",
    right=Right.CONFIRM_DESTRUCTION,
    method="DELETE",
    path="/exhibits/{name}/destruction",
    place=_NAME,
    status=204,
    errors=(destruction_orders.DestructionEndedError,),
    audit=("evidence.destruction-withdrawn",),
    command="exhibit destroy EXHIBIT",
    example="exhibit destroy 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --withdraw",
    apply=_withdraw,
    writes=Writes.LOG,
)
ADD_INSPECTION: Final = Action(
    name="inspection.add",
    right=Right.EVIDENCE,
    path="/exhibits/{name}/inspections",
    place=_NAME,
    input=shapes.InspectionIn,
    output=shapes.InspectionKept,
    status=201,
    errors=(InspectionError, inspections.InspectionsFullError, custody.PackageDestroyedError),
    audit=("evidence.inspected",),
    command="exhibit inspect EXHIBIT",
    example="exhibit inspect 0190d3f2-5c1a-7b3e-8f00-1a2b3c4d5e6f --inspection disk.json",
    apply=_add_inspection,
    answer=_inspected,
    writes=Writes.LOG,
)
FETCH_AGAIN: Final = Action(
    name="package.fetch",
    right=Right.EVIDENCE,
    path="/packages/{root}/fetch",
    place=_ROOT,
    output=shapes.FetchOut,
    errors=(fetch.PackageNotFailedError,),
    audit=("package.asked-again",),
    command="exhibit fetch ROOT",
    example="exhibit fetch sha256:" + "0a1b" * 16,
    apply=_fetch,
    answer=lambda _call, row: {"root": row.root, "stage": row.stage},
    writes=Writes.LOG,
)
DESTROY_STRAY: Final = Action(
    name="stray.destroy",
    right=Right.EVIDENCE,
    method="DELETE",
    path="/strays/{root}",
    place=_ROOT,
    status=204,
    audit=("package.forgotten",),
    command="unmatched destroy ROOT",
    example="unmatched destroy sha256:" + "0a1b" * 16,
    asks="Destroy {root}? This cannot be undone",
    apply=_destroy_stray,
    writes=Writes.LOG,
)
EXHIBITS: Final = (
    NOTE_EVENT,
    DERIVE_EXHIBIT,
    RETAIN_EXHIBIT,
    ORDER_DESTRUCTION,
    CONFIRM_DESTRUCTION,
    WITHDRAW_DESTRUCTION,
)
INSPECTIONS: Final = (ADD_INSPECTION,)
PACKAGES: Final = (FETCH_AGAIN, DESTROY_STRAY)
ACTIONS: Final = (*EXHIBITS, *INSPECTIONS, *PACKAGES)
