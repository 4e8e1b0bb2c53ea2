"""Authorities of the world as this office knows them, from the directory and its own records.

Reading order: `reach`, `listing`. Packages: `pages`.
"""
