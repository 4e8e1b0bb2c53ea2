"""A node's self-test: each part is used once, for real, on material that is thrown away.

Four words, and no other: ``proved`` was done here just now and came out right; ``attested`` is what
somebody else says, here the kernel about its clock; ``unknown`` says that there was nothing to try;
``failed`` names what a person must mend. Nothing in the node changes.
"""

import shlex
import ssl
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.conf import settings

from comity.canonical import ComityError
from comity.directory.store import DirectoryStore
from comity.node.core.config import NodeConfig
from comity.node.core.host_names import unserved_name
from comity.node.core.keystore import SEALING, USES, KeyFileError, load_keys
from comity.node.core.notice_channels import channels_of
from comity.node.duty import smtp
from comity.node.evidence.storage.store_probe import probe
from comity.node.messages import officer_signing
from comity.node.operations import scheduled_backups, selftest_steps
from comity.node.operations.backup_place import BackupPlaceError

type Word = Literal["proved", "attested", "unknown", "failed"]

KEYS: Final = (
    "folder", "disk", "clock", "database", "keys", "signature", "directory", "officers", "tls",
    "store", "backup", "backup-folder", "mail", "fonts", "readers",
)  # fmt: skip
"""Every trial, in the order it is told; docs/how-to/set-up-a-node.md lists them."""
MUST_HOLD: Final = frozenset({"folder", "clock", "database", "keys", "signature"})
"""Trials without which a node must not start; nobody can answer for going on without them."""
_BY_KEYS: Final = frozenset({"signature", "directory", "backup"})
"""Trials that need the node's keys: without one they would only say the same thing again."""
_SOON: Final = timedelta(days=30)
_LONGEST: Final = 300


@dataclass(frozen=True)
class Trial:
    """What came of one trial.

    Attributes:
        key: of `KEYS`.
        word: how far it is known.
        found: a code of what was found, stable, as ``disk-short``.
        facts: numbers and names; no secret.
    """

    key: str
    word: Word
    found: str
    facts: dict[str, Any] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def self_test(
    config: NodeConfig, *, at: datetime, offered: Collection[str] = ()
) -> tuple[Trial, ...]:
    """Return every trial, in the order of `KEYS`.

    Args:
        config: of the node, which may be running or may never have run.
        at: this node's clock.
        offered: languages of this office beside those that its entry names.
    """
    return tuple(each_trial(config, at=at, offered=offered))


def each_trial(
    config: NodeConfig, *, at: datetime, offered: Collection[str] = ()
) -> Iterator[Trial]:
    """Yield the trials one by one; one that breaks keeps no other from being made."""
    trials: dict[str, Callable[[NodeConfig, datetime], Trial]] = {
        **_TRIALS,
        "fonts": partial(_fonts, offered=offered),
    }
    lacking: dict[str, Any] = {}
    for key in KEYS:
        if lacking and key in _BY_KEYS:
            yield Trial(key, "unknown", "not-tried", lacking)
            continue
        try:
            yield trials[key](config, at)
        except KeyFileError as fault:
            named = {name: fault.facts.get(name, "") for name in ("file", "folder")}
            lacking = named if key == "keys" else lacking
            if _has_no_keys(config):
                yield Trial(key, "failed", "keys-none", {**named, "party": config.party})
                continue
            typed = {"node": shlex.quote(str(config.folder))}
            yield Trial(key, "failed", fault.code, {**named, **typed})
        except ComityError as fault:
            yield Trial(key, "failed", fault.code, {"detail": str(fault)[:_LONGEST]})
        except OSError as fault:
            facts = {"errno": fault.errno or 0, "detail": fault.strerror or ""}
            yield Trial(key, "failed", "no-access", facts)


def passed(found: tuple[Trial, ...]) -> bool:
    """Tell whether nothing failed."""
    return all(one.word != "failed" for one in found)


def _folder(config: NodeConfig, at: datetime) -> Trial:
    for place in (config.folder, config.vault):
        selftest_steps.written_and_read(place)
    if config.folder.stat().st_mode & 0o077:
        return Trial("folder", "failed", "folder-open", {"mode": oct(config.folder.stat().st_mode)})
    return Trial("folder", "proved", "folder-kept")


def _disk(config: NodeConfig, at: datetime) -> Trial:
    free, total = selftest_steps.least_room((config.folder, config.vault))
    facts = {"free": free, "total": total}
    if free < selftest_steps.LITTLE_DISK_BYTES:
        return Trial("disk", "failed", "disk-short", facts)
    return Trial("disk", "proved", "disk-free", facts)


