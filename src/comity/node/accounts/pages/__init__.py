"""Pages of accounts: one's own, and those for whoever administers them.

Reading order: `profile`. Packages: `access`.
"""
