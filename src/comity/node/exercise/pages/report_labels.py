"""The frame's words of the pages of after-action reports; the report's own are the papers'."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels

NO_TEAM: Final = "no-team"
_TABLES: Final = read_labels(__package__)
WHY: Final = _TABLES["report-why"]
HELP: Final = (
    _("This page tells how a team did, beside what a good team would have done."),
    _("Each line of points says why, with the article. An evaluator may overrule it."),
    _("Lessons are what you mean to change. Each has an owner and a day."),
)
