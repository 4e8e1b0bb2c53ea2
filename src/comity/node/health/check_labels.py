"""What the checks of a node's health are called, what was found, and what to do now, in English.

The API and the command give these as they are; the page translates them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final


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
        "Call the partner. When its system is corrected, choose “Try again” on the page Log "
        "health, or find its number with “comity outbox refusals” and run “comity outbox resume "
        "NUMBER”."
    ),
    ("refusals", "bad"): _(
        "Call the partner now. When its system is corrected, choose “Try again” on the page Log "
        "health, or find its number with “comity outbox refusals” and run “comity outbox resume "
        "NUMBER”."
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
        "Ask the operator to run “comity keys list %(folder)s --write”. Your State's directory "
        "keeper then revises the entry: “comity directory entry revise STATE-FOLDER %(party)s "
        "--keys public-keys.json”."
    ),
    ("own-keys", "soon"): _(
        "Call the operator: new keys are made with “comity keys prepare %(folder)s --use %(use)s”."
    ),
    ("own-keys", "bad"): _(
        "Call the operator now: new keys are made with “comity keys prepare %(folder)s --use "
        "%(use)s”."
    ),
    ("officers", "bad"): _("Open the page Officer certificates: it says what is missing."),
    ("officers", "soon"): _("Have the officers certified anew on the page Officer certificates."),
    ("officers", "unknown"): _("Ask your State's directory keeper to list this office."),
    ("witness", "unknown"): _("Nothing, unless it stays so for a day; then call the operator."),
    ("stamps", "soon"): _("Nothing at once; they are asked again. After a day call the operator."),
    ("disk", "bad"): _("Call the operator to make room. Destroy nothing to win space."),
    ("store", "bad"): _("Call the operator. Packages wait meanwhile; nothing is lost."),
    ("store", "unknown"): _("Look again in a quarter of an hour."),
    ("strays", "soon"): _("Ask the partner which message belongs to it."),
    ("backup", "soon"): _("Ask the operator to make one: “%(command)s”."),
    ("backup", "unknown"): _("Ask the operator how this node is backed up."),
    ("readers", "soon"): _("Ask the operator for Linux 5.13 or newer with Landlock and seccomp."),
    ("readers", "bad"): _("Call the operator: Linux 5.13 or newer with Landlock is needed."),
}
FOUND: Final = {
    ("logs", "good"): _("They agree."),
    ("logs", "bad"): _("The two logs disagree."),
    ("logs", "unknown"): _("No partner has given a receipt yet."),
    ("promises", "good"): _("None was found."),
    ("promises", "bad"): _("In %(number)s conversations the other side said two different things."),
    ("deliveries", "good"): _("%(waiting)s wait, none was given up."),
    ("deliveries", "soon"): _("%(waiting)s wait; the oldest since %(since)s."),
    ("deliveries", "bad"): _("%(given_up)s were given up."),
    ("refusals", "soon"): _("Refused operations: %(number)s. Everything else continues."),
    ("refusals", "bad"): _(
        "Refused operations: %(number)s. Until the partner's system allows them, nothing is "
        "received from it, or nothing new can be sent to it."
    ),
    ("work", "good"): _("Background work last ran at %(since)s."),
    ("work", "bad"): _("Background work has not run since %(since)s."),
    ("work", "unknown"): _("Background work has not run yet."),
    ("directory", "good"): _("It is fresh."),
    ("directory", "soon"): _("It is fresh until %(until)s."),
    ("directory", "bad"): _("It is out of date; the node works on with it and says so."),
    ("own-entry", "good"): _("It is valid until %(until)s."),
    ("own-entry", "soon"): _("It ends at %(until)s."),
    ("own-entry", "bad"): _("It ended at %(until)s."),
    ("own-entry", "unknown"): _("Our copy of the directory does not list us."),
    ("own-editions", "good"): _("The entry lists the editions that this node has."),
    ("own-editions", "soon"): _(
        "The entry lists other editions than this node has. Partners cannot use what is new."
    ),
    ("own-keys", "good"): _("All are valid; the first ends at %(until)s."),
    ("own-keys", "soon"): _("%(number)s end soon, the first at %(until)s."),
    ("own-keys", "bad"): _("%(number)s have ended."),
    ("officers", "good"): _(
        "%(number)s certificates are in force; they are enough until %(until)s."
    ),
    ("officers", "bad"): _("Officers cannot sign."),
    ("officers", "soon"): _("They can sign until %(until)s."),
    ("officers", "unknown"): _(
        "Our copy of the directory does not list us, so no officer can sign yet."
    ),
    ("witness", "good"): _("It signed for %(number)s entries."),
    ("witness", "unknown"): _("It has signed for nothing yet."),
    ("stamps", "good"): _("The authorities answer."),
    ("stamps", "soon"): _("These do not answer well: %(which)s."),
    ("disk", "good"): _("%(free)s of %(total)s are free."),
    ("disk", "bad"): _("Only %(free)s of %(total)s are free."),
    ("store", "good"): _("It gives back what it was given."),
    ("store", "bad"): _("It does not answer, or does not give back what it was given."),
    ("store", "unknown"): _("Not looked at yet."),
    ("strays", "soon"): _("There are %(number)s."),
    ("backup", "good"): _("The last one was made at %(since)s."),
    ("backup", "soon"): _("The last one was made at %(since)s. That is more than a week ago."),
    ("backup", "unknown"): _("None is known that was made by this node's own command."),
    ("readers", "good"): _("The kernel offers what confines readers."),
    ("readers", "soon"): _("The kernel cannot confine readers, and they run all the same."),
    ("readers", "bad"): _("The kernel cannot confine readers: files are stored and not read."),
}
NONE_WAITS: Final = _("None waits; none was given up.")
LACKING: Final = {
    "officer-ca-none": _("No officer can sign: our entry in the directory lists no officer CA."),
    "instruments-none": _("No request can be made: our entry in the directory names no treaty."),
    "officers-few": _("Two people are not certified: an author and an approver are needed."),
}
"""Why officers cannot sign."""
DO_LACKING: Final = {
    "officer-ca-none": _("Add one on the page Officer certificates, and have our entry revised."),
    "instruments-none": _(
        "Ask your State's directory keeper to revise the entry, naming each treaty and whether it "
        "is in force, for example: “comity directory entry revise STATE-FOLDER %(party)s "
        "--instrument un-2024=signed-not-in-force”."
    ),
    "officers-few": _(
        "Officers make a passkey on My account; certify it on the page Officer certificates."
    ),
}
"""What to do about it."""
STILL: Final = {
    "deliver": _("No message is delivered."),
    "clocks": _("No time limit is watched."),
    "duty": _("No alarm is raised."),
    "notices": _("No notice goes out."),
    "log": _("The log does not match its guard. Nothing is recorded or received."),
    "clock": _("The clock of this node differs from the clocks of its partners."),
    "superseded": _(
        "A newer copy of this node continues its log. This copy signs and receives nothing more."
    ),
}
"""What it means that a loop of the node stands still."""
DO_SUPERSEDED: Final = _(
    "Call the operator: stop this copy and use the newer one. If that one is lost for good, "
    "restore its newest backup into a new folder."
)


def found_text(
    key: str, stands: str, facts: Mapping[str, Any], say: Callable[[str], str] = str
) -> str:
    """Return what a check found, with places for its facts.

    Args:
        key: of the check.
        stands: how it stands.
        facts: of the check.
        say: translates a sentence.
    """
    if works := facts.get("works"):
        return " ".join(say(STILL[one]) for one in works)
    if lacking := _lacking(stands, facts):
        return say(LACKING[lacking])
    if (key, stands) == ("deliveries", "good") and not facts["waiting"]:
        return say(NONE_WAITS)
    return say(FOUND[key, stands])


def do_text(
    key: str, stands: str, facts: Mapping[str, Any], say: Callable[[str], str] = str
) -> str:
    """Return what is to be done now, with places for facts; empty if nothing is.

    Args:
        key: of the check.
        stands: how it stands.
        facts: of the check.
        say: translates a sentence.
    """
    text = DO_LACKING.get(_lacking(stands, facts)) or DO.get((key, stands), "")
    if facts.get("newer"):
        text = DO_SUPERSEDED
    return say(text) if text else ""


def _lacking(stands: str, facts: Mapping[str, Any]) -> str:
    return str(facts.get("lacking", "")) if stands == "bad" else ""
