"""The words of acts of data protection, as `docket_words` has them for the others."""

from typing import Final

from django.utils.translation import gettext_lazy as _

KIND: Final = {
    "retention": _("Period of keeping"),
    "hold": _("Legal hold"),
    "review": _("Review of a record"),
    "subject-request": _("Request of a person"),
    "person-notice": _("Notice owed to a person"),
    "breach": _("Breach of personal data"),
    "release": _("Release of records"),
}
STATE: Final = {
    "in-force": _("In force"),
    "removed": _("Removed"),
    "placed": _("Stands"),
    "lifted": _("Hold lifted"),
    "kept-until": _("Kept, to be looked at again"),
    "ordered": _("Destruction ordered, not confirmed yet"),
    "destroyed": _("Destroyed"),
    "registered": _("Registered, not decided yet"),
    "extended": _("Not decided yet, time extended"),
    "decided": _("Decided, not answered yet"),
    "owed": _("Not told yet"),
    "delayed": _("Delayed by order"),
    "told": _("Told"),
    "not-owed": _("Need not be told"),
    "found": _("Found, authority not told yet"),
    "reported": _("Authority told"),
    "drawn-up": _("Begun, no list yet"),
    "listing": _("Listed, not approved yet"),
    "approved": _("Approved, not handed out yet"),
    "handed-out": _("Handed out"),
    "dropped": _("Dropped"),
}
DO: Final = {
    "retention.set": _("Set a period"),
    "retention.removed": _("Remove the period"),
    "hold.placed": _("Place a legal hold"),
    "hold.lifted": _("Lift the hold"),
    "review.kept": _("Keep the record"),
    "review.ordered": _("Order its destruction"),
    "review.destroyed": _("Confirm the destruction"),
    "subject-request.received": _("Register what a person asks"),
    "subject-request.identified": _("Enter how identity was shown"),
    "subject-request.extended": _("Extend the time for the answer"),
    "subject-request.searched": _("Enter what was found"),
    "subject-request.decided": _("Decide"),
    "subject-request.answered": _("Enter that the person was answered"),
    "subject-request.withdrawn": _("Enter that the person withdrew it"),
    "person-notice.owed": _("Note that a person has to be told"),
    "person-notice.delayed": _("Delay the notice by order"),
    "person-notice.told": _("Enter that the person was told"),
    "person-notice.not-owed": _("Enter that nobody has to be told"),
    "breach.found": _("Enter a breach of personal data"),
    "breach.updated": _("Bring it up to date"),
    "breach.reported": _("Enter that the supervisory authority was told"),
    "breach.state-told": _("Enter that a State was told"),
    "breach.people-told": _("Enter that the people were told"),
    "breach.closed": _("Close the breach"),
    "release.begun": _("Begin a release"),
    "release.listed": _("List the records"),
    "release.approved": _("Approve the release"),
    "release.handed-out": _("Enter that it was handed out"),
    "release.dropped": _("Drop the release"),
}
AGAIN: Final = {
    "retention.set": _("Change the period"),
    "review.kept": _("Keep it further"),
    "release.listed": _("Draw up the list"),
}
DONE: Final = {
    "retention.set": _("Period set"),
    "retention.removed": _("Period removed"),
    "hold.placed": _("Hold placed"),
    "hold.lifted": _("Hold lifted"),
    "review.kept": _("Kept on"),
    "review.ordered": _("Destruction ordered"),
    "review.destroyed": _("Destruction confirmed and carried out"),
    "subject-request.received": _("What the person asks"),
    "subject-request.identified": _("Identity shown"),
    "subject-request.extended": _("Time extended"),
    "subject-request.searched": _("Records looked for"),
    "subject-request.decided": _("Decision"),
    "subject-request.answered": _("Person answered"),
    "subject-request.withdrawn": _("Withdrawn by the person"),
    "person-notice.owed": _("A person has to be told"),
    "person-notice.delayed": _("Notice delayed"),
    "person-notice.told": _("Person told"),
    "person-notice.not-owed": _("Nobody has to be told"),
    "breach.found": _("Breach found"),
    "breach.updated": _("What is known by now"),
    "breach.reported": _("Supervisory authority told"),
    "breach.state-told": _("State told"),
    "breach.people-told": _("People told"),
    "breach.closed": _("Breach closed"),
    "release.begun": _("Release begun"),
    "release.listed": _("List of records"),
    "release.approved": _("Release approved"),
    "release.handed-out": _("Handed out"),
    "release.dropped": _("Release dropped"),
}
FOLLOWS: Final = {
    "retention.set": _(
        "Records of this class come up for a look when the time is over. Nothing is destroyed "
        "by that: a person keeps each one, or orders its destruction."
    ),
    "retention.removed": _("Records of this class are never due any more, until a new period."),
    "hold.placed": _(
        "Nothing of the case can be destroyed, evidence included, until an approver lifts it."
    ),
    "hold.lifted": _("Records of the case can be destroyed again once they are due."),
    "review.ordered": _("Nothing is destroyed yet: a second officer reads it and confirms."),
    "review.destroyed": _(
        "What was said is erased here and cannot be brought back. Digests, signatures and the "
        "audit stay and still prove that something was said. Copies in backups, with the other "
        "State and on paper are not reached: see to them."
    ),
    "subject-request.extended": _("This is possible once. Tell the person, and why."),
    "subject-request.decided": _(
        "The decision cannot be taken back here. The person has to be answered, and told where "
        "to complain."
    ),
    "person-notice.delayed": _("On that day the notice comes up again by itself."),
    "person-notice.not-owed": _("Its clock stops: nobody comes back to it."),
    "breach.closed": _("Its clock stops. What was told to whom stays on record."),
    "release.listed": _("It replaces the list before. Another officer has to approve it."),
    "release.approved": _(
        "The list may be handed out. It cannot be changed any more; a new release can be begun."
    ),
}
FIELD: Final = {
    "record_class": _("Class of records"),
    "rule": _("Rule that says so"),
    "retention.days": _("Days after which somebody looks again"),
    "hold.ordered_by": _("Who asked for it"),
    "look_again": _("Look at it again on"),
    "review.subject": _("What is held"),
    "review.until": _("Look at it again on"),
    "review.entry": _("Order that is confirmed"),
    "subject-request.name": _("Who asks"),
    "contact": _("How the person is reached"),
    "on_behalf_of": _("For whom, if for somebody else"),
    "right": _("What is asked"),
    "subject-request.asked": _("In the person's words"),
    "identity": _("How it was shown who asks"),
    "identity_shown_by": _("By what, and who looked at it"),
    "subject-request.due": _("To be answered by"),
    "person_told_at": _("The person was told of it on"),
    "subject-request.what": _("Where was looked, and what for"),
    "records": _("Records"),
    "decision": _("Decision"),
    "grounds": _("Grounds"),
    "subject-request.reasons": _("Reasons, for this office only"),
    "subject-request.answer": _("What the person reads"),
    "subject-request.done": _("What was corrected, erased or restricted"),
    "person-notice.name": _("Who has to be told"),
    "person-notice.measure": _("Of which measure"),
    "person-notice.due": _("To be told by"),
    "person-notice.until": _("Delayed until"),
    "ground": _("Ground"),
    "ordered_by": _("Court or office that ordered it"),
    "breach.what": _("What happened"),
    "found_at": _("Found on"),
    "happened_at": _("Happened on"),
    "breach.data": _("What data"),
    "people": _("How many people"),
    "consequences": _("What may follow for them"),
    "measures": _("What was done against it"),
    "parties": _("Authorities whose data it was"),
    "breach.due": _("Supervisory authority to be told by"),
    "breach.authority": _("Supervisory authority"),
    "why_late": _("Why later than the time limit"),
    "next": _("Look at it again on"),
    "breach.party": _("Authority that was told"),
    "breach.how": _("How they were told, or why they were not"),
    "lessons": _("What is done so that it does not happen again"),
    "not_told": _("Who was not told, and why"),
    "release.title": _("Title"),
    "recipient": _("To whom"),
    "purpose": _("What for"),
    "subject_request": _("Request of a person that it answers"),
    "release.number": _("Number"),
    "release.record": _("Record: its digest or number"),
    "description": _("What it is"),
    "standing": _("What of it is handed out"),
    "codes": _("Codes"),
    "release.entry": _("List that is approved"),
}
CODED: Final = frozenset(
    {
        "data",
        "decision",
        "ground",
        "grounds",
        "identity",
        "people",
        "record_class",
        "right",
        "standing",
    }
)
"""Members whose values are codes."""
FAULT: Final = {
    "privacy-unfit": _(
        "Something does not fit: a record that is not here or is of another case, a day that is "
        "past, or a person or authority that is named twice or not at all."
    ),
    "privacy-ground": _(
        "Choose grounds of the list that may stand for this decision. What is released has no "
        "code; what is withheld has one or more."
    ),
    "privacy-identity": _("Enter first how it was shown who asks; then something can be given."),
    "privacy-own": _("A second officer has to do this."),
    "case-held": _("A legal hold stands on the case. An approver has to lift it first."),
    "not-erasable": _("It cannot be destroyed this way now; the page of the record says why."),
    "breach-untold": _(
        "Not everybody was told. Say in “Who was not told, and why” why that is right."
    ),
    "exemption-codes": _(
        "The file with this office's own exemption codes cannot be used. Tell the operator."
    ),
    "release-line": _(
        "Say what it is, by which digest or number it is found, and whether it is released, in "
        "300 characters each, on one line."
    ),
    "due-place": _("That is no place in this list."),
}
"""What a person reads for the error codes of data protection."""
