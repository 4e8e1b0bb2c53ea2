"""Step 10 of a verdict: the evidence is what was offered."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from comity.bundle import layout
from comity.bundle.claims import Assertion, Word
from comity.bundle.contents import Bundle
from comity.bundle.errors import BundleEvidenceError, BundleStatementError
from comity.bundle.layout import Kind
from comity.bundle.statement import Withheld
from comity.bundle.verdict import Notes
from comity.canonical import digest_text, parse_digest
from comity.canonical.amounts import counted
from comity.evidence import bag
from comity.evidence.offer import Offer
from comity.evidence.package_errors import (
    OfferRootError,
    OfferSizeError,
    PackageDigestError,
    PackageManifestError,
)

type Offers = Mapping[bytes, Mapping[str, Offer]]
"""Root of a package -> path of a section -> the offer in it that a package may fit.

Those that count come first, and among these those of others than the exporter.
"""


@dataclass(frozen=True)
class _Opened:
    """An opened exhibit.

    Attributes:
        prefix: of its paths in the bundle.
        files: path inside the bag -> path in the bundle.
        hidden: path inside the bag -> why it is withheld.
    """

    prefix: str
    files: Mapping[str, str]
    hidden: Mapping[str, Withheld]


def evidence(bundle: Bundle, notes: Notes) -> str:
    """Check sealed packages against the offers, and opened exhibits against both."""
    for path, error in bundle.offer_faults.items():
        notes.fail(error, path)
    offers = _offers(bundle, notes)
    packages = _packages(bundle, notes, offers)
    opened = _opened(bundle, notes, offers)
    notes.looked_at.update(packages=packages, opened=opened)
    if not packages and not offers and not opened and not notes.claims:
        notes.claimed = False
        return "nothing is claimed: no evidence was offered here"
    return f"{counted(packages, 'sealed package')}, {counted(opened, 'opened exhibit')}"


def _offers(bundle: Bundle, notes: Notes) -> Offers:
    """Return the offers of each package; say where they say otherwise of it."""
    found: dict[bytes, dict[str, Offer]] = {}
    aside: dict[bytes, dict[str, Offer]] = {}
    own_last = sorted(bundle.offers, key=lambda path: _author(bundle, path) == bundle.exporter)
    for path in own_last:
        kind = found if path in bundle.offering_paths else aside
        kind.setdefault(bundle.offers[path].root, {})[path] = bundle.offers[path]
    told = {root: _from_others(bundle, offers) or offers for root, offers in aside.items()}
    for root, counting in found.items():
        others = _from_others(bundle, aside.get(root, {}))
        told[root] = {**counting, **_needed(bundle, counting, others)}
        _compare(bundle, notes, told[root])
    return told


def _from_others(bundle: Bundle, offers: Mapping[str, Offer]) -> dict[str, Offer]:
    return {p: offer for p, offer in offers.items() if _author(bundle, p) != bundle.exporter}


def _needed(
    bundle: Bundle, counting: Mapping[str, Offer], aside: Mapping[str, Offer]
) -> dict[str, Offer]:
    """Return the offers set aside that what is here fits, where it fits none that counts.

    Who took a package by an offer holds it still when a twin or a lie of its partner has set that
    offer aside.
    """
    found = {}
    for fits in (_has_its_size, _has_its_bag):
        if not any(fits(bundle, offer) for offer in counting.values()):
            path = next((p for p, offer in aside.items() if fits(bundle, offer)), None)
            if path is not None:
                found[path] = aside[path]
    return found


def _has_its_size(bundle: Bundle, offer: Offer) -> bool:
    package = bundle.files.get(layout.package_path(offer.root))
    return package is not None and package.size_bytes == offer.sealed_size_bytes


def _has_its_bag(bundle: Bundle, offer: Offer) -> bool:
    top = bundle.files.get(layout.exhibit_path(offer.root, bag.TAG_MANIFEST_NAME))
    return top is not None and top.sha256 == offer.tag_manifest


def _compare(bundle: Bundle, notes: Notes, offers: Mapping[str, Offer]) -> None:
    """Say where offers of one package differ, in the order in which the exporter's log has them.

    An exporter that offers a package otherwise than it had been offered damages its own bundle:
    else it could say itself which opened files count. Nobody else can damage it so.
    """
    first, *rest = sorted(offers, key=lambda path: _place(bundle, path))
    known = {offers[first].terms}
    for path in rest:
        offer, by = offers[path], {_author(bundle, first), _author(bundle, path)}
        if offer.terms in known:
            continue
        known.add(offer.terms)
        if _author(bundle, path) == bundle.exporter:
            notes.fail(BundleEvidenceError(f"{first} says otherwise of the same package"), path)
            continue
        both = (_offered(bundle, first), _offered(bundle, path))
        word: Word = "contradicted" if len(by) == 1 else "disputed"
        package = layout.package_path(offer.root)
        notes.claim("package-sealed", word, *by, statements=both, path=package)


def _offered(bundle: Bundle, path: str) -> Assertion:
    draft = bundle.offering(path).draft
    return Assertion(draft.author, path, "message", {"sequence": draft.sequence})


def _author(bundle: Bundle, path: str) -> str:
    return bundle.offering(path).draft.author


def _place(bundle: Bundle, path: str) -> tuple[int, int]:
    """Return where the exporter's log has the message of an offer: what it had first."""
    record = parse_digest(bundle.offering(path).record)
    own = layout.flat(bundle.exporter)
    leaves = (leaf for leaf in bundle.leaves_of.get(record, ()) if leaf.party == own)
    return min(((leaf.epoch, leaf.index) for leaf in leaves), default=(0, 0))


