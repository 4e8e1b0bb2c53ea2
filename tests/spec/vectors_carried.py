"""Vectors of exchange files: what a carrier brings, and what becomes of each member (spec 13.4)."""

import io
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.directory.world import entry, record, signed, trust
from tests.evidence.kit import IDENTITY, STRANGER
from tests.evidence.make_vectors import counter
from tests.exchange.makers import T0, UN, VN, ZA, World, section, sections_of
from tests.exchange.test_receipts import make_scene
from tests.spec.ready import READY
from tests.spec.vectors_envelope import vector, wrap
from tests.spec.vectors_solution import opened, shut
from tests.spec.vectors_transport import INDEX

from comity.canonical import PeerError, decode, encode, members, parse_time
from comity.directory import Directory, accept_all, parse_trust
from comity.evidence import age
from comity.evidence.age_keys import parse_identity
from comity.evidence.blocks import BlockHasher
from comity.evidence.package_errors import OfferRootError
from comity.evidence.tar import TRAILER, header, padding
from comity.exchange import (
    accept,
    check_receipt,
    parse_message,
    parse_receipt,
    read_parcel,
    verify_message,
    write_parcel,
)
from comity.exchange.accept import Refused
from comity.keys import jws
from comity.node.federation.offline import import_archive
from comity.node.federation.offline.archive_layout import (
    LIMITS,
    ExchangeFileForeignError,
    Name,
    read_index,
    read_name,
)
from comity.node.federation.offline.archive_source import TarSource
from comity.node.federation.receive_message import open_seal
from comity.node.federation.receive_receipt import ReceiptStrayError

NOW = T0 + timedelta(hours=1)
assert READY
US, THEM = VN, ZA
OTHER = "ab" * 32
type Member = tuple[str, bytes]
type Verdict = dict[str, str]


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "exchange-file": wrap(
            "import-file",
            "`file` is base64 of the zlib form of an exchange file (spec 13.4). Take it in as "
            "party `us` in `mode` at the moment `now`: parcels are sealed to `identity`, keys.json "
            "is the directory for messages and receipts, `sent` are messages (JWS) that `us` has "
            "sent, and records of the directory are held against `trust`. `result` is what "
            "becomes of each member, in the order of the file: `taken`, with the outcome of a "
            "message; `kept`, of a package before its offer; or the code of the refusal. It is "
            "null where the whole file is refused. `expect` is the first code.",
            _vectors(),
        )
    }


# ------------------------------------------------------------------ making them


def packed(parts: list[Member], end: bytes = TRAILER) -> bytes:
    """Return a ustar of these members."""
    return b"".join(header(n, len(d)) + d + padding(len(d)) for n, d in parts) + end


def _index(**changes: str) -> Member:
    return "index.json", encode({**INDEX, "from": THEM, "to": US} | changes)


class _Stock:
    """Good members, one of each kind."""

    def __init__(self) -> None:
        self.world = World(VN, ZA)
        self.scene = make_scene()
        sections = sections_of("consultation.note")
        draft = self.world.open("consultation.note", author=THEM, sections=sections)
        self.message = self.world.sign(draft)
        self.parcel = write_parcel(self.message.envelope, sections, known=None)
        self.sealed = self.seal(self.parcel)
        record_hex = self.message.record.removeprefix("sha256:")
        self.name = f"parcels/{record_hex}.age"
        told = self.scene.receipt.record.removeprefix("sha256:")
        self.receipt = (f"receipts/{told}.za_central-authority.json",
                        self.scene.envelope().record)  # fmt: skip
        state, one = record("vn"), signed(entry())
        self.state = (f"directory/{state.record.content.hex()}.json", state.jws.record)
        self.entry = (f"directory/{one.entry.content.hex()}.json", one.jws.record)
        body = b"sealed bytes that nobody has offered yet"
        hasher = BlockHasher()
        hasher.update(memoryview(body))
        self.package = (f"packages/{hasher.root().hex()}.age", body)
        self.page = ("recovery/000000.age", self.seal(self._page()))

    def seal(self, data: bytes, identity: Any = IDENTITY) -> bytes:
        return age.seal_bytes(data, [identity.recipient], random=counter("carried"))

    def _page(self) -> bytes:
        message = self.scene.message
        sections = sections_of("request.submitted")
        parcel = decode(write_parcel(message.envelope, sections, known=None), max_bytes=1 << 20)
        item = {"parcel": parcel, "receipt": self.scene.envelope().value}
        return encode({"items": [item], "next": None})

    def whole(self) -> list[Member]:
        return [
            _index(),
            self.state,
            self.entry,
            self.page,
            (self.name, self.sealed),
            self.receipt,
            self.package,
        ]


