"""Exercises: scenarios as data, what is due when, points that say why; no clock and no I/O.

Reading order: `values` (the words of the format), `values`, `model`, `parse`, `texts`, `reading`
(the files); `reading`, `happened` (what tasks ask for);
`reach`, `errors`, `lint` with its parts `lint_plan`, `lint`;
`parse` (the test before and after); `run` (start and events), `happened`, `threads`,
`engine` (what is so now); `scoring`, `report`, `summary` (its first page), `summary` (several
runs); `characters` (what simulated partners do); `players` (a rehearsal with scripted
teams); `blank` (a new scenario to begin with).

Source: docs/reference/scenarios.md.
"""

from comity.drills.characters import CHARACTERS, Character, Next, Standing, next_move, openings
from comity.drills.engine import Delivered, TaskNow, View, look
from comity.drills.errors import (
    DrillError,
    DrillEventError,
    DrillRunError,
    DrillUnsoundError,
    Finding,
    unplayable,
)
from comity.drills.lint import lint
from comity.drills.model import Plan, Scenario
from comity.drills.players import SKILLS, rehearse
from comity.drills.reading import exhibit_bytes, exhibit_digest, exhibit_name, read_scenario
from comity.drills.report import Report, ended_at, naming, report
from comity.drills.run import Event, Run, admit, branch, read_event, read_run, start
from comity.drills.scoring import Board, Points, score
from comity.drills.summary import Outline, Summary, outline, read_outline, summary
from comity.drills.texts import say

__all__ = [
    "CHARACTERS",
    "SKILLS",
    "Board",
    "Character",
    "Delivered",
    "DrillError",
    "DrillEventError",
    "DrillRunError",
    "DrillUnsoundError",
    "Event",
    "Finding",
    "Next",
    "Outline",
    "Plan",
    "Points",
    "Report",
    "Run",
    "Scenario",
    "Standing",
    "Summary",
    "TaskNow",
    "View",
    "admit",
    "branch",
    "ended_at",
    "exhibit_bytes",
    "exhibit_digest",
    "exhibit_name",
    "lint",
    "look",
    "naming",
    "next_move",
    "openings",
    "outline",
    "read_event",
    "read_outline",
    "read_run",
    "read_scenario",
    "rehearse",
    "report",
    "say",
    "score",
    "start",
    "summary",
    "unplayable",
]
