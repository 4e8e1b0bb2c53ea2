"""The trainer's words for what an exercise, its teams and their runs are and do."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from comity.node.exercise.pages import room_labels as rw

STATE: Final = {
    "waiting": _("Not begun"),
    "running": _("Running"),
    "standing": _("Paused"),
    "frozen": _("Frozen"),
    "over": _("Time is over"),
    "closed": pgettext_lazy("exercise", "Closed"),
}
TONE: Final = {"running": "good", "standing": "soon", "frozen": "soon", "over": "late"}
INJECT: Final = rw.KIND
STEER: Final = {
    "pause": _("Pause"),
    "resume": _("Resume"),
    "freeze": _("Freeze"),
}
STEER_MEANS: Final = {
    "pause": _("Exercise time stands still; people can go on typing and sending."),
    "resume": _("Exercise time goes on, at the pace set last."),
    "freeze": _("Exercise time stands still, and what players do is refused."),
}
DID: Final = {
    "sent": _("Sent a message"),
    "acknowledged": _("Acknowledged"),
    "called": _("Called"),
    "told": _("Told"),
    "answered": _("Answered"),
    "hint": _("Took a hint"),
    "sealed": _("Sealed"),
    "recorded": _("Wrote down"),
    "pause": _("Paused the time"),
    "freeze": _("Froze the run"),
    "resume": _("Let the time go on"),
    "pace": _("Set the pace"),
    "inject": _("Brought by hand"),
    "withhold": _("Held back"),
    "speak": _("Said"),
    "judge": _("Overruled"),
}
CAME_BY: Final = {
    "timeline": _("as planned"),
    "trigger": _("brought by what was done or left undone"),
    "trainer": _("brought by the trainer"),
}
SCORE: Final = {
    "clock": _("Time limit"),
    "complete": _("Completeness"),
    "decision": _("Decision"),
    "custody": _("Custody"),
    "never": _("Never to be done"),
    "task": _("Task"),
}
OUTCOME: Final = {**rw.OUTCOME, "not-due": _("Not due yet")}
GOOD: Final = frozenset({"in-time", "done", "right", "avoided"})
BAD: Final = frozenset({"late", "wrong", "not-done", "did-it"})
RIGHT: Final = {"yes": _("right"), "no": _("wrong")}
FAULT: Final = {
    "exercise": _(
        "This cannot be done now: the exercise has not begun or is closed, a name is taken, or the"
        " scenario is not sound. Look at the page again."
    ),
    "exercise-live": _("This node is live. Exercises are held on a node in exercise mode."),
    "scenario-unknown": _("There is no scenario of this name here. Choose another."),
    "drill-event": _(
        "The exercise does not take this: a name is missing or unknown, points are beyond those of"
        " the thing, or the run is full. Nothing was changed."
    ),
}


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
    return told[code] % {"n": number} if code in told else str(_("Nobody has joined"))
