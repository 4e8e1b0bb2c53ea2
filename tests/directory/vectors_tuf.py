"""Vectors of a secretariat's TUF repository, and of files of records that go from hand to hand."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.directory.world import (
    DAY,
    START,
    entry,
    key,
    key_set,
    next_record,
    record,
    rotated,
    signed,
    state_keys,
    trust,
)
from tests.origins import origin_of

from comity.canonical import digest, digest_text, encode, parse_digest, parse_time, time_text
from comity.directory import (
    Directory,
    SignedEntry,
    SignedState,
    accept_all,
    confirm_reset,
    parse_trust,
    sign_state,
)
from comity.directory.handover import parse_handover
from comity.directory.state_record import KeySet
from comity.directory.tuf_client import Refreshed, refresh
from comity.directory.tuf_roles import (
    RootKeys,
    root_metadata,
    signed_bytes,
    snapshot_metadata,
    state_metadata,
    target_path,
    targets_metadata,
    timestamp_metadata,
)

ROOT = [key(f"un/root/{n}") for n in range(1, 4)]
TARGETS = [key(f"un/targets/{n}") for n in range(1, 4)]
SNAPSHOT, TIMESTAMP = key("un/snapshot"), key("un/timestamp")
KEYS = RootKeys(
    root=key_set(ROOT),
    targets=key_set(TARGETS),
    snapshot=SNAPSHOT.public,
    timestamp=TIMESTAMP.public,
)
VN, ZA = record("vn"), record("za")
PARTY = "vn/contact-point"
ONE, OTHER = signed(entry()), signed(entry("za/central-authority"))
STOLEN = sign_state(
    replace(VN.record, key_set=key_set(state_keys("xx"))), state_keys("xx")
)  # by whoever makes the record of a State that is not theirs
type Files = dict[str, str]
type Records = list[SignedState | SignedEntry]


@dataclass
class Repository:
    """A repository as its secretariat writes it; members are changed before `files` is called."""

    delegations: dict[str, KeySet] = field(
        default_factory=lambda: {"vn": VN.record.key_set, "za": ZA.record.key_set}
    )
    records: dict[str, Records] = field(
        default_factory=lambda: {"vn": [VN, ONE], "za": [ZA, OTHER]}
    )
    state_signers: int = 2
    target_signers: int = 2
    timestamp_signer: Any = TIMESTAMP
    snapshot_signer: Any = SNAPSHOT
    change_targets: Callable[[Any], None] = lambda _: None
    change_state: Callable[[Any], None] = lambda _: None

    def files(self, version: int = 1) -> Files:
        found: Files = {}

        def keep(path: str, data: bytes) -> None:
            found[path] = data.decode()

        targets = targets_metadata(self.delegations, version=version, now=START)
        self.change_targets(targets.signed)
        keep(
            f"metadata/{version}.targets.json",
            signed_bytes(targets, TARGETS[: self.target_signers]),
        )
        versions = {"targets": version}
        for state, records in self.records.items():
            listed = {target_path(one): one.jws.record for one in records}
            made = state_metadata(listed, version=version, now=START)
            if state == "vn":
                self.change_state(made.signed)
            signers = state_keys(state)[: self.state_signers]
            keep(f"metadata/{version}.state-{state}.json", signed_bytes(made, signers))
            versions[f"state-{state}"] = version
            for path, data in listed.items():
                folder, _, name = path.rpartition("/")
                keep(f"targets/{folder}/{hashlib.sha256(data).hexdigest()}.{name}", data)
        snapshot = snapshot_metadata(versions, version=version, now=START)
        keep(f"metadata/{version}.snapshot.json", signed_bytes(snapshot, [self.snapshot_signer]))
        stamp = timestamp_metadata(snapshot_version=version, version=version, now=START)
        keep("metadata/timestamp.json", signed_bytes(stamp, [self.timestamp_signer]))
        return found


def root() -> Any:
    """Return the root metadata that everybody's trust file has."""
    return json.loads(signed_bytes(root_metadata(KEYS, version=1, now=START), ROOT[:2]))


