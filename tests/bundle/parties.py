"""The parties of a case in memory: keys, officers, directory, trust file.

Every key follows from a label, so a bundle can be made again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.directory.world import key_set, state_keys
from tests.exchange.makers import Officer, key, seed
from tests.origins import origin_of

from comity.canonical import Mode, new_id, state_of
from comity.directory import (
    Directory,
    Endpoint,
    Entry,
    KeyRow,
    StateRecord,
    TrustFile,
    accept_all,
    sign_entry,
    sign_state,
    signing_row,
)
from comity.directory.trust import Witness
from comity.evidence import age_keys
from comity.exchange import Certificate, certify
from comity.keys import PrivateKey
from comity.ledger import VerifierKey, cosigner, signature_by
from comity.ledger.notekey import COSIGNATURE_ED25519

VN, ZA = "vn/contact-point", "za/central-authority"
WITNESS = "witness.example"
MODE: Mode = "live"
START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
USES = ("message", "receipt", "log", "transport", "export", "officer-ca")
IDENTITY = age_keys.Identity.of(seed("case identity"))
EXHIBIT = new_id(START, seed("exhibit")[:10])
EXPORTED = START + timedelta(hours=12)


def private(party: str, use: str) -> PrivateKey:
    return key(f"bundle {party} {use}")


def rows(party: str) -> tuple[KeyRow, ...]:
    window = {"not_before": START - YEAR, "not_after": START + YEAR}
    return tuple(signing_row(private(party, use).public, use=use, **window) for use in USES)


def entry_of(party: str, **changes: Any) -> Entry:
    made = Entry(
        mode=MODE,
        party=party,
        version=1,
        state_version=1,
        issued_at=START - timedelta(days=1),
        expires_at=START + YEAR,
        keys=rows(party),
        endpoint=Endpoint(kind="outbound-only"),
        origins=(origin_of(MODE, party),),
    )
    return replace(made, **changes)


def revoking(party: str, use: str, invalid_from: datetime) -> Entry:
    """Return version 2 of an entry, in which a key is revoked."""
    first = entry_of(party)
    changed = tuple(
        replace(row, status="revoked", invalid_from=invalid_from) if row.use == use else row
        for row in first.keys
    )
    return replace(first, version=2, previous=first.content, keys=changed)


def records(*entries: Entry, states: Sequence[str] = ("vn", "za")) -> list[bytes]:
    found = []
    for state in states:
        keys = state_keys(state)
        made = StateRecord(
            mode=MODE, state=state, version=1, issued_at=START - YEAR, key_set=key_set(keys)
        )
        found.append(sign_state(made, keys).jws.record)
    signed = (sign_entry(item, state_keys(item.state)[:2]) for item in entries)
    return [*found, *(item.jws.record for item in signed)]


def trust_file(
    *states: str,
    witnesses: tuple[Witness, ...] = (),
    due: int = 1,
    timestamp_roots: tuple[str, ...] = (),
) -> TrustFile:
    pins = {state: key_set(state_keys(state)) for state in states or ("vn", "za")}
    return TrustFile(
        mode=MODE,
        delegations=pins,
        witnesses=witnesses,
        witness_threshold=due,
        timestamp_roots=timestamp_roots,
    )


def witness(state: str = "ch", name: str = WITNESS) -> Witness:
    """Return a witness that a State operates; its key is its name's."""
    public: Any = key(f"witness {name}").public.key
    vkey = VerifierKey(name, COSIGNATURE_ED25519, public.public_bytes_raw())
    return Witness(vkey.text(), state)


def cosign(note: str, at: datetime, name: str = WITNESS) -> str:
    """Return a checkpoint with the cosignature of a witness of that name added."""
    own: Any = key(f"witness {name}").key
    signer = cosigner(name, own, at=at)
    text = note.partition("\n\n")[0].encode() + b"\n"
    return note + signature_by(signer, text).line()


def directory(*more: Entry) -> Directory:
    data = records(entry_of(VN), entry_of(ZA), *more)
    batch = accept_all(Directory(trust=trust_file()), data, now=EXPORTED)
    assert not batch.refused, batch.refused
    return batch.directory


@cache
def officer(party: str, role: str) -> Officer:
    own = key(f"bundle {party} officer {role}")
    certificate = Certificate(
        id=new_id(START, seed(f"certificate {party} {role}")[:10]),
        party=party,
        mode=MODE,
        officer=f"{state_of(party)}-{role}",
        roles=(role,),
        key=own.public,
        not_before=START - YEAR,
        not_after=START + YEAR,
    )
    return Officer(own, certify(certificate, private(party, "officer-ca")), (role,))
