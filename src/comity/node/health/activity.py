"""How many messages were recorded a day, lately."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncDate

from comity.node.models import MessageRow

DAYS: Final = 30


def messages_a_day(*, at: datetime) -> dict[date, int]:
    """Return the messages that were sent and received on each of the last days, in UTC.

    Args:
        at: this node's clock; its day is the last one.
    """
    today = at.astimezone(UTC).date()
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    begin = datetime.combine(days[0], datetime.min.time(), UTC)
    counted = dict(
        MessageRow.objects.filter(recorded_at__gte=begin)
        .order_by()
        .annotate(day=TruncDate("recorded_at", tzinfo=UTC))
        .values_list("day")
        .annotate(number=Count("record"))
    )
    return {day: counted.get(day, 0) for day in days}
