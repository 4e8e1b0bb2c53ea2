"""Wiring of the node: settings, addresses, the ASGI application. Nobody imports it.

Reading order: `actions`, `asgi`, `docket_rules`, `log_levels`, `openapi`, `receivers`,
`settings`, `urls`, `wiring`, `apps`, `urls_office`. Packages: `server`.
"""
