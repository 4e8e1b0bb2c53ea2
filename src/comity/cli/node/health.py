"""How a node is, what waits in its outbox, and which notices nobody confirmed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from comity.cli.actions import add_actions
from comity.cli.answers import Answer, why_undelivered
from comity.cli.frame import folded
from comity.cli.groups import Group
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


_REFUSED: Final[Mapping[str, str]] = {
    "poll": "hand over the messages that wait for us",
    "receipt": "take our receipt",
    "upload": "take sealed evidence",
    "witness": "sign our log as a witness",
    "link": "prove that its log continues",
    "epochs": "explain the new epoch of its log",
    "snapshot": "prove that it logged the directory",
    "recovery": "give back what this node lost",
    "returned": "a message given back that could not be entered",
}


@click.group(cls=Group)
def outbox() -> None:
    """List and retry deliveries."""


@outbox.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List failed and pending deliveries. Exit status 1 if one failed.

    When the partner says that its system works again: `comity outbox retry NUMBER`.
    """
    found = api.whole("/outbox", "dead", "queued")
    given_up = int(bool(found["dead"]))
    return Answer(found, _deliveries(found), status=given_up, none="nothing waits")


def _deliveries(found: dict[str, Any]) -> Iterator[str]:
    for stage in ("dead", "queued"):
        for row in found[stage]:
            fault = f"  {why_undelivered(row['last_fault'])}" if row["last_fault"] else ""
            told = f"{row['id']}  {stage}  {row['addressee']}  tried {row['attempts']}"
            then = f"try: comity outbox retry {row['id']}" if stage == "dead" else ""
            yield f"{told}  {then or 'next ' + row['due_at']}{fault}"
            if stage == "queued" and fault:
                yield f"  to send it now: comity outbox retry {row['id']}"


@outbox.command()
@node_command
def refusals(api: Api) -> Answer:
    """List items that partners refused. Exit status 1 if there are any.

    The node asks for none of it again automatically. Call the partner; when its system is
    corrected, ask again: `comity outbox resume NUMBER`.
    """
    found = api.get("/health")["refusals"]
    none = "no partner refuses anything"
    return Answer({"refusals": found}, _refusals(found), status=int(bool(found)), none=none)


def _refusals(found: list[dict[str, Any]]) -> Iterator[str]:
    for row in found:
        told = f"{row['id']}  {row['party']}  {_REFUSED.get(row['job'], row['job'])}"
        yield f"{told}  since {row['since']}  {why_undelivered(row['fault'])}"
        if row["subject"]:
            yield f"  about {row['subject']}"
        yield f"  try: comity outbox resume {row['id']}"


@click.group(cls=Group)
def notice() -> None:
    """List and confirm notices of emergency access."""


@notice.command("list")
@node_command
def notices(api: Api) -> Answer:
    """List notices that you have not confirmed."""
    found = api.whole("/notices", "notices")
    return Answer(found, _notices(found["notices"]), none="no notice waits for you")


def _notices(rows: list[dict[str, Any]]) -> Iterator[str]:
    from comity.cli.progress import shown_text

    for row in rows:
        told = f"{row['notice']}  {row['case']}  opened by {row['officer']}"
        yield f"{told}  {row['at']}  until {row['until']}"
        yield f"  {shown_text(' '.join(row['reason'].split()))}"


def _queued(made: dict[str, Any]) -> Answer:
    return Answer(made, [f"{made['id']}  {made['stage']}  {made['addressee']}"])


def _asked_again(made: dict[str, Any]) -> Answer:
    return Answer(made, [f"asked again  {made['party']}  {_REFUSED.get(made['job'], made['job'])}"])


add_actions(outbox, {"delivery.retry": _queued, "refusal.retry": _asked_again})
add_actions(notice, {"notice.confirm": lambda made: Answer(made, ["confirmed"])})
