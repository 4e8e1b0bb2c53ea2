"""Pages of figures: volumes, times, and what leaves the office.

Reading order: `charts`, `labels`, `views`, `urls`.
"""
