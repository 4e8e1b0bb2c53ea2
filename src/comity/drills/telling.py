"""A scenario told in one language, as one value: for `comity drill show`, and for a page."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comity.drills.engine import look
from comity.drills.happened import right_answers
from comity.drills.model import Scenario
from comity.drills.players import rehearse
from comity.drills.report import Report, report
from comity.drills.run import Run
from comity.drills.scoring import Points
from comity.drills.texts import say


class Said(str):
    """A text of a scenario that knows in which language it is."""

    __slots__ = ("lang",)
    lang: str


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

    def text(key: str) -> Said:
        return said(scenario, key, lang)

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


def said(scenario: Scenario, key: str, lang: str) -> Said:
    """Return a text with its values, in a language or else in English.

    Raises:
        DrillTextMissingError: it is in neither.
    """
    found, told = say(scenario.plan, scenario.texts, key, lang)
    made = Said(found)
    made.lang = told
    return made


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
    """Return a report with the why of each line of points, in a language or else in English."""
    value = told.to_value() | {"lang": lang}
    for line, one in zip(value["board"]["points"], told.board.points, strict=True):
        line["why"], line["why_lang"] = say(scenario.plan, scenario.texts, _why(one), lang)
    return value


def _why(one: Points) -> str:
    kind, _, key = one.key.partition(" ")
    return f"scores.{key}" if kind == "score" else f"tasks.{key}.learn"


def course(scenario: Scenario, lang: str, *, skill: str) -> list[dict[str, Any]]:
    """Return how an exercise goes with scripted players: what comes and what they do, by minute.

    Args:
        scenario: sound.
        lang: of the texts.
        skill: a key of `SKILLS`.
    """
    run, plan = rehearsed(scenario, skill=skill), scenario.plan
    view = look(scenario, run, _BEGIN + timedelta(minutes=plan.minutes))
    lines = [
        {
            "at_s": came.at_s,
            "by": came.by,
            "key": came.inject,
            "kind": plan.injects[came.inject].kind,
            "names": {},
            "text": said(scenario, f"injects.{came.inject}.title", lang),
        }
        for came in view.delivered
    ]
    lines += [
        {
            "at_s": int((event.at - _BEGIN).total_seconds()),
            "by": event.role,
            "key": "",
            "kind": event.kind,
            "names": {name: text for name, text in event.names.items() if name != "digest"},
            "text": "",
        }
        for event in run.events
    ]
    return sorted(lines, key=lambda line: line["at_s"])
