"""Accounts as pages and API show them: people and their roles, who may see a case, offboarding.

Reading order: `reassign_work`, `offboarding`, `api`. Packages: `pages`.
"""
