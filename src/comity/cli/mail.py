"""Mail and paper from the command line: taken in, written down beside the original, our letters."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, NEW, at_node, sections_of, session, show
from comity.docket.bodies import Channel

CHANNEL = click.option(
    "--channel", required=True, type=click.Choice(get_args(Channel.__value__)), help="By which way."
)
_RECEIVED: Final = "When it came, as 2026-03-01T10:00:00Z; default: now."
_REASONS = click.option("--reasons", required=True, help="Why.")
_LANG = click.option("--lang", default="en", show_default=True, help="Language of what you say.")


@click.group(cls=Group)
def mail() -> None:
    """Mail and paper of States without a node: add, list, write down; and our letters.

    An original is kept whole and read by a program that may write nothing. A person writes down
    what it says; from then on its case goes on like any other.
    """


@mail.command()
@click.argument("file", type=HERE)
@CHANNEL
@click.option("--sender", required=True, help="Who it says it is from.")
@click.option("--received", default="", help=_RECEIVED)
@click.option("--dated", default="", help="The date on it.")
@click.option("--authority", default="", metavar="ITEM", help="Entry of the authority it is of.")
@click.option("--case", "case_", default="", help="Case it belongs to, where that is known.")
@at_node
@AS_JSON
@guarded
def add(
    file: Path,
    *,
    channel: str,
    sender: str,
    received: str,
    dated: str,
    authority: str,
    case_: str,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Take in an original that came: an e-mail, a PDF, a scan. Prints the number of its entry."""
    from comity.cli.paper_common import bytes_of

    data = bytes_of(file, 32 * 1024 * 1024)
    query = {
        "name": file.name,
        "channel": channel,
        "sender": sender,
        "received_at": received,
        "dated": dated,
        "authority": authority,
        "case": case_,
    }
    api = session(url, token_file)
    made = api.send("/mail", data, **{name: value for name, value in query.items() if value})
    if as_json:
        show(made)
        return
    click.echo(made["item"])
    click.echo(f"kept as {made['original']}", err=True)


@mail.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was written down or set aside.")
@at_node
@AS_JSON
@guarded
def list_(*, every: bool, url: str, token_file: Path, as_json: bool) -> None:
    """List mail that nobody has written down yet, the oldest first."""
    api, found, after = session(url, token_file), [], ""
    while True:
        page = api.get("/mail", after=after, **({"all": "true"} if every else {}))
        found += page["mail"]
        if page["next"] is None:
            break
        after = page["next"]
    if as_json:
        show({"mail": found})
        return
    from comity.papers.visible import visible

    for one in found:
        case_ = f"  case {one['case']}" if one["case"] else ""
        click.echo(
            f"{one['item']}  {one['received_at']}  {one['channel']}  {one['state']}"
            f"  {visible(one['sender'])}  {visible(one['name'])}{case_}"
        )


@mail.command("show")
@click.argument("item", metavar="ITEM")
@at_node
@AS_JSON
@guarded
def show_(item: str, *, url: str, token_file: Path, as_json: bool) -> None:
    """Show what came and what a program read in it; every word of it is its sender's."""
    found = session(url, token_file).get(f"/mail/{item}")
    if as_json:
        show(found)
        return
    for line in _told(found):
        click.echo(line)


