"""Figures that leave an office: what of a table must not be shown.

Reading order: `hiding`.
"""