def _clock(config: NodeConfig, at: datetime) -> Trial:
    newest = selftest_steps.newest_row(config.database_file)
    if newest is not None and newest - at > timedelta(minutes=5):
        return Trial("clock", "failed", "clock-behind", {"newest": newest.isoformat()})
    if at < datetime(2026, 1, 1, tzinfo=UTC):  # before this program was written
        return Trial("clock", "failed", "clock-behind", {"newest": "2026"})
    kept = selftest_steps.clock_is_kept()
    if kept is None:
        return Trial("clock", "unknown", "clock-unknown")
    return Trial("clock", "attested" if kept else "unknown", "clock-kept" if kept else "clock-free")


def _database(config: NodeConfig, at: datetime) -> Trial:
    if not config.database_file.is_file():
        return Trial("database", "unknown", "database-none")
    rows = selftest_steps.damage(config.database_file)
    return Trial(
        "database", "failed" if rows else "proved", "database-damaged" if rows else "whole"
    )


def _keys(config: NodeConfig, at: datetime) -> Trial:
    load_keys(config.keys)
    public = {"tls.pem"}
    open_ = [p.name for p in config.keys.iterdir() if p.stat().st_mode & 0o077]
    wrong = sorted(set(open_) - public)
    if wrong:
        return Trial("keys", "failed", "keys-open", {"files": ", ".join(wrong[:5])})
    return Trial("keys", "proved", "keys-kept", {"number": len(list(config.keys.iterdir()))})


def _has_no_keys(config: NodeConfig) -> bool:
    """Tell whether no key of the node is there: none was made, or the whole folder is lost."""
    made = (*(f"{use}.json" for use in USES), f"{SEALING}*.txt")
    return not any(file for name in made for file in config.keys.glob(name))


def _signature(config: NodeConfig, at: datetime) -> Trial:
    keys = load_keys(config.keys)
    log = keys["log"].key
    if not isinstance(log, Ed25519PrivateKey):
        return Trial("signature", "failed", "log-key-kind")
    selftest_steps.log_round_trip(log)
    selftest_steps.signing_round_trip(keys)
    selftest_steps.sealing_round_trip(keys)
    return Trial("signature", "proved", "signed-and-checked")


def _directory(config: NodeConfig, at: datetime) -> Trial:
    held = DirectoryStore.open(config.directory).load()
    facts = {"states": len(held.states), "parties": len(held.parties())}
    if not held.has(config.party):
        return Trial("directory", "unknown", "own-entry-none", facts)
    listed = {row.kid for row in held.entry(config.party).keys if row.status == "active"}
    keys = load_keys(config.keys)
    ours = {key.kid for key in keys.signing.values()}
    if not ours <= listed:
        return Trial("directory", "failed", "own-entry-other", facts)
    reached = held.entry(config.party).endpoint.url
    unserved = unserved_name(config, reached) if reached else ""
    if unserved:
        return Trial("directory", "failed", "own-host-unserved", {**facts, "host": unserved})
    return Trial("directory", "proved", "own-entry-ours", facts)


def _is_this_process(config: NodeConfig) -> bool:
    """Tell whether this process is the node of a folder, so that its register can be asked."""
    served = getattr(settings, "CONFIG", None) if apps.ready else None
    return served is not None and served.folder == config.folder


def _officers(config: NodeConfig, at: datetime) -> Trial:
    stored = officer_signing.certificates_in_file(config)
    if stored is None and config.database and _is_this_process(config):
        from comity.node.messages.officer_ca import stored_certificates  # Django is set up here

        stored = stored_certificates()
    held = DirectoryStore.open(config.directory).load()
    found = officer_signing.signing(held, config.party, stored or (), at=at)
    facts = {
        "authors": found.authors,
        "approvers": found.approvers,
        "instruments": ", ".join(found.instruments),
        "party": config.party,
    }
    if not found.listed or (found.lacking == "officers-few" and stored is None):
        return Trial("officers", "unknown", found.lacking, facts)
    if found.lacking:
        return Trial("officers", "failed", found.lacking, facts)
    return Trial("officers", "proved", "officers-sign", facts)


def _tls(config: NodeConfig, at: datetime) -> Trial:
    if not config.tls:
        loopback = config.host in {"127.0.0.1", "localhost", "::1"}
        return Trial("tls", "unknown" if loopback else "failed", "tls-none", {"host": config.host})
    certificate, private = config.keys / "tls.pem", config.keys / "tls-key.pem"
    missing = [path.name for path in (certificate, private) if not path.is_file()]
    if missing:
        facts = {"file": ", ".join(missing), "folder": str(config.keys)}
        return Trial("tls", "failed", "tls-missing", facts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, private)
    except ssl.SSLError:
        return Trial("tls", "failed", "tls-key-other")
    until = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    facts = {"until": until.isoformat()}
    if until <= at:
        return Trial("tls", "failed", "tls-over", facts)
    return Trial("tls", "proved", "tls-soon-over" if until - at < _SOON else "tls-good", facts)


