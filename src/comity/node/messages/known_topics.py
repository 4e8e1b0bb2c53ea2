"""Topics of what this office sends: keys of the law as data (spec 7.4)."""

from collections.abc import Mapping

from comity.exchange.errors import BodyMalformedError
from comity.exchange.faults import in_words
from comity.exchange.values import Model
from comity.files.instruments import library
from comity.instruments.templates import topics


def check_topics(bodies: Mapping[str, Model]) -> None:
    """Check that each topic of a message of ours is one that the law as data lists.

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
