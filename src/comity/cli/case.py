"""Cases from the command line: the list, one as a timeline, and a message for a letter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.cli.case_access import access, assign, open_, restrict
from comity.cli.case_bundle import bundle
from comity.cli.delivery_words import why_undelivered
from comity.cli.draft_judged import received
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, NEW, at_node, session, show


@click.group(cls=Group)
def case() -> None:
    """Cases of your node: list, show, record, who sees one. Reading one is noted in the audit."""


for _command in (access, assign, restrict, open_):
    case.add_command(_command)


@case.command("list")
@click.option("--state", default="", help="Only those with a conversation in this state.")
@click.option("--partner", default="", help="Only those with this party.")
@click.option("--text", default="", help="Only those whose reference or number has this.")
@at_node
@AS_JSON
@guarded
def list_(
    *, state: str, partner: str, text: str, url: str, token_file: Path, as_json: bool
) -> None:
    """List cases: those with a clock first, then the newest movement."""
    api = session(url, token_file)
    found, after = [], ""
    while True:
        page = api.get("/cases", state=state, partner=partner, text=text, after=after)
        found += page["cases"]
        if page["next"] is None:
            break
        after = page["next"]
    if as_json:
        show({"cases": found})
        return
    for row in found:
        due = f"  due {row['due_at']}" if row["due_at"] else ""
        states = ", ".join(row["states"])
        click.echo(
            f"{row['case']}  {', '.join(row['partners'])}  {states}  {row['reference']}{due}"
        )


@case.command("show")
@click.argument("number", metavar="CASE")
@at_node
@AS_JSON
@guarded
def show_(number: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show a case's timeline: what was said, what is receipted, what may come next."""
    found = session(url, token_file).get(f"/cases/{number}")
    if as_json:
        show(found)
        return
    for conversation in found["conversations"]:
        for line in _conversation(conversation):
            click.echo(line)


@case.command()
@click.argument("message", metavar="MESSAGE")
@click.option("-o", "--output", type=NEW, help="New file, for `comity paper letter`.")
@at_node
@AS_JSON
@guarded
def record(message: str, *, output: Path | None, url: str, token_file: Path, as_json: bool) -> None:
    """Say which message a code read aloud from a letter names; with -o write its record.

    MESSAGE is such a code, or a content digest. Exit status 1 if your node has no such message:
    then the letter is not one it knows. The file holds the message open to read.
    """
    from comity.canonical import encode
    from comity.files.publish import write_file
    from comity.papers.letter_record import read_letter_record
    from comity.papers.spoken import read_code

    named = message if message.startswith("sha256:") else read_code(message)
    found = read_letter_record(encode(session(url, token_file).get(f"/messages/{named}/record")))
    draft = found.message.draft
    if output is not None:
        write_file(output, found.data, mode=0o600)
    if as_json:
        told = {"author": draft.author, "code": found.code, "content": found.message.content}
        show({**told, "members": list(draft.members), "type": draft.type})
        return
    others = ", ".join(party for party in draft.members if party != draft.author)
    click.echo(f"{draft.type} of {draft.author} to {others}, {found.code}")
    click.echo(f"content {found.message.content}")


def _conversation(told: dict[str, Any]) -> Iterator[str]:
    from comity.papers.visible import visible

    others = ", ".join(party for party in told["members"] if party != told["opener"])
    yield f"{told['measure'] or 'conversation'} {told['conversation']}"
    yield f"  {told['opener']} asks {others}; state: {told['state']}" + (
        f"; due {told['due_at']}" if told["due_at"] else ""
    )
    for item in told["items"]:
        remains = "; remains" if item["remains"] else ""
        said = visible(" ".join(item["description"]["text"].split()))
        yield f"  item {item['number']}: {item['standing']}{remains}: {said}"
    for misfit in told["misfits"]:
        yield f"  DOES NOT FIT: item {misfit['number']} [{misfit['why']}], said by {misfit['by']}"
    for row in told["timeline"]:
        yield f"  {row['sent_at']}  {row['author']}  {row['type']}{_standing(row)}"
        yield f"    content {row['content']}"
        for receipt in row["receipts"]:
            yield f"    {_receipt(receipt)}"
        for lost in row["undelivered"]:
            yield f"    NOT DELIVERED to {lost['party']}: {why_undelivered(lost['fault'])}"
            yield f"    try: comity outbox retry {lost['delivery']}"
    moves = ", ".join(move["type"] for move in told["next"])
    yield f"  next: {moves or 'nothing'}"
    if told["beyond"]:
        yield f"  the partner's system does not take: {', '.join(told['beyond'])}"
        yield "  write a note instead, or propose newer types once its system has them"


def _standing(row: dict[str, Any]) -> str:
    said = "" if row["standing"] == "applied" else f"  ({row['standing']})"
    if row["on_paper"]:
        said += "  (written down from paper, nothing is proved)"
    if row["second_due_at"]:
        said += f"  (one signature; the second is due {row['second_due_at']})"
    return said


def _receipt(receipt: dict[str, Any]) -> str:
    if receipt["fault"]:
        return f"NO RECEIPT: what {receipt['party']} sent does not hold [{receipt['fault']}]"
    where = f"that it stands in their log is {receipt['recorded_is']}"
    return f"receipt of {receipt['party']}: {receipt['outcome']}, {receipt['received_at']}; {where}"


case.add_command(bundle)
case.add_command(received)
