"""Comparing the work items with the facts, slice by slice, again and again.

Whatever changed a fact and did not say so is found here; it is corrected, counted and told by the
health of the node. One whole look takes as many steps as there are slices.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from comity.node.core.clock import now
from comity.node.models import BoardLine, Conversation, WorkCheck, WorkItem
from comity.node.work import desk, owners, requests, rows

SLICE: Final = 300
_SETTLED: Final = timedelta(days=1)
"""How long the owner of an incident without a row stays."""
type Next = Callable[[str], list[str]]
"""Gives the next names of one sort after a name, at most `SLICE`."""


def _conversations(after: str) -> list[str]:
    return requests.waiting_digests(after, most=SLICE)


def _reviews(after: str) -> list[str]:
    found = BoardLine.objects.filter(review_at__isnull=False, conversation__gt=after)
    return list(found.order_by("conversation").values_list("conversation", flat=True)[:SLICE])


def _items(after: str) -> list[str]:
    found = desk.open_items().filter(item__gt=after).order_by("item")
    return list(found.values_list("item", flat=True)[:SLICE])


def _drafts(after: str) -> list[str]:
    found = desk.waiting_drafts().filter(id__gt=after).order_by("id")
    return list(found.values_list("id", flat=True)[:SLICE])


def _exhibits(after: str) -> list[str]:
    found = desk.kept_exhibits().filter(exhibit__gt=after).order_by("exhibit")
    return list(found.values_list("exhibit", flat=True)[:SLICE])


def _quotas(after: str) -> list[str]:
    found = Conversation.objects.filter(main="submitted", beyond_quota=True, opener__gt=after)
    return list(found.order_by("opener").values_list("opener", flat=True).distinct()[:SLICE])


def _stored(after: str) -> list[str]:
    found = WorkItem.objects.filter(incident__gt=after).order_by("incident")
    pairs = found.values_list("incident", "kind")[:SLICE]
    return [name for name, _kind in pairs]


SORTS: Final[tuple[tuple[tuple[str, ...], Next], ...]] = (
    ((requests.REQUEST, requests.WORDS), _conversations),
    ((requests.QUOTA,), _quotas),
    ((requests.REVIEW,), _reviews),
    ((desk.ITEM,), _items),
    ((desk.DRAFT,), _drafts),
    ((desk.EXHIBIT,), _exhibits),
    (("",), _stored),
)
"""Before the name of each incident, and how the next names are found; last what is stored, so that
rows whose fact is gone are found too."""


class Comparison:
    """Compares a slice a step, and remembers where it stands."""

    def __init__(self) -> None:
        self._sort = 0
        self._after = ""
        self._first: bool | None = None
        """Whether nothing was stored yet: what is missing then is no difference."""

    def step(self) -> int:
        """Write what time changed, then compare one slice; return how many differed."""
        at = now()
        rows.rewrite_due(at=at)
        return self.compare(at=at)

    def whole(self, *, at: datetime) -> int:
        """Compare every slice once; return how many rows differed."""
        found = self.compare(at=at)
        while (self._sort, self._after) != (0, ""):
            found += self.compare(at=at)
        return found

    def compare(self, *, at: datetime) -> int:
        """Compare one slice; return how many rows differed.

        Args:
            at: this node's clock.
        """
        if self._first is None:
            self._first = not WorkItem.objects.exists()
        prefixes, following = SORTS[self._sort]
        names = following(self._after)
        wanted = [f"{prefix}{name}" for prefix in prefixes for name in names]
        wanted = [name for name in wanted if name.startswith(rows.OF_FACTS)]
        with transaction.atomic():
            wrong = rows.correct(wanted, at=at) if wanted else []
            if wrong and not self._first:
                _count(wrong, at)
        if len(names) == SLICE:
            self._after = names[-1]
            return len(wrong)
        self._after, self._sort = "", (self._sort + 1) % len(SORTS)
        if self._sort == 0:
            self._first = False
            owners.drop_ended(before=at - _SETTLED)
            WorkCheck.objects.update_or_create(pk=1, defaults={"whole_at": at})
        return len(wrong)


def _count(wrong: list[str], at: datetime) -> None:
    WorkCheck.objects.get_or_create(pk=1)
    WorkCheck.objects.filter(pk=1).update(
        differences=F("differences") + len(wrong), differed_at=at, incident=wrong[0]
    )
