"""Making a node's list of public keys again, where the file is lost.

What the State listed stays as it is listed; keys that it has not listed yet get a new time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from comity.directory import NodeKeys, parse_key_row, sealing_row, signing_row
from comity.directory.keyrow import KeyRow
from comity.directory.store import DirectoryStore
from comity.evidence import age_keys
from comity.ledger import LogOrigin, peek_checkpoint
from comity.node.core.config import NodeConfig
from comity.node.core.head_guard import FILE, FileGuard, HeadGuardMissingError
from comity.node.core.keystore import SEALING, load_keys, load_signing_key, public_rows

_ELSEWHERE: Final = "officer-ca"
_CREDENTIAL: Final = "credential"


def made_anew(config: NodeConfig, *, now: datetime, life: timedelta) -> NodeKeys:
    """Return the list of a node's public keys, from its keys, its entry and its head guard.

    Args:
        config: of the node.
        now: from when keys hold that its State has not listed.
        life: how long those hold.

    Raises:
        KeyFileError: a key is missing or damaged.
        HeadGuardMissingError: its State lists no log, and the node has no head guard.
        StorageError: the directory or the guard cannot be read.
    """
    directory = DirectoryStore.open(config.directory).load()
    entry = directory.entry(config.party) if directory.has(config.party) else None
    kept = {row.kid: row for row in entry.keys if row.status == "active"} if entry else {}
    held = {row.kid: kept.get(row.kid, row) for row in _held(config, now, now + life)}
    rows = (*held.values(), *(row for row in kept.values() if row.use == _ELSEWHERE))
    named = partial(NodeKeys, mode=config.mode, party=config.party, keys=rows)
    if entry is not None and entry.origins:
        return named(epoch=entry.epoch, origins=entry.origins)
    guarded = FileGuard(config.folder / FILE).read()
    if guarded is None:
        raise HeadGuardMissingError("this node has no head guard")
    origin = peek_checkpoint(guarded).origin
    return named(epoch=LogOrigin.parse(origin).epoch, origins=(origin,))


def _held(config: NodeConfig, begin: datetime, end: datetime) -> Iterator[KeyRow]:
    """Yield a row for each key in force, and for each next one."""
    keys = load_keys(config.keys)
    newest = replace(keys, sealing=keys.sealing[:1])  # the older ones only open what was sealed
    for row in public_rows(newest, not_before=begin, not_after=end):
        yield parse_key_row(row)
    further: list[Path] = sorted(config.keys.glob("*.next"))
    if (config.keys / f"{_CREDENTIAL}.json").is_file():
        further.append(config.keys / f"{_CREDENTIAL}.json")
    for path in further:
        if path.stem == SEALING:
            text = str(age_keys.parse_key_file(path.read_bytes())[0].recipient)
            yield sealing_row(text, not_before=begin, not_after=end)
        else:
            key = load_signing_key(path, use=path.stem)
            yield signing_row(key.public, use=path.stem, not_before=begin, not_after=end)
