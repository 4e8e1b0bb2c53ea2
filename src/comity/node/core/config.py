"""A node's folder: where things lie, and what its operator decided."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from comity.canonical import Mode, OperationError, PeerError, parse_mode, parse_party
from comity.directory.parsing import is_loopback
from comity.node.core.config_backup import BACKUP_MEMBERS, check_backups
from comity.node.core.config_notices import NOTICE_MEMBERS, check_notices
from comity.node.core.config_programs import check_programs
from comity.node.core.notice_channels import NoticeAddressError
from comity.node.core.signin_settings_check import check_signin

VARIABLE: Final = "COMITY_DIR"
SMALL_OFFICE: Final = "small-office"
MINISTRY: Final = "ministry"
PRESETS: Final = (SMALL_OFFICE, MINISTRY)
MAX_CONNECTIONS: Final = 16
MAX_AUTHORITIES: Final = 2
MAX_NOTICES: Final = 12
MAX_NOTICE_DAYS: Final = 365
_STORE: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_DATABASE: Final = re.compile(r"postgresql://[^\s:@/]*(@[^\s@/]*)?/[^\s/?]+(\?\S*)?")
"""A password has no place here: node.toml is read by more people than the file for it."""
_LEAST: Final = {
    "quota_bytes": 0,
    "reserve_bytes": 0,
    "rate_bytes_s": 0,
    "connections": 1,
    "turn_s": 1,
    "offer_days": 0,
    "upload_days": 1,
    "partner_messages_per_minute": 0,
}


_WRONG: Final = "node.toml has a wrong value for `{name}`"
_PLACE: Final = re.compile(r"at line ([0-9]+)")


class NodeFolderError(OperationError, code="node-folder"):
    """A folder is not a node's, or its settings cannot be read."""


class NodeSettingError(NodeFolderError, code="node-setting"):
    """A line of ``node.toml`` cannot be read, or a member is unknown or wrong; says which."""


