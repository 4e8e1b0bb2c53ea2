"""Sensitive material: marks, known digests, blurred previews, showing on purpose.

Reading order: `blurred_previews`, `known_digests`, `marks`, `reveal`, `api`, `redaction`.
"""
