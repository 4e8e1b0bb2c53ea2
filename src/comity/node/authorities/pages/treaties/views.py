"""Who is bound by what: a treaty as table and as a grid of States, and one State."""

import re
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.canonical import state_of
from comity.instruments import Library
from comity.instruments.standing import Standing
from comity.instruments.state_names import state_names
from comity.node.authorities.listing import authorities
from comity.node.authorities.pages.treaties import labels
from comity.node.authorities.pages.treaties.rows import relation_rows
from comity.node.core.clock import now
from comity.node.core.law_library import lawbook
from comity.node.law.treaty_grid import (
    Line,
    Relation,
    TreatyUnknownError,
    asking,
    grid,
    relations,
)
from comity.node.law.treaty_grid import treaties as known_treaties
from comity.node.law.wording import say
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.permissions import only
from comity.node.web.render import page

DEFAULT: Final = "un-2024"
_STATE: Final = re.compile(r"[a-z]{2}")
HELP: Final = (
    _(
        "This page lists who signed and joined a treaty, and what is "
        "in force between your State and each."
    ),
    _("The data come from the law as this office has it, not from the depositary."),
    _(
        "Data that no source of the depositary confirms are marked as "
        "not confirmed: check there first."
    ),
    _("A State is a name and a code here. The order is that of the alphabet, and says nothing."),
)


@only(Right.READ_DIRECTORY)
def treaties(request: HttpRequest) -> HttpResponse:
    """Show all States under all treaties as a grid; or one treaty, where the address names it."""
    return _one(request) if request.GET.get("instrument") else _all(request)


def _all(request: HttpRequest) -> HttpResponse:
    """Show what is in force between us and each State, those of known authorities first."""
    library, own = _law()
    lang, at = (get_language() or "en").lower(), now()
    sought, only_those = request.GET.get("q", "")[:60].strip(), request.GET.get("show", "")
    offered = [
        (one.key, say(library, one.key, "instrument.short")) for one in known_treaties(library)
    ]
    lines = [
        line
        for line in relations(library, own, at.date(), lang=lang)
        if _is_sought(line, sought)
        and (only_those not in labels.SHOW or only_those in line.between)
    ]
    near = {one.state for one in authorities(this_service().node, at=at)} - {own}
    context = {
        "treaties": offered,
        "unreviewed": not all(said.reviewed for _key, said in offered),
        "near": relation_rows(line for line in lines if line.state in near),
        "others": relation_rows(line for line in lines if line.state not in near),
        "number": len(lines),
        "sought": sought,
        "shows": labels.SHOW.items(),
        "show": only_those,
        "legend": [(key, labels.SIGN[key], labels.BRIEF[key]) for key in labels.SHOW],
        "help": HELP,
    }
    return page(request, "authorities/treaties/all.html", context)


def _is_sought(line: Relation, sought: str) -> bool:
    return sought.casefold() in line.name.casefold() or sought.casefold() == line.state


def _one(request: HttpRequest) -> HttpResponse:
    """Show one treaty over all States."""
    library, own = _law()
    lang, today = (get_language() or "en").lower(), now().date()
    key = request.GET.get("instrument", DEFAULT)[:64]
    known = known_treaties(library)
    try:
        found = grid(library, key, own, today, lang=lang)
    except TreatyUnknownError as fault:
        if key != DEFAULT or not known:
            raise Http404 from fault
        found = grid(library, known[0].key, own, today, lang=lang)
    offered = [(one.key, say(library, one.key, "instrument.short")) for one in known]
    title = say(library, found.instrument.key, "instrument.title")
    context = {
        "treaties": offered,
        "key": found.instrument.key,
        "title": title,
        "unreviewed": not all(said.reviewed for said in (title, *(said for _key, said in offered))),
        "register": found.register,
        "ours": labels.STANDING[found.ours.value],
        "cells": [
            (line, labels.SIGN[line.between], labels.BETWEEN[line.between]) for line in found.lines
        ],
        "legend": [(key, sign, labels.BETWEEN[key]) for key, sign in labels.SIGN.items()],
        "lines": [_told(line) for line in found.listed],
        "today": today.isoformat(),
        "help": HELP,
        "rtl": settings.LANGUAGES_BIDI,
    }
    return page(request, "authorities/treaties/grid.html", context)


@only(Right.READ_DIRECTORY)
def state(request: HttpRequest, state: str) -> HttpResponse:
    """Show on what basis one State can be asked."""
    library, own = _law()
    names, lang, at = state_names(library), (get_language() or "en").lower(), now()
    if not _STATE.fullmatch(state):
        raise Http404
    bases = [] if state == own else asking(library, own, state, at.date())
    told = [_basis(library, basis, names, lang) for basis in bases]
    context = {
        "state": state,
        "name": names(state, lang),
        "ourselves": state == own,
        "bases": told,
        "unreviewed": not all(basis["title"].reviewed for basis in told),
        "authorities": [
            (one, one.party.split("/"))
            for one in authorities(this_service().node, at=at)
            if one.state == state
        ],
        "today": at.date().isoformat(),
        "help": HELP,
        "rtl": settings.LANGUAGES_BIDI,
    }
    return page(request, "authorities/treaties/state.html", context)


def _law() -> tuple[Library, str]:
    node = this_service().node
    return lawbook(node.config).library, state_of(node.party)


def _told(line: Line) -> dict[str, Any]:
    row = line.row
    consent = row.consent if row else None
    return {
        "line": line,
        "value": labels.STANDING[line.standing.value],
        "reason": labels.REASON[line.standing.reason],
        "signed": row and (row.signed or row.signed_reported),
        "consent": consent and labels.CONSENT[consent.kind],
        "consent_day": consent and (consent.deposited or consent.deposited_by or consent.reported),
        "since": line.standing.since or (row.in_force if row else None),
        "notices": [
            (labels.NOTICE[notice.kind], notice)
            for notice in (row.notices if row else ())
            if notice.holds(line.standing.on)
        ],
    }


def _basis(library: Library, basis: Any, names: Any, lang: str) -> dict[str, Any]:
    return {
        "key": basis.instrument,
        "title": say(library, basis.instrument, "instrument.title"),
        "value": basis.value,
        "value_words": labels.BETWEEN[basis.value],
        "sides": [
            {
                "name": names(side.state, lang),
                "standing": _standing(side.standing),
                "since": side.standing.since if side.standing else None,
                "languages": side.languages,
                "notices": [(labels.NOTICE[one.kind], one) for one in side.notices if one.text],
            }
            for side in basis.sides
        ],
        "confirmed": basis.confidence in ("text", "high"),
    }


def _standing(found: Standing | None) -> tuple[Any, Any] | None:
    return (labels.STANDING[found.value], labels.REASON[found.reason]) if found else None
