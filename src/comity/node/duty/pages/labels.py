"""Officers' words for alarms, steps and channels."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

KIND: Final[dict[str, Any]] = {
    "request-in": _("Request received, not acknowledged"),
    "over-quota": _("A partner sends more than its quota"),
    "unanswered": _("Your request is not acknowledged by the partner authority"),
    "call": _("A call was not called back"),
    "clock": _("A deadline is near or has passed"),
    "dead-letter": _("A message could not be delivered and was given up"),
    "unreachable": _("A partner's node does not answer"),
    "log-disagreement": _("A partner's log, or what it said, does not agree with ours"),
    "reach-asked": _("A partner asks whether anybody is there"),
    "second-signature": _("A second signature is due"),
    "roster-gap": _("Nobody is on the roster"),
    "roster-row": _("A shift on the roster has a time zone that this node does not know"),
    "notice-failed": _("Notices do not go out"),
    "cannot-wake": _("Somebody who is to be woken can be reached by no notice"),
    "glass-broken": _("A case was opened in need, and nobody has confirmed it yet"),
    "disk": _("The disk is nearly full"),
    "store": _("The store of packages does not work"),
    "work": _("The node does not do its work"),
    "directory": _("The directory, or your entry or a key in it, is out of date"),
    "any": _("Everything that has no ladder of its own"),
}
DO: Final[dict[str, Any]] = {
    "request-in": _("Open the case and acknowledge the request."),
    "over-quota": _(
        "Open the cases of this partner and acknowledge the emergencies. Call the partner and ask"
        " why it sends so many messages."
    ),
    "unanswered": _("Call the partner authority."),
    "call": _("Call back on the number in the directory."),
    "clock": _("Open the case and act, or ask for more time."),
    "dead-letter": _("Open the outbox; try again, or call the partner."),
    "unreachable": _("Call the partner by telephone and say so."),
    "log-disagreement": _("Open log health and call the partner."),
    "reach-asked": _("Open the tests of the watch and answer."),
    "second-signature": _("Let an approver sign the message."),
    "roster-gap": _("Open the roster and enter who is on duty."),
    "roster-row": _("Open the roster, take the shift out and enter it with another time zone."),
    "cannot-wake": _(
        "Enter an address on the call-out list. Where this node has no way to send, call the"
        " operator."
    ),
    "notice-failed": _("Call the operator, and watch this screen meanwhile."),
    "glass-broken": _("Read why and confirm it. If nothing waits for you there, tell an auditor."),
    "disk": _("Call the operator."),
    "store": _("Call the operator."),
    "directory": _("Open log health and call the operator."),
    "work": _("Open log health and call the operator."),
}
PAGE: Final = {
    "dead-letter": "outbox",
    "log-disagreement": "health",
    "disk": "health",
    "store": "health",
    "work": "health",
    "directory": "health",
    "over-quota": "cases",
    "reach-asked": "reach",
    "roster-gap": "roster",
    "roster-row": "roster",
    "notice-failed": "duty-test",
    "cannot-wake": "call-list",
    "glass-broken": "notices",
    "unreachable": "outbox",
}
CALLED: Final = frozenset({"unreachable", "log-disagreement", "unanswered", "over-quota"})
"""Kinds where a call to the partner is what is to be done."""
WHOM: Final[dict[str, Any]] = {
    "officer": _("Officer on duty"),
    "second": _("Second"),
    "deputy": _("Deputy"),
    "head": _("Head of the office"),
    "list": _("Call by the printed list"),
}
CHANNEL: Final[dict[str, Any]] = {
    "screen": _("Screen"),
    "mail": _("E-mail"),
    "webhook": _("Short message or voice"),
}
OUTCOME: Final[dict[str, Any]] = {
    "queued": _("It waits to be sent."),
    "sent": _("It was handed over."),
    "skipped": _("It was not sent."),
    "failed": _("It was given up."),
}
WHY: Final[dict[str, Any]] = {
    "channel-off": _("This way is not set up on this node; the operator does that."),
    "no-address": _("The person has no address for it."),
    "no-longer-needed": _("Somebody had acknowledged the alarm, or its cause was gone."),
    "notice-mail-refused": _("The mail server refused it."),
    "notice-mail-silent": _("The mail server does not answer, or offers no encryption."),
    "notice-webhook-refused": _("The gateway refused it."),
    "notice-webhook-silent": _("The gateway does not answer."),
    "notice-secret": _("The password or key on this node cannot be used; the operator mends that."),
}
DAY: Final[tuple[Any, ...]] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
FAULT: Final[dict[str, Any]] = {
    "roster": _(
        "A shift has an officer in use; second and deputy are other people. It ends after it"
        " begins, and is not over yet."
    ),
    "zone-unknown": _("No time zone has this name. Write one as Asia/Ho_Chi_Minh."),
    "notice-address": _("This is no e-mail address."),
    "contact-changed": _(
        "Somebody else changed it meanwhile, and nothing of yours is kept yet. Below stands what is"
        " kept now, then what you wrote. Mend that, and keep it again."
    ),
    "call-out-number": _("This is no telephone number. Begin with + and the country."),
    "ladder": _(
        "The first step is at once and tells a person; each step comes after the one above it;"
        " each has a way to tell."
    ),
    "alarm-unknown": _("This alarm was acknowledged or resolved."),
    "reach-quota": _("This party was asked as often as a day allows. Call its number instead."),
    "reach-addressee": _("Only another party that has a node can be asked."),
}
