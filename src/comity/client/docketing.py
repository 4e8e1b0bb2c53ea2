"""What an officer signs of the docket: read from the node, checked and computed on this machine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError, PeerError, unb64
from comity.client.api import Api
from comity.docket import Done, Entry, Item, item_of, parse_entry
from comity.docket.entry import statement
from comity.exchange import Section, approve
from comity.exchange.certificates import parse_certificate
from comity.keys import Jws, PrivateKey

SIGN: Final = "rights.signed"
HAND_OVER: Final = "shift.handed-over"


class ItemDiffersError(PeerError, code="docket-differs"):
    """The data of an item from the node are inconsistent."""


@dataclass(frozen=True)
class ShownItem:
    """An item as an officer sees it, its chain checked.

    Attributes:
        item: what its entries amount to.
        value: as the node gave it.
    """

    item: Item
    value: dict[str, Any]


def fetch_item(api: Api, identifier: str, *, among: str = "docket") -> ShownItem:
    """Return an item from the node once its entries follow one another and fit their texts.

    Args:
        api: the node, and as whom.
        identifier: of the item.
        among: ``docket``, or ``shifts`` for whoever may read these alone.

    Raises:
        ItemDiffersError: they do not.
    """
    value = api.get(f"/{among}/{identifier}")
    try:
        item = item_of([_done(entry) for entry in value["entries"]])
    except (MisuseError, PeerError, LookupError, TypeError) as fault:
        raise ItemDiffersError("the node shows an item that does not fit together") from fault
    if item.id != identifier:
        raise ItemDiffersError("the node shows another item")
    return ShownItem(item, value)


def _done(value: Any) -> Done:
    entry = parse_entry(unb64(value["entry"]))
    if value["salt"] is None:
        return Done(entry, None)
    return Done(entry, Section(unb64(value["salt"], size_bytes=32), value["said"]))


def sign_entry(
    shown: ShownItem, *, key: PrivateKey, certificate: Jws, now: datetime
) -> dict[str, Any]:
    """Return what the act ``rights.signed`` says: an officer's signature under the last entry.

    Args:
        shown: what the officer read.
        key: the officer's.
        certificate: by the party's officer-ca.
        now: the officer's clock.

    Raises:
        MisuseError: there is nothing to sign, or the certificate is for another key or over.
    """
    last = shown.item.entries[-1]
    if last.entry.act != "rights.recorded" or last.section is None:
        raise MisuseError("only a rights check that was just recorded is signed")
    approval = _signed(last.entry, key=key, certificate=certificate, now=now)
    return {"entry": last.entry.digest, "approval": approval}


def sign_hand_over(
    shown: ShownItem, *, key: PrivateKey, certificate: Jws, now: datetime
) -> dict[str, Any]:
    """Return an officer's signature under the hand-over of a shift.

    Args:
        shown: what the officer read.
        key: the officer's.
        certificate: by the party's officer-ca.
        now: the officer's clock.

    Raises:
        MisuseError: nothing was handed over, or the certificate is for another key or over.
    """
    entry = shown.item.newest(HAND_OVER)
    if entry is None:
        raise MisuseError("nothing was handed over")
    return _signed(entry, key=key, certificate=certificate, now=now)


def _signed(entry: Entry, *, key: PrivateKey, certificate: Jws, now: datetime) -> dict[str, Any]:
    read = parse_certificate(certificate.payload)
    if read.key.kid != key.kid:
        raise MisuseError("the certificate is for another key")
    if not read.valid(at=now):
        raise MisuseError("the certificate does not hold now")
    data = statement(entry, party=read.party, mode=read.mode, certificate=certificate)
    return approve(data, key, certificate, mode=read.mode)
