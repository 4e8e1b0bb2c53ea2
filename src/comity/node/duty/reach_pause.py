"""Whether this office is busy with something urgent, so that its node tests nobody's watch now.

The rule: a request that came or went in the last `WITHIN`, and that

1. asks for the measure of an emergency, or says that it is an emergency, and is not decided or not
   carried out yet; or
2. says that it is urgent, and is not decided yet.

A person may ask a partner's watch all the same.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from comity.node.models import Conversation, DocketEntry, MessageRow, SectionRow

WITHIN: Final = timedelta(days=7)
"""An older one is no emergency any more; a forgotten one stops no tests for ever."""
_UNDECIDED: Final = ("submitted", "acknowledged", "clarifying")
_EMERGENCY: Final = "emergency"


def is_paused(*, at: datetime) -> bool:
    """Tell whether an emergency or an urgent request is open in this office."""
    rows = Conversation.objects.filter(opened_at__gt=at - WITHIN, opened_at__lte=at)
    emergency = Q(measure=_EMERGENCY) | _says(_EMERGENCY)
    undone = rows.filter(main__in=(*_UNDECIDED, "accepted"))
    return undone.filter(emergency).exists() or (
        rows.filter(main__in=_UNDECIDED).filter(_says("urgent")).exists()
    )


def _says(urgency: str) -> Q:
    """Return the condition that a conversation's opening says how urgent it is."""
    opening = MessageRow.objects.filter(content=OuterRef(OuterRef("digest"))).values("record")
    told = Exists(SectionRow.objects.filter(
        name="request", value__urgency=urgency, record__in=opening
    ))  # fmt: skip
    written = DocketEntry.objects.filter(
        digest=OuterRef("digest"), value__sections__request__urgency=urgency
    )
    return Q(told) | Q(Exists(written))
