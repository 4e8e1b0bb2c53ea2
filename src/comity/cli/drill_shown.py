"""What `comity drill show` tells of a scenario, as one value in one language."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comity.cli.law_say import say as print_line
from comity.drills import Points, Report, Run, Scenario, rehearse, report
from comity.drills.answers import right_answers
from comity.drills.texts import say

_BEGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When a rehearsal begins, on a wall that nobody looks at."""


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
            {"key": key, "kind": one.kind, "text": text(f"parties.{key}")}
            | ({"character": one.character} if answers else {})
            for key, one in plan.parties.items()
            if answers or one.address  # the directory names these; others would tell the story
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


def rehearsed(scenario: Scenario, *, skill: str) -> Run:
    """Return the run of scripted players, from its beginning to its end."""
    return rehearse(scenario, skill=skill, at=_BEGIN)


def rehearsal(scenario: Scenario, lang: str, *, skill: str) -> dict[str, Any]:
    """Return the report of scripted players, each line of points with its why.

    Args:
        scenario: sound.
        lang: of the texts.
        skill: a key of `SKILLS`.
    """
    run = rehearsed(scenario, skill=skill)
    end = _BEGIN + timedelta(minutes=scenario.plan.minutes)
    return explained(scenario, report(scenario, run, end), lang)


def explained(scenario: Scenario, told: Report, lang: str) -> dict[str, Any]:
    """Return a report with the why of each line of points, in a language."""
    value = told.to_value()
    for line, one in zip(value["board"]["points"], told.board.points, strict=True):
        line["why"] = say(scenario.plan, scenario.texts, _why(one), lang)[0]
    return value


def _why(one: Points) -> str:
    kind, _, key = one.key.partition(" ")
    return f"scores.{key}" if kind == "score" else f"tasks.{key}.learn"


def print_report(told: dict[str, Any]) -> None:
    """Print what `explained` returns: points, what was lost, what went wrong."""
    board = told["board"]
    print_line(f"{told['team']}: {board['got']} of {board['of']} points")
    for one in board["points"]:
        at = "" if one["at_s"] is None else f", minute {one['at_s'] // 60}"
        print_line(
            f"{one['got']:>4} of {one['of']:<3} {one['key']}: {one['outcome']}{at}", indent=2
        )
        if one["got"] < max(one["of"], 0):
            print_line(one["why"], indent=14)
    for lost in told["lost"]:
        print_line(f"lost: {lost['inject']}, minute {lost['at_s'] // 60}", indent=2)
    for wrong in told["wrong"]:
        print_line(f"wrong: {wrong['key']}, minute {wrong['at_s'] // 60}", indent=2)
