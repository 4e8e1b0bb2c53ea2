"""How the node is, as a list of checks.

Reading order: `answers`, `check_labels`, `schemas`, `status`, `actions`, `checks`, `labels`,
`findings`. Packages: `pages`.
"""
