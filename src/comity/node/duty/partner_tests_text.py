"""What a test of a watch says that the node sends by itself, in a language the partner reads."""

from typing import Any

from django.utils.translation import gettext

from comity.node.core import reader_language
from comity.node.core.node import Node


def note(node: Node, party: str) -> dict[str, Any]:
    """Return the section ``note`` of a test that this node sends to a party by itself."""
    return {"text": reader_language.said(node, party, _text)}


def _text() -> str:
    return gettext(
        "This test was sent automatically, to see whether a person at "
        "your duty desk answers. Please answer it. It concerns no "
        "case, and nothing else is asked."
    )
