"""What a partner can send, and the honest party's bundle after it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of, short_story

from comity.exchange import Draft, Seen

NOWHERE = "sha256:" + "ab" * 32
NOTE = "request.status-asked"


@dataclass(frozen=True)
class Deed:
    """Something a partner did in a case, and what it must come to.

    Attributes:
        name: in words.
        play: adds it to a story whose first message is the partner's opening.
        main: state of the conversation after it.
        head: sequence of the partner's newest message that keeps its place.
        untold: whether a message names another that nobody here has.
    """

    name: str
    play: Callable[[Story], None]
    main: str = "preserved"
    head: int = 1
    untold: bool = False


def _whole(story: Story) -> str:
    return story.nodes[VN].messages[0].content


def _one(
    change: Callable[[Draft], Draft] = lambda draft: draft, *, outcome: str = "applied"
) -> Callable[[Story], None]:
    def play(story: Story) -> None:
        story.say(VN, NOTE, conversation=_whole(story), change=change, outcome=outcome)

    return play


def _slip(story: Story) -> None:
    """A message that is refused, and one that is in order after it."""
    _one(outcome="refused:body-malformed")(story)
    story.say(VN, "request.withdrawn", conversation=_whole(story))


def _refused_opening(story: Story) -> None:
    story.say(VN, "request.submitted", outcome="refused:body-malformed")


ILLEGAL = "refused:illegal-move"
DEEDS = (
    Deed("nothing more", lambda _: None),
    Deed(
        "a message after a gap",
        _one(lambda d: replace(d, sequence=3, previous=NOWHERE), outcome="held"),
        untold=True,
    ),
    Deed(
        "a message whose previous is another",
        _one(lambda d: replace(d, previous=NOWHERE), outcome="held"),
        untold=True,
    ),
    Deed(
        "a message that has seen what was never said",
        _one(lambda d: replace(d, seen={ZA: Seen(9, NOWHERE)}), outcome="held"),
        untold=True,
    ),
    Deed(
        "a message about nothing",
        _one(lambda d: replace(d, about=NOWHERE), outcome=ILLEGAL),
        untold=True,
    ),
    Deed("another edition of the law", _one(lambda d: replace(d, instrument=NOWHERE),
                                            outcome=ILLEGAL)),
    Deed("a message refused for its body", _one(outcome="refused:body-malformed"), head=2),
    Deed(
        "a message of a type that is not known here",
        _one(lambda d: replace(d, type="request.hastened"), outcome="refused:type-unknown"),
        head=2,
    ),
    Deed("a refused message, and one in order after it", _slip, main="withdrawn", head=3),
    Deed("a second opening that is refused", _refused_opening),
)  # fmt: skip


def honest_bundle(deed: Deed) -> dict[str, bytes]:
    """Return the bundle of the party to which the deed was done."""
    story = short_story()
    deed.play(story)
    return bundle_of(case_of(story, ZA))
