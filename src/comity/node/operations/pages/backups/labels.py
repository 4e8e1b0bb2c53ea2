"""What went wrong with a backup, and how far one is known, in the operator's words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.web import labels

CHECKED: Final = {
    "same": _("Proved: it is byte for byte what was made. That it opens is seen in the ceremony."),
    "changed": _("It is not the file any more that was made. Do not rely on it; make a new one."),
    "unknown": _("Unknown: nobody noted what it was when it was made."),
}
FAULT: Final = {
    "backups-unset": _("Set backup_folder and backup_recipients in node.toml, then start anew."),
    "backup-runs": _("A backup is being made already. Wait until it is done."),
    "backup-plain": _(
        "It is not sealed: private keys would leave with it. Take it on the machine."
    ),
    "backup-failed": _("The database could not be copied. Try the self-test."),
    "database-tools": _(
        "pg_dump is not installed on the node's machine: install PostgreSQL's client programs."
    ),
    "database-copy": _(
        "PostgreSQL did not give the register out. comity backup, on the machine, says why."
    ),
    "database-place": _("The database did not answer. Is the server running?"),
    "not-found": _("The folder of backups is not there. Is the disk mounted?"),
    "no-permission": _("The node may not write into the folder of backups."),
    "disk-full": _("The disk of the backups is full. Make room; the old ones are still there."),
    "output-exists": _("One was made in this very second. Try again."),
}


def told(code: str) -> str:
    """Return what an operator reads for an error code."""
    return str(FAULT.get(code) or labels.fault(code))
