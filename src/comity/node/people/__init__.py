"""People and what they may do: accounts, permissions, tokens, settings of the office.

Reading order: `office_settings`, `permissions`, `access_tokens`, `accounts`. Packages:
`access`, `signin`.
"""
