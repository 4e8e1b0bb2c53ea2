"""The office's own numbers for clocks, from its settings."""

from datetime import timedelta

from django.conf import settings

from comity.instruments.clock_terms import Local, Whom
from comity.node.core.config import NodeConfig

OFFICER_DAYS = 7
SECOND_DAYS = 2


def local() -> Local:
    """Return the numbers of the office that this process serves; ours where it is none."""
    config: NodeConfig | None = settings.CONFIG
    if config is None:
        return Local()
    return Local(
        notices=tuple((days, _whom(days)) for days in config.notice_days),
        oral_hours=config.oral_hours,
        emergency_hours=config.emergency_hours,
        status_days=config.status_days,
    )


def first_notice() -> timedelta:
    """Return how long before a time limit people are told first."""
    return timedelta(days=local().notices[0][0])


def _whom(days: int) -> Whom:
    """Return who is told so many days before: the nearer, the higher."""
    if days >= OFFICER_DAYS:
        return "officer"
    return "second" if days >= SECOND_DAYS else "deputy"
