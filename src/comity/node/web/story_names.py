"""Names of the story's States, on the pages of an exercise's node: Belmora is xb/contact-point.

A live node shows the names of the directory as they are. In an exercise nobody knows its invented
States by two letters, and the room of the team calls them by name.
"""

import functools
from html import escape

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from comity.canonical import ComityError, state_of
from comity.instruments import Library
from comity.instruments.state_names import StateNames, state_names
from comity.node.core.clock import is_followed
from comity.node.core.law_library import lawbook


def name_of(party: str) -> str:
    """Return the name of a party's State in the story; empty on any other node, or without one."""
    if not is_followed() or not settings.CONFIG:
        return ""
    try:
        state, names = state_of(party), _names(lawbook(settings.CONFIG).library)
    except ComityError:  # no party, or a law that cannot be read, which other pages say
        return ""
    found = names(state, (get_language() or "en").lower())
    return "" if found == state.upper() else found


def party_html(party: object) -> SafeString:
    """Return a party as a page shows it, with its State's name before it in an exercise."""
    name, shown = name_of(str(party)), f'<bdi dir="ltr">{escape(str(party))}</bdi>'
    return SafeString(f"<bdi>{escape(name)}</bdi> {shown}" if name else shown)


def party_text(party: str) -> str:
    """Return a party as a choice of a form shows it."""
    name = name_of(party)
    return f"{name} · {party}" if name else party


@functools.lru_cache(maxsize=4)
def _names(library: Library) -> StateNames:
    return state_names(library)
