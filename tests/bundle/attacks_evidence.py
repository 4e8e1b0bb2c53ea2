"""Attacks on custody, evidence and completeness: steps 9 to 11."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.bundle.attack import (
    Attack,
    Files,
    message_at,
    message_path,
    paths_of,
    record_of,
    rewritten,
    whole_case,
    without,
)
from tests.bundle.makers import (
    DECIDED,
    EXHIBIT,
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    redacted_bundle,
    redacted_path,
    resigned,
    short_bundle,
    short_story,
    whole_bundle,
    whole_story,
)
from tests.exchange.makers import key

from comity.bundle import Statement, Withheld, layout
from comity.canonical import encode, parse_digest
from comity.evidence import custody
from comity.exchange import parse_receipt


def attacks() -> Iterator[Attack]:
    """Yield the attacks that steps 9 to 11 find."""
    yield from _custody()
    yield from _evidence()
    yield from _redacted()
    yield from _complete()


def _custody() -> Iterator[Attack]:
    whole = whole_bundle()
    path = layout.custody_path(EXHIBIT)
    middle = rewritten(whole, path, lambda v: [v[0], *v[2:]])
    yield Attack("a custody event removed", "whole", resigned(middle), 9, "custody-missing")
    events = [event.to_value() for event in whole_story().events]
    short = whole_case(chains={EXHIBIT: events[:3]})
    name = "the last custody event removed, a lower head stated"
    yield Attack(name, "whole", short, 9, "bundle-custody")
    other = [{**events[0], "by": "somebody-else"}, *events[1:]]
    changed = {**whole, path: encode(other)}
    yield Attack("a custody event rewritten", "whole", resigned(changed), 9, "custody-altered")
    swapped = rewritten(whole, path, lambda v: [v[0], v[2], v[1], *v[3:]])
    yield Attack("custody events reordered", "whole", resigned(swapped), 9, "custody-order")
    held = {**whole, path: encode(_told_again("held", "destroyed"))}
    name = "an exhibit destroyed under a legal hold"
    yield Attack(name, "whole", resigned(held), 9, "custody-rule")
    otherwise = whole_case(chains={EXHIBIT: _told_again(reason="by another order")})
    name = "a custody chain told otherwise than it was handed over"
    yield Attack(name, "whole", otherwise, 9, "bundle-custody")
    gone = resigned(without(whole, path))
    yield Attack("a whole chain removed", "whole", gone, 9, "bundle-custody")
    none = whole_case(chains={})
    name = "a chain that was handed over, neither stated nor there"
    yield Attack(name, "whole", none, 9, "bundle-custody")


def _told_again(*more: str, reason: str = "as requested") -> list[Any]:
    """Return the chain linked anew: each event for a reason, and some events more."""
    head = custody.EMPTY
    told: list[Any] = []
    events = [*whole_story().events]
    events += [replace(events[-1], event=name, digest_after=None) for name in more]
    for event in events:
        made = replace(
            event,
            number=head.count + 1,
            previous=head.digest,
            reason=reason,
            attested=event.event in custody.ATTESTED,
        )
        head = custody.Head(count=made.number, digest=made.digest())
        told.append(made.to_value())
    return told


def _evidence() -> Iterator[Attack]:
    whole = whole_bundle()
    path = paths_of(whole, "data/evidence/")[0]
    bit = {**whole, path: whole[path][:-1] + bytes([whole[path][-1] ^ 1])}
    yield Attack("one bit of a sealed package", "whole", resigned(bit), 10, "offer-root")
    cut = {**whole, path: whole[path][:-1]}
    yield Attack("a sealed package cut short", "whole", resigned(cut), 10, "offer-root")
    gone = resigned(without(whole, "data/evidence/"))
    yield Attack("a sealed package removed", "whole", gone, 10, "bundle-evidence")
    mail = next(p for p in paths_of(whole, "/exhibits/") if p.endswith("mail.txt"))
    other = {**whole, mail: whole[mail] + b"x"}
    yield Attack("a file of an opened exhibit changed", "whole", resigned(other), 10, _DIGEST)
    top = next(p for p in paths_of(whole, "/exhibits/") if p.endswith("tagmanifest-sha512.txt"))
    tags = {**whole, top: whole[top] + b"\n"}
    yield Attack("an opened exhibit's tag manifest changed", "whole", resigned(tags), 10, _DIGEST)
    more = {**whole, mail + ".more": b"x"}
    yield Attack("a file added to an exhibit", "whole", resigned(more), 10, "package-manifest")
    stray = {**whole, layout.package_path(bytes(32)): whole[path]}
    yield Attack("a package under another name", "whole", resigned(stray), 10, "offer-root")


_DIGEST = "package-digest"


def _redacted() -> Iterator[Attack]:
    """Yield redacted copies: a file of an opened exhibit and the sealed package are withheld."""
    whole = redacted_bundle()
    mail = redacted_path()
    tags = mail.partition("/data/mail.txt")[0]
    gone = without(whole_bundle(), mail)
    name = "a file of an opened exhibit gone and not listed as withheld"
    yield Attack(name, "whole", resigned(gone), 10, "package-manifest")

    def also(*paths: str) -> Callable[[Statement], Statement]:
        return lambda told: replace(
            told, withheld={**told.withheld, **dict.fromkeys(paths, DECIDED)}
        )

    name = "a file withheld that the exhibit never had"
    invented = resigned(whole, also(f"{tags}/data/letter.txt"))
    yield Attack(name, "whole", invented, 10, "bundle-statement")
    name = "a file withheld of an exhibit that is not there"
    elsewhere = layout.exhibit_path(bytes(32), "data/letter.txt")
    yield Attack(name, "whole", resigned(whole, also(elsewhere)), 10, "bundle-statement")
    name = "a tag file of an exhibit withheld"
    manifest = f"{tags}/manifest-sha256.txt"
    bare = resigned(without(whole, manifest), also(manifest))
    yield Attack(name, "whole", bare, 10, "package-manifest")
    name = "withheld, and there all the same"
    yield Attack(name, "whole", resigned({**whole, mail: b""}), 2, "bundle-statement")
    name = "an exhibit's manifest without the line of what is withheld"
    lines = [line for line in whole[manifest].splitlines(True) if b"mail.txt" not in line]
    short = resigned({**whole, manifest: b"".join(lines)})
    yield Attack(name, "whole", short, 10, "package-digest")


def _omit(story: Story, place: int) -> Files:
    """Return what an exporter writes who leaves a message out, and all that is its own."""
    case = case_of(story)
    gone = case.messages[place]
    receipts = [r for r in case.receipts if parse_receipt(r.payload).record != gone.record]
    records = {parse_digest(gone.record)}
    records |= {
        record_of(r) for r in case.receipts if parse_receipt(r.payload).record == gone.record
    }
    leaves = [leaf for leaf in case.leaves if leaf.opening.record not in records]
    messages = [m for m in case.messages if m is not gone]
    return bundle_of(replace(case, messages=messages, receipts=receipts, leaves=leaves))


def _complete() -> Iterator[Attack]:
    short = short_bundle()
    omitted = _omit(short_story(), 1)
    name = "a message left out with its receipt and leaves, all signed again"
    yield Attack(name, "short", omitted, 4, "bundle-message-missing")
    path = message_path(message_at(1))
    stranger = resigned(without(short, path), signer=key("a stranger's export key"))
    name = "a message left out, signed again by a stranger"
    yield Attack(name, "short", stranger, 2, "key-unknown")
    opening = _omit(short_story(), 0)
    yield Attack("the opening message left out", "short", opening, 5, "bundle-message-missing")

    story = short_story()
    conversation = story.nodes[VN].messages[0].content
    asked = story.say(VN, "request.status-asked", conversation=conversation)
    story.say(ZA, "request.status-given", conversation=conversation, about=asked.content)
    seen = _omit(story, 3)
    name = "a message left out that only the answer to it names"
    yield Attack(name, "short", seen, 11, "bundle-message-missing")

    def wrong(told: Statement) -> Statement:
        return replace(told, withheld={layout.README: Withheld("no")})

    told = resigned(short, wrong)
    yield Attack("what cannot be withheld is", "short", told, 2, "bundle-statement")
