"""Which scenarios a trainer can choose: title, length, and whether each is sound."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from comity.canonical import ComityError
from comity.drills import DrillError, Scenario, read_scenario, unplayable
from comity.drills.reading import edition
from comity.drills.texts import say
from comity.node.exercise import scenario_library

_KEPT: Final = 128
_known: "OrderedDict[tuple[str, str], tuple[Scenario | None, int]]" = OrderedDict()
_lock: Final = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One scenario of the library.

    Attributes:
        name: of its folder.
        title: in the language asked for, or English; the name where it has none.
        lang: language of the title; empty where it is the name.
        minutes: of exercise time; 0 where the plan cannot be read.
        to_mend: findings of its lint that keep it from being played.
    """

    name: str
    title: str
    lang: str
    minutes: int
    to_mend: int

    @property
    def sound(self) -> bool:
        """Tell whether it can be played."""
        return not self.to_mend


def choices(lang: str) -> list[Choice]:
    """Return all scenarios by name."""
    return [_choice(name, lang) for name in scenario_library.names()]


def _choice(name: str, lang: str) -> Choice:
    scenario, to_mend = _judged(name)
    title, told = name, ""
    if scenario is not None:
        try:
            title, told = say(scenario.plan, scenario.texts, "title", lang)
        except DrillError:
            told = ""
    minutes = scenario.plan.minutes if scenario else 0
    return Choice(name=name, title=title, lang=told, minutes=minutes, to_mend=to_mend)


def _judged(name: str) -> tuple[Scenario | None, int]:
    """Return a scenario and how much is to mend in it; judged once for each edition."""
    files = scenario_library.files_of(name)
    key = (name, edition(files))
    with _lock:
        if key in _known:
            return _known[key]
    try:
        scenario: Scenario | None = read_scenario(name, files)
    except ComityError:
        scenario = None
    found = scenario, len(unplayable(scenario_library.findings(name, files)))
    with _lock:
        _known[key] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found
