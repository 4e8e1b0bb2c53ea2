"""Steps 9 and 10 of a verdict: the evidence is what was offered."""

import hashlib
from collections.abc import Iterator

from comity.bundle import layout
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleCustodyError, BundleEvidenceError, BundleHeadError
from comity.bundle.layout import Kind
from comity.bundle.verdict import Notes
from comity.canonical import digest_text
from comity.evidence import bag
from comity.evidence.custody import Event, Head, parse_head, verify_values
from comity.evidence.offer import Offer
from comity.evidence.package_errors import (
    OfferRootError,
    OfferSizeError,
    PackageDigestError,
    PackageManifestError,
)


def custody(bundle: Bundle, notes: Notes) -> str:
    """Check each exhibit's chain, up to its stated head and every head that was handed over."""
    statement = bundle.statement
    heads = statement.custody if statement is not None else {}
    chains: dict[str, tuple[Event, ...]] = {}
    found = bundle.chains
    for path, error in bundle.faults_of(Kind.CUSTODY):
        notes.fail(error, path)
    for path, values in found.items():
        exhibit = layout.parts(path)["exhibit"]
        with notes.guard(path):
            events, head = verify_values(values)
            chains[exhibit] = events
            _check_exhibit(events, exhibit)
            if heads.get(exhibit) != head:
                raise BundleHeadError(f"the chain ends at event {head.count}, not as stated")
    for exhibit in sorted(heads.keys() - chains.keys()):
        path = layout.custody_path(exhibit)
        if path not in found and path not in bundle.faults:
            notes.fail(BundleCustodyError("a head is stated, and the chain is not there"), path)
    for path, exhibit, head in _handed_over(bundle, notes):
        if exhibit in chains:
            with notes.guard(layout.custody_path(exhibit)):
                _check_handed_over(chains[exhibit], head, path)
        elif layout.custody_path(exhibit) not in found:
            _missing(bundle, notes, exhibit)
    for exhibit, events in chains.items():
        told = [str(event.number) for event in events if event.attested]
        if told:
            notes.attested.append(f"events {', '.join(told)} of exhibit {exhibit}")
    if not chains and not heads and not notes.unknown:
        notes.claimed = False
        return "nothing is claimed: no exhibit changed hands here"
    return f"{len(chains)} chains, {sum(map(len, chains.values()))} events"


def _check_exhibit(events: tuple[Event, ...], exhibit: str) -> None:
    if not events or events[0].exhibit != exhibit:
        raise BundleCustodyError("a chain of another exhibit, or of none")


def _missing(bundle: Bundle, notes: Notes, exhibit: str) -> None:
    path = layout.custody_path(exhibit)
    reason = bundle.withheld.get(path)
    if reason is None:
        notes.fail(BundleCustodyError("a message hands it over, and it is not there"), path)
    else:
        notes.unknown.append(f"{path} is withheld: {reason}")


def _handed_over(bundle: Bundle, notes: Notes) -> Iterator[tuple[str, str, Head]]:
    """Yield (path of the section, exhibit, head) of every hand-over in the messages."""
    for message in bundle.counted.values():
        section = bundle.sections_of(message).get("custody")
        if section is None or "custody" not in message.draft.body:
            continue
        path = layout.section_path(message.content, "custody")
        with notes.guard(path):
            value = section.value
            if not isinstance(value, dict) or not isinstance(value.get("exhibit"), str):
                raise BundleCustodyError("a hand-over names its exhibit")
            head = parse_head({name: value.get(name) for name in ("count", "digest")})
            yield path, value["exhibit"], head


def _check_handed_over(events: tuple[Event, ...], head: Head, path: str) -> None:
    if head.count > len(events) or events[head.count - 1].digest() != head.digest:
        raise BundleCustodyError(f"not the chain that {path} hands over")


