"""The parts of the specification that the code's own tables write.

A development tool, no part of a node: `python -m comity.spec` rewrites the documents of
`spec/registry/`, the list of requirements, the worked examples and the JSON Schemas; `--check`
compares.
Reading order: `tables` (types, states), `pairs` (crossing messages), `codes` (errors), `schemas`,
`requirements` (the list of numbered rules), `files` (what stands where).
"""

from comity.spec.files import outdated, write
from comity.spec.pairs import Crossing, crossings

__all__ = ["Crossing", "crossings", "outdated", "write"]