def _vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    stock = _Stock()
    good = stock.whole()
    trust_file = encode(trust("vn", "za").value())

    def add(name: str, data: bytes, expect: str) -> None:
        given = {
            "file": shut(data),
            "us": US,
            "mode": "live",
            "now": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "identity": IDENTITY.text(),
            "sent": [stock.scene.message.envelope.value],
            "trust": trust("vn").value(),
        }
        made = vector(name, given, expect, "spec 13.4", result=result(given))
        found.append(made)

    def one(name: str, member: Member, expect: str) -> None:
        add(name, packed([_index(), member]), expect)

    add("one of each kind", packed(good), "ok")
    add("members in another order", packed([good[0], *good[:0:-1]]), "ok")
    add("a folder beside its files", _with_type(good, tarfile.DIRTYPE), "ok")
    add("a package before its offer", packed([_index(), stock.package]), "ok")
    _wholes(add, good)
    for name, changes in {
        "for another party": {"to": UN},
        "of the receiver itself": {"from": US, "to": THEM},
        "of the other mode": {"mode": "exercise"},
    }.items():
        add(name, packed([_index(**changes), *good[1:]]), "exchange-file-foreign")
    for name, changes in {
        "an index of another protocol": {"protocol": "comity/2"},
        "an index with a member more": {"note": "x"},
        "an index dated in words": {"made_at": "yesterday"},
    }.items():
        add(name, packed([_index(**changes), *good[1:]]), "exchange-file")
    for name, path in {
        "a member that leads out": "../../x.json",
        "a member from the root": "/etc/x",
        "a parcel in capitals": stock.name.upper(),
        "a parcel with another ending": stock.name.replace(".age", ".json"),
        "a member in a folder of its own": f"more/{OTHER}.age",
        "a receipt that names no party": f"receipts/{OTHER}.json",
        "a page of five digits": "recovery/00000.age",
    }.items():
        add(name, packed([*good, (path, b"x")]), "member-unknown")
    add("a trust file", packed([*good, ("trust.json", trust_file)]), "member-unknown")
    add("a member twice", packed([*good, good[4]]), "member-doubled")
    one("a parcel larger than any", (stock.name, bytes(6 << 20)), "oversize")
    _members(one, stock)
    return found


def _wholes(add: Callable[[str, bytes, str], None], good: list[Member]) -> None:
    """Files that are refused as they are, before anything in them is taken."""
    data = packed(good)
    for name, kind in {
        "a symbolic link": tarfile.SYMTYPE,
        "a hard link": tarfile.LNKTYPE,
        "a device": tarfile.CHRTYPE,
        "a pipe": tarfile.FIFOTYPE,
    }.items():
        add(f"{name} among the members", _with_type(good, kind), "exchange-file")
    for name, spoilt in {
        "nothing at all": b"",
        "a text": b"hello" * 200,
        "cut inside a member": data[:700],
        "without an end mark": data[: -len(TRAILER)],
        "with half an end mark": data[:-512],
        "with bytes behind its end": data + bytes(512) + b"x" * 512,
        "with a damaged header": b"x" + data[1:],
        "a tar of GNU": data[:257] + b"ustar  \0" + data[265:],
    }.items():
        add(name, spoilt, "exchange-file")


