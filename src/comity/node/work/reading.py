"""What of other States' messages an officer has read, and who takes it off the list by reading."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from comity.node.core.signals import work_changed
from comity.node.models import Conversation, Officer, WorkItem
from comity.node.people.permissions import Right, may
from comity.node.work.requests import REQUEST


@transaction.atomic
def read(shown: Sequence[Conversation], *, officer: Officer) -> None:
    """Take as read what an officer was shown, if it is for that officer to read.

    Whoever may not see content or may not draft has read nothing for the office. A case that has an
    owner waits for the owner, so that no one takes its news away by looking in.

    Args:
        shown: conversations as they were read to be shown; what came later still waits.
        officer: who reads.
    """
    waiting = [row for row in shown if row.unread_at]
    if not waiting or not (may(officer, Right.READ_CONTENT) and may(officer, Right.DRAFT)):
        return
    owned = WorkItem.objects.filter(incident__in=[f"{REQUEST}{row.digest}" for row in waiting])
    of_others = owned.exclude(owner__in=("", officer.identifier))
    theirs = set(of_others.values_list("conversation", flat=True))
    as_shown = [
        Q(digest=row.digest, moved_at=row.moved_at, unread_at=row.unread_at)
        for row in waiting
        if row.digest not in theirs
    ]
    if as_shown and Conversation.objects.filter(reduce(or_, as_shown)).update(unread_at=None):
        work_changed.send(None, conversations=[row.digest for row in waiting])
