"""The command line: parsing and printing only; each command loads what it needs when it is used."""

import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from comity import __version__
from comity.cli.groups import HELP_NAMES, Group
from comity.files.terminal import safe_streams

_COMMANDS: Final = {
    "age": ("comity.cli.age:age", "Plain age files: encrypt, decrypt, keygen."),
    "approve": ("comity.cli.officer:approve", "Read a draft and sign it on this machine."),
    "assistance": ("comity.cli.assistance:assistance", "Needs, offers, courses between States."),
    "audit": ("comity.cli.queue:audit", "Who did what, when; taken out as CSV or JSON."),
    "backup": ("comity.cli.backup:backup", "Copy a running node into one sealed file."),
    "backups": (
        "comity.cli.backups:backups",
        "Backups in the node's own folder: make, list, check.",
    ),
    "bundle": ("comity.cli.bundle:bundle_case", "Write a case as a folder any court can check."),
    "call": ("comity.cli.call:call", "Telephone calls: note one, list, show, call back."),
    "case": ("comity.cli.case:case", "Cases of your node: list, timeline."),
    "certificate": (
        "comity.cli.certificate:certificate",
        "Certificates of training: issue, show, withdraw.",
    ),
    "cohort": ("comity.cli.cohort:cohort", "Cohorts of a course: progress, reminders, statistic."),
    "course": ("comity.cli.course:course", "Courses: lint, list, show, export, enrol."),
    "compartment": ("comity.cli.staff:compartment", "Compartments of cases: list, set."),
    "completion": ("comity.cli.completion:completion", "Complete commands in bash, zsh, fish."),
    "conform": ("comity.cli.conform:conform", "Try whether a node keeps the protocol."),
    "demo": ("comity.cli.demo:demo", "Three nodes play a whole case on this machine."),
    "directory": ("comity.cli.directory:directory", "Who is who: found, admit, publish, show."),
    "docket": ("comity.cli.docket:docket", "What the office does at home: list, do, sign."),
    "draft": ("comity.cli.draft:draft", "Messages in preparation: new, list, show, send."),
    "drill": ("comity.cli.drill:drill", "Exercises: list, show, new, lint, rehearse."),
    "duty": ("comity.cli.duty:duty", "Duty: roster, ladders, contacts, alarms, who is on now."),
    "exercise": ("comity.cli.exercise:exercise", "Exercises: make, begin, steer, close them."),
    "exhibit": ("comity.cli.exhibit:exhibit", "Sealed evidence at your node: add, get, hand over."),
    "export-all": ("comity.cli.leaving:export_all", "Everything out of a node, in open formats."),
    "export": ("comity.cli.carry:export_", "Write what is queued for a party to a file."),
    "guard": ("comity.cli.guard:guard", "The guard of a node's log: show, renew."),
    "health": ("comity.cli.health:health", "How your node is, and whether somebody must act."),
    "hook": ("comity.cli.hook:hook", "Webhooks: programs that are told what happened."),
    "image": ("comity.cli.image:image", "Disk images: info, verify, list, extract."),
    "import": ("comity.cli.carry:import_", "Take in what a file or folder carries."),
    "init": ("comity.cli.node:init", "Make a node's folder."),
    "intake": ("comity.cli.intake:intake", "What came by e-mail, file or paper: read it."),
    "keygen": ("comity.cli.seal:keygen", "Make a key to which evidence can be sealed."),
    "keys": ("comity.cli.keys:keys", "A node's own keys: list, prepare, switch."),
    "language": ("comity.cli.language:language", "Languages of your office's own."),
    "law": ("comity.cli.law:law", "Treaties as data: what they ask of a request."),
    "log": ("comity.cli.log:log", "A node's log: its name, a move to another address."),
    "ls": ("comity.cli.open:list_command", "List what a sealed package holds."),
    "officer": ("comity.cli.officer:officer", "Officers' keys and certificates."),
    "mail": ("comity.cli.mail:mail", "Mail and paper: take in, write down, post letters."),
    "notice": ("comity.cli.queue:notice", "Cases opened in need: list, confirm."),
    "migrate": ("comity.cli.migrate:migrate", "Bring a node's database to this version."),
    "open": ("comity.cli.open:open_package", "Open a sealed package against its signed offer."),
    "outbox": (
        "comity.cli.queue:outbox",
        "Deliveries: what waits, what was given up or refused, retry.",
    ),
    "paper": ("comity.cli.paper:paper", "Papers for people: label, courier, passport, cover."),
    "people": ("comity.cli.staff:people", "People of your office: list, add, role, leave."),
    "profile": ("comity.cli.profile:profile", "Your node and token, written down once."),
    "privacy": ("comity.cli.privacy:privacy", "Data protection: what is due, held, owed."),
    "recovery": ("comity.cli.recovery:recovery", "A key in shares, for the day one is lost."),
    "register": ("comity.cli.register:register", "An office's own register: map, try an import."),
    "restore": ("comity.cli.backup:restore", "Make a node's folder from a backup."),
    "run": ("comity.cli.node:run", "Serve a node."),
    "sbom": ("comity.cli.sbom:sbom", "What this program is made of: CycloneDX."),
    "seal": ("comity.cli.seal:seal", "Seal files for a recipient."),
    "search": ("comity.cli.search:search", "Find cases, messages, mail; rebuild the index."),
    "settings": ("comity.cli.office_settings:settings", "What your office sets: list, set."),
    "self-test": ("comity.cli.selftest:self_test", "Try each part of a node once, for real."),
    "setup": ("comity.cli.setup:setup", "Set a node up in the browser of this machine."),
    "shift": ("comity.cli.shift:shift", "Shifts of the watch: begin, hand over, who has one."),
    "solution": ("comity.cli.solution:solution", "Technical solutions: pack, verify, list, offer."),
    "statistics": ("comity.cli.statistics:statistics", "Figures of your office: show, release."),
    "sensitive": ("comity.cli.sensitive:sensitive", "Markers, and bytes that no page gives."),
    "store": ("comity.cli.store:store", "Try where a node keeps its packages."),
    "stray": ("comity.cli.stray:stray", "Packages that came with no offer: list, destroy."),
    "token": ("comity.cli.token:token", "Tokens for your programs: list, new, revoke."),
    "translation": ("comity.cli.translation:translation", "Translation jobs that name you."),
    "user": ("comity.cli.people:user", "The people of a node."),
    "verifier": ("comity.cli.verifier:verifier", "Write the page that checks bundles."),
    "watchdog": ("comity.cli.watchdog:watchdog", "Notice that a node is down, and tell people."),
    "verify": (
        "comity.cli.verify:verify_bundle",
        "Check a court bundle, letter or certificate, offline.",
    ),
    "watch": ("comity.cli.watch:watch", "What needs a person now; it stays on the screen."),
}


