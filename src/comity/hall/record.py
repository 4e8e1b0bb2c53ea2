"""What is kept of an exercise that is held, so that a later process goes on with it.

Two things lie in the exercise's folder: the scenario's files, and one file of JSON with everything
else: who has which password, which conversation is which, and what partners have said. The file
holds secrets of the exercise and is the owner's alone. It is written before a partner says
something and after, so that a kill between leaves one message of which nobody knows: whoever goes
on looks at the node whether it is there (`Course.resume`).
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError
from comity.drills import read_scenario
from comity.files.drills import read_folder
from comity.hall.founding import Order
from comity.hall.seats import Seat

FILE: Final = "exercise.json"
SCENARIO: Final = "scenario"
_FORMAT: Final = "comity exercise run 1"
_MAX_BYTES: Final = 64 * 1024 * 1024


class ExerciseFolderError(MisuseError, code="exercise-folder"):
    """A folder holds no exercise that can be continued; says why."""


@dataclass(kw_only=True)
class Progress:
    """What has happened at the nodes, beside what the house and the nodes keep themselves.

    Attributes:
        bindings: team to key of the story's conversation to digest.
        counted: team to records of its messages that are events already, or were refused as such.
        begun: party of a team and what a partner was to say to it; ``inject KEY`` and so on.
        carried: of these, what was said, or could not be.
        unsaid, hostile: as `Course` has them, as JSON.
    """

    bindings: dict[str, dict[str, str]] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)
    begun: list[tuple[str, str]] = field(default_factory=list)
    carried: list[tuple[str, str]] = field(default_factory=list)
    unsaid: list[dict[str, str]] = field(default_factory=list)
    hostile: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Record:
    """An exercise that was founded.

    Attributes:
        exercise: its key in the house.
        people: party to its accounts; secrets.
        tokens: party to name to API token; secrets.
        alive_at: when it was last seen to go on, aware UTC.
    """

    order: Order
    exercise: str
    people: dict[str, list[Seat]]
    tokens: dict[str, dict[str, str]]
    progress: Progress
    alive_at: datetime


def keep_scenario(folder: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Write the scenario that is played into the folder of its exercise."""
    for path, data in files.items():
        target = folder / SCENARIO / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def keep(
    order: Order,
    exercise: str,
    people: Mapping[str, list[Seat]],
    tokens: Mapping[str, Mapping[str, str]],
    progress: Progress,
) -> None:
    """Write the file anew, in one step.

    Raises:
        OSError: it cannot be written.
    """
    value = {
        "format": _FORMAT,
        "scenario": order.scenario.plan.name,
        "teams": list(order.teams),
        "port_base": order.port_base,
        "lang": order.lang,
        "table": order.table,
        "exercise": exercise,
        "people": {party: [one.to_value() for one in seats] for party, seats in people.items()},
        "tokens": {party: dict(named) for party, named in tokens.items()},
        "progress": vars(progress),
    }
    path = order.folder / FILE
    new = path.with_name(f"{FILE}-{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def mark_alive(folder: Path) -> None:
    """Note that the exercise goes on at this moment."""
    os.utime(folder / FILE)


def read(folder: Path) -> Record:
    """Return the exercise that a folder holds.

    Raises:
        ExerciseFolderError: none was founded there, or its file cannot be read.
        DrillError, StorageError: the scenario cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        told = "no exercise was begun in this folder; start one with `comity drill run SCENARIO -o`"
        raise ExerciseFolderError(told)
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_MAX_BYTES))
        return _record(folder.resolve(), value, path.stat().st_mtime)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as fault:
        raise ExerciseFolderError(f"{FILE} cannot be read: the exercise is lost") from fault


def _record(folder: Path, value: dict[str, Any], alive_s: float) -> Record:
    if value["format"] != _FORMAT:
        raise ValueError("format")
    files = read_folder(folder / SCENARIO / value["scenario"])
    progress = Progress(**value["progress"])
    progress.begun = [(party, what) for party, what in progress.begun]
    progress.carried = [(party, what) for party, what in progress.carried]
    return Record(
        order=Order(
            scenario=read_scenario(value["scenario"], files),
            files=files,
            teams=value["teams"],
            folder=folder,
            port_base=value["port_base"],
            lang=value["lang"],
            table=value["table"],
        ),
        exercise=value["exercise"],
        people={party: [Seat(**one) for one in seats] for party, seats in value["people"].items()},
        tokens=value["tokens"],
        progress=progress,
        alive_at=datetime.fromtimestamp(alive_s, UTC).replace(microsecond=0),
    )
