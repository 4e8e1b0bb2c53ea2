"""The order of this office that stands for a case."""

from typing import Any

from comity.docket import Item
from comity.node.cases import docket_store


def standing_order(case: str) -> Item | None:
    """Return the newest order to preserve of a case that somebody still has to mind, or None."""
    orders, _ = docket_store.items(kind="order", case=case, only_open=True, most=200)
    wanted = [one for one in orders if one.told.get("measure") == "preservation"]
    return max(wanted, key=lambda one: one.entries[-1].entry.at, default=None)


def preservation_of(case: str) -> dict[str, Any]:
    """Return what an order of the case says for confirming a preservation; empty without one."""
    order = standing_order(case)
    if order is None:
        return {}
    told = order.told
    return {
        "until": order.due,
        "domestic_order": f"{told['issued_by']}, {told['number']}, {told['issued_at'][:10]}",
        "holder": told["addressee"],
    }
