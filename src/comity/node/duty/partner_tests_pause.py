"""Whether this office is busy with something urgent, so that its node tests nobody's watch now.

The rule: a request that came or went in the last `WITHIN`, and that

1. asks for the measure of an emergency, or says that it is an emergency, and is not decided or not
   carried out yet; or
2. says that it is urgent, and is not decided yet.

A person may ask a partner's watch all the same.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from comity.node.cases.severity import EMERGENCY
from comity.node.cases.urgency import UNDECIDED, says
from comity.node.models import Conversation

WITHIN: Final = timedelta(days=7)
"""An older one is no emergency any more; a forgotten one stops no tests for ever."""


def is_paused(*, at: datetime) -> bool:
    """Tell whether an emergency or an urgent request is open in this office."""
    rows = Conversation.objects.filter(opened_at__gt=at - WITHIN, opened_at__lte=at)
    emergency = Q(measure=EMERGENCY) | says(EMERGENCY)
    undone = rows.filter(main__in=(*UNDECIDED, "accepted"))
    return undone.filter(emergency).exists() or (
        rows.filter(main__in=UNDECIDED).filter(says("urgent")).exists()
    )