@dataclass(frozen=True, kw_only=True)
class NodeConfig:
    """What ``node.toml`` says.

    Attributes:
        folder: the node's folder.
        party: whom the node speaks for.
        mode: live or exercise.
        host: address to listen on.
        port: TCP port, 1 to 65535.
        poll: parties whose outbox this node asks for, because they cannot reach it.
        witness: whether the node cosigns other logs' checkpoints (a secretariat does).
        witnesses: parties asked to cosign this node's checkpoints.
        repository: folder of the TUF repository this node serves, or empty (a secretariat's).
        directory_url: from where the directory is refreshed, or empty.
        retry_days: how long an undelivered message is tried before it is a dead letter.
        partner_messages_per_minute: how many messages of one partner are taken in a minute; beyond
            it emergencies alone, up to ten times as many; 0 for no quota.
        threads: worker threads for requests.
        hosts: further host names under which people reach the pages.
        tls: whether the node serves TLS with the certificate in its keys folder.
        store: where packages lie: empty for the node's folder, or ``s3://bucket/prefix``.
        store_endpoint: address of an S3-compatible store, or empty for the region's own.
        store_region: as the store wants it in signatures.
        store_credentials: file with the store's key pair, mode 0600; empty: by the environment.
        quota_bytes: most bytes of packages this node keeps; 0 for no quota.
        reserve_bytes: free space that moving packages leaves on the node's disk.
        rate_bytes_s: most bytes a second this node fetches or brings; 0 for no limit.
        connections: how many ranges of one package are fetched at once, 1 to 16.
        turn_s: how long one package is fetched before the others have their turn.
        offer_days: how long an offered package is served; 0 for always.
        upload_days: how long an unfinished upload is kept.
        timestamp_urls: one or two time-stamp authorities (RFC 3161) that date this node's log.
        timestamp_minutes: least time between two time stamps of one authority.
        law: folder of the office's own instruments and of its reviews of rules, or empty.
        notice_days: days before a time limit on which people are told; the last is 0.
        oral_hours: local policy: until an oral request is confirmed in writing.
        emergency_hours: local policy: until an emergency is answered.
        status_days: local policy: until a question about progress is answered.
        languages: folder of the office's own languages, or empty.
        second_factor: whether people must have a second factor: ``offered`` or ``required``.
        second_factor_reason: why it is not required any more; told to everybody who signs in.
        idle_minutes: after how long without use a session ends, 5 to 720.
        proxies: addresses of the proxies in front, whose word on the client's address counts.
        oidc_issuer: OpenID provider that people may sign in with, or empty.
        oidc_client: this node's name at the provider.
        oidc_secret: file with the client secret, mode 0600; empty for a public client.
        oidc_name: what people call the provider.
        oidc_claim: claim of the ID token that names the person.
        oidc_acr: of which ways to authenticate the token must name one; empty: not asked.
        oidc_amr: means that the token must all name; empty: not asked.
        oidc_ca: file with the authority that certifies the provider's TLS, or empty.
        watch_url: address under which people open the pages, told in notices; empty: by `host`.
        smtp_host, smtp_port, smtp_tls, smtp_user, smtp_password_file, smtp_from: the mail server
            of notices; an empty host for none.
        webhook_url, webhook_key_file: gateway of notices, and the key that signs; empty for none.
        unreachable_hours: how long a partner's node may be silent before somebody is woken.
        pings_per_day: how often one party is asked in a day whether its watch answers.
        pings_per_day_in_all: how many tests of all parties together wake somebody here in a day.
        reach_every_days: after how many days the node itself asks a party's watch; 0 for never.
        destruction_officers: how many officers destroy an exhibit: 1, or 2 by four eyes.
        known_digests: file of digests of known abuse material, one a line, or empty.
        exemption_codes: file of the office's own exemption codes for releases, or empty.
        roles: how rights are divided: ``small-office`` or ``ministry``.
        hook_hosts: hosts that webhooks may go to; empty: to none.
        hook_private: whether such a host may lie inside: on this machine, in a private network.
        database: the register in PostgreSQL, ``postgresql://user@host/name``; empty: the node's own
            SQLite file.
        database_password_file: file with its password, mode 0600; empty: none is asked for.
        unconfined_readers: whether what reads hostile files may run where the kernel cannot confine
            it; then such a file could reach the node's keys.
        exercise_clock: file with the clock of the exercise that this node was made for, relative to
            its folder; empty: the real one. Never of a live node.
        backup_folder, backup_recipients, backup_keep: where backups from the pages lie, to whom
            they are sealed, and how many are kept; without folder and recipient there are none.
    """

    folder: Path
    party: str
    mode: Mode
    host: str = "127.0.0.1"
    port: int = 8700
    poll: tuple[str, ...] = ()
    witness: bool = False
    witnesses: tuple[str, ...] = ()
    repository: str = ""
    directory_url: str = ""
    retry_days: int = 30
    partner_messages_per_minute: int = 60
    threads: int = 16
    hosts: tuple[str, ...] = ()
    tls: bool = False
    store: str = ""
    store_endpoint: str = ""
    store_region: str = "us-east-1"
    store_credentials: str = ""
    quota_bytes: int = 0
    reserve_bytes: int = 1024**3
    rate_bytes_s: int = 0
    connections: int = 4
    turn_s: int = 120
    offer_days: int = 90
    upload_days: int = 7
    timestamp_urls: tuple[str, ...] = ()
    timestamp_minutes: int = 60
    law: str = ""
    notice_days: tuple[int, ...] = (14, 7, 3, 1, 0)
    oral_hours: int = 48
    emergency_hours: int = 24
    status_days: int = 14
    languages: str = ""
    second_factor: str = "offered"
    second_factor_reason: str = ""
    idle_minutes: int = 60
    proxies: tuple[str, ...] = ()
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = ""
    oidc_claim: str = "sub"
    oidc_acr: tuple[str, ...] = ()
    oidc_amr: tuple[str, ...] = ()
    oidc_ca: str = ""
    watch_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    smtp_from: str = ""
    webhook_url: str = ""
    webhook_key_file: str = ""
    unreachable_hours: int = 6
    pings_per_day: int = 2
    pings_per_day_in_all: int = 20
    reach_every_days: int = 30
    destruction_officers: int = 2
    known_digests: str = ""
    exemption_codes: str = ""
    roles: str = SMALL_OFFICE
    hook_hosts: tuple[str, ...] = ()
    hook_private: bool = False
    database: str = ""
    database_password_file: str = ""
    backup_folder: str = ""
    backup_recipients: tuple[str, ...] = ()
    backup_keep: int = 14
    unconfined_readers: bool = False
    exercise_clock: str = ""

    @property
    def database_file(self) -> Path:
        """Return the SQLite file, which there is unless the register lies in PostgreSQL."""
        return self.folder / "node.sqlite3"

    @property
    def keys(self) -> Path:
        """Return the folder of the node's private keys."""
        return self.folder / "keys"

    @property
    def vault(self) -> Path:
        """Return the folder of what arrives, and of sealed packages unless `store` is set."""
        return self.folder / "vault"

    @property
    def directory(self) -> Path:
        """Return the folder of the node's copy of the directory."""
        return self.folder / "directory"

    @property
    def pages_url(self) -> str:
        """Return where people open the pages: the certificate's name if the node serves TLS.

        Without TLS on loopback it is ``localhost``: a passkey needs a host name.
        """
        if not self.tls and is_loopback(self.host):
            return f"http://localhost:{self.port}"
        host = self.hosts[0] if self.tls and self.hosts else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{shown}:{self.port}"

    @property
    def law_folder(self) -> Path | None:
        """Return the folder of the office's law, or None; a relative one lies in the node's."""
        return self.folder / self.law if self.law else None

    @property
    def languages_folder(self) -> Path | None:
        """Return the folder of the office's languages, or None; relative to the node's."""
        return self.folder / self.languages if self.languages else None

    @property
    def known_digests_file(self) -> Path | None:
        """Return the file of known digests, or None; a relative one lies in the node's folder."""
        return self.folder / self.known_digests if self.known_digests else None

    @property
    def exemption_codes_file(self) -> Path | None:
        """Return the file of the office's own codes, or None; a relative one lies in the node's."""
        return self.folder / self.exemption_codes if self.exemption_codes else None

    @property
    def clock_file(self) -> Path | None:
        """Return the file with the exercise's clock, or None; a relative one as the others."""
        return self.folder / self.exercise_clock if self.exercise_clock else None

    @property
    def exports(self) -> Path:
        """Return the folder of court bundles that officers asked for on the pages."""
        return self.folder / "exports"

    def write(self) -> None:
        """Write ``node.toml``, refusing to overwrite one."""
        text = "".join(
            f"{name} = {json.dumps(value)}\n"
            for name, value in (
                ("party", self.party),
                ("mode", self.mode),
                ("host", self.host),
                ("port", self.port),
                ("poll", list(self.poll)),
                ("witness", self.witness),
                ("witnesses", list(self.witnesses)),
                ("repository", self.repository),
                ("directory_url", self.directory_url),
                ("retry_days", self.retry_days),
                ("partner_messages_per_minute", self.partner_messages_per_minute),
                ("threads", self.threads),
                ("hosts", list(self.hosts)),
                ("tls", self.tls),
                ("store", self.store),
                ("store_endpoint", self.store_endpoint),
                ("store_region", self.store_region),
                ("store_credentials", self.store_credentials),
                ("quota_bytes", self.quota_bytes),
                ("reserve_bytes", self.reserve_bytes),
                ("rate_bytes_s", self.rate_bytes_s),
                ("connections", self.connections),
                ("turn_s", self.turn_s),
                ("offer_days", self.offer_days),
                ("upload_days", self.upload_days),
                ("timestamp_urls", list(self.timestamp_urls)),
                ("timestamp_minutes", self.timestamp_minutes),
                ("law", self.law),
                ("notice_days", list(self.notice_days)),
                ("oral_hours", self.oral_hours),
                ("emergency_hours", self.emergency_hours),
                ("status_days", self.status_days),
                ("languages", self.languages),
                ("second_factor", self.second_factor),
                ("second_factor_reason", self.second_factor_reason),
                ("idle_minutes", self.idle_minutes),
                ("proxies", list(self.proxies)),
                ("oidc_issuer", self.oidc_issuer),
                ("oidc_client", self.oidc_client),
                ("oidc_secret", self.oidc_secret),
                ("oidc_name", self.oidc_name),
                ("oidc_claim", self.oidc_claim),
                ("oidc_acr", list(self.oidc_acr)),
                ("oidc_amr", list(self.oidc_amr)),
                ("oidc_ca", self.oidc_ca),
                *((name, getattr(self, name)) for name in NOTICE_MEMBERS),
                ("destruction_officers", self.destruction_officers),
                ("known_digests", self.known_digests),
                ("exemption_codes", self.exemption_codes),
                ("roles", self.roles),
                ("hook_hosts", list(self.hook_hosts)),
                ("hook_private", self.hook_private),
                ("unconfined_readers", self.unconfined_readers),
                ("database", self.database),
                ("database_password_file", self.database_password_file),
                *((name, getattr(self, name)) for name in BACKUP_MEMBERS),
                *([("exercise_clock", self.exercise_clock)] if self.exercise_clock else []),
            )
        )
        with (self.folder / "node.toml").open("x", encoding="utf-8") as file:
            file.write(text)