def _packages(bundle: Bundle, notes: Notes, offers: Offers) -> int:
    """Check each sealed package, and that none is missing; return how many are there."""
    packages = {bytes.fromhex(layout.parts(p)["root"]): p for p in bundle.of(Kind.PACKAGE)}
    for root, path in packages.items():
        if bundle.files[path].root != root:
            notes.fail(OfferRootError("its blocks do not lead to its name"), path)
            continue
        if root not in offers:
            _unexplained(bundle, notes, path)
            continue
        fitting = [p for p, offer in offers[root].items() if _has_its_size(bundle, offer)]
        if not fitting:
            notes.fail(OfferSizeError("not as many bytes as offered"), path)
        else:
            by = _author(bundle, fitting[0])
            word: Word = "proved" if bundle.pinned(by) else "attested"
            notes.claim("package-sealed", word, by, path=path)
    due = {offer.root for path, offer in bundle.offers.items() if path in bundle.offering_paths}
    for root in due - packages.keys():
        path = layout.package_path(root)
        why = bundle.withheld.get(path)
        if why is None:
            notes.fail(BundleEvidenceError("offered, and neither there nor withheld"), path)
        else:
            notes.claim(
                "evidence-withheld", "unknown", bundle.exporter, path=path, told=why.facts()
            )
    return len(packages)


def _opened(bundle: Bundle, notes: Notes, offers: Offers) -> int:
    """Check each opened exhibit; return how many there are."""
    files: dict[bytes, dict[str, str]] = {}
    for path in bundle.of(Kind.EXHIBIT):
        part = layout.parts(path)
        files.setdefault(bytes.fromhex(part["root"]), {})[part["path"]] = path
    hidden = _withheld_files(bundle)
    if hidden.keys() - files.keys():
        error = BundleStatementError("a file is withheld of an exhibit that is not here")
        notes.fail(error, layout.STATEMENT)
    for root, found in files.items():
        opened = _Opened(layout.exhibit_path(root, ""), found, hidden.get(root, {}))
        if root in offers:
            package = layout.package_path(root)
            told = _explaining(bundle, offers[root])
            by = _author(bundle, told)
            notes.claim("exhibit-opened", "attested", by, path=opened.prefix, package=package)
            _exhibit(bundle, notes, opened, offers[root][told])
        else:
            _unexplained(bundle, notes, opened.prefix)
    return len(files)


def _explaining(bundle: Bundle, offers: Mapping[str, Offer]) -> str:
    """Return the path of the offer that names an opened bag; of the first, if none does."""
    named = (path for path, offer in offers.items() if _has_its_bag(bundle, offer))
    return next(named, next(iter(offers)))


def _withheld_files(bundle: Bundle) -> dict[bytes, dict[str, Withheld]]:
    """Return root -> path inside the bag -> why it is withheld."""
    found: dict[bytes, dict[str, Withheld]] = {}
    for path, why in bundle.withheld.items():
        row = layout.row_of(path)
        if row is not None and row.kind is Kind.EXHIBIT:
            part = layout.parts(path)
            found.setdefault(bytes.fromhex(part["root"]), {})[part["path"]] = why
    return found


def _unexplained(bundle: Bundle, notes: Notes, path: str) -> None:
    if any(item.endswith("/offer.json") for item in bundle.withheld):
        notes.claim("package-sealed", "unknown", bundle.exporter, path=path)
    else:
        notes.fail(BundleEvidenceError("no message here offers it"), path)


def _exhibit(bundle: Bundle, notes: Notes, opened: _Opened, offer: Offer) -> None:
    """Check an opened bag: the offer names its tag manifest, which names all the rest."""
    top = opened.prefix + bag.TAG_MANIFEST_NAME
    if not _has_its_bag(bundle, offer):
        notes.fail(PackageDigestError(f"not the one offered, {digest_text(offer.root)}"), top)
        return
    with notes.guard(top):
        tags = bag.parse_manifest(bundle.read(top), bag.TAG_MANIFEST_NAME)
        if bag.MANIFEST_NAME not in tags:
            raise PackageManifestError(f"it does not name {bag.MANIFEST_NAME}")
        _same_files(opened, tags.keys(), payload=False)
        for path, value in tags.items():
            inside = opened.prefix + path
            # not read: what describes each file may be larger than any manifest
            if bundle.files[inside].sha512.hex() != value:
                notes.fail(PackageDigestError("not as the tag manifest says"), inside)
    inner = opened.prefix + bag.MANIFEST_NAME
    if inner in bundle.files:
        with notes.guard(inner):
            _payload(bundle, notes, opened, inner)


def _payload(bundle: Bundle, notes: Notes, opened: _Opened, inner: str) -> None:
    """Check the payload that is there; what is withheld must be a file the manifest names."""
    listed = bag.parse_manifest(bundle.read(inner), bag.MANIFEST_NAME)
    for path, why in sorted(opened.hidden.items()):
        inside = opened.prefix + path
        if path in listed:
            notes.claim(
                "evidence-withheld", "unknown", bundle.exporter, path=inside, told=why.facts()
            )
        else:
            error = BundleStatementError(f"{inside!r} is withheld, and its bag names no such file")
            notes.fail(error, layout.STATEMENT)
    there = listed.keys() - opened.hidden.keys()
    _same_files(opened, there, payload=True)
    for path in sorted(there):
        if bundle.files[opened.prefix + path].sha256.hex() != listed[path]:
            notes.fail(PackageDigestError("not as the manifest says"), opened.prefix + path)


def _same_files(opened: _Opened, listed: AbstractSet[str], *, payload: bool) -> None:
    there = {path for path in opened.files if path.startswith("data/") == payload}
    there.discard(bag.TAG_MANIFEST_NAME)
    if there != listed:
        first = min(there ^ listed)
        raise PackageManifestError(f"{first!r} is listed and not there, or there and not listed")