def _store(config: NodeConfig, at: datetime) -> Trial:
    found = probe(config, at=at)
    facts = {"place": found.place}
    if not found.usable:
        return Trial("store", "failed", "package-store-untrue", facts)
    return Trial("store", "proved", "store-true", facts)


def _backup(config: NodeConfig, at: datetime) -> Trial:
    if not config.database and not config.database_file.is_file():
        return Trial("backup", "unknown", "database-none")
    with tempfile.TemporaryDirectory(prefix="comity-self-test-") as name:
        files, leaves = selftest_steps.backup_round_trip(config, Path(name), at=at)
    return Trial("backup", "proved", "backup-restored", {"files": files, "tree_size": leaves})


def backup_folder_trial(config: NodeConfig) -> Trial:
    """Return whether the folder of backups takes files now, and holds a backup as it was made."""
    if not config.backup_folder or not config.backup_recipients:
        return Trial("backup-folder", "unknown", "backup-folder-none")
    typed = {"folder": config.backup_folder, "node": shlex.quote(str(config.folder))}
    try:
        found = scheduled_backups.newest_found(config)
    except BackupPlaceError as fault:
        facts = {**typed, "cause": fault.cause}
        return Trial("backup-folder", "failed", "backup-folder-closed", facts)
    except ComityError as fault:
        facts = {**typed, "detail": str(fault)[:_LONGEST]}
        return Trial("backup-folder", "failed", fault.code, facts)
    if found is None:
        return Trial("backup-folder", "unknown", "backup-folder-empty", typed)
    newest, stands = found
    facts = {**typed, "name": newest.name}
    if not newest.sealed:
        return Trial("backup-folder", "failed", "backup-plain", facts)
    return Trial("backup-folder", _BACKUP_WORD[stands], f"backup-{stands}", facts)


_BACKUP_WORD: Final[dict[scheduled_backups.Standing, Word]] = {
    "same": "proved",
    "changed": "failed",
    "unknown": "unknown",
}
"""By how the newest backup in the folder compares with what was noted when it was made."""


def _mail(config: NodeConfig, at: datetime) -> Trial:
    values = {n: getattr(config, n) for n in dir(config) if n.startswith(("smtp_", "webhook_"))}
    server = channels_of(values, config.folder).mail
    if server is None:
        return Trial("mail", "unknown", "mail-none")
    smtp.greet(server)
    return Trial("mail", "proved", "mail-answers", {"host": server.host})


def _fonts(config: NodeConfig, at: datetime, offered: Collection[str] = ()) -> Trial:
    from comity.papers.errors import FontMissingError
    from comity.papers.typeset import FontPlaces, families
    from comity.papers.words import LANGUAGES

    missing: dict[str, str] = {}
    for lang in LANGUAGES:
        try:
            families([lang], FontPlaces())
        except FontMissingError as fault:
            missing[lang] = str(fault.facts["package"])
    needed = {one.lower() for one in (*offered, *_entry_languages(config))}
    lacking = {lang: package for lang, package in missing.items() if lang.lower() in needed}
    if missing:
        named = lacking or missing
        told = {
            "languages": ", ".join(named),
            "packages": ", ".join(sorted(set(named.values()))),
        }
        if lacking:
            return Trial("fonts", "failed", "font-missing", told)
        return Trial("fonts", "unknown", "font-missing-elsewhere", told)
    return Trial("fonts", "proved", "fonts-found", {"languages": len(LANGUAGES)})


def _entry_languages(config: NodeConfig) -> tuple[str, ...]:
    """Return the languages that our entry offers; English alone before there is one."""
    directory = DirectoryStore.open(config.directory).load()
    found = directory.entry(config.party).languages if directory.has(config.party) else ()
    return ("en", *found)


def _readers(config: NodeConfig, at: datetime) -> Trial:
    if selftest_steps.readers_are_confined():
        return Trial("readers", "proved", "readers-confined")
    if config.unconfined_readers:
        return Trial("readers", "unknown", "readers-unconfined")
    return Trial("readers", "failed", "reader-unconfined")


_TRIALS: Final[dict[str, Callable[[NodeConfig, datetime], Trial]]] = {
    "folder": _folder,
    "disk": _disk,
    "clock": _clock,
    "database": _database,
    "keys": _keys,
    "signature": _signature,
    "directory": _directory,
    "officers": _officers,
    "tls": _tls,
    "store": _store,
    "backup": _backup,
    "backup-folder": lambda config, _at: backup_folder_trial(config),
    "mail": _mail,
    "fonts": _fonts,
    "readers": _readers,
}
