"""The menu: groups of pages, each shown to whoever has its right."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.models import Officer
from comity.node.roles import Right, may

type Entry = tuple[str, Any, Right]

MENU: Final[tuple[tuple[Entry, ...], ...]] = (
    (
        ("cases", _("Cases"), Right.READ_CASES),
        ("drafts", _("Drafts"), Right.READ_CASES),
        ("mail", _("Mail"), Right.READ_CASES),
        ("evidence", _("Evidence"), Right.READ_CASES),
    ),
    (
        ("docket", _("Inside our State"), Right.READ_DOCKET),
        ("jobs", _("Translations"), Right.TRANSLATE),
    ),
    (
        ("outbox", _("Outbox"), Right.READ_OUTBOX),
        ("health", _("Log health"), Right.READ_HEALTH),
        ("audit", _("Audit"), Right.READ_AUDIT),
    ),
)
"""What is worked on; the office and the world around it; what keeps the node honest."""


def menu(officer: Officer | None) -> list[list[tuple[str, Any]]]:
    """Return the groups an officer sees, as (name of the address, words); none is empty."""
    groups = (
        [(name, told) for name, told, right in group if may(officer, right)] for group in MENU
    )
    return [group for group in groups if group]
