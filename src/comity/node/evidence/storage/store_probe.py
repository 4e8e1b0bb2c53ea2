"""What a store of packages keeps of its promises, tried before it is trusted (ADR 0020).

S3-compatible stores differ in silence: some overwrite what must only be created, one hands back
other bytes than it was given, some take a lock and delete all the same. Each promise is tried on
small objects under ``probe/``. What packages need (the same bytes, at once) must hold, or the store
is refused; what they do without, because their names are content, is told.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore

from comity.canonical import OperationError
from comity.http import Answer as Answered
from comity.http import Client, NoAnswerError
from comity.node.core.config import NodeConfig
from comity.node.evidence.storage.object_store import asking, credentials, open_store

type Answer = Literal["kept", "not-kept", "not-known"]

_SMALL: Final = b"comity"
_PARTS_BYTES: Final = 6 * 1024 * 1024 + 1
_PART_BYTES: Final = 5 * 1024 * 1024
_TIMEOUT_S: Final = 10.0
_MOST_BYTES: Final = 1024 * 1024
_EMPTY: Final = hashlib.sha256(b"").hexdigest()


class StoreUntrueError(OperationError, code="package-store-untrue"):
    """A store of packages does not give back what it was given; it is not used."""


@dataclass(frozen=True)
class Probe:
    """What a store was found to keep.

    Attributes:
        place: the setting that names it, or "folder".
        same_bytes: what was stored in several parts reads back the same, whole and by range.
        at_once: what was written or deleted is seen so by the next reader.
        create_only: what exists is not overwritten when only creating was asked for.
        versions: whether the bucket keeps old versions; not known of a folder.
        locks: whether the bucket can refuse deletion until a date; not known of a folder.
    """

    place: str
    same_bytes: Answer
    at_once: Answer
    create_only: Answer
    versions: Answer
    locks: Answer

    @property
    def usable(self) -> bool:
        """Tell whether packages are safe in it."""
        return (self.same_bytes, self.at_once) == ("kept", "kept")


def probe(config: NodeConfig, *, at: datetime) -> Probe:
    """Try the store that a node's settings name.

    Args:
        config: the node's settings.
        at: this moment, for the store's signatures.

    Raises:
        StoreError: it does not answer, or refuses.
        StoreKeyError: its credentials cannot be had.
    """
    store, name = open_store(config), f"probe/{secrets.token_hex(8)}"
    with asking("trying the store of packages"):
        try:
            return Probe(
                place=config.store or "folder",
                same_bytes=_answer(_same_bytes(store, f"{name}-parts")),
                create_only=_answer(_create_only(store, name)),
                at_once=_answer(_at_once(store, name)),
                versions=_asked(config, "versioning", b"<Status>Enabled</Status>", at=at),
                locks=_asked(config, "object-lock", b"<ObjectLockEnabled>Enabled<", at=at),
            )
        finally:
            for key in (name, f"{name}-parts"):
                _forget(store, key)


def check(config: NodeConfig, *, at: datetime) -> Probe:
    """Try a store and refuse it if packages would not be safe in it.

    Raises:
        StoreUntrueError: they would not.
        StoreError, StoreKeyError: it cannot be tried.
    """
    found = probe(config, at=at)
    if not found.usable:
        raise StoreUntrueError("the store of packages gave back other bytes, or old ones")
    return found


def _answer(kept: object) -> Answer:
    return "kept" if kept else "not-kept"


def _same_bytes(store: ObjectStore, key: str) -> bool:
    many = not isinstance(store, LocalStore)
    data = secrets.token_bytes(_PARTS_BYTES if many else len(_SMALL))
    obstore.put(store, key, data, use_multipart=many, chunk_size=_PART_BYTES)
    whole = hashlib.sha256(bytes(obstore.get(store, key).bytes())).digest()
    around = slice(_PART_BYTES - 100, _PART_BYTES + 100) if many else slice(1, 3)
    part = bytes(obstore.get_range(store, key, start=around.start, end=around.stop))
    return (whole, part) == (hashlib.sha256(data).digest(), data[around])


def _create_only(store: ObjectStore, key: str) -> bool:
    obstore.put(store, key, _SMALL, mode="create", use_multipart=False)
    try:
        obstore.put(store, key, b"overwritten", mode="create", use_multipart=False)
    except AlreadyExistsError:
        return bytes(obstore.get(store, key).bytes()) == _SMALL
    return False


def _at_once(store: ObjectStore, key: str) -> bool:
    for data in (b"first", b"second"):
        obstore.put(store, key, data, use_multipart=False)
        if bytes(obstore.get(store, key).bytes()) != data:
            return False
    obstore.delete(store, key)
    try:
        obstore.head(store, key)
    except FileNotFoundError:
        return True
    return False


def _forget(store: ObjectStore, key: str) -> None:
    try:
        obstore.delete(store, key)
    except FileNotFoundError:
        return


# ------------------------------------------------------------------ what only the bucket can say


def _asked(config: NodeConfig, question: str, expected: bytes, *, at: datetime) -> Answer:
    """Ask a bucket for one of its settings, which `obstore` has no call for."""
    if not config.store:
        return "not-known"
    try:
        answer = _get_setting(config, question, at=at)
    except NoAnswerError:
        return "not-known"
    if answer.status == HTTPStatus.OK:
        return _answer(expected in answer.body)
    return "not-kept" if answer.status == HTTPStatus.NOT_FOUND else "not-known"


def _get_setting(config: NodeConfig, question: str, *, at: datetime) -> Answered:
    """Return the answer to ``GET /bucket?question=``, signed (AWS Signature Version 4)."""
    endpoint = config.store_endpoint or f"https://s3.{config.store_region}.amazonaws.com"
    host, bucket = urlsplit(endpoint).netloc, urlsplit(config.store).netloc
    key_id, secret = credentials(config)
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{config.store_region}/s3/aws4_request"
    fields = {"host": host, "x-amz-content-sha256": _EMPTY, "x-amz-date": stamp}
    names = ";".join(fields)
    shown = "".join(f"{name}:{value}\n" for name, value in fields.items())
    asked = f"GET\n/{bucket}\n{question}=\n{shown}\n{names}\n{_EMPTY}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, text).hex()
    fields["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    url = f"{endpoint.rstrip('/')}/{bucket}?{question}="
    client = Client(connect_s=_TIMEOUT_S, step_s=_TIMEOUT_S)
    try:
        return client.ask("GET", url, headers=fields, max_bytes=_MOST_BYTES)
    finally:
        client.close()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
