"""What the steps and the trials of a set-up are called, and what to do when one fails."""

from typing import Final

from comity.node.core.labels import read_labels

_TABLES: Final = read_labels(__package__)
_SELFTEST: Final = read_labels("comity.node.operations")
STEP: Final = _TABLES["step"]
USE: Final = _TABLES["use"]
WORD: Final = _TABLES["word"]
TRIAL: Final = _SELFTEST["trial"]
DO: Final = _SELFTEST["do"]
"""By what was found; a code without words is shown as it is."""
PARTNER_FILE: Final = _TABLES["partner-file"]
PROBLEM: Final = _TABLES["problem"]
DECLARED: Final = _TABLES["declared"]
"""By choice of a treaty, what a State may have declared: it is copied, and not decided here."""
ROSTER: Final = _TABLES["roster"]
DUTY_FAULT: Final = read_labels("comity.node.duty.pages")["fault"]
