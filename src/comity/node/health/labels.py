"""What a check is about, what was found, what that means, and what to do now."""

from typing import Final

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.health import check_labels

STANDS: Final = {
    "good": _("in order"),
    "soon": _("see to it soon"),
    "bad": _("act now"),
    "unknown": _("not known"),
}
TITLE: Final = {key: gettext_lazy(text) for key, text in check_labels.TITLE.items()}
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
STILL: Final = {key: gettext_lazy(text) for key, text in check_labels.STILL.items()}
