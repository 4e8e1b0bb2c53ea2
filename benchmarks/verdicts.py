"""Judging bundles: one with a package of 10 GiB against a bare hash, and one of 1,000 messages."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.bundle.makers import (
    EXHIBIT,
    MODE,
    START,
    VN,
    ZA,
    Story,
    case_of,
    private,
    short_story,
    trust_file,
)
from tests.bundle.parties import IDENTITY
from tests.bundle.stories import _request

from benchmarks.evidence import COMITY, FOLDER, Spent, large, rounds, spend
from benchmarks.rows import Row, hand_over, median, say
from comity.bundle import layout
from comity.bundle.folder import opener, write_folder
from comity.canonical import parse_digest
from comity.exchange.conversation import replay
from comity.files.sealing import SealOrder, seal

WORK: Final = FOLDER / "verdicts"
GIB: Final = 10
MESSAGES: Final = 1_000


def long_story(messages: int) -> Story:
    """Return a preservation in which both sides sent that many more messages by turns."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    for _ in range(messages // 2):
        story.say(VN, "request.status-asked", conversation=first)
        story.say(ZA, "request.at-risk", conversation=first)
    return story


def heavy() -> Path:
    """Return a bundle with one sealed package of 10 GiB; made once, kept."""
    target = WORK / f"heavy-{GIB}"
    if target.exists():
        return target
    story = short_story()
    asked = story.say(VN, "request.submitted", request=_request("stored-data", []))
    case = asked.content
    story.say(ZA, "request.acknowledged", conversation=case)
    story.say(ZA, "request.accepted", conversation=case)
    sealed = WORK / "package.age"
    sealed.unlink(missing_ok=True)
    order = SealOrder(
        sources=[large(GIB)],
        recipients=[IDENTITY.recipient],
        sealed_at=START,
        exhibit=EXHIBIT,
        mode=MODE,
        conversation=parse_digest(case),
        sender=ZA,
        receiver=VN,
    )
    offer = seal(order, sealed).offer(exhibit=EXHIBIT, description=("en", "a disk"))
    story.custody("acquired", ZA)
    story.custody("sealed", ZA, digest_after=offer.root)
    handed = story.custody("offered", ZA, digest_before=offer.root, digest_after=offer.root)
    story.say(ZA, "evidence.offered", conversation=case, offer=offer.to_value(), custody=handed)
    evidence = {layout.package_path(offer.root): opener(sealed)}
    write_folder(target, case_of(story), private(VN, "export"), evidence=evidence)
    return target


def chatty() -> Path:
    """Return a bundle of 1,000 messages; made once, kept."""
    target = WORK / f"chatty-{MESSAGES}"
    if not target.exists():
        story = long_story(MESSAGES)
        case = case_of(story, exported_at=story.at + timedelta(hours=1))
        write_folder(target, case, private(VN, "export"), evidence={})
    return target


def judge(bundle: Path) -> Spent:
    """Judge with the command; the verdict must be intact."""
    trust = str(WORK / "trust.json")
    return spend([COMITY, "verify", str(bundle), "--trust", trust, "--json"], cwd=WORK)


def replay_ms() -> float:
    """Return the least of five replays of 1,000 messages of one conversation, ms."""
    messages = long_story(MESSAGES).nodes[VN].messages
    found = []
    for _ in range(5):
        begun = time.perf_counter()
        replay(messages)
        found.append((time.perf_counter() - begun) * 1000)
    return min(found)


def rows() -> Iterator[Row]:
    """Return the rows of verdicts."""
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "trust.json").write_bytes(trust_file().data)
    bundle, talk = heavy(), chatty()
    (package,) = (path for path in bundle.rglob("*.age"))
    found = rounds(
        {
            "ours": lambda _: judge(bundle),
            "sha256sum": lambda _: spend(["sha256sum", str(package)], cwd=WORK),
            "chatty": lambda _: judge(talk),
        }
    )
    for name, spent in found.items():
        say(f"{name}: {median(one.wall_s for one in spent):.2f} s wall")
    yield Row(
        name="verify-10g-sha256sum",
        unit=f"s, a package of {GIB} GiB, wall",
        ours=median(one.wall_s for one in found["ours"]),
        peer=median(one.wall_s for one in found["sha256sum"]),
        peer_name="sha256sum; wanted: at most 1.2",
    )
    memory = {name: max(one.peak_mib for one in found[name]) for name in ("ours", "chatty")}
    yield Row(
        name="verify-memory",
        unit="MiB, peak, with 10 GiB",
        ours=memory["ours"],
        peer=memory["chatty"],
        peer_name=f"the same with {MESSAGES} messages and no package",
    )
    yield Row(
        name="verify-1000",
        unit=f"s, {MESSAGES} messages, wall",
        ours=median(one.wall_s for one in found["chatty"]),
        peer=None,
        peer_name="none",
    )
    yield Row(
        name="replay-1000",
        unit=f"ms, {MESSAGES} messages",
        ours=replay_ms(),
        peer=None,
        peer_name="wanted: under 100 an author",
    )


if __name__ == "__main__":
    hand_over(rows())
