"""The node: one authority's service, on Django, SQLite and local files.

Reading order: `config`, `keystore`, `settings`; `models`; `logstore`, `committer` (the durable
heart); `registry`; `inbox`, `composing`, `outbox`, `delivery`; `packages`, `vault`; `recovery`,
`backup`; `exchange_api` (HTTP towards partners); `run`.
"""