def ask(files: Files, *, now: datetime = START + DAY, kept: Files | None = None) -> dict[str, Any]:
    pins = replace(trust(), root=root()).value()
    return {"files": files, "kept": kept or {}, "now": time_text(now), "trust": pins}


def run(given: dict[str, Any], now: datetime) -> Refreshed:
    """Refresh an empty directory from the files of a vector."""
    files, kept = given["files"], given["kept"]

    def fetch(path: str, _most: int) -> bytes | None:
        return files[path].encode() if path in files else None

    def archive(name: str) -> bytes | None:
        return kept[name].encode() if name in kept else None

    directory = Directory(trust=parse_trust(encode(given["trust"])))
    return refresh(directory, archive, fetch, now=now)


def told(found: Refreshed) -> dict[str, Any]:
    """Return what a refresh came to, as a vector has it."""
    directory = found.directory
    return {
        "notices": [[one.code, one.subject] for one in found.warnings],
        "parties": {party: directory.entry(party).version for party in directory.parties()},
        "refused": [one.code for one in found.batch.refused],
        "snapshot": digest_text(digest("snapshot", found.snapshot)),
    }


def verdict(result: dict[str, Any]) -> str:
    """Return the first thing that a person is told, or ``ok``."""
    codes = [*(code for code, _ in result["notices"]), *result["refused"]]
    return codes[0] if codes else "ok"


def changed(files: Files, path: str, change: Callable[[str], str] | None) -> Files:
    """Return the files with one changed, or left out."""
    rest = {name: text for name, text in files.items() if name != path}
    return rest if change is None else {**rest, path: change(files[path])}


def _role(name: str, **members: Any) -> Callable[[Any], None]:
    def change(targets: Any) -> None:
        for member, value in members.items():
            setattr(targets.delegations.roles[name], member, value)

    return change


def _renamed(targets: Any) -> None:
    role = targets.delegations.roles.pop("state-vn")
    role.name = "vn"
    targets.delegations.roles["vn"] = role


def _foreign(signed_: Any) -> None:
    path = "za/central-authority/2.json"
    signed_.targets[path] = next(iter(signed_.targets.values()))
    signed_.targets[path].path = path


def repositories() -> list[tuple[str, Any, str]]:
    """Return what a node meets at a secretariat's address."""
    good = Repository().files()
    first = {
        name.removeprefix("metadata/"): text
        for name, text in good.items()
        if name.startswith("metadata/")
    }
    first["snapshot.json"] = first["1.snapshot.json"]
    second = Repository().files(2)
    newer = {**first, "timestamp.json": second["metadata/timestamp.json"]}
    target = next(path for path in good if path.startswith("targets/vn/contact-point/"))
    two = Repository(records={"vn": [VN, ONE], "za": [ZA]})
    return [
        ("two States", ask(good), "ok"),
        ("a State that has published nothing", ask(two.files()), "ok"),
        ("a newer one than is held", ask({**good, **second}, kept=first), "ok"),
        ("expired", ask(good, now=START + 30 * DAY), "metadata-expired"),
        ("expired for years", ask(good, now=START + timedelta(days=2000)), "metadata-expired"),
        ("no time stamp", ask(changed(good, "metadata/timestamp.json", None)), "tuf-refused"),
        ("no snapshot", ask(changed(good, "metadata/1.snapshot.json", None)), "tuf-refused"),
        ("a time stamp by a stranger", ask(Repository(timestamp_signer=key("x")).files()),
         "tuf-refused"),
        ("a snapshot by the time stamp's key",
         ask(Repository(snapshot_signer=TIMESTAMP).files()), "tuf-refused"),
        ("targets by one where two are due", ask(Repository(target_signers=1).files()),
         "tuf-refused"),
        ("a State's list by one where two are due", ask(Repository(state_signers=1).files()),
         "tuf-refused"),
        ("rolled back", ask(good, kept=newer), "tuf-refused"),
        ("a list that was changed",
         ask(changed(good, "metadata/1.state-vn.json", lambda text: text.replace("2027", "2028"))),
         "tuf-refused"),
        ("a record that was changed", ask(changed(good, target, lambda text: text + " ")),
         "tuf-refused"),
        ("a record that is missing", ask(changed(good, target, None)), "tuf-refused"),
        ("a delegation that is not terminating",
         ask(Repository(change_targets=_role("state-vn", terminating=False)).files()),
         "tuf-refused"),
        ("a delegation with a path of another State",
         ask(Repository(change_targets=_role("state-vn", paths=["vn/*", "za/*/*"])).files()),
         "tuf-refused"),
        ("a delegation of all paths",
         ask(Repository(change_targets=_role("state-vn", paths=["*", "*/*", "*/*/*"])).files()),
         "tuf-refused"),
        ("a delegation of another name", ask(Repository(change_targets=_renamed).files()),
         "tuf-refused"),
        ("a State that lists a path of another", ask(Repository(change_state=_foreign).files()),
         "tuf-foreign-path"),
        ("a State's first record by other keys than delegated",
         ask(Repository(records={"vn": [STOLEN], "za": [ZA, OTHER]}).files()), "state-unpinned"),
        ("a State that has rotated, and is delegated to by its old keys",
         ask(Repository(records={"vn": [VN, rotated(VN)], "za": [ZA, OTHER]}).files()),
         "delegation-differs"),
    ]  # fmt: skip


