"""What commands print: lines for people, or one JSON object for programs; the one place for both.

A command returns an `Answer`; `local_command` prints it. Commands that call a node are made by
`comity.cli.office.node_command`, which is the same with a session.
"""

import functools
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

from comity.cli.faults import guarded
from comity.cli.options import AS_JSON
from comity.files.publish import write_file


@dataclass(frozen=True)
class Answer:
    """What a command prints, and how it ends.

    Attributes:
        value: printed with ``--json``.
        lines: printed without it; they are made only then.
        status: the exit status, with ``--json`` too.
        notes: printed after the lines, on standard error.
        none: printed on standard error where there is no line.
    """

    value: Any
    lines: Iterable[str] = ()
    status: int = 0
    notes: Iterable[str] = ()
    none: str = ""


def local_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command of a function that returns an `Answer`, or a value to print member by member.

    A function that returns None has printed what there was. One that has a parameter ``as_json`` is
    told whether JSON is asked for: it asks a question, or shows something meanwhile.
    """
    told = "as_json" in inspect.signature(function).parameters

    @functools.wraps(function)
    def run(*args: Any, as_json: bool, **options: Any) -> int:
        more = {"as_json": as_json} if told else {}
        return tell(function(*args, **options, **more), as_json=as_json)

    return AS_JSON(guarded(run))


def tell(found: Any, *, as_json: bool) -> int:
    """Print what a command returned; return its exit status."""
    if found is None:
        return 0
    answer = found if isinstance(found, Answer) else Answer(found, plain(found))
    if as_json:
        show(answer.value)
        return answer.status
    none = answer.none
    for line in answer.lines:
        click.echo(line)
        none = ""
    for note in filter(None, (*answer.notes, none)):
        click.echo(note, err=True)
    return answer.status


def show(value: Any) -> None:
    """Print a value as one JSON object."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def written(file: Path, data: bytes, *, mode: int = 0o644, **more: Any) -> Answer:
    """Write a new file, and answer with its name and size.

    Raises:
        OutputExistsError, StorageError: it cannot be written.
    """
    write_file(file, data, mode=mode)
    return Answer({"file": str(file), "bytes": len(data), **more}, [f"wrote {file}"])


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


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "addressee-keyless": "the directory has no valid key of the partner",
        "code-unknown": "the partner gave a code that is not known here",
        "partner-busy": "the partner asked to wait",
        "partner-heard": "the last attempt failed, but the partner has been in contact since",
        "partner-refused": "the partner refused it",
        "partner-unreachable": "the partner does not answer",
    }
)


_ANSWERING: Final = ("partner-busy", "partner-heard", "partner-refused")


def is_answering(fault: str) -> bool:
    """Tell whether a delivery failed although the partner does answer, or was heard since.

    Args:
        fault: code as the API gives it; after a colon stands what the partner said.
    """
    return fault.startswith(_ANSWERING)


def why_undelivered(fault: str) -> str:
    """Return why a delivery failed: what is known as a sentence, any other code in brackets.

    Args:
        fault: code as the API gives it; after a colon stands what the partner said.
    """
    known = [_WHY[part] for part in fault.split(": ") if part in _WHY]
    codes = [f"[{part}]" for part in fault.split(": ") if part and part not in _WHY]
    return " ".join([", ".join(known), *codes]).strip()
