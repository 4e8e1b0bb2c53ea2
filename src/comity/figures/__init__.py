"""Figures that leave an office, and charts: what of a table must not be shown, and how it is drawn.

Reading order: `hiding`, `svg`, `charts`.
"""
