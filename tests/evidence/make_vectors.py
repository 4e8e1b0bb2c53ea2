"""Writes ``vectors/package``: run ``python -m tests.evidence.make_vectors`` after a change of rule.

The same input gives the same bytes: keys and nonces come from a counter, which is right for vectors
only.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY
from tests.evidence.hostile import archive, stored
from tests.evidence.hostile import archive as archive_of
from tests.evidence.kit import HYBRID, IDENTITY, STRANGER, lettered, members, offer_of, row, tar
from tests.evidence.test_custody import LIFE, chain
from tests.evidence.test_holes_and_streams import FILE, HOLES, LINKS, OTHER, STREAMS
from tests.evidence.test_offer import OFFER
from tests.evidence.test_package_reader import CASES, HOSTILE_NAMES
from tests.evidence.vectors_blocks import blocks
from tests.evidence.vectors_signed import signed_offers
from tests.spec.named import named

from comity.canonical import digest_text
from comity.evidence import age, custody
from comity.evidence.age_keys import Identity
from comity.evidence.age_scrypt import Passphrase
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.package_index import Index, Place

FOLDER = REPOSITORY / "vectors" / "package"

A, B = ("data/a.txt", b"alpha"), ("data/b/c.bin", bytes(range(256)))
type Vector = dict[str, Any]


def counter(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that repeats itself."""
    state = {"count": 0}

    def random(size_bytes: int) -> bytes:
        state["count"] += 1
        return hashlib.shake_256(f"{seed}/{state['count']}".encode()).digest(size_bytes)

    return random


