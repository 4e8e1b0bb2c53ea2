"""Signing in: who may come in, by which means, for how long.

Reading order: `checking` (settings), `proxies` (whose address), `failures` (what is locked),
`secrets` (kept under the node's key), `factors` (passkeys, codes), `stages` (when a second factor
is asked), `sessions` (how long one is in), `adapters` (all of this for django-allauth), `tokens`
and `provider` (a ministry's OpenID provider), `middleware`.
"""
