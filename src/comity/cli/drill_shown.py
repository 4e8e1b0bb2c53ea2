"""What `comity drill show` tells of a scenario, as one value in one language."""

from typing import Any

from comity.drills import Scenario
from comity.drills.answers import right_answers
from comity.drills.texts import say


def story(scenario: Scenario, lang: str, *, answers: bool) -> dict[str, Any]:
    """Return what a scenario is, in a language.

    Args:
        scenario: sound.
        lang: what it lacks comes in English.
        answers: also what trainees must not know.
    """
    plan = scenario.plan

    def text(key: str) -> str:
        return say(plan, scenario.texts, key, lang)[0]

    value: dict[str, Any] = {
        "about": text("about"),
        "edition": scenario.digest,
        "minutes": plan.minutes,
        "modes": list(plan.modes),
        "name": plan.name,
        "parties": [
            {
                "character": one.character,
                "key": key,
                "kind": one.kind,
                "text": text(f"parties.{key}"),
            }
            for key, one in plan.parties.items()
        ],
        "roles": [
            {"key": key, "text": f"{text(f'roles.{key}.title')}: {text(f'roles.{key}.about')}"}
            for key in plan.roles
        ],
        "story": text("story"),
        "title": text("title"),
        "treaty": plan.treaty,
        "version": plan.version,
    }
    return value | _kept(scenario, text) if answers else value


def _kept(scenario: Scenario, text: Any) -> dict[str, Any]:
    """Return what only the trainer sees."""
    plan = scenario.plan
    return {
        "debrief": [
            {"cite": list(one.cite), "key": key, "text": text(f"debrief.{key}")}
            for key, one in plan.debrief.items()
        ],
        "good": [
            {"cite": list(one.cite), "key": key, "minute": one.minute, "text": text(f"good.{key}")}
            for key, one in plan.good.items()
        ],
        "injects": [
            {
                "key": key,
                "kind": one.kind,
                "minute": one.minute,
                "text": text(f"injects.{key}.title"),
                "trigger": one.trigger,
            }
            for key, one in plan.injects.items()
        ],
        "tasks": [
            {
                "answers": sorted(right_answers(scenario, one)),
                "cite": list(one.cite),
                "key": key,
                "kind": one.kind,
                "points": one.points,
                "text": text(f"tasks.{key}.ask"),
            }
            for key, one in plan.tasks.items()
        ],
    }
