"""The trainer's words for what an exercise, its teams and their runs are and do."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comity.node.core.labels import read_labels
from comity.node.exercise.pages import room_labels as rw

_TABLES: Final = read_labels(__package__)
STATE: Final = _TABLES["state"]
TONE: Final = {"running": "good", "standing": "soon", "frozen": "soon", "over": "late"}
INJECT: Final = rw.KIND
STEER: Final = _TABLES["steer"]
STEER_MEANS: Final = _TABLES["steer-means"]
DID: Final = _TABLES["did"]
CAME_BY: Final = _TABLES["came-by"]
SCORE: Final = _TABLES["score"]
OUTCOME: Final = _TABLES["outcome"]
GOOD: Final = frozenset({"in-time", "done", "right", "avoided"})
BAD: Final = frozenset({"late", "wrong", "not-done", "did-it"})
RIGHT: Final = _TABLES["right"]
FAULT: Final = _TABLES["fault"]


def need(code: str, number: int) -> str:
    """Return why a team needs attention."""
    told = {
        "silent": ngettext("Silent for %(n)d minute", "Silent for %(n)d minutes", number),
        "late": ngettext("%(n)d thing not done in time", "%(n)d things not done in time", number),
        "lost": ngettext("%(n)d thing lost for good", "%(n)d things lost for good", number),
        "wrong": ngettext(
            "%(n)d task without a try left", "%(n)d tasks without a try left", number
        ),
    }
    return told[code] % {"n": number} if code in told else str(_("No one has joined"))
