"""The page on which a bundle for a court is ordered.

Reading order: `exporting`, `urls`.
"""
