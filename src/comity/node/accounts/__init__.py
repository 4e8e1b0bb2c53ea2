"""Accounts as pages and API show them: people and their roles, who may see a case, offboarding.

Reading order: `answers`, `reassign_work`, `schemas`, `offboarding`, `actions`, `api`. Packages:
`pages`.
"""