def packed(data: bytes) -> str:
    """Return base64 of zlib: archives are mostly zeros."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def vector(name: str, expect: str, **given: Any) -> Vector:
    """Return one case."""
    return {"name": name, "input": given, "expect": expect}


def archives() -> list[Vector]:
    """The plain archive inside a package."""
    made = [
        vector(name, expected, archive=packed(archive))
        for name, (archive, expected) in CASES.items()
    ]
    good = members([("data/a.txt", b"alpha")])
    for name in HOSTILE_NAMES:
        entries = list(good)
        entries[1] = (name, b"alpha")
        shown = ascii(name[:60])
        made.append(vector(f"a member named {shown}", "package-name", archive=packed(tar(entries))))
    return made + special_archives()


def special_archives() -> list[Vector]:
    """Holes, streams, hard links, attributes and the index."""
    groups: dict[str, dict[str, tuple[bytes, str]]] = {
        "holes": HOLES,
        "stream": STREAMS,
        "hard link": {
            name: (archive([FILE, OTHER], rows=rows), expected)
            for name, (rows, expected) in LINKS.items()
        },
        "row": {
            name: (archive([FILE], rows=[row(*FILE) | more]), "package-metadata")
            for name, more in WRONG_ROWS.items()
        },
        "index": {
            name: (archive([FILE], metadata_index_json=data), "package-layout")
            for name, data in WRONG_INDEXES.items()
        },
    }
    return [
        vector(f"{group}: {name}", expected, archive=packed(made))
        for group, cases in groups.items()
        for name, (made, expected) in cases.items()
    ]


WRONG_ROWS: dict[str, dict[str, Any]] = {
    "an attribute named with a newline": {"xattrs": {"user.a\n": "AA"}},
    "attributes without one": {"xattrs": {}},
    "an attribute that is no base64url": {"xattrs": {"user.a": "=="}},
    "an attribute that is no text": {"xattrs": {"user.a": 7}},
    "more attributes than a row may have": {"xattrs": {"user.a": "A" * 43_692}},
    "attributes left out, denied": {"xattrs_omitted": False},
    "a device, denied": {"device": False},
    "a file with a target": {"target": {"text": "b"}},
    "a file with segments": {"segments": 1},
    "nanoseconds of a time not known": {"mtime": None, "mtime_ns": 1},
    "an unknown type": {"type": "socket"},
    "an original name in two forms": {"name": {"bytes": "YQ", "text": "a"}},
    "an original name in no form": {"name": {}},
    "an original name that is a text": {"name": "a.txt"},
    "more segments than six digits count": {
        "type": "stream",
        "path": "data/a",
        "segments": 1_000_000,
        "segment_size_bytes": 1 << 24,
        "size_bytes": 1_000_000 << 24,
        "sha256": digest_text(bytes(32)),
    },
}
WRONG_INDEXES: dict[str, bytes] = {
    "empty": b"",
    "without places": b"{}",
    "the lists changed about": Index(Place(0, 0), Place(1, 1)).encode(),
    "an offset with a fraction": b'{"manifest":{"offset":1.0,"size_bytes":1}}',
    "larger than it may be": b" " * 513,
}


def sealed_packages() -> list[Vector]:
    """Sealed bytes against an offer."""
    archive = tar(members([("data/a.txt", b"alpha")]))
    data, word = seal(archive, IDENTITY, "good"), passworded(archive)
    offer = offer_of(data, archive)

    def case(name: str, expect: str, given: bytes = data, **changes: Any) -> Vector:
        return vector(
            name,
            expect,
            identity=IDENTITY.text(),
            offer=replace(offer, **changes).to_value(),
            sealed=base64.b64encode(given).decode(),
        )

    def flipped(position: int) -> bytes:
        spoilt = bytearray(data)
        spoilt[position] ^= 1
        return bytes(spoilt)

    return [
        case("a package as offered", "ok"),
        case("one bit of the payload changed", "age-payload", flipped(4000)),
        case("one letter of the header's MAC changed", "age-hmac", lettered(data, 160)),
        case("one bit of the first line changed", "age-header", flipped(5)),
        case("cut short by one byte", "offer-size", data[:-1]),
        case("padded by one byte", "offer-size", data + b"\0"),
        case("sealed again by a stranger", "offer-root", seal(archive, IDENTITY, "stranger")),
        case("sealed for somebody else", "age-no-match", seal(archive, STRANGER, "good")),
        case(
            "sealed for a passphrase",
            "age-no-match",
            word,
            root=offer_of(word, archive).root,
            sealed_size_bytes=len(word),
        ),
        case("another tag manifest offered", "offer-tag-manifest", tag_manifest=bytes(32)),
        case("another file list offered", "offer-file-list", file_list=bytes(32)),
        case("another number of files offered", "offer-file-list", files=2),
    ]


def seal(archive: bytes, identity: Identity, seed: str) -> bytes:
    """Seal repeatably."""
    return age.seal_bytes(archive, [identity.recipient], random=counter(seed))


def passworded(archive: bytes) -> bytes:
    """Seal for a passphrase, as no package may be."""
    return age.seal_bytes(
        archive, [Passphrase(b"correct horse", write_log_n=1)], random=counter("word")
    )


CROWD = [Identity.of(hashlib.sha256(f"crowd {n}".encode()).digest()) for n in range(33)]


def offers() -> list[Vector]:
    """The canonical bytes of an offer."""
    value = OFFER.to_value()
    text = OFFER.encode().decode()
    without = json.dumps({k: v for k, v in value.items() if k != "root"}, sort_keys=True)

    def changed(**changes: Any) -> str:
        both = value | changes
        return json.dumps(both, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    wrong = {
        "a member missing": without,
        "an unknown member": changed(zoo=1),
        "white space": text.replace(",", ", ", 1),
        "a member twice": text.replace("{", '{"block_size_bytes":1048576,', 1),
        "another block size": changed(block_size_bytes=BLOCK_BYTES // 2),
        "no recipient": changed(recipients=[]),
        "an identity among the recipients": changed(recipients=[IDENTITY.text()]),
        "a recipient twice": changed(recipients=[str(IDENTITY.recipient)] * 2),
        "a digest in upper case": changed(root=digest_text(bytes(32)).upper()),
        "no bytes sealed": changed(sealed_size_bytes=0),
        "a size with a fraction": text.replace('"files":3', '"files":3.0'),
        "a description without its language": changed(description="disk"),
        "a description of 4001 characters": changed(description={"lang": "en", "text": "x" * 4001}),
        "no words of description": changed(description={"lang": "en", "text": ""}),
        "a language of eight letters": changed(description={"lang": "language", "text": "disk"}),
        "recipients of two kinds": changed(
            recipients=[str(IDENTITY.recipient), str(HYBRID.recipient)]
        ),
        "more recipients than 32": changed(recipients=[str(one.recipient) for one in CROWD]),
        "an exhibit that is no UUIDv7": changed(exhibit="EX-1"),
    }
    few = replace(OFFER, files=0, recipients=OFFER.recipients[:1], description=("ar", "قرص"))
    made = [vector("an offer", "ok", offer=text)]
    made.append(vector("an offer of no files", "ok", offer=few.encode().decode()))
    return made + [vector(name, "offer-malformed", offer=given) for name, given in wrong.items()]


PART = ("derived", "sealed", "extracted", "copied", "redacted", "exported")
HELD = ("sealed", "held", "hold-lifted", "destroyed")


def two_clocks() -> list[Any]:
    """Return a chain in which one party's clock is behind, and then the other's goes back."""
    (first,), head = chain(["sealed"])
    made = [first]
    for party, seconds in (("za/contact-point", -9), ("vn/contact-point", -1)):
        at = first.at + timedelta(seconds=seconds)
        event, head = custody.append(
            head, exhibit=first.exhibit, event="opened", at=at, party=party, by="x", reason="x"
        )
        made.append(event)
    return [event.to_value() for event in made]


def chains() -> list[Vector]:
    """Custody chains with the head that was handed over."""
    events, head = chain(LIFE)
    values = [event.to_value() for event in events]
    other = [event.to_value() for event in chain([*LIFE[:2], *LIFE[3:]])[0]]

    def case(name: str, expect: str, given: list[Any], upto: Any = None) -> Vector:
        return vector(name, expect, chain=given, head=upto or head.to_value())

    def changed(place: int, **changes: Any) -> list[Any]:
        return [*values[:place], values[place] | changes, *values[place + 1 :]]

    def life(*names: str) -> list[Any]:
        return [event.to_value() for event in chain(list(names))[0]]

    def whole(name: str, expect: str, *names: str) -> Vector:
        made, end = chain(list(names))
        return case(name, expect, [event.to_value() for event in made], end.to_value())

    def only(name: str, expect: str, event: str, **changes: Any) -> Vector:
        return case(name, expect, [life(event)[0] | changes], none)

    none = {"count": 0, "digest": None}
    stray = OFFER.exhibit[:-1] + "8"
    stranger, nobody = {"exhibit": stray, "name": None}, {"exhibit": "EX-1", "name": None}
    itself = {"exhibit": OFFER.exhibit, "name": None}
    without = [*values[:3], {k: v for k, v in values[3].items() if k != "certificate"}]
    back = two_clocks()
    return [
        case("a whole chain", "ok", values),
        case("a chain that went on", "ok", values, {"count": 3, "digest": values[3]["previous"]}),
        case("an empty chain", "ok", [], none),
        case("event 3 missing", "custody-missing", values[:2] + values[3:]),
        case("event 1 missing", "custody-missing", values[1:]),
        case("the last event missing", "custody-missing", values[:-1]),
        case("events 2 and 3 swapped", "custody-order", [values[0], values[2], *values[1:]]),
        case("event 2 twice", "custody-order", [*values[:2], *values[1:]]),
        case("event 4 altered", "custody-altered", changed(3, by="somebody else")),
        case("the last event altered", "custody-altered", changed(6, reason="another")),
        case("renumbered to hide event 3", "custody-missing", other),
        case("an event of another exhibit", "custody-event", changed(2, exhibit=stray)),
        case("an unknown event", "custody-event", changed(1, event="lost")),
        case("an event without the member certificate", "custody-event", without),
        case("an unknown member", "custody-event", changed(1, zoo=1)),
        case("acquired, not marked attested", "custody-rule", changed(0, attested=False)),
        whole("opened after destruction", "custody-rule", "sealed", "destroyed", "opened"),
        whole("a part with parts and copies of its own", "ok", *PART),
        whole("destroyed after the hold was lifted", "ok", *HELD),
        whole("destroyed under a legal hold", "custody-rule", "sealed", "held", "destroyed"),
        whole("destroyed under a second hold", "custody-rule", *HELD[:3], "held", "destroyed"),
        only("derived, not marked attested", "custody-rule", "derived", attested=False),
        only("destroyed, not marked attested", "custody-rule", "destroyed", attested=False),
        only("a first event that follows another", "custody-event", "opened",
             previous=digest_text(bytes(32))),
        case("a second event that follows none", "custody-event", changed(1, previous=None)),
        only("by in 200 characters", "ok", "opened", by="x" * 200),
        only("by in 201 characters", "custody-event", "opened", by="x" * 201),
        only("by nobody", "custody-event", "opened", by=""),
        only("a place of 201 characters", "custody-event", "opened", place="x" * 201),
        only("a reason of 4001 characters", "custody-event", "opened", reason="x" * 4001),
        only("no reason", "custody-event", "opened", reason=""),
        only("a name of 4001 characters", "custody-event", "extracted",
             related={"exhibit": stray, "name": "x" * 4001}),
        only("derived from nothing", "custody-event", "derived", related=None),
        only("extracted into nothing", "custody-event", "extracted", related=None),
        only("copied to nothing", "custody-event", "copied", related=None),
        only("opened, naming another exhibit", "custody-event", "opened", related=stranger),
        only("redacted, naming no exhibit", "ok", "redacted"),
        only("redacted, naming an exhibit", "ok", "redacted", related=stranger),
        only("a related exhibit that is none", "custody-event", "copied", related=nobody),
        only("copied to itself", "custody-event", "copied", related=itself),
        only("a certificate that is no digest", "custody-event", "opened", certificate="7"),
        case("one party back in time, another between", "custody-rule", back, none),
        case("another party's clock behind", "ok", back[:2], none),
        case("a head that contradicts itself", "custody-event", values, none | {"count": 1}),
    ]  # fmt: skip


def handovers() -> list[Vector]:
    """Chains that a message hands over, to a receiver that holds some of their events."""
    vn, za = "vn/contact-point", "za/central-authority"
    at = chain(["sealed"])[0][0].at
    handed = custody.Related(exhibit=OFFER.exhibit, name=None)

    def told(*steps: tuple[str, str]) -> list[Any]:
        made, head = [], custody.EMPTY
        of_a_copy = steps[0][0] == "derived"
        for place, (name, party) in enumerate(steps):
            event, head = custody.append(
                head,
                exhibit=OFFER.exhibit[:-1] + "8" if of_a_copy else OFFER.exhibit,
                event=name,
                at=at + timedelta(hours=place),
                party=party,
                by="officer-7",
                reason="x",
                related=handed if name == "derived" else None,
            )
            made.append(event.to_value())
        return made

    def case(
        name: str, expect: str, *steps: tuple[str, str], known: int, kind: str, author: str
    ) -> Vector:
        given = {
            "chain": told(*steps),
            "known": known,
            "type": kind,
            "author": author,
            "members": [vn, za],
        }
        return vector(name, expect, **given)

    first = (("acquired", za), ("sealed", za), ("offered", za))
    back = (*first, ("received", vn), ("opened", vn), ("returned", vn))
    offer, received = "evidence.offered", "evidence.received"
    wrong = "custody-handover"
    return [
        case("a first offer", "ok", *first, known=0, kind=offer, author=za),
        case("received", "ok", *first, ("received", vn), known=3, kind=received, author=vn),
        case("returned after it was opened", "ok", *back, known=4, kind="evidence.returned",
             author=vn),
        case("offered again, nothing between", "ok", *first, ("offered", za), known=3, kind=offer,
             author=za),
        case("the last event is no hand-over", wrong, *first, ("opened", za), known=0, kind=offer,
             author=za),
        case("the last event is another hand-over", wrong, *first, known=0, kind=received,
             author=za),
        case("the last event is another's", wrong, *first[:2], ("offered", vn), known=0,
             kind=offer, author=za),
        case("an event before it that the receiver is to have made", wrong, first[0],
             ("sealed", vn), first[2], known=0, kind=offer, author=za),
        case("the receiver's own receipt, which it never wrote", wrong, *first, ("received", vn),
             ("returned", vn), ("received", za), known=3, kind=received, author=za),
        case("after the other side has received", wrong, *first, ("received", vn), ("opened", za),
             ("offered", za), known=4, kind=offer, author=za),
        case("destroyed by who handed it over and has it no more", wrong, *first, ("received", vn),
             ("destroyed", za), known=4, kind="evidence.destroyed", author=za),
        case("received by who offered it", wrong, *first, ("received", za), known=3, kind=received,
             author=vn),
        case("returned by who has not received it yet, after an event of its own", wrong, *first,
             ("opened", vn), ("returned", vn), known=3, kind="evidence.returned", author=za),
        case("what its giver did with its copy, in a chain of the copy", "ok", ("derived", za),
             ("opened", za), ("offered", za), known=0, kind=offer, author=za),
        case("what its giver did with its copy, in the chain handed over", wrong, *first,
             ("received", vn), ("opened", za), ("destroyed", za), known=4,
             kind="evidence.destroyed", author=za),
        case("destroyed by who received it", "ok", *first, ("received", vn), ("destroyed", vn),
             known=4, kind="evidence.destroyed", author=vn),
        case("destroyed, by a chain that goes on", "custody-rule", *first, ("received", vn),
             ("destroyed", vn), ("destroyed", vn), known=5, kind="evidence.destroyed", author=vn),
        case("destroyed, by a chain that does not say so", wrong, *first, ("received", vn),
             ("opened", vn), known=4, kind="evidence.destroyed", author=vn),
    ]  # fmt: skip


def parts() -> list[Vector]:
    """Sealed packages of which one file is read, found from the index at the end."""
    archive = tar(members([A, B]))
    data = seal(archive, IDENTITY, "part")
    offer = offer_of(data, archive)

    def case(name: str, expect: str, given: bytes = data, **changes: Any) -> Vector:
        return vector(
            name,
            expect,
            identity=IDENTITY.text(),
            offer=replace(offer, **changes).to_value(),
            sealed=packed(given),
            path="data/a.txt",
        )

    forged = seal(tar(members([(A[0], b"forge"), B])), IDENTITY, "part")
    moved = archive_of([A, B], instead={A[0]: stored(A[0], b"forge")})
    return [
        case("a file of a package", "ok"),
        case("cut by one byte", "age-payload", data[:-1]),
        case("a byte more", "age-payload", data + b"\0", sealed_size_bytes=len(data) + 1),
        case("another package of the same length", "offer-tag-manifest", forged),
        case("another tag manifest offered", "offer-tag-manifest", tag_manifest=bytes(32)),
        case("another number of files offered", "offer-file-list", files=3),
        case("other bytes than in the manifest", "package-digest",
             seal(moved, IDENTITY, "part")),
        case("for somebody else", "age-no-match", seal(archive, STRANGER, "part")),
    ]  # fmt: skip


SETS: dict[str, tuple[str, Callable[[], list[Vector]]]] = {
    "archive": (
        "The archive inside a package (spec 15.1), base64 of zlib: read it as a whole.",
        archives,
    ),
    "sealed": (
        "A sealed package (spec 15.2, 15.3), base64: open it with the identity against the offer.",
        sealed_packages,
    ),
    "blocks": (
        "Sealed bytes against an offered root and length (spec 15.2), without a key.",
        blocks,
    ),
    "signed-offer": (
        "A signed offer as a file (spec 15.3), as text: read it by the trust file at `now`.",
        signed_offers,
    ),
    "offer": ("The bytes of an offer (spec 15.3), as text: parse them.", offers),
    "part": (
        "A sealed package (base64 of zlib) against an offer: open it with the identity, and read"
        " the one file `path` by the index at its end (spec 15.1), without reading the others.",
        parts,
    ),
    "handover": (
        "A custody chain that a message of `type` by `author` hands over to another of `members`,"
        " who holds its first `known` events (spec 15.4).",
        handovers,
    ),
    "custody": (
        "A custody chain (spec 15.4) and a head that was handed over: check one against the other.",
        chains,
    ),
}


def render(name: str) -> str:
    """Return the text of one vector file."""
    description, make = SETS[name]
    value = {"operation": name, "description": description, "vectors": make()}
    return json.dumps(named(f"package/{name}.json", value), indent=1, ensure_ascii=False) + "\n"


def main(folder: Path = FOLDER) -> None:
    """Write all files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SETS:
        (folder / f"{name}.json").write_text(render(name), encoding="utf-8")


if __name__ == "__main__":
    main()
