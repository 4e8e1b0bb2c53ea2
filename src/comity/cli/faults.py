"""Which extra brings what a command needs: `pip install comity` brings the core alone."""

import contextlib
import functools
import json
import re
import shlex
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import Final, NoReturn

import click

from comity.canonical import ComityError, MisuseError, OperationError
from comity.files.errors import NotFoundError
from comity.forensics.errors import ExtraMissingError

EXTRAS: Final[Mapping[str, str]] = {
    "PIL": "previews",
    "allauth": "node",
    "django": "node",
    "granian": "node",
    "jwt": "node",
    "ninja": "node",
    "obstore": "node",
    "olefile": "intake",
    "openpyxl": "intake",
    "psycopg": "postgresql",
    "pyewf": "forensics",
    "pyhanko": "pades",
    "pyhanko_certvalidator": "pades",
    "pypdf": "intake",
    "pytsk3": "forensics",
    "qrcode": "papers",
    "typst": "papers",
    "whitenoise": "node",
}
"""Top-level module -> extra of pyproject.toml."""


def extra_needed(fault: Exception) -> ExtraMissingError | None:
    """Return what is said of a module that is not there, or None where no extra brings it."""
    name = (fault.name or "") if isinstance(fault, ModuleNotFoundError) else ""
    extra = EXTRAS.get(name.partition(".")[0])
    if extra is None:
        return None
    return ExtraMissingError(f"this command needs an extra: pip install 'comity[{extra}]'")


class OutputLostError(OperationError, code="output-lost"):
    """What a command printed could not be written: its output went to a disk that is full."""


class InternalError(OperationError, code="internal"):
    """This program failed; nothing is said of what it was given."""


INTERNAL: Final = 70
READER_LEFT: Final = 141
"""What a shell says of a program that wrote into a pipe which nobody reads: 128 and SIGPIPE."""
"""Exit status of an error that is the program's own (sysexits.h, EX_SOFTWARE)."""
INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells give it: 128 and the number of SIGINT."""
_NOT_WHAT_IT_HAS_TO_BE: Final = frozenset(
    {
        "age-key",
        "digest-malformed",
        "directory-folder",
        "drill-run",
        "key-file",
        "member-malformed",
        "node-folder",
        "node-setting",
        "not-canonical",
        "public-key-file",
        "records-file",
    }
)
"""Codes of what cannot be read as what the command takes: nothing of it was judged.

A command whose business is to judge a file (`comity verify`, `comity law lint`) says itself which
of its answers is a judgement.
"""
_EXTRA: Final = "Got unexpected extra argument"
"""How click begins to say that more was typed than a command takes; it has no class of its own."""
_DIR: Final = re.compile(r"(?<![\w-])DIR(?![\w-])")
"""The word for the node's folder in a command that is to be typed next."""
_NOTHING_UNFINISHED: Final = "no unfinished file was left under its name"


def guarded[**P, T](command: Callable[P, T]) -> Callable[P, T]:
    """Give a command's errors their words and exit status.

    What a KeyboardInterrupt carries is said of the interruption; see `interrupted_with`.
    """

    @functools.wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> T:
        try:
            result = command(*args, **options)
        except ComityError as fault:
            fail(fault, as_json=bool(options.get("as_json")))
        except Exception as fault:
            if type(fault).__module__ != "django.db.utils":
                raise
            from comity.node.core.database_errors import translate_fault  # Django is loaded already

            fail(translate_fault(fault), as_json=bool(options.get("as_json")))
        except KeyboardInterrupt as ended:
            sys.exit(interrupted(str(ended)))
        if isinstance(result, int) and result:
            sys.exit(result)  # a command that found something tells its status
        return result

    return run


def interrupted(left: str = "") -> int:
    """Say what an interruption left behind, and return its exit status."""
    click.echo(f"interrupted: {left or _NOTHING_UNFINISHED}", err=True)
    return INTERRUPTED


