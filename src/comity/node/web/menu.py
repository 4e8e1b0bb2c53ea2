"""The menu: at most eight entries, each with pages that lie under it as tabs.

An entry is shown to whoever may see a page of it, and leads to the first of these.
"""

import functools
import re
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

type Page = tuple[str, Any, Right]
"""Name of a page's address, its words, and the right that opens it."""

MENU: Final[tuple[tuple[Any, tuple[Page, ...]], ...]] = (
    (
        _("My work"),
        (
            ("my-work", _("My work"), Right.READ_CASES),
            ("jobs", _("Translations"), Right.TRANSLATE),
        ),
    ),
    (
        _("Duty desk"),
        (
            ("watch", _("Duty desk"), Right.WATCH),
            ("duty", _("Alarms"), Right.READ_DUTY),
            ("calls", _("Calls"), Right.CALL),
        ),
    ),
    (
        _("Cases"),
        (
            ("cases", _("Cases"), Right.READ_CASES),
            ("search", pgettext_lazy("menu", "Search"), Right.SEARCH),
        ),
    ),
    (
        _("Drafts"),
        (
            ("drafts", _("Drafts"), Right.READ_CASES),
            ("approvals", _("Signatures"), Right.READ_CASES),
        ),
    ),
    (
        _("Evidence"),
        (
            ("evidence", _("Evidence"), Right.READ_CASES),
            ("exports", _("Court bundles"), Right.EXPORT),
        ),
    ),
    (_("Mail"), (("mail", _("Mail"), Right.READ_CONTENT),)),
    (
        _("Exercises"),
        (
            ("exercises", _("Exercises"), Right.TRAIN),
            ("scenarios", _("Scenarios"), Right.TRAIN),
            ("room", _("Exercise"), Right.PLAY),
        ),
    ),
    (
        _("States and law"),
        (
            ("authorities", _("Directory"), Right.READ_DIRECTORY),
            ("treaties", _("Treaties"), Right.READ_DIRECTORY),
            ("assistance", _("Assistance"), Right.ASSISTANCE),
            ("round-tables", _("Round tables"), Right.ASSISTANCE),
            ("solutions", _("Solutions"), Right.ASSISTANCE),
        ),
    ),
    (
        _("Office"),
        (
            ("roster", _("Duty roster"), Right.READ_DUTY),
            ("docket", _("Domestic actions"), Right.READ_DOCKET),
            ("statistics", _("Statistics"), Right.STATISTICS),
            ("privacy", _("Data protection"), Right.PRIVACY),
            ("outbox", _("Outbox"), Right.READ_OUTBOX),
            ("health", _("System health"), Right.READ_HEALTH),
            ("people", _("People"), Right.PEOPLE),
            ("audit", _("Audit"), Right.READ_AUDIT),
            ("settings", _("Settings"), Right.SETTINGS),
            ("backups", _("Backups"), Right.BACKUP),
        ),
    ),
)
"""Entries in the order of the menu, with their pages in the order of the tabs.

Exercises are for roles that see nothing of the office, so no role sees nine entries.
"""


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
    ("ways", _("Sign-in methods")),
    ("programs", _("API access")),
    ("hooks", _("Webhooks")),
)
"""Pages of one's own, the outer ones first."""
BETWEEN: Final = read_labels(__package__)["between"]
"""Pages that stand between a page of the menu and what lies below them."""


@dataclass(frozen=True)
class Entry:
    """An entry of the menu: its words, and pages that an officer sees under it.

    Attributes:
        title: what it is called.
        pages: each the name of its address, its words, its address; at least one.
    """

    title: Any
    pages: tuple[tuple[str, Any, str], ...]


_address: Final = functools.cache(reverse)
"""Addresses of the menu hold nothing that changes, and each page has all of them."""
MOST: Final = 100
"""No count is read beyond this."""
_COUNT: Final = re.compile(r"<!--([\w -]+)-->")
"""Where a count goes: the names of the pages whose counts are added."""
_PLACE: Final = re.compile(r'<span class="waits" [^<]*<!--[^<]*--></span>')
"""The element that a count stands in, empty where nothing waits."""


def menu(officer: Officer | None) -> list[Entry]:
    """Return the entries an officer sees; none is empty."""
    entries = (
        Entry(
            title,
            tuple(
                (name, told, _address(name)) for name, told, right in pages if may(officer, right)
            ),
        )
        for title, pages in MENU
    )
    return [entry for entry in entries if entry.pages]


def home_of(officer: Officer) -> str:
    """Return where a person begins: the first page of the menu that they see.

    The operator's is System health, whatever else the role may open.
    """
    if officer.role == Officer.Role.OPERATOR and may(officer, Right.READ_HEALTH):
        return _address("health")
    names = (name for _, pages in MENU for name, _, right in pages if may(officer, right))
    return _address(next(names, "me"))


def menu_html(entries: Sequence[Entry], here: str, under: str) -> tuple[SafeString, SafeString]:
    """Return the menu and the tabs of the page; made once for all who see the same.

    Both hold places for counts, which `counted` fills.

    Args:
        entries: what the officer sees.
        here: name of the page.
        under: name of the page of the menu under which it lies.
    """
    names = tuple(name for entry in entries for name, *_ in entry.pages)
    return _menu_html(names, here if here in names else "", under, get_language() or "")


@functools.lru_cache(maxsize=512)
def _menu_html(
    names: Collection[str], here: str, under: str, _language: str
) -> tuple[SafeString, SafeString]:
    known = [
        Entry(title, tuple((one, told, _address(one)) for one, told, _ in pages if one in names))
        for title, pages in MENU
    ]
    entries = [entry for entry in known if entry.pages]
    at = next((one for one in entries if under in [name for name, *_ in one.pages]), None)
    shown = {"entries": entries, "here": here, "at": at}
    tabs = render_to_string("web/parts/tabs.html", shown) if here and at else SafeString("")
    return render_to_string("web/parts/menu.html", shown), tabs


def counts_alone(html: str) -> str:
    """Return the places of the counts in a menu or in tabs, each to be swapped into an open page.

    Args:
        html: from `menu_html`.
    """
    return "".join(
        place.replace(">", ' hx-swap-oob="innerHTML">', 1) for place in _PLACE.findall(html)
    )


def counted(html: str, counts: Mapping[str, int], hot: Collection[str] = ()) -> SafeString:
    """Return the menu or tabs with what waits on each page; no number is shown for none.

    Args:
        html: from `menu_html`.
        counts: open things by name of the page.
        hot: pages on which something waits for a person now.
    """

    def number(place: re.Match[str]) -> str:
        names = place[1].split()
        waiting = sum(counts.get(name, 0) for name in names)
        if not waiting:
            return ""
        return _count_html(waiting, any(name in hot for name in names), get_language() or "")

    return SafeString(_COUNT.sub(number, html))


@functools.lru_cache(maxsize=512)
def _count_html(number: int, hot: bool, _language: str) -> SafeString:  # noqa: FBT001 - a key
    """Return a count; the same few numbers stand on every page."""
    shown = {"number": f"{number}+" if number >= MOST else number, "hot": hot}
    return render_to_string("web/parts/count.html", shown)


def section(entries: list[Entry], path: str) -> tuple[str, Any] | None:
    """Return the page of the menu under which an address lies, or None: one's own lie under none.

    Args:
        entries: what the officer sees.
        path: of the request, without its question; the longest address that it begins with wins.
    """
    pages = {name: (told, place) for entry in entries for name, told, place in entry.pages}
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
