"""What the checks of a node's health are called, and what to do now, in English.

The command prints these as they are; the page translates them.
"""

from typing import Final


def _(text: str) -> str:
    """Mark a text for the catalogues; a command has no settings of Django to translate it by."""
    return text


TITLE: Final = {
    "logs": _("Our log and those of our partners"),
    "promises": _("Messages that say two different things"),
    "deliveries": _("Messages on their way"),
    "refusals": _("Refusals by partners' systems"),
    "work": _("Background work"),
    "directory": _("Our copy of the directory"),
    "own-entry": _("Our own entry in the directory"),
    "own-editions": _("Editions in our own entry"),
    "own-keys": _("Our own keys"),
    "officers": _("Officers who can sign"),
    "witness": _("The witness of our log"),
    "stamps": _("Time stamps"),
    "disk": _("Space on the disk"),
    "store": _("Store of packages"),
    "strays": _("Packages that nobody explained"),
    "backup": _("Backup"),
    "readers": _("Confinement of what reads hostile files"),
}
DO: Final = {
    ("logs", "bad"): _(
        "Call them. Do not rely on their receipts until it is explained. Nothing of ours is lost."
    ),
    ("promises", "bad"): _("Open the case, call the other side, and ask which of the two holds."),
    ("deliveries", "soon"): _("Open the outbox. If it is urgent, call the partner."),
    ("deliveries", "bad"): _("Open the outbox, call the partner, then try again."),
    ("refusals", "soon"): _(
        "Call the partner. When its system is corrected, choose “Try again” below."
    ),
    ("refusals", "bad"): _(
        "Call the partner now. When its system is corrected, choose “Try again” below."
    ),
    ("work", "bad"): _(
        "Call the operator: the node has to be started again, or what its log names mended."
    ),
    ("work", "unknown"): _("Look again in half an hour."),
    ("directory", "soon"): _("Call the operator, or import a copy by hand."),
    ("directory", "bad"): _(
        "Call the operator, or import a copy by hand. Until then compare numbers by another way."
    ),
    ("own-entry", "soon"): _("Ask your State's directory keeper for a new entry."),
    ("own-entry", "bad"): _("Ask your State's directory keeper for a new entry today."),
    ("own-entry", "unknown"): _("Ask your State's directory keeper to list this office."),
    ("own-editions", "soon"): _(
        "Ask the operator for “comity keys list --write”. Your State's directory keeper then "
        "revises the entry: “comity directory entry revise” with “--keys”."
    ),
    ("own-keys", "soon"): _("Call the operator: new keys are made with “comity keys prepare”."),
    ("own-keys", "bad"): _("Call the operator now: new keys are made with “comity keys prepare”."),
    ("officers", "bad"): _("Open the page Officer certificates: it says what is missing."),
    ("officers", "soon"): _("Have the officers certified anew on the page Officer certificates."),
    ("officers", "unknown"): _("Ask your State's directory keeper to list this office."),
    ("witness", "unknown"): _("Nothing, unless it stays so for a day; then call the operator."),
    ("stamps", "soon"): _("Nothing at once; they are asked again. After a day call the operator."),
    ("disk", "bad"): _("Call the operator to make room. Destroy nothing to win space."),
    ("store", "bad"): _("Call the operator. Packages wait meanwhile; nothing is lost."),
    ("store", "unknown"): _("Look again in a quarter of an hour."),
    ("strays", "soon"): _("Ask the partner which message belongs to it."),
    ("backup", "soon"): _("Ask the operator for one: “comity backup”."),
    ("backup", "unknown"): _("Ask the operator how this node is backed up."),
    ("readers", "soon"): _("Ask the operator for Linux 5.13 or newer with Landlock and seccomp."),
    ("readers", "bad"): _("Call the operator: Linux 5.13 or newer with Landlock is needed."),
}