@contextlib.contextmanager
def interrupted_with(told: str) -> Iterator[None]:
    """Say what an interruption of what is inside leaves behind, in place of the usual sentence.

    Args:
        told: goes after "interrupted: ".
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(told) from None


def _words() -> dict[str, dict[str, str]]:
    """Return what codes mean to a person; read only when something went wrong."""
    text = resources.files("comity.cli").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def fail(fault: ComityError, *, as_json: bool, status: int | None = None) -> NoReturn:
    """Print an error and end the program, with the status that its kind has unless one is given.

    Words for the code that a node said go before those for its refusal.
    """
    known = _words()
    words = known.get(str(fault.facts.get("said", ""))) or known.get(fault.code, {})
    why, following = words.get("why", ""), _with_folder(words.get("next", ""))
    if as_json:
        told = {"code": fault.code, "detail": str(fault), "next": following, "why": why}
        click.echo(json.dumps({"error": told}, sort_keys=True))
    click.echo(f"error [{fault.code}]: {fault}", err=True)
    for label, sentence in (("why", why), ("next", following)):
        if sentence:
            click.echo(f"  {label}: {sentence}", err=True)
    sys.exit(status if status is not None else status_of(fault))


def explain(code: str) -> None:
    """Print why a code is given and what comes next, where one command meets several refusals."""
    words = _words().get(code, {})
    for label in ("why", "next"):
        if sentence := words.get(label):
            click.echo(f"  [{code}] {label}: {sentence}", err=True)


def _with_folder(text: str) -> str:
    """Return a sentence with the node's folder as it was typed where it says DIR.

    A command whose argument is no DIR was given no node's folder, and leaves the word.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return text
    folders = [
        context.params.get(str(one.name))
        for one in context.command.params
        if isinstance(one, click.Argument) and one.metavar == "DIR"
    ]
    typed = shlex.quote(str(folders[0])) if folders and folders[0] else "DIR"
    return _DIR.sub(lambda _found: typed, text)


def status_of(fault: ComityError) -> int:
    """Return the exit status of an error: 2 if what was given is at fault, else 1."""
    misuse = isinstance(fault, (MisuseError, NotFoundError)) or fault.code in _NOT_WHAT_IT_HAS_TO_BE
    return 2 if misuse else 1


def misused(fault: click.ClickException, *, as_json: bool) -> NoReturn:
    """Tell of a command line that cannot be understood, and end with the status of misuse."""
    context = getattr(fault, "ctx", None)
    if context is not None and fault.message.startswith(_EXTRA):
        told_more = f"{fault.message.rstrip('.')}. {_taken(context)}"
        fault = click.UsageError(told_more, ctx=context)
    if as_json:
        path = context.command_path if context is not None else "comity"
        told = {
            "code": MisuseError.code,
            "detail": fault.format_message(),
            "next": f"{path} --help",
            "why": "",
        }
        click.echo(json.dumps({"error": told}, sort_keys=True))
    fault.show()
    sys.exit(fault.exit_code)


def _taken(context: click.Context) -> str:
    """Return what a command takes, for whoever typed more than that."""
    given = [one for one in context.command.params if isinstance(one, click.Argument)]
    options = [
        max(one.opts, key=len)
        for one in context.command.params
        if isinstance(one, click.Option) and not one.hidden
    ]
    takes = " ".join(one.make_metavar(context) for one in given)
    after = f"takes {takes} and no more" if takes else "has no commands below it"
    told = f"{context.command_path!r} {after}."
    return f"{told} Its options: {', '.join(options)}." if options else told


def internal(fault: Exception, *, as_json: bool) -> NoReturn:
    """Tell of a fault of this program's own, with what whoever mends it needs, and end."""
    traceback.print_exception(fault)
    told = InternalError(f"{type(fault).__name__}: this program failed")
    fail(told, as_json=as_json, status=INTERNAL)
