"""A search as pages and programs ask it: what is found is told, and that somebody searched."""

from comity.node.log import audit
from comity.node.people.access.visible_cases import Circle
from comity.node.search.result_rows import Found, shown
from comity.node.search.results import Wanted, search


def found(wanted: Wanted, *, circle: Circle, after: str = "") -> tuple[list[Found], str]:
    """Return a page of finds and the place after which the next begins; the search is audited.

    The audit says who searched, when, in what kind of things, and how many were on the page; never
    the words, which may be a person's name.

    Args:
        wanted: what is searched for.
        circle: of whoever searches.
        after: a place that a page before gave, or empty.

    Raises:
        SearchWordsError: nothing to search for, or too much.
        PlaceError: ``after`` is no such place.
    """
    documents, following = search(wanted, circle=circle, after=after)
    audit.note(
        at=circle.at,
        actor=circle.officer.user.get_username(),
        action="search.made",
        subject=wanted.kind,
        detail=str(len(documents)),
    )
    return shown(documents), following
