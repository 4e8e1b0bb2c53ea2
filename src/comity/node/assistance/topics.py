"""Topics of assistance in the reader's language, from the law as data."""

from collections.abc import Mapping

from django.utils.translation import get_language

from comity.exchange.errors import BodyMalformedError
from comity.exchange.faults import in_words
from comity.exchange.values import Model
from comity.files.instruments import library
from comity.instruments.topics import topic_name, topics
from comity.node.law.wording import say


def topic_named(key: str) -> str:
    """Return a topic in words; one that this node's data do not know, by its key."""
    return topic_name(library(), key, (get_language() or "en").lower())


def topic_choices() -> list[tuple[str, str]]:
    """Return the topics that may be chosen, with their names."""
    return [(key, topic_named(key)) for key in topics(library())]


def topics_reviewed() -> bool:
    """Return whether the names of all topics are reviewed in the reader's language."""
    laws = library()
    known = topics(laws).values()
    return all(say(laws, one.instrument, f"topics.{one.key}").reviewed for one in known)


def check_topics(bodies: Mapping[str, Model]) -> None:
    """Check that each topic of a message of ours is a key of the law as data (spec 7.4).

    Args:
        bodies: section name to value, as its schema has it.

    Raises:
        BodyMalformedError: one is none; a partner could show its key only.
    """
    known = topics(library())
    faults = [
        {"type": "topic-unknown", "loc": (name, "topics", place)}
        for name, body in bodies.items()
        for place, key in enumerate(getattr(body, "topics", ()))
        if key not in known
    ]
    if faults:
        path = "/".join(map(str, faults[0]["loc"]))
        raise BodyMalformedError(f"{path}: {in_words(faults[0])}", path=path, faults=faults)
