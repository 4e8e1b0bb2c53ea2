"""Officers' words for alarms, steps and channels."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
KIND: Final = _TABLES["kind"]
DO: Final = _TABLES["do"]
PAGE: Final = {
    "dead-letter": "outbox",
    "log-disagreement": "health",
    "audit-changed": "health",
    "disk": "health",
    "store": "health",
    "work": "health",
    "directory": "health",
    "over-quota": "cases",
    "reach-asked": "reach",
    "roster-gap": "roster",
    "roster-row": "roster",
    "notice-failed": "duty-test",
    "cannot-wake": "call-list",
    "glass-broken": "notices",
    "unreachable": "outbox",
}
CALLED: Final = frozenset(
    {"unreachable", "log-disagreement", "unanswered", "undelivered", "over-quota"}
)
"""Kinds where a call to the partner is what is to be done."""
WHOM: Final = _TABLES["whom"]
CHANNEL: Final = _TABLES["channel"]
OUTCOME: Final = _TABLES["outcome"]
WHY: Final = _TABLES["why"]
DAY: Final[tuple[Any, ...]] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
DAY_SHORT: Final[tuple[Any, ...]] = (
    pgettext_lazy("day of the week", "Mon"),
    pgettext_lazy("day of the week", "Tue"),
    pgettext_lazy("day of the week", "Wed"),
    pgettext_lazy("day of the week", "Thu"),
    pgettext_lazy("day of the week", "Fri"),
    pgettext_lazy("day of the week", "Sat"),
    pgettext_lazy("day of the week", "Sun"),
)
FAULT: Final = _TABLES["fault"]
