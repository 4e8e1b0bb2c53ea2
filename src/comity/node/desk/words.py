"""The words on the screen: an officer's own, one for each code of the protocol."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.desk.access.words import FAULT as ACCESS
from comity.node.desk.assistance import words as assistance
from comity.node.desk.exercise.room_words import FAULT as ROOM
from comity.node.desk.identifier_words import REFUSED
from comity.node.desk.privacy.act_words import FAULT as PRIVACY

DO: Final = {
    "request.submitted": _("Send a request"),
    "request.amended": _("Amend the request"),
    "request.countersigned": _("Give the second signature"),
    "request.acknowledged": _("Acknowledge the request"),
    "request.not-competent": _("Say that we are not competent"),
    "request.forwarded": _("Say who is competent instead"),
    "request.status-asked": _("Ask how far it is"),
    "request.status-given": _("Say how far it is"),
    "request.clarification-asked": _("Ask for clarification"),
    "request.clarified": _("Clarify"),
    "request.accepted": _("Accept the request"),
    "request.accepted-in-part": _("Accept in part"),
    "request.refused": _("Refuse the request"),
    "request.postponed": _("Postpone execution"),
    "request.at-risk": _("Warn that the data are at risk"),
    "request.executed-in-part": _("Report execution in part"),
    "request.executed": _("Report execution"),
    "request.extension-asked": _("Ask to preserve longer"),
    "request.extended": _("Extend the preservation"),
    "request.released": _("Release the preserved data"),
    "request.withdrawn": _("Withdraw the request"),
    "request.closed": _("Close"),
    "preservation.confirmed": _("Confirm the preservation"),
    "preservation.lapsed": _("Report that the preservation lapsed"),
    "evidence.offered": _("Offer evidence"),
    "evidence.received": _("Confirm that evidence arrived"),
    "evidence.rejected": _("Reject evidence"),
    "evidence.returned": _("Report that evidence was returned"),
    "evidence.destroyed": _("Report that evidence was destroyed"),
    "conditions.set": _("Set conditions of use"),
    "conditions.accepted": _("Accept the conditions"),
    "conditions.refused": _("Refuse the conditions"),
    "use.consent-asked": _("Ask consent to another use"),
    "use.consent-given": _("Give consent to the use"),
    "use.consent-refused": _("Refuse consent to the use"),
    "confidentiality.cannot-keep": _("Say that it cannot be kept confidential"),
    "costs.estimated": _("Give an estimate of costs"),
    "costs.agreed": _("Agree to the costs"),
    "information.shared": _("Share information"),
    "consultation.note": _("Write a note"),
    "contact.ping": _("Ask whether anybody is there"),
    "contact.answered": _("Answer that we are here"),
    **assistance.DO,
}
DONE: Final = {
    "request.submitted": _("Request"),
    "request.amended": _("Request amended"),
    "request.countersigned": _("Second signature given"),
    "request.acknowledged": _("Request acknowledged"),
    "request.not-competent": _("Not competent"),
    "request.forwarded": _("Another authority is competent"),
    "request.status-asked": _("Asked how far it is"),
    "request.status-given": _("Said how far it is"),
    "request.clarification-asked": _("Clarification asked"),
    "request.clarified": _("Clarified"),
    "request.accepted": _("Request accepted"),
    "request.accepted-in-part": _("Request accepted in part"),
    "request.refused": _("Request refused"),
    "request.postponed": _("Execution postponed"),
    "request.at-risk": _("Warning: the data are at risk"),
    "request.executed-in-part": _("Executed in part"),
    "request.executed": _("Executed"),
    "request.extension-asked": _("Longer preservation asked"),
    "request.extended": _("Preservation extended"),
    "request.released": _("Preserved data released"),
    "request.withdrawn": _("Request withdrawn"),
    "request.closed": _("Closed"),
    "preservation.confirmed": _("Preservation confirmed"),
    "preservation.lapsed": _("Preservation lapsed"),
    "evidence.offered": _("Evidence offered"),
    "evidence.received": _("Evidence arrived"),
    "evidence.rejected": _("Evidence rejected"),
    "evidence.returned": _("Evidence returned"),
    "evidence.destroyed": _("Evidence destroyed"),
    "conditions.set": _("Conditions of use set"),
    "conditions.accepted": _("Conditions accepted"),
    "conditions.refused": _("Conditions refused"),
    "use.consent-asked": _("Consent to another use asked"),
    "use.consent-given": _("Consent given"),
    "use.consent-refused": _("Consent refused"),
    "confidentiality.cannot-keep": _("It cannot be kept confidential"),
    "costs.estimated": _("Estimate of costs"),
    "costs.agreed": _("Costs agreed"),
    "information.shared": _("Information shared"),
    "consultation.note": _("Note"),
    "contact.ping": _("Asked whether anybody is there"),
    "contact.answered": _("Answered"),
    **assistance.DONE,
}
STATE: Final = {
    "new": _("New"),
    "submitted": _("Not acknowledged yet"),
    "acknowledged": _("Acknowledged"),
    "clarifying": _("Waiting for clarification"),
    "accepted": _("Accepted"),
    "postponed": _("Postponed"),
    "preserved": _("Preserved"),
    "executed": _("Executed"),
    "refused": _("Refused"),
    "not-competent": _("Not competent"),
    "forwarded": _("Another authority is competent"),
    "withdrawn": _("Withdrawn"),
    "released": _("Released"),
    "lapsed": _("Preservation lapsed"),
    "closed": _("Closed"),
    "open": _("Open"),
    "pinged": _("Asked whether anybody is there"),
    "answered": _("Answered"),
    **assistance.STATE,
}
BASIS: Final = {
    "untoc-2000": _("UN Convention against Transnational Organized Crime (2000)"),
    "un-2024": _("UN Convention against Cybercrime (Hanoi, 2025)"),
    "coe-2001": _("Convention on Cybercrime (Budapest, 2001)"),
    "uncac-2003": _("UN Convention against Corruption (2003)"),
    "reciprocity": _("Reciprocity"),
}
STANDING: Final = {
    "applied": _("in effect"),
    "overtaken": _("overtaken by something that crossed it; no effect"),
    "held": _("waits: an earlier message is still missing"),
    "held:double-speak": _(
        "held: the other side signed two different things under one number; people decide"
    ),
    "sent": _("on its way"),
}
STAGE: Final = {
    "awaiting": _("Waiting for signatures"),
    "queued": _("Sent"),
    "stale": _("Out of date: something was written meanwhile"),
    "discarded": _("Discarded"),
    "delivered": _("Arrived, with receipt"),
    "dead": _("Given up: somebody must look"),
    "sealed": _("Sealed here"),
    "wanted": _("Offered to us, being fetched"),
    "stored": _("Here, every block checked"),
    "waiting": _("Offered to us, waiting for space on our disk"),
    "failed": _("Could not be fetched: somebody must look"),
    "destroyed": _("Destroyed here"),
}
ROLE: Final = {
    "duty": _("Duty officer"),
    "case": _("Case officer"),
    "approver": _("Approver"),
    "examiner": _("Examiner"),
    "translator": _("Translator"),
    "auditor": _("Auditor"),
    "trainer": _("Trainer"),
    "operator": _("Operator"),
    "trainee": _("Trainee"),
    "author": _("Author"),
}
TRACK: Final = {
    "evidence:offered": _("Evidence offered, not confirmed yet"),
    "evidence:received": _("Evidence arrived"),
    "evidence:rejected": _("Evidence rejected"),
    "evidence:returned": _("Evidence returned"),
    "evidence:destroyed": _("Evidence destroyed"),
    "conditions:set": _("Conditions of use set, not answered yet"),
    "conditions:accepted": _("Conditions accepted"),
    "conditions:refused": _("Conditions refused"),
    "consent:asked": _("Consent to another use asked, not answered yet"),
    "consent:given": _("Consent given"),
    "consent:refused": _("Consent refused"),
    "costs:estimated": _("Costs estimated, not agreed yet"),
    "costs:agreed": _("Costs agreed"),
    "extension:asked": _("Longer preservation asked, not answered yet"),
    "extension:extended": _("Preservation extended"),
    "status:asked": _("Asked how far it is, not answered yet"),
    "status:given": _("Said how far it is"),
    **assistance.TRACK,
}
CUSTODY: Final = {
    "acquired": _("Acquired"),
    "derived": _("Taken out of another exhibit"),
    "sealed": _("Sealed"),
    "offered": _("Offered"),
    "received": _("Received"),
    "opened": _("Opened"),
    "reverified": _("Verified again"),
    "extracted": _("A part taken out as a further exhibit"),
    "copied": _("Copied"),
    "redacted": _("Redacted copy made"),
    "held": _("Legal hold set"),
    "hold-lifted": _("Legal hold lifted"),
    "exported": _("Exported"),
    "returned": _("Returned"),
    "destroyed": _("Destroyed"),
}
ITEM: Final = {
    "asked": _("not decided yet"),
    "accepted": _("accepted, to be done"),
    "refused": _("refused"),
    "postponed": _("postponed"),
    "done": _("done"),
    "nothing-found": _("done, nothing found"),
    "withdrawn": _("withdrawn"),
}
MISFIT: Final = {
    "unknown": _("It was decided or done, but nobody asked for it."),
    "reused": _("Its number was used again for another text; the first text stands."),
    "refused": _("Something was said of it after it was refused; that does not count."),
    "done": _("Something was said of it after it was done; that does not count."),
    "withdrawn": _("Something was said of it after it was withdrawn; that does not count."),
    "contradicts": _("The decision as a whole says otherwise; what is said of the item counts."),
}
LIMIT: Final = {
    "set": _("set"),
    "accepted": _("accepted"),
    "refused": _("refused, so it was never agreed"),
}
CONSENT: Final = {
    "asked": _("consent asked, not answered"),
    "given": _("consent given"),
    "refused": _("consent refused"),
}
PROOF: Final = {
    "proved": _("proved"),
    "attested": _("attested"),
    "claimed": _("claimed"),
    "not-proved": _("not proved"),
}
PROOF_MEANS: Final = {
    "proved": _("Proved: checked here by signature and log against keys of the directory."),
    "attested": _("Attested: somebody signed for it; nobody independent confirms it."),
    "claimed": _("Claimed: the author says so; nothing confirms it."),
}
WAY: Final = {
    "passkey": _("a passkey"),
    "password": _("the password alone"),
    "password-code": _("password and code"),
    "password-passkey": _("password and passkey"),
    "recovery-code": _("password and recovery code"),
    "single-sign-on": _("single sign-on"),
    "code": _("the code of a team"),
}
FAULT: Final = {
    "sign-in-answer": _("The provider let nobody in, or its answer came too late. Begin again."),
    "sign-in-provider": _("The provider of single sign-on does not answer. Take another way in."),
    "sign-in-secret": _("Single sign-on is not set up well on this node. Tell your operator."),
    "sign-in-token": _("The provider's word for who you are does not hold. Tell your operator."),
    "sign-in-unlinked": _(
        "The provider knows you, but no account here is linked to you. Ask your administrator."
    ),
    "statistics-period": _("Figures of this period are not handed out."),
    "search-words": _("Write at least one word, at most twelve, in at most 200 characters."),
    "list-place": _("This place in the list is none that a page gave. Begin the list anew."),
    "font-missing": _("A font that the paper needs is not installed. Call the operator."),
    "partner-unreachable": _("The partner does not answer."),
    "partner-refused": _("The partner's system refused it."),
    "addressee-keyless": _("The directory has no valid key of the partner to seal for."),
    "receipt-unproved": _("The partner's receipt does not fit its log."),
    "logs-disagree": _("The partner's receipt does not fit its log."),
    "receipt-mismatch": _("The receipt is about something else."),
    "approvals-missing": _("Signatures are still missing."),
    "approval-detached": _("This signature was given for another text or another moment."),
    "approval-same-officer": _("This officer has signed already; a second person must."),
    "approval-expired": _("The signature, or the officer's certificate, is out of date."),
    "certificate-unfit": _("The officer's certificate does not fit here."),
    "webauthn-invalid": _("The passkey's answer could not be accepted."),
    "draft-stale": _(
        "Something was written since this was drafted, by the other side or by a colleague. Read"
        " it, then decide anew."
    ),
    "draft-closed": _("This draft is closed already."),
    "move-illegal": _("This step is not possible at this stage of the case."),
    "conversation-held": _("One of our earlier messages does not count any more; people decide."),
    "body-malformed": _("A field is missing or not in the form the protocol asks."),
    "addressees": _("Choose the right number of partners."),
    "party-unknown": _("The directory does not know this authority."),
    "custody-fork": _("The other side tells the past of this exhibit otherwise than we know it."),
    "custody-away": _("It was handed over: the next event in its chain is the other side's."),
    "custody-forbidden": _("The chain of custody does not allow this event here."),
    "database-full": _("The disk is full. Free some space, then repeat; nothing was lost."),
    "files-missing": _("Choose both files: the sealed one, and its offer."),
    "no-room": _("It does not fit: make room, or raise the quota. It comes by itself then."),
    "disk-full": _("The disk is full. Make room; it goes on by itself, and nothing is lost."),
    "offer-expired": _("It was offered too long ago. Ask for it to be offered again."),
    "offer-block": _("A block is not the one that was offered. Number of the block"),
    "offer-root": _("It is not the package that was offered."),
    "offer-size": _("It is not as long as the package that was offered."),
    "package-destroyed": _("It was destroyed: its chain of custody ends with that."),
    "package-elsewhere": _(
        "This very package is an exhibit of another conversation: it was offered there, came from"
        " a partner, or waits in a case that is not yours. Make a copy, seal it as an exhibit of"
        " its own, and hand that in."
    ),
    "package-not-failed": _("It was not given up: look again how far it is."),
    "package-stalled": _("Less came than was offered; it goes on by itself."),
    "package-store": _("The store of packages does not answer."),
    "package-store-untrue": _("The store of packages does not give back what it is given."),
    "key-unknown": _("The signature is by a key that the directory does not list."),
    "signature-invalid": _("The signature does not hold."),
    "law-blocked": _(
        "A rule of the treaty stands against it. Mend the request, or have an approver override it."
    ),
    "law-override": _("Give your reasons. The rule must be one that stands against this draft."),
    "onward-blocked": _(
        "This evidence came from another State, which has not consented that it goes on."
        " Ask its consent, or let an approver decide with reasons."
    ),
    "reasons-missing": _("A decision needs reasons."),
    "use-purpose": _("A limit of use binds this evidence. Say what it is to be used for."),
    "use-consent": _("The State that sent this evidence has not consented to that use."),
    "onward-own": _("Somebody else than the author of the draft must let it go on."),
    "onward-reasons": _("Give reasons; only what is stopped can be let go."),
    "law-override-own": _("Somebody else than the author of the draft must override it."),
    "law-folder": _("The folder with this office's law is not there or cannot be read."),
    "law-fact-type": _("One of the answers is not of the kind that is asked for."),
    "case-place": _("This office has no such case."),
    "transcript-illegal": _("It cannot be written down here as it stands: it does not fit."),
    "docket-hand": _("Your role may not do this, or the job is somebody else's."),
    "docket-rule": _("Something named here does not exist, or does not belong here."),
    "docket-malformed": _("A field is missing or not in the form that is needed."),
    "docket-act-illegal": _(
        "This step is not possible as things stand: somebody else may have acted meanwhile."
    ),
    "docket-elsewhere": _("This comes with a paper; enter the paper instead."),
    "docket-case": _("This office has no such case."),
    "call-number": _(
        "Call back only on the number that the directory or our register gives for that authority."
    ),
    "call-unfit": _("Something noted of the call does not exist here, or has not its form."),
    "shift-unfit": _("This shift is somebody else's, or that person cannot take it."),
    "correspondent": _(
        "The authority cannot be entered under this name: the directory lists it, it is "
        "of our own State, or it is entered already."
    ),
    "original-size": _("The file is empty, or larger than 32 MiB."),
    "law-fact-value": _("One of the answers is not among those that may be given."),
}


def fault(code: str) -> str:
    """Return what a person reads for an error code; the code itself where there is no word yet."""
    return str((FAULT | REFUSED | ACCESS | PRIVACY | ROOM | assistance.FAULT).get(code, code))


def standing(code: str) -> str:
    """Return what a person reads for a message's standing."""
    if code.startswith("refused:"):
        return str(_("refused: it breaks a rule (%(code)s)")) % {
            "code": code.removeprefix("refused:")
        }
    return str(STANDING.get(code, code))
