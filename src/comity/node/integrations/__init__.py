"""Programs of others: webhooks, and the calls of API tokens.

Reading order: `api_token_calls`, `labels`, `webhook_events`, `webhook_targets`, `webhooks`,
`webhook_delivery`, `api_webhooks`. Packages: `pages`.
"""
