"""What may be done with drafts and with what stands against them: rows of the table of actions."""

from typing import Any, Final

from comity.instruments.errors import FactsError, OverrideError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.compose import law_overrides
from comity.node.compose.answers import onward_value
from comity.node.compose.onward_exceptions import OnwardOwnError, OnwardReasonsError, except_
from comity.node.evidence.onward_transfer import Stop
from comity.node.law import assessment
from comity.node.law.findings_values import findings_value
from comity.node.law.schemas import FactsIn, FindingsOut, OverrideIn
from comity.node.messages.actions import DRAFT, DRAFTS
from comity.node.messages.drafts import DraftStageError
from comity.node.models import DraftRow
from comity.node.people.permissions import Right
from comity.node.web.schemas import OnwardIn, OnwardOut

_ENGLISH: Final = "en"


def _except_onward(call: ActionCall) -> tuple[Stop, ...]:
    """Let the evidence of a draft go on without its sender's consent.

    The decision is in the log by its digest, and its reasons stay with the draft.
    """
    draft, reasons = call.place["draft"], call.input.reasons
    return except_(call.service, draft, officer=call.officer, reasons=reasons)


def _onward_answer(call: ActionCall, _made: object) -> dict[str, Any]:
    return onward_value(DraftRow.objects.get(id=call.place["draft"]))


def _add_facts(call: ActionCall) -> DraftRow:
    """Add facts by which a draft is judged. They are kept with the draft and sent nowhere."""
    node = call.service.node
    return law_overrides.add_facts(node, call.place["draft"], call.input.facts, by=call.by)


def _override_rule(call: ActionCall) -> DraftRow:
    """Override a rule that blocks a draft, with reasons.

    Only an approver who is not the draft's author can. The reasons are stored with the draft.
    """
    draft, said = call.place["draft"], call.input
    return law_overrides.override(
        call.service.node, draft, said.rule, officer=call.officer, reasons=said.reasons
    )


def _findings_answer(call: ActionCall, row: DraftRow) -> dict[str, Any]:
    return findings_value(assessment.check_draft(call.service.node, row), _ENGLISH)


EXCEPT_ONWARD: Final = Action(
    name="draft-onward.except",
    right=Right.OVERRIDE,
    path="/drafts/{draft}/onward",
    place=DRAFT,
    input=OnwardIn,
    output=OnwardOut,
    status=201,
    errors=(DraftStageError, OnwardOwnError, OnwardReasonsError),
    audit=("use.onward-excepted",),
    command="draft onward DRAFT",
    example="draft onward 0198c0de-0000-7000-8000-000000000001 --except 'A life is in danger'",
    apply=_except_onward,
    answer=_onward_answer,
    writes=Writes.LOG,
)
ADD_FACTS: Final = Action(
    name="draft-facts.add",
    right=Right.DRAFT,
    path="/drafts/{draft}/facts",
    place=DRAFT,
    input=FactsIn,
    output=FindingsOut,
    status=201,
    errors=(DraftStageError, FactsError),
    audit=("law.facts-added",),
    command="draft facts DRAFT",
    example="draft facts 0198c0de-0000-7000-8000-000000000001 --file facts.toml",
    apply=_add_facts,
    answer=_findings_answer,
)
OVERRIDE_RULE: Final = Action(
    name="draft-rule.override",
    right=Right.OVERRIDE,
    path="/drafts/{draft}/overrides",
    place=DRAFT,
    input=OverrideIn,
    output=FindingsOut,
    status=201,
    errors=(OverrideError, law_overrides.OverrideOwnError),
    audit=("law.overridden",),
    command="draft override DRAFT",
    example="draft override 0198c0de-0000-7000-8000-000000000001 --rule sha256:0a1b"
    " --reasons 'A life is in danger'",
    apply=_override_rule,
    answer=_findings_answer,
)
MESSAGES: Final = (*DRAFTS, EXCEPT_ONWARD)
LAW: Final = (ADD_FACTS, OVERRIDE_RULE)
ACTIONS: Final = (*MESSAGES, *LAW)
