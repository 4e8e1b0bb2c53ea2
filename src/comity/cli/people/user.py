"""``comity user``: accounts of a node and how they sign in, made and mended by its operator."""

from pathlib import Path
from typing import IO, Any, Final

import click

from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import NODE_FOLDER, open_node
from comity.cli.people.officer import PASSPHRASE, officer_ca

OPERATOR: Final = "operator"
_NAME = click.argument("name")


def _open(folder: Path) -> None:
    """Be the node of a folder."""
    open_node(folder)


@click.command()
@NODE_FOLDER
@_NAME
@local_command
def factors(folder: Path, name: str) -> Answer:
    """List the sign-in methods and sessions of a user."""
    _open(folder)
    from comity.node.core.clock import real_now
    from comity.node.people.signin import factors as held
    from comity.node.people.signin import sessions

    person = held.officer_named(name).user
    found: dict[str, Any] = {
        "factors": [
            {
                "kind": one.kind,
                "name": one.name,
                "made_at": one.made_at.isoformat(),
                "used_at": one.used_at.isoformat() if one.used_at else None,
                "left": one.left,
            }
            for one in held.factors_of(person)
        ],
        "provider_subject": held.link_of(person) or None,
        "sessions": len(sessions.sessions_of(person, at=real_now())),
    }
    provider = f"provider\t{found['provider_subject'] or 'not linked'}"
    sessions_line = f"sessions\t{found['sessions']}"
    return Answer(found, [*map(_factor, found["factors"]), provider, sessions_line])


def _factor(one: dict[str, Any]) -> str:
    used = one["used_at"] or "never"
    left = f"\t{one['left']} left" if one["left"] is not None else ""
    return f"{one['kind']}\t{one['name']}\tmade {one['made_at']}\tused {used}{left}"


@click.command("reset-factors")
@NODE_FOLDER
@_NAME
@local_command
def reset_factors(folder: Path, name: str) -> Answer:
    """Reset all second factors of a user and end the sessions.

    Make sure that it is the person who asks: afterwards the password alone lets them in.
    """
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.signin import factors as held

    count = held.reset(name, at=now(), by=OPERATOR)
    return Answer({"taken_away": count}, [f"{count} taken away"])


@click.command()
@NODE_FOLDER
@_NAME
@click.option("--subject", required=True, help="Value of the claim that `oidc_claim` names.")
@local_command
def link(folder: Path, name: str, subject: str) -> Answer:
    """Link an account to a name at the single sign-on provider."""
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.signin import factors as held
    from comity.node.people.signin.config import office

    issuer = office().oidc_issuer
    held.link(name, issuer=issuer, subject=subject, at=now(), by=OPERATOR)
    return Answer({"linked": name, "subject": subject})


@click.command()
@NODE_FOLDER
@_NAME
@local_command
def unlink(folder: Path, name: str) -> Answer:
    """Unlink an account from single sign-on and end the sessions."""
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.signin import factors as held

    count = held.unlink(name, at=now(), by=OPERATOR)
    return Answer({"taken_away": count}, [f"{count} taken away"])


@click.command()
@NODE_FOLDER
@_NAME
@local_command
def unlock(folder: Path, name: str) -> Answer:
    """Unlock a name that failed sign-ins have locked."""
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.signin import failures
    from comity.node.people.signin.factors import officer_named

    failures.unlock(officer_named(name), at=now(), by=OPERATOR)
    return Answer({"unlocked": name})


@click.command()
@NODE_FOLDER
@_NAME
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="For scripts: its first line is the password, - reads standard input. Default: a first "
    "password is made and printed, once.",
)
@local_command
def password(folder: Path, name: str, password_file: IO[str] | None) -> Answer:
    """Set a first password for a user and end the sessions.

    The first password is shown once. At the next sign-in the user must choose another one.
    """
    given = None if password_file is None else first_line(password_file)
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.access import staff
    from comity.node.people.signin import factors as held
    from comity.node.people.signin import passwords

    shown: list[str] = []
    made = None
    if given is None:
        made = staff.new_password(held.officer_named(name), at=now(), by=OPERATOR)
        shown = [f"first password, shown once: {made}"]
    else:
        passwords.set_password(name, given, at=now(), by=OPERATOR)
    said = f"{name} must choose another password at the next sign-in"
    return Answer({"changed": name, "first_password": True, "password": made}, [*shown, said])


@click.command("end-sessions")
@NODE_FOLDER
@_NAME
@local_command
def end_sessions(folder: Path, name: str) -> Answer:
    """End all sessions of a user. API tokens stay valid."""
    _open(folder)
    from comity.node.core.clock import now
    from comity.node.people.signin import passwords

    count = passwords.end_sessions(name, at=now(), by=OPERATOR)
    return Answer({"ended": count}, [f"{count} ended"])


COMMANDS: Final = (
    factors, reset_factors, link, unlink, unlock, password, end_sessions,
)  # fmt: skip


ROLES = (
    "duty", "case", "approver", "examiner", "translator", "auditor", "trainer", "operator",
    "trainee",
)  # fmt: skip


@click.group(cls=Group)
def user() -> None:
    """Manage accounts of a node and their sign-in methods."""


