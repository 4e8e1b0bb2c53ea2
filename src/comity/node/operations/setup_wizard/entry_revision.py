"""The directory entry that the State signed for this node, compared with the set-up's answers.

One place says what differs and which commands the State's key custodians run: `entry new` while
no entry is here, `entry revise` with the options that differ once there is one.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from comity.directory import Entry
from comity.directory.state_folder import merged_keys
from comity.directory.store import DirectoryStore
from comity.instruments.ratification import Item, Ratification, ratification_of
from comity.node.core.config import NodeConfig
from comity.node.core.formats import comma
from comity.node.core.law_library import lawbook
from comity.node.core.tls_certificate import CERTIFICATE
from comity.node.log import key_rotation
from comity.node.operations.setup_wizard import build_node

_CHOICE: Final = "choice"
PART: Final = {
    "keys": _("Public keys"),
    "endpoint": _("Address for partners"),
    "languages": _("Languages"),
    "instruments": _("Instruments and declarations"),
    "phone": _("Telephone"),
}
"""What an entry says of the answers; in the order of the options of `entry new`."""


def _needs(found: NodeConfig, name: str) -> Ratification | None:
    laws = lawbook(found).library
    one = laws.instruments.get(name)
    return ratification_of(laws, one) if one else None


def choices(found: NodeConfig, instrument: str) -> tuple[Item, ...]:
    """Return what a treaty lets its parties declare, by our data; empty where it has none."""
    needs = _needs(found, instrument)
    return tuple(one for one in needs.items if one.kind == _CHOICE) if needs else ()


def hint(found: NodeConfig, instrument: str, key: str, language: str) -> str:
    """Return what is said of a choice of a treaty; empty where nothing is."""
    needs = _needs(found, instrument)
    return needs.text(key, language) if needs else ""


def declared(found: NodeConfig, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is declared, as `entry new` takes it: treaty, and text with its language.

    Args:
        found: settings of the node.
        said: what the set-up keeps, by step; of a treaty that is no longer stated, nothing.
    """
    rows, held = [], said.get("declarations", {})
    stated = said.get("office", {}).get("instruments", {})
    for treaty, texts in sorted(held.get("texts", {}).items()):
        if treaty not in stated:
            continue
        cited = {one.key: one.cite for one in choices(found, treaty)}
        for key, text in texts.items():
            under = ""
            if key in cited:
                with override(held["language"]):  # partners read article and text as one
                    article = gettext("Article %(article)s") % {"article": comma().join(cited[key])}
                under = f"{article}: "
            rows.append((treaty, f"{held['language']}:{under}{text}"))
    return rows


def signed_entry(found: NodeConfig) -> Entry | None:
    """Return the entry of this node that was imported; None where there is none."""
    directory = DirectoryStore.open(found.directory).load()
    return directory.entry(found.party) if directory.has(found.party) else None


def differing_parts(found: NodeConfig, said: Mapping[str, Any], entry: Entry) -> list[str]:
    """Return the parts (`PART`) in which an entry says something else than the answers.

    Args:
        found: settings of the node.
        said: what the set-up keeps, by step.
        entry: as the State signed it.
    """
    office = said.get("office", {})
    texts: dict[str, list[str]] = {}
    for treaty, text in declared(found, said):
        texts.setdefault(treaty, []).append(text)
    stated = {
        name: (status, sorted(texts.get(name, [])))
        for name, status in office.get("instruments", {}).items()
    }
    signed = {
        one.name: (one.status, sorted(f"{text.lang}:{text.text}" for text in one.reservations))
        for one in entry.instruments
    }
    unlike = {
        "keys": _keys_differ(found, entry),
        "endpoint": _endpoint_differs(found, office, entry),
        "languages": sorted(office.get("languages", ())) != sorted(entry.languages),
        "instruments": stated != signed,
        "phone": office.get("phone", "") != (entry.duty_phone or ""),
    }
    asked = PART if office else ("keys",)
    return [part for part in asked if unlike[part]]


def _keys_differ(found: NodeConfig, entry: Entry) -> bool:
    """Tell whether the list of public keys would change the entry."""
    if not (found.folder / key_rotation.PUBLIC).is_file():
        return False
    listed = key_rotation.listed(found)
    return (
        merged_keys(entry.keys, listed.keys) != entry.keys
        or listed.epoch != entry.epoch
        or not set(listed.origins) <= set(entry.origins)
    )


def _endpoint_differs(found: NodeConfig, office: Mapping[str, Any], entry: Entry) -> bool:
    url, certificate = build_node.reached_at(found, dict(office)), None
    if url is None:
        return entry.endpoint.kind != office.get("reach")
    if found.tls:
        data = (found.keys / CERTIFICATE).read_bytes()
        der = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
        certificate = base64.b64encode(der).decode()
    return (entry.endpoint.url, entry.endpoint.tls_certificate) != (url, certificate)


def commands(found: NodeConfig, said: Mapping[str, Any], entry: Entry | None) -> tuple[str, ...]:
    """Return what the State's key custodians run, in this order; nothing where all is signed.

    Args:
        found: settings of the node.
        said: what the set-up keeps, by step.
        entry: as the State signed it; None where none was imported.
    """
    office, texts = said.get("office", {}), declared(found, said)
    if entry is None:
        return build_node.entry_commands(found, office, texts)
    parts = differing_parts(found, said, entry)
    if not parts:
        return ()
    return build_node.revise_commands(found, office, texts, parts, version=entry.version + 1)
