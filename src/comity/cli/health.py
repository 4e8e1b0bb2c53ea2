"""The command health: how your node is, for a person or for a watchdog."""

from pathlib import Path
from typing import Final

import click

from comity.cli.faults import guarded
from comity.cli.law_say import say
from comity.cli.office import AS_JSON, at_node, session, show

_WORDS: Final = {
    "good": "in order",
    "soon": "see to it soon",
    "bad": "ACT NOW",
    "unknown": "not known",
}
_OPERATOR: Final = (
    "The operator is whoever runs the machine of the node. If that is you, what is to be asked of "
    "the operator is yours to do; the guide run-a-node says how."
)
_INDENT: Final = 16
_ORDER: Final = ("bad", "soon", "unknown", "good")


@click.command()
@at_node
@AS_JSON
@guarded
def health(*, url: str, token_file: Path, as_json: bool) -> int:
    """Tell how your node is, what needs a person first.

    Below each line stands what was found, and what to do now where something is to be done: the
    words of the page Log health. With --json they are `found` and `do`, with `facts` beside them.
    Exit status: 0 nothing needs a person now; 1 something does, or the node does not answer; 2
    misuse.
    """
    from comity.node.health.check_labels import TITLE

    found = session(url, token_file).get("/health")
    bad = not found["good"] or any(one["stands"] == "bad" for one in found["checks"])
    if as_json:
        show(found)
        return int(bad)
    for one in sorted(found["checks"], key=lambda each: _ORDER.index(each["stands"])):
        key, stands = one["key"], one["stands"]
        title = f"{TITLE[key]} [{key}]" if key in TITLE else key
        click.echo(f"{_WORDS[stands]:15} {title}")
        for text in (one.get("found"), one.get("do") and f"What to do: {one['do']}"):
            if text:
                say(text, indent=_INDENT)
    if any("operator" in (one.get("do") or "") for one in found["checks"]):
        click.echo()
        say(_OPERATOR, indent=0)
    return int(bad)