def evidence(bundle: Bundle, notes: Notes) -> str:
    """Check sealed packages against the offers, and opened exhibits against both."""
    offers = {offer.root: (path, offer) for path, offer in bundle.offers.items()}
    for path, error in bundle.offer_faults.items():
        notes.fail(error, path)
    packages = {bytes.fromhex(layout.parts(p)["root"]): p for p in bundle.of(Kind.PACKAGE)}
    hidden = any("/offer.json" in path for path in bundle.withheld)
    for root, path in packages.items():
        if bundle.files[path].root != root:
            notes.fail(OfferRootError("its blocks do not lead to its name"), path)
        elif root not in offers:
            _unexplained(notes, path, hidden=hidden)
        elif bundle.files[path].size_bytes != offers[root][1].sealed_size_bytes:
            notes.fail(OfferSizeError("not as many bytes as offered"), path)
    for root in offers.keys() - packages.keys():
        path = layout.package_path(root)
        reason = bundle.withheld.get(path)
        if reason is None:
            notes.fail(BundleEvidenceError("offered, and neither there nor withheld"), path)
        else:
            notes.unknown.append(f"{path} is withheld: {reason}")
    opened = _exhibits(bundle)
    for root, files in opened.items():
        prefix = layout.exhibit_path(root, "")
        if root not in offers:
            _unexplained(notes, prefix, hidden=hidden)
        else:
            _exhibit(bundle, notes, prefix, files, offers[root][1])
    if not packages and not offers and not opened and not notes.unknown:
        notes.claimed = False
        return "nothing is claimed: no evidence was offered here"
    return f"{len(packages)} sealed packages, {len(opened)} opened exhibits"


def _unexplained(notes: Notes, path: str, *, hidden: bool) -> None:
    if hidden:
        notes.unknown.append(f"what {path} is: an offer is withheld")
    else:
        notes.fail(BundleEvidenceError("no message here offers it"), path)


def _exhibits(bundle: Bundle) -> dict[bytes, dict[str, str]]:
    """Return root -> path inside the bag -> path in the bundle."""
    found: dict[bytes, dict[str, str]] = {}
    for path in bundle.of(Kind.EXHIBIT):
        part = layout.parts(path)
        found.setdefault(bytes.fromhex(part["root"]), {})[part["path"]] = path
    return found


def _exhibit(
    bundle: Bundle, notes: Notes, prefix: str, files: dict[str, str], offer: Offer
) -> None:
    """Check an opened bag: the offer names its tag manifest, which names all the rest."""
    top = prefix + bag.TAG_MANIFEST_NAME
    if top not in bundle.files or bundle.files[top].sha256 != offer.tag_manifest:
        notes.fail(PackageDigestError(f"not the one offered, {digest_text(offer.root)}"), top)
        return
    with notes.guard(top):
        tags = bag.parse_manifest(bundle.read(top), bag.TAG_MANIFEST_NAME)
        _same_files(files, tags, payload=False)
        for path, value in tags.items():
            if hashlib.sha512(bundle.read(prefix + path)).hexdigest() != value:
                notes.fail(PackageDigestError("not as the tag manifest says"), prefix + path)
    inner = prefix + bag.MANIFEST_NAME
    if inner not in bundle.files:
        return
    with notes.guard(inner):
        listed = bag.parse_manifest(bundle.read(inner), bag.MANIFEST_NAME)
        _same_files(files, listed, payload=True)
        for path, value in listed.items():
            if bundle.files[prefix + path].sha256.hex() != value:
                notes.fail(PackageDigestError("not as the manifest says"), prefix + path)


def _same_files(files: dict[str, str], listed: dict[str, str], *, payload: bool) -> None:
    there = {path for path in files if path.startswith("data/") == payload}
    there.discard(bag.TAG_MANIFEST_NAME)
    if there != listed.keys():
        first = min(there ^ listed.keys())
        raise PackageManifestError(f"{first!a} is listed and not there, or there and not listed")
