"""The officers' words for authorities and how they are reached."""

from typing import Final

from django.utils.translation import gettext_lazy as _

KIND: Final = {
    "url": _("It has a node; we send to it at once."),
    "outbound-only": _("It has a node that fetches what we have for it."),
    "by-document": _("It has no node; it is reached by letter."),
    "paper": _("This office entered it; it is reached by letter."),
}
REACHED: Final = {
    "answers": _("It answers."),
    "silent": _("It does not answer."),
    "unknown": _("Not known: nothing was sent lately."),
}
USE: Final = {
    "message": _("Signs messages"),
    "receipt": _("Signs receipts"),
    "log": _("Signs the log"),
    "transport": _("Opens what is sent"),
    "export": _("Signs bundles"),
    "sealing": _("Opens sealed evidence"),
    "officer-ca": _("Certifies officers"),
    "credential": _("Signs training certificates"),
}
