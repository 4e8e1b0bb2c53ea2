"""The words of the data-protection desk besides those of acts."""

from typing import Final

from django.utils.translation import gettext_lazy as _

REGISTER: Final = {
    "subject-request": _("What people ask"),
    "person-notice": _("People to be told later"),
    "breach": _("Breaches of personal data"),
    "release": _("Releases of records"),
    "hold": _("Legal holds"),
    "review": _("Reviews of records"),
    "retention": _("Periods of keeping"),
}
EMPTY: Final = {
    "subject-request": _("Nobody has asked what is held about them."),
    "person-notice": _("Nobody waits to be told. A notice begins on the page of its case."),
    "breach": _("No breach is on record."),
    "release": _("No release was begun."),
    "hold": _("No hold stands. A hold begins on the page of its case."),
    "review": _("No record was looked at yet."),
    "retention": _("No period is set."),
}
AGAINST: Final = {
    "evidence": _(
        "Sealed evidence of the case is here. Destroy it first, on the page of each exhibit; two "
        "officers have to agree there."
    ),
    "open": _("Somebody still has to act on it, or a clock of it runs."),
    "draft": _("A draft of it still waits. Send or discard it first."),
    "paper": _(
        "A case on paper is read from what was written down of it. It cannot be erased in this "
        "version; keep it, and restrict who sees the case."
    ),
    "looked-after": _("It says how records were looked after, and stays."),
    "rows": _(
        "These rows are the record of who did what. They hold no content and no page deletes "
        "them; keep them, with reasons."
    ),
}
STAYS: Final = {
    "log": _("the lines of the log: digests, from which nobody can find out what was said"),
    "entries": _("who did what and when, with the digest of what was said"),
    "messages": _("the signed messages: sender, type, time, and digests of their parts"),
    "audit": _("the rows of the audit: who read or changed what"),
}
SORT: Final = {
    "case": _("Case"),
    "item": _("Home record"),
    "draft": _("Draft"),
    "rows": _("Rows"),
    "message": _("Message"),
    "original": _("Original"),
}
