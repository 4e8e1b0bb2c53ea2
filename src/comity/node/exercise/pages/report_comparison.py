"""Teams of one exercise side by side, as the page tells it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from comity.drills import Board, Outline
from comity.instruments import Library
from comity.node.core.formats import papers_language
from comity.node.exercise import reports, team_events
from comity.node.models import Exercise, Team

_COUNTS: Final = ("late", "lost", "wrong", "untold", "hints")


def beside(
    exercise: Exercise, found: Sequence[tuple[Team, Outline]], *, laws: Library, at: datetime
) -> dict[str, Any]:
    """Return what the page of all teams needs.

    Args:
        exercise: that has begun.
        found: its teams, each in a line.
        laws: for the names of treaties.
        at: this node's clock.
    """
    from comity.papers.after_action_text import Teller
    from comity.papers.visible import visible
    from comity.papers.words import words

    if not found:
        return {"teams": []}
    first = reports.for_trainer(found[0][0], at=at, named=False)
    tell = Teller(first, words(papers_language()), laws)
    names = tell.head("got", "steps_in_time", *(f"{name}_count" for name in _COUNTS))
    teams = []
    for team, one in found:
        told = [
            tell.out_of(one.got, one.of),
            tell.out_of(one.in_time, one.steps),
            *(str(getattr(one, name)) for name in _COUNTS),
        ]
        teams.append({"team": team, "cells": list(zip(names, told, strict=True))})
    moment = reports.moment_for(exercise, at)
    boards = [(visible(team.name), team_events.board_of(team, moment)) for team, _ in found]
    return {
        "columns": (tell("team"), *names),
        "teams": teams,
        "title": tell.text("title"),
        "costs": {"teams": [name for name, _ in boards], "rows": _costs(tell, boards)},
    }


def _costs(tell: Any, boards: Sequence[tuple[str, Board]]) -> list[tuple[Any, Any, Any]]:
    """Return the things of which a team lost points, with the points of each team."""
    from comity.papers.after_action_text import why_key

    rows = []
    for lines in zip(*(board.points for _, board in boards), strict=True):
        if all(one.got >= one.of for one in lines):
            continue
        told = [
            (name, tell.out_of(one.got, one.of))
            for (name, _), one in zip(boards, lines, strict=True)
        ]
        rows.append((tell.text(why_key(lines[0].key)), tell.cited(lines[0].cite), told))
    return rows
