"""The officers' words for figures."""

from typing import Final

from django.utils.translation import gettext_lazy as _

SPLIT: Final = {
    "months": _("By month"),
    "states": _("By State"),
    "partners": _("By partner"),
    "measures": _("By what was asked"),
    "stands": _("By how the requests stand now"),
}
FIRST: Final = {
    "months": _("Month"),
    "states": _("Name of the State"),
    "partners": _("Partner"),
    "measures": _("What was asked"),
    "stands": _("How it stands now"),
}
STEP: Final = {
    "acknowledged": _("Acknowledgement"),
    "decided": _("Decision"),
    "preserved": _("Preservation confirmed"),
    "executed": _("Execution"),
    "extended": _("Longer preservation granted"),
    "countersigned": _("Second signature"),
    "emergency": _("Acknowledgement in an emergency"),
}
FORM: Final = {
    "csv": _("Table for a spreadsheet (CSV)"),
    "minister": _("Paper for the minister (PDF)"),
    "conference": _("Paper for the Conference of the States Parties (PDF)"),
}
