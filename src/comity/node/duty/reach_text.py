"""What a test of a watch says that the node sends by itself, in a language the partner reads."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext, override

from comity.node.node import Node

ENGLISH: Final = "en"
_OURS: Final = MappingProxyType(
    {"ar": "ar", "en": ENGLISH, "es": "es", "fr": "fr", "ru": "ru", "vi": "vi", "zh": "zh-hans"}
)
"""Language of a tag to that of the pages; a tag of Chinese in the other script is none of them."""
_OTHER_SCRIPT: Final = frozenset({"hant", "tw", "hk", "mo"})


def language_of(tags: Iterable[str]) -> str:
    """Return the first language of a directory entry that these pages speak, else English.

    Args:
        tags: of BCP 47, as the entry lists them.
    """
    for tag in tags:
        first, *more = tag.lower().split("-")
        if first in _OURS and not (first == "zh" and _OTHER_SCRIPT.intersection(more)):
            return first
    return ENGLISH


def note(node: Node, party: str) -> dict[str, Any]:
    """Return the section ``note`` of a test that this node sends to a party by itself."""
    lang = language_of(node.directory.entry(party).languages)
    with override(ENGLISH):
        english = _text()
    with override(_OURS[lang]):
        text = _text()
    # what nobody has translated yet is English, and says so
    return {"text": {"lang": lang if text != english else ENGLISH, "text": text}}


def _text() -> str:
    return gettext(
        "Our system sent this test by itself, to see whether a person at your watch answers."
        " Please answer it. No case is behind it, and nothing else is asked."
    )
