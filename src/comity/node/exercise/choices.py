"""What a player may choose from: types and conversations, measures, grounds, articles, facts.

All of it comes from the exchange's table and the law as data, so that it gives no answer away.
"""

from typing import Final

from comity.drills import Scenario
from comity.drills.model import Plan, Task, Thread
from comity.drills.threads import allows
from comity.exchange.conversation import State, legal_types
from comity.exchange.moves import Role
from comity.exchange.types import MOVES
from comity.files.instruments import library as laws
from comity.instruments.errors import LawTextMissingError
from comity.instruments.model import Instrument
from comity.node.exercise.run_cache import Seen

GROUNDED: Final = {
    "request.refused": "refuse",
    "request.accepted-in-part": "refuse",
    "request.postponed": "postpone",
}
"""Types that name a ground, and the kind of ground that each may rest on."""
OPENING: Final = "request.submitted"
"""The type whose measure tells which conversation it opens."""
_BESIDE: Final = 2
_MOST_FACTS: Final = 40


def types_in(thread: Thread, state: State, party: str) -> tuple[str, ...]:
    """Return the types that the exchange's table lets a party send now, in its order."""
    return tuple(type_ for type_ in MOVES if allows(thread, state, party, type_))


def opening_types() -> tuple[str, ...]:
    """Return the types with which a conversation can be begun."""
    return legal_types(State(), Role.REQUESTER)


def opened(seen: Seen, *, to: str, type_: str, measure: str) -> str:
    """Return the conversation of the story that a message opens; empty where it has none.

    A request opens the one of its measure, anything else one that is about no measure. One whose
    time in the story has not come is not opened: who writes too early writes about something else.
    """
    plan = seen.scenario.plan
    team = plan.team().key
    free = [
        thread
        for key, thread in plan.threads.items()
        if (thread.asks, thread.asked) == (team, to)
        and not has_begun(seen, key)
        and allows(thread, seen.talks[key].state, team, type_)
        and _is_due(seen, key, type_)
    ]
    wanted = measure if type_ == OPENING else ""
    fitting = [one.key for one in free if one.measure == wanted]
    fitting += [one.key for one in free if not one.measure]
    return fitting[0] if fitting else ""


def _is_due(seen: Seen, key: str, type_: str) -> bool:
    """Tell whether the story has come to where a message of the type counts in a conversation."""
    plan = seen.scenario.plan
    asked = [(one.after, one.did.names) for one in plan.triggers.values()]
    asked += [(one.after, one.did.names) for one in plan.scores.values()]
    counted = [
        after for after, names in asked if (names.get("thread"), names.get("type")) == (key, type_)
    ]
    come = {f"inject {one.inject}" for one in seen.view.delivered}
    come |= {f"trigger {one}" for one in seen.view.fired}
    return not counted or any(not after or after in come for after in counted)


def has_begun(seen: Seen, key: str) -> bool:
    """Tell whether a conversation exists by now; one that is to come is nobody's to know."""
    return bool(seen.talks[key].said) or seen.scenario.plan.threads[key].begins != State().main


def treaty_of(plan: Plan) -> Instrument:
    """Return the treaty of a scenario; one that is sound has it."""
    return laws().instruments[plan.treaty]


def grounds(plan: Plan, kind: str = "") -> tuple[str, ...]:
    """Return codes of grounds, all or of one kind, those that are none among all."""
    found = treaty_of(plan).grounds.values()
    return tuple(one.key for one in found if not kind or one.kind == kind)


def law_text(plan: Plan, key: str, lang: str) -> tuple[str, str]:
    """Return a text of the treaty or of what all treaties share, and its language."""
    for place in (plan.treaty, None):
        try:
            found = laws().text(place, key, lang)
        except LawTextMissingError:
            continue
        return found.text, found.lang
    return key.partition(".")[2], lang


def law_reviewed(plan: Plan, lang: str) -> bool:
    """Return whether somebody reviewed the words of the treaty and of what all treaties share."""
    return all(laws().words(place, lang).reviewed_by for place in (plan.treaty, None))


def facts(scenario: Scenario) -> tuple[str, ...]:
    """Return the facts that a message can be said to hold, in the law's order.

    Those that points ask for stand among their neighbours, the same list for every message.
    """
    names = list(laws().facts)
    wanted = {name for one in scenario.plan.scores.values() for name in one.fields}
    found = wanted & set(names)
    for step in range(1, _BESIDE + 1):
        for name in sorted(wanted & set(names)):
            place, group = names.index(name), name.partition(".")[0]
            for beside in (place - step, place + step):
                near = names[beside] if 0 <= beside < len(names) else ""
                if near.partition(".")[0] == group and len(found) < _MOST_FACTS:
                    found.add(near)
    return tuple(name for name in names if name in found)


def answers_of(plan: Plan, task: Task) -> tuple[str, ...]:
    """Return the codes among which a task's answer is chosen; none where it is typed."""
    treaty = treaty_of(plan)
    listed = {
        "choice": task.options,
        "ground": tuple(treaty.grounds),
        "measure": tuple(treaty.measures),
        "article": tuple(treaty.articles),
    }
    return tuple(listed.get(task.kind, ()))