def handovers() -> list[tuple[str, Any, str]]:
    """Return files of records (spec 12.4)."""
    good = {
        "delegated": None,
        "entries": [ONE.jws.value],
        "mode": "live",
        "protocol": "comity/1",
        "states": [VN.jws.value],
    }
    metadata = signed_bytes(
        state_metadata({"vn/state/1.json": VN.jws.record}, version=1, now=START), state_keys("vn")
    ).decode()

    def given(text: str | None = None, **members: Any) -> dict[str, Any]:
        return {
            "file": encode({**good, **members}).decode() if text is None else text,
            "now": time_text(START + DAY),
            "trust": trust("vn").value(),
        }

    plain = encode(good).decode()
    foreign = signed(entry("za/forged"), state="vn").jws.value
    return [
        ("a State and a party", given(), "ok"),
        ("with a list for the secretariat", given(delegated=metadata), "ok"),
        ("nothing", given(states=[], entries=[]), "ok"),
        ("laid out by a person", given(json.dumps(good, indent=1)), "not-canonical"),
        ("no JSON", given("records"), "not-canonical"),
        ("another protocol", given(protocol="comity/2"), "handover-malformed"),
        ("an unknown mode", given(mode="test"), "name-malformed"),
        ("an unknown member", given(comment="x"), "member-malformed"),
        ("no list of entries", given(plain.replace('"entries"', '"entrees"')), "member-malformed"),
        ("a record that is no JWS", given(states=[VN.record.value()]), "handover-malformed"),
        ("a record without a signature", given(states=[{**VN.jws.value, "signatures": []}]),
         "handover-malformed"),
        ("a list that is no text", given(delegated={}), "member-malformed"),
        ("an entry signed by one of two",
         given(entries=[{**ONE.jws.value, "signatures": ONE.jws.value["signatures"][:1]}]),
         "threshold-missed"),
        ("an entry signed by another State",
         given(entries=[foreign], states=[VN.jws.value]), "state-unknown"),
        ("a State that the trust file does not pin", given(states=[ZA.jws.value]),
         "state-unpinned"),
        ("an entry of the other mode", given(entries=[signed(entry(mode="exercise")).jws.value]),
         "typ-mismatch"),
    ]  # fmt: skip


def read_records(given: dict[str, Any], now: datetime) -> str:
    """Take a file's records, and return what becomes of the first that is refused."""
    handed = parse_handover(given["file"].encode())
    directory = Directory(trust=parse_trust(encode(given["trust"])))
    batch = accept_all(directory, handed.records, now=now)
    return batch.refused[0].code if batch.refused else "ok"


# ------------------------------------------------------------------ resets, and the names of logs


