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
        "Our system sent this test by itself, to see whether a person at your watch answers."
        " Please answer it. No case is behind it, and nothing else is asked."
    )
