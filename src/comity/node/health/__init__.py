"""How the node is, as a list of checks.

Reading order: `check_labels`, `schemas`, `status`, `checks`, `labels`, `findings`. Packages:
`pages`.
"""
