"""What a partner signed that its addressee set aside, and branches of a log: honest and not."""

import hashlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from tests.bundle.attack import Attack, Files, paths_of, record_of, rewritten
from tests.bundle.attacks_exporter import later_story, request
from tests.bundle.makers import (
    VN,
    ZA,
    bundle_of,
    case_of,
    evidence_of,
    private,
    resigned,
    short_story,
    whole_story,
)
from tests.bundle.rewriting import own_receipts, sign_again
from tests.bundle.stories import Story, sealed_package
from tests.exchange import makers
from tests.exchange.makers import seed

from comity.bundle import layout
from comity.evidence import bag
from comity.evidence.blocks import BlockHasher
from comity.exchange import Consistency, Draft, Message, sign_receipt

NOWHERE = "sha256:" + "ab" * 32
SEALED = b"sealed bytes that nobody opens"


def attacks() -> Iterator[Attack]:
    """Yield bundles with messages that were set aside, and with logs that branch."""
    yield from _messages()
    yield from _offers()
    yield from _packages()
    yield from _taken()
    yield from _branches()
    yield _planted()


def _messages() -> Iterator[Attack]:
    story = short_story()
    first = story.nodes[VN].messages[0].content
    asked = story.say(VN, "request.status-asked", conversation=first)

    def twin(draft: Draft) -> Draft:
        before = asked.draft
        return replace(
            draft, type="request.amended", sequence=before.sequence, previous=before.previous
        )

    story.say(
        VN, "request.status-asked", conversation=first, outcome="held:double-speak", change=twin
    )
    claims = (f"one-message-a-place contradicted {VN}",)
    files = bundle_of(case_of(story, ZA))
    yield Attack("a twin that is malformed too", "short", files, 0, "", 0, claims=claims)
    story = short_story()
    first = story.nodes[VN].messages[0].content
    wrong: Any = {"bogus": 1}
    outcome = "refused:body-malformed"
    story.say(VN, "request.withdrawn", conversation=first, outcome=outcome, note=wrong)
    name = "a message refused for a section, which is kept"
    kept = bundle_of(case_of(story, ZA))
    yield Attack(name, "short", kept, 0, "", 0, claims=())
    (path,) = paths_of(kept, layout.section_path(story.nodes[VN].messages[-1].content, "note"))
    other = rewritten(kept, path, lambda one: {**one, "value": {"text": "another"}})
    name = "a refused message's section exchanged"
    yield Attack(name, "short", resigned(other), 4, "section-mismatch")


def _offers() -> Iterator[Attack]:
    for name, section, lie in (
        ("an offer of other files", "offer", lambda one: {**one, "files": 3}),
        ("an offer of other bytes", "offer", lambda one: {**one, "root": NOWHERE}),
        ("an offer that is none", "offer", _too_long),
        ("a hand-over of another chain", "custody", _told_otherwise),
    ):
        twin, refused = (aside(outcome, {section: lie}) for outcome in (HELD, ILLEGAL))
        claims = (f"one-message-a-place contradicted {ZA}",)
        yield Attack(f"{name}, in a twin", "whole", twin, 0, "", 0, claims=claims)
        moved, shows = f"{name}, in an illegal move", (f"message-named unknown {VN}",)
        yield Attack(moved, "whole", refused, 0, "", 0, claims=(), shows=shows)


HELD, ILLEGAL = "held:double-speak", "refused:illegal-move"


def _too_long(offer: Any) -> Any:
    return {**offer, "description": {"lang": "en", "text": "x" * 5000}}


def _to_nobody(offer: Any) -> Any:
    return {**offer, "recipients": offer["recipients"] * 2}


