"""People and what they may do: accounts, permissions, tokens, settings of the office.

Reading order: `goals`, `permissions`, `access_tokens`, `office_settings`, `departures`,
`accounts`. Packages: `access`, `signin`.
"""
