"""The docket: what an office does at home about its cases, one chain of entries for each thing.

Reading order: `acts` (the table), `bodies`, `entry`, `item` (what entries amount to),
`correspondence` (conversations on paper), `entry` (an officer's hand under an entry),
`moment_order` (which moments an act can name).

Source: docs/reference/docket.md.
"""

from comity.docket.acts import ACTS, KINDS, NEW, Act, Hand, Kind
from comity.docket.correspondence import Turn, Walked, check_transcript, walk
from comity.docket.entry import Done, Entry, act_named, parse_entry
from comity.docket.errors import (
    ActIllegalError,
    ActUnknownError,
    EntryChainError,
    EntryMalformedError,
    TranscriptError,
)
from comity.docket.item import Item, acts_of, check_said, item_of, next_entry

__all__ = [
    "ACTS",
    "KINDS",
    "NEW",
    "Act",
    "ActIllegalError",
    "ActUnknownError",
    "Done",
    "Entry",
    "EntryChainError",
    "EntryMalformedError",
    "Hand",
    "Item",
    "Kind",
    "TranscriptError",
    "Turn",
    "Walked",
    "act_named",
    "acts_of",
    "check_said",
    "check_transcript",
    "item_of",
    "next_entry",
    "parse_entry",
    "walk",
]
