"""Rendering a page: the frame's facts, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext

from comity.node.core.clock import ExerciseClockError, is_followed, now
from comity.node.people.accounts import officer_of
from comity.node.people.permissions import Right, may
from comity.node.web.help_texts import HELP
from comity.node.web.menu import ROOT, home_of, menu, menu_html, own_trail, section, trail_between
from comity.node.web.moment_field import one_office_zone
from comity.node.web.shortcuts import are_on


@dataclass(frozen=True, kw_only=True)
class Confirm:
    """What a person reads before an act with consequences.

    Attributes:
        heading: the act as a question or a command; title of the page and its heading.
        consequences: whole sentences, each a thing that follows.
        button: words of the button that does it.
        action: address that is posted to.
        back: address that leaves all as it is.
        facts: label and text of what the act is about.
        hidden: names and values that are posted along; ``confirmed=1`` always is.
        final: whether nothing undoes it, which the page then says.
    """

    heading: Any
    consequences: Sequence[Any]
    button: Any
    action: str
    back: str
    facts: Sequence[tuple[Any, Any]] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    final: bool = True


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a page in its frame; ``trail`` in the context replaces the way back it works out."""
    from comity.node.web.appearance import CHOICES, COOKIE

    config = settings.CONFIG
    officer = getattr(request, "officer", None) or officer_of(request.user)
    rights = {right.name: may(officer, right) for right in Right}
    lacking = getattr(request, "lacks_factor", False)
    entries = [] if lacking else menu(officer)
    here = request.resolver_match.url_name if request.resolver_match else ""
    under = section(entries, request.path)
    rail, tabs = menu_html(entries, here or "", under[0] if under else "")
    chosen = request.COOKIES.get(COOKIE, "")
    frame = {
        "appearance": chosen if chosen in CHOICES else "",
        "appearances": CHOICES.items(),
        "can": rights,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": settings.LANGUAGE_NAMES.items(),
        "mode": config.mode if config else "",
        "exercise_clock": _exercise_clock(),
        "menu": rail,
        "entry_tabs": tabs,
        "officer": officer,
        "party": config.party if config else "",
        "here": here,
        "home": home_of(officer) if officer else ROOT,
        "shut": lacking,
        "shortcuts_on": are_on(request) and not lacking,
        "help": HELP.get(here or "", ()),
        "trail": [] if lacking else _trail(under, here, request.path),
    }
    with one_office_zone():
        return render(request, template, {**frame, **(context or {})}, status=status)


def _exercise_clock() -> datetime | None:
    """Return the time of the exercise where it is not the real one, if it can be read."""
    try:
        return now() if is_followed() else None
    except ExerciseClockError:
        return None


def _trail(under: tuple[str, Any] | None, here: str | None, path: str) -> list[tuple[str, Any]]:
    """Return the way back from a page: to the page of the menu, or through one's own."""
    if under is None:
        return own_trail(path)
    if under[0] == here:
        return []
    return [(reverse(under[0]), under[1]), *trail_between(under[0], path)]


def number_in(text: str) -> int:
    """Return the number of a row that an address names, or 0."""
    return (
        min(int(text), 1_000_000_000) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    )


def day_in(text: str) -> date | None:
    """Return the day that an address names, or None where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Period:
    """From which day to which a list is narrowed, both included.

    Attributes:
        since: first day; None for no bound.
        until: last day; None for no bound.
        fault: what is wrong with what was typed, in words, or empty.
    """

    since: date | None
    until: date | None
    fault: str

    @property
    def is_reversed(self) -> bool:
        """Tell whether it ends before it begins, so that nothing can lie in it."""
        return self.since is not None and self.until is not None and self.until < self.since


def period_in(asked: Mapping[str, str]) -> Period:
    """Return the period that an address names as ``since`` and ``until``."""
    typed = [asked.get(name, "") for name in ("since", "until")]
    since, until = map(day_in, typed)
    found = Period(since, until, "")
    if found.is_reversed:
        return replace(found, fault=gettext("The period ends before it begins."))
    if any(text and not day for text, day in zip(typed, (since, until), strict=True)):
        return replace(found, fault=gettext("That is no day. Every day is shown."))
    return found


def going_on(narrowed: Mapping[str, Any], after: str, following: str) -> dict[str, Any]:
    """Return what `parts/further.html` needs to lead through a list.

    Args:
        narrowed: what the list is narrowed to, as its address says it.
        after: the place where this page began, empty for the first.
        following: the place where the next begins, empty at the end.
    """
    return {
        "begun": bool(after),
        "first": urlencode(narrowed),
        "after": urlencode({**narrowed, "after": following}) if following else "",
    }


def confirm(request: HttpRequest, asked: Confirm, status: int = 200) -> HttpResponse:
    """Return the page that asks once more, with what follows, before an act without undo."""
    return page(request, "web/confirm.html", {"asked": asked}, status=status)
