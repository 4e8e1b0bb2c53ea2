"""What the codes of data protection are called, for pages, papers and programs alike."""

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.privacy.grounds import Exemption, Ground

_TABLES: Final = read_labels(__package__)
CODE: Final = _TABLES["code"]
EXEMPTION: Final = _TABLES["exemption"]
FAULT: Final = _TABLES["fault"]


def code(name: str, value: str) -> str:
    """Return the word for a coded value of a member, or the value where it is no code."""
    return str(CODE.get(f"{name}:{value}", value))


_SOURCES: Final = {
    "domestic law on privilege and professional secrecy": _(
        "domestic law on privilege and professional secrecy"
    )
}
"""Sources in words of ours; all others are citations, and stay as they are."""


def source(one: Ground | Exemption) -> str:
    """Return where a ground or a code stands."""
    return str(_SOURCES.get(one.source, one.source))


def ground(one: Ground) -> str:
    """Return what a ground says."""
    return code("ground", one.code)


def exemption(one: Exemption) -> str:
    """Return what an exemption code says, in the page's language or in English."""
    if one.key:
        return str(EXEMPTION[one.key])
    return one.in_words((get_language() or "en").lower()) or one.code
