"""``comity watchdog``: notices from another machine that a node is down, and tells people."""

import json
import ssl
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import ComityError, MisuseError
from comity.cli.answers import show
from comity.cli.faults import guarded
from comity.cli.office import read_ascii
from comity.cli.options import AS_JSON, HERE, NEW
from comity.files.errors import translating

if TYPE_CHECKING:
    from comity.client.heartbeat import Beat
    from comity.node.core.notice_channels import Channels

_MAX_BYTES: Final = 64 * 1024
_MEMBERS: Final = frozenset(
    {
        "language", "mail", "phones", "smtp_from", "smtp_host", "smtp_password_file", "smtp_port",
        "smtp_tls", "smtp_user", "webhook_key_file", "webhook_url",
    }
)  # fmt: skip


class WatchdogError(MisuseError, code="watchdog"):
    """The watchdog settings cannot be read, or have no recipient."""


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--notify",
    type=HERE,
    help="TOML with smtp_* and webhook_* as in node.toml, the lists mail and phones, and language.",
)
@click.option(
    "--state",
    type=NEW,
    help="File that remembers the last look: then people are told of changes only.",
)
@click.option("--certificate", type=HERE, help="The node's own TLS certificate, in PEM.")
@AS_JSON
@guarded
def watchdog(
    *, url: str, notify: Path | None, state: Path | None, certificate: Path | None, as_json: bool
) -> int:
    """Check that the node at URL responds, and alert if it does not.

    Run it on another machine, each minute. Nothing of what the node holds is asked or told. Exit
    status: 0 the node is up; 1 it is down, or a person could not be told; 2 misuse.
    """
    from comity.client.heartbeat import ask
    from comity.node.core.clock import now

    at = now()
    ways, told = _settings(notify) if notify else (None, {})
    beat = ask(url, at=at, tls=_trust(certificate))
    changed = state is None or _was_up(state) != beat.up
    outcomes: list[dict[str, str]] = []
    if ways is not None and changed and not (beat.up and state is None):
        outcomes = _tell(ways, told, url, beat, at)
    failed = any(one["fault"] for one in outcomes)
    if state is not None and not failed:  # what was not told is told at the next look
        state.write_text(json.dumps({"up": beat.up}), encoding="ascii")
    if as_json:
        show({"outcomes": outcomes, "up": beat.up, "why": beat.why})
    else:
        click.echo("up" if beat.up else f"DOWN [{beat.why}]")
        for one in outcomes:
            click.echo(f"{one['channel']}: {one['fault'] or 'told'}")
    return 0 if beat.up and not failed else 1


def _settings(path: Path) -> tuple["Channels", dict[str, Any]]:
    from comity.node.core.notice_channels import channels_of, parse_address

    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(_MAX_BYTES)
    try:
        told = tomllib.loads(data.decode())
        if not set(told) <= _MEMBERS:
            raise ValueError("members")
        ways = channels_of(told, path.parent)
        told["mail"] = [parse_address(one) for one in told.get("mail", [])]
        told["phones"] = [_phone(one) for one in told.get("phones", [])]
        told["language"] = _language(told.get("language", "en"))
    except (TypeError, ValueError) as fault:
        raise WatchdogError("a member of the watchdog's settings is unknown or wrong") from fault
    if not ((ways.mail and told["mail"]) or ways.hook):
        raise WatchdogError(
            "the watchdog's settings tell nobody: set mail and smtp_*, or webhook_*"
        )
    return ways, told


def _phone(text: object) -> str:
    if not isinstance(text, str) or not text.startswith("+") or not text[1:].isdecimal():
        raise ValueError("phones")
    return text


def _language(name: object) -> str:
    from comity.node.duty.watchdog_text import LANGUAGES

    if not isinstance(name, str) or name not in LANGUAGES:
        raise ValueError("language")
    return name


def _trust(certificate: Path | None) -> "ssl.SSLContext | None":
    from comity.http import pinned_context

    if certificate is None:
        return None
    pem = read_ascii(certificate, what="a certificate")
    with translating(f"reading {certificate}"):
        return pinned_context(pem)


def _was_up(state: Path) -> bool:
    """Return how the node was at the last look; before the first one it is taken to be up."""
    try:
        found = json.loads(state.read_bytes()[:_MAX_BYTES])
    except (OSError, ValueError):
        return True
    return not isinstance(found, dict) or found.get("up") is not False


def _tell(
    ways: "Channels", told: dict[str, Any], url: str, beat: "Beat", at: datetime
) -> list[dict[str, str]]:
    from comity.node.duty import smtp, watchdog_text, webhook

    lang = told["language"]
    said = (
        watchdog_text.back(url=url, at=at, lang=lang)
        if beat.up
        else watchdog_text.down(url=url, why=beat.why, at=at, lang=lang)
    )
    found = []
    mail, hook = ways.mail, ways.hook
    if mail is not None:
        for address in told["mail"]:
            fault = _fault(lambda to=address: smtp.send(mail, to, said.subject, said.text, at=at))
            found.append({"channel": "mail", "fault": fault})
    if hook is not None:
        for phone in told["phones"] or [""]:
            value = {"id": int(at.timestamp()), "number": 0, "text": said.text, "to": phone}
            fault = _fault(lambda what=value: webhook.send(hook, what, at=at))
            found.append({"channel": "webhook", "fault": fault})
    return found


def _fault(send: Any) -> str:
    try:
        send()
    except ComityError as fault:
        return fault.code
    return ""
