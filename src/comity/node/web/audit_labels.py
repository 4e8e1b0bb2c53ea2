"""What each word of the audit is called on the page; tables and programs keep the word itself."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.node.models import AuditRow
from comity.node.web.labels import WAY

ACT: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "access.refused": _("Tried what is not allowed"),
        "account.added": _("Added a person"),
        "account.confirmed": _("Confirmed that an account is still needed"),
        "account.disabled": _("Closed an account"),
        "account.enabled": _("Opened a closed account again"),
        "account.password-set": _("Gave a new first password"),
        "account.role": _("Changed the role of a person"),
        "alarm.acknowledged": _("Acknowledged an alarm"),
        "alarm.ended": _("Ended an alarm: its cause was gone"),
        "alarm.raised": _("Raised an alarm"),
        "alarm.step": _("Told people of an alarm, as the ladder says"),
        "assistance.exported": _("Took out the board of assistance"),
        "audit.exported": _("Took out the audit"),
        "backup.begun": _("Had a backup made"),
        "backup.checked": _("Compared a backup with what was made"),
        "backup.failed": _("Could not make a backup"),
        "backup.made": _("Made a backup"),
        "backup.taken": _("Took out a backup"),
        "case.assigned": _("Assigned an officer to a case"),
        "case.compartment": _("Put a case into a compartment, or took it out"),
        "case.openness": _("Opened a case to the office, or restricted it"),
        "case.read": _("Read a case"),
        "case.unassigned": _("Took an officer off a case"),
        "clock.near": _("Told people that a time limit comes near"),
        "clock.passed": _("Told people that a time limit has passed"),
        "compartment.set": _("Made a compartment, or set its members"),
        "config.changed": _("Found the operator's file changed since the last start"),
        "delivery.retried": _("Queued a given-up message again"),
        "directory.exported": _("Took out the list of authorities"),
        "directory.pinned": _("Began to trust the keys of a State"),
        "directory.snapshot": _("Put the directory as the secretariat gave it into the log"),
        "docket.entered": _("Recorded something done inside our State"),
        "docket.read": _("Read an item inside our State"),
        "draft.approval-lapsed": _("An expired signature was taken off a draft"),
        "draft.approved": _("Approved a draft"),
        "draft.discarded": _("Gave up a draft"),
        "draft.made": _("Prepared a message"),
        "duty.contact-set": _("Changed how a person is reached"),
        "duty.contacts-read": _("Read the contact details of colleagues"),
        "duty.ladder-dropped": _("Went back to the shipped ladder"),
        "duty.ladder-set": _("Kept a ladder of the office's own"),
        "epoch.confirmed": _("Confirmed that no newer register is left"),
        "epoch.opened": _("Opened a new epoch of the log"),
        "everything.exported": _("Took out everything that this node holds"),
        "evidence.acquired": _("Told how an exhibit was acquired"),
        "evidence.copied": _("Made an exhibit of a copy"),
        "evidence.derived": _("Began an exhibit that comes from another one"),
        "evidence.destroyed": _("Destroyed the bytes kept here"),
        "evidence.destruction-asked": _("Asked for a destruction that a second officer confirms"),
        "evidence.destruction-confirmed": _("Confirmed a destruction"),
        "evidence.destruction-ordered": _("Ordered a destruction"),
        "evidence.destruction-withdrawn": _("Withdrew the order of a destruction"),
        "evidence.exported": _("Exported an exhibit"),
        "evidence.extracted": _("Took out a part as an exhibit of its own"),
        "evidence.held": _("Put a legal hold on an exhibit"),
        "evidence.hold-lifted": _("Lifted the legal holds on an exhibit"),
        "evidence.inspected": _("Kept what was found inside a disk image"),
        "evidence.inspection-read": _("Read what was found inside"),
        "evidence.moved": _("Offered a package in another conversation than before"),
        "evidence.opened": _("Opened an exhibit"),
        "evidence.passport": _("Made a passport"),
        "evidence.read": _("Took out the sealed bytes"),
        "evidence.redacted": _("Made a redacted copy"),
        "evidence.retention": _("Set how long an exhibit is kept"),
        "evidence.reverified": _("Verified an exhibit again"),
        "evidence.sealed": _("Handed in a sealed package"),
        "evidence.served": _("Was given the sealed bytes"),
        "evidence.served-in-part": _("Was given a part of the sealed bytes"),
        "exercise.begun": _("Began an exercise"),
        "exercise.board": _("Showed or hid the points"),
        "exercise.branched": _("Made a team that shares the past of another"),
        "exercise.closed": _("Closed an exercise"),
        "exercise.exported": _("Took out everything of an exercise"),
        "exercise.joined": _("Joined a team"),
        "exercise.lesson-done": _("Marked a lesson as done"),
        "exercise.lesson-opened": _("Opened a lesson again"),
        "exercise.lesson-written": _("Wrote down a lesson"),
        "exercise.made": _("Made an exercise"),
        "exercise.reported": _("Took out the report of a team"),
        "exercise.steered": _("Steered the run of a team"),
        "exercise.tested": _("Handed in the short test"),
        "exhibit.read": _("Read the page of an exhibit"),
        "export.asked": _("Asked for a court bundle"),
        "export.failed": _("Could not write a court bundle"),
        "export.taken": _("Took out a court bundle"),
        "export.written": _("Wrote a court bundle"),
        "factor.added": _("Set up a second factor"),
        "factor.removed": _("Took away a second factor"),
        "factor.renamed": _("Renamed a passkey"),
        "factor.reset": _("Took away all second factors of a person"),
        "glass.acknowledged": _("Confirmed to know that a case was opened in need"),
        "glass.broken": _("Opened a case in need"),
        "hook.failed": _("Gave up a delivery to a webhook"),
        "hook.made": _("Added a webhook"),
        "hook.removed": _("Ended a webhook"),
        "hook.replayed": _("Queued a delivery to a webhook once more"),
        "hook.tested": _("Tested a webhook"),
        "law.facts-added": _("Added facts for the checks of the law"),
        "law.overridden": _("Sent a draft on in spite of a rule of law"),
        "leaving.step": _("Did a line of the checklist for one who leaves"),
        "log.disagree": _("Showed a log that does not continue what we saw"),
        "log.stamp-failed": _("Got no good time stamp"),
        "log.stamped": _("Got a time stamp for the log"),
        "log.succeeded": _("Explained a new epoch of its log"),
        "log.token": _("Got a token for reading our log"),
        "mail.read": _("Read mail"),
        "mark.lifted": _("Lifted a marker"),
        "mark.set": _("Set a marker"),
        "message.queued": _("Signed a message and queued it"),
        "message.received": _("Sent us a message"),
        "message.recovered": _("Got a message of ours back after a restore"),
        "node.self-test": _("Tried the node"),
        "notice.ended": _("Handed over, skipped or gave up a notice"),
        "notice.tested": _("Asked for a test notice"),
        "officer-ca.listed": _("Put an officer CA on the list of public keys"),
        "officer.certified": _("Kept the certificate of an officer"),
        "original.read": _("Took out an original"),
        "package.asked-again": _("Asked again for a package that was given up"),
        "package.carried": _("Brought by file a package that was offered"),
        "package.forgotten": _("Destroyed a package that nobody explained"),
        "package.unexplained": _("Brought by file a package that nobody had offered"),
        "parcel.carried": _("Brought a message by file"),
        "passkey.registered": _("Registered a passkey to be certified"),
        "password.changed": _("Changed a password"),
        "people.read": _("Read the list of people, or about one person"),
        "privacy.erased": _("Confirmed a destruction of what was said"),
        "privacy.paper": _("Saw or took out a paper of data protection"),
        "privacy.searched": _("Looked for what is held on a person"),
        "reach.exported": _("Took out the tests between watches"),
        "reach.not-asked": _("Could not ask the watch of a party"),
        "receipt.received": _("Sent us a good receipt"),
        "refusal.retried": _("Asked a partner again for what it had refused"),
        "register.exported": _("Took out the whole register"),
        "register.row": _("Took over a row of an older register"),
        "roster.changed": _("Entered another crew for a time"),
        "roster.handed-over": _("Put somebody else into the roster for one who leaves"),
        "roster.removed": _("Took a row out of the roster"),
        "roster.replaced": _("Replaced the whole roster"),
        "roster.shift-added": _("Entered a weekly shift"),
        "scenario.dropped": _("Went back to the shipped scenario"),
        "scenario.saved": _("Saved an edition of a scenario"),
        "search.made": _("Searched"),
        "sensitive.shown": _("Saw what is marked"),
        "session.ended": _("Ended the sessions of a person"),
        "setting.changed": _("Changed a setting"),
        "setup.ceremony": _("Held the ceremony of backups"),
        "setup.finished": _("Set up the node"),
        "sign-in": _("Signed in"),
        "sign-in.failed": _("Failed to sign in"),
        "sign-in.linked": _("Linked an account to single sign-on"),
        "sign-in.locked": _("Was locked out after failures"),
        "sign-in.refused": _("Was not let in by single sign-on"),
        "sign-in.unlinked": _("Unlinked an account from single sign-on"),
        "sign-in.unlocked": _("Unlocked a name before its time"),
        "sign-out": _("Signed out"),
        "solution.asked-again": _("Asked again for a solution that was given up"),
        "solution.failed": _("Sent something else than the solution it offered"),
        "solution.fetched": _("Gave us a solution that it offered"),
        "solution.kept": _("Put a solution into the catalogue"),
        "solution.read": _("Took out the file of a solution"),
        "solution.served": _("Was given the file of a solution"),
        "solution.withdrawn": _("Withdrew a solution"),
        "statistics.released": _("Took out figures that may leave the office"),
        "table.exported": _("Took out the minutes of a round table"),
        "token.locked": _("Locked an address: too many tokens that let nobody in"),
        "token.made": _("Made a token"),
        "token.refused": _("Tried a token that lets nobody in"),
        "token.revoked": _("Revoked a token"),
        "upload.begun": _("Began to hand in a package"),
        "upload.given-up": _("Gave up handing in a package"),
        "use.declared": _("Declared what a court bundle is for"),
        "use.onward-excepted": _("Let evidence go on without the consent of its sender"),
        "watch.sheet": _("Made the shift sheet"),
    }
)
"""Word of docs/reference/audit.md to what somebody did; who did it stands beside it."""
_GROUPS: Final = (
    (_("Cases"), ("case", "compartment", "glass", "search")),
    (_("Drafts"), ("draft", "law")),
    (_("Messages"), ("delivery", "message", "parcel", "receipt", "refusal")),
    (_("Mail"), ("mail", "original")),
    (_("Evidence"), ("evidence", "exhibit", "mark", "package", "sensitive", "upload", "use")),
    (_("Court bundles"), ("export",)),
    (_("Assistance"), ("assistance", "table")),
    (_("Solutions"), ("solution",)),
    (_("On duty"), ("alarm", "clock", "duty", "notice", "reach", "roster", "watch")),
    (_("Inside our State"), ("docket",)),
    (_("Statistics"), ("statistics",)),
    (_("Data protection"), ("privacy",)),
    (_("Exercises and training"), ("exercise", "scenario")),
    (_("Directory"), ("directory",)),
    (_("People"), ("account", "leaving", "officer", "officer-ca", "people")),
    (
        _("Signing in and rights"),
        ("access", "factor", "passkey", "password", "session", "sign-in", "sign-out"),
    ),
    (_("Access for programs"), ("hook", "token")),
    (_("Log health"), ("epoch", "log")),
    (_("Backups"), ("backup",)),
    (_("Node"), ("audit", "config", "everything", "node", "register", "setting", "setup")),
)
"""What a page of the menu, or a part of it, is called; words by what stands before their dot."""
_READ: Final = {
    "desk": _("on a page"),
    "api": _("by a program"),
    "letter": _("for a letter"),
}
_READ_CASE: Final = _READ | {
    "draft": _("as a draft"),
    "second": _("for a second signature"),
}
_FACTOR: Final = {
    "passkey": _("a passkey"),
    "code-app": _("an app that shows codes"),
    "recovery-codes": _("recovery codes"),
}
DETAIL: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "access.refused": {
            "role": _("the role does not allow it"),
            "token": _("the token does not name it"),
            "outside": _("not for this person to see"),
        },
        "backup.checked": {
            "same": _("as it was made"),
            "changed": _("not as it was made"),
            "unknown": _("no backup that is known here"),
        },
        "case.compartment": {"none": _("out of a compartment")},
        "case.openness": {
            "office": _("open to the office"),
            "restricted": _("restricted to those assigned"),
        },
        "case.read": _READ_CASE,
        "docket.read": _READ,
        "duty.contacts-read": _READ,
        "evidence.destruction-ordered": {
            "despite-retention": _("before its time of keeping was over")
        },
        "evidence.inspection-read": _READ,
        "exercise.board": {
            "shown": _("shown to players and spectators"),
            "hidden": _("hidden from players and spectators"),
        },
        "exercise.joined": {"again": _("came back")},
        "exercise.tested": {
            "before": _("before the exercise"),
            "after": _("after the exercise"),
        },
        "exhibit.read": _READ,
        "factor.added": _FACTOR,
        "factor.removed": _FACTOR,
        "factor.renamed": _FACTOR,
        "people.read": _READ,
        "roster.removed": {
            "weekly": _("a weekly shift"),
            "change": _("another crew for a time"),
        },
        "sensitive.shown": {
            "details": _("its details"),
            "blurred": _("a picture, blurred"),
            "clearer": _("a picture, less blurred"),
            "bytes": _("its bytes"),
        },
        "sign-in": WAY,
    }
)
"""What the fixed words of a detail mean; all else in a detail is shown as it was written."""


def _grouped() -> Iterator[tuple[Any, tuple[tuple[str, Any], ...]]]:
    """Yield the title of each group with its acts; a part without a group stands last, alone."""
    parts: dict[str, list[tuple[str, Any]]] = {}
    for word, told in ACT.items():
        parts.setdefault(word.partition(".")[0], []).append((word, told))
    for title, named in _GROUPS:
        yield title, tuple(act for part in named for act in parts.pop(part, ()))
    for part, acts in parts.items():
        yield part, tuple(acts)


CHOICES: Final = tuple(_grouped())
"""The acts to choose from: title of each group, with each word and what it is called."""


def told(row: AuditRow) -> tuple[Any, Any]:
    """Return what a row's act is called, or nothing, and its detail, in words if it is a fixed one.

    Args:
        row: of the audit.
    """
    return ACT.get(row.action, ""), DETAIL.get(row.action, {}).get(row.detail, row.detail)
