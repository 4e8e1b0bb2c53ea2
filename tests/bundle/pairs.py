"""Two bundles of one case, or of none, and what both together come to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.bundle.attack import Files
from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of, short_story, trust_file
from tests.bundle.rewriting import rewrite
from tests.bundle.test_corrupt_exporter import without_messages

from comity.directory import TrustFile
from comity.exchange import Draft

ASK, RISK = "request.status-asked", "request.at-risk"
TRUST = trust_file()


@dataclass(frozen=True)
class Pair:
    """Two bundles.

    Attributes:
        name: in words.
        one, other: all files of each.
        exit: exit status.
        claims: the ``name word parties`` of each claim about both that is contradicted or disputed.
        shows: claims about both that have to be there.
        never: the ``name word`` of claims about both that must not be there.
        trust: the trust file they are judged by.
    """

    name: str
    one: Files
    other: Files
    exit: int
    claims: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    trust: TrustFile = TRUST


def told() -> Story:
    """Return a preservation after which both say something more."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    story.say(VN, ASK, conversation=first)
    story.say(ZA, RISK, conversation=first)
    return story


def of(story: Story, party: str = VN) -> Files:
    """Return the bundle of a party."""
    return bundle_of(case_of(story, party))


def pairs() -> Iterator[Pair]:
    """Yield every pair."""
    story = told()
    one, other = of(story), of(story, ZA)
    agreed = (f"held-by-both proved {VN} {ZA}", f"state-agreed proved {VN} {ZA}")
    yield Pair("both hold and state the same", one, other, 0, shows=agreed)
    never = ("held-by-both proved", "state-agreed proved")
    less = (f"held-by-both attested {VN} {ZA}", f"state-agreed attested {VN} {ZA}")
    only = trust_file("vn")
    yield Pair("one State is not pinned", one, other, 3, shows=less, never=never, trust=only)
    yield Pair("one bundle given twice", one, one, 2)
    strange = Story()
    strange.count = 50  # other identifiers
    strange.say(VN, "information.shared")
    yield Pair("bundles of two cases", one, of(strange, ZA), 2)
    yield from _in_one_only(story)
    yield from _in_two_ways()


def _in_one_only(story: Story) -> Iterator[Pair]:
    early = bundle_of(case_of(story, ZA, exported_at=story.at))
    later = told()
    later.tick(60)
    later.say(VN, "request.withdrawn", conversation=later.nodes[VN].messages[0].content)
    shows = (f"only-in-one unknown {VN}",)
    yield Pair("a message that came later stands in one only", of(later), early, 0, shows=shows)
    out = (f"left-out contradicted {ZA}",)
    name = "a message left out by who had answered it"
    yield Pair(name, of(story), of(short_story(), ZA), 1, out)
    short = short_story()
    less = without_messages(short, {short.nodes[VN].messages[-1].content})
    out = (f"left-out contradicted {VN}",)
    yield Pair("a partner's last message left out of one", less, of(short, ZA), 1, out)


def _in_two_ways() -> Iterator[Pair]:
    lying = told()
    asked = next(m for m in lying.nodes[VN].messages if m.draft.type == ASK)
    rewrite(lying, asked, "refused:body-malformed", ZA)
    claims = [f"receipt contradicted {ZA}", f"log-single contradicted {ZA}"]
    claims.append(f"state-agreed disputed {VN} {ZA}")
    name = "two answers to one message, and another state of the same messages"
    yield Pair(name, of(told()), of(lying, ZA), 1, tuple(claims))

    def twin(kind: str) -> Story:
        made = short_story()

        def change(draft: Draft) -> Draft:
            return replace(draft, type=kind)

        first = made.nodes[VN].messages[0].content
        made.say(ZA, RISK, conversation=first, change=change)
        return made

    one, other = of(twin(RISK)), of(twin("request.status-given"), ZA)
    claims = [f"one-message-a-place contradicted {ZA}", f"left-out contradicted {ZA}"]
    claims += [f"left-out contradicted {VN}", f"log-single contradicted {VN}"]
    name = "two messages in one place, one in each bundle"
    yield Pair(name, one, other, 1, tuple(claims))
