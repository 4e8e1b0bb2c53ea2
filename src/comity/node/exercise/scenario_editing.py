"""Scenarios as trainers change them: copied, edited against the edition they saw, taken in."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from comity.drills import DrillError, Finding, read_scenario, unplayable
from comity.drills.blank import blank
from comity.drills.editing import checked, renamed
from comity.drills.reading import check_files, edition
from comity.drills.texts import say
from comity.files.drills import shipped_names
from comity.instruments.words import ENGLISH
from comity.node.exercise import mode, scenario_library
from comity.node.exercise.errors import ScenarioStaleError, ScenarioTakenError
from comity.node.models import ScenarioEdition

BLANK: Final = "blank"
RESERVED: Final = frozenset({BLANK, "new", "upload"})
"""Names that pages need for themselves."""
EDITIONS_KEPT: Final = 20
"""Of one name, besides what is shown and what was played."""
_KNOWN_FINDINGS: Final = 64
_UNFINISHED: Final = frozenset(
    {"text-missing", "text-foreign", "language-missing", "trigger-unused", "exhibit-unused"}
)
"""What a next step brings: a change that leaves it is kept, and the scenario is not played yet."""

_found: "OrderedDict[tuple[str, str], list[Finding]]" = OrderedDict()
_lock: Final = threading.Lock()


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


def summaries(lang: str) -> list[Summary]:
    """Return every scenario of the library, in the order of their names.

    Raises:
        ExerciseLiveError: this node is live.
    """
    mode.require()
    return [summary(name, lang) for name in scenario_library.names()]


def summary(name: str, lang: str) -> Summary:
    """Return one scenario as it stands in a list.

    Raises:
        ScenarioUnknownError: there is none of that name.
    """
    files = scenario_library.files_of(name)
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
        own=scenario_library.is_own(name),
        shipped=name in shipped_names(),
    )


def findings(name: str, files: Mapping[str, bytes]) -> list[Finding]:
    """Return everything that is to mend; what was asked before is remembered by its edition."""
    key = (name, edition(files))
    with _lock:
        known = _found.get(key)
    if known is None:
        known = scenario_library.findings(name, files)
        with _lock:
            _found[key] = known
            while len(_found) > _KNOWN_FINDINGS:
                _found.popitem(last=False)
    return list(known)


def worsened(name: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Finding]:
    """Return what is to mend after a change and was not before, if more than finishing it.

    Texts that other languages lack, and what nothing uses yet, are finished by a next step. All
    else would break what could be played.

    Args:
        name: of the scenario.
        before: its files as they stand.
        after: as they shall be.

    Raises:
        DrillError: these are no files of a scenario, or scenario.toml breaks the format.
    """
    check_files(name, after)
    checked(name, after)
    known = Counter(_place(one) for one in findings(name, before))
    found = []
    for one in findings(name, after):
        if known[_place(one)]:
            known[_place(one)] -= 1
        elif one.code not in _UNFINISHED and not _is_translation(one.file):
            found.append(one)
    return found


def _place(one: Finding) -> tuple[str, str, str]:
    return one.file, one.key, one.code


def _is_translation(file: str) -> bool:
    return file.startswith("texts/") and file != f"texts/{ENGLISH}.toml"


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
    now = scenario_library.files_of(name)
    if edition(now) != began:
        raise ScenarioStaleError("somebody else saved this scenario meanwhile")
    check_files(name, files)
    checked(name, files)
    kept = scenario_library.save(name, files, at=at, by=by)
    _forget_old(name)
    return kept


@transaction.atomic
def copy(source: str, name: str, *, at: datetime, by: str) -> ScenarioEdition:
    """Keep a copy of a scenario, or of the small one to begin with, under a new name.

    Args:
        source: name of a scenario, or ``blank``.
        name: that nothing bears yet.
        at: this node's clock.
        by: user name of the trainer.

    Raises:
        ExerciseLiveError: this node is live.
        ScenarioUnknownError: there is no such source.
        ScenarioTakenError: the name is taken.
        DrillError: the name is none, or the source cannot be read.
    """
    return take_in(name, files_of_copy(source, name), at=at, by=by)


def files_of_copy(source: str, name: str) -> dict[str, bytes]:
    """Return the files of a scenario, or of the small one to begin with, under another name.

    Raises:
        ExerciseLiveError: this node is live.
        ScenarioUnknownError: there is no such source.
        DrillError: the name is none, or the source cannot be read.
    """
    mode.require()
    files = scenario_library.files_of(source) if source != BLANK else {}
    return renamed(files, name) if files else blank(name)


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
    checked(name, files)
    if name in RESERVED or name in scenario_library.names():
        raise ScenarioTakenError(f"there is a scenario {name!a} already; choose another name")
    return scenario_library.save(name, files, at=at, by=by)


def _forget_old(name: str) -> None:
    """Drop editions that nobody played and that many others followed."""
    old = ScenarioEdition.objects.filter(name=name, current=False, exercise=None)
    gone = old.order_by("-saved_at", "edition").values_list("pk", flat=True)[EDITIONS_KEPT:]
    ScenarioEdition.objects.filter(pk__in=list(gone)).delete()
