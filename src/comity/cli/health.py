"""The command health: how your node is, for a person or for a watchdog."""

from collections.abc import Iterator
from typing import Any, Final

import click

from comity.cli.answers import Answer
from comity.cli.law_say import folded
from comity.cli.office import Api, node_command

_WORDS: Final = {
    "bad": "ACT NOW",
    "soon": "Needs attention",
    "unknown": "not known",
    "good": "OK",
}
"""What is said of a check, what presses most first."""
_OPERATOR: Final = (
    "The operator is whoever runs the machine of the node. If that is you, what is to be asked of "
    "the operator is yours to do; the guide run-a-node says how."
)


@click.command()
@node_command
def health(api: Api) -> Answer:
    """Show the health of your node, most urgent first.

    Below each line stands what was found, and what to do now where something is to be done: the
    words of the page System health. With --json they are `found` and `do`, with `facts` beside
    them.
    Exit status: 0 nothing needs a person now; 1 something does, or the node does not answer; 2
    misuse.
    """
    found = api.get("/health")
    bad = not found["good"] or any(one["stands"] == "bad" for one in found["checks"])
    return Answer(found, _lines(found["checks"]), status=int(bad))


def _lines(checks: list[dict[str, Any]]) -> Iterator[str]:
    from comity.node.health.check_labels import TITLE

    order = list(_WORDS)
    for one in sorted(checks, key=lambda each: order.index(each["stands"])):
        key = one["key"]
        yield f"{_WORDS[one['stands']]:15} " + (f"{TITLE[key]} [{key}]" if key in TITLE else key)
        for text in (one.get("found"), one.get("do") and f"What to do: {one['do']}"):
            if text:
                yield folded(text, indent=16)
    if any("operator" in (one.get("do") or "") for one in checks):
        yield ""
        yield folded(_OPERATOR)
