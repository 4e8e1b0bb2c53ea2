"""A request as it stands, as what forms begin with: nobody types the same thing twice."""

from collections.abc import Iterable
from typing import Any

from comity.exchange.items import ASKING
from comity.node.cases.queries import Thread
from comity.node.compose.section_forms import SECTION_FORMS


def standing(thread: Thread, names: Iterable[str]) -> tuple[dict[str, dict[str, Any]], str]:
    """Return what forms show of a request's sections, and the language of its texts.

    Args:
        thread: the request with its amendments; what an amendment says anew replaces.
        names: of the sections that are wanted.
    """
    wanted = frozenset(names)
    found: dict[str, Any] = {}
    for event in thread.events:
        if event.row.standing == "applied" and event.row.type in ASKING:
            found |= {n: v for n, v in event.sections.items() if n in wanted}
    initial = {name: SECTION_FORMS[name].initial_of(name, value) for name, value in found.items()}
    lang = found["subject"]["description"]["lang"] if "subject" in found else ""
    return initial, lang
