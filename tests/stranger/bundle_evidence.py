"""Steps 9 and 10 of a verdict: custody chains and evidence (spec 16)."""

import hashlib
from typing import Any

from tests.stranger.bag import MANIFEST, TAGS, read_manifest
from tests.stranger.bundle import Case, Said
from tests.stranger.bundle_files import MAX_TAG_FILE
from tests.stranger.custody import check_chain, check_head, head_of
from tests.stranger.offers import block_hashes, check_offer, root_text
from tests.stranger.values import RefusedError, decode, demand

SAME = ("file_list", "files", "sealed_size_bytes", "tag_manifest")


def step_9(case: Case) -> None:
    """Check each chain, and that it is the one that was handed over."""
    code = "bundle-custody"
    for path, (exhibit,) in case.of_kind("custody"):
        chain = decode(case.files[path])
        demand(isinstance(chain, list) and chain, "custody-event", path)
        check_chain(chain, exhibit)
        case.chains[exhibit] = chain
    stated = case.statement["custody"]
    demand(set(case.chains) == set(stated), code, "chains that are stated")
    for exhibit, chain in case.chains.items():
        demand(stated[exhibit] == head_of(chain), code, "a stated head")
    for one, said in case.hand_overs():
        exhibit = said["exhibit"]
        withheld = f"data/custody/{exhibit}.json" in case.withheld
        demand(exhibit in case.chains or withheld, code, "a chain that was handed over")
        if exhibit not in case.chains:
            continue
        chain = case.chains[exhibit]
        try:
            check_chain(said["events"], exhibit)
            check_head(said["events"], said["count"], said["digest"])
            check_head(chain, said["count"], said["digest"])
        except RefusedError as fault:
            raise RefusedError(code, f"{one.path}: {fault}") from fault
    for _, offer in case.offers():
        exhibit = offer["exhibit"]
        withheld = f"data/custody/{exhibit}.json" in case.withheld
        demand(exhibit in case.chains or withheld, code, "an exhibit that was offered")


def step_10(case: Case) -> None:
    """Check sealed packages and opened exhibits against their offers."""
    for _, offer in case.offers():
        check_offer(offer)
    due = case.offered()
    for told in compared(case).values():
        for later, _ in differing(case, told):
            demand(later.author != case.exporter, "bundle-evidence", "two offers of one root")
    offers = case.explaining()
    unread = any(path.endswith("/offer.json") for path in case.withheld)
    sealed = {root: path for path, (root,) in case.of_kind("evidence")}
    for root, path in sealed.items():
        data = case.files[path]
        demand(root_text(block_hashes(data))[7:] == root, "offer-root", path)
        demand(root in offers or unread, "bundle-evidence", "no offer explains it")
        if root not in offers:
            continue
        sizes = {offer["sealed_size_bytes"] for _, offer in offers[root]}
        demand(len(data) in sizes, "offer-size", path)
    for root in due:
        apart = f"data/evidence/{root}.age" in case.withheld
        demand(root in sealed or apart, "bundle-evidence", "a package that was offered")
    _exhibits(case, offers, unread=unread)


def compared(case: Case) -> dict[str, list[tuple[Said, dict[str, Any]]]]:
    """Return root -> the offers that must agree: those that count, and those that explain.

    One set aside explains what fits none that counts (C-16-88).
    """
    due, found = case.offered(), {}
    for root, told in case.explaining().items():
        if root not in due:
            continue
        picked = [*due[root]]
        if f"data/exhibits/{root}/{TAGS}" in case.files:
            picked.append(explained(case, root, told))
        package = case.files.get(f"data/evidence/{root}.age", b"")
        picked += [row for row in told if row[1]["sealed_size_bytes"] == len(package)][:1]
        found[root] = [row for n, row in enumerate(picked) if row not in picked[:n]]
    return found


def differing(case: Case, told: list[tuple[Said, dict[str, Any]]]) -> list[tuple[Said, Said]]:
    """Return the offers of one root that say what none before does, each with the first (C-16-25).

    Before is what stands earlier in the exporter's log.
    """

    def place(row: tuple[Said, dict[str, Any]]) -> tuple[int, int]:
        own = [leaf for leaf in case.leaves if leaf.opening["record"] == row[0].record]
        return min(((leaf.epoch, leaf.index) for leaf in own), default=(0, 0))

    found, known = [], list[list[Any]]()
    in_order = sorted(told, key=place)
    for said, offer in in_order:
        terms = [offer[name] for name in SAME]
        if known and terms not in known:
            found.append((said, in_order[0][0]))
        known.append(terms)
    return found


def explained(
    case: Case, root: str, told: list[tuple[Said, dict[str, Any]]]
) -> tuple[Said, dict[str, Any]]:
    """Return the first offer that names the tag manifest of an opened exhibit, or the first."""
    data = case.files.get(f"data/exhibits/{root}/{TAGS}", b"")
    own = "sha256:" + hashlib.sha256(data).hexdigest()
    return next((row for row in told if row[1]["tag_manifest"] == own), told[0])


def _exhibits(
    case: Case, offers: dict[str, list[tuple[Said, dict[str, Any]]]], *, unread: bool
) -> None:
    opened: dict[str, dict[str, bytes]] = {}
    for path, (root, name) in case.of_kind("exhibit"):
        opened.setdefault(root, {})[name] = case.files[path]
    apart: dict[str, set[str]] = {}
    for path in case.withheld:
        if path.startswith("data/exhibits/"):
            root, _, name = path.removeprefix("data/exhibits/").partition("/")
            apart.setdefault(root, set()).add(name)
    for root in apart:
        demand(root in opened, "bundle-statement", "a file of an exhibit that is not there")
    for root, files in opened.items():
        demand(root in offers or unread, "bundle-evidence", "no offer explains an exhibit")
        if root in offers:
            _exhibit(files, apart.get(root, set()), explained(case, root, offers[root])[1])


def _exhibit(files: dict[str, bytes], apart: set[str], offer: dict[str, Any]) -> None:
    """Check what the offer binds of an opened exhibit (C-16-78)."""
    own = "sha256:" + hashlib.sha256(files.get(TAGS, b"")).hexdigest()
    demand(own == offer["tag_manifest"], "package-digest", "another tag manifest was offered")
    for name in (TAGS, MANIFEST):
        demand(len(files.get(name, b"")) <= MAX_TAG_FILE, "bundle-limit", name)
    told = read_manifest(files[TAGS], 128)
    tags = {name for name in files if not name.startswith("data/")}
    demand(tags == {*told, TAGS} and MANIFEST in told, "package-manifest", "tag files")
    for name, digest in told.items():
        demand(hashlib.sha512(files[name]).hexdigest() == digest, "package-digest", name)
    manifest = read_manifest(files[MANIFEST], 64)
    demand(apart <= set(manifest), "bundle-statement", "withheld, and not of the exhibit")
    there = set(files) - tags
    demand(there | apart == set(manifest), "package-manifest")
    for name in there:
        same = hashlib.sha256(files[name]).hexdigest() == manifest[name]
        demand(same, "package-digest", name)