def resets() -> list[tuple[str, Any, str]]:
    """Return resets of a State's keys, confirmed or not."""
    made = next_record(VN, state_keys("xx"), state_keys("xx"))
    own, other = digest_text(made.record.content), digest_text(VN.record.content)
    seen = START + DAY

    def case(hours: float, confirmed: str | None = own, held: Records | None = None) -> Any:
        return {
            "confirmed": confirmed,
            "held": [one.jws.record.decode() for one in held or [VN]],
            "now": time_text(seen + timedelta(hours=hours)),
            "record": made.jws.record.decode(),
            "seen_at": time_text(seen),
            "trust": trust("vn").value(),
        }

    return [
        ("confirmed after 72 hours", case(72), "ok"),
        ("confirmed after a month", case(720), "ok"),
        ("confirmed at once", case(0), "reset-too-early"),
        ("confirmed a second before 72 hours", case(72 - 1 / 3600), "reset-too-early"),
        ("confirmed by another digest", case(72, other), "reset-unknown"),
        ("not confirmed after a month", case(720, None), "reset-pending"),
        ("not confirmed after 72 hours", case(72, None), "reset-pending"),
    ]


def run_reset(given: dict[str, Any]) -> str:
    """Take a reset in, let a person confirm it, and say whether it is in force."""
    directory = Directory(trust=parse_trust(encode(given["trust"])))
    seen = parse_time(given["seen_at"])
    records = [one.encode() for one in (*given["held"], given["record"])]
    directory = accept_all(directory, records, now=seen).directory
    if given["confirmed"] is None:
        return "reset-pending" if directory.pending_resets() else "ok"
    name = parse_digest(given["confirmed"])
    now = parse_time(given["now"])
    found = confirm_reset(directory, name, now=now, by="officer 7")
    return "ok" if len(found.state_records("vn")) == len(given["held"]) + 1 else "reset-pending"


def origins() -> list[tuple[str, Any, str]]:
    """Return names of logs, held against an entry that lists the first two epochs."""
    first, second = (origin_of("live", PARTY, epoch) for epoch in (1, 2))
    made = signed(replace(entry(), epoch=2, origins=(first, second)))

    def case(origin: str, party: str = PARTY) -> Any:
        return {
            "origin": origin,
            "party": party,
            "records": [VN.jws.record.decode(), made.jws.record.decode()],
            "trust": trust("vn").value(),
        }

    third = origin_of("live", PARTY, 3)
    moved = f"moved.example/log/live/{PARTY}/3"
    return [
        ("an epoch that is listed", case(first), "ok"),
        ("the epoch in force", case(second), "ok"),
        ("an epoch that nobody lists yet", case(third), "ok"),
        ("an epoch far beyond", case(origin_of("live", PARTY, 40)), "ok"),
        ("an epoch that nobody lists, at another address", case(moved), "origin-unknown"),
        ("a listed epoch, at another address", case(moved[:-1] + "2"), "origin-unknown"),
        ("of the other mode", case(origin_of("exercise", PARTY, 3)), "origin-unknown"),
        ("of another party", case(origin_of("live", "vn/police", 3)), "origin-unknown"),
        ("of another State", case(origin_of("live", "za/police", 3)), "origin-unknown"),
        ("for a party that is not in the directory",
         case(origin_of("live", "vn/police"), "vn/police"), "origin-unknown"),
        ("no name of a log", case("comity.example"), "origin-unknown"),
        ("an epoch with a leading zero", case(third[:-1] + "03"), "origin-unknown"),
        ("epoch 0", case(third[:-1] + "0"), "origin-unknown"),
    ]  # fmt: skip


def run_origin(given: dict[str, Any]) -> str:
    """Say whether the checkpoints of a log count."""
    start = Directory(trust=parse_trust(encode(given["trust"])))
    records = [one.encode() for one in given["records"]]
    directory = accept_all(start, records, now=START + DAY).directory
    found = directory.log_verifiers(given["party"], given["origin"])
    return "ok" if found else "origin-unknown"
