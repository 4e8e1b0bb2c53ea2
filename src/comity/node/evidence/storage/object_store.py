"""Where sealed packages lie: a folder, or a bucket of an S3-compatible store, by one setting.

Both speak through `obstore`. A store's own words never reach an error: they may hold addresses.
Credentials come from a file of mode 0600 or from ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, and are never written anywhere.

ADR 0020 says why stores are probed before they are trusted (`store_probe`).
"""

import os
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from comity.canonical import OperationError
from comity.node.core.config import NodeConfig

KEY_ID: Final = "AWS_ACCESS_KEY_ID"
SECRET: Final = "AWS_SECRET_ACCESS_KEY"  # noqa: S105 - the name of a variable
_MEMBERS: Final = frozenset({"access_key_id", "secret_access_key"})
_MAX_FILE_BYTES: Final = 4096
_PATIENCE: Final = timedelta(seconds=20)


class StoreError(OperationError, code="package-store"):
    """The store of packages does not answer, or refuses; it is asked again."""


class StoreKeyError(OperationError, code="package-store-key"):
    """The store's credentials are missing, malformed, or readable by others."""


def open_store(config: NodeConfig) -> ObjectStore:
    """Return the store that a node's settings name; nothing is asked of it yet.

    Raises:
        StoreKeyError: its credentials cannot be had.
    """
    if not config.store:
        return LocalStore(prefix=config.vault, mkdir=True)
    place = urlsplit(config.store)
    key_id, secret = credentials(config)
    plain = config.store_endpoint.startswith("http://")
    return S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        endpoint=config.store_endpoint or None,
        region=config.store_region,
        access_key_id=key_id,
        secret_access_key=secret,
        virtual_hosted_style_request=False,
        client_options={"allow_http": plain, "timeout": _PATIENCE, "connect_timeout": "5s"},
        retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
    )


def credentials(config: NodeConfig) -> tuple[str, str]:
    """Return the store's key pair: identifier and secret.

    Raises:
        StoreKeyError: neither a good file nor both variables are there.
    """
    if config.store_credentials:
        return _from_file(config.folder / config.store_credentials)
    found = os.environ.get(KEY_ID, ""), os.environ.get(SECRET, "")
    if not all(found):
        raise StoreKeyError(f"set store_credentials in node.toml, or {KEY_ID} and {SECRET}")
    return found


def _from_file(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise StoreKeyError("others may read the file of credentials: chmod 600")
            values = tomllib.loads(file.read(_MAX_FILE_BYTES).decode())
    except OSError as fault:
        raise StoreKeyError("the file of credentials cannot be read") from fault
    except ValueError as fault:
        raise StoreKeyError("the file of credentials is no TOML") from fault
    if set(values) != _MEMBERS or not all(type(v) is str and v for v in values.values()):
        raise StoreKeyError("the file must hold access_key_id and secret_access_key, as text")
    return values["access_key_id"], values["secret_access_key"]


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Turn a store's refusal into a `StoreError` that says what was being done, and no more."""
    try:
        yield
    except AlreadyExistsError:
        raise
    except BaseError as fault:
        raise StoreError(f"{doing}: the store of packages refused or did not answer") from fault
