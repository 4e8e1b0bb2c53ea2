"""Programs of others: webhooks, and the calls of API tokens.

Reading order: `answers`, `labels`, `webhook_events`, `webhook_targets`, `webhooks`, `schemas`,
`webhook_delivery`, `actions`, `api_token_calls`, `api_webhooks`. Packages: `pages`.
"""
