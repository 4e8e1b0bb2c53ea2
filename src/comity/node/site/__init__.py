"""Wiring of the node: settings, addresses, the ASGI application. Nobody imports it.

Reading order: `asgi`, `docket_rules`, `openapi`, `settings`, `urls`, `receivers`,
`urls_office`, `apps`. Packages: `server`.
"""
