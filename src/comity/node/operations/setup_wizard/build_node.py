"""Making the node of a set-up: its folder all at once, and what is set in its file afterwards."""

import errno
import json
import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import Any, Final

from cryptography import x509

from comity.canonical import OperationError
from comity.directory.trust import TrustFile
from comity.files.errors import translating
from comity.keys.spoken import certificate_name, fingerprint
from comity.node.core.config import NodeConfig, load_config
from comity.node.core.keystore import load_keys
from comity.node.core.signin_settings_check import REQUIRED
from comity.node.core.tls_certificate import CERTIFICATE
from comity.node.operations.create_node import FolderTakenError, found_node, write_public_keys

LOOPBACK: Final = "127.0.0.1"
LOCALHOST: Final = "localhost"
"""The host name of a node whose pages and partners are on its own machine: no TLS."""


def is_port_taken(host: str, port: int) -> bool:
    """Tell whether another program listens on a port where the node is to listen.

    Whether this user may listen there is not asked: the node may run as another one.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as fault:
            return fault.errno == errno.EADDRINUSE
    return False


def make_node(folder: Path, said: dict[str, Any], *, at: datetime) -> NodeConfig:
    """Make a node's folder; it is whole or it is not there, so a power cut leaves no half keys.

    Args:
        folder: new or empty.
        said: what the step of the office keeps.
        at: this moment.

    Raises:
        FolderTakenError: the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderTakenError("the folder is not empty: choose a new one")
    beside = folder.with_name(f".{folder.name}.founding")
    shutil.rmtree(beside, ignore_errors=True)
    name = said["tls_name"]
    config = NodeConfig(
        folder=beside,
        party=said["party"],
        mode=said["mode"],
        host=said["host"],
        port=said["port"],
        tls=bool(name) and name != LOCALHOST,
        hosts=(name,) if name and name != LOCALHOST else (),
        roles=said["roles"],
        second_factor=REQUIRED,
    )
    url = reached_at(config, said)
    found_node(config, TrustFile(mode=config.mode).data, now=at, tls_host=name, url=url)
    write_public_keys(config, now=at)
    with translating("making the node's folder"):
        beside.rename(folder)  # over an empty folder as well
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return load_config(folder)


def fingerprints(config: NodeConfig) -> list[tuple[str, str]]:
    """Return what two people read to each other: use and fingerprint of each key."""
    keys = load_keys(config.keys)
    rows = [(use, fingerprint(key.kid)) for use, key in keys.signing.items()]
    rows += [("sealing", fingerprint(str(one.recipient))) for one in keys.sealing]
    if config.tls:
        data = (config.keys / CERTIFICATE).read_bytes()
        digest = certificate_name(x509.load_pem_x509_certificate(data))
        rows.append(("tls", fingerprint(digest)))
    return rows


def reached_at(config: NodeConfig, said: dict[str, Any]) -> str | None:
    """Return the address at which partners reach the node; None where they do not."""
    if said.get("reach") != "url":
        return None
    if config.tls:
        return f"https://{config.hosts[0]}:{config.port}"
    return f"http://{LOCALHOST}:{config.port}"


def _options(
    config: NodeConfig, said: dict[str, Any], declared: Sequence[tuple[str, str]]
) -> dict[str, list[str]]:
    """Return the options of `entry new` and `entry revise`, by the part of the entry they say."""
    if url := reached_at(config, said):
        endpoint = f"--url {url}{' --tls tls.pem' if config.tls else ''}"
    else:
        endpoint = "--by-document" if said.get("reach") == "by-document" else "--outbound-only"
    treaties = said.get("instruments", {})
    instruments = [f"--instrument {name}={status}" for name, status in sorted(treaties.items())]
    instruments += [f"--declaration {quote(f'{name}={text}')}" for name, text in declared]
    phone = said.get("phone")
    return {
        "keys": ["--keys public-keys.json"],
        "endpoint": [endpoint],
        "languages": [f"--language {lang}" for lang in said.get("languages", ())],
        "instruments": instruments,
        "phone": [f'--phone "{phone}"'] if phone else [],
    }


def entry_commands(
    config: NodeConfig, said: dict[str, Any], declared: Sequence[tuple[str, str]] = ()
) -> tuple[str, ...]:
    """Return what the State's key holders run, in this order, to list this node.

    Args:
        config: of the node.
        said: what the step of the office keeps; empty once the set-up has ended.
        declared: by treaty, what the State declared, with its language before it.
    """
    state = config.party.partition("/")[0]
    words = ["comity directory entry new STATE-FOLDER"]
    for options in _options(config, said, declared).values():
        words += options
    return (
        f"comity directory state-keys -o STATE-FOLDER --state {state} --mode {config.mode}",
        " ".join(words),
        f"comity directory export STATE-FOLDER {state}-records.json",
    )


PUBLISH_COMMAND: Final = "comity directory publish STATE-FOLDER -o FOR-THE-SECRETARIAT.json"
"""What the State's key holders run for a secretariat; the export is for node and partners."""

_CLEARED: Final = {"instruments": ['--instrument ""'], "phone": ['--phone ""']}
"""By part, how `entry revise` is asked to leave out what the entry says."""


def revise_commands(
    config: NodeConfig,
    said: dict[str, Any],
    declared: Sequence[tuple[str, str]],
    parts: Sequence[str],
    *,
    version: int,
) -> tuple[str, ...]:
    """Return what the State's key holders run, in this order, to sign the entry's next version.

    Args:
        config: of the node.
        said: what the step of the office keeps.
        declared: by treaty, what the State declared, with its language before it.
        parts: of the entry, those that change.
        version: of the entry that is signed.
    """
    state, options = config.party.partition("/")[0], _options(config, said, declared)
    words = [f"comity directory entry revise STATE-FOLDER {config.party}"]
    for part in parts:
        words += options[part] or _CLEARED.get(part, [])
    export = f"comity directory export STATE-FOLDER {state}-records-{version}.json"
    return " ".join(words), export


def address(config: NodeConfig) -> str:
    """Return where people open the node's pages."""
    return f"{config.pages_url}/"


def revise_command(config: NodeConfig) -> str:
    """Return what the State's key holders run when the list of public keys has changed."""
    return f"comity directory entry revise STATE-FOLDER {config.party} --keys public-keys.json"


def declare_command(config: NodeConfig) -> str:
    """Return what the State's key holders run when a declaration is added to the entry."""
    return (
        f"comity directory entry revise STATE-FOLDER {config.party} "
        "--declaration TREATY=LANGUAGE:TEXT"
    )


def set_members(config: NodeConfig, **members: Any) -> NodeConfig:
    """Set members of ``node.toml``, each of which stands on one line; nothing else changes.

    Raises:
        OperationError: the file would not be read then; it stays as it was.
    """
    path = config.folder / "node.toml"
    with translating("changing node.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for name, value in members.items():
            lines = [line for line in lines if line.partition("=")[0].strip() != name]
            lines.append(f"{name} = {json.dumps(value)}")
        trial = config.folder / ".trial"
        trial.mkdir(mode=0o700, exist_ok=True)
        try:
            (trial / "node.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
            changed = load_config(trial)
            if changed != replace(
                load_config(config.folder),
                folder=changed.folder,
                **{name: _frozen(value) for name, value in members.items()},
            ):
                raise OperationError("node.toml is laid out by hand: set the members there")
            (trial / "node.toml").replace(path)
        finally:
            shutil.rmtree(trial, ignore_errors=True)
    return load_config(config.folder)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
