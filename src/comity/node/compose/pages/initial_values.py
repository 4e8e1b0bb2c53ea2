"""A request as it stands, as what forms begin with: nobody types the same thing twice."""

from collections.abc import Iterable
from typing import Any

from comity.exchange.items import ASKING
from comity.node.cases.queries import Thread, thread_of
from comity.node.compose.section_forms import SECTION_FORMS
from comity.node.core.node import Node
from comity.node.models import Conversation


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


def copied(node: Node, like: Conversation) -> dict[str, dict[str, Any]]:
    """Return what the forms of a new request begin with as a copy of an earlier one.

    All but the reference, which names one request only.
    """
    thread = thread_of(node, like)
    found, lang = standing(thread, ("subject", "grounds", "authority"))
    request: dict[str, Any] = next(
        (one.sections["request"] for one in thread.events if "request" in one.sections), {}
    )
    basis = request.get("basis", [{}])[0]
    other = next((party for party in like.members if party != node.party), "")
    found["request"] = {
        "to": other,
        "urgency": request.get("urgency", ""),
        **{name: basis.get(name, "") for name in ("instrument", "article", "status")},
    }
    if lang:
        found["language"] = {"lang": lang}
    return found
