"""Acts on exercises and scenarios."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _waiting(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.exercise import exercises

    made = exercises.make("first-night", teams=["Heron"], at=now(), by="trainer")
    return {"exercise": made.pk}


def _to_be_tested(made: Made) -> dict[str, Any]:
    """Let the trainee be in a team of an exercise that has not begun."""
    from comity.node.models import Team, TeamMember

    found = _waiting(made)
    TeamMember.objects.filter(officer__user__username="trainee").update(
        team=Team.objects.get(exercise=found["exercise"])
    )
    return found


def _stands(made: Made) -> dict[str, Any]:
    from comity.drills.reading import edition
    from comity.node.exercise import scenario_library

    files = scenario_library.files_of(made["scenario"])
    texts = {path: data.decode() for path, data in files.items()}
    changed = {**texts, "scenario.toml": texts["scenario.toml"] + "# changed\n"}
    return {"edition": edition(files), "files": changed}


def _exercise(made: Made) -> dict[str, Any]:
    return {"exercise": made["exercise"]}


def _team(made: Made) -> dict[str, Any]:
    return {"exercise": made["exercise"], "team": made["team"]}


def _scenario(made: Made) -> dict[str, Any]:
    return {"scenario": made["scenario"]}


SAMPLES: Final = {
    "exercise.make": Sample(
        who="trainer",
        said=lambda _made: {"scenario": "first-night", "teams": ["Heron", "Ibis"]},
        again=True,
    ),
    "exercise.begin": Sample(
        who="trainer", first=_waiting, place=_exercise, said=lambda _made: {"percent": 200}
    ),
    "exercise.steer": Sample(
        who="trainer",
        place=_exercise,
        said=lambda _made: {"kind": "speak", "text": "Ten minutes."},
        again=True,
    ),
    "points.show": Sample(
        who="trainer", place=_exercise, said=lambda _made: {"shown": False}, again=True
    ),
    "exercise.close": Sample(who="trainer", place=_exercise),
    "team.branch": Sample(
        who="trainer",
        place=_team,
        said=lambda _made: {"name": "Heron again"},
    ),
    "lesson.write": Sample(
        who="trainer",
        place=_team,
        said=lambda _made: {"text": "Ask first.", "owner": "Watch", "due": "2031-01-01"},
        again=True,
    ),
    "lesson.mark": Sample(
        who="trainer",
        place=lambda made: {**_team(made), "number": int(made["exercises number"])},
        said=lambda _made: {"done": True},
        again=True,
    ),
    "lesson.correct": Sample(
        who="trainer",
        place=lambda made: {**_team(made), "number": int(made["exercises number"])},
        said=lambda _made: {"owner": "Head of watch"},
        again=True,
    ),
    "lesson.withdraw": Sample(
        who="trainer",
        place=lambda made: {**_team(made), "number": int(made["exercises number"])},
        said=lambda _made: {"reason": "It was recorded twice."},
    ),
    "short-test.answer": Sample(
        who="trainee",
        first=_to_be_tested,
        said=lambda _made: {
            "moment": "before",
            "answers": {"contact-point-officer:least-days": ["60"]},
        },
        again=True,
    ),
    "scenario.keep": Sample(
        who="trainer",
        first=_stands,
        place=_scenario,
        said=lambda made: {"files": made["files"], "edition": made["edition"]},
    ),
    "scenario.drop": Sample(who="trainer", place=_scenario),
}