def load_config(folder: Path) -> NodeConfig:
    """Return the settings of a node's folder.

    Raises:
        NodeFolderError: no ``node.toml``, or one that cannot be read.
        NodeSettingError: one with a member that is unknown or wrong.
    """
    path = folder / "node.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise NodeFolderError("no node.toml here: make a node with `comity init DIR`") from fault
    except UnicodeDecodeError as fault:
        raise NodeSettingError("node.toml is no text in UTF-8") from fault
    except tomllib.TOMLDecodeError as fault:
        place = _PLACE.search(str(fault))
        at = f"in line {place[1]}" if place else "at its end"
        raise NodeSettingError(f"node.toml is no TOML {at}") from fault
    unknown = sorted(values.keys() - _members())
    if unknown:
        named = ", ".join(f"`{one[:60]}`" for one in unknown[:5])
        raise NodeSettingError(f"node.toml has a member that this program does not know: {named}")
    try:
        return _config(folder, values)
    except NoticeAddressError as fault:
        raise NodeSettingError(_WRONG.format(name="smtp_from")) from fault
    except ValueError as fault:  # its text is the name of the member
        raise NodeSettingError(_WRONG.format(name=fault)) from fault


def _members() -> frozenset[str]:
    return frozenset(one.name for one in fields(NodeConfig)) - {"folder"}


