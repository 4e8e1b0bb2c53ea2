"""The words on the screen: an officer's own, one for each code of the protocol."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.web import assistance_labels as assistance
from comity.node.web.error_labels import tables, unknown

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
    "edition.raised": _("Propose newer kinds of message"),
    "edition.accepted": _("Agree to newer kinds of message"),
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
    "edition.raised": _("Newer kinds of message proposed"),
    "edition.accepted": _("Newer kinds of message agreed"),
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


def fault(code: str) -> str:
    """Return what a person reads for an error code, one that has no words of its own too.

    Args:
        code: of an error; after a colon stands what a partner said to it.
    """
    return " ".join(_fault(part) for part in code.split(": "))


def _fault(code: str) -> str:
    for table in tables():
        if code in table:
            return str(table[code])
    return unknown(code)


def standing(code: str) -> str:
    """Return what a person reads for a message's standing."""
    if code.startswith("refused:"):
        return str(_("refused: it breaks a rule (%(code)s)")) % {
            "code": code.removeprefix("refused:")
        }
    return str(STANDING.get(code, code))
