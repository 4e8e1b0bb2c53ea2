"""The exhibit maker: evidence out of a story, whose traces agree with each other.

Reading order: `kinds`, `story`, `harmless`, `check`, `parse` (what a story may say); `dice`,
`ordinary`, `world` (what follows from it); `told` (what each exhibit has to show); the writers
`web_log`, `auth_log`, `mail`, `disk`, `packets` with `capture`, `sqlite` with `history`; `make`;
the readers `found_*`, which ask nothing of the writers, `agree`
and `legible`.

Source: docs/reference/stories.md.
"""

from comity.drills.making.agree import WHY, Disagreement, agrees, insist, traces
from comity.drills.making.kinds import FORMS
from comity.drills.making.legible import legible
from comity.drills.making.make import file_name, make, make_one, shown_in
from comity.drills.making.parse import parse_story
from comity.drills.making.story import Story

__all__ = [
    "FORMS",
    "WHY",
    "Disagreement",
    "Story",
    "agrees",
    "file_name",
    "insist",
    "legible",
    "make",
    "make_one",
    "parse_story",
    "shown_in",
    "traces",
]
