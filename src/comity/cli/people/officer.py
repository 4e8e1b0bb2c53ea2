"""Commands of officers and their officer-ca: keys, certificates, approvals."""

import getpass
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.canonical import parse_mode
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import HERE, NEW, YES, named_party

if TYPE_CHECKING:
    from comity.exchange import Certificate
    from comity.keys import PrivateKey, PublicKey

PASSPHRASE = click.option(
    "--passphrase-file",
    type=HERE,
    help="First line is the passphrase of the officer-ca's file. Asked for if needed.",
)
_ALG = click.option(
    "--alg", type=click.Choice(["Ed25519", "ES256"]), default="Ed25519", show_default=True
)


@click.group(cls=Group)
def officer() -> None:
    """Create keys and certificates of officers, away from the node."""


@officer.command()
@click.option("-o", "output", required=True, type=NEW, help="New file for the secret key.")
@click.option("--ca", is_flag=True, help="Make an officer-ca key instead of an officer's.")
@click.option(
    "--passphrase-file",
    type=HERE,
    help="First line is a passphrase: the officer-ca's file is encrypted (PKCS #8, PEM).",
)
@_ALG
@local_command
def keygen(output: Path, ca: bool, alg: str, *, passphrase_file: Path | None) -> Answer:
    """Create a key: the secret in FILE, the public half in FILE.pub.

    With a passphrase the browser's page for certifying officers reads the file too, and so does
    `openssl pkcs8`.
    """
    from comity.keys import PrivateKey
    from comity.keys.encrypted import IV_BYTES, SALT_BYTES, encrypt_key
    from comity.keys.spoken import fingerprint
    from comity.node.core.keystore import make_signing_key, write_secret

    if passphrase_file is None:
        key = make_signing_key(output, use="officer-ca" if ca else "officer", alg=alg)
    elif not ca:
        raise click.UsageError("--passphrase-file belongs to --ca")
    else:
        key = PrivateKey.from_seed(os.urandom(32), alg=alg)
        passphrase, salt = first_line(passphrase_file), os.urandom(SALT_BYTES)
        sealed = encrypt_key(key, passphrase, salt=salt, iv=os.urandom(IV_BYTES))
        write_secret(output, sealed)
    public = output.with_name(f"{output.name}.pub")
    public.write_text(json.dumps(key.public.jwk, sort_keys=True) + "\n", encoding="utf-8")
    lines = [key.kid, f"fingerprint: {fingerprint(key.kid)}"]
    return Answer({"file": str(output), "kid": key.kid, "public": str(public)}, lines)


def first_line(file: Path) -> str:
    """Return the first line of a file, which is a passphrase."""
    return file.read_text("utf-8").partition("\n")[0].rstrip("\r")


def officer_ca(file: Path, passphrase_file: Path | None) -> "PrivateKey":
    """Return the officer CA's private key of a file; ask for its passphrase where it has one.

    Raises:
        KeyFileError: no such file, or a key of another use.
        PassphraseError: it does not open.
    """
    from comity.node.core.keystore import load_officer_ca

    def passphrase() -> str:
        if passphrase_file is not None:
            return first_line(passphrase_file)
        return getpass.getpass("Passphrase of the officer-ca's file: ")

    return load_officer_ca(file, passphrase=passphrase)


def read_public_key(path: Path) -> "PublicKey":
    """Return the public key of a file.

    Raises:
        PublicKeyFileError: it holds a secret, or no public key.
    """
    from comity.canonical import ComityError, decode_loose
    from comity.keys import PublicKey
    from comity.keys.encrypted import BEGINNING
    from comity.node.core.keystore import MAX_FILE_BYTES, PublicKeyFileError

    data = path.read_bytes()
    try:
        value = decode_loose(data, max_bytes=MAX_FILE_BYTES)
    except ComityError:  # what it says of the file may be the key
        value = None
    jwk = value.get("jwk", value) if isinstance(value, dict) else None
    if data.lstrip().startswith(BEGINNING) or (isinstance(jwk, dict) and "d" in jwk):
        raise PublicKeyFileError(
            f"{path} is the secret file of the key, which stays where it is: give {path.name}.pub, "
            "the public half"
        )
    try:
        return PublicKey.from_jwk(value)
    except ComityError:
        raise PublicKeyFileError(
            f"{path} holds no public key: give the file that ends in .pub (comity officer keygen)"
        ) from None


def _check_listed(certificate: "Certificate", signer: "PublicKey", path: Path) -> None:
    """Raise unless a node with this list of public keys would take the certificate."""
    from comity.directory import parse_node_keys
    from comity.exchange.errors import CertificateError

    node = parse_node_keys(path.read_bytes())
    uses = {row.kid: row.use for row in node.keys}
    if (node.party, node.mode) != (certificate.party, certificate.mode):
        raise CertificateError(
            f"{path} is of {node.party} ({node.mode}), the certificate would be of "
            f"{certificate.party} ({certificate.mode}): correct --party or --mode"
        )
    if uses.get(signer.kid) != "officer-ca":
        raise CertificateError(
            f"{path} does not list this officer-ca: sign with the one it lists, or list this one "
            "(comity keys prepare --use officer-ca)"
        )
    if certificate.key.kid in uses:
        raise CertificateError(
            "the officer's key is a key of the node: make one of the officer's own "
            "(comity officer keygen)"
        )


