"""What the letter of a draft would say, before anybody signs it."""

from importlib.util import find_spec

from comity.exchange.accept import check_bodies
from comity.node.cases import read_audit
from comity.node.core.clock import now
from comity.node.core.formats import papers_language
from comity.node.core.node import Node
from comity.node.messages import drafts
from comity.node.models import DraftRow


def has_letter(message_type: str) -> bool:
    """Tell whether messages of a type are put on paper, and this node can typeset them."""
    if find_spec("typst") is None:
        return False
    from comity.papers.letter import TYPES

    return message_type in TYPES


def preview(node: Node, row: DraftRow, *, by: str) -> bytes:
    """Return the letter of a draft as PDF, marked as not signed. The reading is audited.

    Raises:
        FontMissingError, PaperContentError, TypesettingError: as `preview_pdf`.
    """
    from comity.papers.letter import preview_pdf
    from comity.papers.typeset import FontPlaces

    draft = drafts.draft_of(row)
    made = preview_pdf(
        draft,
        check_bodies(draft, drafts.sections_of_draft(row)),
        papers_language(),
        mode=node.config.mode,
        made_at=now(),
        fonts=FontPlaces(),
    )
    read_audit.note_draft(row, by=by)
    return made
