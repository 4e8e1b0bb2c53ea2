"""How the node is, as a list of checks.

Reading order: `activity`, `answers`, `check_labels`, `schemas`, `status`, `actions`, `checks`,
`labels`, `overall`, `findings`. Packages: `pages`.
"""
