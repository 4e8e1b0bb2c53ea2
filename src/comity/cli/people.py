"""``comity user``: accounts of a node, made by its operator on the node's own machine."""

import getpass
from pathlib import Path
from typing import IO

import click

from comity.cli.people_signin import COMMANDS, OPERATOR

ROLES = (
    "duty", "case", "approver", "examiner", "translator", "auditor", "trainer", "operator",
)  # fmt: skip


@click.group()
def user() -> None:
    """Accounts of a node: add, list, change, disable, and how people sign in."""


def open_node(folder: Path) -> None:
    """Make Django ready for a node's folder, its database at this version."""
    from comity.node.setup import use_node

    use_node(folder)
    from comity.node.migrating import migrate

    migrate()


_FOLDER = click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)


@user.command()
@_FOLDER
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="First line is the password; - reads standard input. Asked for if not given.",
)
@click.option("--officer", default="", help="Opaque identifier as in the certificate.")
@click.option("--certificate", type=click.File("rb"), help="The officer's certificate (JWS).")
@click.option("--token", is_flag=True, help="Also make an API token and print it, once.")
def add(
    *,
    folder: Path,
    name: str,
    role: str,
    password_file: IO[str] | None,
    officer: str,
    certificate: IO[bytes] | None,
    token: bool,
) -> None:
    """Add a person to the node in DIR. Prints the officer's identifier, then the token if asked."""
    password = typed_password(password_file)
    open_node(folder)
    from comity.canonical import ComityError, decode_loose
    from comity.node import acts, people
    from comity.node.clock import now
    from comity.node.service import command_service

    try:
        made = people.add_person(
            name=name, role=role, password=password, at=now(), by=OPERATOR, identifier=officer
        )
        click.echo(made.identifier)
        if certificate is not None:
            value = decode_loose(certificate.read(), max_bytes=acts.MAX_CERTIFICATE_BYTES)
            acts.store_certificate(command_service(), made.identifier, value, by=OPERATOR)
        if token:
            click.echo(people.make_token(name, label="command line", at=now(), by=OPERATOR))
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


@user.command("list")
@_FOLDER
def list_(folder: Path) -> None:
    """List the people of the node in DIR: name, role, identifier, whether in use."""
    open_node(folder)
    from comity.node import people

    for officer in people.people():
        state = "in use" if officer.user.is_active else "disabled"
        click.echo(f"{officer.user.get_username()}\t{officer.role}\t{officer.identifier}\t{state}")


@user.command()
@_FOLDER
@click.argument("name")
def token(folder: Path, name: str) -> None:
    """Make an API token for a person and print it, once."""
    open_node(folder)
    from comity.canonical import ComityError
    from comity.node import people
    from comity.node.clock import now

    try:
        click.echo(people.make_token(name, label="command line", at=now(), by=OPERATOR))
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


@user.command()
@_FOLDER
@click.argument("name")
def disable(folder: Path, name: str) -> None:
    """Close a person's account and drop the tokens; what the person did stays."""
    open_node(folder)
    from comity.canonical import ComityError
    from comity.node import people
    from comity.node.clock import now

    try:
        people.disable(name, at=now(), by=OPERATOR)
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


@user.command()
@_FOLDER
@click.argument("officer", metavar="OFFICER")
@click.option("--role", type=click.Choice(ROLES), help="Give the person this role.")
@click.option("--enable", is_flag=True, help="Open a closed account; prints a first password.")
@click.option("--confirm", is_flag=True, help="Confirm for a year that the account is needed.")
def change(*, folder: Path, officer: str, role: str | None, enable: bool, confirm: bool) -> None:
    """Change the account of OFFICER, an identifier. The way back in when nobody else can."""
    open_node(folder)
    from comity.canonical import ComityError
    from comity.node.access import attesting, staff
    from comity.node.clock import now

    try:
        found = staff.named(officer)
        if role is not None:
            staff.change_role(found, role, at=now(), by=OPERATOR)
        if confirm:
            attesting.confirm(found, by=None, at=now())
        if enable:
            click.echo(staff.enable(found, at=now(), by=OPERATOR))
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


@user.command()
@click.argument("request", type=click.File("rb"))
@click.option("--ca", required=True, type=click.Path(path_type=Path), help="Officer-ca key file.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="New file.")
def certify(request: IO[bytes], ca: Path, days: int, output: Path) -> None:
    """Certify the passkey in REQUEST, downloaded from an officer's account page. Off line.

    Shows whom it is for and asks first: the officer-ca vouches for what it signs.
    """
    import os
    from datetime import timedelta

    from comity.canonical import ComityError, decode, new_id
    from comity.exchange import certify
    from comity.exchange.enrolling import enrolled
    from comity.node.clock import now
    from comity.node.keystore import load_signing_key, write_secret

    at = now()
    try:
        asked = decode(request.read(), max_bytes=4096)
        made = enrolled(
            asked,
            certificate_id=new_id(at, os.urandom(10)),
            not_before=at,
            not_after=at + timedelta(days=days),
        )
        told = f"{made.officer} of {made.party} ({made.mode}), {', '.join(made.roles)}"
        place = asked["webauthn"]["origin"]
        click.confirm(f"{told}, passkey at {place}. Certify?", abort=True)
        write_secret(output, certify(made, load_signing_key(ca, use="officer-ca")).record)
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


def typed_password(file: IO[str] | None) -> str:
    """Return the password of a file's first line, or as it is typed twice."""
    if file is not None:
        return file.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise click.ClickException("the two passwords differ")
    return first


for _command in COMMANDS:
    user.add_command(_command)
