"""A scenario whose plan and English texts can be read, as forms of its entries need it."""

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from comity.drills import DrillError, Plan
from comity.drills.editing import checked, entry
from comity.drills.errors import DrillTextMissingError
from comity.drills.model import KINDS, Entry
from comity.drills.parse import FILE
from comity.drills.reading import read_texts
from comity.drills.telling import Said
from comity.drills.texts import say
from comity.instruments.words import ENGLISH
from comity.node.exercise.pages.scenario.context import (
    Held,
    held,
    reader_language,
    refused,
    shown,
    told,
)
from comity.node.web.permissions import View

ENGLISH_FILE: Final = f"texts/{ENGLISH}.toml"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A scenario as it stands, and what of it forms offer."""

    one: Held
    plan: Plan
    english: Mapping[str, str]

    def entry(self, kind: str, key: str) -> dict[str, Any]:
        """Return what an entry says besides its key; empty where there is none."""
        return entry(self.one.files, kind, key) if key else {}

    def keys(self, kind: str) -> Collection[str]:
        """Return the keys of the entries of a kind."""
        entries: Mapping[str, Entry] = getattr(self.plan, KINDS[kind].table)
        return entries.keys()

    def told(self, text: str, key: str) -> Said:
        """Return a text in the reader's language or else in English; where it lacks, a key."""
        try:
            found, lang = say(self.plan, self._texts, text, reader_language())
        except DrillTextMissingError:
            found, lang = key, ""
        made = Said(found)
        made.lang = lang
        return made

    @functools.cached_property
    def _texts(self) -> Mapping[str, Mapping[str, str]]:
        """The English texts, and those of the reader's language where they can be read."""
        own = f"texts/{reader_language()}.toml"
        try:
            theirs = read_texts(own, self.one.files.get(own, b""))
        except DrillError:
            theirs = {}
        return {reader_language(): theirs, ENGLISH: self.english}

    def injects_with(self, member: str, key: str) -> list[tuple[str, str]]:
        """Return key and title of the injects that name an entry, as ``trigger`` or ``exhibit``."""
        return [
            (own, self.english.get(f"injects.{own}.title", "") or own)
            for own, one in self.plan.injects.items()
            if key and getattr(one, member) == key
        ]

    def titled(self, key: str) -> str:
        """Return an inject by its title and its key."""
        title = self.english.get(f"injects.{key}.title", "")
        return f"{title} ({key})" if title else key


def opened(name: str) -> Opened:
    """Return a scenario.

    Raises:
        Http404: there is none of that name.
        DrillError: its plan or its English texts cannot be read.
    """
    one = held(name)
    english = read_texts(ENGLISH_FILE, one.files.get(ENGLISH_FILE, b""))
    return Opened(one=one, plan=checked(name, one.files), english=english)


def mendable(view: View) -> View:
    """Show, in place of a page that needs files which cannot be read, which of them to mend."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **place: Any) -> HttpResponseBase:
        one = held(place["name"])
        try:
            opened(one.name)
        except DrillError as fault:
            context = {"path": str(fault.facts.get("file") or FILE)}
            wrong = refused(fault, one.files)
            return shown(request, "exercise/scenario_broken.html", one, context, wrong)
        return view(request, **place)

    return answer


def found(one: Held, kind: str) -> dict[str, list[str]]:
    """Return key of an entry to what is to mend in it and in its English texts."""
    lines: dict[str, list[str]] = {}
    for line in told(one):
        key = line.finding.key
        if line.finding.file == FILE and key.startswith(f"{kind} "):
            lines.setdefault(key.partition(" ")[2], []).append(line.text)
        elif line.finding.file == ENGLISH_FILE and key.startswith(f"{kind}s."):
            lines.setdefault(key.split(".")[1], []).append(line.text)
    return lines
