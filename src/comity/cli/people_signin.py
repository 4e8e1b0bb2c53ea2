"""How people of a node sign in, seen and mended by its operator: commands of ``comity user``."""

from pathlib import Path
from typing import IO, Any, Final

import click

from comity.cli.answers import Answer, local_command
from comity.cli.options import NODE_FOLDER

OPERATOR: Final = "operator"
_NAME = click.argument("name")


def _open(folder: Path) -> None:
    """Be the node of a folder."""
    from comity.cli.people import open_node

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
    from comity.cli.people import first_line

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
