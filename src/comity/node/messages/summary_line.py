"""What a message is about in one line: the reference and the first words of what is asked.

Two requests to one partner look alike by type and case; these tell them apart. They are content:
who may not read content is not given them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.node.models import Conversation, DocketEntry, DraftRow, MessageRow, SectionRow

MAX_CHARS: Final = 80


@dataclass(frozen=True)
class Gist:
    """A line about a message.

    Attributes:
        reference: that its request has, or empty.
        words: the first words of what is asked, or empty.
        lang: their language, or empty.
    """

    reference: str = ""
    words: str = ""
    lang: str = ""


NOTHING: Final = Gist()


def of_conversations(digests: Iterable[str]) -> dict[str, Gist]:
    """Return what conversations are about, by digest, in a fixed number of queries."""
    wanted = {digest for digest in digests if digest}
    if not wanted:
        return {}
    kept = Conversation.objects.filter(digest__in=wanted)
    references = dict(kept.values_list("digest", "reference"))
    opened = MessageRow.objects.filter(content__in=wanted).values_list("record", "content")
    by_record = dict(opened)
    subjects: dict[str, Any] = {
        by_record[row.record]: row.value
        for row in SectionRow.objects.filter(record__in=by_record, name="subject")
    }
    for digest, value in DocketEntry.objects.filter(digest__in=wanted).values_list(
        "digest", "value"
    ):
        subjects[digest] = ((value or {}).get("sections") or {}).get("subject")
    return {
        digest: _gist(references[digest], subjects.get(digest))
        for digest in wanted & set(references)
    }


def of_drafts(rows: Iterable[DraftRow]) -> dict[str, Gist]:
    """Return what drafts are about, by identifier; an answer is about what it answers."""
    drafts = list(rows)
    known = of_conversations(row.conversation for row in drafts)
    return {row.id: _of_draft(row, known.get(row.conversation, NOTHING)) for row in drafts}


def _of_draft(row: DraftRow, known: Gist) -> Gist:
    request, subject = (_said(row.sections, name) for name in ("request", "subject"))
    own = _gist(str((request or {}).get("reference") or ""), subject)
    return Gist(
        own.reference or known.reference,
        own.words or known.words,
        own.lang if own.words else known.lang,
    )


def _said(sections: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = (sections.get(name) or {}).get("value")
    return value if isinstance(value, Mapping) else None


def _gist(reference: str, subject: Mapping[str, Any] | None) -> Gist:
    described = (subject or {}).get("description")
    if not isinstance(described, Mapping):
        return Gist(reference)
    return Gist(reference, first_words(str(described["text"])), str(described["lang"]))


def first_words(text: str) -> str:
    """Return the beginning of a text, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= MAX_CHARS:
        return line
    head, _space, _rest = line[: MAX_CHARS + 1].rpartition(" ")
    return f"{head or line[:MAX_CHARS]}\N{HORIZONTAL ELLIPSIS}"
