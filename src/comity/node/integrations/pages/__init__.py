"""Pages on which a person makes tokens and webhooks.

Reading order: `hooks`, `tokens`, `urls`.
"""
