"""What the trials of a self-test are called, and what to do when one fails, in English.

The command prints these as they are; pages translate them.
"""

from collections.abc import Mapping
from typing import Any, Final


def _(text: str) -> str:
    """Mark a text for the catalogues; a command has no settings of Django to translate it by."""
    return text


TRIAL: Final[Mapping[str, str]] = {
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
DO: Final[Mapping[str, str]] = {
    "folder-open": _("Other users of the machine can enter the folder: chmod 700."),
    "disk-short": _("Less than 2 GiB are free. Make room, or use a larger disk."),
    "clock-behind": _("The clock is behind what was written already. Set it, and keep it set."),
    "clock-unknown": _("Nothing on this machine says whether the clock is right."),
    "clock-free": _("Nothing keeps the clock right. Install chrony or systemd-timesyncd."),
    "database-none": _("It is made when the node starts for the first time."),
    "database-damaged": _("Do not start the node. Restore a backup."),
    "keys-open": _("Other users of the machine can read a key. Ask who did, then replace the key."),
    "key-file": _(
        "Missing, damaged or of another use: %(file)s. The keys belong in the folder %(folder)s. "
        "Restore a backup. If you have none, replace each key with “comity keys prepare %(node)s "
        "--use USE”. A log key can only be restored."
    ),
    "keys-none": _(
        "The folder %(folder)s contains no keys of the node. Restore a backup. If the keys were "
        "never made, make the node in a new folder with “comity init NEW-FOLDER --party %(party)s "
        "--trust TRUST-FILE”."
    ),
    "not-tried": _("Not tried, because a key is missing or damaged. See “The keys”."),
    "own-entry-none": _("Our State has not listed this node yet."),
    "own-entry-other": _("Our entry lists other keys than this node holds. Call our key holders."),
    "own-host-unserved": _(
        "Partners reach this node as %(host)s, and it refuses every request under that name: add "
        "the name to “hosts” in node.toml, then start the node again."
    ),
    "officer-ca-none": _(
        "No officer can sign: our entry lists no officer CA. Add one, and have the entry revised."
    ),
    "instruments-none": _(
        "Our entry names no treaty: have it revised, for example by “comity directory entry revise "
        "STATE-FOLDER %(party)s --instrument un-2024=signed-not-in-force”."
    ),
    "officers-few": _("An author and an approver must be certified: two people."),
    "tls-none": _("Whether a proxy in front encrypts is not seen from here."),
    "tls-key-other": _("Certificate and key do not belong together."),
    "tls-missing": _(
        "Missing: %(file)s. Certificate and key belong in the folder %(folder)s. Restore a backup, "
        "or make a new certificate and have it listed."
    ),
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


def remark(trial: Mapping[str, Any], words: Mapping[str, Any] = DO) -> Any:
    """Return what is to be done after a trial, its names filled in, or nothing.

    Args:
        trial: a trial's value.
        words: by what was found, with the names of facts as placeholders.
    """
    text = words.get(str(trial["found"]), "") if trial["word"] != "proved" else ""
    return text % trial["facts"] if "%(" in str(text) else text
