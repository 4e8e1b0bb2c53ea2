"""The pages of signing in.

Reading order: `addresses`, `reauthenticate`. Packages: `pages`.
"""
