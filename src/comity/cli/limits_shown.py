"""The conditions of use that bind evidence, as lines for a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def bound_lines(bound: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each limit and each consent of what the API calls ``bound``.

    What others wrote stands in it as Python writes it, so that it cannot move a terminal's cursor.
    """
    for one in bound:
        way = "from" if one["came"] else "to"
        source = ", ".join(one["source"])
        for limit in one["limits"]:
            said = f": {limit['text']!r}" if limit["text"] else ""
            yield f"{way} {source}: {limit['kind']} ({limit['standing']}){said}"
        for consent in one["consents"]:
            to = f" to {consent['to']}" if consent["to"] else ""
            yield f"{way} {source}: {consent['purpose']}{to}: consent {consent['standing']}"