def _both(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda offer: second(first(offer))


def _told_otherwise(custody: Any) -> Any:
    return {**custody, "count": 1, "digest": NOWHERE}


def aside(outcome: str, lies: dict[str, Callable[[Any], Any]], more: Files | None = None) -> Files:
    """Return VN's bundle of the whole story with one offer more by ZA, which VN set aside.

    Args:
        outcome: of VN's receipt.
        lies: section -> what it says instead.
        more: evidence beside that of the story.
    """
    story = whole_story.__wrapped__()
    given = next(one for one in story.nodes[VN].sections.values() if "offer" in one)
    values = {part: one.value for part, one in given.items()}
    values |= {part: lie(values[part]) for part, lie in lies.items()}
    offered = next(m for m in story.nodes[ZA].messages if m.draft.type == "evidence.offered")

    def change(draft: Draft) -> Draft:
        if outcome == ILLEGAL:
            return replace(draft, about=NOWHERE)
        twin = offered.draft
        return replace(draft, sequence=twin.sequence, previous=twin.previous)

    kind, case = "evidence.offered", offered.conversation
    story.say(ZA, kind, conversation=case, outcome=outcome, change=change, **values)
    return bundle_of(case_of(story), {**evidence_of(whole_story()), **(more or {})})


def _root(data: bytes) -> bytes:
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    return hasher.root()


def _packages() -> Iterator[Attack]:
    root = _root(SEALED)
    more = {layout.package_path(root): SEALED}
    size = len(SEALED)

    def other(offer: Any) -> Any:
        return {**offer, "root": f"sha256:{root.hex()}", "sealed_size_bytes": size}

    files = aside(ILLEGAL, {"offer": other}, more)
    name = "a package that only a refused message offers"
    shows = (f"package-sealed proved {ZA}",)
    yield Attack(name, "whole", files, 0, "", 0, claims=(), shows=shows)
    for what, lie in (("is too long", _too_long), ("names nobody", _to_nobody)):
        files = aside(ILLEGAL, {"offer": _both(other, lie)}, more)
        name = f"a package that only an offer names that {what}, in a refused message"
        yield Attack(name, "whole", files, 10, "bundle-evidence")
    files = bundle_of(case_of(whole_story()), {**evidence_of(whole_story()), **more})
    yield Attack("a package that nobody offers", "whole", files, 10, "bundle-evidence")


def _taken() -> Iterator[Attack]:
    """Yield VN's bundles with a package that it took by an offer that it holds still.

    Another offer of it by ZA was taken in by nobody, or counts alone.
    """
    for name, lie in (("size", {"sealed_size_bytes": 7}), ("tag manifest", _OTHER_BAG)):
        said = f"a package taken by an offer that was held, and an illegal one of another {name}"
        shows = (f"exhibit-opened attested {ZA}", f"package-sealed proved {ZA}")
        yield Attack(said, "whole", taken(lie), 0, "", 0, claims=(), shows=shows)
        said = f"a package taken by an offer that was held, where one of another {name} counts"
        claims, files = (f"package-sealed contradicted {ZA}",), taken(lie, outcome="applied")
        yield Attack(said, "whole", files, 0, "", 0, claims=claims, shows=shows)
        said = f"a package taken by an offer that was held, and the exporter's of another {name}"
        claims = (f"package-sealed disputed {VN} {ZA}",)
        yield Attack(said, "whole", taken_beside_own(lie), 0, "", 4, claims=claims, shows=shows)
    name = "an opened exhibit that no offer names, one of them set aside"
    yield Attack(name, "whole", taken(_OTHER_BAG, held=_OTHER_BAG), 10, "package-digest")
    name = "an opened exhibit that only the exporter's own illegal offer names"
    yield Attack(name, "whole", invented(), 10, "package-digest")


_OTHER_BAG = {"tag_manifest": NOWHERE}


def taken(
    lie: dict[str, Any], *, outcome: str = ILLEGAL, held: dict[str, Any] | None = None
) -> Files:
    """Return VN's bundle with a package that ZA offered twice, and that VN took and opened.

    Args:
        lie: what the first offer says otherwise than the package.
        outcome: of VN's receipt for it.
        held: what the second says otherwise, which comes after a gap, and by which VN took it.
    """
    story = whole_story.__wrapped__()

    def first(draft: Draft) -> Draft:
        return replace(draft, about=NOWHERE) if outcome == ILLEGAL else draft

    case = _offered(story).conversation
    values = _of_sealed(story, lie)
    story.say(ZA, "evidence.offered", conversation=case, outcome=outcome, change=first, **values)
    return _by_held(story, held or {})


def taken_beside_own(lie: dict[str, Any]) -> Files:
    """Return VN's bundle with a package that VN had offered first, to a request by ZA.

    Args:
        lie: what that offer says otherwise than the package, which VN took by an offer of ZA's
            that it holds still.
    """
    story = later_story()
    asked = story.say(ZA, "request.submitted", request=request([])).content
    story.say(VN, "request.acknowledged", conversation=asked)
    story.say(VN, "request.accepted", conversation=asked)
    root = sealed_package(_offered(story).conversation).root
    handed = story.custody("offered", VN, digest_before=root, digest_after=root)
    values = {**_of_sealed(story, lie), "custody": handed}
    story.say(VN, "evidence.offered", conversation=asked, **values)
    return _by_held(story, {})


def _offered(story: Story) -> Message:
    return next(m for m in story.nodes[ZA].messages if m.draft.type == "evidence.offered")


def _of_sealed(story: Story, said: dict[str, Any]) -> dict[str, Any]:
    """Return the sections of an offer of `SEALED`, which says something otherwise."""
    sections = story.nodes[VN].sections[_offered(story).content]
    values = {name: one.value for name, one in sections.items()}
    of_it = {"root": f"sha256:{_root(SEALED).hex()}", "sealed_size_bytes": len(SEALED)}
    return {**values, "offer": {**values["offer"], **of_it, **said}}


def _by_held(story: Story, said: dict[str, Any]) -> Files:
    """Return VN's bundle after an offer by ZA that comes after a gap; by it VN took the package."""

    def late(draft: Draft) -> Draft:
        return replace(draft, sequence=draft.sequence + 1, previous=NOWHERE)

    case, root = _offered(story).conversation, _root(SEALED)
    values = _of_sealed(story, said)
    story.say(ZA, "evidence.offered", conversation=case, outcome="held", change=late, **values)
    bag_of_it = sealed_package(case).opened
    files = {layout.exhibit_path(root, path): data for path, data in bag_of_it.items()}
    files[layout.package_path(root)] = SEALED
    return bundle_of(case_of(story), {**evidence_of(whole_story()), **files})


def invented() -> Files:
    """Return VN's bundle with files of its own in ZA's package, which only VN says are in it."""
    story = whole_story.__wrapped__()
    sections = next(one for one in story.nodes[VN].sections.values() if "offer" in one)
    package = sealed_package(story.nodes[VN].messages[3].content)
    files = _planted_bag()
    top = hashlib.sha256(files[bag.TAG_MANIFEST_NAME]).hexdigest()
    offer = {**sections["offer"].value, "tag_manifest": f"sha256:{top}"}
    said = {**sections, "offer": makers.section("offer", offer, label="invented")}
    first = story.nodes[VN].messages[3].content

    def illegal(draft: Draft) -> Draft:
        return replace(draft, type="evidence.offered")

    asking = "request.status-asked"
    story.say(VN, asking, conversation=first, outcome=ILLEGAL, change=illegal, sections=said)
    more = {layout.exhibit_path(package.root, path): data for path, data in files.items()}
    more[layout.package_path(package.root)] = package.data
    return bundle_of(case_of(story), more)


def _planted_bag() -> dict[str, bytes]:
    """Return a bag as it should be, of a file that nobody sealed."""
    path, data = "data/planted.txt", b"anything at all"
    manifest = bag.line(hashlib.sha256(data).digest(), path)
    tags = {bag.DECLARATION_NAME: bag.DECLARATION, bag.MANIFEST_NAME: manifest}
    top = b"".join(bag.line(hashlib.sha512(one).digest(), name) for name, one in tags.items())
    return {**tags, bag.TAG_MANIFEST_NAME: top, path: data}


def _planted() -> Attack:
    """Return an exhibit whose tag manifest names no manifest, so that it vouches for no file."""
    root = _root(SEALED)
    top = bag.line(hashlib.sha512(bag.DECLARATION).digest(), bag.DECLARATION_NAME)
    tags = {bag.DECLARATION_NAME: bag.DECLARATION, bag.TAG_MANIFEST_NAME: top}
    files = {**tags, "data/planted.txt": b"anything at all"}
    more = {layout.exhibit_path(root, path): data for path, data in files.items()}
    said = {
        "root": f"sha256:{root.hex()}",
        "sealed_size_bytes": len(SEALED),
        "tag_manifest": f"sha256:{hashlib.sha256(top).hexdigest()}",
    }
    more[layout.package_path(root)] = SEALED
    spoilt = aside(ILLEGAL, {"offer": lambda offer: {**offer, **said}}, more)
    name = "an opened exhibit whose tag manifest names no manifest"
    return Attack(name, "whole", spoilt, 10, "package-manifest")


def _branches() -> Iterator[Attack]:
    story = _asked(VN)
    node = story.nodes[ZA]
    other = deepcopy(node)
    other.openings[0] = replace(other.openings[0], time=story.tick(0))
    sign_again(other)
    node.receipts[-1] = other.receipts[-1]
    story.nodes[VN].receipts[-1] = other.receipts[-1]
    name = "an exporter's answer from a branch of its log"
    yield Attack(name, "short", bundle_of(case_of(story, ZA)), 7, "bundle-fork")

    story = _spoilt(VN)
    shows = ("log-continues unknown",)
    files = bundle_of(case_of(story, ZA))
    name = "a partner's proof that its log goes on, spoilt"
    yield Attack(name, "short", files, 0, "", 0, claims=(), shows=shows)
    name = "an exporter's proof that its log goes on, spoilt"
    yield Attack(name, "short", bundle_of(case_of(_spoilt(VN), VN)), 7, "proof-mismatch")


def _asked(author: str) -> Story:
    story = short_story()
    kind = "request.status-asked" if author == VN else "request.at-risk"
    story.say(author, kind, conversation=story.nodes[VN].messages[0].content)
    return story


def _spoilt(party: str) -> Story:
    """Return a story in which a party's last receipt has a consistency proof that is none."""
    story = _asked(ZA if party == VN else VN)
    envelope, receipt = own_receipts(story.nodes[party])[-1]
    assert receipt.consistency is not None
    known = Consistency(receipt.consistency.tree_size, (seed("no proof"),))
    lie = sign_receipt(replace(receipt, consistency=known), private(party, "receipt"))
    for node in story.nodes.values():
        node.receipts = [lie if one is envelope else one for one in node.receipts]
        node.openings = [
            replace(one, record=record_of(lie)) if one.record == record_of(envelope) else one
            for one in node.openings
        ]
    other = ZA if party == VN else VN
    sign_again(story.nodes[other])
    return story
