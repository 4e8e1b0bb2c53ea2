"""Technical solutions from the command line: pack, verify, and a node's catalogue."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, local_command, written
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, HERE, MOST, NEW
from comity.files.errors import translating
from comity.files.publish import write_file

if TYPE_CHECKING:
    from comity.evidence.solution import Solution

MAX_ABOUT_BYTES: Final = 64 * 1024
_MEMBERS: Final = frozenset(
    {
        "version", "kind", "matter", "description", "lang", "topics", "licence", "needs", "used_by",
        "tested", "share_with", "withdrawal", "id",
    }
)  # fmt: skip


class SolutionFileError(MisuseError, code="solution-file"):
    """The description of a solution cannot be read, or holds what a solution does not have."""


@click.group(cls=Group)
def solution() -> None:
    """Pack, verify, offer and store solutions that States share.

    A solution is a signed file. No command here unpacks one into a folder, and none runs it.
    """


@solution.command("pack")
@click.argument("about", type=HERE)
@click.argument("folder", type=FOLDER)
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@click.option(
    "--dir", "node", type=click.Path(path_type=Path), help="The node's folder; default: COMITY_DIR."
)
@local_command
def pack(about: Path, folder: Path, *, output: Path, node: Path | None) -> Answer:
    """Sign FOLDER as one solution, described by the TOML file ABOUT.

    It is signed by the export key of the node, on the node's machine.
    """
    from comity.canonical import new_id, time_text
    from comity.evidence.solution import (
        listed,
        read_solution,
        sign_statement,
        write_solution,
    )
    from comity.node.core.config import VARIABLE
    from comity.node.core.django_setup import use_node

    home = node or Path(os.environ.get(VARIABLE, ""))
    if not str(home) or not home.is_dir():
        raise click.BadParameter("say where the node is: --dir, or COMITY_DIR")
    use_node(home)
    from comity.node.assistance.solution_packaging import signed_with

    moment = datetime.now(UTC).replace(microsecond=0)
    told, files = _about(about), _files(folder)
    key, office = signed_with(home)
    _check_topics(about, told.get("topics"), office.topics)
    value = {
        "protocol": "comity/1",
        "mode": office.mode,
        "party": office.party,
        "id": told.pop("id", None) or new_id(moment, os.urandom(10)),
        "made_at": time_text(moment),
        "files": listed(files),
        "description": {"lang": told.pop("lang", "en"), "text": told.pop("description", "")},
        "needs": [],
        "used_by": [],
        "tested": [],
        "share_with": None,
        **told,
    }
    data = write_solution(
        sign_statement(value, key), files, states=office.states, entries=office.entries
    )
    write_file(output, data, mode=0o644)
    return _told(read_solution(data), author="ours")


@solution.command("verify")
@click.argument("file", type=HERE)
@click.option("--trust", type=HERE, help="The trust file, which did not come with the solution.")
@local_command
def verify(file: Path, *, trust: Path | None) -> Answer:
    """Verify the signature of FILE; with a trust file, also its author.

    Exit status 3 without a trust file: it is whole, and whose keys these are is not proved.
    """
    from comity.evidence.solution import read_solution
    from comity.files.key_files import check_author, read_trust_file

    with translating(f"reading {file}"):
        data = file.read_bytes()
    trusted = read_trust_file(trust).data if trust else None
    found = read_solution(data)
    if trusted is not None:
        check_author(found, trusted, now=datetime.now(UTC))
    if trusted is None:
        return _told(found, author="not proved", status=3)
    return _told(found, author="proved")


@solution.command("list")
@MOST
@node_command
def list_(api: Api, *, most: int) -> Answer:
    """List the solutions of the catalogue, latest change first."""
    found = api.first(most, "/solutions", "solutions")
    return Answer(found, map(_line, found["solutions"]), none="the catalogue is empty")


def _line(one: dict[str, Any]) -> str:
    stands = "WITHDRAWN" if one["withdrawn_at"] else one["stage"]
    return (
        f"{one['digest']}  {stands:9} {one['kind']:15} {one['party']}  "
        f"{one['matter']} {one['version']}"
    )


@solution.command("keep")
@click.argument("file", type=HERE)
@node_command
def keep(api: Api, file: Path) -> Answer:
    """Store FILE, own or offered, in the catalogue of your node."""
    with translating(f"reading {file}"):
        data = file.read_bytes()
    made = api.send("/solutions", data)
    return Answer(made, [f"kept {made['digest']}"])


@solution.command("get")
@click.argument("digest")
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@node_command
def get(api: Api, digest: str, *, output: Path) -> Answer:
    """Download the solution DIGEST from the catalogue. Audited."""
    return written(output, api.fetch(f"/solutions/{digest}/file"))


def _about(path: Path) -> dict[str, Any]:
    from comity.instruments.toml import parse_toml

    with translating(f"reading {path}"):
        data = path.read_bytes()
    try:
        told = dict(parse_toml(data[:MAX_ABOUT_BYTES]))
    except ValueError as fault:
        raise SolutionFileError(f"{path.name}: {fault}") from fault
    foreign = sorted(set(told) - _MEMBERS)
    if foreign:
        raise SolutionFileError(f"{path.name}: unknown member {foreign[0][:64]!a}")
    return told


def _check_topics(about: Path, told: object, known: frozenset[str]) -> None:
    """Raise where a topic is no key of the law: a partner would show a word that nobody knows.

    Source: spec 7.4 (C-7.4-15).
    """
    foreign = [one for one in told if one not in known] if isinstance(told, list) else []
    if foreign:
        raise SolutionFileError(
            f"{about.name}: {str(foreign[0])[:64]!a} is no topic; give some of: "
            + ", ".join(sorted(known))
        )


def _files(folder: Path) -> dict[str, bytes]:
    """Return the plain files below a folder; anything else is an error, not left out."""
    found: dict[str, bytes] = {}
    with translating(f"reading {folder}"):
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise SolutionFileError(f"{path.name!r} is no plain file: nothing was packed")
            if path.is_file():
                found[f"data/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    if not found:
        raise SolutionFileError("the folder holds no file")
    return found


def _told(found: "Solution", *, author: str, status: int = 0) -> Answer:
    said = found.statement
    value = {"author": author, "digest": found.digest, "statement": said.model_dump()}
    lines = [
        f"{said.kind}: {said.matter}, version {said.version}",
        f"author {said.party} ({author}), licence {said.licence}",
        f"{counted(len(said.files), 'file')}, each as it was signed",
        found.digest,
    ]
    return Answer(value, lines, status=status)


def _withdrawn(made: dict[str, Any]) -> Answer:
    drafts = (f"draft {draft}: sign and send it" for draft in made["drafts"])
    return Answer(made, ["withdrawn", *drafts])


add_actions(
    solution,
    {
        "solution.offer": lambda made: Answer(made, [f"draft {made['draft']}"]),
        "solution.fetch": lambda made: Answer(made, [f"{made['digest']}  {made['stage']}"]),
        "solution.withdraw": _withdrawn,
    },
)
