"""Technical solutions from the command line: pack, verify, and a node's catalogue."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import Shown, add_actions
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.office import AS_JSON, HERE, NEW, at_node, session, show
from comity.files.errors import translating

if TYPE_CHECKING:
    from comity.evidence.solution import Solution

_PATH = click.Path(path_type=Path)
MAX_ABOUT_BYTES: Final = 64 * 1024
_MEMBERS: Final = frozenset(
    {
        "version", "kind", "matter", "description", "lang", "topics", "licence", "needs", "used_by",
        "tested", "share_with", "withdrawal", "id",
    }
)  # fmt: skip


class SolutionFileError(MisuseError):
    """The description of a solution cannot be read, or holds what a solution does not have."""

    code = "solution-file"


@click.group(cls=Group)
def solution() -> None:
    """Playbooks, detection rules, forms, training and software that States give each other.

    A solution is a signed file. No command here unpacks one into a folder, and none runs it.
    """


@solution.command("pack")
@click.argument("about", type=HERE)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@click.option("--dir", "node", type=_PATH, help="The node's folder; default: COMITY_DIR.")
@AS_JSON
@guarded
def pack(about: Path, folder: Path, *, output: Path, node: Path | None, as_json: bool) -> None:
    """Sign what lies in FOLDER as one solution, described by the TOML file ABOUT.

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
    with translating(f"writing {output}"), output.open("xb") as file:
        file.write(data)
    _tell(read_solution(data), as_json=as_json, author="ours")


@solution.command("verify")
@click.argument("file", type=HERE)
@click.option("--trust", type=HERE, help="The trust file, which did not come with the solution.")
@AS_JSON
@guarded
def verify(file: Path, *, trust: Path | None, as_json: bool) -> None:
    """Check that FILE is what its author signed; by the trust file, also whose it is.

    Exit status 3 without a trust file: it is whole, and whose keys these are is not proved.
    """
    from comity.evidence.solution import read_solution
    from comity.files.solution_file import check_author
    from comity.files.trust_file import read_trust_file

    with translating(f"reading {file}"):
        data = file.read_bytes()
    trusted = read_trust_file(trust).data if trust else None
    found = read_solution(data)
    if trusted is not None:
        check_author(found, trusted, now=datetime.now(UTC))
    _tell(found, as_json=as_json, author="proved" if trusted else "not proved")
    if trusted is None:
        click.get_current_context().exit(3)


@solution.command("list")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), help="At most.")
@at_node
@AS_JSON
@guarded
def list_(*, most: int, url: str, token_file: Path, as_json: bool) -> None:
    """List the solutions of your node's catalogue, the latest change first."""
    api, after = session(url, token_file), ""
    found: list[dict[str, Any]] = []
    while len(found) < most:
        page = api.get("/solutions", after=after)
        found += page["solutions"]
        if page["next"] is None:
            break
        after = page["next"]
    found = found[:most]
    if as_json:
        show({"solutions": found})
        return
    for one in found:
        stands = "WITHDRAWN" if one["withdrawn_at"] else one["stage"]
        click.echo(
            f"{one['digest']}  {stands:9} {one['kind']:15} {one['party']}  "
            f"{one['matter']} {one['version']}"
        )
    if not found:
        click.echo("the catalogue is empty", err=True)


@solution.command("keep")
@click.argument("file", type=HERE)
@at_node
@AS_JSON
@guarded
def keep(file: Path, *, url: str, token_file: Path, as_json: bool) -> None:
    """Put FILE into your node's catalogue: one of ours, or one that was offered to us."""
    with translating(f"reading {file}"):
        data = file.read_bytes()
    found = session(url, token_file).send("/solutions", data)
    show(found) if as_json else click.echo(f"kept {found['digest']}")


@solution.command("get")
@click.argument("digest")
@click.option("-o", "--output", required=True, type=NEW, help="The file to write, a new one.")
@at_node
@AS_JSON
@guarded
def get(digest: str, *, output: Path, url: str, token_file: Path, as_json: bool) -> None:
    """Take the solution DIGEST out of the catalogue as the file it came as; audited."""
    data = session(url, token_file).fetch(f"/solutions/{digest}/file")
    with translating(f"writing {output}"), output.open("xb") as file:
        file.write(data)
    told = {"file": str(output), "bytes": len(data)}
    show(told) if as_json else click.echo(f"wrote {output}")


@solution.command("withdraw")
@click.argument("digest")
@click.option("--reasons", required=True, help="Why; those who have it read this.")
@click.option("--lang", default="en", show_default=True, help="Language of the reasons.")
@click.option("--replaced-by", default="", help="The version that takes its place.")
@at_node
@AS_JSON
@guarded
def withdraw(
    digest: str,
    *,
    reasons: str,
    lang: str,
    replaced_by: str,
    url: str,
    token_file: Path,
    as_json: bool,
) -> None:
    """Sign that DIGEST is withdrawn, and draft the message to each conversation it went to."""
    wanted = {
        "reasons": {"lang": lang, "text": reasons},
        "replaced_by": replaced_by or None,
    }
    found = session(url, token_file).post(f"/solutions/{digest}/withdraw", wanted)
    if as_json:
        show(found)
        return
    click.echo("withdrawn")
    for draft in found["drafts"]:
        click.echo(f"draft {draft}: sign and send it")


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


def _tell(found: "Solution", *, as_json: bool, author: str) -> None:
    statement = found.statement
    if as_json:
        value = {
            "author": author,
            "digest": found.digest,
            "statement": statement.model_dump(),
        }
        click.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return
    click.echo(f"{statement.kind}: {statement.matter}, version {statement.version}")
    click.echo(f"author {statement.party} ({author}), licence {statement.licence}")
    click.echo(f"{counted(len(statement.files), 'file')}, each as it was signed")
    click.echo(found.digest)


add_actions(
    solution,
    {
        "solution.offer": Shown(lambda answer: [f"draft {answer['draft']}"]),
        "solution.fetch": Shown(lambda answer: [f"{answer['digest']}  {answer['stage']}"]),
    },
)
