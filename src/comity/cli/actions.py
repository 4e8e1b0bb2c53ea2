"""Commands made from the table of actions: what a node does, without loading anything of a node.

The rows are ``comity/client/actions.json``, which `make reference` writes. A command is a noun and
a verb; what stands in capitals in the row is an argument, every other member is an option.
"""

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from comity.canonical import MisuseError, PeerError, decode_loose, time_text
from comity.cli.faults import guarded
from comity.cli.office import AS_JSON, HERE, at_node, session, show
from comity.files.errors import translating


@dataclass(frozen=True)
class Shown:
    """How the answer of an act is shown to people.

    Attributes:
        lines: of an answer, which is None where the node gives none.
        status: the exit status by an answer, with ``--json`` too.
    """

    lines: Callable[[Any], Iterable[str]]
    status: Callable[[Any], int] = lambda _answer: 0


MAX_FILE_BYTES: Final = 4 * 1024 * 1024


class _Moment(click.ParamType[datetime]):
    """A moment in UTC, or with its offset."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return it in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail("write a moment as 2026-12-24T18:00:00Z, in UTC", param, ctx)
        return found.astimezone(UTC)


_TYPES: Final[Mapping[str, Any]] = {
    "integer": int,
    "text": str,
    "json": str,
    "moment": _Moment(),
}


@functools.cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    text = resources.files("comity.client").joinpath("actions.json").read_text("utf-8")
    return tuple(json.loads(text))


def add_actions(group: click.Group, shown: Mapping[str, Shown] | None = None) -> None:
    """Add to a group the commands whose row begins with its name; what it has already, stays.

    Args:
        group: of the first level, such as ``duty``; groups below it are used or made.
        shown: how answers are printed, by the name of the act; others are printed member by member.
    """
    for row in _rows():
        first, *names = [word for word in row["command"].split() if not word.isupper()]
        if first != group.name:
            continue
        place = group
        for name in names[:-1]:
            found = place.commands.get(name)
            if not isinstance(found, click.Group):
                raise TypeError(f"{row['command']}: {name} is no group")
            place = found
        if names[-1] not in place.commands:
            place.add_command(_command(row, names[-1], (shown or {}).get(row["name"], _PLAIN)))


def plain(answer: Any, indent: str = "") -> Iterator[str]:
    """Yield an answer member by member, a list one line an entry."""
    if answer is None:
        yield "done"
        return
    for name, value in answer.items():
        label = f"{indent}{name.replace('_', ' ')}:"
        if isinstance(value, dict):
            yield label
            yield from plain(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{label} {len(value) or '–'}"
            for one in value:
                parts = one.values() if isinstance(one, dict) else [one]
                yield f"{indent}  " + "  ".join(_text(part) for part in parts)
        else:
            yield f"{label} {_text(value)}"


_PLAIN: Final = Shown(plain)


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _command(row: Mapping[str, Any], name: str, shown: Shown) -> click.Command:
    arguments = [word.lower() for word in row["command"].split() if word.isupper()]
    members = {member["name"]: member for member in row["members"]}

    def run(*, url: str, token_file: Path, as_json: bool, **values: Any) -> int:
        path = row["path"]
        for one in row["place"]:
            path = path.replace(f"{{{one}}}", quote(str(values.pop(one)), safe=""))
        said = dict(_said(members, values))
        if len(said) < row["least"]:
            known = ", ".join(f"--{one.replace('_', '-')}" for one in members)
            raise MisuseError(f"say what changes: {known}")
        api = session(url, token_file)
        answer = api.call(row["method"], path, said if members else None)
        if as_json:
            show({"done": row["name"]} if answer is None else answer)
        else:
            for line in shown.lines(answer):
                click.echo(line)
        return shown.status(answer)

    params: list[click.Parameter] = [
        click.Argument([one], type=_kind(row, members, one)) for one in arguments
    ]
    params += [_option(one) for n, one in members.items() if n not in arguments]
    told = f"The token needs the right {row['right']}."
    help_ = f"{row['help']} {told}\n\nExample: comity {row['example']}"
    command = click.command(name, help=help_)(at_node(AS_JSON(guarded(run))))
    command.params[:0] = params
    return command


def _kind(row: Mapping[str, Any], members: Mapping[str, Any], name: str) -> Any:
    if name in row["place"]:
        return click.IntRange(1) if row["place"][name] == "integer" else str
    return _type(members[name])


def _type(member: Mapping[str, Any]) -> Any:
    if member["kind"] == "file":
        return HERE
    if member["choices"]:
        return click.Choice(member["choices"])
    return _TYPES.get(member["of"] if member["kind"] == "list" else member["kind"], str)


def _option(member: Mapping[str, Any]) -> click.Option:
    name = member["name"].replace("_", "-")
    help_ = _sentence(member["help"])
    if member["kind"] == "flag":
        return click.Option([f"--{name}/--no-{name}"], default=None, help=help_)
    many = member["kind"] == "list"
    if many:
        help_ = f"{help_} Repeat it.".strip()
    if member["kind"] == "json" or member["of"] == "json":
        help_ = f"{help_} A JSON value.".strip()
    required = member["required"]
    return click.Option(
        [f"--{name}"], type=_type(member), multiple=many, required=required, help=help_
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def _said(
    members: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the members that were given, as the node takes them."""
    for name, member in members.items():
        value = values.get(name)
        if value is None or value == ():
            continue
        if member["kind"] == "file":
            yield name, _read(value)
        elif member["kind"] == "list":
            yield name, [_json(one, name) if member["of"] == "json" else one for one in value]
        elif member["kind"] == "json":
            yield name, _json(value, name)
        elif member["kind"] == "moment":
            yield name, time_text(value.replace(microsecond=0))
        else:
            yield name, value


def _read(path: Path) -> str:
    with translating(f"reading {path}"), path.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise PeerError("the file is not UTF-8") from fault


def _json(text: str, name: str) -> Any:
    try:
        return decode_loose(text.encode(), max_bytes=MAX_FILE_BYTES)
    except PeerError as fault:
        raise MisuseError(f"--{name.replace('_', '-')} is a JSON value") from fault
