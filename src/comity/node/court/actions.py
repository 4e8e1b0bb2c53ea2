"""What may be done about court bundles: the rows of the table of actions."""

from typing import Final

from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.court import orders
from comity.node.court import schemas as shapes
from comity.node.court.answers import export_value
from comity.node.court.bundle import CaseUnknownError
from comity.node.evidence.other_use import UseConsentError, UsePurposeError
from comity.node.models import CourtExport
from comity.node.people.permissions import Right


def _ask(call: ActionCall) -> CourtExport:
    """Ask for the court bundle of a case; the node writes the bundle in the background. Audited."""
    return orders.ask(
        call.service.node,
        call.service.committer,
        orders.Asked(**call.input.dict()),
        officer=call.officer.identifier,
        user=call.by,
        at=call.at,
    )


ASK_EXPORT: Final = Action(
    name="export.ask",
    right=Right.EXPORT,
    path="/exports",
    input=shapes.ExportIn,
    output=shapes.ExportOut,
    status=202,
    errors=(CaseUnknownError, UsePurposeError, UseConsentError, orders.ExportsFullError),
    audit=("export.asked",),
    command="case bundle CASE",
    example="case bundle 2026-0017 --reason 'For the court' -o bundle.zip",
    apply=_ask,
    answer=lambda _call, row: export_value(row),
    writes=Writes.LOG,
)
ACTIONS: Final = (ASK_EXPORT,)
