"""Commands made from the table of actions: what a node does, without loading anything of a node.

The rows are ``comity/client/actions.json``, which `make reference` writes. A command is a noun and
a verb; what stands in capitals in the row is an argument, every other member is an option.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from comity.canonical import MisuseError, PeerError, decode_loose, time_text
from comity.cli.answers import Answer, plain
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, LANG, YES
from comity.files.errors import translating

type Shown = Callable[[Any], Answer]
"""How what a node answered is shown; it is None where the node answers nothing."""

MAX_FILE_BYTES: Final = 4 * 1024 * 1024


class _Moment(click.ParamType[datetime]):
    """A moment in UTC, or with its offset."""

    name = "moment"

    def __init__(self, *, day: bool = False) -> None:
        self.day = day
        """Whether a day alone is taken too, and means its end."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return it in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(f"{value}T23:59:59Z" if self._is_day(value) else value)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail("write a moment as 2026-12-24T18:00:00Z, in UTC", param, ctx)
        return found.astimezone(UTC)

    def _is_day(self, value: str) -> bool:
        return self.day and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None


_TYPES: Final[Mapping[str, Any]] = {
    "integer": int,
    "number": click.IntRange(1),
    "text": str,
    "json": str,
}


@dataclass(frozen=True, kw_only=True)
class _Member:
    """What an act takes: a member of its input, or a place in its address."""

    name: str
    kind: str
    required: bool = False
    help: str = ""
    choices: Sequence[str] = ()
    of: str = ""
    option: str = ""
    day: bool = False
    default: str | None = None

    @property
    def flag(self) -> str:
        """Return the option's name."""
        return f"--{(self.option or self.name).replace('_', '-')}"

    @property
    def type(self) -> Any:
        """Return what click is to make of a word."""
        if self.kind == "file":
            return HERE
        if self.choices:
            return click.Choice(self.choices)
        if self.kind == "moment":
            return _Moment(day=self.day)
        return _TYPES.get(self.of if self.kind == "list" else self.kind, str)

    def as_argument(self, metavar: str) -> click.Argument:
        """Return it as an argument."""
        many = self.kind == "list"
        shown = f"{metavar}..." if many else None if self.choices else metavar
        return click.Argument([self.name], type=self.type, metavar=shown, nargs=-1 if many else 1)

    def as_option(self) -> click.Option:
        """Return it as an option."""
        help_ = self.help[:1].upper() + self.help[1:].rstrip(".") + "." if self.help else ""
        if self.kind == "flag":
            flags = (
                self.flag.replace("/", "/--") if self.option else f"{self.flag}/--no-{self.name}"
            )
            names = [flags.replace("_", "-"), self.name]
            return click.Option(names, default=None, required=self.required, help=help_)
        many = self.kind == "list"
        if many:
            help_ = f"{help_} Repeat it.".strip()
        if "json" in (self.kind, self.of):
            help_ = f"{help_} A JSON value.".strip()
        return click.Option(
            [self.flag, self.name],
            type=self.type,
            multiple=many,
            required=self.required and self.default is None,
            default=self.default,
            show_default=self.default is not None,
            help=help_,
        )

    def said(self, value: Any, lang: str) -> Any:
        """Return what was typed, as the node takes it."""
        match self.kind:
            case "file":
                return _read(value)
            case "list":
                return [self._json(one) if self.of == "json" else one for one in value]
            case "json":
                return self._json(value)
            case "moment":
                return time_text(value.replace(microsecond=0))
            case "words":
                return {"lang": lang, "text": value}
        return value

    def _json(self, text: str) -> Any:
        try:
            return decode_loose(text.encode(), max_bytes=MAX_FILE_BYTES)
        except PeerError as fault:
            raise MisuseError(f"{self.flag} is a JSON value") from fault


