"""What a check is about, what was found, what that means, and what to do now."""

from typing import Final

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.health import check_words

STANDS: Final = {
    "good": _("in order"),
    "soon": _("see to it soon"),
    "bad": _("act now"),
    "unknown": _("not known"),
}
TITLE: Final = {key: gettext_lazy(text) for key, text in check_words.TITLE.items()}
MEANS: Final = {
    "logs": _("Each receipt is compared with what the partner showed before."),
    "promises": _("A partner may not sign two different messages under one number."),
    "deliveries": _("Each message is tried until the partner gives a receipt."),
    "refusals": _(
        "What a partner's system refuses for good is not asked for again until you say so."
    ),
    "work": _("The node delivers, fetches and watches time limits without being asked."),
    "directory": _("It says which keys and numbers of other States are valid."),
    "own-entry": _("By it other States know how to reach us and which keys are ours."),
    "own-editions": _("By them other States know which kinds of message this node takes."),
    "own-keys": _("With them this node signs and opens what is sent to it."),
    "officers": _("A binding request needs an author and an approver with a certificate in force."),
    "witness": _("A third party signs that it saw the same log as everybody."),
    "stamps": _("An authority dates our log, so that a court need not believe our clock."),
    "disk": _("Without space nothing can be received."),
    "store": _("Sealed evidence lies there."),
    "strays": _("A package came, and no message has offered it."),
    "backup": _("From it the office can be put up again after a fire."),
    "readers": _("A hostile letter, picture or disk image must not reach the node's keys."),
}
FOUND: Final = {
    ("logs", "good"): _("They agree."),
    ("logs", "bad"): _("The two logs disagree."),
    ("logs", "unknown"): _("No partner has given a receipt yet."),
    ("promises", "good"): _("None was found."),
    ("promises", "bad"): _("In %(number)s conversations the other side said two different things."),
    ("deliveries", "good"): _("%(waiting)s wait, none was given up."),
    ("deliveries", "soon"): _("%(waiting)s wait; the oldest since %(since)s."),
    ("deliveries", "bad"): _("%(given_up)s were given up."),
    ("refusals", "soon"): _("Refused operations: %(number)s. Everything else continues."),
    ("refusals", "bad"): _(
        "Refused operations: %(number)s. Until the partner's system allows them, nothing is "
        "received from it, or nothing new can be sent to it."
    ),
    ("work", "good"): _("Background work last ran at %(since)s."),
    ("work", "bad"): _("Background work has not run since %(since)s."),
    ("work", "unknown"): _("Background work has not run yet."),
    ("directory", "good"): _("It is fresh."),
    ("directory", "soon"): _("It is fresh until %(until)s."),
    ("directory", "bad"): _("It is out of date; the node works on with it and says so."),
    ("own-entry", "good"): _("It is valid until %(until)s."),
    ("own-entry", "soon"): _("It ends at %(until)s."),
    ("own-entry", "bad"): _("It ended at %(until)s."),
    ("own-entry", "unknown"): _("Our copy of the directory does not list us."),
    ("own-editions", "good"): _("The entry lists the editions that this node has."),
    ("own-editions", "soon"): _(
        "The entry lists other editions than this node has. Partners cannot use what is new."
    ),
    ("own-keys", "good"): _("All are valid; the first ends at %(until)s."),
    ("own-keys", "soon"): _("%(number)s end soon, the first at %(until)s."),
    ("own-keys", "bad"): _("%(number)s have ended."),
    ("officers", "good"): _(
        "%(number)s certificates are in force; they are enough until %(until)s."
    ),
    ("officers", "bad"): _("Officers cannot sign."),
    ("officers", "soon"): _("They can sign until %(until)s."),
    ("officers", "unknown"): _(
        "Our copy of the directory does not list us, so no officer can sign yet."
    ),
    ("witness", "good"): _("It signed for %(number)s entries."),
    ("witness", "unknown"): _("It has signed for nothing yet."),
    ("stamps", "good"): _("The authorities answer."),
    ("stamps", "soon"): _("These do not answer well: %(which)s."),
    ("disk", "good"): _("%(free)s of %(total)s are free."),
    ("disk", "bad"): _("Only %(free)s of %(total)s are free."),
    ("store", "good"): _("It gives back what it was given."),
    ("store", "bad"): _("It does not answer, or does not give back what it was given."),
    ("store", "unknown"): _("Not looked at yet."),
    ("strays", "soon"): _("There are %(number)s."),
    ("backup", "good"): _("The last one was made at %(since)s."),
    ("backup", "soon"): _("The last one was made at %(since)s. That is more than a week ago."),
    ("backup", "unknown"): _("None is known that was made by this node's own command."),
    ("readers", "good"): _("The kernel offers what confines readers."),
    ("readers", "soon"): _("The kernel cannot confine readers, and they run all the same."),
    ("readers", "bad"): _("The kernel cannot confine readers: files are stored and not read."),
}
LACKING: Final = {
    "officer-ca-none": _("No officer can sign: our entry in the directory lists no officer CA."),
    "instruments-none": _("No request can be made: our entry in the directory names no treaty."),
    "officers-few": _("Two people are not certified: an author and an approver are needed."),
}
"""Why officers cannot sign."""
DO_LACKING: Final = {
    "officer-ca-none": _("Add one on the page Officer certificates, and have our entry revised."),
    "instruments-none": _(
        "Ask your State's directory keeper to revise the entry: “comity directory entry revise” "
        "with “--instrument”."
    ),
    "officers-few": _(
        "Officers make a passkey on My account; certify it on the page Officer certificates."
    ),
}
"""What to do about it."""
STILL: Final = {
    "deliver": _("No message is delivered."),
    "clocks": _("No time limit is watched."),
    "duty": _("No alarm is raised."),
    "notices": _("No notice goes out."),
    "log": _("The log does not match its guard. Nothing is recorded or received."),
    "clock": _("The clock of this node differs from the clocks of its partners."),
}
"""What it means that a loop of the node stands still."""
REFUSED: Final = {
    "poll": _("Hand over the messages that wait for us"),
    "receipt": _("Take our receipt"),
    "upload": _("Take sealed evidence"),
    "witness": _("Sign our log as a witness"),
    "link": _("Prove that its log continues"),
    "epochs": _("Explain the new epoch of its log"),
    "snapshot": _("Prove that it logged the directory"),
    "recovery": _("Give back what this node lost"),
    "returned": _("A message that was given back and could not be entered"),
}
"""What a partner's system refused, or what of its answer could not be used."""
NONE_WAITS: Final = _("None waits; none was given up.")
DO: Final = {key: gettext_lazy(text) for key, text in check_words.DO.items()}
