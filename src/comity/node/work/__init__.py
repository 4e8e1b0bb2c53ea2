"""Work items: what needs a person, one row an incident, made from facts (ADR 0101).

Reading order: `item`, `undelivered`, `requests`, `desk`, `technical`, `owners`, `rows`,
`recompute`, `queries`, `reading`.
"""

from comity.node.work.rows import remember

__all__ = ["remember"]
