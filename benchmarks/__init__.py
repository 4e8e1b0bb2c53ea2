"""Measurements of Comity next to peers, taken in one run: ``python -m benchmarks``.

Reading order: `rows` (what a result is), `ledger`, `proofs`, `exchange` with `traffic` (what is
sent), `load` (who sends it) and `peer` (the same server without work), `idle`.
"""
