"""Wiring of the node: settings, addresses, the ASGI application. Nobody imports it.

Reading order: `apps`, `asgi`, `docket_rules`, `openapi`, `settings`, `urls`, `urls_office`.
Packages: `server`.
"""
