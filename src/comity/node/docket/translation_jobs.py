"""Translation jobs: what is to be translated, whether it still stands, what may go out with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.docket import Item
from comity.exchange.conversation import APPLIED
from comity.exchange.types import MOVES
from comity.node.cases import docket_store, paper_conversations
from comity.node.cases.conversations import replay_of
from comity.node.messages.translatable_texts import free_texts, source_of
from comity.node.models import (
    Conversation,
    DocketEntry,
    DocketItem,
    MessageRow,
    Officer,
    Original,
    SectionRow,
)

AMENDED: Final = "request.amended"


@dataclass(frozen=True)
class Source:
    """What a translation is made from.

    Attributes:
        cases: of the office; the same original may have come in several.
        conversation: digest, or empty for an original that stands in none.
        type: of the message, or empty.
        sections: of the message, by name; empty for an original.
        original: the row of an original, or None.
    """

    cases: frozenset[str]
    conversation: str
    type: str
    sections: Mapping[str, Any]
    original: Original | None = None

    def texts(self, what: str) -> list[tuple[str, str, str]]:
        """Return path, language and text: the one that ``what`` names, or all there are.

        A path whose text was erased names no other.
        """
        found = list(free_texts(self.sections))
        section, mark, _ = what.partition("/")
        if mark and self.type in MOVES and section in MOVES[self.type].sections:
            return [one for one in found if one[0] == what]
        return found


def source_named(digest: str) -> Source | None:
    """Return what a digest names here: a message, a transcript or an original; None if nothing."""
    row = MessageRow.objects.filter(content=digest).first()
    if row is not None:
        kept = SectionRow.objects.filter(record=row.record, salt__isnull=False).order_by("pk")
        said = {one.name: one.value for one in kept}
        return Source(_case_of(row.conversation), row.conversation, row.type, said)
    entry = DocketEntry.objects.filter(digest=digest, act=paper_conversations.ACT).first()
    if entry is not None:
        value = entry.value or {}
        said = value.get("sections", {})
        where = entry.conversation
        return Source(_case_of(where), where, value.get("type", ""), said)
    original = Original.objects.filter(digest=digest).first()
    if original is None:
        return None
    came = DocketItem.objects.filter(kind="mail", about=digest).exclude(case="")
    cases = frozenset(came.values_list("case", flat=True))
    return Source(cases, "", "", {}, original)


def _case_of(conversation: str) -> frozenset[str]:
    found = Conversation.objects.filter(digest=conversation)
    return frozenset(found.values_list("case", flat=True))


def stale(item: Item) -> bool:
    """Tell whether the request was amended after the message that a translation was made from.

    Only an amendment that took effect counts, in the order in which the conversation is merged.
    """
    digest = item.told.get("source", "")
    source = source_named(digest)
    if source is None or not source.conversation:
        return False
    found = replay_of(source.conversation)
    if digest not in found.order:
        return False
    later = found.order[found.order.index(digest) + 1 :]
    applied = {content for content in later if found.standing.get(content) == APPLIED}
    rows = MessageRow.objects.filter(conversation=source.conversation, content__in=applied)
    written = {
        one.row.digest
        for one in paper_conversations.transcripts(source.conversation)
        if _amends(one.value)
    }
    return rows.filter(type=AMENDED).exists() or bool(written & applied)


def stale_among(items: Iterable[Item]) -> frozenset[str]:
    """Return which of these items are translations of something that was amended since.

    Conversations that nobody amended, nearly all, are told apart by a fixed number of queries.
    """
    jobs = [one for one in items if one.kind.name == "translation"]
    sources = {one.id: str(one.told.get("source", "")) for one in jobs}
    if not sources:
        return frozenset()
    messages = MessageRow.objects.filter(content__in=sources.values())
    written = DocketEntry.objects.filter(digest__in=sources.values())
    of_source = dict(messages.values_list("content", "conversation"))
    of_source |= dict(written.values_list("digest", "conversation"))
    threads = set(of_source.values()) - {""}
    amended = MessageRow.objects.filter(conversation__in=threads, type=AMENDED)
    on_paper = DocketEntry.objects.filter(conversation__in=threads, act=paper_conversations.ACT)
    found = set(amended.values_list("conversation", flat=True))
    found |= set(on_paper.filter(value__type=AMENDED).values_list("conversation", flat=True))
    return frozenset(
        one.id for one in jobs if of_source.get(sources[one.id]) in found and stale(one)
    )


def _amends(value: Mapping[str, Any]) -> bool:
    return value.get("type") == AMENDED


def for_letter(item: Item) -> dict[str, str] | None:
    """Return an accepted translation in the form that letters take, or None if it cannot go out.

    It is of one free text of one message, says whose it is, and is not stale.

    Source: docs/how-to/translations.md.
    """
    told, delivered = item.told, item.said("translation.delivered")
    source = source_named(told.get("source", ""))
    if item.state != "accepted" or not delivered.get("text") or source is None or stale(item):
        return None
    text = next((text for path, _, text in source.texts("") if path == told["what"]), None)
    if text is None:
        return None
    return {
        "attestation": delivered["attestation"]["text"],
        "lang": told["target_language"],
        "made_by": delivered["made_by"],
        "section": told["what"],
        "source": source_of(text),
        "text": delivered["text"],
        "translator": told.get("translator") or delivered["made_by"],
    }


def jobs_of(
    officer: Officer, *, only_open: bool = False, after: str = "", most: int = docket_store.PAGE
) -> tuple[list[Item], str]:
    """Return the jobs that name an officer, what is due first; and where the next page begins.

    Args:
        officer: whose.
        only_open: leave out what is done.
        after: a place that a page before gave, or empty.
        most: page size.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    return docket_store.items(
        kind="translation",
        assigned=officer.identifier,
        only_open=only_open,
        after=after,
        most=most,
    )


def job_of(officer: Officer, item: str) -> Item:
    """Return one job that names an officer.

    Raises:
        DocketItem.DoesNotExist: no such job, or it is somebody else's: who has no part in it
            does not even learn that it is there.
    """
    row = DocketItem.objects.get(item=item, kind="translation", assigned=officer.identifier)
    return docket_store.item_named(row.item)
