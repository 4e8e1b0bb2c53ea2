"""How people of a node sign in, seen and mended by its operator: commands of ``comity user``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import click

OPERATOR: Final = "operator"
_FOLDER = click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
_NAME = click.argument("name")


@contextmanager
def _node(folder: Path) -> Iterator[None]:
    """Be the node of a folder; tell errors as the command line does."""
    from comity.canonical import ComityError
    from comity.cli.people import open_node

    open_node(folder)
    try:
        yield
    except ComityError as fault:
        raise click.ClickException(f"{fault} ({fault.code})") from fault


@click.command()
@_FOLDER
@_NAME
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def factors(folder: Path, name: str, as_json: bool) -> None:
    """List how a person of the node in DIR signs in: passkeys, app, codes, provider, sessions."""
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import factors as held
        from comity.node.signin import sessions

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
            "sessions": len(sessions.sessions_of(person, at=now())),
        }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found["factors"]:
        used = one["used_at"] or "never"
        left = f"\t{one['left']} left" if one["left"] is not None else ""
        click.echo(f"{one['kind']}\t{one['name']}\tmade {one['made_at']}\tused {used}{left}")
    click.echo(f"provider\t{found['provider_subject'] or 'not linked'}")
    click.echo(f"sessions\t{found['sessions']}")


@click.command("reset-factors")
@_FOLDER
@_NAME
def reset_factors(folder: Path, name: str) -> None:
    """Take all second factors of a person away, as for a lost phone; the sessions end.

    Make sure that it is the person who asks: afterwards the password alone lets them in.
    """
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import factors as held

        count = held.reset(name, at=now(), by=OPERATOR)
    click.echo(f"{count} taken away")


@click.command()
@_FOLDER
@_NAME
@click.option("--subject", required=True, help="Value of the claim that `oidc_claim` names.")
def link(folder: Path, name: str, subject: str) -> None:
    """Let the provider of single sign-on let a person in, under the name it has there."""
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import factors as held
        from comity.node.signin.office import office

        issuer = office().oidc_issuer
        held.link(name, issuer=issuer, subject=subject, at=now(), by=OPERATOR)


@click.command()
@_FOLDER
@_NAME
def unlink(folder: Path, name: str) -> None:
    """Let the provider let a person in no more; the sessions end."""
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import factors as held

        count = held.unlink(name, at=now(), by=OPERATOR)
    click.echo(f"{count} taken away")


@click.command()
@_FOLDER
@_NAME
def unlock(folder: Path, name: str) -> None:
    """Open a name that failures have locked, before the quarter of an hour is over."""
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import failures
        from comity.node.signin.factors import officer_named

        failures.unlock(officer_named(name), at=now(), by=OPERATOR)


@click.command()
@_FOLDER
@_NAME
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    help="First line is the password; - reads standard input. Asked for if not given.",
)
def password(folder: Path, name: str, password_file: IO[str] | None) -> None:
    """Set a new password for a person who forgot it; the sessions end."""
    from comity.cli.people import typed_password

    typed = typed_password(password_file)
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import passwords

        passwords.set_password(name, typed, at=now(), by=OPERATOR)


@click.command("end-sessions")
@_FOLDER
@_NAME
def end_sessions(folder: Path, name: str) -> None:
    """End all sessions of a person at once; tokens for programs go on."""
    with _node(folder):
        from comity.node.clock import now
        from comity.node.signin import passwords

        count = passwords.end_sessions(name, at=now(), by=OPERATOR)
    click.echo(f"{count} ended")


COMMANDS: Final = (
    factors, reset_factors, link, unlink, unlock, password, end_sessions,
)  # fmt: skip
