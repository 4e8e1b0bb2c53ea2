"""What the steps and the trials of a set-up are called, and what to do when one fails."""

from typing import Final

from django.utils.translation import gettext_lazy as _

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
TRIAL: Final = {
    "folder": _("The node's folder takes what is written, and is closed to others"),
    "disk": _("Space on the disk"),
    "clock": _("The clock"),
    "database": _("The database"),
    "keys": _("The keys"),
    "signature": _("Signing and sealing, there and back"),
    "directory": _("Our entry in the directory"),
    "officers": _("Officers who can sign"),
    "tls": _("Encryption of the pages"),
    "store": _("Store of packages"),
    "backup": _("A backup, and its restoration"),
    "mail": _("The mail server of notices"),
    "fonts": _("Fonts for papers"),
    "readers": _("Confinement of what reads hostile files"),
}
DO: Final = {
    "folder-open": _("Other users of the machine can enter the folder: chmod 700."),
    "disk-short": _("Less than 2 GiB are free. Make room, or use a larger disk."),
    "clock-behind": _("The clock is behind what was written already. Set it, and keep it set."),
    "clock-unknown": _("Nothing on this machine says whether the clock is right."),
    "clock-free": _("Nothing keeps the clock right. Install chrony or systemd-timesyncd."),
    "database-none": _("It is made when the node starts for the first time."),
    "database-damaged": _("Do not start the node. Restore a backup."),
    "keys-open": _("Other users of the machine can read a key. Ask who did, then replace the key."),
    "key-file": _("A key is missing or of another use. Restore a backup."),
    "own-entry-none": _("Our State has not listed this node yet."),
    "own-entry-other": _("Our entry lists other keys than this node holds. Call our key holders."),
    "officer-ca-none": _(
        "No officer can sign: our entry lists no officer CA. Add one, and have the entry revised."
    ),
    "instruments-none": _(
        "Our entry names no treaty: have it revised by “comity directory entry revise” with "
        "“--instrument”."
    ),
    "officers-few": _("An author and an approver must be certified: two people."),
    "tls-none": _("Whether a proxy in front encrypts is not seen from here."),
    "tls-key-other": _("Certificate and key do not belong together."),
    "tls-over": _("The certificate is over. Make a new one and have it listed."),
    "mail-none": _("No mail server is set: notices appear on screen only."),
    "font-missing": _(
        "No font for papers in: %(languages)s. Install the Debian package: %(packages)s."
    ),
    "reader-unconfined": _(
        "This system cannot confine readers, so files are stored and not read. Use Linux 5.13 or"
        " newer with Landlock and seccomp, or set unconfined_readers in node.toml."
    ),
    "readers-unconfined": _(
        "This system cannot confine readers, and unconfined_readers lets them run all the same: a"
        " hostile file could read this node's keys."
    ),
}
"""By what was found; a code without words is shown as it is."""
PROBLEM: Final = {
    "account-name": _("The name is taken already."),
    "account-name-unfit": _(
        "Leave out invisible characters, and spaces before and after the name."
    ),
    "last-administrator": _("Somebody must be able to look after people. Add another one first."),
    "partner-file": _("This is neither a trust file nor records of States, or of the other mode."),
    "not-compared": _("Compare the keys first, then tick each State that you compared."),
    "misuse": _(
        "A State in the file is pinned to other keys already. Nothing was taken in: call it."
    ),
    "folder-taken": _("The node's folder holds something. Choose a new one on the command line."),
    "operation": _(
        "node.toml was laid out by hand. Set backup_folder and backup_recipients there."
    ),
}