_GROUPS: Final = {
    "Begin": "demo setup completion profile language",
    "Evidence": "seal open ls keygen age recovery exhibit image intake stray sensitive",
    "Requests": "case draft approve mail search translation docket assistance solution",
    "Court": "verify bundle verifier paper",
    "Duty": "watch duty call shift watchdog",
    "Law and figures": "law statistics settings",
    "People and data protection": "people user officer compartment notice token hook privacy audit",
    "Training": "course cohort certificate drill exercise",
    "Node": "init run health outbox backup backups restore keys log guard store migrate "
    "self-test sbom register export-all",
    "Between States": "directory export import conform",
}
"""What people do, and the commands for it, apart by blanks."""


_OUTPUT: Final = frozenset(
    getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT", "EIO", "EFBIG")
)
"""What a full or broken disk says of output that goes to a file on it."""


def _lost(fault: OSError) -> NoReturn:
    """Say that what was printed is lost, and end."""
    from comity.cli.faults import OutputLostError, fail

    sys.stdout = io.StringIO()  # the interpreter flushes once more at its end
    fail(OutputLostError(os.strerror(fault.errno or 0)), as_json=False)


class _Lazy(Group):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        found = getattr(importlib.import_module(module), attribute)
        return found if isinstance(found, click.Command) else None

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command; what it printed is made safe and written out, or said to be lost."""
        words = list(sys.argv[1:] if args is None else args)
        with safe_streams():
            return self._run(words, *more, **options)

    def _run(self, words: list[str], *more: Any, **options: Any) -> Any:
        try:
            if options.pop("standalone_mode", True):
                sys.exit(self._status(words, *more, **options))
            run: Any = super().main
            return run(words, *more, standalone_mode=False, **options)
        except OSError as fault:
            if fault.errno not in _OUTPUT:
                raise
            _lost(fault)
        finally:
            try:
                if sys.stdout is not None:  # it is, where a shell closed it
                    sys.stdout.flush()
            except OSError as fault:  # closed or broken: the command has its own status
                if fault.errno in _OUTPUT:
                    _lost(fault)

    def _status(self, words: list[str], *more: Any, **options: Any) -> int:
        """Run a command and return its exit status; each error is told in the form asked for."""
        from comity.cli import faults

        as_json = "--json" in words
        try:
            run: Any = super().main
            found = run(words, *more, standalone_mode=False, **options)
        except click.ClickException as fault:
            faults.misused(fault, as_json=as_json)
        except click.Abort:
            click.echo("Aborted!", err=True)
            return 1
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno in _OUTPUT:
                raise
            from comity.cli.extras import extra_needed

            if (lacking := extra_needed(fault)) is not None:
                faults.fail(lacking, as_json=as_json)
            faults.internal(fault, as_json=as_json)
        return found if isinstance(found, int) else 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what people do, without importing any."""
        del ctx
        for title, names in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, _COMMANDS[name][1]) for name in names.split()])


@click.command(cls=_Lazy, context_settings={"help_option_names": list(HELP_NAMES)})
@click.version_option(__version__, prog_name="comity")
def main() -> None:
    """Sovereign nodes that ask, answer, preserve, hand over and prove.

    Begin with `comity demo`. Every command explains itself with --help. Exit status: 0 done; 1 a
    check failed or the world refused; 2 misuse; 3, 4 and 5 as `comity verify` says; 70 this program
    failed, which says nothing of what it was given.
    """
