"""The words of assistance between States on the screen."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.web import round_table_labels as tables

DO: Final = {
    "assistance.needed": _("Ask for assistance"),
    "assistance.available": _("Offer assistance to others"),
    "assistance.offered": _("Offer to help"),
    "assistance.asked": _("Ask for what is offered"),
    "assistance.offer-withdrawn": _("Withdraw our offer or wish"),
    "assistance.agreed": _("Agree on the assistance"),
    "assistance.declined": _("Decline with thanks"),
    "assistance.progress": _("Say how far it is"),
    "assistance.ended": _("Say that it has ended"),
    "assistance.noted": _("Write a note"),
    "assistance.thanked": _("Say thank you"),
    "assistance.complained": _("Complain"),
    "assistance.complaint-settled": _("Say how the complaint was settled"),
    "assistance.taken-off": _("Take it off the board"),
    "training.places-offered": _("Offer places in a course"),
    "training.nominated": _("Nominate people"),
    "training.nomination-withdrawn": _("Withdraw the nominations"),
    "training.answered": _("Answer the nominations"),
    "solution.offered": _("Offer a solution"),
    "solution.received": _("Confirm that the solution arrived"),
    "solution.rejected": _("Reject the solution"),
    "solution.withdrawn": _("Withdraw the solution"),
    **tables.DO,
}
DONE: Final = {
    "assistance.needed": _("Assistance needed"),
    "assistance.available": _("Assistance available"),
    "assistance.offered": _("Assistance offered"),
    "assistance.asked": _("Assistance asked for"),
    "assistance.offer-withdrawn": _("Offer or wish withdrawn"),
    "assistance.agreed": _("Assistance agreed"),
    "assistance.declined": _("Assistance declined"),
    "assistance.progress": _("Progress of the assistance"),
    "assistance.ended": _("Assistance ended"),
    "assistance.noted": _("Note on assistance"),
    "assistance.thanked": _("Thanks"),
    "assistance.complained": _("Complaint about assistance"),
    "assistance.complaint-settled": _("Complaint settled"),
    "assistance.taken-off": _("Taken off the board"),
    "training.places-offered": _("Training places offered"),
    "training.nominated": _("Persons nominated"),
    "training.nomination-withdrawn": _("Nominations withdrawn"),
    "training.answered": _("Nominations answered"),
    "solution.offered": _("Solution offered"),
    "solution.received": _("Solution arrived"),
    "solution.rejected": _("Solution rejected"),
    "solution.withdrawn": _("Solution withdrawn"),
    **tables.DONE,
}
STATE: Final = {
    "needed": _("Assistance needed"),
    "available": _("Assistance available"),
    "places": _("Training places offered"),
    "off": _("Taken off the board"),
    **tables.STATE,
}
TRACK: Final = {
    "assistance:offered": _("Assistance offered, not answered yet"),
    "assistance:asked": _("Assistance asked for, not answered yet"),
    "assistance:agreed": _("Assistance agreed, under way"),
    "assistance:declined": _("Assistance declined"),
    "assistance:withdrawn": _("Offer or wish withdrawn"),
    "assistance:ended": _("Assistance ended"),
    "complaint:made": _("Complaint, not settled yet"),
    "complaint:settled": _("Complaint settled"),
    "nomination:made": _("Persons nominated, not answered yet"),
    "nomination:answered": _("Nominations answered"),
    "nomination:withdrawn": _("Nominations withdrawn"),
    "solution:offered": _("Solution offered, not confirmed yet"),
    "solution:received": _("Solution arrived"),
    "solution:rejected": _("Solution rejected"),
    "solution:withdrawn": _("Solution withdrawn"),
    **tables.TRACK,
}
KIND: Final = {
    "need": _("Need"),
    "help": _("Offer"),
    "places": _("Course"),
    "table": _("Round table"),
}
STANDS: Final = {
    "open": _("Nobody answered yet"),
    "waiting": _("Waits for an answer"),
    "agreed": _("Agreed, under way"),
    "complaint": _("Complaint, not settled"),
    "ended": _("Ended"),
    "off": _("Taken off the board"),
}
SIDE: Final = {"ours": _("Ours"), "theirs": _("Of others")}
OPENS: Final = {
    "need": "assistance.needed",
    "help": "assistance.available",
    "places": "training.places-offered",
    "table": "table.called",
}
MEANS: Final = {
    "need": _("Say what this State needs, to one State or to several. One officer signs."),
    "help": _("Say what this State can help with, to one State or to several. One officer signs."),
    "places": _("Keep places in a course for one State, which then nominates. One officer signs."),
    "table": _(
        "Call several States to talk, with an agenda. All read all of it. One officer signs."
    ),
}
SHARED: Final = {
    "": _("reads it"),
    "no-node": _("has no node: nothing can be sent there"),
    "unlisted": _("is not in the directory: nobody knows who would read it"),
}
FAULT: Final = {
    "sharing-unknown": _(
        "It is not certain who would read it there: the authority has no node, or is not in the"
        " directory. Nothing was drafted or sent, to nobody. Write it a letter of your own."
    ),
    "solution-author": _("It is not signed by whom it names as its author. Use nothing of it."),
    "solution-changed": _("It is not what its author signed. Use nothing of it; tell the giver."),
    "solution-foreign": _("No such solution was offered, or it was withdrawn."),
    "solution-malformed": _("It has not the form of a solution."),
    "solution-sharing": _(
        "Its author does not let it go to a State that takes part in that conversation. Ask the"
        " author, or choose another conversation."
    ),
    "solution-standing": _("It is not here, it was withdrawn, or it is not ours."),
}
