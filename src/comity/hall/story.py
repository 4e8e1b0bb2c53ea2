"""The story's own world at the nodes: its clock, the names of its States, its treaty in force.

What a trainee reads in the room and at the node is one story. So the nodes of an exercise begin at
the story's time, and go by a law folder in which the story's States have their names and are bound
by the treaty that the scenario rests on. Nothing of it reaches a live node: the folder is the
exercise's, and so are all that read it.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from comity.canonical import state_of
from comity.directory import Instrument
from comity.drills import Plan, Scenario, say
from comity.drills.reach import NEVER, Reach
from comity.drills.texts import state_key
from comity.files.instruments import shipped
from comity.hall.bodies import KEPT
from comity.instruments import LANGUAGES
from comity.instruments.state_names import state_names
from comity.node.core.law_library import INSTRUMENTS

LAW: Final = "law"
"""Folder of an exercise with the law that its nodes go by."""
IN_FORCE: Final = "in-force"
_OLDER: Final = "untoc-2000"
_LAPSED: Final = "preservation.lapsed"
_BOUND_FOR: Final = timedelta(days=365)
_SHOWN_NAME: Final = 100
_SOURCE: Final = "the exercise"


# ------------------------------------------------------------------ time


def lapse_of(plan: Plan, thread: str) -> datetime:
    """Return until when the data of a conversation are kept that are preserved as the story begins.

    It is the moment at which the story lets them lapse; without one, the treaty's least time.
    """
    reach = Reach(plan)
    lapses = [
        reach.of(f"inject {key}")
        for key, inject in plan.injects.items()
        if inject.thread == thread and inject.type == _LAPSED
    ]
    minute = min(lapses, default=NEVER)
    return plan.begins + (KEPT if minute == NEVER else timedelta(minutes=minute))


def first_moment(plan: Plan) -> datetime:
    """Return what the clock of the nodes says first: before that, nothing of the story happened.

    It is the beginning of the story, or the day on which data were preserved that lapse in it.
    """
    kept = [lapse_of(plan, key) - KEPT for key, one in plan.threads.items() if one.begins != "new"]
    return min([plan.begins, *kept])


# ------------------------------------------------------------------ law


def bound_by(plan: Plan) -> tuple[Instrument, ...]:
    """Return the instruments of a directory entry of the story: its treaty, and an older one."""
    names = dict.fromkeys((plan.treaty, _OLDER))
    return tuple(Instrument(name=name, status=IN_FORCE) for name in names)


def write_law(folder: Path, scenario: Scenario) -> Path:
    """Write the law folder of an exercise; return it.

    Args:
        folder: of the exercise.
        scenario: sound.
    """
    law, plan = folder / LAW, scenario.plan
    place = law / INSTRUMENTS
    (place / plan.treaty).mkdir(parents=True)
    states = sorted(set(_states(plan)))
    since = (first_moment(plan) - _BOUND_FOR).date()
    rows = [_register_head(since), *(_row(state, since) for state in states)]
    (place / plan.treaty / "status.toml").write_text("\n".join(rows), "utf-8")
    names = names_of(scenario)
    (place / "states.toml").write_text("\n".join(map(_named, names, names.values())), "utf-8")
    return law


def names_of(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the names of the story's States, by key and language, as a law folder takes them.

    The scenario's text for the State is the name; where it has none, the State's first authority
    names it. A name that another State has is left out, as no two may share one.
    """
    taken = {
        (lang, name.casefold())
        for names in state_names(shipped()).names.values()
        for lang, name in names.items()
    }
    found: dict[str, Mapping[str, str]] = {}
    for state, party in _states(scenario.plan).items():
        key = state_key(state)
        told = key if key in scenario.texts.get("en", {}) else f"parties.{party}"
        names = {
            lang: say(scenario.plan, scenario.texts, told, lang)[0][:_SHOWN_NAME]
            for lang in LANGUAGES
        }
        ours = {(lang, name.casefold()) for lang, name in names.items()}
        if not ours & taken:
            found[state] = names
            taken |= ours
    return found


def _states(plan: Plan) -> dict[str, str]:
    """Return each State that has an address in the story, with its first party."""
    found: dict[str, str] = {}
    for key, party in plan.parties.items():
        if party.address:
            found.setdefault(state_of(party.address), key)
    return found


def _register_head(since: date) -> str:
    return f'[register]\ncomplete = false\nas_of = {since}\nnote = "{_SOURCE}"\n'


def _row(state: str, since: date) -> str:
    return (
        f'[[state]]\nkey = "{state}"\nin_force = {since}\nas_of = {since}\n'
        f'source = "{_SOURCE}"\nconfidence = "high"\n'
    )


def _named(state: str, names: Mapping[str, str]) -> str:
    return "\n".join(_lines(state, names))


def _lines(state: str, names: Mapping[str, str]) -> Iterator[str]:
    yield f"[{state}]"
    for lang, name in names.items():
        yield f"{lang} = {_toml(name)}"
    yield ""


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML; what cannot stand in one is escaped."""
    escaped = "".join(
        f"\\U{ord(one):08X}" if one in '"\\' or not one.isprintable() else one for one in text
    )
    return f'"{escaped}"'
