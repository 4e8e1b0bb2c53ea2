"""What the node writes by itself, in a language that its reader's directory entry names."""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import override

from comity.node.core.node import Node

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


def said(node: Node, party: str, words: Callable[[], str]) -> dict[str, Any]:
    """Return free text in the language of a party; English for one that the directory lacks.

    Args:
        node: this node.
        party: who reads it.
        words: gives the text in the language that is active.
    """
    known = node.directory.has(party)
    lang = language_of(node.directory.entry(party).languages if known else ())
    with override(ENGLISH):
        english = words()
    with override(_OURS[lang]):
        text = words()
    # what nobody has translated yet is English, and says so
    return {"lang": lang if text != english else ENGLISH, "text": text}
