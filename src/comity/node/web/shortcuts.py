"""Keyboard shortcuts: one table, which the page shows to people and the script reads from it.

A letter alone does something only outside fields, and all of it can be switched off in a browser
(WCAG 2.2, criterion 2.1.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.node.models import Officer
from comity.node.people.permissions import Right, may
from comity.node.web.menu import Entry

COOKIE: Final = "comity-shortcuts"
OFF: Final = "off"


@dataclass(frozen=True)
class Shortcut:
    """What some keys do.

    Attributes:
        keys: pressed one after the other, with a space between.
        told: what they do, in words.
        go: where they lead, or empty.
        does: what the script does on the page, or empty.
    """

    keys: str
    told: Any
    go: str = ""
    does: str = ""

    @property
    def each(self) -> list[str]:
        """Return the keys."""
        return self.keys.split()


ENTRIES: Final = (
    ("g w", "my-work"),
    ("g d", "watch"),
    ("g c", "cases"),
    ("g r", "drafts"),
    ("g e", "evidence"),
    ("g m", "mail"),
    ("g x", "exercises"),
    ("g s", "authorities"),
    ("g o", "health"),
)
"""Keys, and a page of the entry of the menu to which they lead."""
ACTS: Final[tuple[tuple[str, Any, str, Right | None], ...]] = (
    ("?", _("Show keyboard shortcuts"), "list", None),
    ("/", _("Search"), "search", Right.READ_CASES),
    ("j", _("Next item of the list"), "next", None),
    ("k", _("Previous item of the list"), "previous", None),
    ("Enter", _("Open the item"), "open", None),
    ("a", _("Acknowledge"), "acknowledge", Right.ACKNOWLEDGE),
)
"""Keys, what they do in words and for the script, and the right that it takes."""


def shortcuts(officer: Officer | None, entries: Iterable[Entry]) -> list[Shortcut]:
    """Return the shortcuts of an officer: none leads where a click could not.

    Args:
        officer: who presses the keys.
        entries: of the officer's menu.
    """
    places = {name: entry for entry in entries for name, *_told in entry.pages}
    found = [
        Shortcut(keys, told, does=does)
        for keys, told, does, right in ACTS
        if right is None or may(officer, right)
    ]
    if may(officer, Right.DRAFT):
        found.append(Shortcut("n", _("New request"), go=reverse("new")))
    for keys, name in ENTRIES:
        if entry := places.get(name):
            told = gettext("Open %(page)s") % {"page": entry.title}
            found.append(Shortcut(keys, told, go=entry.pages[0][2]))
    return found


def are_on(request: HttpRequest) -> bool:
    """Tell whether shortcuts are switched on in this browser."""
    return request.COOKIES.get(COOKIE, "") != OFF
