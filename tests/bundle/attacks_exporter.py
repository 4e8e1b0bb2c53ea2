"""Bundles by an exporter that tells with its own keys what its partner did not say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.bundle.attack import Attack, Files
from tests.bundle.makers import (
    DECIDED,
    EXHIBIT,
    EXPORTED,
    START,
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    directory,
    evidence_of,
    revoking,
    short_story,
    whole_story,
)
from tests.bundle.stories import sealed_package
from tests.exchange.makers import seed

from comity.bundle import Withheld, layout
from comity.canonical import digest_text

_TERMS = {
    "sealed_size_bytes": 1,
    "files": 1,
    "file_list": digest_text(seed("a list that ZA never made")),
    "tag_manifest": digest_text(seed("files that ZA never sealed")),
}


def attacks() -> Iterator[Attack]:
    """Yield second offers of one package, and an exhibit whose chain nothing readable names."""
    for name, value in _TERMS.items():
        said = f"a package offered again by the exporter, with another {name}"
        yield Attack(said, "whole", offered_again(**{name: value}), 10, "bundle-evidence")
    yield Attack("a package offered again as it was", "whole", offered_again(), 0, "", 0)
    told = {name: value for name, value in _TERMS.items() if name != "files"}
    for name, value in told.items():
        said = f"a package that its author offers again, with another {name}"
        files, claims = offered_twice(**{name: value}), (f"package-sealed contradicted {ZA}",)
        yield Attack(said, "whole", files, 0, "", 0, claims=claims)
    story = offering_again(**told)
    files = bundle_of(case_of(story, ZA), evidence_of(story))
    claims = (f"package-sealed disputed {VN} {ZA}",)
    name = "a package that the partner offers back, and says otherwise of it"
    yield Attack(name, "whole", files, 0, "", 4, claims=claims)
    name = "a chain left out where every hand-over of it is withheld"
    yield Attack(name, "whole", without_chain(), 9, "bundle-custody")
    name = "a chain withheld with every hand-over of it"
    yield Attack(name, "whole", without_chain(**{EXHIBIT: DECIDED}), 0, "", 0)
    yield Attack("events told in the partner's name", "whole", with_event(ZA), 0, "", 0)
    name = "a partner's revoked key, older by the exporter's own receipt alone"
    yield Attack(name, "short", by_own_receipt(), 0, "", 0)
    early = bundle_of(case_of(short_story(), exported_at=START + timedelta(minutes=6)))
    yield Attack("an export dated before what it holds", "short", early, 0, "", 4)
    name = "a request that names a conversation which is not there"
    yield Attack(name, "short", naming_another(), 0, "", 0)


def later_story() -> Story:
    """Return the whole story, told again so that more can be said."""
    return whole_story.__wrapped__()


def request(links: list[dict[str, str]]) -> dict[str, Any]:
    """Return a request for data that names other conversations."""
    return {
        "measure": "stored-data",
        "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
        "urgency": "urgent",
        "reference": "VN-1",
        "confidential": True,
        "links": links,
    }


def offering_again(**changes: Any) -> Story:
    """Return the story in which VN offers ZA's package again, to a request by ZA."""
    story = later_story()
    package = sealed_package(story.nodes[VN].messages[3].content)
    asked = story.say(ZA, "request.submitted", request=request([])).content
    story.say(VN, "request.acknowledged", conversation=asked)
    story.say(VN, "request.accepted", conversation=asked)
    handed = story.custody("offered", VN, digest_before=package.root, digest_after=package.root)
    offer = {**package.offer, **changes}
    story.say(VN, "evidence.offered", conversation=asked, offer=offer, custody=handed)
    return story


def offered_again(**changes: Any) -> Files:
    """Return VN's bundle of that story."""
    story = offering_again(**changes)
    return bundle_of(case_of(story), evidence_of(story))


def offered_twice(**changes: Any) -> Files:
    """Return VN's bundle after ZA offered a package and said otherwise of it; VN took both."""
    story = short_story()
    case = story.say(VN, "request.submitted", request=request([])).content
    story.say(ZA, "request.acknowledged", conversation=case)
    story.say(ZA, "request.accepted", conversation=case)
    package = sealed_package(case)
    story.custody("acquired", ZA)
    story.custody("sealed", ZA, digest_after=package.root)
    for offer in (package.offer, {**package.offer, **changes}):
        handed = story.custody("offered", ZA, digest_before=package.root, digest_after=package.root)
        story.say(ZA, "evidence.offered", conversation=case, offer=offer, custody=handed)
    return bundle_of(case_of(story), evidence_of(story))


def by_own_receipt() -> Files:
    """Return VN's bundle after ZA's message key was revoked: VN's receipts alone are older."""
    revoked = directory(revoking(ZA, "message", EXPORTED - timedelta(hours=1)))
    return bundle_of(case_of(short_story(), directory=revoked))


def naming_another() -> Files:
    """Return VN's bundle of one request, which belongs with a conversation that is not there."""
    story, other = Story(), digest_text(seed("another conversation"))
    links = [{"conversation": other, "relation": "preservation"}]
    story.say(VN, "request.submitted", request=request(links))
    return bundle_of(case_of(story))


def without_chain(**withheld: Withheld) -> Files:
    """Return VN's bundle in which no hand-over can be read and no chain stands."""
    story = whole_story()
    case = case_of(story)
    sections = {
        layout.section_path(message.content, "custody"): DECIDED
        for message in case.messages
        if "custody" in message.draft.body
    }
    hidden = {**sections, **{layout.custody_path(name): why for name, why in withheld.items()}}
    return bundle_of(replace(case, chains={}, withheld=hidden), evidence_of(story))


def with_event(party: str) -> Files:
    """Return VN's bundle whose chain VN went on with, in the name of a party."""
    story = later_story()
    story.custody("reverified", party)
    return bundle_of(case_of(story), evidence_of(story))
