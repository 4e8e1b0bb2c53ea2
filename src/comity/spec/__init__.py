"""The parts of the specification that the code's own tables write.

A development tool, no part of a node: `python -m comity.spec` rewrites the blocks between the
marks `generated` and `end` of spec/comity-1.md and the JSON Schemas beside it; `--check` compares.
Reading order: `tables` (types, states), `pairs` (crossing messages), `codes` (errors), `schemas`,
`files` (what stands where).
"""

from comity.spec.files import outdated, write
from comity.spec.pairs import Crossing, crossings

__all__ = ["Crossing", "crossings", "outdated", "write"]
