"""What the steps and the trials of a set-up are called, and what to do when one fails."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.operations import selftest_labels

STEP: Final = {
    "office": _("Whose node it is"),
    "keys": _("Keys"),
    "officer-ca": _("Officer CA"),
    "entry": _("Directory entry"),
    "partners": _("Partners"),
    "people": _("People"),
    "officers": _("Officer certificates"),
    "ceremony": _("Backup and recovery"),
    "self-test": _("Self-test"),
    "finish": _("Finish"),
}
USE: Final = {
    "message": _("signs messages"),
    "receipt": _("signs receipts"),
    "log": _("signs the log"),
    "transport": _("speaks to partners' nodes"),
    "export": _("signs what leaves for a court"),
    "sealing": _("opens what is sealed to this office"),
    "tls": _("certificate of the pages"),
}
WORD: Final = {
    "proved": _("proved"),
    "attested": _("attested"),
    "unknown": _("unknown"),
    "failed": _("failed"),
}
TRIAL: Final = {key: _(text) for key, text in selftest_labels.TRIAL.items()}
DO: Final = {code: _(text) for code, text in selftest_labels.DO.items()}
"""By what was found; a code without words is shown as it is."""
PARTNER_FILE: Final = {
    "neither": _(
        "The file %(file)s is neither a trust file nor records of States. Ask the partner to send "
        "the file that “comity directory export” writes, unchanged."
    ),
    "mode": _(
        "The file %(file)s is of the other mode: live or exercise. Ask the partner for the file of "
        "the mode of this node."
    ),
    "record": _(
        "In the file %(file)s, record %(row)s cannot be read: the file was changed or cut on the "
        "way. Ask the partner to send it again, unchanged."
    ),
}
"""By why a file of a partner is refused; the file is named, since several may lie there."""
PROBLEM: Final = {
    "account-name": _("The name is taken already."),
    "account-name-empty": _("Give a name to sign in with."),
    "account-name-long": _("The name is too long: it has at most 150 characters."),
    "account-name-unfit": _(
        "Leave out invisible characters, and spaces before and after the name."
    ),
    "last-administrator": _("Somebody must be able to look after people. Add another one first."),
    "not-compared": _("Compare the keys first, then tick each State that you compared."),
    "misuse": _(
        "A State in the file is pinned to other keys already. Nothing was taken in: call it."
    ),
    "folder-taken": _("The node's folder holds something. Choose a new one on the command line."),
    "operation": _(
        "node.toml was laid out by hand. Set backup_folder and backup_recipients there."
    ),
}