@contextmanager
def _member(name: str) -> Iterator[None]:
    """Name the member whose value another module refuses."""
    try:
        yield
    except PeerError as fault:
        raise ValueError(name) from fault


def _config(folder: Path, values: dict[str, Any]) -> NodeConfig:
    """Return checked settings; a ValueError is the name of a member that is wrong."""
    with _member("party"):
        values["party"] = parse_party(values.get("party"))
    with _member("mode"):
        values["mode"] = parse_mode(values.get("mode"))
    _check_types(values)
    _check_moving(values)
    _check_stamping(values)
    _check_law(values)
    _check_clocks(values)
    check_signin(values)
    check_notices(values, folder)
    check_programs(values)
    check_backups(values)
    if values.get("roles", SMALL_OFFICE) not in PRESETS:
        raise ValueError("roles")
    return NodeConfig(folder=folder.resolve(), **values)


def _check_types(values: dict[str, Any]) -> None:
    """Refuse what is of another type than its member; a list becomes a tuple."""
    for one in fields(NodeConfig):
        if one.name not in values:
            continue
        value, of = values[one.name], get_args(one.type)
        if not of:
            right = type(value) is one.type or one.name in {"mode", "folder"}
        else:
            right = type(value) is list and all(type(each) is of[0] for each in value)
            values[one.name] = tuple(value) if right else ()
        if not right:
            raise ValueError(one.name)


def _check_moving(values: dict[str, Any]) -> None:
    """Refuse amounts that would silently mean something else."""
    for name, least in _LEAST.items():
        value = values.get(name, least)
        if type(value) is not int or value < least:
            raise ValueError(name)
    if values.get("connections", 1) > MAX_CONNECTIONS:
        raise ValueError("connections")
    store = values.get("store", "")
    if store and not _STORE.fullmatch(store):
        raise ValueError("store")


def _check_stamping(values: dict[str, Any]) -> None:
    """Refuse more authorities than a bundle numbers, addresses that are none, and no pause."""
    urls = values.get("timestamp_urls", ())
    minutes = values.get("timestamp_minutes", 1)
    if len(urls) > MAX_AUTHORITIES or type(minutes) is not int or minutes < 1:
        raise ValueError("timestamp_urls")
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > 200:
            raise ValueError("timestamp_urls")


def _check_law(values: dict[str, Any]) -> None:
    """Refuse a folder that is no text."""
    for name in ("law", "languages", "known_digests", "exemption_codes"):
        if type(values.get(name, "")) is not str:
            raise ValueError(name)
    for name in ("database", "database_password_file"):
        if type(values.get(name, "")) is not str:
            raise ValueError(name)
    address = values.get("database", "")
    if address and not _DATABASE.fullmatch(address):
        raise ValueError("database")
    if values.get("destruction_officers", 2) not in {1, 2}:
        raise ValueError("destruction_officers")


def _check_clocks(values: dict[str, Any]) -> None:
    """Refuse notices out of order, and a time limit that is none."""
    days = values.get("notice_days", (0,))
    falling = all(one > two for one, two in pairwise(days))
    if not 1 <= len(days) <= MAX_NOTICES or days[-1] != 0 or not falling:
        raise ValueError("notice_days")
    if any(type(day) is not int for day in days) or days[0] > MAX_NOTICE_DAYS:
        raise ValueError("notice_days")
    clock = values.get("exercise_clock", "")
    if type(clock) is not str or (clock and values["mode"] != "exercise"):
        raise ValueError("exercise_clock")
    for name in ("oral_hours", "emergency_hours", "status_days"):
        value = values.get(name, 1)
        if type(value) is not int or not 1 <= value <= MAX_NOTICE_DAYS:
            raise ValueError(name)


def current_config() -> NodeConfig:
    """Return the settings of the node this process is, by the environment it was started with."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        raise NodeFolderError(f"{VARIABLE} names no node's folder")
    return load_config(Path(folder))
