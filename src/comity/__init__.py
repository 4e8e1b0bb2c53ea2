"""Comity: sovereign nodes through which States ask, answer, preserve, hand over and prove.

Rooms in reading order: `canonical`, `keys`, `ledger`, `exchange`, `evidence` (pure),
`directory`, `files`, `node`, `cli` (the shell around them).
"""

__version__ = "0.1.0"
