"""PostgreSQL as a node needs it: Django's own backend, with one writer at a time.

Reading order: `place`, `base`, `dumping`.
"""
