"""Scenarios that can be played here: the shipped ones, and what this office's trainers made."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from comity.drills import DrillError, Finding, Scenario, lint, read_scenario, unplayable
from comity.drills.reading import check_files, edition, read_plan
from comity.drills.texts import say
from comity.files.courses import quizzes
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import library
from comity.node.exercise import mode
from comity.node.exercise.errors import (
    ExerciseError,
    ScenarioStaleError,
    ScenarioTakenError,
    ScenarioUnknownError,
)
from comity.node.log import audit
from comity.node.models import ScenarioEdition

RESERVED: Final = frozenset({"upload"})
"""Names that pages need for themselves."""
EDITIONS_KEPT: Final = 20
"""Of one name, besides what is shown and what was played."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A scenario in a list.

    Attributes:
        title: in the language that was asked for, or English; empty if it cannot be read.
        lang: in which the title is.
        faults: how many things are to mend; 0 of one that is sound.
        own: the office made it, or changed a shipped one.
        shipped: it comes with the software, or hides one that does.
    """

    name: str
    title: str
    lang: str
    minutes: int
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    faults: int
    own: bool
    shipped: bool


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


def summaries(lang: str) -> list[Summary]:
    """Return every scenario of the library, in the order of their names.

    Raises:
        ExerciseLiveError: this node is live.
    """
    mode.require()
    return [summary(name, lang) for name in names()]


def summary(name: str, lang: str) -> Summary:
    """Return one scenario as it stands in a list.

    Raises:
        ScenarioUnknownError: there is none of that name.
    """
    files = files_of(name)
    title, told, minutes = "", lang, 0
    roles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    try:
        scenario = read_scenario(name, files)
        plan = scenario.plan
        minutes, roles = plan.minutes, tuple(plan.roles)
        languages = tuple(one for one, texts in sorted(scenario.texts.items()) if texts)
        title, told = say(plan, scenario.texts, "title", lang)
    except DrillError:
        pass
    return Summary(
        name=name,
        title=title,
        lang=told,
        minutes=minutes,
        roles=roles,
        languages=languages,
        faults=len(unplayable(findings(name, files))),
        own=is_own(name),
        shipped=name in shipped_names(),
    )


def findings(name: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Return everything that is to mend in a scenario, warnings too; see `unplayable`."""
    return list(_findings(name, tuple(sorted(files.items()))))


@functools.lru_cache(maxsize=32)
def _findings(name: str, files: tuple[tuple[str, bytes], ...]) -> Sequence[Finding]:
    return lint(name, dict(files), library(), quizzes=quizzes())


@transaction.atomic
def change(
    name: str, files: Mapping[str, bytes], *, began: str, at: datetime, by: str
) -> ScenarioEdition:
    """Keep a changed scenario, if it still is what the trainer saw.

    Args:
        name: of a scenario that there is.
        files: all of them, as they shall be.
        began: edition that the trainer saw when the change began.
        at: this node's clock.
        by: user name of the trainer.

    Raises:
        ExerciseLiveError: this node is live.
        ScenarioUnknownError: there is none of that name.
        ScenarioStaleError: somebody else saved it meanwhile; nothing is saved.
        DrillError: the files are not a scenario's, or scenario.toml breaks the format.
    """
    mode.require()
    list(ScenarioEdition.objects.select_for_update().filter(name=name, current=True))
    now = files_of(name)
    if edition(now) != began:
        raise ScenarioStaleError("somebody else saved this scenario meanwhile")
    check_files(name, files)
    read_plan(name, files)
    kept = save(name, files, at=at, by=by)
    _forget_old(name)
    return kept


@transaction.atomic
def take_in(name: str, files: Mapping[str, bytes], *, at: datetime, by: str) -> ScenarioEdition:
    """Keep a scenario that is new here.

    Args:
        name: that nothing bears yet, and none of `RESERVED`.
        files: untrusted.
        at: this node's clock.
        by: user name of the trainer.

    Raises:
        ExerciseLiveError: this node is live.
        ScenarioTakenError: the name is taken; nothing is replaced.
        DrillError: the files are not a scenario's, or scenario.toml breaks the format.
    """
    mode.require()
    check_files(name, files)
    read_plan(name, files)
    if name in RESERVED or name in names():
        raise ScenarioTakenError(f"there is a scenario {name!a} already; choose another name")
    return save(name, files, at=at, by=by)


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


def _forget_old(name: str) -> None:
    """Drop editions that nobody played and that many others followed."""
    old = ScenarioEdition.objects.filter(name=name, current=False, exercise=None)
    gone = old.order_by("-saved_at", "edition").values_list("pk", flat=True)[EDITIONS_KEPT:]
    ScenarioEdition.objects.filter(pk__in=list(gone)).delete()
