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
from comity.files.terminal import SafeStream, safe_streams

_COMMANDS: Final = {
    "age": ("comity.cli.evidence.age:age", "Encrypt and decrypt plain age files."),
    "approve": ("comity.cli.people.officer:approve", "Review DRAFT and sign it on this machine."),
    "assistance": (
        "comity.cli.requests.assistance:assistance",
        "Manage needs, offers and courses between States.",
    ),
    "audit": (
        "comity.cli.people.privacy:audit",
        "Export the audit log, or verify that it is unchanged.",
    ),
    "backup": (
        "comity.cli.node.backup:backup",
        "Back up the node in DIR to one encrypted file while it runs.",
    ),
    "backups": (
        "comity.cli.node.backup:backups",
        "Make, list and check backups in the configured folder.",
    ),
    "bundle": (
        "comity.cli.court.bundle:bundle_case",
        "Export CASE to a folder that a court can verify offline.",
    ),
    "call": ("comity.cli.duty.shift:call", "Log, list and show telephone calls."),
    "case": ("comity.cli.requests.case:case", "List and show cases, and manage access to them."),
    "certificate": (
        "comity.cli.training.certificate:certificate",
        "Issue, show, revoke and list training certificates, offline.",
    ),
    "cohort": ("comity.cli.training.cohort:cohort", "Manage cohorts of a course, offline."),
    "course": (
        "comity.cli.training.course:course",
        "Check, list, show and export training courses, offline.",
    ),
    "compartment": (
        "comity.cli.people.staff:compartment",
        "List and set compartments that limit who sees a case.",
    ),
    "completion": (
        "comity.cli.begin:completion",
        "Print the completion script of `comity` for SHELL.",
    ),
    "conform": (
        "comity.cli.states.conform:conform",
        "Test from outside whether a node follows the protocol.",
    ),
    "demo": ("comity.cli.begin:demo", "Play a whole case between three nodes on this machine."),
    "directory": (
        "comity.cli.states.directory:directory",
        "Manage the directory of States and authorities.",
    ),
    "docket": (
        "comity.cli.requests.docket:docket",
        "Manage domestic actions: tasks, orders, translations, registers.",
    ),
    "draft": ("comity.cli.requests.draft:draft", "Prepare, check, show and send messages."),
    "drill": (
        "comity.cli.training.drill:drill",
        "Write, check and play exercise scenarios on this machine.",
    ),
    "duty": (
        "comity.cli.duty.duty:duty",
        "Manage the duty roster, alarms, escalation and availability tests.",
    ),
    "exercise": (
        "comity.cli.training.exercise:exercise",
        "Create, run and close exercises at your node.",
    ),
    "exhibit": (
        "comity.cli.evidence.exhibit:exhibit",
        "Manage sealed evidence: upload, download, custody, destruction.",
    ),
    "export-all": (
        "comity.cli.node.backup:export_all",
        "Export all data of the node in DIR in open formats.",
    ),
    "export": (
        "comity.cli.states.carry:export_",
        "Write queued messages for a party to an exchange file.",
    ),
    "guard": ("comity.cli.node.keys:guard", "Show or renew the guard of a node's log."),
    "health": ("comity.cli.node.health:health", "Show the health of your node, most urgent first."),
    "webhook": (
        "comity.cli.people.staff:webhook",
        "Manage webhooks: list, new, test, deliveries, replay, remove.",
    ),
    "image": (
        "comity.cli.evidence.image:image",
        "Inspect disk images (E01, raw, qcow2, vhd, vmdk).",
    ),
    "import": (
        "comity.cli.states.carry:import_",
        "Import an exchange file into the node in DIR and verify it.",
    ),
    "init": (
        "comity.cli.node.node:init",
        "Create the folder of a node: settings, keys, empty register.",
    ),
    "intake": (
        "comity.cli.evidence.intake:intake",
        "Read incoming e-mail, files and scanned paper.",
    ),
    "keygen": (
        "comity.cli.evidence.seal:keygen",
        "Create an age identity and print its recipient.",
    ),
    "keys": ("comity.cli.node.keys:keys", "List, prepare and switch the keys of a node."),
    "language": (
        "comity.cli.language:language",
        "Add a language for pages, law and papers: new, lint.",
    ),
    "law": ("comity.cli.law.commands:law", "Show treaties and check requests against their rules."),
    "log": (
        "comity.cli.node.keys:log",
        "Show the name of a node's log, or move it to another address.",
    ),
    "ls": ("comity.cli.evidence.open:list_command", "List what a sealed package holds."),
    "officer": (
        "comity.cli.people.officer:officer",
        "Create keys and certificates of officers, away from the node.",
    ),
    "mail": (
        "comity.cli.requests.mail:mail",
        "Register and transcribe incoming mail; track outgoing letters.",
    ),
    "notice": ("comity.cli.node.health:notice", "List and confirm notices of emergency access."),
    "migrate": (
        "comity.cli.node.node:migrate",
        "Migrate the database of the stopped node in DIR to this version.",
    ),
    "open": (
        "comity.cli.evidence.open:open_package",
        "Open a sealed package against its signed offer.",
    ),
    "outbox": ("comity.cli.node.health:outbox", "List and retry deliveries."),
    "paper": (
        "comity.cli.court.paper:paper",
        "Make labels, forms, letters, certificates and notes, offline.",
    ),
    "people": (
        "comity.cli.people.staff:people",
        "Manage users of your office: list, add, role, close, offboard.",
    ),
    "profile": (
        "comity.cli.begin:profile",
        "Manage profiles of nodes and tokens: list, set, remove.",
    ),
    "privacy": (
        "comity.cli.people.privacy:privacy",
        "Manage data protection: reviews, requests, retained records.",
    ),
    "recovery": (
        "comity.cli.evidence.age:recovery",
        "Create and combine shares of a recovery key.",
    ),
    "register": (
        "comity.cli.node.register:register",
        "Map, test, import and export registers of requests.",
    ),
    "restore": (
        "comity.cli.node.backup:restore",
        "Restore a backup into DIR, a new or empty folder.",
    ),
    "run": ("comity.cli.node.node:run", "Run the node in FOLDER until Ctrl-C."),
    "sbom": (
        "comity.cli.node.node:sbom",
        "Print the bill of materials of this installation (CycloneDX 1.6).",
    ),
    "seal": (
        "comity.cli.evidence.seal:seal",
        "Seal files, folders, devices or standard input into one package.",
    ),
    "search": (
        "comity.cli.requests.case:search",
        "Find cases, messages, mail; rebuild the index.",
    ),
    "settings": (
        "comity.cli.law.figures:settings",
        "List and change the settings of your office.",
    ),
    "self-test": (
        "comity.cli.node.selftest:self_test",
        "Test disk, clock, keys, log, TLS, backup and mail of a node.",
    ),
    "setup": (
        "comity.cli.begin:setup",
        "Set up the node in DIR in a browser on this machine.",
    ),
    "shift": ("comity.cli.duty.shift:shift", "Start, hand over, confirm and end duty shifts."),
    "solution": (
        "comity.cli.requests.solution:solution",
        "Pack, verify, offer and store solutions that States share.",
    ),
    "statistics": (
        "comity.cli.law.figures:statistics",
        "Show and release statistics of your office.",
    ),
    "sensitive": (
        "comity.cli.evidence.intake:sensitive",
        "Manage sensitivity labels and download restricted originals.",
    ),
    "store": ("comity.cli.node.selftest:store", "Test the package store of the node in DIR."),
    "unmatched": (
        "comity.cli.evidence.intake:unmatched",
        "List or destroy packages received without an offer.",
    ),
    "token": ("comity.cli.people.staff:token", "Manage API tokens: list, new, revoke."),
    "translation": (
        "comity.cli.requests.translation:translation",
        "List, show and complete your translation jobs.",
    ),
    "user": ("comity.cli.people.user:user", "Manage accounts of a node and their sign-in methods."),
    "verifier": (
        "comity.cli.court.bundle:verifier",
        "Write the page that verifies bundles, and print its SHA-256.",
    ),
    "watchdog": (
        "comity.cli.duty.watchdog:watchdog",
        "Check that the node at URL responds, and alert if it does not.",
    ),
    "verify": (
        "comity.cli.court.verify:verify_bundle",
        "Verify a court bundle, package, letter or certificate, offline.",
    ),
    "work": ("comity.cli.duty.work:work", "List, acknowledge, assign and export work items."),
    "watch": (
        "comity.cli.duty.work:watch",
        "Show open work items, most urgent first, until Ctrl-C.",
    ),
}


_GROUPS: Final = {
    "Begin": "demo setup completion profile language",
    "Evidence": "seal open ls keygen age recovery exhibit image intake unmatched sensitive",
    "Requests": "case draft approve mail search translation docket assistance solution",
    "Court": "verify bundle verifier paper",
    "Duty": "work watch duty call shift watchdog",
    "Law and figures": "law statistics settings",
    "People and data protection": "people user officer compartment notice token webhook privacy"
    " audit",
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
        except SystemExit:
            if sys.stdout is not None and not isinstance(sys.stdout, SafeStream):
                return faults.READER_LEFT  # click put another stream there: nobody reads
            raise
        except click.Abort as ended:
            if isinstance(ended.__context__, KeyboardInterrupt):
                return faults.interrupted()
            click.echo("Aborted!", err=True)
            return 1
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno in _OUTPUT:
                raise
            from comity.cli.faults import extra_needed

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
    failed, which says nothing of what it was given; 141 the reader of the output left.
    """
