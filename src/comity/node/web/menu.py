"""The menu: groups of pages, each shown to whoever has its right."""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.models import Officer
from comity.node.people.permissions import Right, may

type Entry = tuple[str, Any, Right]

MENU: Final[tuple[tuple[Entry, ...], ...]] = (
    (
        ("watch", _("Watch"), Right.WATCH),
        ("calls", _("Calls"), Right.CALL),
        ("cases", _("Cases"), Right.READ_CASES),
        ("search", pgettext_lazy("menu", "Search"), Right.SEARCH),
        ("drafts", _("Drafts"), Right.READ_CASES),
        ("approvals", _("Signatures"), Right.READ_CASES),
        ("mail", _("Mail"), Right.READ_CONTENT),
        ("evidence", _("Evidence"), Right.READ_CASES),
        ("exports", _("Court bundles"), Right.EXPORT),
        ("assistance", _("Assistance"), Right.ASSISTANCE),
        ("round-tables", _("Round tables"), Right.ASSISTANCE),
        ("solutions", _("Solutions"), Right.ASSISTANCE),
    ),
    (
        ("duty", _("On duty"), Right.READ_DUTY),
        ("docket", _("Inside our State"), Right.READ_DOCKET),
        ("jobs", _("Translations"), Right.TRANSLATE),
        ("statistics", _("Statistics"), Right.STATISTICS),
        ("privacy", _("Data protection"), Right.PRIVACY),
    ),
    (
        ("exercises", _("Exercises"), Right.TRAIN),
        ("scenarios", _("Scenarios"), Right.TRAIN),
        ("room", _("Exercise"), Right.PLAY),
    ),
    (
        ("authorities", _("Directory"), Right.READ_DIRECTORY),
        ("treaties", _("Treaties"), Right.READ_DIRECTORY),
    ),
    (
        ("outbox", _("Outbox"), Right.READ_OUTBOX),
        ("health", _("Log health"), Right.READ_HEALTH),
        ("people", _("People"), Right.PEOPLE),
        ("audit", _("Audit"), Right.READ_AUDIT),
        ("settings", _("Settings"), Right.SETTINGS),
        ("backups", _("Backups"), Right.BACKUP),
    ),
)
"""What is worked on; the office; exercises; the States around it, the law; what keeps it honest."""

TITLES: Final[tuple[Any, ...]] = (
    _("Work"),
    _("Office"),
    _("Exercises and training"),
    _("States and law"),
    _("Node"),
)
"""What the groups of `MENU` are called, one for one."""


ROOT: Final = "/"
"""The register of cases stands here; not everything is below it."""
BELOW: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("break-glass", "cases", "conversations", "letters", "messages", "new", "write-down"),
            "cases",
        ),
        "notices": "cases",
        **dict.fromkeys(("exhibits", "sensitive"), "evidence"),
        **dict.fromkeys(("originals", "previews"), "mail"),
        "shifts": "watch",
        "strays": "health",
    }
)
"""First part of an address that is not its page's own, to the page of the menu it lies under."""
OWN: Final[tuple[tuple[str, Any], ...]] = (
    ("me", _("My account")),
    ("ways", _("How I sign in")),
    ("programs", _("Access for programs")),
    ("hooks", _("Webhooks")),
)
"""Pages of one's own, the outer ones first."""
BETWEEN: Final = read_labels(__package__)["between"]
"""Pages that stand between a page of the menu and what lies below them."""


@dataclass(frozen=True)
class Group:
    """Pages of the menu under one title: each the name of its address, its words, its address."""

    title: Any
    pages: tuple[tuple[str, Any, str], ...]


_address: Final = functools.cache(reverse)
"""Addresses of the menu hold nothing that changes, and each page has all of them."""


def menu(officer: Officer | None) -> list[Group]:
    """Return the groups an officer sees; none is empty."""
    groups = (
        Group(
            title,
            tuple(
                (name, told, _address(name)) for name, told, right in entries if may(officer, right)
            ),
        )
        for title, entries in zip(TITLES, MENU, strict=True)
    )
    return [group for group in groups if group.pages]


def menu_html(groups: Sequence[Group], here: str, under: str) -> SafeString:
    """Return the menu in the page's language; made once for all who see the same.

    Args:
        groups: what the officer sees.
        here: name of the page.
        under: name of the page of the menu under which it lies.
    """
    names = tuple(name for group in groups for name, *_ in group.pages)
    return _menu_html(names, here if here in names else "", under, get_language() or "")


@functools.lru_cache(maxsize=512)
def _menu_html(names: Collection[str], here: str, under: str, _language: str) -> SafeString:
    groups = [
        Group(title, tuple((one, told, _address(one)) for one, told, _ in entries if one in names))
        for title, entries in zip(TITLES, MENU, strict=True)
    ]
    shown = {"navigation": [one for one in groups if one.pages], "here": here, "section": under}
    return render_to_string("web/parts/menu.html", shown)


def section(groups: list[Group], path: str) -> tuple[str, Any] | None:
    """Return the page of the menu under which an address lies, or None: one's own lie under none.

    Args:
        groups: what the officer sees.
        path: of the request, without its question; the longest address that it begins with wins.
    """
    pages = {name: (told, place) for group in groups for name, told, place in group.pages}
    found = [
        (len(place), name)
        for name, (_told, place) in pages.items()
        if place == path or (place != ROOT and path.startswith(place.rstrip("/") + "/"))
    ]
    name = max(found)[1] if found else BELOW.get(path.split("/")[1], "")
    return (name, pages[name][0]) if name in pages else None


def own_trail(path: str) -> list[tuple[str, Any]]:
    """Return the way back from a page of one's own, from the outermost in: address and words."""
    ways = [(_address(name), told) for name, told in OWN]
    return [(place, told) for place, told in ways if path.startswith(place + "/")]


def trail_between(under: str, path: str) -> list[tuple[str, Any]]:
    """Return the pages between a page of the menu and one below it: addresses and words.

    Args:
        under: name of the page of the menu.
        path: of the request, without its question.
    """
    parts = path.rstrip("/").split("/")
    outer = ("/".join(parts[:length]) for length in range(3, len(parts)))
    found = ((place, _found(place)) for place in outer if place != _address(under))
    return [(place, BETWEEN[name]) for place, name in found if name in BETWEEN]


def _found(place: str) -> str:
    """Return the name of the page at an address, empty if there is none."""
    try:
        return resolve(place).url_name or ""
    except Resolver404:
        return ""