@user.command()
@NODE_FOLDER
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="For scripts: its first line is the password, - reads standard input. Default: a first "
    "password is made and printed, once.",
)
@click.option("--officer", default="", help="Opaque identifier as in the certificate.")
@click.option("--certificate", type=click.File("rb"), help="The officer's certificate (JWS).")
@click.option("--token", is_flag=True, help="Also make an API token and print it, once.")
@local_command
def add(
    *,
    folder: Path,
    name: str,
    role: str,
    password_file: IO[str] | None,
    officer: str,
    certificate: IO[bytes] | None,
    token: bool,
) -> Answer:
    """Add a user to the node in DIR; print the identifier and a first password.

    The first password is shown once. At the first sign-in the person must choose another one.
    """
    typed = None if password_file is None else first_line(password_file)
    open_node(folder)
    from comity.canonical import decode_loose
    from comity.node.core.clock import now
    from comity.node.messages import draft_changes
    from comity.node.people import accounts
    from comity.node.people.access import staff
    from comity.node.service.handle import command_service

    service, value = None, None
    if certificate is not None:  # all of it is checked before the account is made
        if not officer:
            raise click.UsageError("--certificate needs --officer, the identifier in it")
        service = command_service()
        value = decode_loose(certificate.read(), max_bytes=draft_changes.MAX_CERTIFICATE_BYTES)
        draft_changes.check_certificate(service.node, officer, value)
    given: dict[str, Any] = {"at": now(), "by": OPERATOR, "identifier": officer}
    if typed is None:
        made, password = staff.add(name=name, role=role, **given)
    else:
        made, password = accounts.add_person(name=name, role=role, password=typed, **given), None
    if service is not None:
        draft_changes.store_certificate(service, made.identifier, value, by=OPERATOR)
    secret = (
        accounts.make_token(name, label="command line", at=now(), by=OPERATOR) if token else None
    )
    told = {
        "identifier": made.identifier,
        "name": name,
        "role": role,
        "password": password,
        "token": secret,
    }
    first = [] if password is None else [f"first password, shown once: {password}"]
    return Answer(told, [made.identifier, *first, *([secret] if secret is not None else [])])


@user.command("list")
@NODE_FOLDER
@local_command
def list_(folder: Path) -> Answer:
    """List the users of the node in DIR."""
    open_node(folder)
    from comity.node.people import accounts

    found = [
        {
            "name": one.user.get_username(),
            "role": one.role,
            "identifier": one.identifier,
            "active": one.user.is_active,
        }
        for one in accounts.people()
    ]
    return Answer({"people": found}, map(_line, found))


def _line(row: dict[str, Any]) -> str:
    state = "in use" if row["active"] else "disabled"
    return f"{row['name']}\t{row['role']}\t{row['identifier']}\t{state}"


@user.command()
@NODE_FOLDER
@click.argument("name")
@local_command
def token(folder: Path, name: str) -> Answer:
    """Create an API token for a user and print it once."""
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.people import accounts

    secret = accounts.make_token(name, label="command line", at=now(), by=OPERATOR)
    return Answer({"name": name, "token": secret}, [secret])


@user.command()
@NODE_FOLDER
@click.argument("name")
@local_command
def disable(folder: Path, name: str) -> Answer:
    """Close an account and revoke its tokens. Its history stays."""
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.people import accounts

    accounts.disable(name, at=now(), by=OPERATOR)
    return Answer({"disabled": name})


@user.command()
@NODE_FOLDER
@click.argument("officer", metavar="OFFICER")
@click.option("--role", type=click.Choice(ROLES), help="Give the person this role.")
@click.option("--enable", is_flag=True, help="Open a closed account; prints a first password.")
@click.option("--confirm", is_flag=True, help="Confirm for a year that the account is needed.")
@local_command
def change(*, folder: Path, officer: str, role: str | None, enable: bool, confirm: bool) -> Answer:
    """Change the account of OFFICER when no administrator can."""
    open_node(folder)
    from comity.node.core.clock import now
    from comity.node.people.access import staff, yearly_review

    found = staff.named(officer)
    if role is not None:
        staff.change_role(found, role, at=now(), by=OPERATOR)
    if confirm:
        yearly_review.confirm(found, by=None, at=now())
    password = staff.enable(found, at=now(), by=OPERATOR) if enable else None
    told = {"identifier": officer, "role": found.role, "password": password}
    return Answer(told, [password] if password is not None else [])


@user.command()
@click.argument("request", type=click.File("rb"))
@click.option("--ca", required=True, type=click.Path(path_type=Path), help="Officer-ca key file.")
@PASSPHRASE
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="New file.")
@local_command
def certify(
    request: IO[bytes], ca: Path, days: int, output: Path, *, passphrase_file: Path | None
) -> Answer:
    """Certify the passkey in REQUEST of an officer, offline.

    Shows whom it is for and asks first: the officer-ca vouches for what it signs.
    """
    import os
    from datetime import timedelta

    from comity.canonical import decode, new_id
    from comity.exchange import certify
    from comity.exchange.certificates import check_certifiable, enrolled
    from comity.node.core.clock import now
    from comity.node.core.keystore import write_secret

    at = now()
    asked = decode(request.read(), max_bytes=4096)
    made = enrolled(
        asked,
        certificate_id=new_id(at, os.urandom(10)),
        not_before=at,
        not_after=at + timedelta(days=days),
    )
    told = f"{made.officer} of {made.party} ({made.mode}), {', '.join(made.roles)}"
    place = asked["webauthn"]["origin"]
    click.confirm(f"{told}, passkey at {place}. Certify?", abort=True, err=True)
    signer = officer_ca(ca, passphrase_file)
    check_certifiable(made, signer.public)
    write_secret(output, certify(made, signer).record)
    return Answer({"certificate": made.id, "file": str(output), "officer": made.officer})


def first_line(file: IO[str]) -> str:
    """Return the password that a file holds: its first line."""
    return file.readline().rstrip("\r\n")


for _command in COMMANDS:
    user.add_command(_command)
