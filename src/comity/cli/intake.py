"""What came by e-mail, file or paper: what it is, what it says, what deserves a second look.

What goes where: what was found (or one JSON object with ``--json``) to standard output, errors to
standard error. Exit status: 0 read; 1 stored but not read, for the reason that is printed; 2
misuse.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import HERE

if TYPE_CHECKING:
    from comity.intake.original import Original
    from comity.intake.proposals import Proposal

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
    from comity.cli.paper_common import bytes_of
    from comity.intake.reader import MAX_ORIGINAL_BYTES, read_original

    original = read_original(bytes_of(file, MAX_ORIGINAL_BYTES), file.name)
    proposals = _proposal_lines(original) if propose else ()
    return Answer(
        {"original": original.to_value(), "proposals": _proposed(original)},
        itertools.chain(_lines(original, 0, with_text=with_text), proposals),
        status=int(not original.is_read),
    )


def _lines(one: "Original", depth: int, *, with_text: bool) -> Iterator[str]:
    from comity.intake.cautions import CAUTIONS
    from comity.intake.kinds import KINDS
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
