"""Figures about the office's work, and what of them may leave the office.

Reading order: `periods`, `measuring`, `figures` (pure: what is counted), `reading` (from the
register), `hiding`, `publishing` (pure: small numbers hidden), `releasing` (files, audited).
"""
