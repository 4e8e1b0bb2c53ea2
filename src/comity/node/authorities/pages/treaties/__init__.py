"""Pages of treaties: the table, the grid of States, and one State.

Reading order: `labels`, `rows`, `views`, `urls`.
"""
