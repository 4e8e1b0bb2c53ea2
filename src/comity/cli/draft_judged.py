"""What stands against a draft at one's node: rules, consent of others; who decides otherwise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.answers import Answer
from comity.cli.office import Api, node_command
from comity.cli.options import HERE

_DRAFT = click.argument("draft", metavar="DRAFT")
_LANG = click.option("--lang", default="en", show_default=True, help="Language of the rules.")


@click.command()
@_DRAFT
@_LANG
@node_command
def findings(api: Api, draft: str, *, lang: str) -> Answer:
    """Check DRAFT against your rules. Exit status 1 if one blocks it."""
    return judged(api.get(f"/drafts/{draft}/findings", lang=lang))


@click.command("findings")
@click.argument("conversation", metavar="CONVERSATION")
@_LANG
@node_command
def received(api: Api, conversation: str, *, lang: str) -> Answer:
    """Check the request in CONVERSATION against your rules. Audited.

    Exit status 1 if a rule prevents it.
    """
    return judged(api.get(f"/conversations/{conversation}/findings", lang=lang))


@click.command()
@_DRAFT
@click.option(
    "--file", type=HERE, required=True, help="TOML or JSON: dotted name of a fact to its value."
)
@node_command
def facts(api: Api, draft: str, *, file: Path) -> Answer:
    """Add facts for the check of DRAFT and check it."""
    from comity.cli.docket import read_table

    return judged(api.post(f"/drafts/{draft}/facts", {"facts": read_table(file)}))


@click.command()
@_DRAFT
@click.option("--except", "reasons", help="As an approver: let it go without consent, and why.")
@node_command
def onward(api: Api, draft: str, *, reasons: str | None) -> Answer:
    """Check DRAFT for onward transfer of evidence without consent.

    Exit status 1 if that stops it: ask for consent, or an approver decides with --except.
    """
    path = f"/drafts/{draft}/onward"
    found = api.get(path) if reasons is None else api.post(path, {"reasons": reasons})
    lines = [
        f"{one['exhibit']}  from {one['source']}  to {one['to']}  case {one['case']}"
        for one in found["stops"]
    ]
    if found["excepted"]:
        lines.append("let go without consent, by decision")
    elif not found["stops"]:
        lines.append("it hands on nothing that needs consent")
    return Answer(found, lines, status=int(found["blocked"]))


@click.command()
@node_command
def policy(api: Api) -> Answer:
    """List the approvals that each message type needs."""
    found = api.get("/approvals/policy")
    return Answer(found, map(_rule, found["rules"]))


def _rule(rule: dict[str, Any]) -> str:
    needs, mark = rule["needs"], "!" if rule["stricter"] else " "
    late = f"; the second within {needs['late_hours']} h" if needs["late_hours"] else ""
    return f"{mark} {rule['type']}  {needs['author']} author, {needs['approver']} approver{late}"


def judged(found: dict[str, Any]) -> Answer:
    """Return what the rules say, with status 1 if one holds the message back."""
    return Answer(found, _lines(found), status=int(found["outcome"] == "not-sendable"))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield found["outcome"]
    for key in found["unheld"]:
        yield f"  {key} is not held here: nobody judged by it"
    for one in found["uncited"]:
        yield f"  {one['instrument']} has no article {one['article']}"
    for part in found["instruments"]:
        for one in part["findings"]:
            over = f"  overridden by {one['overridden']['by']}" if one["overridden"] else ""
            yield f"  {one['effective']}  {part['instrument']} {one['rule']}{over}"
            yield f"    {one['text']}"
            yield f"    {one['digest']}"


COMMANDS: Final = (findings, facts, onward, policy)
