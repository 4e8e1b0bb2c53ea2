"""How long records of each class are kept before somebody looks at them again.

A period is an act of the docket (`retention.set`). Without one nothing of the class is ever due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, get_args

from comity.docket import Item
from comity.docket.privacy_bodies import RecordClass
from comity.node.cases import docket_store
from comity.node.models import DocketItem

KIND: Final = "retention"
IN_FORCE: Final = "in-force"
CLASSES: Final[tuple[str, ...]] = get_args(RecordClass.__value__)


@dataclass(frozen=True)
class Period:
    """A period that is in force.

    Attributes:
        record_class: of `CLASSES`.
        days: from the end of the record's use until somebody looks at it again.
        rule: by which the office set it.
        item: of the docket.
        since: when it was set.
    """

    record_class: str
    days: int
    rule: str
    item: str
    since: datetime

    @property
    def length(self) -> timedelta:
        """Return it as a length of time."""
        return timedelta(days=self.days)


def periods() -> Mapping[str, Period]:
    """Return the periods that are in force, by class; a class without one is not in it."""
    rows = DocketItem.objects.filter(kind=KIND, state=IN_FORCE).values_list("item", flat=True)
    found = [_period(item) for item in docket_store.items_of(rows)]
    return {one.record_class: one for one in found if one is not None}


def _period(item: Item) -> Period | None:
    said = item.said("retention.set")
    if not said:  # its text was erased: then it says nothing, and nothing is due by it
        return None
    since = item.entries[-1].entry.at
    return Period(said["record_class"], said["days"], said["rule"], item.id, since)
