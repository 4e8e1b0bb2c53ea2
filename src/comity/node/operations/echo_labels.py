"""A test request in words: its steps, why it failed, and what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from comity.node.core.labels import read_labels
from comity.node.operations import echo_words
from comity.node.operations.echo_state import STEPS, EchoState, Signatory
from comity.node.web.labels import fault

_TABLES: Final = read_labels(__package__)
STEP: Final = _TABLES["echo-step"]
ROLE: Final = _TABLES["echo-role"]
_WHY: Final = _TABLES["echo-why"]
_NEXT: Final = _TABLES["echo-next"]


def by_role(found: Mapping[str, Sequence[Signatory]]) -> list[tuple[str, Any, Sequence[Signatory]]]:
    """Return (role, its word, who can sign), if there is a choice for any role; else nothing."""
    if all(len(people) < 2 for people in found.values()):
        return []
    return [(role, ROLE[role], people) for role, people in found.items()]


def told(state: EchoState | None) -> dict[str, Any]:
    """Return what a page shows of a test request; a page that was not begun shows its steps too."""
    if state is None:
        return {"course": [("next", STEP[one], "") for one in STEPS], "state": None}
    goes_on = not state.outcome
    steps = []
    for one in STEPS:
        how = "done" if one in state.done else "now" if one == state.now and goes_on else "next"
        steps.append((how, STEP[one], state.done.get(one, "")[11:19]))
    known = echo_words.known(state.fault)
    return {
        "state": state,
        "goes_on": goes_on,
        "course": steps,
        "mark": f"{len(state.done)}-{state.outcome}-{(state.ask or {}).get('role', '')}"
        f"-{state.refused}",
        "role": ROLE[state.ask["role"]] if state.ask else "",
        "refused": fault(state.refused) if state.refused else "",
        "failed_at": STEP[state.now] if state.outcome == "failed" and state.now else "",
        "why": _WHY[known] if state.fault else "",
        "next": _NEXT[known] if state.fault else "",
        "code": state.fault if known == echo_words.OTHER else "",
    }
