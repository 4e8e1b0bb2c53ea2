"""Bundles for a court: what is ordered, written and handed out.

Reading order: `bundle_evidence`, `bundle_log`, `bundle`, `orders`, `api`. Packages: `pages`.
"""
