"""The words of round tables on the screen."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.node.web.section_labels import code_labels

DO: Final = {
    "table.called": _("Call a round table"),
    "table.answered": _("Say whether we come"),
    "table.minutes-proposed": _("Propose the minutes"),
    "table.minutes-agreed": _("Agree to the minutes"),
    "table.minutes-objected": _("Object to the minutes"),
    "table.action-reported": _("Say how far an action is"),
    "table.noted": _("Write a note to all at the table"),
    "table.closed": _("Close the round table"),
}
DONE: Final = {
    "table.called": _("Round table called"),
    "table.answered": _("Answer to the call"),
    "table.minutes-proposed": _("Minutes proposed"),
    "table.minutes-agreed": _("Minutes agreed to"),
    "table.minutes-objected": _("Minutes objected to"),
    "table.action-reported": _("Report on an action"),
    "table.noted": _("Note to all at the table"),
    "table.closed": _("Round table closed"),
}
STATE: Final = {"called": _("Round table called"), "over": _("Round table closed")}
TRACK: Final = {"minutes:proposed": _("Minutes proposed")}
COMING: Final = {
    **code_labels("table-answer", "answer"),
    "unknown": _("unknown: the answer was erased"),
    "": _("has not answered"),
}
ACTION: Final = {"open": _("not begun"), **code_labels("action-report", "state")}
WORD: Final = {
    "agreed": pgettext_lazy("to minutes", "agreed"),
    "objected": _("objected"),
    "": _("has not spoken"),
}
STANDING: Final = {
    "agreed": _("Agreed"),
    "objected": _("Objected to"),
    "open": _("Not agreed yet"),
    "unknown": _("Unknown"),
}
STANDING_MEANS: Final = {
    "agreed": _("Everybody who said before that it comes has signed its agreement."),
    "objected": _("Somebody who came objects. New minutes can be proposed."),
    "open": _("Somebody who came has not agreed, or nobody said that it comes. Silence is none."),
    "unknown": _(
        "An answer was erased here: it cannot be seen whether that authority had to agree."
    ),
}
WAITS: Final = {
    "answer": _("Say whether we come"),
    "propose": _("Hold it, then propose the minutes"),
    "agree": _("Agree or object to the minutes"),
    "objection": _("Answer the objection: propose new minutes"),
    "action": _("An action of ours is due"),
    "theirs": _("An action of another is due: ask how far it is"),
}
MISFIT: Final = {
    "no-such": _("It names a number that is not there; it changes nothing."),
    "foreign": _("It is about an action of somebody else; it changes nothing."),
    "replaced": _("It is about minutes that were replaced; it changes nothing."),
}
