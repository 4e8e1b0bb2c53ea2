"""Bundles for a court: what is ordered, written and handed out.

Reading order: `bundle_evidence`, `bundle_log`, `schemas`, `answers`, `bundle`, `orders`, `actions`,
`api`. Packages: `pages`.
"""
