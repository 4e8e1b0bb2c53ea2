"""The pages of signing in.

Reading order: `addresses`, `let_in`, `reauthenticate`. Packages: `pages`.
"""
