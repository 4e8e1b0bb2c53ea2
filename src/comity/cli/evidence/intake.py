"""What came in: files and mail to look at, packages without an offer, what is sensitive."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, NEW
from comity.files.publish import write_file

if TYPE_CHECKING:
    from comity.intake.identifiers_found import Proposal
    from comity.intake.original import Original

_EPILOG: Final = (
    "Nothing is opened, run or fetched: the file is read by a process that may write no file and"
    " ends after 90 seconds. Everything it says is a claim of its sender."
)


@click.group(cls=Group)
def intake() -> None:
    """Read incoming e-mail, files and scanned paper.

    A State without a node writes e-mails and letters. `read` says what a file is by its content,
    shows sender and text as claims, and warns of what deceives or would run.
    """


@intake.command(epilog=_EPILOG)
@click.argument("file", type=HERE)
@click.option("--text", "with_text", is_flag=True, help="Print the whole text of every part.")
@click.option("--propose", is_flag=True, help="Print fields and identifiers that it may hold.")
@local_command
def read(file: Path, *, with_text: bool, propose: bool) -> Answer:
    """Show the content of an e-mail, PDF, Word document or picture.

    With --json everything is told at once: the original, its texts, the template of the Council of
    Europe if its text follows one, and proposals with the place they stand at. A person confirms
    each beside the original. Exit status: 0 read; 1 stored but not read; 2 misuse.
    """
    from comity.cli.papers import bytes_of
    from comity.intake.reader import MAX_ORIGINAL_BYTES, read_original

    original = read_original(bytes_of(file, MAX_ORIGINAL_BYTES), file.name)
    proposals = _proposal_lines(original) if propose else ()
    return Answer(
        {"original": original.to_value(), "proposals": _proposed(original)},
        itertools.chain(_lines(original, 0, with_text=with_text), proposals),
        status=int(not original.is_read),
    )


def _lines(one: "Original", depth: int, *, with_text: bool) -> Iterator[str]:
    from comity.intake.kinds import KINDS
    from comity.intake.original import CAUTIONS
    from comity.papers.visible import visible

    blank = "  " * depth
    yield f"{blank}{one.name}: {KINDS[one.kind].what}, {counted(one.size_bytes, 'byte')}"
    yield f"{blank}  sha256 {one.sha256}"
    if one.declared:
        yield f"{blank}  sent as {one.declared}"
    if one.pages is not None:
        yield f"{blank}  {one.pages} pages"
    if one.width is not None:
        yield f"{blank}  {one.width} x {one.height} pixels"
    if one.letter_code:
        yield f"{blank}  letter with the code {one.letter_code}, not verified here"
    for claim in one.claims:
        yield f"{blank}  claimed {claim.name}: {claim.value}"
    for text in one.texts:
        yield f"{blank}  text {text.place}: {counted(len(text.text), 'character')}"
        if with_text:
            yield from (f"{blank}    | {visible(line)}" for line in text.text.split("\n"))
    for code in one.warnings:
        yield f"{blank}  ! {code}: {CAUTIONS[code]}"
    for inside in one.attachments:
        yield from _lines(inside, depth + 1, with_text=with_text)


def _proposed(original: "Original") -> list[dict[str, Any]]:
    """Return, for the original and each attachment, the template and the proposals."""
    return [
        {
            "proposals": [proposal.to_value() for proposal in found],
            "sha256": one.sha256,
            "template": template,
        }
        for one, template, found in _each(original)
        if found
    ]


def _each(one: "Original") -> "list[tuple[Original, str | None, list[Proposal]]]":
    from comity.intake.identifiers_found import identifiers
    from comity.intake.templates import proposals

    template, fields = proposals(one.texts)
    rows = [(one, template, [*fields, *identifiers(one.texts)])]
    return rows + [row for inside in one.attachments for row in _each(inside)]


def _proposal_lines(original: "Original") -> Iterator[str]:
    from comity.papers.visible import visible

    for one, template, found in _each(original):
        if template:
            yield f"{one.name} follows the template {template}; its wording is not confirmed"
        for proposal in found:
            what = proposal.type or proposal.field
            lines = visible(proposal.value.replace("\n", " / "))
            yield f"  proposed {what}: {lines}  ({proposal.place})"
            for code in proposal.notices:
                yield f"    ! {code}"


@click.group(cls=Group)
def unmatched() -> None:
    """List or destroy packages received without an offer.

    They lie apart and belong to no case. Once the message that offers one comes, the node joins
    the two automatically. Ask the partner which message belongs to one before you destroy it.
    """


@unmatched.command("list")
@node_command
def list_unmatched(api: Api) -> Answer:
    """List unmatched packages, oldest first, with the stated sender."""
    found = api.whole("/strays", "strays")
    return Answer(found, map(_line, found["strays"]), none="every package that is here was offered")


def _line(row: dict[str, Any]) -> str:
    carrier = f"  carrier says {row['carrier']}" if row["carrier"] else ""
    vouched = f"  a signed offer of {row['vouched']} lay beside it" if row["vouched"] else ""
    size = counted(row["size_bytes"], "byte")
    return f"{row['root']}  {size}  came {row['came_at']}{carrier}{vouched}"


add_actions(
    unmatched, {"stray.destroy": lambda made: Answer(made, ["destroyed; the audit has it"])}
)


@click.group(cls=Group)
def sensitive() -> None:
    """Manage sensitivity labels and download restricted originals.

    NAME is an exhibit, a package's root, or the digest of an original.
    """


@sensitive.command("list")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["exhibit", "original"]),
    default="exhibit",
    show_default=True,
    help="What it is.",
)
@node_command
def list_sensitive(api: Api, name: str, *, kind: str) -> Answer:
    """List the sensitivity labels of NAME."""
    return _marks(api.get(f"/sensitive/{kind}/{name}"))


@sensitive.command("take-out")
@click.argument("digest")
@click.option("--reason", required=True, help="Why; it stays in this office.")
@click.option("-o", "--output", required=True, type=NEW, help="New file for the bytes.")
@node_command
def take_out(api: Api, digest: str, *, reason: str, output: Path) -> Answer:
    """Download the original DIGEST, whatever its label. Audited."""
    answer = api.ask("POST", f"/originals/{digest}/take-out", json={"reason": reason})
    write_file(output, api.accepted(answer).body, mode=0o600)
    return Answer({"digest": digest, "file": str(output)}, [f"{output}: {digest}"])


def _marks(found: dict[str, Any]) -> Answer:
    return Answer(found, map(_mark, found["marks"]), none="no marker")


def _mark(row: dict[str, Any]) -> str:
    state = f"lifted {row['lifted_at']}" if row["lifted_at"] else "stands"
    return f"{row['marker']}  {state}  set {row['at']} by {row['by']}: {row['reason']}"


add_actions(sensitive, {"mark.set": _marks, "mark.lift": _marks})
