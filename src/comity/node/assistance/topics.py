"""Topics of assistance in the reader's language, from the law as data."""

from django.utils.translation import get_language

from comity.files.instruments import library
from comity.instruments.templates import topic_name, topics
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