@dataclass(frozen=True)
class _Row:
    """A row of the table, as ``actions.json`` has it."""

    told: Mapping[str, Any]

    @functools.cached_property
    def members(self) -> dict[str, _Member]:
        """Return what is said, by name."""
        return {one["name"]: _Member(**one) for one in self.told["members"]}

    @functools.cached_property
    def places(self) -> dict[str, _Member]:
        """Return what the address names, by name."""
        return {one["name"]: _Member(**one) for one in self.told["place"]}

    @property
    def arguments(self) -> dict[str, str]:
        """Return the members and places that are arguments, each with its word in capitals.

        A word that no member has is that of the next place in the address: LETTER of ``{item}``.
        """
        words = {word.lower(): word for word in self.told["command"].split() if word.isupper()}
        names = {one.option or one.name: one.name for one in self.members.values()}
        names |= {one: one for one in self.places}
        places = iter(
            one.name for one in self.places.values() if one.name not in words and not one.default
        )
        return {names.get(word) or next(places): capitals for word, capitals in words.items()}

    def said(self, values: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Return the members that were given.

        Raises:
            MisuseError: none, where one must be.
        """
        given = {name: values.get(name) for name in self.members}
        said = {
            name: self.members[name].said(value, lang)
            for name, value in given.items()
            if value is not None and value != ()
        }
        if len(said) < self.told["least"]:
            known = ", ".join(one.flag for one in self.members.values())
            raise MisuseError(f"say what changes: {known}")
        return said

    def address(self, values: Mapping[str, Any]) -> str:
        """Return the path of the operation."""
        names = {name: quote(str(values[name]), safe="") for name in self.places}
        return str(self.told["path"]).format(**names)


@functools.cache
def _rows() -> tuple[_Row, ...]:
    text = resources.files("comity.client").joinpath("actions.json").read_text("utf-8")
    return tuple(_Row(told) for told in json.loads(text))


def add_actions(group: click.Group, shown: Mapping[str, Shown] | None = None) -> None:
    """Add to a group the commands whose row begins with its name; what it has already, stays.

    Args:
        group: of the first level, such as ``duty``; groups below it are used or made.
        shown: how what the node answers is printed, by the name of the act; the others member by
            member.
    """
    for row in _rows():
        command = row.told["command"]
        first, *names = [word for word in command.split() if not word.isupper()]
        if first != group.name:
            continue
        place = group
        for name in names[:-1]:
            found = place.commands.get(name)
            if not isinstance(found, click.Group):
                raise TypeError(f"{command}: {name} is no group")
            place = found
        if names[-1] not in place.commands:
            how = (shown or {}).get(row.told["name"], lambda made: Answer(made, plain(made)))
            place.add_command(_command(row, names[-1], how))


def _command(row: _Row, name: str, shown: Shown) -> click.Command:
    told = row.told

    def run(api: Api, *, lang: str = "en", yes: bool = True, **values: Any) -> Answer:
        said = row.said(values, lang)
        if not yes:
            click.confirm(told["asks"].format(**values), abort=True, err=True)
        made = api.call(told["method"], row.address(values), said if row.members else None)
        answer = shown(made)
        return replace(answer, value={"done": told["name"]}) if made is None else answer

    taken, arguments = {**row.places, **row.members}, row.arguments
    params: list[click.Parameter] = [
        *(taken[one].as_argument(word) for one, word in arguments.items()),
        *(member.as_option() for one, member in taken.items() if one not in arguments),
    ]
    right = f"The token needs the right {told['right']}."
    help_ = f"{told['help']}\n\n{right}\n\nExample: comity {told['example']}"
    called = node_command(run)
    if any(member.kind == "words" for member in row.members.values()):
        called = LANG(called)
    command = click.command(name, help=help_)(YES(called) if told["asks"] else called)
    command.params[:0] = params
    return command


def _read(path: Path) -> str:
    with translating(f"reading {path}"), path.open("rb") as opened:
        data = opened.read(MAX_FILE_BYTES + 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise PeerError("the file is not UTF-8") from fault
