"""Signing in: factors, sessions, lock-out, a provider of identities.

Reading order: `config`, `id_token`, `language_cookie`, `password_rules`, `relying_party`,
`secrets`, `trusted_proxies`, `codes`, `failures`, `provider`, `sessions`, `factors`, `forms`,
`middleware`, `stages`, `adapters`, `assurance`, `passwords`.
"""
