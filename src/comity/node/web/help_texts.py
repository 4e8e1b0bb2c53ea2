"""What a page is for, in a sentence or two that stand on the page itself."""

from typing import Any, Final

from comity.node.core.labels import read_labels


def _sentences() -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for code, sentence in read_labels(__package__)["help"].items():
        page = code.partition(".")[0]
        found[page] = (*found.get(page, ()), sentence)
    return found


HELP: Final = _sentences()
"""By the name of the page's address; areas with more to say give ``help`` with the page."""
