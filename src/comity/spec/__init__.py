"""What is written from the registries of the specification, and the specification's own tables.

A development tool, no part of a node: `python -m comity.spec` writes, from the registries
`spec/registry/*.toml`, the modules of Python that hold their rows, and then the documents of
`spec/registry/`, the list of requirements, the worked examples and the JSON Schemas; `--check`
compares.
Reading order: `registry` (the files), `modules` (Python from them), `tables` (types, states,
errors), `pairs` (crossing messages), `schemas`, `claims` (the numbered rules), `files` (what
stands where).
"""

from comity.spec.files import outdated, write
from comity.spec.pairs import Crossing, crossings

__all__ = ["Crossing", "crossings", "outdated", "write"]
