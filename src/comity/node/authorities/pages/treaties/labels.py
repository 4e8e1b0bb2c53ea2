"""The officers' words for how a State stands under a treaty."""

from typing import Final

from django.utils.translation import gettext_lazy as _

BETWEEN: Final = {
    "in-force": _("in force between us"),
    "not-in-force": _("not in force between us"),
    "unknown": _("not known"),
    "domestic-law": _("each side's own law"),
    "ourselves": _("ourselves"),
}
SIGN: Final = {"in-force": "✓", "not-in-force": "–", "unknown": "?", "ourselves": "="}
STANDING: Final = {
    "in-force": _("in force"),
    "not-in-force": _("not in force"),
    "unknown": _("not known"),
}
SAID: Final = {**STANDING, "signed-not-in-force": _("signed, not in force")}
"""How an authority's entry says that its State stands."""
REASON: Final = {
    "published": _("The depositary published the day."),
    "computed": _("Computed from the deposits."),
    "computed-latest": _("Computed from the deposits, on that day at the latest."),
    "treaty-not-in-force": _("The treaty itself is not in force by then."),
    "not-joined": _("It had not joined."),
    "not-yet-bound": _("Its time has not run out yet."),
    "ended": _("It has left."),
    "not-listed": _("No source names it."),
    "deposit-unconfirmed": _("It is said to have joined; no day of deposit is confirmed."),
    "row-too-old": _("It had not joined when its source spoke, and may have since."),
    "too-few-consents": _(
        "Too few consents are confirmed. The treaty is not in force on any source seen."
    ),
    "start-unknown": _("It is not known since when it is bound."),
}
CONSENT: Final = {
    "ratification": _("ratified"),
    "acceptance": _("accepted the treaty"),
    "approval": _("approved"),
    "accession": _("acceded"),
}
NOTICE: Final = {
    "reservation": _("Reservation"),
    "declaration": _("Declaration"),
    "notification": _("Notification"),
    "authority": _("Authority"),
    "languages": _("Languages"),
}
