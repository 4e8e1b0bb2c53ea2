"""Scenarios that can be played here: the shipped ones, and what this office's trainers made."""

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from comity.drills import Finding, Scenario, lint, read_scenario, unplayable
from comity.drills.reading import check_files, edition
from comity.files.courses import quizzes
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import library
from comity.node.exercise.errors import ExerciseError, ScenarioUnknownError
from comity.node.log import audit
from comity.node.models import ScenarioEdition


def names() -> list[str]:
    """Return the names of all scenarios, sorted: an own one hides a shipped one of its name."""
    own = ScenarioEdition.objects.filter(current=True).values_list("name", flat=True)
    return sorted({*shipped_names(), *own})


def files_of(name: str) -> dict[str, bytes]:
    """Return a scenario's files as they are now: the office's own edition, or the shipped one.

    Raises:
        ScenarioUnknownError: there is none of that name.
    """
    kept = ScenarioEdition.objects.filter(name=name, current=True).first()
    if kept is not None:
        return {path: text.encode() for path, text in kept.files.items()}
    if name not in shipped_names():
        raise ScenarioUnknownError(f"there is no scenario {name[:64]!a} here")
    return read_shipped(name)


def is_own(name: str) -> bool:
    """Tell whether the office has an edition of its own of a name."""
    return ScenarioEdition.objects.filter(name=name, current=True).exists()


def findings(name: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Return everything that is to mend in a scenario, warnings too; see `unplayable`."""
    return list(_findings(name, tuple(sorted(files.items()))))


@functools.lru_cache(maxsize=16)
def _findings(name: str, files: tuple[tuple[str, bytes], ...]) -> Sequence[Finding]:
    return lint(name, dict(files), library(), quizzes=quizzes())


@transaction.atomic
def save(name: str, files: Mapping[str, bytes], *, at: datetime, by: str) -> ScenarioEdition:
    """Keep an edition as the one that the library shows.

    It need not be sound: a trainer saves unfinished work. Only a sound one is played.

    Raises:
        DrillError: the files are not those of a scenario's folder.
    """
    check_files(name, files)
    try:
        texts = {path: data.decode("utf-8") for path, data in files.items()}
    except UnicodeDecodeError as fault:
        raise ExerciseError("a file of the scenario is not UTF-8") from fault
    ScenarioEdition.objects.filter(name=name, current=True).update(current=False)
    kept, _ = ScenarioEdition.objects.update_or_create(
        edition=edition(files),
        defaults={"name": name, "files": texts, "current": True, "saved_at": at, "saved_by": by},
    )
    audit.note(at=at, actor=by, action="scenario.saved", subject=kept.edition, detail=name)
    return kept


@transaction.atomic
def drop(name: str, *, at: datetime, by: str) -> None:
    """Show the shipped scenario of a name again, or none; editions that were played stay.

    Raises:
        ScenarioUnknownError: the office has no edition of its own.
    """
    if not ScenarioEdition.objects.filter(name=name, current=True).update(current=False):
        raise ScenarioUnknownError(f"there is no scenario {name[:64]!a} of this office")
    audit.note(at=at, actor=by, action="scenario.dropped", subject=name)


def kept_edition(name: str, *, at: datetime, by: str) -> ScenarioEdition:
    """Return the edition of a name that is to be played, kept for good.

    Raises:
        ScenarioUnknownError: there is none of that name.
        ExerciseError: it is not sound; its lint says what is to mend.
    """
    files = files_of(name)
    found = unplayable(findings(name, files))
    if found:
        raise ExerciseError(f"the scenario is not sound: {len(found)} things are to mend in it")
    texts = {path: data.decode("utf-8") for path, data in files.items()}
    kept, _ = ScenarioEdition.objects.get_or_create(
        edition=edition(files),
        defaults={"name": name, "files": texts, "current": False, "saved_at": at, "saved_by": by},
    )
    return kept


def scenario_of(kept: ScenarioEdition) -> Scenario:
    """Return an edition as the rules read it; read once a process."""
    return _scenario(kept.edition)


@functools.lru_cache(maxsize=32)
def _scenario(digest: str) -> Scenario:
    kept = ScenarioEdition.objects.get(edition=digest)
    return read_scenario(kept.name, {path: text.encode() for path, text in kept.files.items()})
