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
