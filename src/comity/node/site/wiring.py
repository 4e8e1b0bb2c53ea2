"""Who is told of what, and what is provided to whom: names that are loaded when they are needed."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from comity.node.core import provided, signals

_RECEIVERS: Final = "comity.node.site.receivers"


def connect() -> None:
    """Connect every receiver; the program calls this once."""
    provided.provide(
        {
            provided.DOCKET_RULES: "comity.node.site.docket_rules.RULES",
            provided.ERROR_WORDS: f"{_RECEIVERS}.ERROR_WORDS",
            provided.OFFICE_ZONE: "comity.node.duty.roster_defaults.this_office_zone",
        }
    )
    for signal, name in (
        (signals.acted, "end_alarms"),
        (signals.conversations_changed, "index_case"),
        (signals.replayed, "keep_board"),
        (signals.cases_changed, "index_cases"),
        (signals.item_changed, "index_item"),
        (signals.work_changed, "keep_work"),
        (signals.message_recorded, "note_message"),
        (signals.deadline_told, "note_deadline"),
    ):
        signal.connect(_later(name), weak=False, dispatch_uid=name)


def _later(name: str) -> Callable[..., None]:
    def receive(**told: Any) -> None:
        getattr(import_module(_RECEIVERS), name)(**told)

    return receive