def _with_type(good: list[Member], kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("parcels" if kind == tarfile.DIRTYPE else f"parcels/{OTHER}.age")
        info.type, info.linkname = kind, "" if kind == tarfile.DIRTYPE else "/etc/passwd"
        tar.addfile(info)
        for name, data in good:
            plain = tarfile.TarInfo(name)
            plain.size = len(data)
            tar.addfile(plain, io.BytesIO(data))
    return out.getvalue()


def _members(one: Callable[[str, Member, str], None], stock: _Stock) -> None:
    """Members that are refused while all others of their file are taken."""
    sealed, world = stock.sealed, stock.world
    one(
        "a parcel with one bit changed",
        (stock.name, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        "seal-broken",
    )
    one(
        "a parcel for somebody else",
        (stock.name, stock.seal(stock.parcel, STRANGER)),
        "seal-broken",
    )
    one("a parcel that is not sealed", (stock.name, stock.parcel), "seal-broken")
    text = decode(stock.parcel, max_bytes=1 << 20)
    broken = {**text, "message": {**text["message"]}}
    row = dict(broken["message"]["signatures"][0])
    row["signature"] = "A" * 86
    broken["message"]["signatures"] = [row]
    one(
        "a parcel whose signature is not its author's",
        (stock.name, stock.seal(encode(broken))),
        "signature-invalid",
    )
    own = world.sign(world.open("consultation.note", author=US))
    back = write_parcel(own.envelope, sections_of("consultation.note"), known=None)
    one("a parcel by the receiver itself", (stock.name, stock.seal(back)), "not-for-us")
    other = {"note": section("note", {"text": {"lang": "en", "text": "Another"}})}
    swapped = write_parcel(stock.message.envelope, other, known=None)
    one(
        "a parcel with another section than its message commits to",
        (stock.name, stock.seal(swapped)),
        "ok",
    )
    name, data = stock.receipt
    one(
        "a receipt for nothing that was sent",
        (name, _receipt(stock, record="sha256:" + OTHER)),
        "receipt-stray",
    )
    one(
        "a receipt by another key",
        (name, stock.scene.envelope(signer=world.keys[US, "receipt"]).record),
        "key-unknown",
    )
    one(
        "a receipt whose leaf is not in the log",
        (name, _receipt(stock, index=4)),
        "receipt-unproved",
    )
    one("a receipt that is none", (name, b"{}"), "member-malformed")
    one("a receipt that is not canonical", (name, data.replace(b",", b", ", 1)), "not-canonical")
    one(
        "a package with one byte changed",
        (stock.package[0], stock.package[1].replace(b"nobody", b"n0body")),
        "offer-root",
    )
    one("a package in another's name", (f"packages/{OTHER}.age", stock.package[1]), "offer-root")
    one("a record that is none", (stock.state[0], b"[]"), "member-malformed")
    one(
        "a State that the trust file does not pin",
        (stock.state[0], record("za").jws.record),
        "state-unpinned",
    )
    one(
        "a trust file in the place of a record",
        (stock.state[0], encode(trust("vn", "za").value())),
        "member-malformed",
    )
    one("a party without its State", stock.entry, "state-unknown")
    one("a page for somebody else", ("recovery/000000.age", stock.seal(stock._page(), STRANGER)),
        "seal-broken")  # fmt: skip


def _receipt(stock: _Stock, **changes: Any) -> bytes:
    return stock.scene.envelope(replace(stock.scene.receipt, **changes)).record


# ------------------------------------------------------------------ judging them


def result(given: dict[str, Any]) -> list[Verdict] | None:
    """Return what becomes of each member, by the readers that a node takes it in with."""
    try:
        return take(given)
    except PeerError:
        return None


def first_code(given: dict[str, Any]) -> str:
    """Return the verdict of a vector: of the whole file, or the first member that is refused."""
    fine = {"taken", "kept"}
    codes = [one["verdict"] for one in take(given) if one["verdict"] not in fine]
    return codes[0] if codes else "ok"


def take(given: dict[str, Any]) -> list[Verdict]:
    """Take a file in.

    Raises:
        PeerError: the whole file is refused.
    """
    with tempfile.NamedTemporaryFile() as file:
        file.write(opened(given["file"]))
        file.flush()
        with closing(TarSource(Path(file.name))) as source:
            return _Import(given, source).run()


class _Import:
    """One file under way: the order and the readers are those of `comity import`."""

    def __init__(self, given: dict[str, Any], source: TarSource) -> None:
        from tests.spec.test_vectors import directory

        self.given, self.source = given, source
        self.now = parse_time(given["now"])
        self.registry = directory(given["mode"])
        identity = parse_identity(given["identity"])
        self.node = SimpleNamespace(keys=SimpleNamespace(sealing=(identity,)))
        self.sent = {
            one.record: one
            for one in (parse_message(jws.parse_value(value)) for value in given["sent"])
        }

    def run(self) -> list[Verdict]:
        named = [(one, read_name(one.name)) for one in self.source.members()]
        for member, name in named:
            if name is not None and name.kind == "index":
                self._index(b"".join(self.source.pieces(member)))
        records = self._records(named)
        seen: set[str] = set()
        found: list[Verdict] = []
        for member, name in named:
            if name is None:
                found.append({"name": member.name, "verdict": import_archive.UNKNOWN})
            elif name.text in seen:
                found.append({"name": name.text, "verdict": import_archive.DOUBLED})
            elif member.size_bytes > LIMITS.get(name.kind, member.size_bytes):
                found.append({"name": name.text, "verdict": import_archive.OVERSIZE})
            elif name.kind != "index":
                data = b"".join(self.source.pieces(member))
                found.append(records.get(name.text) or self._one(name, data))
            if name is not None:
                seen.add(name.text)
        return found

    def _index(self, data: bytes) -> None:
        index = read_index(data)
        due = (self.given["mode"], self.given["us"])
        if (index.mode, index.recipient) != due or index.sender == self.given["us"]:
            raise ExchangeFileForeignError("it is for somebody else")

    def _records(self, named: list[tuple[Any, Name | None]]) -> dict[str, Verdict]:
        """Return what becomes of the records of the directory, which are taken in together."""
        told: dict[str, Verdict] = {}
        rows = {
            name.text: b"".join(self.source.pieces(member))
            for member, name in named
            if name is not None and name.kind == "directory"
        }
        start = Directory(trust=parse_trust(encode(self.given["trust"])))
        whole = accept_all(start, list(rows.values()), now=self.now).directory
        for name, data in rows.items():
            again = accept_all(whole, [data], now=self.now)
            verdict = again.refused[0].code if again.refused else "taken"
            told[name] = {"name": name, "verdict": verdict}
        return told

    def _one(self, name: Name, data: bytes) -> Verdict:
        steps: dict[str, Callable[[Name, bytes], Verdict]] = {
            "parcel": self._parcel,
            "receipt": self._receipt,
            "package": self._package,
            "recovery": self._recovery,
        }
        try:
            return {"name": name.text, **steps[name.kind](name, data)}
        except PeerError as fault:
            return {"name": name.text, "verdict": fault.code}

    def _parcel(self, _: Name, data: bytes) -> Verdict:
        parcel = read_parcel(open_seal(self.node, data))  # type: ignore[arg-type]
        found = accept(parcel, self.registry, us=self.given["us"], received_at=self.now)
        outcome = f"refused:{found.code}" if isinstance(found, Refused) else "applied"
        return {"verdict": "taken", "outcome": outcome}

    def _receipt(self, _: Name, data: bytes) -> Verdict:
        envelope = jws.parse(data, max_bytes=64 * 1024)
        claim = parse_receipt(envelope.payload)
        if claim.record not in self.sent:
            raise ReceiptStrayError("for no message of ours")
        check_receipt(envelope, self.sent[claim.record], self.registry, known=None)
        return {"verdict": "taken"}

    def _package(self, name: Name, data: bytes) -> Verdict:
        hasher = BlockHasher()
        hasher.update(memoryview(data))
        if hasher.root().hex() != name.key:
            raise OfferRootError("the bytes do not lead to the root in the name")
        return {"verdict": "kept"}

    def _recovery(self, _: Name, data: bytes) -> Verdict:
        page = decode(open_seal(self.node, data), max_bytes=1 << 24)  # type: ignore[arg-type]
        for item in members(page, {"items": list, "next": (int, type(None))})["items"]:
            fields = members(item, {"parcel": dict, "receipt": dict})
            message = parse_message(read_parcel(encode(fields["parcel"])).envelope)
            receipt = jws.parse_value(fields["receipt"])
            moment: datetime = parse_receipt(receipt.payload).received_at
            verify_message(message, self.registry, proved_at=moment)
            check_receipt(receipt, message, self.registry, known=None)
        return {"verdict": "taken"}
