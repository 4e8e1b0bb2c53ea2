"""What a letter says of the officers' signatures of a message that may go with one (spec 9).

It is what the record claims; whether it holds, ``comity verify`` says.
"""

from datetime import timedelta

from comity.exchange.accept import late_allowed
from comity.exchange.approvals import read_claim
from comity.papers.blocks import Block, own
from comity.papers.letter_record import LetterRecord
from comity.papers.letter_sides import Sides
from comity.papers.times import shown_time
from comity.papers.visible import visible
from comity.papers.words import Words


def signatures(record: LetterRecord, sides: Sides) -> list[Block]:
    """Return that the second signature is still due, or who gave it; nothing where both were there.

    Args:
        record: what the letter is made from.
        sides: the languages of the letter.
    """
    draft, given = record.message.draft, list(map(read_claim, record.message.approvals))
    hours = draft.move.floor.late_hours
    if hours is None or not late_allowed(record.bodies):
        return []
    if any(one is not None and one.role == "approver" for one in given):
        return []
    due = shown_time(draft.sent_at + timedelta(hours=hours))
    later = record.countersigned
    second = None if later is None else read_claim(later.approval)

    def said(told: Words) -> str:
        first = [told("letter.one_signed")] if len(given) == 1 else []
        if later is None or second is None:
            return " ".join([*first, told("letter.countersignature_due", at=due)])
        at = shown_time(later.message.draft.sent_at)
        told_by = told("letter.countersigned_by", officer=visible(second.officer), at=at)
        return " ".join([*first, told_by])

    return [sides.coded("letter.signatures", lambda told: own(said(told)))]
