"""What may be done in the docket: the rows of the table of actions.

Which acts there are, who may do each and what each says stands in the table of acts
(`comity.docket.acts`); here they are entered.
"""

from typing import Annotated, Any, Final

from pydantic import Field

from comity.canonical import MisuseError, PeerError
from comity.docket import Item
from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.cases import docket_actions
from comity.node.docket import translation_jobs
from comity.node.docket.item_values import value_of
from comity.node.docket.job_values import job_detail
from comity.node.docket.schemas import ActIn, ItemOut, JobDetail, JobIn
from comity.node.people.permissions import Right
from comity.node.web.malformed_requests import standing_at

_ITEM: Final = Annotated[str, Field(max_length=36)]
_ERRORS: Final = (PeerError, MisuseError)
"""Each act of the table has rules of its own, which packages above this one provide."""


def _begin_item(call: ActionCall) -> Item:
    """Begin an item by an act, in a case or without one."""
    said = call.input
    with standing_at("said", act=said.act):
        return docket_actions.do(
            call.service, said.act, said.said, officer=call.officer, case=said.case
        )


def _do_act(call: ActionCall) -> Item:
    """Do the next act of an item."""
    said, item = call.input, call.place["item"]
    with standing_at("said", act=said.act):
        return docket_actions.do(
            call.service, said.act, said.said, officer=call.officer, item=item, case=said.case
        )


def _item_answer(call: ActionCall, made: Item) -> dict[str, Any]:
    return value_of(made, call.officer)


def _do_job(call: ActionCall) -> Item:
    """Take a job that names the caller, or deliver its translation."""
    said, item = call.input, call.place["item"]
    translation_jobs.job_of(call.officer, item)
    with standing_at("said", act=said.act):
        return docket_actions.do(call.service, said.act, said.said, officer=call.officer, item=item)


def _job_answer(call: ActionCall, made: Item) -> dict[str, Any]:
    return job_detail(made, call.officer)


BEGIN_ITEM: Final = Action(
    name="docket-item.begin",
    right=Right.DOCKET,
    path="/docket",
    input=ActIn,
    output=ItemOut,
    status=201,
    errors=_ERRORS,
    audit=("docket.entered",),
    command="docket do ACT",
    example="docket do referral.sent --case 2026-000001 --file act.toml",
    apply=_begin_item,
    answer=_item_answer,
    writes=Writes.LOG,
)
DO_ACT: Final = Action(
    name="docket-act.do",
    right=Right.DOCKET,
    path="/docket/{item}",
    place={"item": _ITEM},
    input=ActIn,
    output=ItemOut,
    status=201,
    errors=_ERRORS,
    audit=("docket.entered",),
    command="docket do ACT",
    example="docket do referral.accepted --item 0198c0de-0000-7000-8000-000000000001"
    " --file act.toml",
    apply=_do_act,
    answer=_item_answer,
    writes=Writes.LOG,
)
DO_JOB: Final = Action(
    name="translation-act.do",
    right=Right.TRANSLATE,
    path="/translations/{item}",
    place={"item": _ITEM},
    input=JobIn,
    output=JobDetail,
    status=201,
    errors=_ERRORS,
    audit=("docket.entered",),
    command="translation do ACT",
    example="translation do translation.taken --item 0198c0de-0000-7000-8000-000000000001"
    " --file act.toml",
    apply=_do_job,
    answer=_job_answer,
    writes=Writes.LOG,
)
ITEMS: Final = (BEGIN_ITEM, DO_ACT)
JOBS: Final = (DO_JOB,)
ACTIONS: Final = (*ITEMS, *JOBS)
