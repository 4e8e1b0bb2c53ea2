"""Figures about the office's work, and what of them may leave the office.

Reading order: `periods`, `measuring`, `figures` (pure: what is counted), `reading` (from the
register), `publishing` (pure: small numbers hidden by `comity.figures`), `releasing` (files,
audited).
"""
