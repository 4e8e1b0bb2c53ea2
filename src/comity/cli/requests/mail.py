"""Mail and paper from the command line: taken in, written down beside the original, our letters."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command, sections_of
from comity.cli.options import HERE, LANG, NEW
from comity.docket.bodies import Channel

_CHANNELS: Final = click.Choice(get_args(Channel.__value__))


@click.group(cls=Group)
def mail() -> None:
    """Register and transcribe incoming mail; track outgoing letters.

    An original is stored whole and read by a program that may write nothing. A person
    transcribes it; from then on its case continues like any other.
    """


@mail.command()
@click.argument("file", type=HERE)
@click.option("--channel", required=True, type=_CHANNELS, help="By which way.")
@click.option("--sender", required=True, help="Who it says it is from.")
@click.option(
    "--received",
    "received_at",
    default="",
    help="When it was received, as 2026-03-01T10:00:00Z; default: now.",
)
@click.option("--dated", default="", help="The date on it.")
@click.option("--authority", default="", metavar="ITEM", help="Entry of the authority it is of.")
@click.option("--case", default="", help="Case it belongs to, where that is known.")
@node_command
def add(api: Api, file: Path, **told: str) -> Answer:
    """Register incoming mail (e-mail, PDF, scan) and print its number."""
    from comity.cli.papers import bytes_of

    data = bytes_of(file, 32 * 1024 * 1024)
    query = {name: value for name, value in told.items() if value}
    made = api.send("/mail", data, name=file.name, **query)
    return Answer(made, [made["item"]], notes=[f"kept as {made['original']}"])


@mail.command("list")
@click.option(
    "--all", "every", is_flag=True, help="Also what was transcribed or filed without action."
)
@node_command
def list_(api: Api, *, every: bool) -> Answer:
    """List mail to transcribe, oldest first."""
    found = api.whole("/mail", "mail", **({"all": "true"} if every else {}))
    return Answer(found, _list(found["mail"]))


def _list(rows: list[dict[str, Any]]) -> Iterator[str]:
    from comity.papers.visible import visible

    for one in rows:
        case_ = f"  case {one['case']}" if one["case"] else ""
        yield (
            f"{one['item']}  {one['received_at']}  {one['channel']}  {one['state']}"
            f"  {visible(one['sender'])}  {visible(one['name'])}{case_}"
        )


@mail.command("show")
@click.argument("item", metavar="ITEM")
@node_command
def show_(api: Api, item: str) -> Answer:
    """Show incoming mail and its extracted, unverified content."""
    found = api.get(f"/mail/{item}")
    return Answer(found, _told(found))


@mail.command()
@click.argument("digest", metavar="DIGEST")
@click.option("-o", "--output", type=NEW, required=True, help="New file.")
@node_command
def original(api: Api, digest: str, *, output: Path) -> Answer:
    """Download an original. Open it only in a safe place. Audited."""
    return written(output, api.fetch(f"/originals/{digest}"), mode=0o600, digest=digest)


# ------------------------------------------------------------------ writing down


@mail.command("transcribe")
@click.argument("place", metavar="ITEM|CONVERSATION")
@click.option("--type", "message_type", required=True, help="Which message it is.")
@click.option("--conversation", help="To which it belongs: sha256:...; none: it opens one.")
@click.option("--case", default="", help="Case for a conversation that it opens.")
@click.option("--author", help="Authority that wrote it; default: the mail's, or the other side.")
@click.option("--about", help="Content digest of the message that it answers.")
@click.option("--section", "pairs", multiple=True, metavar="NAME=FILE", help="One section, JSON.")
@click.option("--sections", "file", type=HERE, help="All sections in one JSON object.")
@click.option("--channel", type=_CHANNELS, help="By which way.")
@click.option("--dated", help="The date on it.")
@click.option("--received", "received_at", help="When it was received; default: the mail's.")
@click.option("--remark", help="What else you saw.")
@LANG
@click.option("--dry-run", is_flag=True, help="Say what would be; record nothing.")
@node_command
def write_down(
    api: Api,
    place: str,
    *,
    message_type: str,
    pairs: tuple[str, ...],
    file: Path | None,
    remark: str | None,
    lang: str,
    **told: Any,
) -> Answer:
    """Transcribe mail, or a telephone message in a CONVERSATION.

    What is not in it is left out: a letter is not a form. With --dry-run: the state after it, what
    the rules say of it, and what the protocol would have asked for and the paper lacks.
    """
    wanted = {
        **told,
        "type": message_type,
        "remark": {"lang": lang, "text": remark} if remark else None,
        "sections": sections_of(pairs, file),
    }
    where = "conversations" if place.startswith("sha256:") else "mail"
    made = api.post(f"/{where}/{place}/transcript", wanted)
    return Answer(made, _outcome(made))


def _outcome(made: dict[str, Any]) -> Iterator[str]:
    due = f"; due {made['due_at']}" if made["due_at"] else ""
    if not made["recorded"]:
        yield "dry run: nothing was recorded"
    yield f"case {made['case']}"
    if made["conversation"]:
        yield f"conversation {made['conversation']}"
    yield f"state {made['before']} to {made['state']}{due}"
    for name in made["missing"]:
        yield f"missing {name}: such a message has it, the paper does not"
    for one in (made["findings"] or {}).get("instruments", []):
        for finding in one["findings"]:
            yield f"{finding['effective']} {one['instrument']} {finding['rule']}: {finding['text']}"


# ------------------------------------------------------------------ showing


def _told(found: dict[str, Any]) -> Iterator[str]:
    from comity.papers.visible import visible

    one = found["mail"]
    yield f"{one['item']}  {one['state']}" + (f"  case {one['case']}" if one["case"] else "")
    yield f"came {one['received_at']} by {one['channel']}, brought as of {visible(one['sender'])}"
    yield f"original {one['original']}, {counted(one['size_bytes'], 'byte')}"
    told = found["reading"].get("original")
    if told is None:
        yield "was not read; look at the original"
        return
    yield from _read(told, "")
    for row in found["reading"]["proposals"]:
        for proposal in row["proposals"]:
            what = proposal["type"] or proposal["field"]
            yield f"proposed {what}: {visible(proposal['value'].replace(chr(10), ' / '))}"


def _read(told: dict[str, Any], blank: str) -> Iterator[str]:
    from comity.intake.original import CAUTIONS
    from comity.papers.visible import visible

    yield f"{blank}{visible(told['name'])}: {told['kind']}"
    for claim in told["claims"]:
        yield f"{blank}  claimed {claim['name']}: {visible(claim['value'])}"
    for text in told["texts"]:
        for line in text["text"].split("\n"):
            yield f"{blank}  | {visible(line)}"
    for code in told["warnings"]:
        yield f"{blank}  ! {code}: {CAUTIONS.get(code, '')}"
    for inside in told["attachments"]:
        yield from _read(inside, blank + "  ")


def _letter(made: dict[str, Any]) -> Answer:
    return Answer(made, [made["item"]], notes=[f"{made['state']}, case {made['case']}"])


add_actions(
    mail,
    {
        "mail.set-aside": lambda made: Answer(made, ["set aside"]),
        "letter.arrive": _letter,
        "letter.post": _letter,
        "letter.return": _letter,
    },
)