@mail.command()
@click.argument("digest", metavar="DIGEST")
@click.option("-o", "--output", type=NEW, required=True, help="New file.")
@at_node
@AS_JSON
@guarded
def original(digest: str, *, output: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Take an original out as a file. Do not open it where it could do harm; it is noted."""
    from comity.files.publish import write_file

    write_file(output, session(url, token_file).fetch(f"/originals/{digest}"), mode=0o600)
    if as_json:
        show({"digest": digest, "file": str(output)})
        return
    click.echo(f"wrote {output}")


@mail.command("set-aside")
@click.argument("item", metavar="ITEM")
@_REASONS
@_LANG
@at_node
@AS_JSON
@guarded
def set_aside(
    item: str, *, reasons: str, lang: str, url: str, token_file: Path, as_json: bool
) -> None:
    """Set mail aside of which nothing is to be written down; the original stays."""
    told = {"reasons": {"lang": lang, "text": reasons}}
    made = session(url, token_file).post(f"/mail/{item}/set-aside", told)
    if as_json:
        show(made)
        return
    click.echo("set aside")


# ------------------------------------------------------------------ writing down


@mail.command("write-down")
@click.argument("place", metavar="ITEM|CONVERSATION")
@click.option("--type", "message_type", required=True, help="Which message it is.")
@click.option("--conversation", help="To which it belongs: sha256:...; none: it opens one.")
@click.option("--case", "case_", default="", help="Case for a conversation that it opens.")
@click.option("--author", help="Authority that wrote it; default: the mail's, or the other side.")
@click.option("--about", help="Content digest of the message that it answers.")
@click.option("--section", "pairs", multiple=True, metavar="NAME=FILE", help="One section, JSON.")
@click.option("--sections", "file", type=HERE, help="All sections in one JSON object.")
@click.option("--channel", type=click.Choice(get_args(Channel.__value__)), help="By which way.")
@click.option("--dated", help="The date on it.")
@click.option("--received", help="When it came; default: the mail's.")
@click.option("--remark", help="What else you saw.")
@_LANG
@click.option("--dry-run", is_flag=True, help="Say what would be; record nothing.")
@at_node
@AS_JSON
@guarded
def write_down(
    place: str,
    *,
    message_type: str,
    pairs: tuple[str, ...],
    file: Path | None,
    case_: str,
    received: str | None,
    remark: str | None,
    lang: str,
    url: str,
    token_file: Path,
    as_json: bool,
    **told: Any,
) -> None:
    """Write down what a piece of mail says, or what came in a CONVERSATION by telephone.

    What is not in it is left out: a letter is not a form. With --dry-run: the state after it, what
    the rules say of it, and what the protocol would have asked for and the paper lacks.
    """
    wanted = {
        **told,
        "type": message_type,
        "case": case_,
        "received_at": received,
        "remark": {"lang": lang, "text": remark} if remark else None,
        "sections": sections_of(pairs, file),
    }
    where = "conversations" if place.startswith("sha256:") else "mail"
    made = session(url, token_file).post(f"/{where}/{place}/transcript", wanted)
    if as_json:
        show(made)
        return
    for line in _outcome(made):
        click.echo(line)


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


# ------------------------------------------------------------------ letters of ours


@mail.command()
@click.argument("message", metavar="MESSAGE")
@CHANNEL
@click.option("--to", required=True, help="Address it went to.")
@click.option("--at", "at", required=True, help="When it was posted, as 2026-03-01T10:00:00Z.")
@click.option("--tracking", help="Number by which it can be followed.")
@at_node
@AS_JSON
@guarded
def posted(message: str, *, url: str, token_file: Path, as_json: bool, **told: Any) -> None:
    """Record that a message of yours left as a letter, by its content digest or its code."""
    told["posted_at"] = told.pop("at")
    _letter(session(url, token_file).post(f"/messages/{message}/posted", told), as_json=as_json)


@mail.command()
@click.argument("item", metavar="LETTER")
@click.option("--at", "at", required=True, help="When it arrived.")
@click.option("--known-by", required=True, help="How you know: a receipt, a call, a tracking page.")
@at_node
@AS_JSON
@guarded
def arrived(item: str, *, url: str, token_file: Path, as_json: bool, **told: Any) -> None:
    """Record how you know that a letter arrived."""
    _letter(session(url, token_file).post(f"/letters/{item}/arrived", told), as_json=as_json)


@mail.command("came-back")
@click.argument("item", metavar="LETTER")
@_REASONS
@_LANG
@at_node
@AS_JSON
@guarded
def came_back(
    item: str, *, reasons: str, lang: str, url: str, token_file: Path, as_json: bool
) -> None:
    """Record that a letter came back; its message waits again."""
    told = {"reasons": {"lang": lang, "text": reasons}}
    _letter(session(url, token_file).post(f"/letters/{item}/came-back", told), as_json=as_json)


def _letter(made: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(made)
        return
    click.echo(made["item"])
    click.echo(f"{made['state']}, case {made['case']}", err=True)


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
    from comity.intake.cautions import CAUTIONS
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
