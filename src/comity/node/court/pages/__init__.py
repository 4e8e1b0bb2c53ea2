"""The page on which a bundle for a court is ordered.

Reading order: `forms`, `exporting`, `urls`.
"""
