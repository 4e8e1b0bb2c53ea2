"""What may be done at the desk of data protection: the rows of the table of actions.

What is decided about data is an act of the docket, and stands there.
"""

from typing import Any, Final

from comity.node.actions.action import Action, ActionCall
from comity.node.cases.privacy_errors import PrivacyUnfitError
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.privacy.subject_search import Found, holdings, note_search
from comity.node.privacy_desk.schemas import HoldingsOut, WordsIn


def _search(call: ActionCall) -> Found:
    return holdings(call.input.words, circle_of(call.officer, at=call.at))


def _find_holdings(call: ActionCall) -> Found:
    """Find records that contain all words, within your access.

    The search is audited; its words are not stored.
    """
    found: Found = call.prepared
    note_search(found, by=call.by, at=call.at)
    return found


def _holdings_answer(_call: ActionCall, found: Found) -> dict[str, Any]:
    return {"holdings": [vars(one) for one in found.holdings], "more": found.more}


FIND_HOLDINGS: Final = Action(
    name="holdings.find",
    right=Right.HOLDINGS,
    path="/privacy/holdings",
    input=WordsIn,
    output=HoldingsOut,
    errors=(PrivacyUnfitError,),
    audit=("privacy.searched",),
    command="privacy find WORDS",
    example="privacy find Nguyen laptop",
    prepare=_search,
    apply=_find_holdings,
    answer=_holdings_answer,
)
ACTIONS: Final = (FIND_HOLDINGS,)
