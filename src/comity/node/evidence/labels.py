"""Words of the pages of evidence: markers, stages of exports, what to do next."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.models import Mark

MARKER: Final = {
    "victim-data": _("Data of victims"),
    "abuse-material": _("Child sexual abuse material"),
    "media": _("Pictures or video"),
}
EXPORT: Final = {
    "waiting": _("Waiting to be written"),
    "writing": _("Being written"),
    "ready": pgettext_lazy("court bundle", "Ready"),
    "failed": _("Could not be written"),
    "expired": _("Deleted: its time is over"),
}
PURPOSE: Final = {
    "proceedings": _("In the proceedings for which it was given"),
    "other-proceedings": _("In other proceedings"),
    "exculpatory": _("For the accused"),
    "public": _("In public"),
}
NEXT: Final = {
    "confirm-destruction": _("A second officer has to confirm its destruction."),
    "ask-again": _("Ask for it again, or ask the partner what is wrong."),
    "make-room": _("Make room in the store. It is fetched by itself then."),
    "wait": _("Nothing. It is being fetched."),
    "offer": _("Offer it to the other side, from the page of the case."),
    "open": _("Confirm that it arrived. Then an examiner opens it."),
    "retention": _("Its time of keeping is over: destroy it, or keep it longer."),
}
"""What an officer does next."""
PROVEN: Final = {
    "proved": _("proved"),
    "attested": _("attested"),
    "unknown": _("unknown"),
}
PROVEN_MEANS: Final = {
    "proved": _("A log that this node knows holds the event."),
    "attested": _("A party said so under its signature, and nobody else confirms it."),
    "unknown": _("Neither can be shown here."),
}
READ: Final = {
    "evidence.read": _("Took out the sealed bytes"),
    "evidence.inspection-read": _("Read what was found inside"),
    "evidence.passport": _("Made a passport"),
    "exhibit.read": _("Read this page"),
    "sensitive.shown": _("Saw what is marked"),
    "evidence.served": _("Was given the sealed bytes"),
    "evidence.served-in-part": _("Was given a part of the sealed bytes"),
}
"""Audit word to what somebody did."""


def marked(found: Iterable[Mark]) -> str:
    """Return what stands in place of a name that markers hide."""
    return " ".join([gettext("marked:"), " · ".join(str(MARKER[one.marker]) for one in found)])
