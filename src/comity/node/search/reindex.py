"""Making the index anew, beside a running node: a few hundred things in each transaction.

What is written meanwhile is indexed as always, so that nothing is missing when it is done; until
then the page says that a search may find too little.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import models, transaction

from comity.node.cases.docket_store import items_of
from comity.node.core.clock import now
from comity.node.models import (
    Conversation,
    DocketItem,
    MessageRow,
    Package,
    SearchClock,
    SearchDocument,
    SearchState,
)
from comity.node.search import engine, index

_AT_ONCE: Final = 400
type Told = Callable[[int, int], None]
"""Is told how many things are done, of how many."""


def state() -> SearchState | None:
    """Return when the index was made, or that it is being made; None before the first time."""
    return SearchState.objects.first()


def is_building() -> bool:
    """Tell whether the index is being made, or its making broke off."""
    found = state()
    return found is not None and found.built_at is None


def is_needed() -> bool:
    """Tell whether the index was never made whole, and there is something to be found."""
    found = state()
    if found is not None:
        return found.built_at is None
    return any(model.objects.exists() for model in (Conversation, DocketItem, Package))


def rebuild(tell: Told) -> int:
    """Make the index anew; return how many documents it has.

    Args:
        tell: is told how far it is.
    """
    _note(None)
    with transaction.atomic():
        engine.empty()
        SearchClock.objects.all().delete()
        SearchDocument.objects.all().delete()
    todo: list[tuple[type[models.Model], Callable[[list[Any]], None]]] = [
        (Conversation, _cases),
        (MessageRow, index.messages),
        (DocketItem, _items),
        (Package, index.packages),
    ]
    total = sum(model._default_manager.count() for model, _ in todo)  # noqa: SLF001 - documented
    done = 0
    for model, write in todo:
        for some in _batches(model):
            with transaction.atomic():
                write(some)
            done += len(some)
            tell(done, total)
    engine.tidy()
    _note(now())
    return SearchDocument.objects.count()


def make_if_needed(tell: Told) -> bool:
    """Make the index at a start that finds none; tell whether it was made."""
    if not is_needed():
        if state() is None:
            _note(now())
        return False
    rebuild(tell)
    return True


def _note(built_at: datetime | None) -> None:
    SearchState.objects.update_or_create(pk=1, defaults={"built_at": built_at})


def _batches(model: type[models.Model]) -> Iterator[list[Any]]:
    """Yield all rows of a model, by key, a few hundred at a time."""
    last = ""
    while True:
        rows = model._default_manager.filter(pk__gt=last).order_by("pk")  # noqa: SLF001 - documented
        some = list(rows[:_AT_ONCE])
        if not some:
            return
        yield some
        last = str(some[-1].pk)


def _cases(rows: list[Conversation]) -> None:
    index.cases(row.case for row in rows)


def _items(rows: list[DocketItem]) -> None:
    index.items(items_of(row.item for row in rows))