@officer.command()
@click.argument("public", type=HERE)
@click.option("--ca", "authority", required=True, type=HERE, help="The officer-ca's key file.")
@PASSPHRASE
@click.option("--party", required=True, callback=named_party, help="The officer's authority.")
@click.option("--mode", type=click.Choice(["live", "exercise"]), default="live", show_default=True)
@click.option("--officer", "identifier", required=True, help="Opaque identifier, never a name.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(["author", "approver"])
)
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
@click.option(
    "--keys",
    "listed",
    type=HERE,
    help="The node's public-keys.json: the certificate must fit its party, mode and officer-ca.",
)
@click.option("--unlisted", is_flag=True, help="No node lists the officer-ca yet: check nothing.")
@click.option("-o", "output", required=True, type=NEW, help="New file for the certificate.")
@local_command
def certify(
    *,
    public: Path,
    authority: Path,
    passphrase_file: Path | None,
    party: str,
    mode: str,
    identifier: str,
    roles: tuple[str, ...],
    days: int,
    listed: Path | None,
    unlisted: bool,
    output: Path,
) -> Answer:
    """Certify the key in PUBLIC for an officer.

    A node takes the certificate only if it is of the node's own party and mode, and its State lists
    the officer-ca. By --keys that is checked before anything is signed; without it nothing says
    whose officer-ca it is, and nothing is signed unless --unlisted says that no node lists it yet.
    """
    from comity.canonical import new_id
    from comity.exchange import Certificate, certify
    from comity.exchange.certificates import check_certifiable, check_identifier
    from comity.node.core.clock import now
    from comity.node.core.keystore import write_secret

    if (listed is None) != unlisted:
        raise click.UsageError(
            f"nothing says that this officer-ca is of {party}: give --keys with that node's "
            "public-keys.json, or --unlisted if no node lists it yet, and not both"
        )
    moment = now()
    certificate = Certificate(
        id=new_id(moment, os.urandom(10)),
        party=party,
        mode=parse_mode(mode),
        officer=check_identifier(identifier),
        roles=tuple(sorted(set(roles))),
        key=read_public_key(public),
        not_before=moment,
        not_after=moment + timedelta(days=days),
    )
    signer = officer_ca(authority, passphrase_file)
    check_certifiable(certificate, signer.public)
    if listed is not None:
        _check_listed(certificate, signer.public, listed)
    signed = certify(certificate, signer)
    write_secret(output, signed.record)
    roles_told = " and ".join(certificate.roles)
    return Answer(
        {"certificate": certificate.id, "file": str(output), "officer": identifier},
        [f"{identifier} may act as {roles_told} for {counted(days, 'day')}"],
    )


@click.command()
@click.argument("draft")
@click.option("--key", "key_file", required=True, type=HERE, help="Your officer key.")
@click.option("--certificate", required=True, type=HERE, help="Your certificate.")
@click.option("--role", type=click.Choice(["author", "approver"]), required=True)
@YES
@click.option("--dry-run", is_flag=True, help="Show what would be signed; sign nothing.")
@node_command
def approve(
    api: Api,
    *,
    draft: str,
    key_file: Path,
    certificate: Path,
    role: str,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> Answer:
    """Review DRAFT and sign it on this machine.

    What is shown is checked against what would be signed, here, not at the node, and the
    fingerprint is made from it: the pages show the same one to the others who sign.
    """
    from comity.client.approving import fetch_draft, sign_draft
    from comity.exchange.approvals import number_of
    from comity.exchange.certificates import parse_certificate
    from comity.keys import jws
    from comity.node.core.clock import now
    from comity.node.core.keystore import load_signing_key

    moment = now()
    envelope = jws.parse(certificate.read_bytes())
    mode = parse_certificate(envelope.payload).mode
    shown = fetch_draft(api, draft, now=moment)
    told = shown.draft
    head = f"{told.type}  from {told.author}  to {', '.join(told.members)}"
    click.echo(head, err=as_json)
    for name, section in sorted(shown.sections.items()):
        click.echo(f"\n{name}:", err=as_json)
        text = json.dumps(section.value, ensure_ascii=False, indent=1, sort_keys=True)
        click.echo(text, err=as_json)
    number = number_of(told, mode=mode)
    click.echo(f"\nmessage fingerprint: {number}", err=as_json)
    if dry_run:
        return Answer({"draft": draft, "number": number, "signed": False})
    if not yes and not click.confirm(f"\nSign this as {role}?", err=as_json):
        raise click.exceptions.Exit(1)
    approval = sign_draft(
        shown,
        key=load_signing_key(key_file, use="officer"),
        certificate=envelope,
        mode=mode,
        role=role,
        now=moment,
    )
    api.post(f"/drafts/{draft}/approvals", approval)
    value = {"draft": draft, "number": number, "role": role, "signed": True}
    return Answer(value, [f"signed as {role}"])
