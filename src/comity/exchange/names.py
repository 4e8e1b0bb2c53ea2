"""The words that sections of messages choose from (spec 7 and 15.4).

Written by `python -m comity.spec` from spec/registry/names.toml: edit that file.
"""

from typing import Final, Literal

type Measure = Literal[
    "preservation",
    "partial-disclosure",
    "subscriber-data",
    "stored-data",
    "search",
    "realtime-traffic",
    "content-interception",
    "emergency",
    "video-hearing",
    "service-of-documents",
    "witness-transfer",
    "extradition",
    "freezing",
    "confiscation",
    "police-cooperation",
    "joint-investigation",
    "transfer-of-proceedings",
    "mla-other",
    "removal-of-material",
    "victim-assistance",
]
ABOUT_DATA: Final = (
    "preservation",
    "partial-disclosure",
    "subscriber-data",
    "stored-data",
    "search",
    "realtime-traffic",
    "content-interception",
    "emergency",
)
"""The measures that ask for data."""
type Kind = Literal[
    "ip",
    "domain",
    "url",
    "email",
    "phone",
    "account",
    "imei",
    "imsi",
    "mac",
    "cell",
    "hash",
    "wallet",
    "iban",
    "bank-account",
    "transaction",
    "file",
    "person",
    "organization",
    "device",
    "other",
]
type CustodyEventName = Literal[
    "acquired",
    "derived",
    "sealed",
    "offered",
    "received",
    "opened",
    "reverified",
    "extracted",
    "copied",
    "redacted",
    "held",
    "hold-lifted",
    "exported",
    "returned",
    "destroyed",
]
