"""The claims of a verdict, in their order, each with its ceiling (spec 16).

Written by `python -m comity.spec` from spec/registry/claims.toml: edit that file.
"""

from collections.abc import Mapping
from typing import Final, Literal

type Ceiling = Literal["proved", "attested", "unknown"]

CEILINGS: Final[Mapping[str, Ceiling]] = {
    "exporter-signed": "proved",
    "party-keys": "proved",
    "message-signed": "proved",
    "section-content": "proved",
    "approval": "attested",
    "second-approval": "attested",
    "receipt": "proved",
    "refusal-ground": "proved",
    "one-message-a-place": "unknown",
    "edition-listed": "unknown",
    "state": "proved",
    "sent-at": "attested",
    "received-at": "attested",
    "existed-by": "proved",
    "key-in-time": "attested",
    "exported-at": "attested",
    "log-heard": "proved",
    "log-epoch": "attested",
    "log-order": "attested",
    "log-single": "proved",
    "log-continues": "unknown",
    "log-entry": "unknown",
    "directory-dated": "attested",
    "directory-current": "unknown",
    "custody-event": "attested",
    "hand-over": "proved",
    "package-sealed": "proved",
    "exhibit-opened": "attested",
    "evidence-withheld": "unknown",
    "exporter-prose": "attested",
    "held-by-both": "proved",
    "state-agreed": "proved",
    "left-out": "unknown",
    "only-in-one": "unknown",
    "message-named": "unknown",
    "conversation-named": "unknown",
    "nothing-later": "unknown",
    "not-invented-together": "unknown",
}

SAYS: Final[Mapping[str, str]] = {
    "exporter-signed": "The exporter signed the list of all files of this bundle.",
    "party-keys": "These are the keys of the party: its State certified them.",
    "message-signed": "The author wrote these bytes.",
    "section-content": (
        "A part of a message is what its author signed for; unknown if it is withheld."
    ),
    "approval": "Officers approved a message; their State certified them, and could invent them.",
    "second-approval": "A second officer approved a message that may go with one approval first.",
    "receipt": "The addressee gave this answer to a message.",
    "refusal-ground": "The fault for which the addressee refused a message is found in it again.",
    "one-message-a-place": "A party signed one message only in each place of a conversation.",
    "edition-listed": (
        "The edition of the registry that an opening pins is one that each member's directory "
        "entry lists."
    ),
    "state": (
        "A conversation had this state: proved as of the other side's newest statement, attested "
        "as of the end."
    ),
    "sent-at": "A message was sent at this moment.",
    "received-at": "A message was received at this moment.",
    "existed-by": (
        "A message existed at the latest by this moment: proved by a witness or a time-stamp "
        "authority."
    ),
    "key-in-time": (
        "A message is older than the revocation of its key, by the exporter's receipt alone."
    ),
    "exported-at": "The bundle was made at this moment.",
    "log-heard": (
        "The exporter's log has grown from a tree that another party signed that it holds."
    ),
    "log-epoch": (
        "A log goes on in a new epoch, for the reason that its party states; unknown if no "
        "statement is here."
    ),
    "log-order": "The exporter's log tells one order, and its times never fall.",
    "log-single": (
        "Others were shown no second version of a member's log: proved by independent witnesses."
    ),
    "log-continues": "The versions of a partner's log that receipts show continue one another.",
    "log-entry": "What an entry of a log is about.",
    "directory-dated": "The directory said this at this moment, by the secretariat's log.",
    "directory-current": "No newer entry of the directory revokes a key that is used here.",
    "custody-event": "An event in the custody of an exhibit took place.",
    "hand-over": "An exhibit changed hands: proved where both sides signed it.",
    "package-sealed": "A sealed package is, byte for byte, the one that was offered.",
    "exhibit-opened": (
        "Opened files are what a sealed package holds; a key to the package can show it."
    ),
    "evidence-withheld": "What a withheld package, chain of custody or file holds.",
    "exporter-prose": "A page for people says what the exporter wrote in it.",
    "held-by-both": "Of two bundles: both exporters hold a message.",
    "state-agreed": "Of two bundles: both exporters state one state of a conversation.",
    "left-out": "Of two bundles: an exporter left out a message that it signed that it had.",
    "only-in-one": "Of two bundles: the other exporter had a message that stands in one only.",
    "message-named": "A message exists that another names and that is not here.",
    "conversation-named": "What a conversation says that a request names and that is not here.",
    "nothing-later": (
        "Nothing followed, and the case has no other conversation: each party states where its "
        "own bundle ends."
    ),
    "not-invented-together": "Both sides did not invent the case together.",
}
"""What each claim says, in a sentence."""
