"""What stands against a draft at one's node: rules, consent of others; who decides otherwise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, HERE, at_node, session, show

_DRAFT = click.argument("draft", metavar="DRAFT")
_LANG = click.option("--lang", default="en", show_default=True, help="Language of the rules.")


@click.command()
@_DRAFT
@_LANG
@at_node
@AS_JSON
@guarded
def findings(draft: str, *, lang: str, url: str, token_file: Path, as_json: bool) -> int:
    """Judge DRAFT by the rules of your office. Exit status 1 if one holds it back."""
    return _tell(
        session(url, token_file).get(f"/drafts/{draft}/findings", lang=lang), as_json=as_json
    )


@click.command("findings")
@click.argument("conversation", metavar="CONVERSATION")
@_LANG
@at_node
@AS_JSON
@guarded
def received(conversation: str, *, lang: str, url: str, token_file: Path, as_json: bool) -> int:
    """Judge the request that came in CONVERSATION by the rules of your office. Audited.

    Exit status 1 if a rule stands against it.
    """
    path = f"/conversations/{conversation}/findings"
    return _tell(session(url, token_file).get(path, lang=lang), as_json=as_json)


@click.command()
@_DRAFT
@click.option(
    "--file", type=HERE, required=True, help="TOML or JSON: dotted name of a fact to its value."
)
@at_node
@AS_JSON
@guarded
def facts(draft: str, *, file: Path, url: str, token_file: Path, as_json: bool) -> int:
    """Add facts by which DRAFT is judged, and judge it. They stay in your office."""
    from comity.cli.docket import read_table

    told = {"facts": read_table(file)}
    return _tell(session(url, token_file).post(f"/drafts/{draft}/facts", told), as_json=as_json)


@click.command()
@_DRAFT
@click.option("--except", "reasons", help="As an approver: let it go without consent, and why.")
@at_node
@AS_JSON
@guarded
def onward(draft: str, *, reasons: str | None, url: str, token_file: Path, as_json: bool) -> int:
    """Say whether DRAFT hands evidence on that its sender lets go no further.

    Exit status 1 if that stops it: ask for consent, or an approver decides with --except.
    """
    api, path = session(url, token_file), f"/drafts/{draft}/onward"
    found = api.get(path) if reasons is None else api.post(path, {"reasons": reasons})
    if as_json:
        show(found)
        return int(found["blocked"])
    for one in found["stops"]:
        click.echo(f"{one['exhibit']}  from {one['source']}  to {one['to']}  case {one['case']}")
    if found["excepted"]:
        click.echo("let go without consent, by decision")
    elif not found["stops"]:
        click.echo("it hands on nothing that needs consent")
    return int(found["blocked"])


@click.command()
@at_node
@AS_JSON
@guarded
def policy(*, url: str, token_file: Path, as_json: bool) -> None:
    """List who must sign each type of message; ! marks what your office asks for beyond others."""
    found = session(url, token_file).get("/approvals/policy")
    if as_json:
        show(found)
        return
    for rule in found["rules"]:
        needs, mark = rule["needs"], "!" if rule["stricter"] else " "
        late = f"; the second within {needs['late_hours']} h" if needs["late_hours"] else ""
        both = f"{needs['author']} author, {needs['approver']} approver"
        click.echo(f"{mark} {rule['type']}  {both}{late}")


def _tell(found: dict[str, Any], *, as_json: bool) -> int:
    """Print what the rules say; return 1 if one holds the message back."""
    if as_json:
        show(found)
    else:
        for line in findings_lines(found):
            click.echo(line)
    return holds_back(found)


def holds_back(found: dict[str, Any]) -> int:
    """Return 1 if a rule holds the message back."""
    return int(found["outcome"] == "not-sendable")


def findings_lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield what the rules say."""
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
