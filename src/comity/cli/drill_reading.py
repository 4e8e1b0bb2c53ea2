"""Reading what commands of exercises are given: scenarios by name or folder, runs as files."""

from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, PeerError, decode_foreign
from comity.cli.paper_common import bytes_of
from comity.drills import DrillRunError, DrillUnsoundError, Run, Scenario, lint, read_run
from comity.drills import read_scenario as scenario_of
from comity.files.courses import quizzes
from comity.files.drills import read_folder, read_shipped, shipped_names
from comity.files.instruments import library
from comity.papers.visible import visible

MAX_RUN_BYTES: Final = 16 * 1024 * 1024


def named(scenario: str) -> tuple[str, dict[str, bytes], str]:
    """Return name and files of a shipped scenario or of a folder, and what stands before a file."""
    if scenario in shipped_names():
        return scenario, read_shipped(scenario), f"{scenario}/"
    folder = Path(scenario)
    if not folder.is_dir():
        names = ", ".join(shipped_names())
        raise MisuseError(f"{visible(scenario)}: neither a folder nor one of: {names}")
    return folder.resolve().name, read_folder(folder), ""


def sound(scenario: str) -> Scenario:
    """Return a scenario that lint finds nothing to mend in.

    Raises:
        DrillUnsoundError: the first thing that it finds.
    """
    name, files, _ = named(scenario)
    found = lint(name, files, library(), languages=["en"], quizzes=quizzes())
    if found:
        told = f"{name} is not sound: {found[0].file}: {found[0].key}: {found[0].text}"
        raise DrillUnsoundError(told, file=found[0].file, key=found[0].key)
    return scenario_of(name, files)


def value_in(path: Path) -> dict[str, Any]:
    """Return the object of JSON in a file.

    Raises:
        DrillRunError: too large, or none.
    """
    data = bytes_of(path, MAX_RUN_BYTES)
    if len(data) > MAX_RUN_BYTES:
        raise DrillRunError(f"{visible(path.name)}: more than {MAX_RUN_BYTES} bytes are no run")
    try:
        value = decode_foreign(data, max_bytes=MAX_RUN_BYTES)
    except PeerError as fault:
        raise DrillRunError(f"{visible(path.name)}: not JSON") from fault
    if not isinstance(value, dict):
        raise DrillRunError(f"{visible(path.name)}: a run is an object")
    return value


def run_value(value: dict[str, Any]) -> dict[str, Any]:
    """Return the run in an object: the object, or the run in a report that names people."""
    run = value.get("run", value)
    return run if isinstance(run, dict) else {}


def run_in(scenario: Scenario, value: dict[str, Any]) -> Run:
    """Return the run in an object, every event admitted anew.

    Raises:
        DrillRunError: it is none, or of another edition.
    """
    return read_run(scenario, run_value(value))
