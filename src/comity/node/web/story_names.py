"""Names of States, also of those that a story of an exercise invents.

Nobody knows a State by two letters: where a page shows a party by its code, its State's name stands
before it; where only the State matters, the name stands alone. Programs and files get codes.
"""

import functools
from html import escape

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from comity.canonical import ComityError, state_of
from comity.instruments import Library
from comity.instruments.state_names import StateNames, state_names
from comity.node.core.law_library import lawbook


def party_html(party: object) -> SafeString:
    """Return a party as a page shows it, with its State's name before it."""
    name, shown = _name_before(str(party)), f'<bdi dir="ltr">{escape(str(party))}</bdi>'
    return SafeString(f"<bdi>{escape(name)}</bdi> {shown}" if name else shown)


def state_text(party: str) -> str:
    """Return the name of a party's State in the reader's language; else the party as it is."""
    if not settings.CONFIG:
        return party
    try:
        return _names(lawbook(settings.CONFIG).library)(state_of(party), _language())
    except ComityError:  # no party, or a law that cannot be read, which other pages say
        return party


def _language() -> str:
    return (get_language() or "en").lower()


def _name_before(party: str) -> str:
    """Return the name of a party's State; empty where that says no more than its code."""
    name = state_text(party)
    return "" if name in (party, party.partition("/")[0].upper()) else name


def party_text(party: str) -> str:
    """Return a party as a choice of a form shows it."""
    name = _name_before(party)
    return f"{name} · {party}" if name else party


@functools.lru_cache(maxsize=4)
def _names(library: Library) -> StateNames:
    return state_names(library)
