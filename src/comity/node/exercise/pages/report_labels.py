"""The frame's words of the pages of after-action reports; the report's own are the papers'."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.exercise.reports import HIDDEN, NOT_BEGUN, NOT_OVER

NO_TEAM: Final = "no-team"
WHY: Final = {
    NO_TEAM: _("You are in no team. Join one with the code that your trainer gives you."),
    NOT_BEGUN: _("The exercise has not begun, so there is nothing to report yet."),
    NOT_OVER: _(
        "The report comes when the time of the exercise is over: before, it would give away what"
        " is still to be found."
    ),
    HIDDEN: _(
        "The trainer has hidden the points, and the report with them. It is here when they are"
        " shown again."
    ),
}
HELP: Final = (
    _("This page tells how a team did, beside what a good team would have done."),
    _("Each line of points says why, with the article. An evaluator may overrule it."),
    _("Lessons are what you mean to change. Each has an owner and a day."),
)
