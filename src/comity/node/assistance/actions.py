"""What may be done with technical solutions: rows of the table of actions.

Taking in a solution's file stays an operation of its own: it takes bytes.
"""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.canonical import PeerError
from comity.evidence.solution import SolutionMalformedError
from comity.exchange import MoveIllegalError
from comity.exchange.compose import TypeNotSharedError
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.assistance import solution_fetch, solution_withdrawal, solutions
from comity.node.assistance.answers import solution_value
from comity.node.assistance.readers import SharingUnknownError
from comity.node.assistance.schemas import OfferIn, OfferOut, SolutionOut, WithdrawIn, WithdrawOut
from comity.node.messages import draft_changes
from comity.node.models import DraftRow, SolutionRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right

_DIGEST: Final = {"digest": Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]}


def _fetch_solution(call: ActionCall) -> SolutionRow:
    """Retry the download of a failed solution."""
    row = _seen(call)
    return solution_fetch.ask_again(call.service.committer, row.digest, by=call.by)


def _offer_solution(call: ActionCall) -> DraftRow:
    """Create a draft that offers a solution in a conversation."""
    row, conversation = _seen(call), call.input.conversation
    circle = circle_of(call.officer, at=call.at)
    try:
        value = solutions.section_of(call.service.node, circle, row.digest, conversation)
    except LookupError as fault:
        raise Http404 from fault
    return draft_changes.prepare(
        call.service,
        message_type=solutions.OFFERED,
        values={"solution": value},
        by=call.by,
        conversation=conversation,
    )


def _withdraw_solution(call: ActionCall) -> list[DraftRow]:
    """Withdraw a solution and draft the messages to its recipients."""
    row, said = _seen(call), call.input
    return solution_withdrawal.withdraw(
        call.service,
        row.digest,
        reasons=said.reasons.model_dump(),
        replaced_by=said.replaced_by,
        by=call.by,
    )


def _withdraw_answer(_call: ActionCall, made: list[DraftRow]) -> dict[str, Any]:
    return {"drafts": [draft.id for draft in made]}


def _seen(call: ActionCall) -> SolutionRow:
    rows = solutions.seen(circle_of(call.officer, at=call.at))
    row = rows.filter(digest=call.place["digest"]).first()
    if row is None:
        raise Http404
    return row


FETCH_SOLUTION: Final = Action(
    name="solution.fetch",
    right=Right.SOLUTIONS,
    path="/solutions/{digest}/fetch",
    place=_DIGEST,
    output=SolutionOut,
    errors=(solutions.SolutionStandingError,),
    audit=("solution.asked-again",),
    command="solution fetch DIGEST",
    example="solution fetch sha256:0a1b",
    apply=_fetch_solution,
    answer=lambda _call, row: solution_value(row),
    writes=Writes.LOG,
)
OFFER_SOLUTION: Final = Action(
    name="solution.offer",
    right=Right.DRAFT,
    path="/solutions/{digest}/offer",
    place=_DIGEST,
    input=OfferIn,
    output=OfferOut,
    status=201,
    errors=(
        MoveIllegalError,
        SharingUnknownError,
        solutions.SolutionSharingError,
        solutions.SolutionStandingError,
        TypeNotSharedError,
        PeerError,
    ),
    audit=("draft.made",),
    command="solution offer DIGEST CONVERSATION",
    example="solution offer sha256:0a1b sha256:2c3d",
    apply=_offer_solution,
    answer=lambda _call, row: {"draft": row.id},
)
WITHDRAW_SOLUTION: Final = Action(
    name="solution.withdraw",
    right=Right.SOLUTIONS,
    path="/solutions/{digest}/withdraw",
    place=_DIGEST,
    input=WithdrawIn,
    output=WithdrawOut,
    errors=(solutions.SolutionStandingError, SolutionMalformedError),
    audit=("solution.withdrawn",),
    command="solution withdraw DIGEST",
    example="solution withdraw sha256:0a1b --reasons 'A rule matches honest mail'",
    apply=_withdraw_solution,
    answer=_withdraw_answer,
    writes=Writes.STEPS,
    why="the withdrawal holds at once, whether or not a message can be drafted for each offer",
)
ACTIONS: Final = (FETCH_SOLUTION, OFFER_SOLUTION, WITHDRAW_SOLUTION)
