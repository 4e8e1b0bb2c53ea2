"""Sensitive material: marks, known digests, blurred previews, showing on purpose.

Reading order: `answers`, `blurred_previews`, `known_digests`, `marks`, `schemas`, `actions`,
`reveal`, `api`, `redaction`.
"""
